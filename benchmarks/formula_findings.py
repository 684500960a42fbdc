"""Findings on formulas, side by side with the package ``spreadsheet-auditor``.

    python benchmarks/formula_findings.py CORPUS [--peer PROGRAM] [--out FOLDER] [--sample 100]
        [--seed 20]

CORPUS has the folders ``formulas`` (workbooks, and ``bugs.csv`` with annotated cells) and
``workbooks``. Each workbook is read by a child process of its own, one tool after the other; user
and system time and the largest memory are those of the child. Only findings of the FM rules count
for Crossfoot, without notes unless said; all findings of the peer count for the peer.

An annotated fault is a group of annotated cells that name each other (``dual``), within one sheet.
A fault is found when a finding names one of its cells. ``hits`` are findings that name a cell
annotated as a fault, ``no bug`` those that name only cells annotated as none; the others are not
annotated either way.

Both tools name one cell here and a whole block there, so that their findings cannot be counted
against each other. Their ``places`` can: all cells of one finding are one place, and so are those
of findings of one rule that touch, also at a corner; a place within that of another rule of the
same tool is counted once. A random sample of places is written out to be looked at by a person.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).parent.parent
FAULTS = ("ref", "refi", "cwfe", "fwce", "calc", "susp")  # kinds of bugs.csv that are faults
HARMLESS = ("no", "oow", "bfe")  # looked at, and right or without effect
_CELL = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")

Cell = tuple[str, str, str]  # file, sheet, address


@dataclass
class Found:
    """One finding: where, by which rule, how grave, in words."""

    file: str
    rule: str
    severity: str
    cells: set[Cell]
    text: str


@dataclass
class Run:
    """All findings of one tool, with what they cost."""

    name: str
    findings: list[Found] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    megabytes: dict[str, float] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)


def letters(number: int) -> str:
    """Column letters of a 1-based number."""
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def number(text: str) -> int:
    """The 1-based number of column letters."""
    value = 0
    for letter in text:
        value = value * 26 + ord(letter) - 64
    return value


def addresses(text: str) -> set[str]:
    """All cells that a text such as ``B4, C5:C9`` names."""
    found: set[str] = set()
    for first, top, last, bottom in _CELL.findall(text.upper()):
        columns = range(number(first), number(last or first) + 1)
        rows = range(int(top), int(bottom or top) + 1)
        if len(columns) * len(rows) <= 100_000:
            found |= {f"{letters(column)}{row}" for column in columns for row in rows}
    return found


def measured(command: list[str]) -> tuple[int, str, float, float]:
    """Exit code, output, CPU seconds and megabytes of a child process."""
    with tempfile.TemporaryFile() as output:
        child = subprocess.Popen(
            command, cwd=PROJECT, stdout=output, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode("utf-8", "replace")
    return child.returncode, text, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def child(path: str, select: str) -> None:
    """Print the findings of the FM rules on one workbook as JSON."""
    import crossfoot
    from reports.sentences import finding_text
    from reports.words import Words

    options = {"select": (select,)} if select else {}
    outcome, words = crossfoot.check(path, **options), Words("en")
    told = []
    for finding in outcome.findings:
        if not finding.rule.startswith("FM"):
            continue
        cells = {finding.cell, *finding.message.values.get("cells", ())}
        told.append(
            {
                "rule": finding.rule,
                "severity": str(finding.severity),
                "cells": [[cell.sheet, cell.a1] for cell in sorted(cells)],
                "text": finding_text(words, finding, outcome),
            }
        )
    json.dump(told, sys.stdout)


def ours(path: Path, run: Run, select: str = "") -> None:
    """Crossfoot's findings on formulas; with ``select`` FM, without a search for relations."""
    command = [sys.executable, __file__, "--child", str(path), "--select", select]
    code, text, seconds, memory = measured(command)
    run.seconds[path.name], run.megabytes[path.name] = seconds, memory
    if code:
        run.failed.append(path.name)
        return
    for one in json.loads(text):
        cells = {(path.name, sheet, address) for sheet, address in one["cells"]}
        run.findings.append(Found(path.name, one["rule"], one["severity"], cells, one["text"]))


def peers(path: Path, run: Run, program: str) -> None:
    """The peer's findings, of all kinds."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "findings.json"
        command = [program, str(path), "--json", str(out), "--quiet"]
        _, _, seconds, memory = measured(command)
        run.seconds[path.name], run.megabytes[path.name] = seconds, memory
        if not out.exists():
            run.failed.append(path.name)
            return
        told = json.loads(out.read_text("utf-8"))["findings"]
    for one in told:
        places = [one["location"], *one.get("members", [])]
        cells = {
            (path.name, place.rpartition("!")[0].strip("'"), address)
            for place in places
            for address in addresses(place.rpartition("!")[2])
        }
        text = f"{one['title']}: {' '.join(one['evidence'])} | {one.get('formula')}"
        run.findings.append(Found(path.name, one["rule_id"], one["severity"], cells, text))


def annotations(table: Path) -> tuple[list[set[Cell]], set[Cell]]:
    """Faults as groups of cells, and the cells that were looked at and are no fault."""
    faulty: dict[Cell, set[Cell]] = {}
    harmless: set[Cell] = set()
    with table.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            cell = (row["workbook"], row["sheet"], row["address"])
            if row["kind"] in HARMLESS:
                harmless.add(cell)
            elif row["kind"] in FAULTS:
                dual = row["notes"].partition("dual")[2]
                named = {(row["workbook"], row["sheet"], a) for a in addresses(dual)}
                faulty.setdefault(cell, set()).update(named)
    return _groups(faulty), harmless


def _groups(faulty: dict[Cell, set[Cell]]) -> list[set[Cell]]:
    parent = {cell: cell for cell in faulty}

    def root(cell: Cell) -> Cell:
        while parent[cell] != cell:
            parent[cell] = parent[parent[cell]]
            cell = parent[cell]
        return cell

    for cell, named in faulty.items():
        for other in named:
            if other in parent:
                parent[root(cell)] = root(other)
    groups: dict[Cell, set[Cell]] = defaultdict(set)
    for cell in faulty:
        groups[root(cell)].add(cell)
    return list(groups.values())


def against(findings: Iterable[Found], faults: list[set[Cell]], harmless: set[Cell]) -> str:
    """Faults found, and what the findings on annotated workbooks hit."""
    findings = list(findings)
    named = set().union(*(one.cells for one in findings)) if findings else set()
    every = set().union(*faults)
    files = {cell[0] for cell in every | harmless}
    mine = [one for one in findings if one.file in files]
    hits = sum(bool(one.cells & every) for one in mine)
    wrong = sum(not one.cells & every and bool(one.cells & harmless) for one in mine)
    found = sum(bool(group & named) for group in faults)
    return (
        f"faults found {found} of {len(faults)}; findings there {len(mine)}: "
        f"{hits} hits, {wrong} no bug, {len(mine) - hits - wrong} not annotated"
    )


def places(findings: Iterable[Found]) -> list[Found]:
    """What there is to look at: findings of one rule whose cells touch or are the same are one."""
    named: dict[tuple[str, str], list[tuple[set[Cell], list[Found]]]] = defaultdict(list)
    for one in findings:
        named[one.file, one.rule].append((set(one.cells), [one]))
    found = []
    for alike in named.values():
        owner: dict[Cell, int] = {}
        parent = list(range(len(alike)))
        for k, (cells, _) in enumerate(alike):
            for file, sheet, address in cells:
                for near in _around(address):
                    if (file, sheet, near) in owner:
                        parent[_root(parent, owner[file, sheet, near])] = _root(parent, k)
                owner[file, sheet, address] = k
        joined: dict[int, Found] = {}
        for k, (cells, (one,)) in enumerate(alike):
            first = joined.setdefault(
                _root(parent, k), Found(one.file, one.rule, one.severity, set(), one.text)
            )
            first.cells |= cells
        found.extend(joined.values())
    found.sort(key=lambda one: (one.file, -len(one.cells), min(one.cells), one.rule))
    kept: list[Found] = []
    for one in found:
        if not any(one.file == other.file and one.cells <= other.cells for other in kept):
            kept.append(one)
    return kept


def _around(address: str) -> Iterable[str]:
    letter = address.rstrip("0123456789")
    row, column = int(address[len(letter) :]), number(letter)
    return (
        f"{letters(column + right)}{row + down}"
        for down in (-1, 0, 1)
        for right in (-1, 0, 1)
        if column + right
    )


def _root(parent: list[int], k: int) -> int:
    while parent[k] != k:
        parent[k] = parent[parent[k]]
        k = parent[k]
    return k


def report(run: Run) -> None:
    """Counts by rule and the cost of a run."""
    print(f"\n{run.name}: {len(run.findings)} findings, {len(run.failed)} files failed")
    for (rule, severity), count in sorted(
        Counter((f.rule, f.severity) for f in run.findings).items()
    ):
        print(f"  {rule} {severity}: {count}")
    slowest = max(run.seconds, key=lambda name: run.seconds[name])
    print(
        f"  CPU {sum(run.seconds.values()):.1f} s, the slowest {run.seconds[slowest]:.1f} s "
        f"({slowest}), memory up to {max(run.megabytes.values()):.0f} MB"
    )


def write_sample(run: Run, findings: list[Found], size: int, seed: int, folder: Path) -> None:
    """A random sample of places, to be looked at; the same for the same findings and seed."""
    chosen = random.Random(seed).sample(findings, min(size, len(findings)))
    lines = [
        f"{one.file}\t{one.rule}\t{one.severity}\t"
        f"{', '.join(f'{s}!{a}' for _, s, a in sorted(one.cells)[:6])}\t{one.text}"
        for one in chosen
    ]
    place = folder / f"sample-{run.name}.tsv"
    place.write_text("\n".join(lines) + "\n", "utf-8")
    print(f"  {len(lines)} of {len(findings)} places for a person to look at: {place}")


def main() -> None:
    """Run both tools on all workbooks and print the comparison."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("corpus", nargs="?", type=Path)
    parser.add_argument("--peer", default="spreadsheet-auditor")
    parser.add_argument("--out", type=Path, default=Path())
    parser.add_argument("--sample", type=int, default=100)
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--select", default="", help=argparse.SUPPRESS)
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        sys.path.insert(0, str(PROJECT))
        child(options.child, options.select)
        return
    if options.corpus is None:
        parser.error("the folder of the corpus is needed")
    books = [
        book
        for name in ("formulas", "workbooks")
        for kind in ("*.xlsx", "*.xlsm")
        for book in sorted((options.corpus / name).glob(kind))
    ]
    options.out.mkdir(parents=True, exist_ok=True)
    crossfoot, alone = Run("crossfoot"), Run("crossfoot-select-FM")
    peer = Run("spreadsheet-auditor")
    for book in books:
        ours(book, crossfoot)
        ours(book, alone, "FM")
        peers(book, peer, options.peer)
        costs = ", ".join(f"{run.seconds[book.name]:.1f} s" for run in (crossfoot, alone, peer))
        print(f"{book.name}: {costs}", flush=True)
    faults, harmless = annotations(options.corpus / "formulas" / "bugs.csv")
    for run in (crossfoot, alone, peer):
        report(run)
        print("  annotated, all findings:", against(run.findings, faults, harmless))
        grave = [one for one in run.findings if one.severity != "note"]
        print("  annotated, without notes:", against(grave, faults, harmless))
        print(f"  places {len(places(run.findings))}, without notes {len(places(grave))}")
        write_sample(run, places(run.findings), options.sample, options.seed, options.out)


if __name__ == "__main__":
    main()
