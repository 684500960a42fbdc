"""The peers of a figure, against the plain way of leaving it out."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.peers import peers_of
from tests.rules.test_build import NAN, table

FIGURE = st.one_of(st.just(NAN), st.integers(-9, 9).map(float))


@settings(max_examples=60, deadline=None)
@given(st.integers(4, 7).flatmap(lambda m: st.lists(FIGURE, min_size=m, max_size=m)))
def test_peers_are_the_others_of_the_line(row: list[float]) -> None:
    peers = peers_of(table([row, row]))
    for j, value in enumerate(row):
        others = np.array([v for k, v in enumerate(row) if k != j and np.isfinite(v) and v])
        assert peers.count[0, j] == len(others)
        if np.isfinite(value) and value and len(others) >= 2:
            size = np.abs(others)
            assert peers.middle[0, j] == np.median(size)
            assert peers.spread[0, j] == size.max() / size.min()
            assert peers.positive[0, j] == (others > 0).sum()
