"""Ratios, shares, unit prices and changes in per cent: lines that two others explain as a quotient.

Numbers divide into each other by accident far too easily. A line whose heading, label or format
speaks of a quotient needs the evidence of a few figures; any other line is tried only where its
figures carry many digits, and believed only when many different ones agree. Lines that repeat a
pattern (the same denominator, the same distance to their numerator) raise each other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rules.model import Operation
from rules.search.evidence import ERROR_RATE, Floats
from rules.search.proposals import Quotient
from rules.search.space import Space
from workbooks.tables.vocabulary import Idea

_ENOUGH = 6.0
_SILENT_COST = 14.0  # bits against a quotient that no word and no format speaks of
_HINT_COST = 5.0  # … that its name only hints at: a margin, a price, "debt / equity"
_LEAST_NEWS = 3  # different figures that such a quotient must explain
_ALL = 45  # up to this many lines every pair is tried, beyond that the near ones
_REACH = 16
_SILENT_REACH = 8  # the same for lines that no word speaks of
_SAMPLE = 12  # observations that screen the pairs of a long line
_KEPT = 6  # pairs per line and operation that go on from the screening
_PATTERN_BITS = 5.0  # for a pattern that another line of the table shows clearly
_CLEAR = 15.0  # bits from which a line shows a pattern
_SPEAKING = Idea.PERCENT | Idea.SHARE | Idea.PER_UNIT

_ON_MAGNITUDE = 2.0  # the factor of an old figure on whose magnitude a change is taken
_MAGNITUDE_COST = 1.5  # bits against that form

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Form:
    """One way in which two figures make a third."""

    operation: Operation
    scale: float
    sign: float  # −1 for (old − new)
    on: float  # of changes: 1 on the old figure, ``_ON_MAGNITUDE`` on its magnitude


def find_quotients(space: Space, percent: NDArray[np.bool_]) -> list[Quotient]:
    """The quotients among the lines of a space; ``percent`` marks cells formatted as per cent."""
    formatted = np.where(space.present, percent, False).sum(axis=1)
    told = np.maximum(space.present.sum(axis=1), 1)
    found: dict[int, list[Quotient]] = {}
    for target in range(space.n):
        if not space.present[target].any():
            continue
        is_percent = bool(formatted[target] > 0.5 * told[target])
        cost = _cost_of_words(space, target, is_percent)
        if cost < _SILENT_COST or _worth_trying(space, target):
            candidates = list(_of_line(space, target, is_percent, cost))
            if candidates:
                found[target] = candidates
    return _chosen(found, space.stand_ins())


_HINTS = re.compile(
    r"\w ?/ ?\w|(?<!\w)(?:per|margin|turnover|return on|yield|ratio|rate|coverage|intensity|"
    r"average|avg|price|unit|each|hinta|yksikkö\w*|aste|pris|grad|styck)(?!\w)"
)


def _cost_of_words(space: Space, target: int, is_percent: bool) -> float:
    """Bits against a quotient, by what name and format of the line say of one."""
    if is_percent or space.is_a(target, _SPEAKING):
        return 0.0
    return _HINT_COST if _HINTS.search(space.labels[target]) else _SILENT_COST


def _worth_trying(space: Space, target: int) -> bool:
    """True for a line without a word that takes several values, so that evidence can add up."""
    values = space.values[target][space.present[target]]
    return len(np.unique(values[values != 0])) >= _LEAST_NEWS


def _of_line(space: Space, target: int, is_percent: bool, price: float) -> Iterator[Quotient]:
    speaks = price < _SILENT_COST
    others = _others(space, target, speaks)
    if len(others) < 2:
        return
    a, b = (grid.ravel() for grid in np.meshgrid(others, others, indexing="ij"))
    keep = a != b
    a, b = a[keep], b[keep]
    if price > 0:
        operations: tuple[Operation, ...] = (Operation.RATIO,)
        scales: tuple[float, ...] = (1.0,)
    else:
        operations = (Operation.PERCENT_CHANGE, Operation.RATIO)
        scales = (1.0,) if is_percent else (100.0, 1.0)
    sample = _sample(space, target)
    forms = [(1.0, 1.0), (-1.0, 1.0), (1.0, _ON_MAGNITUDE), (-1.0, _ON_MAGNITUDE)]
    of_both_signs = _of_both_signs(space, a)
    for operation in operations:
        for scale in scales:
            for sign, on in forms if operation is Operation.PERCENT_CHANGE else forms[:1]:
                x, y = (a, b) if on == 1.0 else (a[of_both_signs], b[of_both_signs])
                form = _Form(operation, scale, sign, on)
                screened = _bits(space, target, x, y, form, sample).sum(axis=1)
                best = np.argsort(-screened, kind="stable")[:_KEPT]
                best = best[screened[best] > 0]
                if len(best):
                    cost = float(np.log2(len(a) * 3)) + price + (on - 1.0) * _MAGNITUDE_COST
                    yield from _weighed(space, target, (x[best], y[best]), form, cost)


def _of_both_signs(space: Space, lines: Ints) -> NDArray[np.bool_]:
    """Which lines have figures above and below zero: their magnitude is another base."""
    low, high = space.filled.min(axis=1), space.filled.max(axis=1)
    return np.asarray((low[lines] < 0) & (high[lines] > 0), dtype=np.bool_)


def _others(space: Space, target: int, speaks: bool) -> Ints:
    told = np.array(space.present.any(axis=1))
    told[target] = False
    if not speaks or space.n > _ALL:
        reach = _REACH if speaks else _SILENT_REACH
        near = np.zeros(space.n, dtype=bool)
        near[max(0, target - reach) : target + reach + 1] = True
        told &= near
    return np.flatnonzero(told)


def _sample(space: Space, target: int) -> Ints:
    """A few observations with different figures of the line, spread over it."""
    _, first = np.unique(space.filled[target], return_index=True)
    first = np.sort(first[space.filled[target][first] != 0])
    if len(first) <= _SAMPLE:
        return first
    return first[np.linspace(0, len(first) - 1, _SAMPLE).astype(np.int64)]


def _weighed(
    space: Space,
    target: int,
    pairs: tuple[Ints, Ints],
    form: _Form,
    cost: float,
) -> Iterator[Quotient]:
    """The screened pairs with the evidence of all observations."""
    a, b = pairs
    operation, scale, sign, on = form.operation, form.scale, form.sign, form.on
    everything = np.arange(space.values.shape[1])
    bits = _bits(space, target, a, b, form, everything)
    # A figure that comes back is news once: a constant is a quotient of whatever is constant.
    _, first = np.unique(space.filled[target], return_index=True)
    news = np.zeros(bits.shape[1], dtype=bool)
    news[first] = True
    totals = np.where(news | (bits < 0), bits, 0.0).sum(axis=1)
    far = np.minimum(np.abs(a - target) + np.abs(b - target), 60)
    totals = totals - cost - 0.1 * far - (sign < 0)
    totals += _words(space, target, operation)
    totals += [
        _named(space, target, int(x)) + _named(space, target, int(y))
        for x, y in zip(*pairs, strict=True)
    ]
    for k in range(len(a)):
        held, failed = int((bits[k] > 0).sum()), int((bits[k] < 0).sum())
        if totals[k] < _ENOUGH - _PATTERN_BITS or failed > held:
            continue
        if cost > _SILENT_COST and int(((bits[k] > 0) & news).sum()) < _LEAST_NEWS:
            continue
        factors = (-sign * on, sign) if operation is Operation.PERCENT_CHANGE else (1.0, 1.0)
        yield Quotient(
            target,
            (int(a[k]), int(b[k])),
            factors,
            scale,
            float(totals[k]),
            held,
            failed,
            operation,
        )


def _chosen(found: dict[int, list[Quotient]], stand_in: tuple[int, ...]) -> list[Quotient]:
    """One quotient per line, the patterns of clear ones counted for the others.

    Of ``a = b / c``, ``b = a · c`` and ``c = b / a`` only the best is kept, for they say the same;
    so do lines with the same figures.
    """
    clear: Counter[tuple[object, ...]] = Counter()
    for candidates in found.values():
        best = max(candidates, key=lambda q: q.bits)
        if best.bits >= _CLEAR:
            clear.update(_patterns(best))
    raised = []
    for candidates in found.values():
        lifted = []
        for q in candidates:
            own = q.bits >= _CLEAR and q is max(candidates, key=lambda c: c.bits)
            seen = any(clear[pattern] > own for pattern in _patterns(q))
            lifted.append(replace(q, bits=q.bits + _PATTERN_BITS * seen))
        raised.append(max(lifted, key=lambda q: q.bits))
    chosen: list[Quotient] = []
    taken: set[frozenset[int]] = set()
    for q in sorted(raised, key=lambda q: -q.bits):
        lines = frozenset(stand_in[line] for line in (q.target, *q.parts))
        if q.bits >= _ENOUGH and lines not in taken:
            taken.add(lines)
            chosen.append(q)
    return sorted(chosen, key=lambda q: q.target)


def _patterns(q: Quotient) -> tuple[tuple[object, ...], ...]:
    """Same denominator at the same distance of the numerator, or both at the same distance."""
    top, base = q.parts
    sign = q.factors[1]
    return (
        (q.operation, q.scale, sign, "base", base, top - q.target),
        (q.operation, q.scale, sign, "both", base - q.target, top - q.target),
    )


def _words(space: Space, target: int, operation: Operation) -> float:
    """Bits for what the heading says: a change, or a share."""
    change = space.is_a(target, Idea.CHANGE)
    if change != (operation is Operation.PERCENT_CHANGE):
        return -4.0
    return 4.0 if change and space.is_a(target, Idea.PERCENT) else 2.0


_NAMED_BITS = 2.5
_SHORTEST_NAME = 4


def _named(space: Space, target: int, line: int) -> float:
    """Bits when the name of the quotient contains that of one of its parts: "2009 - 2008"."""
    name = space.labels[line].rpartition(" ")[2]
    return _NAMED_BITS if len(name) >= _SHORTEST_NAME and name in space.labels[target] else 0.0


def _bits(
    space: Space,
    target: int,
    a: Ints,
    b: Ints,
    form: _Form,
    observations: Ints,
) -> Floats:
    """Bits per pair and observation, shape ``(n_pairs, n_observations)``."""
    values, steps = space.values[:, observations], space.steps[:, observations]
    x, y = values[a], values[b]
    reported = values[target]
    operation, scale = form.operation, form.scale * form.sign
    step_x = np.maximum(steps[a], space.line_grain[a][:, None])
    step_y = np.maximum(steps[b], space.line_grain[b][:, None])
    with np.errstate(all="ignore"):
        product = np.zeros(x.shape)
        if operation is Operation.RATIO:
            value = scale * x / y
            fine = abs(scale) * (steps[a] / np.abs(y) + steps[b] * np.abs(x) / y**2) / 2
            half = abs(scale) * (step_x / np.abs(y) + step_y * np.abs(x) / y**2) / 2
            far = np.zeros(x.shape, dtype=bool)
        else:
            value = scale * (y - x) / (x if form.on == 1.0 else np.abs(x))
            fine = abs(scale) * (steps[b] / np.abs(x) + steps[a] * np.abs(y) / x**2) / 2
            half = abs(scale) * (step_y / np.abs(x) + step_x * np.abs(y) / x**2) / 2
            # A change of all but everything says nothing of what it was compared with.
            far = np.abs(y) < 0.002 * np.abs(x)
        step = steps[target]
        allowed = half + step / 2 + 1e-9 * np.abs(value)
        sharp = fine + step / 2 + 1e-9 * np.abs(value)
        gap = np.abs(reported - value)
        spread = np.maximum(np.abs(reported), np.abs(value)) * 2 + 4 * sharp
        chance = np.clip(2 * sharp / spread, 2.0**-16, 1.0)
        wide = np.clip(2 * allowed / spread, 2.0**-16, 1.0)
        # Figures may have been rounded before, or after, the quotient was taken.
        ratio = (0.8 * (gap <= sharp) + 0.2 * (gap <= allowed) * chance / wide) / chance
        if operation is Operation.RATIO and scale == 1.0:
            # The quotient may be the quantity or price, exact as it stands, of a product.
            unit = np.maximum(step_x, np.abs(x) * 2.0**-16)
            exact = np.abs(x - reported * y) <= np.maximum(steps[a] / 2, 1e-9 * np.abs(x))
            product = exact * 2.0 * np.abs(x) / unit
        bits = np.log2(0.5 * ratio + 0.5 * np.maximum(product, ratio) + ERROR_RATE)
        flat = (reported == 0) & (np.abs(value) <= allowed)
        bits = np.where(flat | far, np.minimum(bits, 0.2), bits)
    usable = np.isfinite(reported) & np.isfinite(value)
    return np.where(usable, np.nan_to_num(bits), 0.0) * space.weight[observations]
