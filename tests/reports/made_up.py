"""Made-up audits for the tests of the reports: a small municipal budget with planted errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rules.ledger import BASES, OPERATIONS, VERDICTS, Figures, Ledger
from rules.model import (
    Basis,
    Certainty,
    Crash,
    Finding,
    Message,
    NotChecked,
    Operation,
    Part,
    RootCause,
    Severity,
    SuspectCell,
    Verdict,
)
from rules.outcome import Outcome
from workbooks.grid import Border, Grid, Kind, Style, Workbook
from workbooks.refs import Area, CellRef

AMOUNT = '#,##0;[Red]-#,##0;"-"'
STYLES = (
    Style(),
    Style(font="Arial", size=10.0),
    Style(font="Arial", size=14.0, bold=True, colour="1F3864"),
    Style(
        font="Arial",
        size=10.0,
        bold=True,
        colour="FFFFFF",
        fill="1F3864",
        horizontal="center",
        vertical="center",
        wrap=True,
    ),
    Style(font="Arial", size=10.0, number_format=AMOUNT),
    Style(
        font="Arial",
        size=10.0,
        bold=True,
        number_format=AMOUNT,
        border=Border(top="thin", bottom="double"),
        fill="DDEBF7",
    ),
    Style(font="Arial", size=10.0, number_format="0.0 %", italic=True),
    Style(font="Arial", size=10.0, indent=2),
    Style(font="Arial", size=10.0, bold=True, fill="DDEBF7", border=Border(top="thin")),
)
PLAIN, BODY, TITLE, HEADING, MONEY, TOTAL, PERCENT, INDENTED, TOTAL_LABEL = range(9)

Typed = tuple[Kind, float | str, int]  # kind, value, style


def text(value: str, style: int = BODY) -> Typed:
    """A cell with text."""
    return (Kind.TEXT, value, style)


def money(value: float, style: int = MONEY) -> Typed:
    """A cell with an amount."""
    return (Kind.AMOUNT, value, style)


def make_grid(
    name: str,
    cells: dict[tuple[int, int], Typed],
    *,
    typed_as_text: dict[tuple[int, int], str] | None = None,
    state: str = "visible",
    merges: tuple[Area, ...] = (),
    hidden_rows: frozenset[int] = frozenset(),
    hidden_columns: frozenset[int] = frozenset(),
    row_heights: dict[int, float] | None = None,
    column_widths: dict[int, float] | None = None,
    comments: dict[tuple[int, int], str] | None = None,
    frozen: tuple[int, int] = (0, 0),
    formulas: dict[tuple[int, int], str] | None = None,
) -> Grid:
    """A grid of ``cells`` by (row, column)."""
    places = sorted(cells)
    at = {place: index for index, place in enumerate(places)}
    texts = {at[p]: str(cells[p][1]) for p in places if isinstance(cells[p][1], str)}
    texts |= {at[p]: typed for p, typed in (typed_as_text or {}).items()}
    return Grid(
        name=name,
        rows=np.array([row for row, _ in places], dtype=np.int32),
        columns=np.array([column for _, column in places], dtype=np.int32),
        kinds=np.array([cells[p][0] for p in places], dtype=np.uint8),
        numbers=np.array(
            [np.nan if isinstance(cells[p][1], str) else cells[p][1] for p in places],
            dtype=np.float64,
        ),
        styles=np.array([cells[p][2] for p in places], dtype=np.int32),
        texts=texts,
        formulas={at[p]: formula for p, formula in (formulas or {}).items()},
        state=state,
        merges=merges,
        hidden_rows=hidden_rows,
        hidden_columns=hidden_columns,
        row_heights=row_heights or {},
        column_widths=column_widths or {},
        comments=comments or {},
        frozen=frozen,
    )


@dataclass(frozen=True)
class MadeCheck:
    """One check as a test writes it down; recomputed figures are worked out by ``make_ledger``."""

    rule: str
    operation: Operation
    cell: CellRef
    parts: tuple[Part, ...]
    tolerance: float = 0.0
    basis: Basis = Basis.STRUCTURE
    confidence: float = 0.98
    scale: float = 1.0
    verdict: Verdict | None = None
    recomputed: float | None = None


def recompute(operation: Operation, values: Sequence[float], check: MadeCheck) -> float:
    """What the parts of ``check`` give."""
    if operation is Operation.PERCENT_CHANGE:
        return (values[1] - values[0]) / values[0] * check.scale
    if operation is Operation.RATIO:
        return values[0] / values[1] * check.scale
    total = sum(v * part.factor for v, part in zip(values, check.parts, strict=True))
    return total / len(values) if operation is Operation.AVERAGE else total


def make_ledger(grids: Sequence[Grid], checks: Sequence[MadeCheck]) -> Ledger:
    """A ledger of ``checks`` over all numbers of ``grids``."""
    where: dict[CellRef, int] = {}
    values: list[float] = []
    for grid in grids:
        for i in range(len(grid)):
            if grid.kinds[i] in (Kind.AMOUNT, Kind.PERCENTAGE):
                where[CellRef(grid.name, int(grid.rows[i]), int(grid.columns[i]))] = len(values)
                values.append(float(grid.numbers[i]))
    names = tuple(grid.name for grid in grids)
    figures = Figures(
        sheets=names,
        sheet=np.array([names.index(ref.sheet) for ref in where], dtype=np.int32),
        row=np.array([ref.row for ref in where], dtype=np.int32),
        column=np.array([ref.column for ref in where], dtype=np.int32),
        value=np.array(values),
        step=np.ones(len(values)),
    )
    rules = tuple(sorted({check.rule for check in checks}))
    recomputed = [
        recompute(c.operation, [values[where[p.cell]] for p in c.parts], c)
        if c.recomputed is None
        else c.recomputed
        for c in checks
    ]
    differences = [values[where[c.cell]] - r for c, r in zip(checks, recomputed, strict=True)]
    verdicts = [
        c.verdict or graded(difference, c.tolerance)
        for c, difference in zip(checks, differences, strict=True)
    ]
    return Ledger(
        figures=figures,
        rules=rules,
        rule=np.array([rules.index(c.rule) for c in checks], dtype=np.int16),
        operation=np.array([OPERATIONS.index(c.operation) for c in checks], dtype=np.int8),
        target=np.array([where[c.cell] for c in checks], dtype=np.int64),
        start=np.cumsum([0] + [len(c.parts) for c in checks]).astype(np.int64),
        part=np.array([where[p.cell] for c in checks for p in c.parts], dtype=np.int64),
        factor=np.array([p.factor for c in checks for p in c.parts], dtype=np.float64),
        scale=np.array([c.scale for c in checks], dtype=np.float64),
        basis=np.array([BASES.index(c.basis) for c in checks], dtype=np.int8),
        confidence=np.array([c.confidence for c in checks], dtype=np.float64),
        relation=np.arange(len(checks), dtype=np.int64),
        recomputed=np.array(recomputed, dtype=np.float64),
        difference=np.array(differences, dtype=np.float64),
        tolerance=np.array([c.tolerance for c in checks], dtype=np.float64),
        verdict=np.array([VERDICTS.index(v) for v in verdicts], dtype=np.int8),
    )


def graded(difference: float, tolerance: float) -> Verdict:
    """A plain grade, good enough for a made-up ledger."""
    if abs(difference) < 1e-9:
        return Verdict.EXACT
    return Verdict.ROUNDING if abs(difference) <= tolerance else Verdict.DISCREPANCY


UNITS = ("Hallintopalvelut", "Tietohallinto", "Talouspalvelut", "Vaalit", "Ruokapalvelut")
COLUMNS = ("TP 2018", "TP 2019", "TA 2020", "TS 2021", "TS 2022")
_EXPENSE = (
    (-1341404, -1402117, -1388000, -1390000, -1395000),
    (-1380241, -1415975, -1401300, -1400000, -1405000),
    (-612870, -598431, -604500, -606000, -607500),
    (-41230, -38910, -25000, -52000, -25000),
    (-2109876, -2168440, -2201000, -2210000, -2225000),
)
_REVENUE = (
    (18426, 21230, 20000, 20000, 20000),
    (15310, 17301, 15000, 15000, 15000),
    (4120, 3998, 4000, 4000, 4000),
    (50651, 38250, 0, 42000, 0),
    (1988400, 2034112, 2050000, 2060000, 2070000),
)
SHEET = "Yksiköt"
KEY_FIGURES = "Tunnusluvut 2018–2022"


def unit_row(unit: int) -> int:
    """The row of the heading of unit number ``unit``; the five units, then the total."""
    return 5 + 5 * unit


def make_units() -> Grid:
    """Five units and their total; Tietohallinto's expense of TP 2019 holds the net figure."""
    cells: dict[tuple[int, int], Typed] = {
        (1, 1): text("Hallinto- ja tukipalvelut: talousarvio ja käyttösuunnitelma 2020", TITLE),
        (2, 1): text("=SUM(A1) on tässä tekstiä, samoin https://example.org/x ja @viite", BODY),
        (4, 1): text("Palvelualueen yksiköt, €", HEADING),
    }
    for c, heading in enumerate(COLUMNS, 2):
        cells[4, c] = text(heading, HEADING)
    for unit, name in enumerate((*UNITS, "Yhteensä")):
        row = unit_row(unit)
        cells[row, 1] = text(name, TOTAL_LABEL)
        for offset, label in enumerate(("MENOT", "TULOT", "NETTOMENO"), 1):
            cells[row + offset, 1] = text(label, INDENTED)
        for c in range(5):
            if unit < len(UNITS):
                out, into = _EXPENSE[unit][c], _REVENUE[unit][c]
            else:
                out = sum(r[c] for r in _EXPENSE)
                into = sum(r[c] for r in _REVENUE)
            cells[row + 1, c + 2] = money(out)
            cells[row + 2, c + 2] = money(into)
            cells[row + 3, c + 2] = money(out + into, TOTAL)
    row = unit_row(1)
    cells[row + 1, 3] = money(-1415975 + 17301)  # the planted error: net typed for gross
    cells[row + 3, 3] = money(-1415975 + 17301, TOTAL)
    cells[unit_row(3) + 3, 2] = money(9412, TOTAL)  # digits swapped: 9421
    cells[36, 1] = text("¹ Sisältää eläkemenoperusteiset maksut", BODY)
    return make_grid(
        SHEET,
        cells,
        merges=(Area(1, 1, 1, 6), Area(2, 1, 2, 6)),
        row_heights={1: 24.0, 4: 30.0},
        column_widths={1: 30.0, 2: 12.0, 3: 12.0, 4: 12.0, 5: 12.0, 6: 12.0},
        hidden_rows=frozenset({22}),
        hidden_columns=frozenset({6}),
        frozen=(4, 1),
        comments={(6, 2): "Tarkistettu kirjanpidosta"},
        formulas={(33, 2): "=B31+B32"},
    )


def make_key_figures() -> Grid:
    """Personnel cost and its change in per cent, with every odd kind of cell."""
    cells: dict[tuple[int, int], Typed] = {(1, 1): text("Tunnusluvut", TITLE)}
    for c, heading in enumerate(COLUMNS, 2):
        cells[2, c] = text(heading, HEADING)
    cells[3, 1] = text("Henkilöstömenot €")
    for c, value in enumerate((-2284295, -2200752, -2192710, -2115600, -2105100), 2):
        cells[3, c] = money(value)
    cells[4, 1] = text("Muutos %")
    for c, change in enumerate((-0.037, -0.0037, -0.053, -0.005), 3):
        cells[4, c] = (Kind.PERCENTAGE, change, PERCENT)
    cells[5, 1] = text("Asukasluku")
    cells[5, 2] = text("..")
    cells[5, 3] = (Kind.ERROR, "#DIV/0!", BODY)
    cells[5, 4] = (Kind.AMOUNT, 7191.0, BODY)
    cells[5, 5] = (Kind.NEVER_CALCULATED, np.nan, BODY)
    cells[6, 1] = text("Päivitetty")
    cells[6, 2] = (Kind.DATE, 43831.0, PLAIN)
    return make_grid(
        KEY_FIGURES,
        cells,
        typed_as_text={(5, 4): "7 191*"},
        column_widths={1: 24.0},
        state="hidden",
        formulas={(5, 5): "=ASUKKAAT()"},
    )


def ref(row: int, column: int, sheet: str = SHEET) -> CellRef:
    """A cell of the made-up workbook."""
    return CellRef(sheet, row, column)


def parts_of(*cells: CellRef) -> tuple[Part, ...]:
    """Parts that all count with plus."""
    return tuple(Part(cell) for cell in cells)


def make_checks() -> list[MadeCheck]:
    """Nets of every unit, totals over the units, and changes in per cent."""
    checks = []
    for c in range(2, 7):
        for unit in range(6):
            row = unit_row(unit)
            checks.append(
                MadeCheck(
                    "NT201",
                    Operation.NET,
                    ref(row + 3, c),
                    parts_of(ref(row + 1, c), ref(row + 2, c)),
                    tolerance=1.5,
                )
            )
        for line in (1, 2, 3):
            checks.append(
                MadeCheck(
                    "FT102",
                    Operation.SUM,
                    ref(unit_row(5) + line, c),
                    parts_of(*(ref(unit_row(u) + line, c) for u in range(5))),
                    tolerance=3.0,
                )
            )
    for c, new in ((3, -0.037), (4, -0.0037), (5, -0.053), (6, -0.005)):
        checks.append(
            MadeCheck(
                "CP401",
                Operation.PERCENT_CHANGE,
                ref(4, c, KEY_FIGURES),
                parts_of(ref(3, c - 1, KEY_FIGURES), ref(3, c, KEY_FIGURES)),
                tolerance=0.0005,
                basis=Basis.LABEL,
                verdict=Verdict.DISCREPANCY if new == -0.053 else None,
            )
        )
    return checks


def make_finding(check: int, ledger: Ledger, **rest: object) -> Finding:
    """The finding of row ``check`` of ``ledger``; ``rest`` replaces any of its fields."""
    row = ledger.check(check)
    fields: dict[str, object] = {
        "id": f"F-{check:08x}",
        "rule": row.rule,
        "name": {"NT201": "net-not-revenue-less-expense", "FT102": "total-not-sum-of-units"}.get(
            row.rule, "percent-change-not-from-its-figures"
        ),
        "severity": Severity.ERROR,
        "confidence": row.confidence,
        "cell": row.cell,
        "label": "",
        "column": COLUMNS[row.cell.column - 2],
        "message": Message(f"finding.{row.operation}", {"n_parts": len(row.parts)}),
        "basis": row.basis,
        "operation": row.operation,
        "reported": row.reported,
        "recomputed": row.recomputed,
        "difference": row.difference,
        "tolerance": row.tolerance,
        "verdict": row.verdict,
        "parts": row.parts,
        "check": check,
    }
    return Finding(**(fields | rest))  # type: ignore[arg-type]


def make_audit(*, clean: bool = False, crashed: bool = False) -> tuple[Outcome, Workbook]:
    """A made-up audit: two errors with three findings each, a warning, notes and gaps."""
    grids = (make_units(), make_key_figures())
    ledger = make_ledger(grids, make_checks())
    workbook = Workbook(
        file="kemijarvi_made_up.xlsx",
        grids=grids,
        styles=STYLES,
        sha256="ab" * 32,
        size=23456,
        format="xlsx",
    )
    failed = [i for i in range(len(ledger)) if ledger.check(i).verdict is Verdict.DISCREPANCY]
    agreed = [i for i in range(len(ledger)) if i not in failed]
    findings, causes = ((), ()) if clean else made_findings(ledger, failed)
    proved = frozenset(
        cell for i in agreed for cell in (ledger.check(i).cell, *(p.cell for p in ledger.parts(i)))
    )
    outcome = Outcome(
        file=workbook.file,
        sha256=workbook.sha256,
        sheets=2,
        cells=sum(len(grid) for grid in grids),
        language="fi",
        ledger=ledger,
        findings=tuple(sorted(findings, key=lambda f: (f.cell.sheet, f.cell, f.rule))),
        root_causes=causes,
        not_checked=made_gaps(),
        figures=len(ledger.figures),
        figures_proved=len(proved),
        proved=proved,
        crashes=(Crash("XF301", "Traceback …"),) if crashed else (),
    )
    return outcome, workbook


def made_findings(
    ledger: Ledger, failed: list[int]
) -> tuple[tuple[Finding, ...], tuple[RootCause, ...]]:
    """Findings and root causes of the two planted errors, a question and two notes."""
    by_cell = {ledger.check(i).cell: i for i in failed}
    gross = ref(unit_row(1) + 1, 3)
    named = {
        ref(unit_row(1) + 3, 3): ("Tietohallinto / NETTOMENO", "R-1", Severity.ERROR),
        ref(unit_row(5) + 1, 3): ("Yhteensä / MENOT", "R-1", Severity.ERROR),
        ref(unit_row(5) + 3, 3): ("Yhteensä / NETTOMENO", "R-1", Severity.ERROR),
        ref(unit_row(3) + 3, 2): ("Vaalit / NETTOMENO", "R-2", Severity.ERROR),
        ref(unit_row(5) + 3, 2): ("Yhteensä / NETTOMENO", "R-2", Severity.ERROR),
        ref(4, 5, KEY_FIGURES): ("Muutos %", None, Severity.WARNING),
    }
    findings = [
        make_finding(
            by_cell[cell],
            ledger,
            label=label,
            root_cause=root,
            severity=severity,
            message=Message(
                f"finding.{ledger.check(by_cell[cell]).operation}",
                {"n_parts": 5, "old": -2192710, "new": -2115600},
            ),
        )
        for cell, (label, root, severity) in named.items()
        if cell in by_cell
    ]
    findings.append(
        Finding(
            id="F-text",
            rule="IN601",
            name="number-stored-as-text",
            severity=Severity.NOTE,
            confidence=1.0,
            cell=ref(5, 4, KEY_FIGURES),
            label="Asukasluku",
            column="TA 2020",
            message=Message("note.text_numbers", {"count": 1, "sheet": KEY_FIGURES}),
            basis=Basis.STRUCTURE,
        )
    )
    of = {root: tuple(f.id for f in findings if f.root_cause == root) for root in ("R-1", "R-2")}
    net = ref(unit_row(3) + 3, 2)
    causes = (
        RootCause(
            id="R-1",
            certainty=Certainty.LOCATED,
            cells=(
                SuspectCell(
                    gross,
                    -1398674.0,
                    "Tietohallinto / MENOT",
                    "TP 2019",
                    -1415975.0,
                    -1415976.5,
                    -1415973.5,
                ),
            ),
            cause="net-typed-for-gross",
            explanation=Message(
                "explanation.located",
                {"cell": gross, "value": -1398674, "suggested": -1415975, "count": len(of["R-1"])},
            ),
            amount=17301.0,
            findings=of["R-1"],
            confidence=0.97,
        ),
        RootCause(
            id="R-2",
            certainty=Certainty.AMBIGUOUS,
            cells=(
                SuspectCell(net, 9412.0, "Vaalit / NETTOMENO", "TP 2018", 9421.0),
                SuspectCell(ref(unit_row(3) + 1, 2), -41230.0, "Vaalit / MENOT", "TP 2018"),
            ),
            cause="digits-swapped",
            explanation=Message(
                "explanation.ambiguous", {"cells": (net, ref(unit_row(3) + 1, 2)), "count": 2}
            ),
            amount=-9.0,
            findings=of["R-2"],
            confidence=0.7,
        ),
    )
    return tuple(findings), causes


def made_gaps() -> tuple[NotChecked, ...]:
    """One of each reason that a budget shows."""
    return (
        NotChecked("RT501", ref(5, 2, KEY_FIGURES), Message("not_checked.text")),
        NotChecked("RT501", ref(5, 3, KEY_FIGURES), Message("not_checked.error")),
        NotChecked("RT501", ref(5, 5, KEY_FIGURES), Message("not_checked.never_calculated")),
        NotChecked(
            "RT501",
            ref(5, 4, KEY_FIGURES),
            Message("not_checked.per_resident", {"low": 7150, "high": 7232}),
        ),
        NotChecked("CP401", ref(4, 3, KEY_FIGURES), Message("not_checked.no_base")),
    )


def make_large(rows: int, columns: int) -> tuple[Outcome, Workbook]:
    """A clean table of ``rows`` × ``columns`` amounts, each ninth row the sum of the eight above,
    each last column the sum of its row."""
    rng = np.random.default_rng(7)
    values = rng.integers(-9_000_000, 9_000_000, size=(rows, columns)).astype(np.float64)
    for r in range(8, rows, 9):
        values[r] = values[r - 8 : r].sum(axis=0)
    values[:, -1] = values[:, :-1].sum(axis=1)
    n = rows * (columns + 1)
    kinds = np.full((rows, columns + 1), Kind.AMOUNT, dtype=np.uint8)
    kinds[:, 0] = Kind.TEXT
    styles = np.full((rows, columns + 1), MONEY, dtype=np.int32)
    styles[8::9] = TOTAL
    styles[:, 0] = BODY
    grid = Grid(
        name="Data",
        rows=np.repeat(np.arange(1, rows + 1, dtype=np.int32), columns + 1),
        columns=np.tile(np.arange(1, columns + 2, dtype=np.int32), rows),
        kinds=kinds.ravel(),
        numbers=np.hstack([np.full((rows, 1), np.nan), values]).ravel(),
        styles=styles.ravel(),
        texts={r * (columns + 1): f"Rivi {r + 1}" for r in range(rows)},
        formulas={},
    )
    figure = np.arange(rows * columns).reshape(rows, columns)
    sums = [
        (figure[r, c], figure[r - 8 : r, c]) for r in range(8, rows, 9) for c in range(columns)
    ] + [(figure[r, -1], figure[r, :-1]) for r in range(rows)]
    target = np.array([t for t, _ in sums], dtype=np.int64)
    m = len(sums)
    flat = values.ravel()
    ledger = Ledger(
        figures=Figures(
            sheets=("Data",),
            sheet=np.zeros(rows * columns, dtype=np.int32),
            row=np.repeat(np.arange(1, rows + 1, dtype=np.int32), columns),
            column=np.tile(np.arange(2, columns + 2, dtype=np.int32), rows),
            value=flat,
            step=np.ones(rows * columns),
        ),
        rules=("FT101",),
        rule=np.zeros(m, dtype=np.int16),
        operation=np.zeros(m, dtype=np.int8),
        target=target,
        start=np.cumsum([0] + [len(p) for _, p in sums]).astype(np.int64),
        part=np.concatenate([p for _, p in sums]),
        factor=np.ones(sum(len(p) for _, p in sums)),
        scale=np.ones(m),
        basis=np.full(m, 3, dtype=np.int8),
        confidence=np.full(m, 0.97),
        relation=np.arange(m, dtype=np.int64),
        recomputed=flat[target],
        difference=np.zeros(m),
        tolerance=np.full(m, 4.5),
        verdict=np.zeros(m, dtype=np.int8),
    )
    refs = frozenset(
        CellRef("Data", r, c) for r in range(1, rows + 1) for c in range(2, columns + 2)
    )
    outcome = Outcome(
        file="large.xlsx",
        sha256="cd" * 32,
        sheets=1,
        cells=n,
        language="en",
        ledger=ledger,
        findings=(),
        root_causes=(),
        not_checked=(),
        figures=rows * columns,
        figures_proved=rows * columns,
        proved=refs,
    )
    workbook = Workbook("large.xlsx", (grid,), STYLES, "cd" * 32, 10 * n, "xlsx")
    return outcome, workbook


def make_every_operation() -> tuple[Outcome, Workbook]:
    """One check of every operation, over two sheets, with factors, ranges and many parts."""
    here, there = "It's 1 & <2>", "Toinen"
    column = {(row, 1): money(float(row * row % 37 + 0.25)) for row in range(1, 41)}
    row_cells = {(50, c): money(float(100 + c)) for c in range(1, 9)}
    scattered = {(r, 12): money(float(r)) for r in range(1, 901, 3)}
    targets = {(60 + r, 1): money(7.0) for r in range(15)}
    bases = {(80, 1): money(-54.5), (81, 1): money(-4.0), (82, 1): money(-1.0)}
    cells: dict[tuple[int, int], Typed] = column | row_cells | scattered | targets | bases
    grids = (
        make_grid(here, cells, typed_as_text={(3, 1): "9,25*"}),
        make_grid(there, {(r, 2): money(float(10 * r)) for r in range(1, 6)}),
    )

    def at(row: int, column: int = 1, sheet: str = here) -> CellRef:
        return CellRef(sheet, row, column)

    def made(
        number: int, operation: Operation, parts: tuple[Part, ...], **rest: float
    ) -> MadeCheck:
        return MadeCheck("XX101", operation, at(60 + number), parts, **rest)  # type: ignore[arg-type]

    many = tuple(at(r, 12) for r in range(1, 901, 3))
    checks = [
        made(0, Operation.SUM, parts_of(*(at(r) for r in range(1, 41)))),
        made(1, Operation.SUM, parts_of(*many)),
        made(2, Operation.DIFFERENCE, (Part(at(1)), Part(at(2), -1.0), Part(at(3), -1.0))),
        made(3, Operation.NET, (Part(at(4), -1.0), *parts_of(at(5), at(1, 2, there)))),
        made(4, Operation.CHANGE, (Part(at(6), -1.0), Part(at(7)))),
        made(5, Operation.PERCENT_CHANGE, parts_of(at(8), at(9)), scale=100.0),
        made(6, Operation.PERCENT_CHANGE, parts_of(at(50, 1), at(50, 2))),
        made(7, Operation.RATIO, parts_of(at(10), at(2, 2, there)), scale=100.0),
        made(8, Operation.AVERAGE, parts_of(*(at(50, c) for c in range(1, 9)))),
        made(9, Operation.COPY, parts_of(at(3, 2, there))),
        made(10, Operation.EQUATION, (Part(at(1), 0.5), Part(at(2), 0.001), Part(at(50, 4), -2.0))),
        made(11, Operation.SUM, (*(Part(at(r), -1.0) for r in range(1, 6)), *parts_of(*many[:4]))),
        made(12, Operation.PERCENT_CHANGE, parts_of(at(80), at(8)), scale=100.0, recomputed=150.0),
        made(13, Operation.PERCENT_CHANGE, parts_of(at(81), at(82)), recomputed=0.75),
        made(14, Operation.PERCENT_CHANGE, parts_of(at(81), at(82)), recomputed=0.25),
    ]
    ledger = make_ledger(grids, checks)
    outcome = Outcome(
        file="operations.xlsx",
        sha256="ef" * 32,
        sheets=2,
        cells=len(cells),
        language="en",
        ledger=ledger,
        findings=(),
        root_causes=(),
        not_checked=(),
        figures=len(ledger.figures),
        figures_proved=0,
        proved=frozenset(),
    )
    return outcome, Workbook("operations.xlsx", grids, STYLES, "ef" * 32, 1, "xlsx")
