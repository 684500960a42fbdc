"""From the relations that were chosen for a workbook to a rule file that a person can edit."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rules.declared.columns import find_column, same_columns
from rules.declared.lines import LineName, Lines, leading_code
from rules.declared.meant import relative_observations
from rules.declared.rulefile import (
    COLUMN_MARK,
    SAME_PERIOD,
    BetweenRule,
    DeclaredRule,
    NamedLine,
    RuleFile,
    TableRules,
    line_name,
)
from rules.ledger import VERDICTS, Ledger
from rules.model import Operation, Verdict
from rules.relation import CellRelation, Relation
from workbooks.tables.model import Table

Ints = NDArray[np.int64]
_QUOTIENTS = (Operation.PERCENT_CHANGE, Operation.RATIO)


@dataclass(frozen=True, slots=True)
class Learned:
    """The rules of a workbook, and how many of its relations could not be named by words."""

    rules: RuleFile
    unnamed: int


def learn(
    file: str,
    tables: Sequence[Table],
    places: Sequence[Ints],
    relations: Sequence[Relation],
    cells: Sequence[CellRelation],
    ledger: Ledger,
) -> Learned:
    """The rules of the workbook ``file``; ``ledger`` is that of all these relations.

    A relation without a check in the ledger is left out; so is one whose lines have no names.
    """
    book = _Book(tables, places)
    outcomes = _outcomes(ledger)
    found: dict[tuple[int, int], list[DeclaredRule]] = defaultdict(list)
    unnamed = 0
    for number, relation in enumerate(relations):
        if number not in outcomes:
            continue
        rule = book.declared(relation, outcomes[number])
        if rule is None:
            unnamed += 1
        else:
            found[relation.table, relation.axis].append(rule)
    between: list[BetweenRule] = []
    groups: dict[int, list[CellRelation]] = defaultdict(list)
    for cell in cells:
        groups[cell.group].append(cell)
    for group, members in sorted(groups.items()):
        outcome = outcomes.get(len(relations) + group, [])
        judged = {target for target, _ in outcome}
        if not (members := [member for member in members if member.target in judged]):
            continue
        rules = book.between(members, outcome)
        if rules is None:
            unnamed += 1
        else:
            between += rules
    wanted = {t for t, _ in found} | {
        book.position[figure.table] for rule in between for figure in (rule.target, *rule.parts)
    }
    written = tuple(
        book.table_rules(t, tuple(found[t, 0]), tuple(found[t, 1])) for t in sorted(wanted)
    )
    return Learned(RuleFile(written, tuple(between), file), unnamed)


def tables_by_name(tables: Sequence[Table]) -> list[TableRules]:
    """Tables as a rule file would call them and their lines, without any rules."""
    nowhere = [np.full(table.shape, -1, dtype=np.int64) for table in tables]
    book = _Book(tables, nowhere)
    return [book.table_rules(t, (), ()) for t in range(len(tables))]


_Outcome = list[tuple[int, bool]]  # target figure, and whether the check agreed


def _outcomes(ledger: Ledger) -> dict[int, _Outcome]:
    """Per relation number, its checks."""
    agreed = ledger.verdict < VERDICTS.index(Verdict.DISCREPANCY)
    outcomes: dict[int, _Outcome] = defaultdict(list)
    for number, target, good in zip(
        ledger.relation.tolist(), ledger.target.tolist(), agreed.tolist(), strict=True
    ):
        outcomes[number].append((target, good))
    return outcomes


class _Book:
    """The tables of a workbook, with names for their lines, columns and themselves."""

    def __init__(self, tables: Sequence[Table], places: Sequence[Ints]) -> None:
        self.tables = tables
        self.places = places
        self.names = _table_names(tables)
        self.position = {name: t for t, name in enumerate(self.names)}
        self._sides = [(Lines.of_rows(table), Lines.of_columns(table)) for table in tables]
        self._named: dict[tuple[int, int, int], NamedLine | None] = {}
        self._where: dict[int, tuple[int, int, int]] = {}
        for t, place in enumerate(places):
            for i, j in zip(*np.nonzero(place >= 0), strict=True):
                self._where[int(place[i, j])] = (t, int(i), int(j))

    def name(self, t: int, axis: int, line: int) -> NamedLine | None:
        """What a line (axis 0) or column (axis 1) of a table is called; None where by nothing."""
        key = (t, axis, line)
        if key not in self._named:
            self._named[key] = self._name(*key)
        return self._named[key]

    def _name(self, t: int, axis: int, line: int) -> NamedLine | None:
        table, side = self.tables[t], self._sides[t][axis]
        if axis == 1:
            text = table.headings[line].text
            if not text:
                return NamedLine(LineName((f"{COLUMN_MARK}{line + 1}",)))
            texts = [heading.text for heading in table.headings]
            alike = [found.column for found in find_column(texts, text)]
            return NamedLine(LineName((text,), nth=alike.index(line) + 1 if alike[1:] else 0))
        own = table.lines[line]
        if not own.label:
            return self._below(t, line)
        block = "" if side.is_only(line) or own.block == own.label else own.block
        code = own.code if own.code not in (own.label, leading_code(own.label)) else ""
        nth = 0
        if not side.is_only(line):  # counted within its block, or in the table where it has none
            same = side.find(LineName((own.label,), block), alike=False)
            nth = [found.line for found in same].index(line) + 1 if len(same) > 1 else 0
        name = LineName((own.label,), block, code, nth)
        if not block and not code and not name.nth and line_name(own.label) != name:
            return NamedLine(LineName((own.label,), own.block))
        return NamedLine(name)

    def _below(self, t: int, line: int) -> NamedLine:
        """A line without a label, by the labelled line above it; by its number where none is."""
        lines = self.tables[t].lines
        above = line
        while above >= 0 and not lines[above].label:
            above -= 1
        anchor = self.name(t, 0, above) if above >= 0 else None
        if anchor is None:
            return NamedLine(LineName((f"{COLUMN_MARK}{line + 1}",)))
        name = anchor.name
        own = LineName(name.labels, name.block, name.code, line - above)
        return NamedLine(own, after=True, which=name.nth)

    def declared(self, relation: Relation, outcome: _Outcome) -> DeclaredRule | None:
        """A relation of one table as a rule."""
        t, axis = relation.table, relation.axis
        target = self.name(t, axis, relation.target)
        parts, factors = _ordered(relation.operation, relation.parts, relation.factors)
        names = [self.name(t, axis, part) for part in parts]
        only = [self.name(t, 1 - axis, one) for one in self._only(relation, outcome)]
        if target is None or None in names or None in only:
            return None
        return DeclaredRule(
            target=target,
            operation=relation.operation,
            parts=tuple(filter(None, names)),
            factors=factors,
            scale=relation.scale,
            only=tuple(filter(None, only)),
            code=relation.rule,
            basis=relation.basis,
            held=sum(good for _, good in outcome),
            failed=self._failed(axis, outcome),
        )

    def _only(self, relation: Relation, outcome: _Outcome) -> tuple[int, ...]:
        """The observations to name: those that were judged, where others with figures were not
        meant; none where the relation was meant in all."""
        table, place = self.tables[relation.table], self.places[relation.table]
        there = (place if relation.axis == 0 else place.T) >= 0
        if relation.operation in _QUOTIENTS:  # a quotient over nothing is not judged
            told = there[relation.target] & there[list(relation.parts)].all(axis=0)
            base = relation.parts[0 if relation.operation is Operation.PERCENT_CHANGE else 1]
            told &= (table.values if relation.axis == 0 else table.values.T)[base] != 0
        else:
            told = there[relation.target] & there[list(relation.parts)].any(axis=0)
            told &= ~relative_observations(table, relation)
        judged = {self._where[target][2 - relation.axis] for target, _ in outcome}
        return tuple(sorted(judged)) if set(np.flatnonzero(told).tolist()) - judged else ()

    def _failed(self, axis: int, outcome: _Outcome) -> tuple[str, ...]:
        """The columns (lines, for axis 1) in which the checks did not agree."""
        spots = [self._where[target] for target, good in outcome if not good]
        if axis == 0:
            return tuple(self.tables[t].headings[j].text for t, _, j in spots)
        return tuple(self.tables[t].lines[i].title for t, i, _ in spots)

    def between(
        self, members: Sequence[CellRelation], outcome: _Outcome
    ) -> list[BetweenRule] | None:
        """The cell relations of one group: one rule, or one for each where they are not alike."""
        for axis in (0, 1):
            spots = [[self._where[f] for f in (m.target, *m.parts)] for m in members]
            lines = {tuple((spot[0], spot[1 + axis]) for spot in row) for row in spots}
            alike = {(m.factors, m.scale, m.operation) for m in members}
            if len(lines) == 1 and len(alike) == 1:
                rule = self._one_between(members, spots, axis, outcome)
                return [rule] if rule is not None else None
        if len(members) == 1:
            return None
        told = {target: [(target, good)] for target, good in outcome}
        rules = [self.between([member], told.get(member.target, [])) for member in members]
        return None if None in rules else [rule for one in rules if one for rule in one]

    def _one_between(
        self,
        members: Sequence[CellRelation],
        spots: Sequence[Sequence[tuple[int, int, int]]],
        axis: int,
        outcome: _Outcome,
    ) -> BetweenRule | None:
        first = members[0]
        names = []
        for t, i, j in spots[0]:
            name = self.name(t, axis, (i, j)[axis])
            if name is None:
                return None
            names.append(replace(name, table=self.names[t]))
        across = [[(spot[0], spot[2 - axis]) for spot in row] for row in spots]
        lines = [spot[1 + axis] for spot in spots[0]]
        at = self._at(across, lines, axis)
        if at is None:
            return None
        return BetweenRule(
            target=names[0],
            operation=first.operation,
            parts=tuple(names[1:]),
            factors=first.factors,
            axis=axis,
            at=at,
            scale=first.scale,
            code=first.rule,
            basis=first.basis,
            held=sum(good for _, good in outcome),
            failed=self._failed(axis, outcome),
        )

    def _at(
        self, across: Sequence[Sequence[tuple[int, int]]], lines: Sequence[int], axis: int
    ) -> str | tuple[int, ...] | tuple[tuple[NamedLine, ...], ...] | None:
        """Which observations belong together, as generally as the figures allow."""
        tables = [t for t, _ in across[0]]
        if axis == 0 and len(tables) == 2 and tables[0] != tables[1]:
            period = set(same_columns(self.tables[tables[0]], self.tables[tables[1]]))
            if {(a, b) for (_, a), (_, b) in across} <= period:
                return SAME_PERIOD
        if len(set(tables)) == 1:
            offsets = {tuple(part - row[0][1] for _, part in row[1:]) for row in across}
            if len(offsets) == 1 and len(across) > 1:
                places = offsets.pop()
                if self._feasible(tables[0], lines, places, axis) == {row[0][1] for row in across}:
                    return places
        rows = []
        for row in across:
            names = [self.name(t, 1 - axis, one) for t, one in row]
            if None in names:
                return None
            rows.append(tuple(filter(None, names)))
        return tuple(rows)

    def _feasible(self, t: int, lines: Sequence[int], places: Sequence[int], axis: int) -> set[int]:
        """Observations in which a line and its parts, so many places away, all have figures."""
        place = self.places[t] if axis == 0 else self.places[t].T
        return {
            j
            for j in range(place.shape[1])
            if place[lines[0], j] >= 0
            and all(
                0 <= j + away < place.shape[1] and place[line, j + away] >= 0
                for line, away in zip(lines[1:], places, strict=True)
            )
        }

    def table_rules(
        self, t: int, lines: tuple[DeclaredRule, ...], across: tuple[DeclaredRule, ...]
    ) -> TableRules:
        """A table with its rules, and with the lines that none of them names."""
        table = self.tables[t]
        told = {name for rule in lines for name in (rule.target, *rule.parts)}
        told |= {name for rule in across for name in rule.only}
        names = [self.name(t, 0, i) for i in range(len(table.lines))]
        others = [name for name in names if name is not None and name not in told]
        return TableRules(
            name=self.names[t],
            sheet=table.sheet,
            title=table.title,
            columns=tuple(heading.text for heading in table.headings),
            lines=lines,
            across=across,
            others=tuple(dict.fromkeys(others)),
        )


def _ordered(
    operation: Operation, parts: Sequence[int], factors: Sequence[float]
) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Parts that are added before those that are subtracted, where their order means nothing."""
    pairs = list(zip(parts, factors, strict=True))
    if operation not in _QUOTIENTS and all(factor in (1, -1) for factor in factors):
        pairs.sort(key=lambda pair: -pair[1])
    return tuple(part for part, _ in pairs), tuple(factor for _, factor in pairs)


def _table_names(tables: Sequence[Table]) -> list[str]:
    """A name for each table: its sheet, numbered where the sheet has several."""
    sheets = Counter(table.sheet for table in tables)
    seen: Counter[str] = Counter()
    names: list[str] = []
    for table in tables:
        seen[table.sheet] += 1
        number = f" ({seen[table.sheet]})" if sheets[table.sheet] > 1 else ""
        names.append(f"{table.sheet}{number}")
    return _told_apart(names)


def _told_apart(names: Iterable[str]) -> list[str]:
    """Names made different from each other, where a sheet is called like a table."""
    taken: set[str] = set()
    result: list[str] = []
    for name in names:
        own = name
        while own in taken:
            own += "'"
        taken.add(own)
        result.append(own)
    return result
