"""From a rule file to the relations of a workbook, and what has drifted since it was learned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from rules.declared.columns import find_column, same_columns
from rules.declared.drift import Drift, DriftKind
from rules.declared.lines import Found, How
from rules.declared.match import Match, matches, names_of
from rules.declared.meant import observed_where_meant
from rules.declared.newlines import with_new_lines
from rules.declared.rulefile import BetweenRule, DeclaredRule, NamedLine, RuleFile
from rules.model import Basis, Operation
from rules.relation import CellRelation, Relation
from workbooks.refs import CellRef
from workbooks.tables.model import Table

Ints = NDArray[np.int64]
SURE, UNSURE = 0.98, 0.8  # confidence in a rule of the file, by how its lines were found
_QUOTIENTS = (Operation.PERCENT_CHANGE, Operation.RATIO)
_CODES = {
    Operation.SUM: ("FT101", "XF101"),
    Operation.DIFFERENCE: ("NT201", "CH301"),
    Operation.NET: ("NT201", "XF101"),
    Operation.CHANGE: ("CH301", "CH301"),
    Operation.PERCENT_CHANGE: ("CP402", "CP401"),
    Operation.RATIO: ("RT501", "RT501"),
    Operation.AVERAGE: ("RT501", "RT501"),
    Operation.COPY: ("TO601", "TO601"),
    Operation.EQUATION: ("FT101", "XF101"),
}


@dataclass(slots=True)
class Applied:
    """The relations that a rule file declares of a workbook, and what has drifted."""

    relations: list[Relation] = field(default_factory=list)
    cells: list[CellRelation] = field(default_factory=list)
    drift: list[Drift] = field(default_factory=list)


def apply_rules(
    rules: RuleFile, tables: Sequence[Table], places: Sequence[Ints], sheets: Sequence[str]
) -> Applied:
    """Find the tables, lines and columns of ``rules`` in a workbook.

    ``places`` are the positions of the figures, per table; ``sheets`` the names of all sheets.
    What is not found is told as drift; a rule that loses its total or all its parts is not used.
    """
    found, gone = matches(rules.tables, tables)
    applied = Applied()
    first = CellRef(sheets[0] if sheets else "", 1, 1)
    for table in gone:
        cell = CellRef(table.sheet, 1, 1) if table.sheet in sheets else first
        drift = Drift(DriftKind.TABLE_GONE, cell, table.name, line=table.line, is_checked=False)
        applied.drift.append(drift)
    for match in found.values():
        _OneTable(match, applied).add()
    for number, rule in enumerate(rules.between):
        _add_between(applied, rule, found, places, number)
    applied.drift = list(dict.fromkeys(applied.drift))
    return applied


class _OneTable:
    """The rules of one table, while they are turned into relations."""

    def __init__(self, match: Match, applied: Applied) -> None:
        self._match = match
        self._applied = applied
        self._told: set[tuple[int, NamedLine]] = set()
        self._failed: dict[tuple[int, int], set[int]] = defaultdict(set)
        self._known = {
            hit.line for named in names_of(match.declared) for hit in match.find(named, 0)
        }

    def add(self) -> None:
        match = self._match
        self._columns()
        rows = list(self._relations(match.declared.lines, 0))
        unknown = [i for i in range(len(match.table.lines)) if i not in self._known]
        if unknown:
            rows, drift = with_new_lines(match.table, rows, unknown)
            self._applied.drift += drift
        relations = (*rows, *self._relations(match.declared.across, 1))
        quotients = frozenset(
            (relation.axis, relation.target)
            for relation in relations
            if relation.operation in _QUOTIENTS
        )
        for relation in relations:
            failed = frozenset(self._failed[relation.axis, relation.target])
            observed = observed_where_meant(match.table, relation, quotients, failed)
            self._applied.relations.append(replace(relation, observed=observed))

    def _columns(self) -> None:
        """Tell the headings that are gone or changed their words."""
        match = self._match
        for text in match.declared.columns:
            found = find_column(match.headings, text, match.shift) if text else ()
            cell = self._cell(0, 0)
            if text and not found:
                drift = Drift(DriftKind.COLUMN_GONE, cell, text, line=match.declared.line)
                self._applied.drift.append(drift)
            elif text and len(found) == 1 and found[0].how is not How.SAME:
                now = match.headings[found[0].column]
                cell = self._cell(0, found[0].column)
                drift = Drift(DriftKind.RENAMED, cell, text, now, line=match.declared.line)
                self._applied.drift.append(drift)

    def _relations(self, rules: Sequence[DeclaredRule], axis: int) -> Iterator[Relation]:
        for rule in rules:
            relation = self._relation(rule, axis)
            if relation is not None:
                yield relation

    def _relation(self, rule: DeclaredRule, axis: int) -> Relation | None:
        target = self._one(rule, rule.target, axis, None)
        if target is None:
            return None
        parts: list[tuple[Found, float]] = []
        for named, factor in zip(rule.parts, rule.factors, strict=True):
            part = self._one(rule, named, axis, target.line)
            if part is not None and part.line != target.line:
                parts.append((part, factor))
        self._failed[axis, target.line] |= self._observations(rule.failed, axis)
        whole = len(parts) == len(rule.parts)
        if not parts or (rule.operation in _QUOTIENTS and not whole):
            return None
        only = [self._one(rule, named, 1 - axis, None) for named in rule.only]
        observed = tuple(sorted(hit.line for hit in only if hit is not None))
        if rule.only and not observed:
            return None
        sure = whole and all(hit.how is How.SAME for hit in (target, *(hit for hit, _ in parts)))
        return Relation(
            rule=rule.code or _CODES[rule.operation][axis],
            operation=rule.operation,
            basis=Basis.DECLARED,
            confidence=SURE if sure else UNSURE,
            table=self._match.position,
            axis=axis,
            target=target.line,
            parts=tuple(hit.line for hit, _ in parts),
            factors=tuple(factor for _, factor in parts),
            scale=rule.scale,
            observed=observed if rule.only else None,
        )

    def _observations(self, titles: Sequence[str], axis: int) -> set[int]:
        """The columns (lines, for axis 1) that the file says a rule did not agree in."""
        match = self._match
        if axis == 1:
            return {i for i, line in enumerate(match.table.lines) if line.title in titles}
        columns = (find_column(match.headings, title, match.shift) for title in titles if title)
        return {found[0].column for found in columns if len(found) == 1}

    def _one(
        self, rule: DeclaredRule, named: NamedLine, axis: int, target: int | None
    ) -> Found | None:
        """The one line that a name means; else its drift is told and None returned."""
        found = self._match.find(named, axis)
        if len(found) == 1:
            if found[0].how is not How.SAME and axis == 0:
                now = self._match.table.lines[found[0].line].title
                self._tell(DriftKind.RENAMED, rule, named, axis, found[0].line, now)
            return found[0]
        kind = DriftKind.SEVERAL if found else DriftKind.LINE_GONE
        if axis == 0 or found:
            self._tell(kind, rule, named, axis, target if target is not None else 0)
        return None

    def _tell(
        self,
        kind: DriftKind,
        rule: DeclaredRule,
        named: NamedLine,
        axis: int,
        at: int,
        now: str = "",
    ) -> None:
        key = (axis, named)
        if key in self._told:
            return
        self._told.add(key)
        cell = self._cell(at, 0) if axis == 0 else self._cell(0, at)
        total = rule.target.name.text if named != rule.target else ""
        is_checked = kind is DriftKind.RENAMED
        drift = Drift(kind, cell, named.name.text, now, total, None, rule.line, is_checked)
        self._applied.drift.append(drift)

    def _cell(self, line: int, column: int) -> CellRef:
        table = self._match.table
        return CellRef(table.sheet, table.lines[line].row, table.headings[column].column)


def _add_between(
    applied: Applied,
    rule: BetweenRule,
    found: dict[str, Match],
    places: Sequence[Ints],
    group: int,
) -> None:
    """The checks of a rule between single figures; what is not found leaves them out."""
    figures = (rule.target, *rule.parts)
    if any(named.table not in found for named in figures):
        return  # the table is told as gone
    sides = [found[named.table] for named in figures]
    hits = []
    for named, match in zip(figures, sides, strict=True):
        one = match.find(named, rule.axis)
        if len(one) != 1:
            kind = DriftKind.SEVERAL if one else DriftKind.LINE_GONE
            cell = CellRef(
                match.table.sheet, match.table.lines[0].row, match.table.headings[0].column
            )
            text = named.name.text
            applied.drift.append(Drift(kind, cell, text, line=rule.line, is_checked=False))
            return
        hits.append(one[0])
    sure = all(hit.how is How.SAME for hit in hits)
    where = [
        places[match.position] if rule.axis == 0 else places[match.position].T for match in sides
    ]
    for row in _together(rule, sides, [place.shape[1] for place in where]):
        cells = [int(place[hit.line, j]) for place, hit, j in zip(where, hits, row, strict=True)]
        told = [(c, f) for c, f in zip(cells[1:], rule.factors, strict=True) if c >= 0]
        whole = len(told) == len(rule.parts)
        if cells[0] < 0 or not told or (rule.operation in _QUOTIENTS and not whole):
            continue
        applied.cells.append(
            CellRelation(
                rule=rule.code or _CODES[rule.operation][rule.axis],
                operation=rule.operation,
                basis=Basis.DECLARED,
                confidence=SURE if sure else UNSURE,
                target=cells[0],
                parts=tuple(c for c, _ in told),
                factors=tuple(f for _, f in told),
                scale=rule.scale,
                group=group,
            )
        )


def _together(
    rule: BetweenRule, sides: Sequence[Match], sizes: Sequence[int]
) -> Iterator[tuple[int, ...]]:
    """The observations that belong together: one per figure of the rule, its target's first."""
    if isinstance(rule.at, str):
        target = sides[0]
        columns = [dict(same_columns(target.table, side.table)) for side in sides[1:]]
        for j in range(sizes[0]):
            if all(j in column for column in columns):
                yield (j, *(column[j] for column in columns))
        return
    for entry in rule.at if rule.at and isinstance(rule.at[0], tuple) else ():
        assert isinstance(entry, tuple)
        found = [side.find(named, 1 - rule.axis) for side, named in zip(sides, entry, strict=True)]
        if all(len(hits) == 1 for hits in found):
            yield tuple(hits[0].line for hits in found)
    if rule.at and isinstance(rule.at[0], int):
        away = [place for place in rule.at if isinstance(place, int)]
        for j in range(sizes[0]):
            row = (j, *(j + place for place in away))
            if all(0 <= one < size for one, size in zip(row, sizes, strict=True)):
                yield row
