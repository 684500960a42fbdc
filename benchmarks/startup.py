"""CPU seconds of the command's start-up and of one small check, with openpyxl's load beside them.

    python benchmarks/startup.py [--runs 9] [WORKBOOK]

Each run is a child process of its own; user and system time are counted, waiting is not.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).parent.parent
SAMPLE = PROJECT / "samples" / "kemijarvi-2020.xlsx"

LOAD_VALUES = "import openpyxl, sys; openpyxl.load_workbook(sys.argv[1], data_only=True)"
LOAD_BOTH = LOAD_VALUES + "; openpyxl.load_workbook(sys.argv[1])"


def cpu_seconds(command: list[str]) -> float:
    """User and system time of one child process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr.decode()}")
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def main() -> None:
    """Print one line per command: minimum, median and maximum over the runs."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("workbook", nargs="?", type=Path, default=SAMPLE)
    parser.add_argument("--runs", type=int, default=9)
    options = parser.parse_args()
    book = str(options.workbook.resolve())
    crossfoot = [sys.executable, "-m", "audit.cli"]
    with tempfile.TemporaryDirectory() as folder:
        report = str(Path(folder) / "report.xlsx")
        commands = {
            "python, nothing else": [sys.executable, "-c", "pass"],
            "crossfoot --help": [*crossfoot, "--help"],
            "crossfoot check --help": [*crossfoot, "check", "--help"],
            "crossfoot check": [*crossfoot, "check", book, "-o", report],
            "crossfoot check --no-report": [*crossfoot, "check", book, "--no-report"],
            "openpyxl load, values": [sys.executable, "-c", LOAD_VALUES, book],
            "openpyxl load, values and formulas": [sys.executable, "-c", LOAD_BOTH, book],
        }
        print(f"CPU seconds over {options.runs} runs of {options.workbook.name}")
        print(f"{'':36} {'min':>7} {'median':>7} {'max':>7}")
        for name, command in commands.items():
            cpu_seconds(command)  # warms the caches of files and bytecode
            times = [cpu_seconds(command) for _ in range(options.runs)]
            median = statistics.median(times)
            print(f"{name:36} {min(times):7.3f} {median:7.3f} {max(times):7.3f}")


if __name__ == "__main__":
    main()
