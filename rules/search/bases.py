"""One line, one base: a change in per cent that a few cells take on another column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from rules.model import Operation
from rules.search.proposals import Quotient

_MAJORITY = 3  # times as many cells as those of all other bases together


def with_one_base(quotients: Iterable[Quotient]) -> tuple[Quotient, ...]:
    """Quotients of which the one that most cells of a line state is tested in the others too.

    They share their numerator, or the figure that a change is to, and differ in the base.
    """
    kept = list(quotients)
    groups: dict[tuple[int, Operation, int], list[int]] = defaultdict(list)
    for at, found in enumerate(kept):
        compared = found.parts[0 if found.operation is Operation.RATIO else 1]
        if found.observed is not None:
            groups[found.target, found.operation, compared].append(at)
    for mine in groups.values():
        largest = max(mine, key=lambda at: (len(kept[at].observed or ()), -at))
        others = sum(len(kept[at].observed or ()) for at in mine if at != largest)
        if others and len(kept[largest].observed or ()) >= _MAJORITY * others:
            kept[largest] = replace(kept[largest], observed=None, failed=others)
    return tuple(kept)
