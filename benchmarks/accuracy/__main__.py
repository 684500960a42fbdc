"""The command ``python -m benchmarks.accuracy``."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.accuracy.audits import PROJECT, code_mark, folder_mark
from benchmarks.accuracy.corpus import Corpus, CorpusError
from benchmarks.accuracy.figures import Run, Values, as_markdown, history_head
from benchmarks.accuracy.parts import PARTS, Setting

HISTORY = PROJECT / "benchmarks" / "results.md"


def main(arguments: list[str] | None = None) -> int:
    """Measure, print one table; 2 when the corpus is not what it should be."""
    options = _parser().parse_args(arguments)
    try:
        values = measured(options)
    except CorpusError as fault:
        print(f"accuracy: {fault}", file=sys.stderr)
        return 2
    print(as_markdown(values))
    if options.json:
        options.json.write_text(json.dumps(values, indent=1, sort_keys=True) + "\n", "utf-8")
    if options.record:
        record(HISTORY, Run(date.today(), _version(), commit(), values))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.accuracy",
        description="Measure how right the findings are on a corpus; one table on standard output.",
    )
    add_corpus(parser)
    parser.add_argument(
        "--only", default=",".join(PARTS), help="parts to measure: %(default)s", metavar="PARTS"
    )
    parser.add_argument(
        "--quick", action="store_true", help="one seed, and only workbooks with known facts"
    )
    parser.add_argument("--json", type=Path, help="also write the figures, by key")
    parser.add_argument("--record", action="store_true", help=f"append to {HISTORY.name}")
    return parser


def add_corpus(parser: argparse.ArgumentParser, *, is_needed: bool = True) -> None:
    """The options that all commands of this package share."""
    parser.add_argument("corpus", type=Path, nargs=None if is_needed else "?", help="its folder")
    parser.add_argument(
        "--score", type=Path, help="folder of the scoring scripts of workbooks (CORPUS/../score)"
    )
    parser.add_argument(
        "--work",
        type=Path,
        default=Path(tempfile.gettempdir()) / "crossfoot-accuracy",
        help="ledgers are kept here, and taken over while the code is the same (%(default)s)",
    )
    parser.add_argument(
        "--jobs", type=int, default=os.cpu_count() or 1, help="processes (%(default)s)"
    )


def corpus_of(options: argparse.Namespace) -> Corpus:
    """The corpus that the options name."""
    return Corpus(options.corpus, options.score or options.corpus.parent / "score")


def setting_of(options: argparse.Namespace) -> Setting:
    """Where to work: a folder of its own for each state of the corpus and of the code."""
    work = options.work / folder_mark(options.corpus) / code_mark()
    return Setting(work, options.jobs, getattr(options, "quick", False))


def measured(options: argparse.Namespace) -> Values:
    """The figures of the wanted parts.

    Raises:
        CorpusError: for a part that there is not, a folder that is missing, a script that fails.
    """
    wanted = [name.strip() for name in options.only.split(",")]
    for name in wanted:
        if name not in PARTS:
            raise CorpusError(f"there is no part {name}: choose of {', '.join(PARTS)}.")
    corpus, setting = corpus_of(options), setting_of(options)
    values: Values = {}
    for name in wanted:
        values |= PARTS[name](corpus, setting)
    return values


def record(history: Path, run: Run) -> None:
    """Append a run to the history, which is begun where there is none."""
    text = history.read_text("utf-8") if history.exists() else history_head()
    history.write_text(f"{text.rstrip()}\n{run.row()}\n", "utf-8")


def _version() -> str:
    try:
        return version("crossfoot")
    except PackageNotFoundError:
        return "–"


def commit() -> str:
    """The commit measured, with + when there are changes beside it."""
    head = _git("rev-parse", "--short", "HEAD")
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", *("workbooks", "rules"))
    return f"{head or '–'}{'+' if changed else ''}"


def _git(*arguments: str) -> str:
    command = ["git", "-C", str(PROJECT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
