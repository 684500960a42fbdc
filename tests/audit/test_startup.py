"""What a command imports, in a process of its own: help is instant, the default path is light."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
SAMPLE = PROJECT / "samples" / "kemijarvi-2020.xlsx"

HEAVY = ("numpy", "pandas", "xlsxwriter", "openpyxl", "great_expectations", "python_calamine")
PROBE = """
import sys
from audit.cli import cli
try:
    cli.main(sys.argv[2:])
except SystemExit as end:
    code = end.code
loaded = [name for name in sys.argv[1].split() if name in sys.modules]
print(code, *loaded, file=sys.stderr)
"""


def _loaded(names: tuple[str, ...], *arguments: str) -> list[str]:
    """Which of ``names`` a command imported; its exit code comes first."""
    command = [sys.executable, "-c", PROBE, " ".join(names), *arguments]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    return done.stderr.split()


@pytest.mark.parametrize("command", ["--help", "--version", "check --help", "explain --help"])
def test_help_imports_nothing_heavy(command: str) -> None:
    ours = ("audit.pipeline", "rules.model", "reports.words", "workbooks.reader")
    assert _loaded((*HEAVY, *ours, "tomllib"), *command.split()) == ["0"]


def test_a_check_leaves_alone_what_it_does_not_need(tmp_path: Path) -> None:
    never = ("pandas", "great_expectations", "openpyxl", "python_calamine", "jsonschema", "asyncio")
    report = str(tmp_path / "report.xlsx")
    assert _loaded((*never, "numpy"), "check", str(SAMPLE), "-q", "-o", report) == ["1", "numpy"]
    without = ("xlsxwriter", "reports.excel_report", *never)
    assert _loaded(without, "check", str(SAMPLE), "-q", "--no-report") == ["1"]
