"""Findings that are known to be right or wrong, with the signals behind them.

In a copy of a table with one planted error, a finding that was not there before is right when the
wrong cell is in it, and wrong otherwise. Findings of the table itself are right where its
annotation lists a real error, unknown where that is unclear, and wrong otherwise. The copies of one
table share the weight of one. Of real workbooks, verdicts of a person tell.
"""

from __future__ import annotations

import csv
import importlib.util
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy.audits import evidence_of
from benchmarks.accuracy.corpus import Corpus, CorpusError

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Labelled:
    """One finding: the file it comes from, whether it is right, what speaks for it.

    ``before`` is the confidence in its relation, without regard to the finding.
    """

    group: str
    rule: str
    cell: str
    is_right: bool
    signals: NDArray[np.float64]
    before: float
    severity: str = ""
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Told:
    """The findings of one ledger that are failing checks, with signals and confidence."""

    findings: tuple[tuple[Record, NDArray[np.float64], float], ...]

    @property
    def keys(self) -> set[tuple[str, str, str]]:
        """Rule, sheet and cell of each."""
        return {key_of(record) for record, _, _ in self.findings}


def key_of(record: Record) -> tuple[str, str, str]:
    """What names a finding within one file."""
    return record["rule"], record["sheet"], record["cell"]


def told_in(ledger: Path) -> Told:
    """What a ledger and the signals beside it say; nothing where it was not written."""
    if not ledger.exists():
        return Told(())
    content = json.loads(ledger.read_text("utf-8"))
    evidence = json.loads(evidence_of(ledger).read_text("utf-8"))
    sure = {key_of(check): check["confidence"] for check in content["checks"]}
    return Told(
        tuple(
            (record, np.array(signals), sure.get(key_of(record), record["confidence"]))
            for record, signals in zip(content["findings"], evidence, strict=True)
            if signals is not None
        )
    )


def of_tables(corpus: Corpus, work: Path) -> list[Labelled]:
    """Labels from the annotated tables and their copies with a planted error."""
    script = _module(corpus.script("score_errors.py"))
    folder = corpus.aggregations
    planted = json.loads((folder / "errors/injected/errors.json").read_text("utf-8"))
    wild = json.loads((folder / "errors/wild.json").read_text("utf-8"))
    verdicts = {
        (one["case"], key): one["verdict"]
        for one in wild
        for key in _variants(script, one, folder / "cases" / f"{one['case']}.csv")
    }
    found: list[Labelled] = []
    before: dict[str, Told] = {}
    for path in corpus.tables:
        case = path.stem
        before[case] = told_in(work / "tables" / f"{case}.json")
        annotation = json.loads(path.with_name(f"{case}.truth.json").read_text("utf-8"))
        doubtful = {
            key
            for one in annotation
            if one["level"] != "exact"
            for key in _variants(script, one, path)
        }
        for told in before[case].findings:
            keys = _keys(script, told[0], path)
            known = {verdicts[case, key] for key in keys if (case, key) in verdicts}
            if "unclear" in known or (not known and keys & doubtful):
                continue
            found.append(_labelled(case, told, "error" in known))
    copies = Counter(one["base"] for one in planted)
    for one in planted:
        cell = _address(*one["cell"])
        told_there = told_in(work / "planted" / f"{one['id']}.json")
        for told in _new(told_there, before[one["base"]]):
            label = _labelled(one["base"], told, cell in _cells(told[0]))
            found.append(replace(label, weight=1.0 / copies[one["base"]]))
    return found


def of_reviewer(verdicts: Path, work: Path) -> list[Labelled]:
    """Labels from findings of real workbooks that a person judged right or wrong."""
    lines = [json.loads(line) for line in verdicts.read_text("utf-8").splitlines() if line]
    judged = {
        (one["workbook"], one["rule"], one["sheet"], one["cell"]): one["verdict"] == "right"
        for one in lines
        if one["verdict"] in ("right", "wrong")
    }
    found = []
    for name in sorted({key[0] for key in judged}):
        for told in told_in(work / "books" / f"{name}.json").findings:
            key = (name, *key_of(told[0]))
            if key in judged:
                found.append(_labelled(name, told, judged[key]))
    return found


def _new(told: Told, before: Told) -> Iterator[tuple[Record, NDArray[np.float64], float]]:
    """Findings that were not there before. One that was says nothing about the planted error."""
    old = before.keys
    for one in told.findings:
        if key_of(one[0]) not in old:
            yield one


def _labelled(
    group: str, told: tuple[Record, NDArray[np.float64], float], is_right: bool
) -> Labelled:
    record, signals, before = told
    return Labelled(
        group, record["rule"], record["cell"], is_right, signals, before, record["severity"]
    )


def _cells(record: Record) -> set[str]:
    """Addresses of the figure and its parts."""
    return {record["cell"], *(part["cell"].rpartition("!")[2] for part in record["parts"])}


def _address(row: int, column: int) -> str:
    """The address of a cell that the annotation counts from 0."""
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def _position(address: str) -> list[int]:
    column = 0
    letters = address.rstrip("0123456789")
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return [int(address[len(letters) :]) - 1, column - 1]


_KINDS = {"average": "average", "ratio": "division", "percent_change": "relative_change"}


def _keys(script: ModuleType, record: Record, table: Path) -> set[Any]:
    """A finding as the annotation would write it."""
    parts = [(_position(p["cell"].rpartition("!")[2]), p["sign"]) for p in record["parts"]]
    kind = _KINDS.get(record["operation"], "sum")
    if kind == "sum" and any(sign < 0 for _, sign in parts):
        kind = "difference"
        parts.sort(key=lambda part: part[1] < 0)
    told = {
        "kind": kind,
        "aggregate": _position(record["cell"]),
        "components": [cell for cell, _ in parts],
    }
    return _variants(script, told, table)


def _variants(script: ModuleType, told: Record, table: Path) -> set[Any]:
    canonical = script.canonical(told)
    if canonical is None:
        return set()
    key = script.keyer(table)
    return {key(one) for one in script.variants(canonical)}


def _module(path: Path) -> ModuleType:
    """A scoring script as a module, so that relations are compared as it compares them."""
    csv.field_size_limit(sys.maxsize)
    sys.path.insert(0, str(path.parent))
    try:
        spec = importlib.util.spec_from_file_location(path.stem, path)
        if spec is None or spec.loader is None:
            raise CorpusError(f"{path.name} is no Python script.")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(path.parent))
    return module
