"""Checks as Excel formulas over the annotated sheets, so that a reader can re-perform each one.

Neighbouring parts are written as ranges. That is worked out for all checks of a ledger at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from reports.writer import LONGEST_FORMULA
from rules.ledger import OPERATIONS, Ledger
from rules.model import Operation
from workbooks.refs import a1, quoted

_MOST_ARGUMENTS = 250  # Excel allows 255


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring parts with one factor: a cell or a range, on sheet number ``sheet``."""

    sheet: int
    place: str
    factor: float
    cells: int


def runs_of(ledger: Ledger) -> Iterator[list[Run]]:
    """The parts of each check as runs."""
    figures, part, factor = ledger.figures, ledger.part, ledger.factor
    if not len(part):
        yield from ([] for _ in range(len(ledger)))
        return
    sheet, row, column = figures.sheet[part], figures.row[part], figures.column[part]
    alike = (sheet[1:] == sheet[:-1]) & (factor[1:] == factor[:-1])
    down = alike & (column[1:] == column[:-1]) & (row[1:] == row[:-1] + 1)
    across = alike & (row[1:] == row[:-1]) & (column[1:] == column[:-1] + 1)
    step = np.where(down, 1, np.where(across, 2, 0))  # from each part to the next
    first = np.ones(len(part), dtype=bool)
    first[1:] = step == 0
    first[2:] |= (step[1:] != step[:-1]) & (step[:-1] != 0)
    starts = ledger.start[:-1]
    first[starts[starts < len(part)]] = True
    begin = np.flatnonzero(first)
    end = np.append(begin[1:], len(part))
    owner = np.searchsorted(begin, ledger.start).tolist()
    runs = [
        Run(s, a1(r1, c1) if b + 1 == e else f"{a1(r1, c1)}:{a1(r2, c2)}", f, e - b)
        for s, r1, c1, r2, c2, f, b, e in zip(
            sheet[begin].tolist(),
            row[begin].tolist(),
            column[begin].tolist(),
            row[end - 1].tolist(),
            column[end - 1].tolist(),
            factor[begin].tolist(),
            begin.tolist(),
            end.tolist(),
            strict=True,
        )
    ]
    for at in range(len(ledger)):
        yield runs[owner[at] : owner[at + 1]]


def formula_of(
    operation: Operation,
    runs: list[Run],
    prefixes: Mapping[int, str],
    scale: float,
    figures: tuple[float, float, float],
) -> str:
    """The formula, without ``=``; empty when Excel cannot have it.

    ``prefixes`` has ``'Sheet'!`` for each sheet number; ``figures`` are the first two parts and
    the recomputed figure, which tell the convention of a percentage.
    """
    if operation in (Operation.PERCENT_CHANGE, Operation.RATIO):
        formula = _quotient(operation, runs, prefixes, scale, figures)
    elif operation is Operation.AVERAGE:
        arguments = [f"{prefixes[run.sheet]}{run.place}" for run in runs]
        formula = f"AVERAGE({','.join(arguments)})" if len(arguments) <= _MOST_ARGUMENTS else ""
    else:
        formula = _linear(runs, prefixes)
    return formula if len(formula) <= LONGEST_FORMULA else ""


# Ways to state a change in per cent, the commonest first: old, new -> formula and value.
_CHANGES: tuple[tuple[str, Callable[[float, float], float]], ...] = (
    ("({new}-{old})/{old}", lambda old, new: (new - old) / old),
    ("({new}-{old})/ABS({old})", lambda old, new: (new - old) / abs(old)),
    ("({old}-{new})/ABS({old})", lambda old, new: (old - new) / abs(old)),
    ("({old}-{new})/{old}", lambda old, new: (old - new) / old),
    ("{new}/{old}", lambda old, new: new / old),
    ("({new}-{old})/{new}", lambda old, new: (new - old) / new),
)


def _quotient(
    operation: Operation,
    runs: list[Run],
    prefixes: Mapping[int, str],
    scale: float,
    figures: tuple[float, float, float],
) -> str:
    """A change in per cent or a ratio of two cells."""
    cells = [f"{prefixes[run.sheet]}{cell}" for run in runs for cell in run.place.split(":")]
    if len(cells) != 2 or sum(run.cells for run in runs) != 2:
        return ""
    times = "" if scale == 1 else f"*{scale:.15g}"
    if operation is Operation.RATIO:
        return f"{cells[0]}/{cells[1]}{times}"
    first, second, recomputed = figures
    form = _CHANGES[0][0]
    if first and second:
        for candidate, value in _CHANGES:
            if math.isclose(value(first, second) * scale, recomputed, rel_tol=1e-9, abs_tol=1e-12):
                form = candidate
                break
    return form.format(old=cells[0], new=cells[1]) + times


def _linear(runs: list[Run], prefixes: Mapping[int, str]) -> str:
    """Σ factor · part, with one SUM for each factor that has several cells."""
    terms = []
    by_factor: dict[float, list[Run]] = {}
    for run in runs:
        by_factor.setdefault(run.factor, []).append(run)
    for factor, group in by_factor.items():
        arguments = [f"{prefixes[run.sheet]}{run.place}" for run in group]
        if len(group) <= 3 and all(run.cells == 1 for run in group) and abs(factor) == 1:
            terms += [("-" if factor < 0 else "+") + argument for argument in arguments]
            continue
        if len(group) == 1 and group[0].cells == 1:
            total = arguments[0]
        else:
            blocks = range(0, len(arguments), _MOST_ARGUMENTS)
            sums = [f"SUM({','.join(arguments[b : b + _MOST_ARGUMENTS])})" for b in blocks]
            total = sums[0] if len(sums) == 1 else f"({'+'.join(sums)})"
        sign = "-" if factor < 0 else "+"
        terms.append(sign + total + ("" if abs(factor) == 1 else f"*{abs(factor):.15g}"))
    return "".join(terms).removeprefix("+")


def sheet_prefixes(ledger: Ledger, names: Mapping[str, str]) -> dict[int, str]:
    """``'Sheet'!`` for each sheet of the ledger, as it is called in the report."""
    return {
        number: f"{quoted(names[name])}!"
        for number, name in enumerate(ledger.figures.sheets)
        if name in names
    }


def operations(ledger: Ledger) -> list[Operation]:
    """The operation of each check."""
    return [OPERATIONS[number] for number in ledger.operation.tolist()]
