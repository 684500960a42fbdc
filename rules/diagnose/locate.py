"""Which cell is wrong: the fewest cells whose change makes the failing checks hold again.

Checks form a system of constraints. For every group of failing checks that share figures, each
figure is tried: the change that clears most of them and breaks the fewest that agree is the repair.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules.diagnose.causes import gross_of, slip
from rules.ledger import OPERATIONS, Ledger
from rules.model import Certainty, Message, Operation, SuspectCell

Names = Callable[[int], tuple[str, str]]

_QUOTIENTS = {OPERATIONS.index(Operation.RATIO), OPERATIONS.index(Operation.PERCENT_CHANGE)}
_CLEARED = 8.0  # bits for a failing check that a repair clears beyond the first
_BROKEN = 7.0  # bits against, for an agreeing check that it breaks
_LEFT_OPEN = 4.0  # bits against, for a failing check of the figure that it does not clear
_LEAD = 2.0  # bits between the best and the next, for a cell to be located
_MOST_NAMED = 6
_MANY = 4  # parts: from here a lone sum with corroborated total lacks a part


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One root cause: what may be wrong, why, and the ledger rows it clears."""

    certainty: Certainty
    suspects: tuple[SuspectCell, ...]
    cause: str
    explanation: Message
    amount: float
    checks: tuple[int, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class _Repair:
    figure: int
    low: float  # the value it should have lies between
    high: float
    best: float
    cleared: tuple[int, ...]
    broken: int
    bits: float
    cause: str
    values: dict[str, object]


class _System:
    """The linear checks of a ledger, with the checks of each figure."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.of_figure: dict[int, list[tuple[int, float]]] = defaultdict(list)
        sizes = np.diff(ledger.start)
        owner = np.repeat(np.arange(len(ledger)), sizes)
        average = OPERATIONS.index(Operation.AVERAGE)
        linear = ~np.isin(ledger.operation, list(_QUOTIENTS))
        for row in np.flatnonzero(linear):
            self.of_figure[int(ledger.target[row])].append((int(row), 1.0))
        for k in np.flatnonzero(linear[owner]) if len(owner) else ():
            check = int(owner[k])
            weight = -float(ledger.factor[k])
            if ledger.operation[check] == average:
                weight /= float(sizes[check])
            self.of_figure[int(ledger.part[k])].append((check, weight))
        self.linear = linear
        self.residual = ledger.difference.copy()
        self.repaired: set[int] = set()  # figures that a diagnosis already changes

    def figures_of(self, check: int) -> list[int]:
        led = self.ledger
        span = led.part[led.start[check] : led.start[check + 1]]
        return [int(led.target[check]), *(int(p) for p in span)]


def diagnose(ledger: Ledger, failing: NDArray[np.bool_], names: Names) -> list[Diagnosis]:
    """The root causes of the failing checks, most certain and largest first.

    Args:
        ledger: all checks; ``failing`` marks those that are findings, shape ``(n_checks,)``.
        names: label and column heading of a figure, by its position.
    """
    system = _System(ledger)
    result: list[Diagnosis] = []
    for group in _groups(system, failing):
        result.extend(_of_group(system, group, names))
    rank = tuple(Certainty)
    result.sort(key=lambda d: (rank.index(d.certainty), -abs(d.amount), d.checks))
    return result


def _groups(system: _System, failing: NDArray[np.bool_]) -> list[list[int]]:
    """Failing checks that share figures, directly or through each other."""
    rows = [int(i) for i in np.flatnonzero(failing)]
    root = {i: i for i in rows}

    def find(i: int) -> int:
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    first: dict[int, int] = {}
    for i in rows:
        for figure in system.figures_of(i):
            if figure in first:
                root[find(i)] = find(first[figure])
            else:
                first[figure] = i
    groups: dict[int, list[int]] = defaultdict(list)
    for i in rows:
        groups[find(i)].append(i)
    return list(groups.values())


def _of_group(system: _System, group: list[int], names: Names) -> list[Diagnosis]:
    left = set(group)
    found: list[Diagnosis] = []
    while left:
        repairs = _repairs(system, left)
        if not repairs:
            found.append(_unexplained(system, sorted(left), names))
            break
        diagnosis = _decided(system, repairs, left, names)
        found.append(diagnosis)
        if diagnosis.certainty is Certainty.LOCATED:
            _apply(system, repairs[0])
        left -= set(diagnosis.checks) or left
    return found


def _apply(system: _System, repair: _Repair) -> None:
    """Let the rest be judged as if the repair had been made."""
    delta = repair.best - float(system.ledger.figures.value[repair.figure])
    system.repaired.add(repair.figure)
    for check, weight in system.of_figure[repair.figure]:
        system.residual[check] += weight * delta


def _repairs(system: _System, left: set[int]) -> list[_Repair]:
    """Every single-cell repair of the checks that are left, best first."""
    figures = {f for check in left if system.linear[check] for f in system.figures_of(check)}
    figures -= system.repaired
    repairs = [r for f in figures if (r := _repair(system, f, left)) is not None]
    repairs.sort(key=lambda r: (-r.bits, r.figure))
    return repairs


def _repair(system: _System, figure: int, left: set[int]) -> _Repair | None:
    led = system.ledger
    wanted = []
    for check, weight in system.of_figure[figure]:
        if check in left and weight:
            delta = -float(system.residual[check]) / weight
            slack = float(led.tolerance[check]) / abs(weight)
            slack += 1e-7 * abs(delta) + 1e-9
            wanted.append((delta, slack, check))
    if not wanted:
        return None
    best: tuple[int, float, float, list[tuple[float, float, int]]] | None = None
    for delta, _, _ in wanted[:40]:
        agreeing = [w for w in wanted if abs(w[0] - delta) <= w[1]]
        low = max(w[0] - w[1] for w in agreeing)
        high = min(w[0] + w[1] for w in agreeing)
        tight = min(agreeing, key=lambda w: w[1])
        if best is None or len(agreeing) > best[0]:
            best = (len(agreeing), low, high, [tight, *agreeing])
    assert best is not None
    _, low, high, agreeing = best
    exact, agreeing = agreeing[0][0], agreeing[1:]
    old = float(led.figures.value[figure])
    delta = _preferred(agreeing, exact, low, high)
    broken, strength = 0, 0.0
    for check, weight in system.of_figure[figure]:
        if check in left:
            continue
        before = float(system.residual[check])
        allowed = float(led.tolerance[check]) + 1e-9 * abs(old) + 1e-9
        if abs(before) <= allowed < abs(before + weight * delta):
            broken += 1
            strength += float(led.confidence[check])
    cleared = tuple(w[2] for w in agreeing)
    cause, values, bits = slip(led, figure, old, old + delta, cleared)
    if cause == "net-typed-for-gross":
        gross = gross_of(led, figure, cleared)
        if gross is not None and low <= gross - old <= high:
            delta = gross - old
    score = _CLEARED * (len(cleared) - 1) - _BROKEN * strength + bits
    score -= _LEFT_OPEN * (len(wanted) - len(cleared))
    ends = _snapped(old + low, old + high, float(led.figures.step[figure]))
    return _Repair(
        figure, ends[0], ends[1], _tidy(old + delta), cleared, broken, score, cause, values
    )


def _preferred(
    agreeing: list[tuple[float, float, int]], exact: float, low: float, high: float
) -> float:
    """The change that the most exacting check asks for, kept inside what all allow."""
    return min(max(exact, low), high) if low <= high else exact


def _snapped(low: float, high: float, step: float) -> tuple[float, float]:
    """The interval drawn in to figures that can be stated in the cell's own step."""
    if step <= 0:
        return low, high
    inner = (math.ceil(low / step - 1e-3) * step, math.floor(high / step + 1e-3) * step)
    return inner if inner[0] <= inner[1] else (low, high)


def _tidy(value: float) -> float:
    return float(f"{value:.12g}")


def _decided(system: _System, repairs: list[_Repair], left: set[int], names: Names) -> Diagnosis:
    best = repairs[0]
    rivals = [
        r for r in repairs if r.bits > best.bits - _LEAD and set(r.cleared) & set(best.cleared)
    ]
    if best.broken:
        return _missing(system, repairs, left, names)
    amount = float(system.ledger.figures.value[best.figure]) - best.best
    odds = sum(2.0 ** (r.bits - best.bits) for r in repairs[:50])
    if len(rivals) == 1:
        suspect = _suspect(system, best, names)
        values = {
            "cell": suspect.cell,
            "value": suspect.value,
            "suggested": suspect.suggested,
            "low": suspect.low,
            "high": suspect.high,
            "count": len(best.cleared),
            **best.values,
        }
        return Diagnosis(
            Certainty.LOCATED,
            (suspect,),
            best.cause,
            Message("explanation.located", values),
            amount,
            best.cleared,
            round(1 / odds, 3),
        )
    named = tuple(_suspect(system, r, names) for r in rivals[:_MOST_NAMED])
    return Diagnosis(
        Certainty.AMBIGUOUS,
        named,
        "unknown",
        Message(
            "explanation.ambiguous",
            {"cells": tuple(s.cell for s in named), "count": len(best.cleared), **best.values},
        ),
        amount,
        best.cleared,
        round(1 / odds, 3),
    )


def _suspect(system: _System, repair: _Repair, names: Names) -> SuspectCell:
    figures = system.ledger.figures
    label, column = names(repair.figure)
    return SuspectCell(
        figures.ref(repair.figure),
        float(figures.value[repair.figure]),
        label,
        column,
        repair.best,
        _tidy(repair.low),
        _tidy(repair.high),
    )


def _missing(system: _System, repairs: list[_Repair], left: set[int], names: Names) -> Diagnosis:
    """Totals and parts are all vouched for by other checks: something is not listed."""
    led = system.ledger
    checks = sorted(left, key=lambda c: -abs(float(led.difference[c])))
    first = checks[0]
    amount = float(led.difference[first])
    close = [
        c
        for c in checks
        if abs(abs(float(led.difference[c])) - abs(amount))
        <= float(led.tolerance[c]) + float(led.tolerance[first]) + 1e-6
    ]
    cells = []
    for check in close[:_MOST_NAMED]:
        target = int(led.target[check])
        label, column = names(target)
        cells.append(
            SuspectCell(led.figures.ref(target), float(led.figures.value[target]), label, column)
        )
    many = any(led.start[c + 1] - led.start[c] >= _MANY for c in close)
    if not many:
        return _unexplained(system, close, names)
    return Diagnosis(
        Certainty.MISSING_PART,
        tuple(cells),
        "missing-part",
        Message("explanation.missing_part", {"amount": amount}),
        amount,
        tuple(close),
        0.8,
    )


def _unexplained(system: _System, checks: list[int], names: Names) -> Diagnosis:
    led = system.ledger
    worst = max(checks, key=lambda c: abs(float(led.difference[c])))
    target = int(led.target[worst])
    label, column = names(target)
    value = float(led.figures.value[target])
    suspect = SuspectCell(
        led.figures.ref(target), value, label, column, _tidy(float(led.recomputed[worst]))
    )
    return Diagnosis(
        Certainty.UNEXPLAINED,
        (suspect,),
        "unknown",
        Message("explanation.unexplained", {}),
        float(led.difference[worst]),
        tuple(checks),
        0.3,
    )
