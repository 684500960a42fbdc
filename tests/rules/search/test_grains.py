"""The grain of many short observations, told at once, is that of each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rules.search.space import _grain, _grains, _grains_at_once


def _short_observations() -> NDArray[np.float64]:
    """Six to nine figures each: multiples of a grain but for a few, some the same throughout."""
    chance = np.random.default_rng(8)
    columns = []
    for _ in range(400):
        grain = chance.choice([0.01, 1.0, 3.0, 5.0, 10.0, 50.0, 1000.0])
        column = np.round(grain * chance.integers(-90, 90, 12), 2)
        column[chance.integers(0, 12, chance.integers(0, 3))] += chance.choice([0.0, 1.0, 0.5])
        column[chance.integers(0, 12, chance.integers(0, 6))] = 0.0
        columns.append(np.where(column != 0, 7.0, 0.0) if chance.random() < 0.1 else column)
    return np.array(columns).T


def test_grains_at_once() -> None:
    filled = _short_observations()
    told = filled[:, (filled != 0).sum(axis=0) >= 6]
    one_by_one = [_grain(column[column != 0]) for column in told.T]
    assert len({*one_by_one}) > 5
    assert _grains_at_once(told).tolist() == one_by_one


def test_many_observations_have_the_grains_of_few() -> None:
    filled = _short_observations()
    few = np.concatenate([_grains(filled[:, some : some + 3]) for some in range(0, 9, 3)])
    told = (filled[:, :9] != 0).sum(axis=0) >= 6
    assert told.any()
    assert _grains(filled)[:9][told].tolist() == few[told].tolist()
