"""CPU and peak memory of whole processes, ours and others', over the same workbooks in one run.

    python benchmarks/performance.py [--cells 5000,10000,100000,1000000] [--runs 3] [--seconds 600]
        [--real FOLDER] [--tables FOLDER] [--auditor PYTHON]

Ratios are to one load of openpyxl. ``--real`` is a folder of workbooks, ``--tables`` one of .csv
tables, ``--auditor`` the Python of an environment with the package spreadsheet-auditor.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from made_books import make_budget

PROJECT = Path(__file__).parent.parent
CROSSFOOT = [sys.executable, "-m", "audit.cli", "check", "-q"]

XML = """
import sys, zipfile
from pyexpat import ParserCreate
with zipfile.ZipFile(sys.argv[1]) as package:
    for name in package.namelist():
        if name.startswith("xl/worksheets/sheet"):
            with package.open(name) as part:
                ParserCreate().ParseFile(part)
"""
READ = "import sys; from workbooks.reader import read_workbook; read_workbook(sys.argv[1])"
CALAMINE = """
import sys, python_calamine
book = python_calamine.CalamineWorkbook.from_path(sys.argv[1])
for name in book.sheet_names:
    book.get_sheet_by_name(name).to_python()
"""
ONCE = "import openpyxl, sys; openpyxl.load_workbook(sys.argv[1], data_only=True)"
TWICE = ONCE + "; openpyxl.load_workbook(sys.argv[1])"
MANY = """
import sys
from pathlib import Path
from rules.runner import audit
from workbooks.reader import read_workbook
for path in sorted(Path(sys.argv[1]).rglob(sys.argv[2])):
    audit(read_workbook(path))
"""
Measured = tuple[float, float]  # processor seconds, peak MB


def measure(command: list[str], seconds: int) -> Measured | None:
    """One process; ``None`` when it fails or needs more processor time than ``seconds``."""
    child = os.fork()
    if child == 0:
        os.chdir(PROJECT)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(null, stream)
        try:
            os.execvp(command[0], command)
        finally:
            os._exit(127)
    _, status, usage = os.wait4(child, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        return None
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def commands_for(book: Path, folder: Path, auditor: str | None) -> dict[str, list[str]]:
    """What is measured on one workbook."""
    name, python = str(book), sys.executable
    commands = {
        "XML parsed only": [python, "-c", XML, name],
        "calamine read": [python, "-c", CALAMINE, name],
        "openpyxl load": [python, "-c", ONCE, name],
        "openpyxl load twice": [python, "-c", TWICE, name],
        "crossfoot read": [python, "-c", READ, name],
        "crossfoot check, no report": [*CROSSFOOT, name, "--no-report"],
        "crossfoot check": [*CROSSFOOT, name, "-o", str(folder / "report.xlsx")],
    }
    if auditor:
        commands["spreadsheet-auditor"] = [auditor, "-m", "spreadsheet_auditor", name]
    return commands


def compare(title: str, commands: dict[str, list[str]], runs: int, seconds: int) -> None:
    """Print one table."""
    print(f"\n{title}")
    print(f"{'':28} {'CPU min':>8} {'median':>8} {'max':>8} {'peak MB':>8} {'ratio':>7}")
    base = None
    for name, command in commands.items():
        taken = []
        for _ in range(runs):
            one = measure(command, seconds)
            if one is None:
                break
            taken.append(one)
        if not taken:
            print(f"{name:28} failed, or took more than {seconds} s", flush=True)
            continue
        times, peak = [one[0] for one in taken], max(one[1] for one in taken)
        median = statistics.median(times)
        base = median if name == "openpyxl load" else base
        ratio = f"{median / base:7.2f}" if base else ""
        print(
            f"{name:28} {min(times):8.2f} {median:8.2f} {max(times):8.2f} {peak:8.0f} {ratio}",
            flush=True,
        )


def main() -> None:
    """Make the workbooks, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cells", default="5000,10000,100000,1000000")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=600, help="processor time of one process")
    parser.add_argument("--real", type=Path)
    parser.add_argument("--tables", type=Path)
    parser.add_argument("--auditor")
    options = parser.parse_args()
    sizes = [int(size) for size in options.cells.split(",") if size]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for cells in sizes:
            for tables, title in ((40, "40 tables"), (1, "one long table")):
                if cells // tables < 100:
                    continue
                book = make_budget(folder / "book.xlsx", cells, tables=tables)
                commands = commands_for(book, folder, options.auditor)
                compare(f"{cells:,} cells, {title}", commands, options.runs, options.seconds)
        for place, pattern in ((options.real, "*.xlsx"), (options.tables, "*.csv")):
            if place is not None:
                command = [sys.executable, "-c", MANY, str(place.resolve()), pattern]
                title = f"{len(list(place.rglob(pattern)))} {pattern} in one process"
                compare(title, {"crossfoot": command}, 1, options.seconds)


if __name__ == "__main__":
    main()
