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
_COARSE_COST = 3.0  # bits against a quotient taken before its figures were rounded
_SAMPLE = 12  # observations that screen the pairs of a long line
_KEPT = 6  # pairs per line and operation that go on from the screening
_PATTERN_BITS = 5.0  # for a pattern that another line of the table shows clearly
_ALIKE = 0.9  # share of their figures that two lines have in common which say the same
_BITS_PER_LINE = 20.0  # of evidence, against which one line of distance is weighed …
_OVERWHELMING = 60.0  # … up to so much
_CLEAR = 15.0  # bits from which a line shows a pattern
_CALLED_A_SHARE = 60.0  # bits against a change in per cent that is named a ratio or share
_GLANCE = 100  # work of seeing that a line is not worth trying
_CALL = 15_000  # work of looking at one line, however few its figures are
_WEIGHING = 8  # work of a figure that is weighed
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
    told = space.present.sum(axis=1).tolist()
    found: dict[int, list[Quotient]] = {}
    for target in range(space.n):
        space.work.spend(_GLANCE)
        if not told[target]:
            continue
        is_percent = bool(formatted[target] > 0.5 * told[target])
        cost = _cost_of_words(space, target, is_percent)
        if cost < _SILENT_COST or _worth_trying(space, target):
            candidates = list(_of_line(space, target, is_percent, cost))
            if candidates:
                found[target] = candidates
    for target, candidates in _like_others(space, percent, found).items():
        found.setdefault(target, []).extend(candidates)
    return _chosen(space, found)


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
    values = space.filled[target]
    if np.count_nonzero(values) < _LEAST_NEWS:
        return False
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
                bits, whole = _bits(space, target, x, y, form, sample)
                screened = bits.sum(axis=1) + whole
                best = np.argsort(-screened, kind="stable")[:_KEPT]
                best = best[screened[best] > 0]
                if len(best):
                    cost = float(np.log2(len(a) * 3)) + price + (on - 1.0) * _MAGNITUDE_COST
                    yield from _weighed(space, target, (x[best], y[best]), form, cost)


def _of_both_signs(space: Space, lines: Ints) -> NDArray[np.bool_]:
    """Which lines have figures above and below zero: their magnitude is another base."""
    # Only the lines asked for: a look at all of them for each target grows with their square.
    some, which = np.unique(lines, return_inverse=True)
    figures = space.filled[some]
    both = (figures.min(axis=1) < 0) & (figures.max(axis=1) > 0)
    return np.asarray(both[which], dtype=np.bool_)


def _others(space: Space, target: int, speaks: bool) -> Ints:
    low, high = 0, space.n
    if not speaks or space.n > _ALL:
        reach = _REACH if speaks else _SILENT_REACH
        low, high = max(0, target - reach), target + reach + 1
    others: Ints = low + np.flatnonzero(space.present[low:high].any(axis=1))
    return np.asarray(others[others != target], dtype=np.int64)


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
    bits, whole = _bits(space, target, a, b, form, everything)
    first, news = _news(space, target, pairs)
    totals = np.where(bits < 0, bits, bits * news).sum(axis=1) + whole
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
        if cost > _SILENT_COST and int(((bits[k] > 0) & first[k]).sum()) < _LEAST_NEWS:
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


def _news(space: Space, target: int, pairs: tuple[Ints, Ints]) -> tuple[NDArray[np.bool_], Floats]:
    """Where a figure, and the quotient that explains it, stand for the first time, and how much
    news each observation is, ``(n_pairs, n_observations)``.

    A constant is a quotient of whatever is constant, and figures that are nearly all as large as
    each other have the quotient 1 whatever they are; a figure that comes back with other parts
    says something, though less each time.
    """
    told = space.filled[target]
    by_figure = np.zeros(len(told), dtype=bool)
    by_figure[np.unique(told, return_index=True)[1]] = True
    by_quotient = np.zeros((len(pairs[0]), len(told)), dtype=bool)
    with np.errstate(all="ignore"):
        quotients = np.nan_to_num(space.filled[pairs[0]] / space.filled[pairs[1]])
        rounded = quotients.astype(np.float32)  # some seven digits tell them apart
    for k, row in enumerate(rounded):
        by_quotient[k, np.unique(row, return_index=True)[1]] = True
    return by_figure & by_quotient, by_quotient * np.where(by_figure, 1.0, space.fresh[target])


def _like_others(
    space: Space, percent: NDArray[np.bool_], found: dict[int, list[Quotient]]
) -> dict[int, list[Quotient]]:
    """What the clear ratios of a table suggest for its other lines: the same denominator with
    the numerator at the same distance, or both at the same distance.

    Few pairs are tried so, and little evidence is enough for them, however far off they stand.
    """
    shown: set[tuple[float, bool, int, int]] = set()
    for candidates in found.values():
        best = max(candidates, key=lambda q: q.bits)
        if best.bits >= _CLEAR and best.operation is Operation.RATIO:
            (top, base), at = best.parts, best.target
            shown |= {(best.scale, True, top - at, base), (best.scale, False, top - at, base - at)}
    result: dict[int, list[Quotient]] = {}
    clear = {t for t, mine in found.items() if max(q.bits for q in mine) >= _CLEAR}
    for target in range(space.n):
        if target in clear or not shown or not _worth_trying(space, target):
            continue
        cost = min(_cost_of_words(space, target, bool(percent[target].any())), _HINT_COST)
        cost += float(np.log2(len(shown) + 1))
        mine: list[Quotient] = []
        for scale, fixed, distance, base in sorted(shown):
            top, under = target + distance, base if fixed else target + base
            if not (0 <= top < space.n and 0 <= under < space.n) or len({target, top, under}) < 3:
                continue
            pair = (np.array([top]), np.array([under]))
            sample = _sample(space, target)
            form = _Form(Operation.RATIO, scale, 1.0, 1.0)
            bits, whole = _bits(space, target, *pair, form, sample)
            if bits.sum() + whole.sum() > 0:
                mine += _weighed(space, target, pair, form, cost)
        if mine:
            result[target] = mine
    return result


def _chosen(space: Space, found: dict[int, list[Quotient]]) -> list[Quotient]:
    """One quotient per line, the patterns of clear ones counted for the others.

    Of ``a = b / c``, ``b = a · c`` and ``c = b / a`` only one is kept, for they say the same; so do
    lines with the same figures, of which the nearest to each other are meant. Lines with the same
    figures are explained twice only where other figures show the same pattern.
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
    stand_in = _alike(space, {line for q in raised for line in (q.target, *q.parts)})
    groups: dict[frozenset[int], list[Quotient]] = {}
    for q in raised:
        if q.bits >= _ENOUGH:
            lines = frozenset(stand_in[line] for line in (q.target, *q.parts))
            groups.setdefault(lines, []).append(q)
    chosen: list[Quotient] = []
    firsts = [min(group, key=_extent) for group in groups.values()]
    shown = Counter(pattern for q in firsts for pattern in _patterns(q))
    for first, group in zip(firsts, groups.values(), strict=True):
        mine = set(_patterns(first))
        for q in group:
            apart = q.target not in first.parts and first.target not in q.parts
            told = any(shown[pattern] > (pattern in mine) for pattern in _patterns(q))
            if q is first or (apart and told):
                chosen.append(q)
    return sorted(chosen, key=lambda q: q.target)


def _extent(q: Quotient) -> tuple[float, int, float]:
    """How far apart the lines of a quotient stand, weighed against its evidence; then how early,
    and which of them the others explain best."""
    lines = (q.target, *q.parts)
    evidence = min(q.bits, _OVERWHELMING)
    return max(lines) - min(lines) - evidence / _BITS_PER_LINE, min(lines), -q.bits


def _alike(space: Space, lines: set[int]) -> dict[int, int]:
    """For each line the first of ``lines`` with nearly the same figures."""
    result: dict[int, int] = {}
    for line in sorted(lines):
        mine = space.filled[line]
        for first in [f for f in result if result[f] == f]:
            other = space.filled[first]
            either = (mine != 0) | (other != 0)
            if (mine == other)[either].sum() >= _ALIKE * either.sum():
                result[line] = first
                break
        else:
            result[line] = line
    return result


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
        # What is called a ratio is none where the base is what is left of the whole.
        share = not change and space.is_a(target, Idea.SHARE)
        return -_CALLED_A_SHARE if share else -4.0
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
) -> tuple[Floats, Floats]:
    """Bits per pair and observation, ``(n_pairs, n_observations)``, and per pair as a whole.

    The quotient was taken of the figures as they stand, or before they were rounded to something
    coarse: one of the two in all of a line.
    """
    space.work.spend(_CALL + _WEIGHING * len(a) * len(observations))
    x, y = (space.values[line[:, None], observations] for line in (a, b))
    reported, exactly = space.values[target, observations], space.steps[target, observations]
    told_x, told_y = (space.steps[line[:, None], observations] for line in (a, b))
    operation, scale = form.operation, form.scale * form.sign
    step_x = np.maximum(told_x, space.line_grain[a][:, None])
    step_y = np.maximum(told_y, space.line_grain[b][:, None])
    with np.errstate(all="ignore"):
        product = np.zeros(x.shape)
        if operation is Operation.RATIO:
            value = scale * x / y
            fine = abs(scale) * (told_x / np.abs(y) + told_y * np.abs(x) / y**2) / 2
            half = abs(scale) * (step_x / np.abs(y) + step_y * np.abs(x) / y**2) / 2
            far = np.zeros(x.shape, dtype=bool)
        else:
            value = scale * (y - x) / (x if form.on == 1.0 else np.abs(x))
            fine = abs(scale) * (told_y / np.abs(x) + told_x * np.abs(y) / x**2) / 2
            half = abs(scale) * (step_y / np.abs(x) + step_x * np.abs(y) / x**2) / 2
            # A change of all but everything says nothing of what it was compared with.
            far = np.abs(y) < 0.002 * np.abs(x)
        noise = exactly / 2 + 1e-9 * np.abs(value)
        gap = np.abs(reported - value)
        usable = np.isfinite(reported) & np.isfinite(value) & (space.weight[observations] > 0)
        if operation is Operation.RATIO and scale == 1.0:
            # The quotient may be the quantity or price, exact as it stands, of a product.
            unit = np.maximum(step_x, np.abs(x) * 2.0**-16)
            exact = np.abs(x - reported * y) <= np.maximum(told_x / 2, 1e-9 * np.abs(x))
            product = exact * 2.0 * np.abs(x) / unit
        size = np.maximum(np.abs(reported), np.abs(value)) * 2
        told = space.values[target][space.present[target]]
        reach = 2.0 * float(told.max() - told.min())
        kinds = []
        for slack, prior in ((fine, 0.0), (half, -_COARSE_COST)):
            allowed = slack + noise
            # Once the level of a line is known, its figures are only as far apart as they are.
            spread = np.maximum(np.minimum(size, reach), 2 * allowed)
            chance = np.clip(2 * allowed / spread, 2.0**-16, 1.0)
            ratio = (gap <= allowed) / chance
            bits = np.log2(0.5 * ratio + 0.5 * np.maximum(product, ratio) + ERROR_RATE)
            flat = (reported == 0) & (np.abs(value) <= allowed)
            bits = np.where(flat | far, np.minimum(bits, 0.2), bits)
            bits = np.where(usable, np.nan_to_num(bits), 0.0)
            level = np.log2(np.maximum(size, spread) / spread) * (usable & (bits > 0.5))
            whole = np.nan_to_num(level).max(axis=1, initial=0.0) + prior
            kinds.append((bits, whole))
    (sharp, as_stated), (wide, before) = kinds
    better = wide.sum(axis=1) + before > sharp.sum(axis=1) + as_stated
    return np.where(better[:, None], wide, sharp), np.where(better, before, as_stated)
