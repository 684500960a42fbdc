"""Columns of two tables that state the same year and scenario: TA with TA, TP with TP."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from rules.declared.columns import Role, role_of
from workbooks.tables.vocabulary import Idea

_NO_FIGURE = Idea.CHANGE | Idea.PERCENT | Idea.SHARE
_BUDGETS = ("budget", "amended budget", "proposal", "use plan")


@dataclass(frozen=True, slots=True)
class ColumnPair:
    """A column here and there.

    Unsure: the year is the same, but another stage of the budget; or no year is named.
    """

    this: int
    last: int
    is_sure: bool
    names_year: bool = True


def paired_columns(this: Sequence[str], last: Sequence[str]) -> list[ColumnPair]:
    """The columns of two tables, by their headings, that state the same thing.

    Changes and percentages are left out: they follow from the others.

    >>> paired_columns(["TP 2018", "TA 2019", "TA 2020"], ["TP 2017", "TA 2018", "TA 2019"])
    [ColumnPair(this=1, last=2, is_sure=True, names_year=True)]
    """
    mine, theirs = _roles(this), _roles(last)
    pairs: list[ColumnPair] = []
    steps: tuple[tuple[Callable[[Role], Hashable], bool], ...] = (
        (lambda role: (role.words, role.years, role.kind) if role.words else None, True),
        (lambda role: (role.years, role.scenario, role.kind) if role.years else None, True),
        (lambda role: (role.years, role.kind) if role.scenario in _BUDGETS else None, False),
    )
    for key_of, is_sure in steps:
        left, right = _by(mine, key_of), _by(theirs, key_of)
        for key, columns in left.items():
            others = right.get(key, [])
            if key is None or len(columns) != len(others) or (len(columns) > 1 and not is_sure):
                continue
            for j, k in zip(columns, others, strict=True):
                if len(columns) > 1 and mine[j].words != theirs[k].words:
                    continue
                dated = bool(mine[j].years)
                pairs.append(ColumnPair(j, k, is_sure and dated, dated))
                del mine[j], theirs[k]
    return sorted(pairs, key=lambda pair: pair.this)


def _roles(headings: Sequence[str]) -> dict[int, Role]:
    roles = {j: role_of(text) for j, text in enumerate(headings)}
    return {j: role for j, role in roles.items() if not role.kind & _NO_FIGURE}


def _by(roles: dict[int, Role], key_of: Callable[[Role], Hashable]) -> dict[Hashable, list[int]]:
    found: dict[Hashable, list[int]] = defaultdict(list)
    for j, role in roles.items():
        found[key_of(role)].append(j)
    return found
