"""Workbooks drawn as text, for tests of rules: cells stand between bars, one sheet per text."""

from __future__ import annotations

import re

import numpy as np

from rules.model import Check, Finding
from rules.outcome import Outcome
from rules.runner import audit
from rules.settings import RuleSettings
from workbooks.grid import Grid, Kind, Style, Workbook

_NUMBER = re.compile(r"[-−]?\d[\d ]*(?:\.\d+)?")


def drawn(
    *sheets: str, hidden_rows: frozenset[int] = frozenset(), names: tuple[str, ...] = ()
) -> Workbook:
    """A workbook of one sheet per text; ``1 200`` is a number, ``3.6%`` a percentage, ``'12`` a
    number stored as text, ``#REF!`` an error."""
    grids = tuple(
        _grid(text, names[k] if names else f"Sheet{k + 1}", hidden_rows)
        for k, text in enumerate(sheets)
    )
    return Workbook("drawn.xlsx", grids, (Style(),), "0" * 64, 0, "xlsx")


def _grid(text: str, name: str, hidden_rows: frozenset[int]) -> Grid:
    rows: list[int] = []
    columns: list[int] = []
    kinds: list[int] = []
    numbers: list[float] = []
    texts: dict[int, str] = {}
    for r, line in enumerate(text.strip("\n").splitlines(), 1):
        for c, raw in enumerate(line.split("|"), 1):
            cell = raw.strip()
            if not cell:
                continue
            kind, number = _read(cell)
            if kind in (Kind.TEXT, Kind.ERROR) or cell.startswith("'"):
                texts[len(rows)] = cell.lstrip("'")
            rows.append(r)
            columns.append(c)
            kinds.append(int(kind))
            numbers.append(number)
    return Grid(
        name=name,
        rows=np.array(rows, np.int32),
        columns=np.array(columns, np.int32),
        kinds=np.array(kinds, np.uint8),
        numbers=np.array(numbers, np.float64),
        styles=np.zeros(len(rows), np.int32),
        texts=texts,
        formulas={},
        hidden_rows=hidden_rows,
    )


def _read(cell: str) -> tuple[Kind, float]:
    plain = cell.lstrip("'").replace("−", "-")
    if plain.startswith("#"):
        return Kind.ERROR, np.nan
    if plain.endswith("%") and _NUMBER.fullmatch(plain[:-1]):
        return Kind.PERCENTAGE, float(plain[:-1]) / 100
    if _NUMBER.fullmatch(plain):
        return Kind.AMOUNT, float(plain.replace(" ", ""))
    return Kind.TEXT, np.nan


def outcome_of(*sheets: str, settings: RuleSettings | None = None) -> Outcome:
    """The audit of drawn sheets; no rule may crash."""
    outcome = audit(drawn(*sheets), settings)
    assert outcome.crashes == ()
    return outcome


def checks_of(outcome: Outcome, rule: str) -> dict[str, Check]:
    """The checks of one rule by the address of their figure."""
    ledger = outcome.ledger
    checks = [ledger.check(i) for i in range(len(ledger)) if ledger.rules[ledger.rule[i]] == rule]
    return {check.cell.a1: check for check in checks}


def parts_of(check: Check) -> list[tuple[str, float]]:
    """Address and factor of each part."""
    return [(part.cell.a1, part.factor) for part in check.parts]


def findings_of(outcome: Outcome, family: str) -> list[Finding]:
    """The findings of one rule or family."""
    return [finding for finding in outcome.findings if finding.rule.startswith(family)]
