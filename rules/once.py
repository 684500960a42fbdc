"""What is worked out once for an object, and forgotten with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

Owner = TypeVar("Owner")
Result = TypeVar("Result")


def once(work_out: Callable[[Owner], Result]) -> Callable[[Owner], Result]:
    """``work_out``, called once for each object, which must be equal to itself only.

    The result is shared: nobody may write to it.
    """
    known: WeakKeyDictionary[Owner, Result] = WeakKeyDictionary()

    @wraps(work_out)
    def remembered(owner: Owner) -> Result:
        if owner not in known:
            known[owner] = work_out(owner)
        return known[owner]

    return remembered
