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
from rules.search.near_quotients import Asked, NearPairs
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
    space.work.spend(_GLANCE * space.n)
    formatted = np.where(space.present, percent, False).sum(axis=1)
    told = space.present.sum(axis=1)
    is_percent = formatted > 0.5 * told
    prices = _costs_of_words(space, is_percent)
    samples = _samples(space)
    open_ = (told > 0) & ((prices < _SILENT_COST) | _worth_trying(samples))
    found: dict[int, list[Quotient]] = {}
    near = NearPairs.of(space)
    for asked in _questions(space, np.flatnonzero(open_), prices, is_percent, samples):
        for target, a, b in near.pairs(asked):
            price, sample = float(prices[target]), _told(samples[target])
            candidates = list(
                _of_line(space, target, (a, b), sample, price, bool(is_percent[target]))
            )
            if candidates:
                found[target] = candidates
    found = dict(sorted(found.items()))
    for target, candidates in _like_others(space, percent, found, samples).items():
        found.setdefault(target, []).extend(candidates)
    return _chosen(space, found)


_HINTS = re.compile(
    r"\w ?/ ?\w|(?<!\w)(?:per|margin|turnover|return on|yield|ratio|rate|coverage|intensity|"
    r"average|avg|price|unit|each|hinta|yksikkö\w*|aste|pris|grad|styck)(?!\w)"
)


def _costs_of_words(space: Space, is_percent: NDArray[np.bool_]) -> Floats:
    """`_cost_of_words` of every line, shape ``(n,)``."""
    told: dict[str, float] = {}
    costs = np.zeros(space.n)
    for line in np.flatnonzero(~is_percent).tolist():
        if not space.is_a(line, _SPEAKING):
            label = space.labels[line]
            if label not in told:
                told[label] = _HINT_COST if _HINTS.search(label) else _SILENT_COST
            costs[line] = told[label]
    return costs


def _cost_of_words(space: Space, target: int, is_percent: bool) -> float:
    """Bits against a quotient, by what name and format of the line say of one."""
    if is_percent or space.is_a(target, _SPEAKING):
        return 0.0
    return _HINT_COST if _HINTS.search(space.labels[target]) else _SILENT_COST


def _questions(
    space: Space, lines: Ints, prices: Floats, is_percent: NDArray[np.bool_], samples: Ints
) -> Iterator[Asked]:
    """The lines that are tried, by what is asked of them."""
    percent, price = is_percent[lines], prices[lines]
    kinds = (
        (price == 0.0) & percent,
        (price == 0.0) & ~percent,
        (price > 0.0) & (price < _SILENT_COST),
        price >= _SILENT_COST,
    )
    for kind, mine in enumerate(kinds):
        some = lines[mine]
        if len(some):
            reach = _REACH if kind < 3 else _SILENT_REACH
            everywhere = kind < 3 and space.n <= _ALL
            yield Asked(
                some,
                _others(space, some, None if everywhere else reach),
                samples[some],
                scales=(100.0, 1.0) if kind == 1 else (1.0,),
                changes=kind < 2,
            )


def _worth_trying(samples: Ints) -> NDArray[np.bool_]:
    """True for each line that takes several values, so that evidence can add up without a word."""
    return np.asarray((samples >= 0).sum(axis=1) >= _LEAST_NEWS, dtype=np.bool_)


def _of_line(
    space: Space,
    target: int,
    pairs: tuple[Ints, Ints],
    sample: Ints,
    price: float,
    is_percent: bool,
) -> Iterator[Quotient]:
    a, b = pairs
    tried = _tried(space, target, price < _SILENT_COST)
    if price > 0:
        operations: tuple[Operation, ...] = (Operation.RATIO,)
        scales: tuple[float, ...] = (1.0,)
    else:
        operations = (Operation.PERCENT_CHANGE, Operation.RATIO)
        scales = (1.0,) if is_percent else (100.0, 1.0)
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
                    cost = float(np.log2(tried * 3)) + price + (on - 1.0) * _MAGNITUDE_COST
                    yield from _weighed(space, target, (x[best], y[best]), form, cost)


def _of_both_signs(space: Space, lines: Ints) -> NDArray[np.bool_]:
    """Which lines have figures above and below zero: their magnitude is another base."""
    # Only the lines asked for: a look at all of them for each target grows with their square.
    some, which = np.unique(lines, return_inverse=True)
    figures = space.filled[some]
    both = (figures.min(axis=1) < 0) & (figures.max(axis=1) > 0)
    return np.asarray(both[which], dtype=np.bool_)


def _others(space: Space, lines: Ints, reach: int | None) -> Ints:
    """The lines within ``reach`` of each, or all, without itself and those of nothing, which are
    −1; shape ``(n_lines, k)``."""
    if reach is None:
        others = np.broadcast_to(np.arange(space.n), (len(lines), space.n))
    else:
        others = lines[:, None] + np.arange(-reach, reach + 1)
    told = np.append(space.present.any(axis=1), False)
    inside = (others >= 0) & (others < space.n) & (others != lines[:, None])
    others = np.where(inside, others, -1)
    return np.asarray(np.where(told[others], others, -1), dtype=np.int64)


def _tried(space: Space, target: int, speaks: bool) -> int:
    """How many pairs are tried for a line."""
    low, high = 0, space.n
    if not speaks or space.n > _ALL:
        reach = _REACH if speaks else _SILENT_REACH
        low, high = max(0, target - reach), target + reach + 1
    others = int(space.present[low:high].any(axis=1).sum()) - 1
    return others * (others - 1)


def _samples(space: Space) -> Ints:
    """For each line a few observations with different figures of it, spread over it; shape
    ``(n, s)``, filled up with −1."""
    n, m = space.values.shape
    width = min(m, _SAMPLE)
    order = np.argsort(space.filled, axis=1, kind="stable")
    ordered = np.take_along_axis(space.filled, order, axis=1)
    new = ordered != 0
    new[:, 1:] &= ordered[:, 1:] != ordered[:, :-1]
    first = np.zeros((n, m), dtype=np.bool_)
    np.put_along_axis(first, order, new, axis=1)
    count = first.sum(axis=1)
    rank = np.cumsum(first, axis=1) - 1
    kept = first  # each figure where it stands first
    many = np.flatnonzero(count > width)
    if len(many):
        taken = np.linspace(0, count[many] - 1, width, axis=1).astype(np.int64)
        chosen = np.zeros((len(many), m + 1), dtype=np.bool_)
        np.put_along_axis(chosen, taken, True, axis=1)
        kept = first.copy()
        kept[many] &= np.take_along_axis(chosen, np.where(first[many], rank[many], m), axis=1)
    line, observation = np.nonzero(kept)
    result = np.full((n, width), -1, dtype=np.int64)
    start = np.cumsum(kept.sum(axis=1)) - kept.sum(axis=1)
    result[line, np.arange(len(line)) - start[line]] = observation
    return result


def _told(sample: Ints) -> Ints:
    """The observations of a sample."""
    return sample[sample >= 0]


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
    space: Space,
    percent: NDArray[np.bool_],
    found: dict[int, list[Quotient]],
    samples: Ints,
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
    if not shown:
        return {}
    clear = [t for t, mine in found.items() if max(q.bits for q in mine) >= _CLEAR]
    open_ = _worth_trying(samples)
    open_[clear] = False
    near = NearPairs.of(space)
    suggested: dict[int, list[tuple[float, int, int]]] = {}
    for scale, fixed, distance, base in sorted(shown):
        lines = np.flatnonzero(open_)
        above = lines + distance
        below = np.full(len(lines), base) if fixed else lines + base
        inside = (above >= 0) & (above < space.n) & (below >= 0) & (below < space.n)
        inside &= (above != lines) & (below != lines) & (above != below)
        lines, above, below = lines[inside], above[inside], below[inside]
        for k in near.ratios(lines, above, below, samples[lines], scale).tolist():
            pair = (scale, int(above[k]), int(below[k]))
            suggested.setdefault(int(lines[k]), []).append(pair)
    result: dict[int, list[Quotient]] = {}
    for line, pairs in sorted(suggested.items()):
        cost = min(_cost_of_words(space, line, bool(percent[line].any())), _HINT_COST)
        cost += float(np.log2(len(shown) + 1))
        mine: list[Quotient] = []
        for scale, numerator, denominator in pairs:
            both = (np.array([numerator]), np.array([denominator]))
            form = _Form(Operation.RATIO, scale, 1.0, 1.0)
            bits, whole = _bits(space, line, *both, form, _told(samples[line]))
            if bits.sum() + whole.sum() > 0:
                mine += _weighed(space, line, both, form, cost)
        if mine:
            result[line] = mine
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
            bits = np.where(usable & ~np.isnan(bits), bits, 0.0)
            level = np.log2(np.maximum(size, spread) / spread)
            whole = np.where(bits > 0.5, level, 0.0).max(axis=1, initial=0.0) + prior
            kinds.append((bits, whole))
    (sharp, as_stated), (wide, before) = kinds
    better = wide.sum(axis=1) + before > sharp.sum(axis=1) + as_stated
    return np.where(better[:, None], wide, sharp), np.where(better, before, as_stated)
