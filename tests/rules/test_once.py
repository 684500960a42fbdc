"""What is worked out once for an object."""

from __future__ import annotations

import gc

from rules.once import once


class _Owner:
    """Something that is equal to itself only."""


def test_it_is_worked_out_once_for_each_and_forgotten_with_it() -> None:
    asked: list[int] = []

    @once
    def number(owner: _Owner) -> int:
        asked.append(id(owner))
        return len(asked)

    first, second = _Owner(), _Owner()
    assert [number(first), number(second), number(first)] == [1, 2, 1]
    assert asked == [id(first), id(second)]
    del second
    gc.collect()
    assert [number(first), number(_Owner())] == [1, 3]
