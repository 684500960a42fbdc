"""Means of lines: an average is seldom far from the figures it averages.

The figures of an average lie close together, so an agreement is worth less than that of a sum: its
chance is measured over the range of the parts. Without a word for an average, only overwhelming
agreement counts. The parts stand in a run beside their mean as a rule; where a word speaks of one,
also further off, or one from each group of columns; a mean that its neighbours show to be meant at
the same distance needs less.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rules.model import Basis
from rules.search.candidate import Candidate, Ints
from rules.search.evidence import ERROR_RATE, Floats
from rules.search.space import Space
from workbooks.tables.vocabulary import Idea

_ENOUGH = 5.0
_SILENT_COST = 28.0  # bits against a mean that no word speaks of
_FEWEST_SILENT = 3  # parts of such a mean
_SPLIT_COST = 6.0  # bits against parts that begin where nothing begins
_WIDEST_GAP = 3
_GAP_COST = 2.0
_LONGEST = 400
_MOST_SILENT = 60  # lines of a space in which means without a word are looked for
_MOST_FAR = 45  # lines of a space in which the parts of a named mean may stand anywhere …
_FAR_COST = 8.0  # … bits against that
_STRIDES = (2, 3, 4, 5, 6)  # one part from each group of so many lines
_STRIDE_COST = 3.0
_WINDOWS = (2, 3, 4)  # parts of a mean without a word that stand away from it
_FEWEST_HITS = 3  # agreements of a mean without a word
_MOST_BITS = 14.0
_CLEAR = 20.0  # bits from which a mean shows where the parts of others like it stand
_CALL = 2_000  # work of looking at the lines beside one, however few their figures are
_MOST_FAILING = 0.25  # share of the observations in which a mean of many may fail
_MANY_HELD = 8  # agreeing observations, beside which …
_FEWEST_APART = 2  # … so many failing ones in a row at an end are of another kind
_ONE_EXACT = 8.0  # bits from which a single agreement shows a mean among totals


@dataclass(frozen=True, slots=True)
class _Windows:
    """Runs of a few neighbours: their lines ``(n_runs, width)``, and what they come to in each
    observation ``(n_runs, m)``."""

    lines: Ints
    means: Floats
    count: Ints
    spread: Floats
    rounding: Floats  # by which the rounding of the parts may move the mean


@dataclass(frozen=True, slots=True)
class _Search:
    """A space, and what is known of its lines before any arithmetic."""

    space: Space
    totals: frozenset[int]
    means: frozenset[int]
    edges: NDArray[np.bool_]
    windows: tuple[_Windows, ...] = ()


def find_averages(space: Space, totals: Sequence[int] = ()) -> list[Candidate]:
    """The best mean of other lines for every line that is one, strongest first.

    ``totals`` are lines already known to sum up others; they are left out of the parts.
    """
    if space.n < 3:
        return []
    means = frozenset(k for k in range(space.n) if space.is_a(k, Idea.AVERAGE))
    hidden = frozenset(totals)
    windows = _windows(space, hidden) if space.n <= _MOST_SILENT else ()
    search = _Search(space, hidden, means, _edges(space), windows)
    found: dict[int, Candidate] = {}
    for target in np.flatnonzero(space.present.any(axis=1)).tolist():
        if target in means or space.n <= _MOST_SILENT:
            best = _strongest(_beside(search, target)) or _strongest(_elsewhere(search, target))
            if best is not None:
                found[target] = best
    found.update(_like_others(search, found))
    return sorted(found.values(), key=lambda c: -c.bits)


def means_beside_sums(
    space: Space, sums: Sequence[Candidate]
) -> tuple[list[Candidate], list[Candidate]]:
    """The sums without the observations in which their line is the mean instead, and those means.

    A line of totals often has an average under the prices: the parts are those of the sum, so that
    one agreement to the last digit is enough.
    """
    kept: list[Candidate] = []
    found: list[Candidate] = []
    for total in sums:
        at = _meant_as_mean(space, total)
        if not at:
            kept.append(total)
            continue
        everything = range(space.values.shape[1])
        observed = tuple(j for j in total.observed or everything if j not in at)
        kept.append(replace(total, observed=observed, failed=max(total.failed - len(at), 0)))
        held = len(at)
        found.append(replace(total, observed=at, kind="average", held=held, failed=0))
    return kept, found


def _meant_as_mean(space: Space, total: Candidate) -> tuple[int, ...]:
    """The observations in which the line of a sum is the mean of its parts, and no sum of them."""
    parts = np.array(total.parts, dtype=np.int64)
    if len(parts) < _FEWEST_SILENT or min(total.factors) < 0 or total.held <= total.failed:
        return ()
    reported = space.values[total.target]
    sums, count = space.filled[parts].sum(axis=0), space.present[parts].sum(axis=0)
    off = np.abs(reported - sums) > space.steps[parts].max(axis=0) * (len(parts) + 1) / 2 + 1e-9
    off &= space.present[total.target] & (count >= _FEWEST_SILENT) & (reported != 0)
    if total.observed is not None:
        off[[j for j in range(len(off)) if j not in total.observed]] = False
    if not off.any():
        return ()
    bits = _bits(space, total.target, sums, count, _spread(space, parts), np.zeros(len(off)))
    return tuple(np.flatnonzero(off & (bits >= _ONE_EXACT)).tolist())


def _spread(space: Space, parts: Ints) -> Floats:
    told = space.present[parts]
    highest = np.where(told, space.values[parts], -np.inf).max(axis=0)
    lowest = np.where(told, space.values[parts], np.inf).min(axis=0)
    return np.where(told.sum(axis=0) > 1, highest - lowest, 0.0)


def _strongest(candidates: Iterator[Candidate]) -> Candidate | None:
    best: Candidate | None = None
    for candidate in candidates:
        if best is None or candidate.bits > best.bits:
            best = candidate
    return best


def _beside(search: _Search, target: int) -> Iterator[Candidate]:
    """Runs that begin beside the target, or a line or two from it."""
    named = target in search.means
    longest = _LONGEST if named else _MOST_SILENT
    for side, lines in _readings(search, target):
        for gap in range(_WIDEST_GAP + 1 if named else 1):
            parts = np.array(lines[gap : gap + longest], dtype=np.int64)
            if len(parts) >= 2:
                yield from _best(search, target, parts, side, gap * _GAP_COST)


def _readings(search: _Search, target: int) -> Iterator[tuple[int, list[int]]]:
    """The lines on either side, outwards: all but the means, those that are no totals, the means
    alone."""
    n = search.space.n
    for side in (-1, 1):
        beyond = range(target - 1, -1, -1) if side < 0 else range(target + 1, n)
        usable = [k for k in beyond if k not in search.means]
        plain = [k for k in usable if k not in search.totals]
        yield side, usable
        if len(plain) < len(usable):
            yield side, plain
        if target in search.means and len(usable) < len(beyond):
            yield side, [k for k in beyond if k in search.means]


def _elsewhere(search: _Search, target: int) -> Iterator[Candidate]:
    """Runs that stand away from the target, and one line from each of several groups."""
    space, named = search.space, target in search.means
    if space.n > (_MOST_FAR if named else _MOST_SILENT):
        return
    if not named:
        yield from _away(search, target)
        return
    for side, lines in _readings(search, target):
        for stride in (1, *_STRIDES):
            cost = _FAR_COST + _STRIDE_COST * (stride > 1)
            for gap in range(_WIDEST_GAP + 1 if stride == 1 else 0, len(lines) - stride):
                parts = np.array(lines[gap::stride], dtype=np.int64)
                yield from _best(search, target, parts, side, cost)


def _away(search: _Search, target: int) -> Iterator[Candidate]:
    """Without a word: a few neighbours that stand anywhere."""
    space = search.space
    for windows in search.windows:
        space.work.spend(windows.means.size)
        hits = _hits(space, target, windows.means, windows.rounding)
        at = np.flatnonzero((hits >= _FEWEST_HITS) & (windows.lines != target).all(axis=1))
        if not len(at):
            continue
        n = windows.lines.shape[1]
        count, steps = windows.count[at], windows.rounding[at] * 2 * np.sqrt(n)
        totals = windows.means[at] * np.maximum(count, 1)
        bits = _bits(space, target, totals, count, windows.spread[at], steps)
        k = int(bits.sum(axis=1).argmax())
        cost = _SILENT_COST + _FAR_COST + float(np.log2(len(_WINDOWS) * len(windows.lines)))
        yield from _one(space, target, windows.lines[at[k]], bits[k], cost, Basis.NUMERIC)


def _hits(space: Space, target: int, means: Floats, rounding: Floats) -> Ints:
    """In how many observations each of several means agrees with the target, shape ``(n_runs,)``.

    This is asked of all lines and runs, so it does no more than it must.
    """
    told = np.flatnonzero(space.present[target] & (space.values[target] != 0))
    gap = np.abs(means[:, told] - space.values[target][told])
    allowed = rounding[:, told] + (space.steps[target][told] / 2 + 1e-9)
    hits: Ints = (gap <= allowed).sum(axis=1)
    return hits


def _windows(space: Space, hidden: frozenset[int]) -> tuple[_Windows, ...]:
    """The runs of a few neighbours, without the lines of ``hidden``."""
    usable = np.array([k for k in range(space.n) if k not in hidden], dtype=np.int64)
    found = []
    for width in _WINDOWS:
        if len(usable) < width:
            break
        runs = np.lib.stride_tricks.sliding_window_view(usable, width)
        runs = runs[runs[:, -1] - runs[:, 0] == width - 1]
        if not len(runs):
            continue
        told = space.present[runs]
        count = told.sum(axis=1)
        highest = np.where(told, space.values[runs], -np.inf).max(axis=1)
        lowest = np.where(told, space.values[runs], np.inf).min(axis=1)
        found.append(
            _Windows(
                runs,
                space.filled[runs].sum(axis=1) / np.maximum(count, 1),
                count,
                np.where(count > 1, highest, 0.0) - np.where(count > 1, lowest, 0.0),
                space.steps[runs].max(axis=1) / (2 * np.sqrt(width)),
            )
        )
    return tuple(found)


def _best(search: _Search, target: int, parts: Ints, side: int, cost: float) -> Iterator[Candidate]:
    """The best of the runs ``parts[:k]``, read outwards from the target."""
    space, named = search.space, target in search.means
    space.work.spend(_CALL + 8 * len(parts) * space.values.shape[1])
    present = space.present[parts]
    count = np.cumsum(present, axis=0, dtype=np.int64)
    total = np.cumsum(space.filled[parts], axis=0)
    steps = np.maximum.accumulate(space.steps[parts], axis=0)
    least = 2 if named else _FEWEST_SILENT
    if not named:
        n = np.maximum(count, 1)
        hits = _hits(space, target, total / n, steps / (2 * np.sqrt(n)))
        if (hits[least - 1 :] < _FEWEST_HITS).all():
            return
    highest = np.maximum.accumulate(np.where(present, space.values[parts], -np.inf), axis=0)
    lowest = np.minimum.accumulate(np.where(present, space.values[parts], np.inf), axis=0)
    spread = np.where(count > 1, highest, 0.0) - np.where(count > 1, lowest, 0.0)
    bits = _bits(space, target, total, count, spread, steps)
    score = bits.sum(axis=1) - cost - np.log2(len(parts) + 1)
    # A run ends, seen from its mean, at the edge of the table, at a gap or at a total.
    beyond = search.edges[parts] if side < 0 else search.edges[parts + 1]
    score[:-1] -= np.where(beyond[:-1], 0.0, _SPLIT_COST)
    score -= 0.0 if named else _SILENT_COST
    score[: least - 1] = -np.inf
    k = int(score.argmax())
    basis = Basis.LABEL if named else Basis.NUMERIC
    yield from _one(space, target, parts[: k + 1], bits[k], bits[k].sum() - score[k], basis)


def _one(
    space: Space, target: int, parts: Ints, bits: Floats, cost: float, basis: Basis
) -> Iterator[Candidate]:
    """The mean of ``parts`` as a candidate, where its evidence over all observations is enough."""
    meant = _without_ends(bits)
    observed = None
    if not meant.all():
        bits = np.where(meant, bits, 0.0)
        observed = tuple(np.flatnonzero(meant & space.present[target]).tolist())
    held, failed = int((bits > 0.5).sum()), int((bits < 0).sum())
    whole = _news(space, parts, bits).sum() - cost
    if whole < _ENOUGH or failed > min(held, max(1.0, _MOST_FAILING * (held + failed))):
        return
    yield Candidate(
        target=target,
        parts=tuple(int(p) for p in np.sort(parts)),
        factors=(1.0,) * len(parts),
        bits=float(whole),
        held=held,
        failed=failed,
        basis=basis,
        kind="average",
        observed=observed,
    )


def _without_ends(bits: Floats) -> NDArray[np.bool_]:
    """All observations but the first or last few where none agrees, beside many that all do: under
    the figures of a table stand their deviations and variances, whose mean nobody means."""
    meant = np.ones(len(bits), dtype=bool)
    held = np.flatnonzero(bits > 0.5)
    if len(held) < _MANY_HELD:
        return meant
    if (bits[held[0] : held[-1]] < 0).any():
        return meant
    for ends in (slice(0, int(held[0])), slice(int(held[-1]) + 1, len(bits))):
        if (bits[ends] < 0).sum() >= _FEWEST_APART:
            meant[ends] = False
    return meant


def _like_others(search: _Search, found: dict[int, Candidate]) -> dict[int, Candidate]:
    """Means whose parts stand where those of another, clear one stand, seen from it."""
    space = search.space
    patterns = {
        tuple(part - c.target for part in c.parts) for c in found.values() if c.bits >= _CLEAR
    }
    result: dict[int, Candidate] = {}
    for offsets in sorted(patterns):
        for target in range(max(0, -offsets[0]), min(space.n, space.n - offsets[-1])):
            if target in found or target in search.totals or not space.present[target].any():
                continue
            parts = np.array([target + offset for offset in offsets], dtype=np.int64)
            told, totals = space.present[parts].sum(axis=0), space.filled[parts].sum(axis=0)
            steps = space.steps[parts].max(axis=0)
            bits = _bits(space, target, totals, told, _spread(space, parts), steps)
            cost = float(np.log2(len(patterns) * space.n))
            for mean in _one(space, target, parts, bits, cost, Basis.STRUCTURE):
                if target not in result or mean.bits > result[target].bits:
                    result[target] = mean
    return result


def _bits(
    space: Space, target: int, total: Floats, count: Ints, spread: Floats, steps: Floats
) -> Floats:
    """Bits for "target = mean" of each run, shape ``(n_runs, m)`` or ``(m,)``.

    The parts are exact as they stand, as marks and counts are, or were rounded themselves.
    """
    reported = space.values[target]
    n = np.maximum(count, 1)
    noise = 1e-9 * np.maximum(np.abs(reported), spread)
    with np.errstate(invalid="ignore"):
        gap = np.abs(reported - total / n)
        sharp = space.steps[target] / 2 + noise
        wide = sharp + steps / (2 * np.sqrt(n))
        ratio = np.zeros(gap.shape)
        for share, allowed in ((0.6, sharp), (0.4, wide)):
            chance = np.clip(2 * allowed / np.maximum(spread, 2 * allowed), 2.0**-_MOST_BITS, 1.0)
            ratio += share * (gap <= allowed) / chance
        bits = np.where(spread > 2 * wide, np.log2(ratio + ERROR_RATE), 0.0)
    news = np.where(bits > 0, space.fresh[target], 1.0)
    return np.where(np.isnan(reported) | (count < 2), 0.0, bits) * news * space.weight


def _news(space: Space, parts: Ints, bits: Floats) -> Floats:
    """The bits without those of observations with the proportions of an earlier one."""
    rows = space.filled[parts]
    size = np.abs(rows).max(axis=0)
    seen: set[bytes] = set()
    result = bits.copy()
    for j in np.flatnonzero(bits > 0).tolist():
        key = np.round(rows[:, j] / (size[j] or 1.0), 5).tobytes()
        result[j] = 0.0 if key in seen else bits[j]
        seen.add(key)
    return result


def _edges(space: Space) -> NDArray[np.bool_]:
    """Where something begins or ends, shape ``(n + 1,)``: before each line, and after the last."""
    result = np.ones(space.n + 1, dtype=bool)
    result[1:-1] = space.gaps[1:] >= 1
    for line in range(space.n):
        if space.is_a(line, Idea.TOTAL):
            result[line] = result[line + 1] = True
    return result
