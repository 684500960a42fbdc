"""Two workbooks matched: pairs of tables with their columns and lines, and what has no match."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from rules.declared.learn import tables_by_name
from rules.declared.lines import label_key, likeness
from rules.declared.match import matches
from rules.ties.columns import ColumnPair, paired_columns
from rules.ties.lines import LinePair, MatchedBy, paired_lines
from rules.ties.scale import scale_between
from rules.ties.side import Side
from workbooks.tables.model import Table
from workbooks.tables.vocabulary import Idea

_TOTALS = re.compile(
    r"(?<!\w)(?:kaikki|yhteensä|yht|summa|sammanlagt|totalt|totala?|sum|grand|overall|in all|"
    r"gesamt|insgesamt|összesen)(?!\w)"
)


@dataclass(frozen=True, slots=True)
class TablePair:
    """A table here and there, with the factor that makes the figures there those of here."""

    this: Side
    last: Side
    columns: tuple[ColumnPair, ...]
    lines: tuple[LinePair, ...]
    factor: float = 1.0


@dataclass(slots=True)
class Tied:
    """What was matched of the workbooks ``file`` and ``last_file``.

    ``new`` and ``missing`` are lines with figures in columns that both have; ``apart`` are tables
    without a counterpart.
    """

    file: str = ""
    last_file: str = ""
    pairs: list[TablePair] = field(default_factory=list)
    new: list[tuple[Side, int]] = field(default_factory=list)
    missing: list[tuple[Side, int]] = field(default_factory=list)
    apart: list[Side] = field(default_factory=list)

    def unsure(self) -> Iterator[tuple[TablePair, LinePair]]:
        """Every match of lines that a person should look at."""
        for pair in self.pairs:
            for line in pair.lines:
                if line.by is not MatchedBy.WORDS:
                    yield pair, line


def tied(
    this: Sequence[Side],
    last: Sequence[Side],
    these_tables: Sequence[Table],
    last_tables: Sequence[Table],
) -> Tied:
    """Match the tables of two workbooks, then what is left line by line."""
    result = Tied()
    named = tables_by_name(these_tables)
    found, _ = matches(named, last_tables)
    taken: set[int] = set()
    for side, declared in zip(this, named, strict=True):
        match = found.get(declared.name)
        other = last[match.position] if match is not None else None
        columns = paired_columns(side.headings, other.headings) if other is not None else []
        if other is None or not columns:
            result.apart.append(side)
            continue
        assert match is not None
        taken.add(match.position)
        lines = paired_lines(side, other, columns)
        factor = scale_between(side, other, columns, lines)
        result.pairs.append(TablePair(side, other, tuple(columns), tuple(lines), factor))
        mine = {pair.this for pair in lines}
        theirs = {pair.last for pair in lines}
        here, there = [pair.this for pair in columns], [pair.last for pair in columns]
        result.new += [(side, i) for i in _with_figures(side, here) if i not in mine]
        result.missing += [(other, k) for k in _with_figures(other, there) if k not in theirs]
    _elsewhere(result, last, [table.sheet for table in last_tables])
    result.apart += [
        side for k, side in enumerate(last) if k not in taken and not _used(result, side)
    ]
    return result


def _with_figures(side: Side, columns: Sequence[int]) -> list[int]:
    """Lines that have a label and a figure other than 0 in one of the columns."""
    told = (np.nan_to_num(side.values[:, columns]) != 0).any(axis=1).tolist()
    return [i for i in range(len(side.lines)) if told[i] and side.lines.labels[i]]


def _of_what(label: str) -> str:
    """A label without the words that only say that it is a total.

    >>> _of_what("sivistyslautakunta yhteensä"), _of_what("yhteensä")
    ('sivistyslautakunta', '')
    """
    return " ".join(_TOTALS.sub(" ", label).split())


def _used(result: Tied, side: Side) -> bool:
    return any(pair.last.table == side.table for pair in result.pairs)


def _elsewhere(result: Tied, last: Sequence[Side], sheets: Sequence[str]) -> None:
    """Find lines without a match in other tables: a summary against its detail, by a label that is
    there once, or by the total that is called like the line, as is its sheet or table."""
    labels: dict[str, list[tuple[int, int]]] = defaultdict(list)
    totals: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for t, side in enumerate(last):
        sums = [k for k, words in enumerate(side.ideas) if words & (Idea.TOTAL | Idea.NET)]
        for k, label in enumerate(side.lines.labels):
            labels[label].append((t, k))
        for k in sums:
            totals[_of_what(side.lines.labels[k])].append((t, k))
        if sums:
            for name in {label_key(sheets[t]), label_key(side.title)}:
                if (t, sums[-1]) not in totals[name]:
                    totals[name].append((t, sums[-1]))
    open_lines = list(result.new)
    for side in list(result.apart):
        open_lines += [(side, i) for i in range(len(side.lines)) if side.lines.labels[i]]
    found: dict[tuple[int, int], list[LinePair]] = defaultdict(list)
    sides = {side.table: side for side, _ in open_lines}
    for side, i in open_lines:
        label = side.lines.labels[i]
        if not _of_what(label):
            continue  # a total of which the label says nothing
        same, alike = labels.get(label, []), 100.0
        if len(same) != 1:
            names = [name for name in totals if name and f"{label} ".startswith(f"{name} ")]
            name = max(names, key=len, default="")
            same, alike = totals.get(name, []) if name else [], likeness(label, name)
        usable = [(t, k) for t, k in same if paired_columns(side.headings, last[t].headings)]
        if len(usable) == 1:
            t, k = usable[0]
            found[side.table, t].append(LinePair(i, k, MatchedBy.ELSEWHERE, alike))
    for (table, t), lines in found.items():
        side, other = sides[table], last[t]
        columns = paired_columns(side.headings, other.headings)
        factor = scale_between(side, other, columns, lines)
        result.pairs.append(TablePair(side, other, tuple(columns), tuple(lines), factor))
        matched = {line.this for line in lines}
        result.new = [(s, i) for s, i in result.new if s is not side or i not in matched]
        theirs = {line.last for line in lines}
        result.missing = [(s, k) for s, k in result.missing if s is not other or k not in theirs]
        result.apart = [s for s in result.apart if s is not side]
