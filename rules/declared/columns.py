"""Columns found by role and year: next year's workbook has the same columns, a year later.

A heading is compared by its words with the years taken out, and by its years after a shift that is
worked out for the whole table. Where the words differ, scenario, years and kind decide.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from rules.declared.lines import ALIKE, How, label_key, likeness
from workbooks.tables.model import Heading, Table
from workbooks.tables.vocabulary import Idea, ideas, normalised, scenario, years

FARTHEST = 15  # years that a workbook may lie after the one that was learned from
_YEAR = re.compile(r"(?<!\d)(?:19[4-9]\d|20\d\d)(?!\d)|(?<=[^\W\d])([-'’ ]?)\d\d(?!\d)")
_FULL_YEAR = re.compile(r"(?<![\d,])((?:19[4-9]|20\d)\d)(?:([-/–])(\d\d))?(?![\d,]|\.\d)")
_AROUND = re.compile(r"\s*([+/])\s*")
_CLOSED = {"": "actual", "actual": ""}  # stages under which a closed year stands
_KINDS = Idea.CHANGE | Idea.PERCENT | Idea.SHARE | Idea.PER_UNIT | Idea.AVERAGE


@dataclass(frozen=True, slots=True)
class Role:
    """What a heading says: its words without years, the years, the scenario, the kind."""

    words: str
    years: tuple[int, ...]
    scenario: str
    kind: Idea

    def shifted(self, shift: int) -> Role:
        """The same role ``shift`` years later."""
        later = tuple(year + shift for year in self.years)
        return Role(self.words, later, self.scenario, self.kind)


@lru_cache(maxsize=65536)
def role_of(text: str) -> Role:
    """The role that a heading names.

    >>> role_of("TA 2020").words, role_of("TA20").years
    ('ta #', (2020,))
    """
    said = ideas(text) if text else Idea.NONE
    role = scenario(text)
    kind = said & _KINDS
    if role == "amended budget":
        kind &= ~Idea.CHANGE
    plain = _AROUND.sub(r"\1", normalised(_YEAR.sub(r"\1 # ", text)))
    return Role(label_key(plain.replace("-%", " %")), years(text), role, kind)


class FoundColumn(NamedTuple):
    """A column of a table: its position, how it was found, and how alike the words are (0–100)."""

    column: int
    how: How
    likeness: float = 100.0


def find_column(headings: Sequence[str], text: str, shift: int = 0) -> tuple[FoundColumn, ...]:
    """The columns that a file calls ``text``, seen ``shift`` years later; the surest first.

    Only the surest kind of match is returned, so that more than one means: not told apart.
    """
    wanted = role_of(text).shifted(shift)
    roles = [role_of(heading) for heading in headings]
    same = [
        j
        for j, role in enumerate(roles)
        if (role.words, role.years) == (wanted.words, wanted.years)
    ]
    if same:
        return tuple(FoundColumn(j, How.SAME) for j in same)
    meant = [
        j
        for j, role in enumerate(roles)
        if (wanted.years or wanted.scenario)
        and (role.years, role.scenario, role.kind) == (wanted.years, wanted.scenario, wanted.kind)
    ]
    if meant:
        return tuple(FoundColumn(j, How.ALIKE, likeness_of(roles[j], wanted)) for j in meant)
    near = [
        (j, score)
        for j, role in enumerate(roles)
        if role.years == wanted.years and (score := likeness_of(role, wanted)) >= ALIKE
    ]
    best = max((score for _, score in near), default=0.0)
    return tuple(FoundColumn(j, How.ALIKE, score) for j, score in near if score == best)


def likeness_of(first: Role, second: Role) -> float:
    """How alike the words of two roles are, 0 to 100."""
    return likeness(first.words, second.words)


def year_shift(old: Sequence[str], new: Sequence[str]) -> int:
    """By how many years the headings ``new`` lie after ``old``: the shift that matches the most.

    Headings without a year tell nothing. Among equals the smallest shift is taken.

    >>> year_shift(["TP 2018", "TA 2019", "TA 2020"], ["TP 2019", "TA 2020", "TA 2021"])
    1
    """
    before = [role for role in map(role_of, old) if role.years]
    after = [role for role in map(role_of, new) if role.years]
    exact: Counter[int] = Counter()
    meant: Counter[int] = Counter()
    for role in before:
        exact.update(_shifts(role, (one for one in after if one.words == role.words)))
        meant.update(_shifts(role, (one for one in after if one.scenario == role.scenario)))
    seen = exact.keys() | meant.keys()
    return max(seen, key=lambda by: (exact[by], meant[by], -abs(by), -by), default=0)


def in_later_years(text: str, shift: int) -> str:
    """A label with its years ``shift`` years later.

    >>> in_later_years("Total 2023-24 funds", 1), in_later_years("Loans 31.12.2023", 2)
    ('Total 2024-25 funds', 'Loans 31.12.2025')
    """

    def later(found: re.Match[str]) -> str:
        year, dash, end = found.groups()
        tail = f"{dash}{(int(end) + shift) % 100:02d}" if end else ""
        return f"{int(year) + shift}{tail}"

    return _FULL_YEAR.sub(later, text) if shift else text


def label_shift(old: Sequence[str], new: Sequence[str]) -> int:
    """By how many years the labels of lines lie after those of a file; as ``year_shift``.

    >>> label_shift(["Total 2022-23", "Total 2023-24"], ["Total 2023-24", "Total 2024-25"])
    1
    """
    plain = [[_FULL_YEAR.sub(r"\1", text) for text in texts] for texts in (old, new)]
    return year_shift(*plain)


def names_a_year(text: str) -> bool:
    """Whether a label names a year with four digits."""
    return _FULL_YEAR.search(text) is not None


def _shifts(role: Role, others: Iterable[Role]) -> set[int]:
    """The shifts that make the years of ``role`` those of one of ``others``."""
    found = set()
    for other in others:
        shift = other.years[0] - role.years[0]
        if abs(shift) <= FARTHEST and other.years == tuple(year + shift for year in role.years):
            found.add(shift)
    return found


def same_columns(first: Table, second: Table) -> list[tuple[int, int]]:
    """Pairs of columns of two tables that state the same year and scenario, neither of them twice.

    Changes and percentages are left out; a heading without a year is no column of any year. A year
    or date by itself (31.12.2023) is the closed year of a table that says so (TP 2023).
    """
    mine, theirs = _by_period(first.headings), _by_period(second.headings)
    pairs = []
    for key, j in mine.items():
        closed = _CLOSED.get(key[1]) if key not in theirs else None
        other = key if closed is None else (key[0], closed)
        if other in theirs and (closed is None or other not in mine):
            pairs.append((j, theirs[other]))
    return pairs


def columns_before(first: Table, second: Table) -> dict[int, int]:
    """By column of ``first``: the column of ``second`` that states the same a year earlier."""
    mine, theirs = _by_period(first.headings), _by_period(second.headings)
    found = {}
    for (year, stage), j in mine.items():
        before = theirs.get((year - 1, stage))
        if before is None and stage in _CLOSED:
            before = theirs.get((year - 1, _CLOSED[stage]))
        if before is not None:
            found[j] = before
    return found


def _by_period(headings: Sequence[Heading]) -> dict[tuple[int, str], int]:
    """Columns by year and scenario."""
    keys: dict[tuple[int, str], list[int]] = {}
    for j, heading in enumerate(headings):
        if len(heading.years) == 1 and not heading.ideas & _KINDS:
            keys.setdefault((heading.years[0], heading.scenario), []).append(j)
    return {key: columns[0] for key, columns in keys.items() if len(columns) == 1}
