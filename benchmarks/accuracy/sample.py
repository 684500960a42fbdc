"""A random sample of findings in real workbooks for a person to judge, and what the verdicts say.

    python -m benchmarks.accuracy.sample CORPUS --seed 1 --n 150 --out sample.jsonl
    python -m benchmarks.accuracy.sample --judged sample.jsonl

Each line of the file is one finding with the cells around it as text. The reviewer fills in
``verdict``: ``right`` (worth showing to the author), ``wrong`` or ``unclear``, and ``remark``.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.accuracy.__main__ import add_corpus, corpus_of, setting_of
from benchmarks.accuracy.audits import audit_into
from benchmarks.accuracy.corpus import CorpusError
from benchmarks.accuracy.judged import VERDICTS, calibration_table, precision_table
from workbooks.grid import Grid, Workbook
from workbooks.reader import read_workbook
from workbooks.refs import a1, column_letters, parse_a1

Record = dict[str, Any]
_ABOVE, _BELOW, _LEFT, _RIGHT = 12, 3, 4, 3  # cells around the figure that are shown
_HEADINGS = 4  # rows with text above the figures, shown however far up they are
_MOST_ROWS, _MOST_COLUMNS = 40, 14
_WIDEST = 28  # characters of a text
_TOLD = (
    *("workbook", "sheet", "cell", "rule", "severity", "confidence", "basis", "message"),
    *("reported", "recomputed", "difference", "tolerance", "label", "column"),
)


def drawn(folder: Path, names: Iterable[str], severities: Sequence[str]) -> list[Record]:
    """All findings of the ledgers of ``names``, in order, each with the name of its workbook."""
    found = []
    for name in names:
        ledger = folder / f"{name}.json"
        if not ledger.exists():
            continue
        for finding in json.loads(ledger.read_text("utf-8"))["findings"]:
            if finding["severity"] in severities:
                found.append(finding | {"workbook": name})
    return found


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as text by position."""

    shown: dict[tuple[int, int], str]
    is_text: dict[tuple[int, int], bool]
    formulas: dict[tuple[int, int], str]


def sheet_of(grid: Grid) -> Sheet:
    """What a reader of the sheet sees, without number formats."""
    shown, is_text, formulas = {}, {}, {}
    places = zip(grid.rows.tolist(), grid.columns.tolist(), grid.numbers.tolist(), strict=True)
    for i, (row, column, number) in enumerate(places):
        at = (row, column)
        known = not math.isnan(number)
        shown[at] = f"{number:.10g}" if known else grid.texts.get(i, "")
        is_text[at] = not known
        if i in grid.formulas:
            formulas[at] = grid.formulas[i]
    return Sheet(shown, is_text, formulas)


def surroundings(sheet: Sheet, cell: tuple[int, int], parts: Sequence[tuple[int, int]]) -> str:
    """The figure with its parts, headings and labels, and the cells around it, one row a line.

    The figure stands between » and «, its parts have a +. Rows and columns of the sheet that are
    left out are not told; each row begins with its number.
    """
    row, column = cell
    near = parts[:_MOST_ROWS]
    rows = {r for r in range(row - _ABOVE, row + _BELOW + 1) if r > 0} | {r for r, _ in near}
    columns = {c for c in range(column - _LEFT, column + _RIGHT + 1) if c > 0}
    columns |= {c for _, c in near}
    columns &= {c for (r, c), text in sheet.shown.items() if text and r in rows}
    wide = sorted(columns, key=lambda c: abs(c - column))[: _MOST_COLUMNS - 2]
    labelled = sorted({c for (r, c), text in sheet.is_text.items() if text and r in rows})
    first = [c for c in labelled if c < min(wide)][:2]
    texts = {r for (r, c), text in sheet.is_text.items() if text and c in wide and r < min(rows)}
    shown_rows = sorted(texts)[-_HEADINGS:] + sorted(rows, key=lambda r: abs(r - row))[:_MOST_ROWS]
    shown_columns = [*first, *sorted(wide)]
    marks = dict.fromkeys(near, "+") | {cell: "»"}
    lines = [" | ".join(["", *map(column_letters, shown_columns)])]
    for r in sorted(set(shown_rows)):
        texts_of_row = []
        for c in shown_columns:
            text = " ".join(sheet.shown.get((r, c), "").split())[:_WIDEST]
            mark = marks.get((r, c), "")
            texts_of_row.append(f"{mark}{text}{'«' if mark == '»' else ''}")
        if any(texts_of_row):
            lines.append(" | ".join([str(r), *texts_of_row]))
    lines += [
        f"{a1(*at)} holds {sheet.formulas[at]}" for at in (cell, *near[:3]) if at in sheet.formulas
    ]
    return "\n".join(lines)


def for_review(number: int, finding: Record, book: Workbook) -> Record:
    """One line of the file."""
    grid = next(grid for grid in book.grids if grid.name == finding["sheet"])
    cell = parse_a1(finding["cell"])
    here = [part["cell"] for part in finding["parts"] if "!" not in part["cell"]]
    elsewhere = [part["cell"] for part in finding["parts"] if "!" in part["cell"]]
    text = surroundings(sheet_of(grid), cell, [parse_a1(address) for address in here])
    return {
        "n": number,
        **{key: finding[key] for key in _TOLD},
        "parts elsewhere": elsewhere,
        "surroundings": text.splitlines(),
        "verdict": "",
        "remark": "",
    }


def write_sample(options: argparse.Namespace) -> None:
    """Draw, look the cells up, and write the file for the reviewer."""
    corpus, setting = corpus_of(options), setting_of(options)
    files = {path.name: path for path in corpus.books}
    folder = setting.work / "books"
    audit_into(folder, list(files.values()), keep_suffix=True, jobs=setting.jobs)
    everything = drawn(folder, files, options.severity.split(","))
    chosen = random.Random(options.seed).sample(everything, min(options.n, len(everything)))
    chosen.sort(key=lambda f: (f["workbook"], f["sheet"], parse_a1(f["cell"]), f["rule"]))
    lines: list[str] = []
    name, book = "", None
    for number, finding in enumerate(chosen, 1):
        if book is None or finding["workbook"] != name:
            name = finding["workbook"]
            book = read_workbook(files[name])
        lines.append(json.dumps(for_review(number, finding, book), ensure_ascii=False))
    options.out.write_text("\n".join(lines) + "\n", "utf-8")
    print(f"{len(lines)} of {len(everything)} findings in {len(files)} workbooks: {options.out}")


def show_judged(path: Path) -> None:
    """Precision by severity and by rule, and calibration, of a file with verdicts.

    Raises:
        CorpusError: for a verdict that is none, with its line; or when there are none at all.
    """
    findings = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]
    for number, one in enumerate(findings, 1):
        if one["verdict"] not in (*VERDICTS, ""):
            raise CorpusError(f"{path}, line {number}: {one['verdict']!r} is no verdict.")
    judged = [one for one in findings if one["verdict"] in VERDICTS[:2]]
    if not judged:
        raise CorpusError(f"{path} has no verdicts: write right, wrong or unclear into it.")
    told = np.array([one["confidence"] for one in judged])
    right = np.array([one["verdict"] == "right" for one in judged], dtype=np.float64)
    print(precision_table(findings, "severity"), precision_table(findings, "rule"), sep="\n\n")
    print("", calibration_table(told, right), sep="\n")


def main(arguments: list[str] | None = None) -> int:
    """Draw a sample, or sum up the verdicts on one."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy.sample")
    add_corpus(parser, is_needed=False)
    parser.add_argument("--seed", type=int, default=1, help="the same seed draws the same findings")
    parser.add_argument("--n", type=int, default=150, help="findings to draw (%(default)s)")
    parser.add_argument("--severity", default="error,warning", help="of which (%(default)s)")
    parser.add_argument("--out", type=Path, default=Path("sample.jsonl"), help="%(default)s")
    parser.add_argument("--judged", type=Path, help="a file with verdicts, to be summed up")
    options = parser.parse_args(arguments)
    if options.judged is None and options.corpus is None:
        parser.error("name the folder of the corpus, or a file with --judged")
    try:
        if options.judged is not None:
            show_judged(options.judged)
        else:
            write_sample(options)
    except (CorpusError, OSError) as fault:
        print(f"accuracy: {fault}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
