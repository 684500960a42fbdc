"""Rounded or exact: what the agreeing checks of a column say about its figures.

Figures that were rounded one by one almost never foot to the last digit in sum after sum; where
they do, the column is exact and even one step is a discrepancy.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from rules.ledger import OPERATIONS, Figures
from rules.model import Operation
from rules.search.steps import decimals

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_LINEAR = (Operation.SUM, Operation.DIFFERENCE, Operation.NET, Operation.CHANGE)
_COARSER = 3.0  # times the step of a mean that its parts may be rounded by, for it to tell
_FEWEST_MEANS, _MOSTLY = 3, 0.65  # means, and share of them, that show their parts to be exact
_QUOTIENTS = (Operation.RATIO, Operation.PERCENT_CHANGE)
_SLIP = 0.02  # share of sums that do not foot although their column is exact
_FEWEST = 8  # figures needed to see that a column, or a table of short ones, is stated in tens
_COARSE = (3, 5, 10, 50, 100, 500, 1000)  # steps that published statistics are rounded to
_RANDOM = (3, 5)  # bases of random rounding, up as well as down, which errs by more than half
_GRANULAR = 0.95
_FEWEST_ROUNDED = 3  # sums off by a few tens before a column counts as rounded to tens
_BLURRED = 3.0  # times its own rounding that rounded figures must blur a quotient for it to tell
_ODDS_MISSED = -3.0  # natural log-odds of figures being exact, of a quotient that misses by a blur
_EXACT_PRIOR = 3.0  # natural log-odds: budgets are stated in tens, seldom rounded to them
_SURE_TOGETHER = 7.5  # the same, of the columns of a table that are stated to one step
_SURE = 5.0  # natural log-odds; amounts are presumed rounded until their sums say otherwise


def refined_steps(
    figures: Figures,
    column_of: NDArray[np.int64],
    operation: NDArray[np.int8],
    target: NDArray[np.int64],
    start: NDArray[np.int64],
    part: NDArray[np.int64],
    difference: NDArray[np.float64],
    table_of: NDArray[np.int64] | None = None,
    factor: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """The step of every figure after the checks have spoken, 0 in columns found exact.

    A column whose figures are multiples of 10 (or 5, 100 …) is exact unless its own sums, and those
    of the columns of its table that are in the same multiples, show that they were rounded to that;
    then it is the step. ``table_of`` gives the table of each column number, ``factor`` that of each
    part. Source: domain
    conventions of budget tables; random rounding of census figures to base 3 and 5.
    """
    factor = np.ones(len(part)) if factor is None else factor
    steps = _after_sums(
        figures, column_of, operation, target, start, part, difference, table_of, factor
    )
    steps[_averaged_exactly(figures, operation, target, start, part, difference)] = 0.0
    quotient = np.isin(operation, [OPERATIONS.index(kind) for kind in _QUOTIENTS])
    stated = _rounded_quotients(figures, target[quotient], np.abs(difference[quotient]))
    steps[stated] = figures.step[stated]
    return steps


def _after_sums(
    figures: Figures,
    column_of: NDArray[np.int64],
    operation: NDArray[np.int8],
    target: NDArray[np.int64],
    start: NDArray[np.int64],
    part: NDArray[np.int64],
    difference: NDArray[np.float64],
    table_of: NDArray[np.int64] | None,
    factor: Floats,
) -> NDArray[np.float64]:
    """The steps after sums, nets and changes have spoken."""
    linear = np.isin(operation, [OPERATIONS.index(kind) for kind in _LINEAR])
    steps = figures.step.copy()
    additive = np.zeros(len(figures), dtype=bool)
    n_parts = np.diff(start)
    additive[target[linear]] = True
    additive[part[np.repeat(linear, n_parts)]] = True
    mine = np.flatnonzero(additive)
    columns, inside = np.unique(column_of[mine], return_inverse=True)
    if not len(columns):
        return steps
    step = _medians(steps[mine], inside, len(columns))
    table = table_of[columns] if table_of is not None else np.arange(len(columns))
    coarse = _granularity(figures.value[mine], inside, step, table)
    checks = np.flatnonzero(linear & (n_parts >= 2))
    owner = np.searchsorted(columns, column_of[target[checks]])
    log_odds, rounded = _odds(np.abs(difference[checks]), n_parts[checks], owner, coarse)
    granular = coarse > step
    unit = np.full(len(figures), 0.0)
    unit[mine] = np.where(granular, coarse, 0.0)[inside]
    known = np.full(len(figures), -1, dtype=np.int64)
    known[mine] = inside
    told, shown = _odds_of_quotients(
        figures, unit, known, operation, target, start, part, difference
    )
    log_odds[granular] += told[granular]
    rounded[granular] += shown[granular]
    pooled_odds, pooled_rounded = _pooled(log_odds, rounded, granular, table, coarse)
    together, odd_ones = _pooled(log_odds, rounded, ~granular, table, step)
    times = np.rint(coarse / np.where(step > 0, step, 1.0))
    # Nobody budgets in threes: such figures were rounded at random, and one slip is enough to tell.
    fewest = np.where(times == 3, 1, _FEWEST_ROUNDED)
    prior = np.where(times == 3, 0.0, _EXACT_PRIOR)
    to_coarse = granular & (pooled_rounded >= fewest) & (pooled_odds + prior < 0)
    sure = log_odds > np.where(rounded == 0, _SURE, 3 * _SURE)
    beside = (rounded == 0) & (odd_ones == 0) & (together > _SURE_TOGETHER) & ~sure & ~granular
    exact = np.where(granular, ~to_coarse, sure | beside) & (step > 0)
    random = np.isin(times, _RANDOM)
    widest = np.where(random, 2 * (coarse - step), coarse)
    odd = _rounded_apart(
        steps, figures.sheet, mine, inside, step, np.abs(difference), checks, target, n_parts
    )
    odd |= beside[inside] & (steps[mine] != step[inside])  # the columns beside it tell no more
    refined = np.where(exact[inside] & ~odd, 0.0, steps[mine])
    steps[mine] = np.where(to_coarse[inside], widest[inside], refined)
    scaled = linear | (operation == OPERATIONS.index(Operation.COPY))
    typed = _typed_rounded(figures, target, start, part, factor, np.abs(difference), scaled)
    steps[typed] = figures.step[typed]
    shorter, own = _parts_typed_rounded(figures, steps, target, start, part, difference, linear)
    steps[shorter] = own
    return steps


def _odds_of_quotients(
    figures: Figures,
    unit: Floats,
    column: Ints,
    operation: NDArray[np.int8],
    target: Ints,
    start: Ints,
    part: Ints,
    difference: Floats,
) -> tuple[Floats, Ints]:
    """What changes in per cent and ratios tell of columns in multiples of ``unit``: natural
    log-odds that their figures are exact, and how many quotients only agree with rounded ones.

    ``unit`` and ``column`` are given per figure. A percentage taken of the figures before these
    were rounded to hundreds misses that of the rounded ones by more than its own rounding.
    """
    n = int(column.max(initial=-1)) + 1
    quotient = np.isin(operation, [OPERATIONS.index(kind) for kind in _QUOTIENTS])
    checks = np.flatnonzero(quotient & (np.diff(start) == 2))
    one, other = part[start[checks]], part[start[checks] + 1]
    ratio = operation[checks] == OPERATIONS.index(Operation.RATIO)
    top, base = np.where(ratio, one, other), np.where(ratio, other, one)
    both = (unit[top] > 0) & (unit[top] == unit[base]) & (figures.value[base] != 0)
    both &= figures.value[target[checks]] != 0
    checks, top, base = checks[both], top[both], base[both]
    a, b = np.abs(figures.value[top]), np.abs(figures.value[base])
    reported = np.abs(figures.value[target[checks]])
    size = np.where(
        operation[checks] == OPERATIONS.index(Operation.RATIO), a / b, np.abs(a - b) / b
    )
    times = np.where(size > 0, reported / np.where(size > 0, size, 1.0), 0.0)
    times = 10.0 ** np.rint(np.log10(np.where(times > 0, times, 1.0)))  # 100 where in per cent
    slack = times * unit[top] / 2 * (1 / b + a / b**2)
    own = figures.step[target[checks]] / 2 + 1e-9
    gap = np.abs(difference[checks])
    telling = slack > _BLURRED * own
    missed = telling & (gap > own) & (gap <= own + slack)
    odds = np.where(missed, _ODDS_MISSED, np.where(telling & (gap <= own), -_ODDS_MISSED, 0.0))
    total = np.zeros(n)
    count = np.zeros(n, dtype=np.int64)
    np.add.at(total, column[top], odds)
    np.add.at(count, column[top], missed.astype(np.int64))
    return total, count


def _averaged_exactly(
    figures: Figures,
    operation: NDArray[np.int8],
    target: Ints,
    start: Ints,
    part: Ints,
    difference: Floats,
) -> Ints:
    """The parts of means that agree to the last digit of the mean, as most of their sheet do:
    marks and counts are whole and exact, however finely their mean is stated."""
    n_parts = np.diff(start)
    owner = np.repeat(np.arange(len(target)), n_parts)
    rounding = np.bincount(owner, weights=figures.step[part], minlength=len(target))
    rounding = rounding / (2 * np.maximum(n_parts, 1))
    step = figures.step[target]
    means = operation == OPERATIONS.index(Operation.AVERAGE)
    telling = means & (rounding > _COARSER * step)
    if not telling.any():
        return np.zeros(0, dtype=np.int64)
    agree = np.abs(difference) <= step * (0.5 + 1e-9) + 1e-9 * np.abs(figures.value[target])
    sheet = figures.sheet[target].astype(np.int64)
    n = int(sheet.max()) + 1
    count = np.bincount(sheet[telling], minlength=n)
    held = np.bincount(sheet[telling & agree], minlength=n)
    sure = (held >= _FEWEST_MEANS) & (held >= _MOSTLY * count)
    exact: Ints = part[(telling & sure[sheet])[owner]]
    return exact[~np.isin(exact, target[means])]  # a mean of means is taken of rounded ones


def _rounded_quotients(figures: Figures, target: Ints, gap: Floats) -> Ints:
    """Quotients that agree once they are rounded to what they are stated to, and only then: a ratio
    below amounts is no more exact because these are."""
    step = figures.step[target]
    rounded: Ints = target[(gap > 0) & (gap <= step * (0.5 + 1e-9))]
    return rounded


def _typed_rounded(
    figures: Figures,
    target: Ints,
    start: Ints,
    part: Ints,
    factor: Floats,
    gap: Floats,
    linear: NDArray[np.bool_],
) -> Ints:
    """Totals stated to a coarser step than one of their parts that agree once they are rounded: a
    whole number typed under figures with decimals, thousands beside full amounts, whatever the
    rest of the column does."""
    finest = np.full(len(target), np.inf)
    owner = np.repeat(np.arange(len(target)), np.diff(start))
    np.minimum.at(finest, owner, np.abs(factor) * figures.step[part])
    step = figures.step[target]
    fits: Ints = target[linear & (finest < step) & (gap <= step * (0.5 + 1e-9))]
    return fits


def _parts_typed_rounded(
    figures: Figures,
    steps: Floats,
    target: Ints,
    start: Ints,
    part: Ints,
    difference: Floats,
    linear: NDArray[np.bool_],
) -> tuple[Ints, Floats]:
    """Parts typed with a decimal less than the figures about them, 11.6 beside 27.22, where a sum
    that fails agrees once they stand for all that they may have been rounded from; and the step of
    each. Whole numbers are not asked: an amount without cents is no rounded one."""
    owner = np.repeat(np.arange(len(target)), np.diff(start))
    worst = steps[target] + np.bincount(owner, weights=steps[part], minlength=len(target))
    failing = linear & (np.abs(difference) > worst / 2 * (1 + 1e-9))
    at = np.flatnonzero(failing[owner] & (steps[part] > 0) & (steps[part] < 0.1))
    places = decimals(figures.value[part[at]])
    own = 10.0 ** -places.astype(np.float64)
    shorter = (places > 0) & (own > 1.5 * steps[part[at]])
    at, own = at[shorter], own[shorter]
    more = np.bincount(owner[at], weights=own - steps[part[at]], minlength=len(target))
    fits = (more > 0) & (np.abs(difference) <= (worst + more) / 2 * (1 + 1e-9))
    wanted = fits[owner[at]]
    return part[at[wanted]], own[wanted]


def _rounded_apart(
    steps: Floats,
    sheet: NDArray[np.int32],
    mine: Ints,
    inside: Ints,
    step: Floats,
    gap: Floats,
    checks: Ints,
    target: Ints,
    n_parts: Ints,
) -> NDArray[np.bool_]:
    """Figures stated to another step than their column, where the sums of such figures on their
    sheet do not foot to the last digit: percentages under amounts are rounded however exact the
    amounts are."""
    stated = np.rint(np.log10(np.where(steps[mine] > 0, steps[mine], 1.0))).astype(np.int64)
    _, group = np.unique(sheet[mine] * 64 + stated + 32, return_inverse=True)
    n = int(group.max()) + 1
    own = np.zeros(n)
    own[group] = steps[mine]
    group_of = np.full(len(steps), -1, dtype=np.int64)
    group_of[mine] = group
    log_odds, _ = _odds(gap[checks], n_parts[checks], group_of[target[checks]], own)
    apart = steps[mine] != step[inside]
    return np.asarray(apart & (log_odds[group] < 0), dtype=np.bool_)


def _pooled(
    log_odds: Floats, rounded: Ints, granular: NDArray[np.bool_], table: Ints, coarse: Floats
) -> tuple[Floats, Ints]:
    """The evidence of the columns of one table that are in the same multiples, together."""
    odds, count = log_odds.copy(), rounded.copy()
    at = np.flatnonzero(granular)
    _, group = np.unique(np.column_stack([table[at], coarse[at]]), axis=0, return_inverse=True)
    group = group.reshape(-1)
    odds[at] = np.bincount(group, weights=log_odds[at])[group] if len(at) else odds[at]
    count[at] = np.bincount(group, weights=rounded[at])[group] if len(at) else count[at]
    return odds, count


def _medians(values: Floats, inside: Ints, n: int) -> Floats:
    """The median of the values of each column, shape ``(n,)``."""
    ordered = values[np.lexsort((values, inside))]
    count = np.bincount(inside, minlength=n)
    first = np.cumsum(count) - count
    middle: Floats = (ordered[first + (count - 1) // 2] + ordered[first + count // 2]) / 2
    return middle


def _granularity(values: Floats, inside: Ints, step: Floats, table: Ints) -> Floats:
    """Per column, the largest round number of steps that nearly all its figures are multiples of;
    short columns are looked at together with the others of their table."""
    told = (values != 0) & (step[inside] > 0)
    amount, column = np.abs(values[told]), inside[told]
    n = len(step)
    count = np.bincount(column, minlength=n)
    short = count < _FEWEST
    tables, table_of = np.unique(table, return_inverse=True)
    best = step.copy()
    for times in _COARSE:
        units = amount / (step[column] * times)
        fits = np.abs(units - np.rint(units)) < 1e-6
        share = np.bincount(column, weights=fits, minlength=n) / np.maximum(count, 1)
        fitting = (share >= _GRANULAR) & (count > 1)
        alike = np.bincount(table_of[fitting], weights=count[fitting], minlength=len(tables))
        enough = np.where(short, alike[table_of], count) >= _FEWEST
        best = np.where(fitting & enough, step * times, best)
    return best


def _odds(gap: Floats, parts: Ints, owner: Ints, units: Floats) -> tuple[Floats, Ints]:
    """Natural log-odds per column that its figures are exact rather than rounded to its unit, and
    how many residuals look like rounding. One beyond three standard deviations of that is more
    likely an error and tells neither."""
    n = len(units)
    unit = units[owner]
    near = gap <= unit * np.minimum(3 * np.sqrt((parts + 1) / 12), (parts + 1) / 2)
    gap, parts, owner, unit = gap[near], parts[near], owner[near], unit[near]
    kinds, kind = np.unique(parts, return_inverse=True)
    foots = np.array([math.erf(0.5 / math.sqrt((k + 1) / 6)) for k in kinds.tolist()])[kind]
    even = gap < unit / 2
    odds = np.log(np.where(even, (1 - _SLIP) / foots, _SLIP / (1 - foots)))
    total = np.bincount(owner, weights=odds, minlength=n).astype(np.float64)
    return total, np.bincount(owner[~even], minlength=n).astype(np.int64)
