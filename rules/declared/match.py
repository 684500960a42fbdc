"""Which table of a workbook is which of the file, and what its lines and columns are called now."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rules.declared.columns import (
    FoundColumn,
    find_column,
    in_later_years,
    label_shift,
    names_a_year,
    role_of,
    year_shift,
)
from rules.declared.lines import ALIKE, Found, How, LineName, Lines, label_key, likeness
from rules.declared.rulefile import COLUMN_MARK, NamedLine, TableRules
from workbooks.tables.model import Table

_NUMBERED = re.compile(r" \(([1-9]\d{0,5})\)'*")  # after the name of the sheet
_SAMPLE = 200  # names of a table that are looked for when tables are told apart
_LEAST = 0.34  # share of a table's names that must be found in a table of another sheet
_LEAST_AT_HOME = 0.15  # … and in one of its own sheet


@dataclass(slots=True)
class Match:
    """A table of the file found in the workbook, ``shift`` years later.

    ``later`` is by how many years the labels of its lines lie after those of the file.
    """

    declared: TableRules
    position: int  # among the tables of the workbook
    table: Table
    shift: int
    rows: Lines
    headings: tuple[str, ...]
    later: int = 0

    def find(self, named: NamedLine, axis: int) -> tuple[Found, ...]:
        """The lines (axis 0) or columns (axis 1) that a name of the file may mean."""
        if axis == 1:
            if (numbered := self._numbered(named.name.labels[0])) is not None:
                return (Found(numbered, How.SAME),)
            columns = find_column(self.headings, named.name.labels[0], self.shift)
            nth = named.name.nth
            chosen: Sequence[FoundColumn] = columns[nth - 1 : nth] if nth else columns
            return tuple(Found(c.column, c.how, c.likeness) for c in chosen)
        if named.after:
            return self._below(named)
        if (numbered := self._numbered_row(named.name.labels[0])) is not None:
            return (Found(numbered, How.SAME),)
        name = _in_later_years(named.name, self.later)
        found = self.rows.find(name)
        if not found and name.block:
            whole = f"{name.block} / {name.labels[0]}"
            found = self.rows.find(LineName((whole,), nth=name.nth), alike=False)
        return found

    def _numbered(self, label: str) -> int | None:
        """The column without a heading that is called by its number."""
        column = _number(label)
        there = column is not None and 0 <= column < len(self.headings)
        return column if there and not self.headings[column or 0] else None

    def _numbered_row(self, label: str) -> int | None:
        """The line that is called by its number, since no label stands on it or above it."""
        row = _number(label)
        if row is None or not 0 <= row < len(self.table.lines):
            return None
        return None if any(line.label for line in self.table.lines[: row + 1]) else row

    def _below(self, named: NamedLine) -> tuple[Found, ...]:
        """The unlabelled line that stands so many lines below a labelled one."""
        name = named.name
        anchors = self.rows.find(_in_later_years(_anchor(named), self.later))
        if len(anchors) != 1:
            return ()
        line = anchors[0].line + max(1, name.nth)
        between = range(anchors[0].line + 1, min(line, len(self.table.lines) - 1) + 1)
        if line >= len(self.table.lines) or any(self.table.lines[i].label for i in between):
            return ()
        return (Found(line, anchors[0].how, anchors[0].likeness),)


def _number(label: str) -> int | None:
    """The position that a name such as ``#3`` counts from 1; None for a name of words."""
    number = label.removeprefix(COLUMN_MARK)
    return int(number) - 1 if number != label and number.isascii() and number.isdigit() else None


def names_of(declared: TableRules) -> Iterable[NamedLine]:
    """Every row of a table that the file names."""
    for rule in declared.lines:
        yield rule.target
        yield from rule.parts
    for rule in declared.across:
        yield from rule.only
    yield from declared.others


def matches(
    declared: Sequence[TableRules], tables: Sequence[Table]
) -> tuple[dict[str, Match], list[TableRules]]:
    """The tables of the file found in the workbook, by name, and those that are gone.

    A table is known by its sheet, its lines, its columns and its title; each is taken once.
    """
    rows = [Lines.of_rows(table) for table in tables]
    texts = [tuple(heading.text for heading in table.headings) for table in tables]
    samples = [_sample(wanted) for wanted in declared]
    dated = [_dated(named.name.labels[0] for named in sample) for sample in samples]
    now = [_dated(line.label for line in table.lines) for table in tables]
    order = _declared_orders(declared)
    place = _orders([table.sheet for table in tables])
    found: dict[str, Match] = {}
    taken: set[int] = set()
    for on_its_sheet in (True, False):  # a table that is nowhere on its sheet may have moved
        scored: list[tuple[float, int, int, int]] = []
        for d, wanted in enumerate(declared):
            if wanted.name in found:
                continue
            for t, table in enumerate(tables):
                sheet = _sheet_likeness(wanted.sheet, table.sheet)
                if t in taken or on_its_sheet != (sheet > 0):
                    continue
                least = _LEAST_AT_HOME if on_its_sheet else _LEAST
                later = label_shift(dated[d], now[t]) if dated[d] else 0
                sample = [_in_later_years(_anchor(named), later) for named in samples[d]]
                score = _score(wanted, sample, table, rows[t], texts[t], least)
                if score > 0:
                    scored.append((-score - 2 * sheet, abs(order[d] - place[t]), d, t))
        for _, _, d, t in sorted(scored):
            wanted = declared[d]
            if wanted.name not in found and t not in taken:
                taken.add(t)
                shift = year_shift(wanted.columns, texts[t])
                later = label_shift(dated[d], now[t]) if dated[d] else 0
                match = Match(wanted, t, tables[t], shift, rows[t], texts[t], later)
                found[wanted.name] = match
    return found, [wanted for wanted in declared if wanted.name not in found]


def _sample(declared: TableRules) -> list[NamedLine]:
    """Names that tell a table from others; a number tells nothing."""
    told = (named for named in names_of(declared) if _number(named.name.labels[0]) is None)
    return list(dict.fromkeys(told))[:_SAMPLE]


def _dated(labels: Iterable[str]) -> list[str]:
    return [label for label in labels if names_a_year(label)]


def _in_later_years(name: LineName, shift: int) -> LineName:
    if not shift:
        return name
    labels = tuple(in_later_years(label, shift) for label in name.labels)
    return replace(name, labels=labels, block=in_later_years(name.block, shift))


def _declared_orders(declared: Sequence[TableRules]) -> list[int]:
    """Which of the tables of its sheet each was: by the number in its name, since a file holds no
    tables without rules; by the order in the file where a person named it otherwise."""
    counted = _orders([wanted.sheet for wanted in declared])
    orders = []
    for wanted, count in zip(declared, counted, strict=True):
        number = _NUMBERED.fullmatch(wanted.name.removeprefix(wanted.sheet))
        orders.append(int(number.group(1)) - 1 if number else count)
    return orders


def _orders(sheets: Sequence[str]) -> list[int]:
    """Which of the tables of its sheet each is."""
    seen: Counter[str] = Counter()
    orders: list[int] = []
    for sheet in sheets:
        orders.append(seen[sheet])
        seen[sheet] += 1
    return orders


def _score(
    wanted: TableRules,
    sample: Sequence[LineName],
    table: Table,
    rows: Lines,
    headings: Sequence[str],
    least: float,
) -> float:
    """How well lines, columns and title of a table fit; 0 where they do not."""
    hits = sum(_hit(rows.find(name, alike=False)) for name in sample)
    share = hits / len(sample) if sample else 0.0
    if sample and share < least:
        return 0.0
    shift = year_shift(wanted.columns, headings)
    seen = sum(
        1.0 if found[0].how is How.SAME else 0.5
        for text in wanted.columns
        if (found := find_column(headings, text, shift))
    )
    columns = seen / len(wanted.columns) if wanted.columns else 0.0
    if not sample and columns < least:
        return 0.0
    titled = bool(wanted.title) and label_key(wanted.title) == label_key(table.title)
    return 2 * share + columns + 0.25 * titled


def _hit(found: Sequence[Found]) -> float:
    """What a name that was found tells of its table."""
    if not found:
        return 0.0
    return 1.0 if found[0].how is How.SAME else 0.5


def _anchor(named: NamedLine) -> LineName:
    """The labelled line that a name is about."""
    name = named.name
    return LineName(name.labels, name.block, name.code, named.which) if named.after else name


def _sheet_likeness(first: str, second: str) -> float:
    """1 for the same name of a sheet, also a year later; less for a similar one, else 0."""
    a, b = role_of(first), role_of(second)
    if a.words == b.words:
        return 1.0
    alike = likeness(a.words, b.words)
    return 0.5 * alike / 100 if alike >= ALIKE else 0.0


def is_sure(found: Sequence[Found]) -> bool:
    """Whether a name was found once and by its own words."""
    return len(found) == 1 and found[0].how is How.SAME
