"""What is passed over without being weighed has no evidence of a quotient."""

from __future__ import annotations

from itertools import permutations

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rules.model import Operation
from rules.search.evidence import Floats
from rules.search.near_quotients import Asked, NearPairs
from rules.search.quotients import _bits, _Form, _others, _samples, _told
from rules.search.space import Space, row_space
from tests.rules.search.made import lines_of_figures, table

SCALES = (100.0, 1.0)
FORMS = [
    *(_Form(Operation.RATIO, scale, 1.0, 1.0) for scale in SCALES),
    *(
        _Form(Operation.PERCENT_CHANGE, scale, sign, on)
        for scale in SCALES
        for sign in (1.0, -1.0)
        for on in (1.0, 2.0)
    ),
]


@st.composite
def _tables(draw: st.DrawFn) -> Floats:
    """Small tables in which some lines are made the ratios and changes of others."""
    n, m = draw(st.integers(3, 6)), draw(st.integers(1, 15))
    values = draw(lines_of_figures(n, m))
    for _ in range(draw(st.integers(0, 2))):
        target, a, b = draw(st.permutations(range(n)))[:3]
        scale = draw(st.sampled_from(SCALES))
        with np.errstate(all="ignore"):
            made = values[a] / values[b]
            made = made - 1 if draw(st.booleans()) else made
        values[target] = np.round(scale * made, draw(st.integers(0, 4)))
    values[~np.isfinite(values)] = np.nan
    return values


def _weighed(space: Space) -> set[tuple[int, int, int]]:
    """Every line with the pairs whose evidence is above zero in some form."""
    samples = _samples(space)
    found = set()
    for target, a, b in permutations(np.flatnonzero(space.present.any(axis=1)).tolist(), 3):
        pair, sample = (np.array([a]), np.array([b])), _told(samples[target])
        for form in FORMS:
            bits, whole = _bits(space, target, *pair, form, sample)
            if bits.sum() + whole.sum() > 0:
                found.add((target, a, b))
    return found


def _near(space: Space, reach: int | None) -> set[tuple[int, int, int]]:
    lines = np.arange(space.n)
    asked = Asked(lines, _others(space, lines, reach), _samples(space), SCALES, changes=True)
    return {
        (target, int(x), int(y))
        for target, a, b in NearPairs.of(space).pairs(asked)
        for x, y in zip(a, b, strict=True)
    }


@given(_tables())
@settings(max_examples=300, deadline=None)
@example(np.array([[1200.0, 800.0], [0.0, 0.0], [-1.0, -1.0]]))  # all of it went
@example(np.array([[0.0, 5.0], [9000.0, 7000.0], [0.0, 0.001]]))
@example(np.array([[9000.0, 7000.0, 12000.0], [2000.0, 3000.0, 1000.0], [4.9, 2.1, 11.2]]))
def test_every_pair_with_evidence_is_near(values: Floats) -> None:
    space = row_space(table(values.tolist()))
    assert _weighed(space) <= _near(space, None)


@given(_tables())
@settings(max_examples=100, deadline=None)
def test_only_lines_within_reach_are_asked(values: Floats) -> None:
    space = row_space(table(values.tolist()))
    within = {(t, a, b) for t, a, b in _near(space, None) if max(abs(a - t), abs(b - t)) <= 2}
    assert _near(space, 2) == within


def test_figures_of_many_digits_are_near_few_pairs() -> None:
    chance = np.random.default_rng(3)
    values = chance.integers(1_000, 9_000_000, (300, 6)).astype(float)
    values[20] = np.round(values[17] / values[22], 4)
    near = _near(row_space(table(values.tolist())), 8)
    assert (20, 17, 22) in near
    assert len(near) < 900  # of 72,000


@given(_tables())
@settings(max_examples=100, deadline=None)
def test_samples_are_the_first_of_each_figure(values: Floats) -> None:
    space = row_space(table(values.tolist()))
    for line, sample in enumerate(_samples(space)):
        told = space.filled[line]
        first = np.sort(np.unique(told, return_index=True)[1])
        first = first[told[first] != 0]
        if len(first) > 12:
            first = first[np.linspace(0, len(first) - 1, 12).astype(np.int64)]
        assert _told(sample).tolist() == first.tolist()
