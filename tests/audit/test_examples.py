"""Every example of every command, in its help and in the documents, runs as it is written."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.cli import cli
from tests.audit.conftest import run
from tests.audit.documents import DOCS
from tests.fixtures.years import Year

PAGES = (
    "rule-files.md",
    "self-test.md",
    "tie.md",
    "tutorial-auditor.md",
    "tutorial-finance.md",
)
FAR = ("s3://", "tcp://")  # examples that need another machine
_SHELL = re.compile(r"```sh\n(.*?)```", re.DOTALL)
_LINE = re.compile(r"^ *(crossfoot [^\n]+?) *$", re.MULTILINE)


def _examples() -> Iterator[str]:
    for page in PAGES:
        for block in _SHELL.findall((DOCS / page).read_text(encoding="utf-8")):
            yield from _LINE.findall(block)
    for name, command in sorted(cli.commands.items()):
        found = _LINE.findall(f"{command.help}\n{command.epilog or ''}")
        yield from found or [f"crossfoot {name} has no example"]


EXAMPLES = sorted(one for one in set(_examples()) if not any(far in one for far in FAR))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that the examples name."""
    monkeypatch.chdir(tmp_path)
    Year(2026).save(tmp_path / "budget-2026.xlsx")
    for name in ("budget-2027", "budget", "budget-v2", "proposal", "summary", "detail"):
        Year(2027).save(tmp_path / f"{name}.xlsx")
    for name in ("rules", "budget-2026.rules"):
        run("learn", "budget-2026.xlsx", "-o", f"{name}.yaml")
    for name in ("budget", "budget-2027"):
        run("check", f"{name}.xlsx")
    (tmp_path / "reports").mkdir()
    (tmp_path / "budgets" / "2025").mkdir(parents=True)
    Year(2025).save(tmp_path / "budgets" / "2025" / "budget.xlsx")
    pack = run("packs", "fi-tuloslaskelma").stdout.replace("fi-tuloslaskelma", "ours")
    (tmp_path / "ours.yaml").write_text(pack, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_runs_as_it_is_written(example: str, folder: Path) -> None:
    words = shlex.split(example.partition(">")[0].replace("/reports/", f"{folder}/reports/"))
    if words[1] == "learn":  # it writes the file that the examples after it use
        words.append("--overwrite")
    if "--count" in words:
        words[words.index("--count") + 1] = "1"
    result = run(*words[1:])
    assert result.exit_code in (0, 1), result.stderr
    assert result.stdout


def test_the_examples_are_found() -> None:
    assert {example.split()[1] for example in EXAMPLES} == set(cli.commands)
    assert "crossfoot learn budget-2026.xlsx -o rules.yaml" in EXAMPLES
