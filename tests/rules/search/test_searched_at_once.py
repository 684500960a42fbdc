"""What is tried for many lines at once is what trying every hypothesis by itself finds."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.search.candidate import target_prior, weigh
from rules.search.evidence import Floats
from rules.search.pairs import bits_of_pairs, pairs, signed_runs
from rules.search.runs import runs
from rules.search.space import Space, row_space
from rules.search.sums_of_runs import WIDEST_GAP, matches
from rules.search.weighing import Parts, live_counts, priors, weigh_many
from tests.rules.search.made import lines_of_figures, table

Run = tuple[int, int, int, int, int]  # target, gap, side, first, length


@st.composite
def _tables(draw: st.DrawFn) -> Floats:
    """Small tables in which some lines are made the sums of runs or of pairs beside them."""
    n, m = draw(st.integers(3, 9)), draw(st.integers(1, 4))
    values = draw(lines_of_figures(n, m))
    for _ in range(draw(st.integers(0, 3))):
        length = draw(st.integers(2, min(5, n - 1)))
        first = draw(st.integers(0, n - length - 1))
        signs = np.array(
            draw(st.lists(st.sampled_from((1.0, 1.0, -1.0)), min_size=length, max_size=length))
        )
        total = np.round(signs @ np.nan_to_num(values[first : first + length]), 2)
        off = draw(st.sampled_from((0.0, 0.0, 0.0, 1.0, 90.0)))
        total[draw(st.integers(0, m - 1))] += off
        values[first + length] = total
    return values


def _space_of(values: Floats, labels: list[str]) -> Space:
    return row_space(table(values.tolist(), labels))


def _labels(n: int) -> list[str]:
    return [("Total", "Item", "Net result", "Salaries")[at % 4] for at in range(n)]


def _all_runs(n: int) -> list[Run]:
    result = []
    for target, gap, side in product(range(n), range(WIDEST_GAP + 1), (-1, 1)):
        for length in range(2, n):
            first = target - gap - length if side < 0 else target + 1 + gap
            if first >= 0 and first + length <= n:
                result.append((target, gap, side, first, length))
    return result


def _matched(space: Space) -> dict[Run, tuple[Floats, Floats]]:
    found = {}
    for some in matches(space, np.arange(space.n), space.n):
        places = zip(some.target, some.gap, some.side, some.first, some.length, strict=True)
        for k, (target, gap, side, first, length) in enumerate(places):
            run = (int(target), int(gap), int(side), int(first), int(length))
            found[run] = (some.totals[k], some.counts[k].astype(float))
    return found


@settings(max_examples=150, deadline=None)
@given(_tables())
def test_every_run_with_evidence_is_matched(values: Floats) -> None:
    space = _space_of(values, _labels(len(values)))
    found = _matched(space)
    for run in _all_runs(space.n):
        target, _, _, first, length = run
        parts = np.arange(first, first + length)
        if weigh(space, target, parts, np.ones(length)).bits > 0:
            assert run in found
        if run in found:
            # Both add up floats, in opposite directions: they differ by noise of the parts' size.
            apart = np.abs(found[run][0] - space.filled[parts].sum(axis=0))
            assert (apart <= 1e-14 * np.abs(space.filled[parts]).sum(axis=0)).all()
            assert found[run][1].tolist() == (space.filled[parts] != 0).sum(axis=0).tolist()


@settings(max_examples=150, deadline=None)
@given(_tables(), st.data())
def test_many_weighed_at_once_are_weighed_as_one(values: Floats, data: st.DataObject) -> None:
    space = _space_of(values, _labels(len(values)))
    run = st.sampled_from(_all_runs(space.n) or [(0, 0, 1, 1, 2)])
    tried = data.draw(st.lists(run, min_size=1, max_size=12))
    signs = [
        data.draw(st.lists(st.sampled_from((1.0, -1.0)), min_size=r[4], max_size=r[4]))
        for r in tried
    ]
    targets, first, lengths = (np.array([r[at] for r in tried]) for at in (0, 3, 4))
    parts = Parts.of_runs(np.arange(space.n), first, lengths)
    seen = weigh_many(space, targets, parts, np.concatenate(signs))
    for k, (target, _, _, begin, length) in enumerate(tried):
        one = weigh(space, target, np.arange(begin, begin + length), np.array(signs[k]))
        assert seen.bits[k] == pytest.approx(one.bits, abs=1e-9)
        assert (seen.held[k], seen.failed[k]) == (one.held, one.failed)
    assert priors(space).tolist() == [target_prior(space, line) for line in range(space.n)]


@settings(max_examples=100, deadline=None)
@given(_tables())
def test_no_run_is_better_than_those_kept(values: Floats) -> None:
    space = _space_of(values, ["Item"] * len(values))
    best: dict[int, float] = {}
    for candidate in runs(space, range(space.n)):
        one = weigh(
            space, candidate.target, np.array(candidate.parts), np.ones(len(candidate.parts))
        )
        assert (candidate.held, candidate.failed) == (one.held, one.failed)
        best[candidate.target] = max(best.get(candidate.target, 0.0), candidate.bits)
    for target, gap, side, first, length in _all_runs(space.n):
        at_edge = first == 0 if side < 0 else first + length == space.n
        one = weigh(space, target, np.arange(first, first + length), np.ones(length))
        # With equal words everywhere only where a run ends, and its distance, count beside.
        worth = one.bits - 3.0 - 3.0 * gap - (0.0 if at_edge else 4.0)
        if one.held and worth > 5.0 and gap == 0:
            assert best.get(target, 0.0) > 0


@settings(max_examples=100, deadline=None)
@given(_tables())
def test_every_pair_with_evidence_is_found(values: Floats) -> None:
    n = len(values)
    space = _space_of(values, ["Item"] * n)
    found = {
        (c.target, frozenset(zip(c.parts, c.factors, strict=True)))
        for c in pairs(space, range(n), 20)
    }
    cost = np.log2(max((n - 1) * (n - 2) // 2 * 3, 2)) + 3.0
    expected = set()
    for target in range(n):
        for a, b in combinations([line for line in range(n) if line != target], 2):
            for signs in ((1.0, 1.0), (1.0, -1.0), (-1.0, 1.0)):
                one = [np.array([at]) for at in (target, a, b, *signs)]
                told = bits_of_pairs(space, *one)[0] > cost + 2.0
                if told and weigh(space, target, np.array([a, b]), np.array(signs)).held:
                    expected.add((target, frozenset(zip((a, b), signs, strict=True))))
    assert found == expected


def test_a_column_in_the_proportions_of_another_is_no_news_for_many_either() -> None:
    values = np.array([[812.0, 1624.0, 55.0], [301.0, 602.0, 71.0], [1113.0, 2226.0, 126.0]])
    space = _space_of(values, ["a", "b", "Total"])
    parts = Parts(np.array([0, 1]), np.array([2]))
    seen = weigh_many(space, np.array([2]), parts)
    alone = _space_of(values[:, [0, 2]], ["a", "b", "Total"])
    assert seen.bits[0] == pytest.approx(weigh_many(alone, np.array([2]), parts).bits[0])


def test_signs_that_make_a_net_foot_are_found() -> None:
    rows = np.array([[812.0, 911.0], [301.0, 299.0], [77.0, 54.0], [0.0, 0.0]])
    rows[3] = rows[0] - rows[1] + rows[2]
    space = _space_of(rows, ["Sales", "Goods", "Grants", "Net result"])
    (found,) = signed_runs(space, range(4))
    assert (found.target, found.parts, found.factors) == (3, (0, 1, 2), (1.0, -1.0, 1.0))
    assert found.held == 2


def test_parts_below_the_step_of_their_target_do_not_count() -> None:
    values = np.array([[0.4, 812.0], [0.3, 101.0], [1.0, 913.0]])
    space = _space_of(values, ["a", "b", "Total"])
    coarse = np.array([[1.0, 1.0]]).repeat(3, axis=0)
    space = replace(space, steps=coarse)
    lines = np.arange(3)
    runs_ = (lines, np.array([0]), np.array([2]))
    assert live_counts(space, runs_, np.array([[2, 2]]), np.array([2])).tolist() == [[0, 2]]
