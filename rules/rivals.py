"""Failing checks that others which hold make pointless, or that their own figures speak against.

A relation found by shape or by numbers is one reading of a table among several. Where the same
parts already have a total that holds, where the same figures and one more make an equation that
holds, where a part never takes part in a sum that holds, or where the figure is the mean of its
parts, the failing check was never meant.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from rules.doubts import significant_digits
from rules.ledger import BASES, OPERATIONS, VERDICTS, Ledger
from rules.model import Basis, Operation, Verdict

Flags = NDArray[np.bool_]

_DISCREPANCY = VERDICTS.index(Verdict.DISCREPANCY)
_UNLIKELY = VERDICTS.index(Verdict.UNLIKELY_ROUNDING)
_GUESSED = tuple(BASES.index(basis) for basis in (Basis.NUMERIC, Basis.STRUCTURE))
_LINEAR = tuple(
    OPERATIONS.index(kind)
    for kind in (Operation.SUM, Operation.NET, Operation.DIFFERENCE, Operation.CHANGE)
)
_DECLARED = BASES.index(Basis.DECLARED)
_RATIO = OPERATIONS.index(Operation.RATIO)
_CHANGE = OPERATIONS.index(Operation.PERCENT_CHANGE)
_AVERAGE = OPERATIONS.index(Operation.AVERAGE)
_BARE = 0.5  # share of the usual number of parts, and of the figure, below which a total is bare
_SUM = OPERATIONS.index(Operation.SUM)
_FEWEST_STRAY = 2  # failing checks from which a part that never holds is no part
_FEWEST_MEANT = 3  # parts of which a figure may be the mean
_LIKE_MEAN = 0.02  # share of the mean within which a figure reads as it
_ALIKE = 2.0  # largest over smallest of parts that a mean stands for
_CLOSE = 1e-3  # share of the difference by which rounding may take it off a subtotal
_TELLING_DIGITS = 3  # of a figure that is the sum of others by no accident
_EDGE = 0.05  # share of agreements at the very edge of rounding, from where they are accidents
_FEWEST_EDGE = 2
_FEWEST_UNMOVED = 4  # observations in which a figure is the same before that tells anything
_UNMOVED = 0.25  # share of them that fail; shares that make up 100 are the same and hold
_OFTEN = 10  # times as often as it fails that a relation must hold for a second total to be meant
_EXACT = VERDICTS.index(Verdict.EXACT)


def outdone(ledger: Ledger) -> Flags:
    """Flags per check: failing sums and nets that the figures themselves speak against."""
    open_ = ledger.verdict >= _DISCREPANCY
    quotients = open_ & _of_quotient(ledger)
    failing = open_ & np.isin(ledger.operation, _LINEAR)
    if not failing.any():
        return quotients
    guessed = failing & np.isin(ledger.basis, _GUESSED)
    result = _of_mean(ledger, failing) | _with_stray_parts(ledger, failing)
    result |= guessed & (_at_the_edge(ledger) | _unmoved(ledger))
    named = failing & (ledger.basis == BASES.index(Basis.LABEL))
    result |= (guessed | named) & _cancelling(ledger)
    result |= _bare(ledger, failing)
    result |= failing & (ledger.basis != _DECLARED) & _counting_twice(ledger, failing)
    known = _holding(ledger, guessed)
    n = int(ledger.relation.max(initial=-1)) + 1
    held = np.bincount(ledger.relation[ledger.verdict < _DISCREPANCY], minlength=n)
    often = held >= _OFTEN * np.bincount(ledger.relation[open_], minlength=n)
    for check in np.flatnonzero(guessed & ~result):
        usual = bool(often[ledger.relation[check]])
        result[check] = _is_outdone(ledger, int(check), known, is_usual=usual)
    return result | quotients


def _of_quotient(ledger: Ledger) -> Flags:
    """Means of figures that are quotients, as the quotient of means is not the mean of quotients;
    and changes of figures that are the change between two others."""
    agreed = ledger.verdict < _DISCREPANCY
    ratios = ledger.target[agreed & (ledger.operation == _RATIO)]
    changes = ledger.target[agreed & (ledger.operation == _CHANGE)]
    result = (ledger.operation == _AVERAGE) & np.isin(ledger.target, ratios)
    result |= (ledger.operation == _CHANGE) & np.isin(ledger.target, changes)
    return np.asarray(result, dtype=np.bool_)


def _bare(ledger: Ledger, failing: Flags) -> Flags:
    """Totals that stand almost alone, where the relation usually adds up many figures: they were
    carried there from elsewhere."""
    owner = np.repeat(np.arange(len(ledger)), np.diff(ledger.start))
    there = ledger.figures.value[ledger.part] != 0
    live = np.bincount(owner, weights=there, minlength=len(ledger))
    n = int(ledger.relation.max(initial=-1)) + 1
    holds = (ledger.verdict < _DISCREPANCY) & (live > 0)
    held = np.bincount(ledger.relation[holds], minlength=n)
    usual = np.bincount(ledger.relation[holds], weights=live[holds], minlength=n)
    few = live * np.maximum(held, 1)[ledger.relation] < _BARE * usual[ledger.relation]
    reported = np.abs(ledger.figures.value[ledger.target])
    far = np.abs(ledger.recomputed) < _BARE * reported
    return np.asarray(failing & few & far & (held > 1)[ledger.relation], dtype=np.bool_)


def _holding(ledger: Ledger, guessed: Flags) -> dict[int, list[int]]:
    """The linear checks that hold, by each figure in them that a guessed failing one has too."""
    wanted = set(ledger.target[guessed].tolist())
    owner = np.repeat(np.arange(len(ledger)), np.diff(ledger.start))
    wanted.update(ledger.part[guessed[owner]].tolist())
    holds = (ledger.verdict < _DISCREPANCY) & np.isin(ledger.operation, _LINEAR)
    figures = np.array(sorted(wanted), dtype=np.int64)
    known: dict[int, list[int]] = defaultdict(list)
    for check in np.flatnonzero(holds & np.isin(ledger.target, figures)):
        known[int(ledger.target[check])].append(int(check))
    for at in np.flatnonzero(holds[owner] & np.isin(ledger.part, figures)):
        known[int(ledger.part[at])].append(int(owner[at]))
    return known


def _equation(ledger: Ledger, check: int) -> dict[int, float]:
    """The factors of a check's figures that are not zero, all on one side."""
    span = slice(ledger.start[check], ledger.start[check + 1])
    told: dict[int, float] = {}
    for figure, factor in zip(ledger.part[span].tolist(), ledger.factor[span], strict=True):
        if ledger.figures.value[figure]:
            told[figure] = float(factor)
    told[int(ledger.target[check])] = -1.0
    return told


def _is_outdone(ledger: Ledger, check: int, known: dict[int, list[int]], *, is_usual: bool) -> bool:
    """Whether the same parts have another total that holds, or more figures an equation that does.

    The equation is a total of at least two parts; a relation of one part is a mere copy. Where the
    relation nearly always holds (``is_usual``) both totals are meant, as assets and claims are.
    """
    mine = _equation(ledger, check)
    target = int(ledger.target[check])
    parts = {figure: factor for figure, factor in mine.items() if figure != target}
    if not parts:
        return False
    first = next(iter(parts))
    for other in {*known.get(target, ()), *known.get(first, ())}:
        theirs = _equation(ledger, other)
        rival = int(ledger.target[other])
        same = {f: k for f, k in theirs.items() if f != rival} == parts
        if same and rival not in mine and not is_usual:
            return True
        if len(theirs) <= len(mine) or target not in theirs or len(parts) < 2:
            continue
        turn = -theirs[target]
        if all(theirs.get(figure) == turn * factor for figure, factor in mine.items()):
            return True
    return False


def _of_mean(ledger: Ledger, failing: Flags) -> Flags:
    """Sums whose figure is the mean of their parts, which are of one size: shares outstanding in
    four quarters, a rate in twelve months."""
    count = np.diff(ledger.start)
    owner = np.repeat(np.arange(len(ledger)), count)
    size = np.abs(ledger.figures.value[ledger.part])
    largest, smallest = np.zeros(len(ledger)), np.full(len(ledger), np.inf)
    np.maximum.at(largest, owner, size)
    np.minimum.at(smallest, owner, size)
    mean = ledger.recomputed / np.maximum(count, 1)
    reported = ledger.figures.value[ledger.target]
    near = np.abs(reported - mean) <= _LIKE_MEAN * np.abs(mean)
    alike = (smallest > 0) & (largest <= _ALIKE * smallest)
    sums = failing & (ledger.operation == _SUM) & (count >= _FEWEST_MEANT)
    return np.asarray(sums & near & alike & (reported != 0), dtype=np.bool_)


def _counting_twice(ledger: Ledger, failing: Flags) -> Flags:
    """Sums that hold without one of their parts, which is itself the sum of the parts just before
    or after it: a subtotal without a name. Figures of a digit or two do that by accident."""
    result = np.zeros(len(ledger), dtype=np.bool_)
    sums = failing & (ledger.operation == _SUM) & (np.diff(ledger.start) > _FEWEST_MEANT)
    sums &= significant_digits(ledger.difference) >= _TELLING_DIGITS
    for check in np.flatnonzero(sums).tolist():
        span = slice(ledger.start[check], ledger.start[check + 1])
        value = ledger.factor[span] * ledger.figures.value[ledger.part[span]]
        value = value[value != 0]
        gap = abs(float(ledger.difference[check]))
        slack = min(float(ledger.tolerance[check]), _CLOSE * gap)
        slack += 1e-9 * float(np.abs(value).max(initial=0.0))
        for k in np.flatnonzero(np.abs(value + ledger.difference[check]) <= slack).tolist():
            before, after = np.cumsum(value[:k][::-1])[1:], np.cumsum(value[k + 1 :])[1:]
            missed = np.abs(np.concatenate([before, after]) - value[k])
            result[check] |= bool((missed <= slack).any())
    return result


def _with_stray_parts(ledger: Ledger, failing: Flags) -> Flags:
    """Sums that hold but for parts which count in no sum of their relation that holds."""
    owner = np.repeat(np.arange(len(ledger)), np.diff(ledger.start))
    relation = ledger.relation[owner]
    mine = np.isin(ledger.relation, np.unique(ledger.relation[failing]))[owner]
    mine &= ledger.figures.value[ledger.part] != 0
    result = np.zeros(len(ledger), dtype=np.bool_)
    at = np.flatnonzero(mine)
    if not len(at):
        return result
    # a part of a relation keeps its column from row to row, or its row from column to column
    figures, target = ledger.figures, ledger.target[owner[at]]
    part = ledger.part[at]
    down = figures.column[part] == figures.column[target]
    line = np.where(down, figures.row[part], -1 - figures.column[part].astype(np.int64))
    keys = np.column_stack([relation[at], figures.sheet[part], line])
    _, which = np.unique(keys, axis=0, return_inverse=True)
    which = which.ravel()
    fails = failing[owner[at]]
    held = np.bincount(which, weights=~fails)
    failed = np.bincount(which, weights=fails)
    stray = ((held == 0) & (failed >= _FEWEST_STRAY))[which]
    value = ledger.factor[at] * figures.value[part]
    amount = np.bincount(owner[at[stray]], weights=value[stray], minlength=len(ledger))
    slack = ledger.tolerance + 1e-9 * np.abs(ledger.recomputed)
    return np.asarray(
        failing & (amount != 0) & (np.abs(ledger.difference + amount) <= slack), dtype=np.bool_
    )


def _at_the_edge(ledger: Ledger) -> Flags:
    """Checks of relations whose agreements are too often at the edge of what rounding explains:
    figures of one or two digits come that near to each other by accident."""
    n = int(ledger.relation.max(initial=-1)) + 1
    edge = np.bincount(ledger.relation[ledger.verdict == _UNLIKELY], minlength=n)
    held = np.bincount(ledger.relation[ledger.verdict < _DISCREPANCY], minlength=n)
    failed = np.bincount(ledger.relation[ledger.verdict >= _DISCREPANCY], minlength=n)
    often = (edge >= _FEWEST_EDGE) & (edge + failed > _EDGE * (held + failed))
    return np.asarray(often[ledger.relation], dtype=np.bool_)


def _cancelling(ledger: Ledger) -> Flags:
    """Checks whose parts make up zero by themselves, of relations that only hold where the figure
    is zero too: lines that balance, beside a line that is none of their total."""
    reported = ledger.figures.value[ledger.target]
    owner = np.repeat(np.arange(len(ledger)), np.diff(ledger.start))
    live = np.bincount(owner, weights=ledger.figures.value[ledger.part] != 0, minlength=len(ledger))
    zero = (live >= 2) & (np.abs(ledger.recomputed) <= ledger.tolerance + 1e-9)
    n = int(ledger.relation.max(initial=-1)) + 1
    holds = ledger.verdict < _DISCREPANCY
    nothing = np.bincount(ledger.relation[holds & zero & (reported == 0)], minlength=n)
    something = np.bincount(ledger.relation[holds & (reported != 0)], minlength=n)
    only = (nothing > 0) & (something == 0)
    return np.asarray(zero & (reported != 0) & only[ledger.relation], dtype=np.bool_)


def _unmoved(ledger: Ledger) -> Flags:
    """Checks of relations whose figure is the same in every observation while its parts change, so
    that it agrees with them in a part of these and nearly never to the last digit: it was not added
    up from them."""
    reported = ledger.figures.value[ledger.target]
    n = int(ledger.relation.max(initial=-1)) + 1
    count = np.bincount(ledger.relation, minlength=n)
    least, most = np.full(n, np.inf), np.full(n, -np.inf)
    np.minimum.at(least, ledger.relation, reported)
    np.maximum.at(most, ledger.relation, reported)
    pairs = np.unique(np.column_stack([ledger.relation, ledger.recomputed]), axis=0)
    sums = np.bincount(pairs[:, 0].astype(np.int64), minlength=n)
    exact = np.bincount(ledger.relation[ledger.verdict == _EXACT], minlength=n)
    same = (least == most) & (least != 0) & (count >= _FEWEST_UNMOVED)
    failed = np.bincount(ledger.relation[ledger.verdict >= _DISCREPANCY], minlength=n)
    same &= (2 * sums > count) & (exact < 2) & (failed > _UNMOVED * count)
    return np.asarray(same[ledger.relation], dtype=np.bool_)
