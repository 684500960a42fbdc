"""From failing checks to findings: severity, wording, scope notes, notes on conventions."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from rules.doubts import doubts, significant_digits
from rules.lacking import lacking_one
from rules.ledger import BASES, OPERATIONS, VERDICTS, Ledger
from rules.model import Basis, Check, Finding, Message, Operation, Severity, Verdict
from rules.otherwise import said_otherwise
from rules.questions import Question, questions
from rules.registry import rule_info
from rules.relation import Relation
from rules.rivals import outdone
from rules.search.space import shares_of_hundred
from rules.settings import RuleSettings
from workbooks.formula.patterns import BookFormulas
from workbooks.refs import CellRef
from workbooks.tables.model import Table
from workbooks.tables.vocabulary import Idea, limits_scope, normalised, scenario, years

Names = Callable[[int], tuple[str, str]]

_RELATIVE = Idea.PERCENT | Idea.AVERAGE | Idea.PER_UNIT
_SURE = 0.85  # confidence from which a discrepancy is an error rather than a warning
_LISTED = 4  # parts from which a sum is a list that a footnote may call incomplete
_TELLING = 3  # digits of a difference that a comment names
_AS_WRITTEN = 1e-6  # share by which the amount in a comment may differ from it
_AMOUNT = re.compile(r"\d{1,3}(?:['’ \u00a0\u202f.,]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)?")
_DECIMALS = re.compile(r"[.,](\d{1,2}|\d{4,})$")
_DISCREPANCY = VERDICTS.index(Verdict.DISCREPANCY)
_SCOPE = VERDICTS.index(Verdict.SCOPE)


def settled(
    ledger: Ledger,
    tables: Sequence[Table],
    places: Sequence[NDArray[np.int64]],
    relations: Sequence[Relation],
    formulas: BookFormulas | None = None,
) -> tuple[Ledger, list[Question]]:
    """The ledger without failing checks of relations that were not meant there, and the questions
    that are asked instead of those that may have been.

    A total that foots one way was meant that way there; another decomposition that fails at the
    same figure, and was only found by numbers, is no relation of that figure. Percentages, averages
    and figures per resident do not add up, so a sum that fails in their column was not meant,
    unless it was declared. A cell whose own formula of ``formulas`` says something else is taken
    at its word.
    """
    relative = np.zeros(len(ledger.figures), dtype=bool)
    for table, place in zip(tables, places, strict=True):
        rows = np.array([bool(line.ideas & _RELATIVE) for line in table.lines])
        columns = np.array([bool(h.ideas & _RELATIVE) for h in table.headings])
        rows |= shares_of_hundred(table.values.T)
        columns |= shares_of_hundred(table.values)
        mark = (rows[:, None] | columns[None, :] | table.percent) & (place >= 0)
        relative[place[mark]] = True
    agreed = ledger.verdict < _DISCREPANCY
    linear = ~np.isin(
        ledger.operation,
        [OPERATIONS.index(k) for k in (Operation.RATIO, Operation.PERCENT_CHANGE, Operation.COPY)],
    )
    held = set(ledger.target[agreed & linear].tolist())
    weak = ledger.basis == BASES.index(Basis.NUMERIC)
    drop = ~agreed & weak & linear & np.isin(ledger.target, list(held))
    declared = ledger.basis == BASES.index(Basis.DECLARED)
    mine = linear & relative[ledger.target]
    n = int(ledger.relation.max(initial=-1)) + 1
    held_there = np.bincount(ledger.relation[mine & agreed], minlength=n)
    failed_there = np.bincount(ledger.relation[mine & ~agreed], minlength=n)
    adds_up = held_there >= np.maximum(2, 2 * failed_there)
    if formulas is not None:
        drop |= said_otherwise(ledger, relations, formulas)
    nothing = ledger.figures.value[ledger.target] == 0
    drop |= (~agreed | nothing) & mine & ~adds_up[ledger.relation] & ~declared
    ledger = kept(ledger, ~drop)
    ledger = kept(ledger, ~outdone(ledger))
    doubted = doubts(ledger, relations)
    lacking = lacking_one(ledger) & ~doubted.dropped
    asked = questions(ledger, doubted.asked | lacking)
    return kept(ledger, ~(doubted.dropped | doubted.asked | lacking)), asked


def kept(ledger: Ledger, keep: NDArray[np.bool_]) -> Ledger:
    """The ledger with only the checks for which ``keep``, of shape ``(n_checks,)``, holds."""
    if keep.all():
        return ledger
    sizes = np.diff(ledger.start)
    owner = np.repeat(keep, sizes)
    return replace(
        ledger,
        rule=ledger.rule[keep],
        operation=ledger.operation[keep],
        target=ledger.target[keep],
        start=np.concatenate([[0], np.cumsum(sizes[keep])]).astype(np.int64),
        part=ledger.part[owner],
        factor=ledger.factor[owner],
        scale=ledger.scale[keep],
        basis=ledger.basis[keep],
        confidence=ledger.confidence[keep],
        relation=ledger.relation[keep],
        recomputed=ledger.recomputed[keep],
        difference=ledger.difference[keep],
        tolerance=ledger.tolerance[keep],
        verdict=ledger.verdict[keep],
    )


def scope_of(
    ledger: Ledger,
    tables: Sequence[Table],
    places: Sequence[NDArray[np.int64]],
    comments: Mapping[CellRef, str] = MappingProxyType({}),
) -> tuple[Ledger, dict[int, str]]:
    """Discrepancies that a footnote may explain become ``scope``; also the quote per ledger row.

    A note limits the column whose year and scenario it names, in its own table; it can only
    explain that a list is incomplete, never a net or a change that does not follow. A comment of a
    cell of the check explains any that is off by just the amount which it names.
    """
    quotes: dict[int, str] = {}
    figure_column: dict[int, str] = {}
    for table, place in zip(tables, places, strict=True):
        for _, _, text in table.notes:
            if not limits_scope(text) or not years(text):
                continue
            for j, heading in enumerate(table.headings):
                same_year = set(heading.years) & set(years(text))
                if same_year and heading.scenario == scenario(text):
                    for figure in place[:, j][place[:, j] >= 0]:
                        figure_column[int(figure)] = text.strip()
    verdict = ledger.verdict.copy()
    for check in np.flatnonzero(ledger.verdict == _DISCREPANCY):
        quote = figure_column.get(int(ledger.target[check]))
        sums_up = ledger.rules[ledger.rule[check]].startswith("FT")
        listed = ledger.start[check + 1] - ledger.start[check] >= _LISTED
        if quote is not None and sums_up and listed:
            verdict[check] = _SCOPE
            quotes[int(check)] = quote
        elif comments and (said := _commented(ledger, int(check), comments)):
            verdict[check] = _SCOPE
            quotes[int(check)] = said
    return replace(ledger, verdict=verdict), quotes


def _commented(ledger: Ledger, check: int, comments: Mapping[CellRef, str]) -> str:
    """The comment of a cell of this check that names its difference; empty without one."""
    parts = ledger.part[ledger.start[check] : ledger.start[check + 1]].tolist()
    gap = abs(float(ledger.difference[check]))
    if significant_digits(np.array([gap]))[0] < _TELLING:
        return ""
    for figure in (int(ledger.target[check]), *parts):
        text = comments.get(ledger.figures.ref(figure), "")
        if any(abs(amount - gap) <= _AS_WRITTEN * gap for amount in amounts_in(text)):
            return " ".join(text.split())
    return ""


def amounts_in(text: str) -> list[float]:
    """The amounts that a sentence names, without their signs, however thousands are set apart.

    >>> amounts_in("inkl. CHF 114'449.59 kalk. Kosten, 2 000 € in 2012; 1.250,5")
    [114449.59, 2000.0, 2012.0, 1250.5]
    """
    found = []
    for written in _AMOUNT.findall(text):
        whole, mark, decimals = written, "", ""
        if end := _DECIMALS.search(written):
            whole, mark, decimals = written[: end.start()], ".", end[1]
        found.append(float(re.sub(r"\D", "", whole) + mark + decimals))
    return found


def findings_of(
    ledger: Ledger, names: Names, settings: RuleSettings, quotes: dict[int, str]
) -> list[Finding]:
    """One finding per discrepancy; one note per footnote for all that it limits."""
    found: list[Finding] = []
    ids: Counter[str] = Counter()
    for check in np.flatnonzero(ledger.verdict == _DISCREPANCY):
        found.append(_finding(ledger, int(check), names, settings, ids))
    by_quote: dict[str, list[int]] = defaultdict(list)
    for row, quote in quotes.items():
        by_quote[quote].append(row)
    for quote, checks in by_quote.items():
        largest = max(checks, key=lambda c: (abs(float(ledger.difference[c])), -c))
        base = _finding(ledger, largest, names, settings, ids)
        values = {"quote": quote, "difference": base.difference, "count": len(checks)}
        found.append(
            replace(
                base,
                severity=Severity.NOTE,
                message=Message("note.scope", values),
                quote=quote,
                verdict=Verdict.SCOPE,
            )
        )
    return found


def _finding(
    ledger: Ledger, row: int, names: Names, settings: RuleSettings, ids: Counter[str]
) -> Finding:
    check = ledger.check(row)
    info = rule_info(check.rule)
    label, column = names(int(ledger.target[row]))
    return Finding(
        id=identity(check.cell.sheet, check.rule, label, column, ids),
        rule=check.rule,
        name=info.name,
        severity=_severity(check, settings),
        confidence=check.confidence,
        cell=check.cell,
        label=label,
        column=column,
        message=_message(ledger, row),
        basis=check.basis,
        operation=check.operation,
        reported=check.reported,
        recomputed=check.recomputed,
        difference=check.difference,
        tolerance=check.tolerance,
        verdict=check.verdict,
        parts=check.parts,
        check=row,
    )


def _severity(check: Check, settings: RuleSettings) -> Severity:
    limit = settings.materiality
    if check.confidence < _SURE:
        return Severity.WARNING
    if limit is not None and limit.covers(check.difference, check.reported, check.recomputed):
        return Severity.WARNING
    return Severity.ERROR


def identity(sheet: str, rule: str, label: str, column: str, ids: Counter[str]) -> str:
    """Stable over inserted rows: from sheet, rule, label and heading, never from addresses."""
    key = "\x1f".join((sheet, rule, normalised(label), normalised(column)))
    ids[key] += 1
    digest = hashlib.sha256(f"{key}\x1f{ids[key]}".encode()).hexdigest()
    return f"F-{digest[:8]}"


def _message(ledger: Ledger, row: int) -> Message:
    check = ledger.check(row)
    values: dict[str, object] = {
        "reported": check.reported,
        "recomputed": check.recomputed,
        "difference": check.difference,
        "n_parts": len(check.parts),
    }
    if check.operation is Operation.COPY:
        values["other"] = check.parts[0].cell
    if check.operation is Operation.PERCENT_CHANGE:
        first = int(ledger.start[row])
        values["old"] = float(ledger.figures.value[ledger.part[first]])
        values["new"] = float(ledger.figures.value[ledger.part[first + 1]])
    return Message(f"finding.{check.operation}", values)


def convention_notes(
    ledger: Ledger, tables: Sequence[Table], relations: Sequence[Relation]
) -> list[Finding]:
    """A note per table whose change in money is old − new while its per cent is new − old."""
    del ledger
    found: list[Finding] = []
    for position, table in enumerate(tables):
        mine = [r for r in relations if r.table == position and r.axis == 1]
        money = [r for r in mine if r.operation is Operation.CHANGE and len(r.parts) == 2]
        percent = [r for r in mine if r.operation is Operation.PERCENT_CHANGE]
        for m in money:
            for p in percent:
                if set(m.parts) != set(p.parts):
                    continue
                newer = p.parts[1]
                grows_money = m.factors[m.parts.index(newer)] > 0
                grows_percent = p.factors[1] > 0
                if grows_money != grows_percent:
                    found.append(_convention(table, m, p))
    return found


def _convention(table: Table, money: Relation, percent: Relation) -> Finding:
    first, second = table.headings[money.target], table.headings[percent.target]
    row = max(1, table.lines[0].row - 1)
    return Finding(
        id=identity(table.sheet, money.rule, "convention", first.text, Counter()),
        rule=money.rule,
        name="sign-conventions-differ",
        severity=Severity.NOTE,
        confidence=min(money.confidence, percent.confidence),
        cell=CellRef(table.sheet, row, first.column),
        label="",
        column=first.text,
        message=Message("note.convention", {"first": first.text, "second": second.text}),
        basis=Basis.STRUCTURE,
    )


def blank_changes(tables: Sequence[Table]) -> list[Finding]:
    """A note per table for percentages of change that are blank although both figures stand."""
    found: list[Finding] = []
    for table in tables:
        down = _blank(table.values, [line.ideas for line in table.lines])
        across = _blank(table.values.T, [heading.ideas for heading in table.headings])
        blank = down + [(i, j) for j, i in across if Idea.PERCENT not in table.lines[i].ideas]
        if blank:
            found.append(_blank_note(table, blank))
    return found


def _blank(values: NDArray[np.float64], words: Sequence[Idea]) -> list[tuple[int, int]]:
    """Line and observation of each blank change whose two figures stand in the line before."""
    blank: list[tuple[int, int]] = []
    for i in range(1, len(words)):
        if not (Idea.PERCENT in words[i] and Idea.CHANGE in words[i]):
            continue
        if Idea.CHANGE in words[i - 1]:
            continue  # the line before is itself a change: this one compares other lines
        base, told = np.isfinite(values[i - 1]), np.isfinite(values[i])
        if told.any():
            open_ = np.flatnonzero(base[1:] & base[:-1] & ~told[1:]) + 1
            blank.extend((i, int(j)) for j in open_)
    return blank


def _blank_note(table: Table, blank: list[tuple[int, int]]) -> Finding:
    line, heading = table.lines[blank[0][0]], table.headings[blank[0][1]]
    return Finding(
        id=identity(table.sheet, "CP402", line.label, "blank", Counter()),
        rule="CP402",
        name="change-left-blank",
        severity=Severity.NOTE,
        confidence=0.9,
        cell=CellRef(table.sheet, line.row, heading.column),
        label=line.title,
        column=heading.text,
        message=Message("note.missing_percent", {"count": len(blank)}),
        basis=Basis.LABEL,
    )
