"""What every formula gives, against the value stored beside it; worked out once."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from rules.formula.sheets import FormulaCell, formula_cells
from rules.model import Message, NotChecked
from rules.recalculation.evaluate import CellError, NotEvaluatedError
from rules.recalculation.facts import FormulaFacts
from workbooks.grid import Kind

_NUMBERS = (Kind.AMOUNT, Kind.PERCENTAGE, Kind.DATE)
_SHARE = 1e-9  # of the figure, that other programs may add up differently …
# what stands in the way and is no function, as a mark that needs no translation; empty for what
# is told elsewhere: links to other workbooks, figures that were never calculated
_SHOWN = {
    "external": "",
    "never calculated": "",
    "range": ":",
    "large range": ":",
    "missing sheet": "!",
    "unread": "{ }",
    "name": "=",
    "truth value": "TRUE",
}
_LEAST = 1e-6  # … and at least this


@dataclass(slots=True)
class Recalculated:
    """Formulas that give another value than is stored, and those that were not evaluated."""

    stale: list[tuple[FormulaCell, float]] = field(default_factory=list)
    evaluated: int = 0
    not_evaluated: dict[tuple[int, str], list[FormulaCell]] = field(default_factory=dict)


def recalculated(facts: FormulaFacts) -> Recalculated:
    """All formulas of a workbook worked out over its stored values."""
    return facts.remembered("recalculated", lambda: _recalculated(facts))


def _recalculated(facts: FormulaFacts) -> Recalculated:
    found = Recalculated()
    open_ = [_open(facts, sheet) for sheet in range(len(facts.workbook.grids))]
    found.evaluated = sum(agreed for _, agreed in open_)
    for one in formula_cells(facts, [at for at, _ in open_]):
        stored = float(one.grid.numbers[one.at])
        value = _value(facts, one, found)
        if value is None:
            continue
        found.evaluated += 1
        if abs(value - stored) > max(_LEAST, _SHARE * max(abs(value), abs(stored))):
            found.stale.append((one, value))
    return found


def _open(facts: FormulaFacts, sheet: int) -> tuple[list[int], int]:
    """The formulas of a sheet that store a number and do not surely give it; and how many do."""
    grid = facts.workbook.grids[sheet]
    of_cell = facts.book.sheets[sheet].of_cell
    at = np.fromiter(of_cell, np.int64, len(of_cell))
    at = at[np.isin(grid.kinds[at], _NUMBERS)]
    at = at[[position not in grid.texts for position in at.tolist()]]
    agrees = facts.many.agreeing(sheet, _LEAST, _SHARE)[at]
    return at[~agrees].tolist(), int(agrees.sum())


def _value(facts: FormulaFacts, one: FormulaCell, found: Recalculated) -> float | None:
    reason = "unread"
    if one.pattern.tree is not None:
        try:
            value = facts.evaluator.value(one.pattern.tree, one.sheet, one.row, one.column)
        except NotEvaluatedError as error:
            reason = str(error)
        except CellError:
            return None  # an error where a number is stored: its inputs are not as they were
        else:
            number = 0.0 if value is None else value
            if isinstance(number, (str, bool)) or not math.isfinite(number):
                return None
            return float(number)
    shown = _SHOWN.get(reason, reason)
    if shown:
        found.not_evaluated.setdefault((one.sheet, shown), []).append(one)
    return None


def not_evaluated(facts: FormulaFacts) -> list[NotChecked]:
    """One entry per sheet and function or mark that stands in the way, with how many formulas."""
    return [
        NotChecked(
            "FM007",
            cells[0].ref,
            Message("not_checked.formula", {"count": len(cells), "what": reason}),
        )
        for (_, reason), cells in sorted(recalculated(facts).not_evaluated.items())
    ]
