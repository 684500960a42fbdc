"""The acceptance case: the Kemijärvi budget of 2020, the same outcomes from seven layouts.

Numbers in the names of the tests are the items of the work order. Cells are named by what they
mean; ``tests/fixtures/kemijarvi_layouts.py`` knows where each layout has them.
"""

from __future__ import annotations

import hashlib
import math
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

import crossfoot
from rules.model import (
    Certainty,
    Check,
    Finding,
    Message,
    NotChecked,
    Operation,
    Severity,
    Verdict,
)
from rules.outcome import Outcome
from tests.fixtures.broken import BROKEN
from tests.fixtures.kemijarvi_layouts import (
    ALL_UNITS,
    LAYOUTS,
    Figure,
    Laid,
    lay,
    parts_of,
    printed,
    tables,
)
from workbooks.refs import CellRef

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "samples" / "kemijarvi-2020.xlsx"
FOOTNOTE = "TP 2018 luvut sisältävät elinkeinopalveluiden tilipäätöksen."

ARITHMETIC = ("FT", "XF", "NT", "CH", "CP", "TO", "RT", "ST")
AGREED = (Verdict.EXACT, Verdict.ROUNDING)
SUMMING = (Operation.SUM, Operation.NET, Operation.DIFFERENCE)
BUDGET_COLUMNS = ("TA+MUUTOS 2019", "TA + MUUTOS 2019", "TA 2020", "KS 2020")


def unit(block: str, label: str, column: str) -> Figure:
    """A figure of the table of sub-units."""
    return Figure("yksikot", block, label, column)


def plan(label: str, column: str) -> Figure:
    """A figure of the käyttösuunnitelma."""
    return Figure("kayttosuunnitelma", "", label, column)


WRONG = unit("Tietohallinto", "MENOT", "TP 2019")
NOT_WRONG = unit("Tietohallinto", "NETTOMENO", "TP 2019")

# figure -> reported less recomputed, with the printed signs
FAILING = {
    NOT_WRONG: -17_300,
    unit(ALL_UNITS, "MENOT", "TP 2019"): -17_301,
    unit(ALL_UNITS, "TULOT", "TP 2019"): 24_563,
    unit(ALL_UNITS, "NETTOMENO", "TP 2019"): 24_562,
}
SCOPED = {
    unit(ALL_UNITS, "MENOT", "TP 2018"): -783_475,
    unit(ALL_UNITS, "TULOT", "TP 2018"): 81_417,
    unit(ALL_UNITS, "NETTOMENO", "TP 2018"): -702_056,
}
ROUNDED = {
    unit("Vaalit", "NETTOMENO", "TP 2018"): -1,
    unit("Henkilöstön lomaosake", "NETTOMENO", "TP 2018"): -1,
    unit("Joukkoliikenne", "NETTOMENO", "TP 2018"): 1,
    unit("Tietohallinto", "NETTOMENO", "TP 2018"): -1,
    plan("TOIMINTATUOTOT", "TP 2018"): -1,
    plan("TOIMINTAKULUT", "TP 2018"): -2,
    plan("TOIMINTAKULUT", "TP 2019"): -1,
}
# TOIMINTAKATE as the sum of all ten lines: a second decomposition, which need not be listed
ROUNDED_IF_LISTED = {
    plan("TOIMINTAKATE/JÄÄMÄ", "TP 2018"): -3,
    plan("TOIMINTAKATE/JÄÄMÄ", "TP 2019"): -1,
}
PERSONNEL, SERVICES, PER_RESIDENT = (
    "Henkilöstömenot €",
    "Palvelujen ostot €",
    "Toimintakate €/asukas",
)
PERCENTAGES = [
    *(
        Figure("tunnusluvut", PERSONNEL, "Muutos %", column)
        for column in ("TP 2019", "TA 2020", "TS 2021", "TS 2022")
    ),
    *(Figure("maararahat", "", line, "MUUTOS %") for line in ("MENOT", "TULOT", "NETTOMENO")),
]
NO_BASE_YEAR = [
    Figure("tunnusluvut", PERSONNEL, "Muutos %", "TP 2018"),
    Figure("tunnusluvut", SERVICES, "Muutos %", "TP 2018"),
]


@dataclass(frozen=True)
class Case:
    """One layout and what the audit said of it."""

    laid: Laid
    outcome: Outcome

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        return tuple(self.outcome.ledger.check(i) for i in range(len(self.outcome.ledger)))

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Findings of the arithmetic; remarks on the file itself (numbers as text) are others."""
        return tuple(f for f in self.outcome.findings if f.rule.startswith(ARITHMETIC))

    @property
    def serious(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.severity is not Severity.NOTE)

    def expected(self, differences: dict[Figure, int]) -> list[tuple[CellRef, int]]:
        """The cells and differences of this layout, sorted."""
        return sorted((self.laid[f], d * self.laid.sign(f)) for f, d in differences.items())

    def with_verdict(self, verdict: Verdict) -> list[tuple[CellRef, int]]:
        """Cells and differences of the checks that came out as ``verdict``, sorted."""
        return sorted((c.cell, round(c.difference)) for c in self.checks if c.verdict is verdict)

    def checks_at(self, figure: Figure, *operations: Operation) -> list[Check]:
        """The checks on one reported figure."""
        at = self.laid[figure]
        return [c for c in self.checks if c.cell == at and c.operation in operations]

    def not_checked(self, family: str) -> dict[CellRef, NotChecked]:
        """What a family of rules could not judge, by cell."""
        return {n.cell: n for n in self.outcome.not_checked if n.rule.startswith(family)}


@pytest.fixture(scope="module", params=list(LAYOUTS))
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Case:
    laid = lay(request.param, tmp_path_factory.mktemp("kemijarvi"))
    return Case(laid, crossfoot.check(laid.path))


@pytest.fixture(scope="module")
def sample() -> Case:
    return _sample_case()


def _sample_case() -> Case:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        laid = lay("sample", Path(folder))
        return Case(laid, crossfoot.check(laid.path))


# 0. The run as a whole


def test_the_sample_is_what_its_script_makes(tmp_path: Path) -> None:
    assert lay("sample", tmp_path).path.read_bytes() == SAMPLE.read_bytes()


def test_no_rule_crashes_and_every_figure_is_seen(case: Case) -> None:
    assert case.outcome.crashes == ()
    assert case.outcome.language == "fi"
    assert case.outcome.figures == len(case.laid.numeric()) == 439
    assert case.outcome.proved <= case.laid.numeric()
    assert case.outcome.figures_proved == len(case.outcome.proved)


# 1. Four failing checks in column TP 2019, in two root causes


def test_1_exactly_four_checks_fail(case: Case) -> None:
    assert case.with_verdict(Verdict.DISCREPANCY) == case.expected(FAILING)


def test_1_each_failing_check_is_a_finding(case: Case) -> None:
    found = sorted((f.cell, round(f.difference or 0)) for f in case.serious)
    assert found == case.expected(FAILING)
    for finding in case.serious:
        assert finding.verdict is Verdict.DISCREPANCY
        assert finding.reported is not None
        assert finding.recomputed is not None
        assert finding.difference == pytest.approx(finding.reported - finding.recomputed)
    families = {f.cell: f.rule[:2] for f in case.serious}
    assert families[case.laid[NOT_WRONG]] == "NT"
    for line in ("MENOT", "TULOT", "NETTOMENO"):
        assert families[case.laid[unit(ALL_UNITS, line, "TP 2019")]] == "FT"


def test_1_sub_unit_sums_have_every_unit_as_a_part(case: Case) -> None:
    parts = parts_of(tables())
    by_cell = {f.cell: f for f in case.serious}
    for line in ("MENOT", "TULOT"):
        total = unit(ALL_UNITS, line, "TP 2019")
        expected = {case.laid[p] for p in parts[total] if p in case.laid.values}
        assert {p.cell for p in by_cell[case.laid[total]].parts} == expected


def test_1_two_root_causes(case: Case) -> None:
    certainties = [root.certainty for root in case.outcome.root_causes]
    assert certainties == [Certainty.LOCATED, Certainty.MISSING_PART]


def test_1_tietohallinto_menot_is_located(case: Case) -> None:
    located = case.outcome.root_causes[0]
    sign = case.laid.sign(WRONG)
    (suspect,) = located.cells
    assert suspect.cell == case.laid[WRONG]
    assert suspect.value == sign * -1_415_975
    assert suspect.suggested == sign * -1_433_276
    assert suspect.low is not None
    assert suspect.high is not None
    assert (suspect.low, suspect.high) == tuple(sorted((sign * -1_433_276, sign * -1_433_274)))
    assert located.cause == "net-typed-for-gross"
    assert abs(located.amount) == 17_301
    cleared = {f.cell for f in case.findings if f.id in located.findings}
    assert cleared == {case.laid[NOT_WRONG], case.laid[unit(ALL_UNITS, "MENOT", "TP 2019")]}


def test_1_a_part_is_missing_from_tulot(case: Case) -> None:
    missing = case.outcome.root_causes[1]
    assert abs(missing.amount) in (24_563, 24_562)
    cleared = {f.cell for f in case.findings if f.id in missing.findings}
    totals = {case.laid[unit(ALL_UNITS, line, "TP 2019")] for line in ("TULOT", "NETTOMENO")}
    assert cleared == totals


def test_1_the_totals_are_corroborated(case: Case) -> None:
    for line in ("MENOT", "TULOT", "NETTOMENO"):
        assert case.laid[unit(ALL_UNITS, line, "TP 2019")] in case.outcome.proved


def test_1_nettomeno_of_tietohallinto_is_not_named(case: Case) -> None:
    named = {suspect.cell for root in case.outcome.root_causes for suspect in root.cells}
    assert case.laid[NOT_WRONG] not in named


# 2. TP 2018: one scope note that quotes the footnote


def test_2_three_checks_are_limited_by_the_footnote(case: Case) -> None:
    assert case.with_verdict(Verdict.SCOPE) == case.expected(SCOPED)


def test_2_one_scope_note_quotes_the_footnote(case: Case) -> None:
    (note,) = (f for f in case.findings if f.verdict is Verdict.SCOPE or f.quote)
    assert note.severity is Severity.NOTE
    assert FOOTNOTE in note.quote
    assert note.cell in {case.laid[figure] for figure in SCOPED}


# 3. One note on the two sign conventions of Määrärahat


def test_3_one_convention_note_and_no_finding_on_the_rows(case: Case) -> None:
    (note,) = _on_table(case, "maararahat")
    assert note.severity is Severity.NOTE
    assert note.rule.startswith(("CH", "CP"))
    assert note.difference is None
    assert note.root_cause is None


def test_3_both_change_columns_agree_with_their_own_convention(case: Case) -> None:
    for line in ("MENOT", "TULOT", "NETTOMENO"):
        money = Figure("maararahat", "", line, "MUUTOS €")
        (check,) = case.checks_at(money, Operation.CHANGE)
        assert check.verdict is Verdict.EXACT
        old, new = (money._replace(column=column) for column in ("TA+MUUTOS 2019", "TA 2020"))
        factors = {part.cell: part.factor for part in check.parts}
        assert factors == {case.laid[old]: 1, case.laid[new]: -1}


def _on_table(case: Case, table: str) -> list[Finding]:
    """Findings on a table, its heading and label cells included."""
    cells = [cell for figure, cell in case.laid.cells.items() if figure.table == table]
    first, last = min(c.row for c in cells), max(c.row for c in cells)
    sheet = cells[0].sheet
    return [f for f in case.findings if f.cell.sheet == sheet and first - 3 <= f.cell.row <= last]


# 4. Rounding, percentages, exact budget columns


def test_4_differences_of_a_few_euros_are_rounding(case: Case) -> None:
    rounded = {
        (c.cell, round(c.difference)): c.verdict
        for c in case.checks
        if c.operation in SUMMING and c.verdict in (Verdict.ROUNDING, Verdict.UNLIKELY_ROUNDING)
    }
    required = dict.fromkeys(case.expected(ROUNDED), Verdict.ROUNDING)
    listed = {at: v for at, v in rounded.items() if at in case.expected(ROUNDED_IF_LISTED)}
    assert rounded == {**listed, **required}


def test_4_the_seven_percentages_agree(case: Case) -> None:
    for figure in PERCENTAGES:
        verdicts = [c.verdict for c in case.checks_at(figure, Operation.PERCENT_CHANGE)]
        assert verdicts, figure
        assert set(verdicts) <= set(AGREED), figure


def test_4_budget_columns_are_judged_exactly(case: Case) -> None:
    for column in ("TA + MUUTOS 2019", "TA 2020", "KS 2020"):
        for line in ("MENOT", "TULOT", "NETTOMENO"):
            checks = case.checks_at(unit(ALL_UNITS, line, column), *SUMMING)
            assert checks, (line, column)
            assert all(c.verdict is Verdict.EXACT for c in checks)
            assert all(c.tolerance < 1 for c in checks)


@pytest.mark.parametrize("name", list(LAYOUTS))
@pytest.mark.parametrize("block", ["Tilintarkastus", "Talouspalvelut"])
def test_4_ten_euros_in_a_sum_of_22_units_are_found(name: str, block: str, tmp_path: Path) -> None:
    """The unit's net goes along, so that only the sums over all units can tell."""
    plain = lay(name, tmp_path)
    menot, net = (unit(block, line, "TA 2020") for line in ("MENOT", "NETTOMENO"))
    changed = {figure: plain.values[figure] - 10 for figure in (menot, net)}
    planted = Case(plain, crossfoot.check(lay(name, tmp_path, changed).path))
    found = {(f.cell, round(f.difference or 0)) for f in planted.serious}
    for line in ("MENOT", "NETTOMENO"):
        assert (plain[unit(ALL_UNITS, line, "TA 2020")], 10) in found


# 5. What cannot be checked, with reasons


def test_5_two_percentages_have_no_base_year(case: Case) -> None:
    unchecked = case.not_checked("CP")
    expected = {case.laid[figure] for figure in NO_BASE_YEAR}
    assert {cell for cell in unchecked if cell in case.laid.numeric()} == expected
    assert len({unchecked[cell].reason.key for cell in expected}) == 1


def test_5_per_resident_figures_lack_the_population(case: Case) -> None:
    unchecked = case.not_checked("RT")
    assert set(unchecked) == case.laid.row("tunnusluvut", "", PER_RESIDENT)
    base_year = case.not_checked("CP")[case.laid[NO_BASE_YEAR[0]]]
    assert base_year.reason.key not in {entry.reason.key for entry in unchecked.values()}


@pytest.mark.parametrize("column", ["TP 2018", "TP 2019", "TA 2020"])
def test_5_the_implied_population_is_reported(case: Case, column: str) -> None:
    margin = printed()[plan("TOIMINTAKATE/JÄÄMÄ", column)]
    figure = Figure("tunnusluvut", "", PER_RESIDENT, column)
    per_resident = printed()[figure]
    low, high = sorted((margin / (per_resident - 0.5), margin / (per_resident + 0.5)))
    numbers = list(_numbers(case.not_checked("RT")[case.laid[figure]].reason))
    assert any(abs(number - low) <= 1 for number in numbers), (low, numbers)
    assert any(abs(number - high) <= 1 for number in numbers), (high, numbers)


def _numbers(message: Message) -> Iterator[float]:
    def walk(values: Iterable[object]) -> Iterator[float]:
        for value in values:
            if isinstance(value, int | float):
                yield float(value)
            elif isinstance(value, tuple):
                yield from walk(value)

    return walk(message.values.values())


def test_5_blank_percentages_that_could_be_computed_are_mentioned_once(case: Case) -> None:
    row = case.laid.row("tunnusluvut", SERVICES, "Muutos %")
    blank = row - case.laid.numeric()
    assert len(blank) == 4
    lines = {cell.row for cell in row}
    around: frozenset[CellRef]
    if len(lines) == 1:  # a row of the table: its label counts as well
        around = frozenset(CellRef(c.sheet, c.row, k) for c in row for k in range(1, c.column + 1))
    else:
        top = min(lines)
        around = row | {CellRef(c.sheet, r, c.column) for c in row for r in range(1, top)}
    notes = [f for f in case.findings if f.cell in around and f.rule.startswith("CP")]
    mentions = [f.cell for f in notes] + [c for c in case.not_checked("CP") if c in blank]
    assert len(mentions) == 1
    assert all(f.severity is Severity.NOTE for f in notes)


# 6. Ties


class Ties:
    """Figures that agreeing tie-outs put together, over one step or several."""

    def __init__(self, checks: Iterable[Check]) -> None:
        self.parent: dict[CellRef, CellRef] = {}
        for check in checks:
            if check.rule.startswith("TO") and check.verdict in AGREED:
                for part in check.parts:
                    self.parent[self.root(part.cell)] = self.root(check.cell)

    def root(self, cell: CellRef) -> CellRef:
        while (above := self.parent.get(cell, cell)) != cell:
            cell = above
        return cell

    def __contains__(self, pair: tuple[CellRef, CellRef]) -> bool:
        one, other = pair
        return self.root(one) == self.root(other)


LINES = {"MENOT": "TOIMINTAKULUT", "TULOT": "TOIMINTATUOTOT", "NETTOMENO": "TOIMINTAKATE/JÄÄMÄ"}
TIED = [
    *(
        (Figure("tunnusluvut", "", mine, column), plan(theirs, column))
        for mine, theirs in ((PERSONNEL, "Henkilöstökulut"), (SERVICES, "Palvelujen ostot"))
        for column in ("TP 2018", "TP 2019", "TA 2020")
    ),
    *(
        (Figure("maararahat", "", mine, column), plan(theirs, column.replace("+", " + ")))
        for mine, theirs in LINES.items()
        for column in ("TA+MUUTOS 2019", "TA 2020")
    ),
    *(
        (unit(ALL_UNITS, mine, column), plan(theirs, column))
        for mine, theirs in LINES.items()
        for column in ("TP 2018", "TA + MUUTOS 2019", "TP 2019", "TA 2020", "KS 2020")
    ),
]


def test_6_ties_are_found_and_agree(case: Case) -> None:
    ties = Ties(case.checks)
    missing = [pair for pair in TIED if (case.laid[pair[0]], case.laid[pair[1]]) not in ties]
    assert missing == []


def test_6_equal_labels_of_another_meaning_are_not_tied(case: Case) -> None:
    investments = {
        cell for figure, cell in case.laid.cells.items() if figure.table == "investoinnit"
    }
    for check in case.checks:
        if check.rule.startswith("TO"):
            assert not investments & {check.cell, *(part.cell for part in check.parts)}


# 7. Investments; no finding in the budget columns


@pytest.mark.parametrize("column", ["TA 2020", "TS 2021", "TS 2022"])
@pytest.mark.parametrize("label", ["Hyvinvointipalvelut yhteensä", ALL_UNITS, "NETTO"])
def test_7_investments_are_decomposed(case: Case, label: str, column: str) -> None:
    total = Figure("investoinnit", "", label, column)
    parts = {case.laid[p] for p in parts_of(tables())[total] if p in case.laid.values}
    checks = case.checks_at(total, *SUMMING)
    assert parts in [{part.cell for part in check.parts} for check in checks]
    assert all(check.verdict is Verdict.EXACT for check in checks)


@pytest.mark.parametrize("column", ["TA 2020", "TS 2021", "TS 2022"])
def test_7_loose_rows_are_in_neither_subtotal(case: Case, column: str) -> None:
    loose = {
        case.laid[Figure("investoinnit", "", label, column)]
        for label in ("Teknisen sovelluskehitys", "Liikelaitoksen sovelluskehitys")
    }
    for label in ("Hyvinvointipalvelut yhteensä", ALL_UNITS):
        for check in case.checks_at(Figure("investoinnit", "", label, column), *SUMMING):
            assert not loose & {part.cell for part in check.parts}


def test_7_no_finding_on_investments_and_budget_columns(case: Case) -> None:
    clean = {
        case.laid[figure]
        for figure in case.laid.values
        if figure.table == "investoinnit" or figure.column in BUDGET_COLUMNS
    }
    assert [f for f in case.findings if f.cell in clean] == []


# 8. Coverage


def test_8_nearly_every_figure_is_accounted_for(case: Case) -> None:
    agreed = {
        cell
        for check in case.checks
        if check.verdict in AGREED
        for cell in (check.cell, *(part.cell for part in check.parts))
    }
    listed = {entry.cell for entry in case.outcome.not_checked}
    numeric = case.laid.numeric()
    assert len(numeric & (agreed | listed)) >= 0.95 * len(numeric)
    assert case.outcome.proved == numeric & agreed


# 9. Planted digits


def _plantable() -> dict[str, list[Figure]]:
    """Figures that some relation of the document depends on, by table."""
    by_table: dict[str, list[Figure]] = {}
    for figure, value in printed().items():
        hopeless = (
            figure.label in ("Vakin.virat ja toimet 31.12.", PER_RESIDENT)
            or figure in NO_BASE_YEAR
            or (figure.label == SERVICES and figure.column.startswith("TS"))
            or (figure.block == "Tietohallinto" and figure.column == "TP 2019")
            or value == 0
        )
        if not hopeless:
            by_table.setdefault(figure.table, []).append(figure)
    return by_table


def _wrong_digit(figure: Figure, value: float, rng: random.Random) -> float:
    """``value`` with one digit changed, by more than rounding could explain."""
    least = 10.0
    if figure.column == "MUUTOS %" or figure.label == "Muutos %":
        least = 0.1 if abs(value) < 1 else 1.0
    elif figure.label == PERSONNEL and figure.column.startswith("TS"):
        least = 10_000.0  # only a percentage with one decimal depends on it
    digits = f"{abs(value)}"
    while True:
        at = rng.randrange(len(digits))
        new = rng.choice("123456789" if at == 0 else "0123456789")
        if not digits[at].isdigit() or new == digits[at]:
            continue
        changed = math.copysign(float(digits[:at] + new + digits[at + 1 :]), value)
        if abs(changed - value) >= least * 0.999:
            return int(changed) if isinstance(value, int) else changed


SHARES = {
    "tunnusluvut": 5,
    "maararahat": 5,
    "kayttosuunnitelma": 8,
    "yksikot": 16,
    "investoinnit": 6,
}


def planted_digits() -> list[tuple[Figure, float]]:
    """Forty figures over all tables and the wrong values to plant; the same every time."""
    plants = []
    for table, figures in _plantable().items():
        rng = random.Random(f"crossfoot {table}")
        for figure in rng.sample(figures, SHARES[table]):
            plants.append((figure, _wrong_digit(figure, printed()[figure], rng)))
    return plants


def test_9_planted_digits_are_spread_over_all_tables() -> None:
    assert len(planted_digits()) == len({figure for figure, _ in planted_digits()}) == 40


def test_9_wrong_digits_are_found_and_mostly_located(sample: Case, tmp_path: Path) -> None:
    before = {(f.rule, f.cell, f.difference) for f in sample.serious}
    overlooked, elsewhere = [], []
    for figure, value in planted_digits():
        laid = lay("sample", tmp_path, {figure: value})
        case, cell = Case(laid, crossfoot.check(laid.path)), laid[figure]
        plant = f"{figure} {cell.seen_from('')}: {printed()[figure]} -> {value}"
        new = [f for f in case.serious if (f.rule, f.cell, f.difference) not in before]
        if not any(cell in (f.cell, *(part.cell for part in f.parts)) for f in new):
            overlooked.append(plant)
        # a dozen names help a reader; a whole column would not
        named = [root.cells for root in case.outcome.root_causes if len(root.cells) <= 12]
        if not any(cell == suspect.cell for cells in named for suspect in cells):
            elsewhere.append(plant)
    assert overlooked == []
    assert len(elsewhere) <= 10, "\n".join(elsewhere)


# Then: files and the command


def run_check(file: Path, *arguments: str | Path, lang: str = "C.UTF-8") -> Run:
    """Run the command on ``file`` in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "audit.cli", "check", file, *arguments],
        cwd=ROOT,
        env={**os.environ, "LANG": lang, "LC_ALL": lang},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    return Run(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True)
class Run:
    """How a command ended."""

    code: int
    stdout: str
    stderr: str


@pytest.mark.parametrize("name", list(LAYOUTS))
def test_the_source_stays_as_it_is_and_the_report_is_reproducible(
    name: str, tmp_path: Path
) -> None:
    source = lay(name, tmp_path).path
    before = hashlib.sha256(source.read_bytes()).hexdigest()
    reports = []
    for folder in ("first", "second"):
        report = tmp_path / folder / "report.xlsx"
        report.parent.mkdir()
        run = run_check(source, "-o", report)
        assert run.code == 1, run.stderr
        reports.append(report.read_bytes())
    assert reports[0] == reports[1]
    assert hashlib.sha256(source.read_bytes()).hexdigest() == before


def test_the_summary_names_the_cell_and_the_amount(tmp_path: Path) -> None:
    laid = lay("sample", tmp_path)
    run = run_check(laid.path, "-o", tmp_path / "report.xlsx", "--lang", "en")
    assert laid[WRONG].a1 in run.stdout
    digits = "".join(c for c in run.stdout if c.isdigit() or c == "\n")
    assert any("1433276" in line for line in digits.splitlines())


@pytest.mark.parametrize("how", list(BROKEN))
def test_what_is_no_workbook_is_refused_in_one_line(how: str, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    file, report = folder / f"talousarvio-{how}.xlsx", tmp_path / "out" / "report.xlsx"
    report.parent.mkdir()
    BROKEN[how](file, SAMPLE)
    files = set(folder.iterdir())
    run = run_check(file, "-o", report)
    assert run.code == 2
    (line,) = run.stderr.splitlines()
    assert file.name in line
    assert "Traceback" not in line
    assert list(report.parent.iterdir()) == []
    assert set(folder.iterdir()) == files


def test_without_an_output_name_a_refusal_leaves_nothing_behind(tmp_path: Path) -> None:
    file = tmp_path / "budget.xlsx"
    BROKEN["truncated"](file, SAMPLE)
    assert run_check(file).code == 2
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.skipif(
    not (shutil.which("soffice") and shutil.which("pdftotext")),
    reason="LibreOffice or poppler-utils is not installed",
)
def test_the_report_opens_in_libreoffice(tmp_path: Path) -> None:
    report = tmp_path / "report.xlsx"
    assert run_check(SAMPLE, "-o", report).code == 1
    profile = (tmp_path / "profile").as_uri()
    subprocess.run(
        [
            *("soffice", f"-env:UserInstallation={profile}", "--headless"),
            *("--convert-to", "pdf", "--outdir", str(tmp_path), str(report)),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    text = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "report.pdf"), "-"],
        check=True,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    ).stdout
    assert "Tietohallinto" in text
    assert "Err:" not in text
    assert "#NAME?" not in text
    assert "#REF!" not in text
