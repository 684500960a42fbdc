"""The suspect of a repair: the value it should have, its interval, and why it went wrong."""

from __future__ import annotations

import math

import numpy as np

from rules.diagnose.context import neighbour_of, row_of
from rules.diagnose.diagnosis import Names
from rules.diagnose.repairs import Repairs
from rules.diagnose.slips import KINDS, Ints
from rules.diagnose.system import System
from rules.model import SuspectCell

_SAME = 1e-8  # share of a figure that is noise of binary fractions
_TELLING = 3.0  # bits from which a slip is named as the cause

Described = tuple[SuspectCell, str, dict[str, object]]


def describe(system: System, repairs: Repairs, row: int, checks: Ints, names: Names) -> Described:
    """The suspect of repair ``row``, the key of its cause and the values its sentence needs."""
    figure = int(repairs.figure[row])
    typed = float(system.ledger.figures.value[figure])
    step = float(system.ledger.figures.step[figure])
    kind, right = _likeliest(repairs, row)
    low, high = snapped(float(repairs.low[row]), float(repairs.high[row]), step)
    if right is None:
        right = _stated(float(repairs.value[row]), low, high, step)
    right = tidy(right)
    low, high = min(tidy(low), right), max(tidy(high), right)
    if high - low <= _SAME * abs(right):
        low = high = right
    label, column = names(figure)
    cell = system.ledger.figures.ref(figure)
    suspect = SuspectCell(cell, typed, label, column, right, low, high)
    return suspect, *_cause(system, figure, kind, typed, right, checks)


def _likeliest(repairs: Repairs, row: int) -> tuple[str, float | None]:
    """The kind of slip that fits best, and the value it leads to."""
    odds = repairs.slips.odds[:, row]
    best = int(np.argmax(odds))
    if math.log2(1 + float(odds[best])) < _TELLING:
        return "", None
    return KINDS[best], float(repairs.slips.right[best, row])


def _cause(
    system: System, figure: int, kind: str, typed: float, right: float, checks: Ints
) -> tuple[str, dict[str, object]]:
    ref = system.ledger.figures.ref
    if kind == "scale-slip" and right and typed:
        return kind, {"factor": tidy(max(typed / right, right / typed, key=abs))}
    if kind in ("row-left-out", "row-counted-twice"):
        other = row_of(system, checks, figure, right - typed)
        return (kind, {"other": ref(other)}) if other >= 0 else ("unknown", {})
    if kind in ("", "round", "neighbour-value"):
        other = neighbour_of(system, figure)
        if other >= 0 and _is_stale(system, figure, checks):
            return "stale-total", {}
        named = other >= 0 and kind == "neighbour-value"
        return (kind, {"other": ref(other)}) if named else ("unknown", {})
    return kind, {}


def _is_stale(system: System, figure: int, checks: Ints) -> bool:
    """Whether most parts of a total that reads as the one beside it do so too: the total is of an
    earlier version, and parts have changed since."""
    led = system.ledger
    for check in checks:
        if led.target[check] != figure or system.n_parts[check] < 2:
            continue
        parts = led.part[led.start[check] : led.start[check + 1]]
        same = sum(neighbour_of(system, int(p), least=1.0) >= 0 for p in parts)
        return bool(2 * same >= len(parts))
    return False


def snapped(low: float, high: float, step: float) -> tuple[float, float]:
    """The interval drawn in to figures that can be stated in the cell's own step."""
    if step <= 0:
        return low, high
    inner = (math.ceil(low / step - 1e-3) * step, math.floor(high / step + 1e-3) * step)
    return inner if inner[0] <= inner[1] else (low, high)


def _stated(value: float, low: float, high: float, step: float) -> float:
    """``value`` in the cell's own step, within the interval where that is possible."""
    if step <= 0:
        return value
    return min(max(round(value / step) * step, low), high)


def tidy(value: float) -> float:
    """Without the noise of binary fractions."""
    return float(f"{value:.12g}")
