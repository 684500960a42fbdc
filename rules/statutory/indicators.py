"""From the indicators of a pack to checks: quotients of statement figures, figures per resident.

Formulas of indicators differ between houses, so that one is believed only where it agrees in a
column; a divisor counts as a magnitude, and the rounding of every figure is propagated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rules.declared.columns import columns_before, same_columns
from rules.model import Basis, Message, Operation
from rules.relation import CellRelation
from rules.rollforward.balances import sureness
from rules.statutory.pack import Indicator, Pack, Term
from rules.statutory.placing import Statement
from rules.statutory.ties import lines_called

RULE = "ST903"


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure of a statement with the sign of its scheme, in the unit 1; ``half`` a step of it."""

    figure: int
    value: float
    half: float
    factor: float  # scheme and unit over what the cell holds, with the sign of the term
    label: str  # as the table has it
    sign: float  # of the term


@dataclass(frozen=True, slots=True)
class Quotient:
    """An indicator in one column: reported, recomputed between ``low`` and ``high``."""

    indicator: Indicator
    pack: Pack
    label: str
    figure: int
    reported: float
    half: float
    of: tuple[Amount, ...]
    over: tuple[Amount, ...]
    divisor: float  # residents, or 1
    recomputed: float
    low: float
    high: float
    as_fraction: bool = False  # the cell holds 0.36 and shows 36 %
    confidence: float = 0.0

    @property
    def agrees(self) -> bool:
        """Whether the reported figure lies within what its parts allow."""
        return self.low - self.half <= self.reported + 1e-9 and (
            self.reported - 1e-9 <= self.high + self.half
        )

    @property
    def deviation(self) -> dict[str, object]:
        """What a remark on it says: the identity, the two figures and their difference."""
        return {
            "what": self.told,
            "reported": self.reported,
            "recomputed": self.recomputed,
            "difference": self.reported - self.recomputed,
        }

    @property
    def formula(self) -> str:
        """What it is worked out from, in the words of the tables."""
        times = f"{self.indicator.times:g} × " if self.indicator.times != 1 else ""
        below = ""
        if self.over:
            below = f" / {_grouped(self.over)}"
        elif self.indicator.per:
            below = f" / {self.divisor:g}"
        top = _grouped(self.of) if times or below else _said(self.of)
        return f"{times}{top}{below}"

    @property
    def told(self) -> Message:
        """What the indicator is and where it comes from."""
        return Message(
            "statutory.identity",
            {
                "id": self.indicator.id,
                "identity": f"{self.label} = {self.formula}",
                "source": self.indicator.source or self.pack.source or self.pack.title,
            },
        )


def _said(amounts: Sequence[Amount]) -> str:
    """``A + B − C`` by the labels of the lines."""
    said = ""
    for amount in amounts:
        sign = " − " if amount.sign < 0 else " + " if said else ""
        said += f"{sign}{amount.label}"
    return said.strip()


def _grouped(amounts: Sequence[Amount]) -> str:
    return _said(amounts) if len(amounts) == 1 else f"({_said(amounts)})"


def quotients_of(
    packs: Sequence[Pack], statements: Sequence[Statement], residents: Mapping[int, float]
) -> Iterator[tuple[Quotient, ...]]:
    """The columns of each indicator line in which it can be worked out; one tuple per line.

    Only lines that agree in half of the columns, with the confidence that this gives; a note also
    where none agrees, if the workbook has no second statement that could be meant.
    """
    for pack in packs:
        for indicator in pack.indicators:
            for own in lines_called(indicator.figure, pack, statements):
                line = own.lines[pack.home(indicator.figure)[1]][0]
                told = [
                    quotient
                    for j in range(len(own.table.headings))
                    if (quotient := _quotient(pack, indicator, own, line, j, statements, residents))
                ]
                held = sum(quotient.agrees for quotient in told)
                is_asked = told and indicator.note and _is_alone(pack, indicator, statements)
                if (held and held * 2 >= len(told)) or is_asked:
                    sure = sureness(held, len(told) - held)
                    yield tuple(replace(quotient, confidence=sure) for quotient in told)


def _is_alone(pack: Pack, indicator: Indicator, statements: Sequence[Statement]) -> bool:
    """Whether each of its lines stands in one table only."""
    keys = {indicator.figure, *(term.key for term in indicator.of)}
    return all(len(lines_called(key, pack, statements)) <= 1 for key in keys)


def _quotient(
    pack: Pack,
    indicator: Indicator,
    own: Statement,
    line: int,
    column: int,
    statements: Sequence[Statement],
    residents: Mapping[int, float],
) -> Quotient | None:
    """The indicator in one column; None where a figure or the number of residents is missing."""
    if own.place[line, column] < 0:
        return None
    divisor = 1.0
    if indicator.per:
        years = own.table.headings[column].years
        if len(years) != 1 or years[0] not in residents:
            return None
        divisor = residents[years[0]]
    of = _amounts(pack, indicator.of, own, column, statements)
    over = _amounts(pack, indicator.over, own, column, statements)
    if of is None or over is None:
        return None
    is_quotient = bool(indicator.over or indicator.per)
    scale = own.table.headings[column].scale if not is_quotient else 1.0
    bounds = _bounds(indicator, of, over, divisor * scale)
    if bounds is None:
        return None
    value, low, high = bounds
    reported = float(own.table.values[line, column])
    half = float(own.steps[line, column]) / 2
    if own.table.percent[line, column]:
        reported, half = reported * 100.0, half * 100.0
    label = own.table.lines[line].label
    figure = int(own.place[line, column])
    if any(amount.figure == figure for amount in (*of, *over)):
        return None  # the line of the statement itself
    fraction = bool(own.table.percent[line, column])
    base = divisor * scale
    return Quotient(
        indicator, pack, label, figure, reported, half, of, over, base, value, low, high, fraction
    )


def _amounts(
    pack: Pack,
    terms: Sequence[Term],
    own: Statement,
    column: int,
    statements: Sequence[Statement],
) -> tuple[Amount, ...] | None:
    """The figures of terms in the column of the same year and scenario; None where one is not."""
    found: list[Amount] = []
    for term in terms:
        amounts = amounts_of(pack, term, own, column, statements)
        if not amounts and not term.optional:
            return None
        found += amounts
    return tuple(found)


def amounts_of(
    pack: Pack, term: Term, own: Statement, column: int, statements: Sequence[Statement]
) -> list[Amount]:
    """The figures of a term in the column of a table, or in that of another with the same period.

    One figure, unless the term means every line of its name; none where there is no such column.
    """
    candidates = lines_called(term.key, pack, statements)
    candidates.sort(
        key=lambda s: (s.position != own.position, s.table.sheet != own.table.sheet, -len(s.lines))
    )
    for statement in candidates:
        lines = statement.lines[pack.home(term.key)[1]]
        c = _column_of(term, own, column, statement)
        found = [
            _amount(statement, line, c, term)
            for line in (lines if term.every else lines[:1])
            if c is not None and statement.place[line, c] >= 0
        ]
        if found:
            return found
    return []


def _column_of(term: Term, own: Statement, column: int, statement: Statement) -> int | None:
    """The column of ``statement`` with the period of a column of ``own``, or a year earlier."""
    if term.before:
        return columns_before(own.table, statement.table).get(column)
    if statement.position == own.position:
        return column
    return dict(same_columns(own.table, statement.table)).get(column)


def _amount(statement: Statement, line: int, column: int, term: Term) -> Amount:
    scale = statement.table.headings[column].scale
    factor = float(statement.factors[line]) * scale * term.factor
    return Amount(
        figure=int(statement.place[line, column]),
        value=float(statement.table.values[line, column]) * factor,
        half=float(statement.steps[line, column]) * scale / 2,
        factor=factor,
        label=statement.table.lines[line].label,
        sign=term.factor,
    )


def _bounds(
    indicator: Indicator, of: Sequence[Amount], over: Sequence[Amount], divisor: float
) -> tuple[float, float, float] | None:
    """Value, lowest and highest over all that the figures may stand for; None over zero."""
    top, slack = sum(a.value for a in of), sum(a.half for a in of)
    base, wobble = divisor, 0.0
    if over:
        base, wobble = abs(sum(a.value for a in over)), sum(a.half for a in over)
    if base <= wobble or not of:
        return None
    corners = [
        indicator.times * (top + i * slack) / (base + j * wobble) for i in (-1, 1) for j in (-1, 1)
    ]
    return indicator.times * top / base, min(corners), max(corners)


def relation_of(quotient: Quotient, group: int) -> CellRelation | None:
    """The indicator as a check of the ledger, where it is one figure over one, or a sum.

    Others are told as remarks: the ledger knows quotients of two figures only.
    """
    parts = (*quotient.of, *quotient.over)
    times = quotient.indicator.times / (100.0 if quotient.as_fraction else 1.0)
    if not quotient.over:
        factors = tuple(a.factor * times / quotient.divisor for a in quotient.of)
        operation, scale = Operation.EQUATION, 1.0
    elif len(quotient.of) == len(quotient.over) == 1:
        top, base = quotient.of[0], quotient.over[0]
        below_zero = (base.value < 0) != (base.factor < 0)  # what the cell of the divisor holds
        scale = times * top.factor / abs(base.factor) * (-1.0 if below_zero else 1.0)
        factors, operation = (1.0, 1.0), Operation.RATIO
    else:
        return None
    return CellRelation(
        rule=RULE,
        operation=operation,
        basis=Basis.DECLARED,
        confidence=quotient.confidence,
        target=quotient.figure,
        parts=tuple(amount.figure for amount in parts),
        factors=factors,
        scale=scale,
        group=group,
        told=quotient.told,
    )
