"""Which finding of an earlier report is which finding now."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.review import reviewed
from reports.earlier_report import EarlierReport
from rules.model import (
    Crash,
    Decision,
    EarlierFinding,
    Finding,
    Movement,
    Operation,
    Part,
    Status,
)
from rules.outcome import Outcome
from tests.reports.made_up import MadeCheck, make_audit, make_grid, make_ledger, money
from workbooks.refs import CellRef

SHEET = "Yksiköt"
NAME = ("Yhteensä", "TP 2019")


def outcome_of(*findings: Finding) -> Outcome:
    outcome, _ = make_audit()
    return dataclasses.replace(outcome, findings=findings)


def made(row: int, reported: float, recomputed: float, label: str = "Yhteensä") -> Finding:
    """A finding in column B; findings alike in name are told apart by their place alone."""
    outcome, _ = make_audit()
    base = next(f for f in outcome.findings if f.reported is not None)
    return dataclasses.replace(
        base,
        id=f"F-{row:08d}",
        cell=CellRef(SHEET, row, 2),
        label=label,
        column="TP 2019",
        reported=reported,
        recomputed=recomputed,
        difference=reported - recomputed,
    )


def earlier(finding: Finding, status: Status = Status.ACCEPTED) -> EarlierFinding:
    """``finding`` as an earlier report tells it; the comment says which one it was."""
    return EarlierFinding(
        id=finding.id,
        rule=finding.rule,
        sheet=finding.cell.sheet,
        cell=finding.cell.a1,
        label=finding.label,
        column=finding.column,
        reported=finding.reported,
        recomputed=finding.recomputed,
        difference=finding.difference,
        decision=Decision(status, comment=f"about {finding.cell.a1}"),
    )


def review(then: list[EarlierFinding], now: list[Finding], *sheets: str) -> Outcome:
    report = EarlierReport("old.xlsx", "0" * 64, tuple(then), (), ())
    return reviewed(outcome_of(*now), report, sheets or (SHEET,), lambda _: True)


def told(outcome: Outcome) -> list[tuple[str, Movement | None, str]]:
    return [
        (f.cell.a1, f.movement, f.decision.comment if f.decision else "") for f in outcome.findings
    ]


def test_of_several_with_one_name_the_same_figures_belong_together() -> None:
    """The first of three was corrected: the fingerprints of the others count one less."""
    a, b, c = made(4, 10, 11), made(9, 200, 250), made(14, 3000, 3300)
    shifted = [dataclasses.replace(b, id=a.id), dataclasses.replace(c, id=b.id)]
    outcome = review([earlier(a), earlier(b), earlier(c)], shifted)
    assert told(outcome) == [
        ("B9", Movement.ACCEPTED, "about B9"),
        ("B14", Movement.ACCEPTED, "about B14"),
    ]
    assert outcome.comparison is not None
    assert [gone.cell for gone in outcome.comparison.gone] == ["B4"]


def test_one_finding_of_then_is_one_of_now() -> None:
    then, other = made(9, 200, 250), made(4, 10, 11)
    outcome = review([earlier(then)], [other, then])
    assert told(outcome) == [("B4", Movement.NEW, ""), ("B9", Movement.ACCEPTED, "about B9")]


def test_without_the_same_figures_the_fingerprint_then_the_place_decides() -> None:
    a, b = made(4, 10, 11), made(9, 200, 250)
    lower = [made(30, 201, 250), made(31, 12, 11)]
    by_id = [dataclasses.replace(lower[0], id=b.id), dataclasses.replace(lower[1], id=a.id)]
    assert told(review([earlier(a), earlier(b)], by_id)) == [
        ("B30", Movement.REOPENED, "about B9"),
        ("B31", Movement.REOPENED, "about B4"),
    ]
    by_place = [
        dataclasses.replace(made(9, 201, 250), id="F-1"),
        dataclasses.replace(made(4, 12, 11), id="F-2"),
    ]
    assert told(review([earlier(a), earlier(b)], by_place)) == [
        ("B9", Movement.REOPENED, "about B9"),
        ("B4", Movement.REOPENED, "about B4"),
    ]


def test_figures_written_with_fifteen_digits_are_the_same() -> None:
    then, now = made(4, 0.1 + 0.2, 1 / 3), made(4, 0.3, 0.333333333333333)
    assert told(review([earlier(then)], [now]))[0][1] is Movement.ACCEPTED


@pytest.mark.parametrize("changed", [{"reported": 10.001}, {"recomputed": None}])
def test_other_figures_are_not_the_same(changed: dict[str, float | None]) -> None:
    now = dataclasses.replace(made(4, 10, 11), **changed)  # type: ignore[arg-type]
    assert told(review([earlier(made(4, 10, 11))], [now]))[0][1] is Movement.REOPENED


def test_a_sheet_that_is_still_there_keeps_its_findings() -> None:
    then, now = made(4, 10, 11), made(4, 10, 11)
    other = dataclasses.replace(now, cell=CellRef("Osa 2", 4, 2))
    assert told(review([earlier(then)], [other], SHEET.upper(), "Osa 2"))[0][1] is Movement.NEW
    assert told(review([earlier(then)], [other], "Osa 2"))[0][1] is Movement.ACCEPTED


def test_another_rule_label_or_column_is_another_finding() -> None:
    then = earlier(made(4, 10, 11))
    for changed in ({"rule": "FT999"}, {"label": "Summa"}, {"column": "TA 2020"}):
        now = dataclasses.replace(made(4, 10, 11), **changed)  # type: ignore[arg-type]
        assert told(review([then], [now])) == [("B4", Movement.NEW, "")]
    same = dataclasses.replace(made(4, 10, 11), label=" YHTEENSÄ: ", column="TP  2019")
    assert told(review([then], [same]))[0][1] is Movement.ACCEPTED


def test_a_figure_that_agrees_in_one_check_and_not_in_another_is_not_fixed() -> None:
    cells = {(1, 1): money(5.0), (2, 1): money(5.0), (3, 1): money(7.0)}
    grid = make_grid(SHEET, cells)

    def copy_of(row: int) -> MadeCheck:
        return MadeCheck(
            "TO601", Operation.COPY, CellRef(SHEET, 1, 1), (Part(CellRef(SHEET, row, 1)),)
        )

    then = earlier(made(1, 5, 6))
    report = EarlierReport("old.xlsx", "0" * 64, (then,), (), ())
    both = {(2,): Movement.FIXED, (2, 3): Movement.NOT_SEEN, (3,): Movement.NOT_SEEN}
    for rows, movement in both.items():
        ledger = make_ledger([grid], [copy_of(row) for row in rows])
        now = dataclasses.replace(outcome_of(), ledger=ledger, named=lambda _: NAME)
        outcome = reviewed(now, report, (SHEET,), lambda _: True)
        assert outcome.comparison is not None
        assert [gone.movement for gone in outcome.comparison.gone] == [movement], rows


def test_what_a_crashed_rule_said_is_not_fixed() -> None:
    bare = dataclasses.replace(made(4, 1, 2), reported=None, recomputed=None, difference=None)
    report = EarlierReport("old.xlsx", "0" * 64, (earlier(bare),), (), ())
    crashed = dataclasses.replace(outcome_of(), crashes=(Crash(bare.rule, "…"),))
    comparison = reviewed(crashed, report, (SHEET,), lambda _: True).comparison
    assert comparison is not None
    assert [gone.movement for gone in comparison.gone] == [Movement.NOT_SEEN]


def test_a_remark_without_figures_is_fixed_when_its_rule_found_nothing() -> None:
    bare = dataclasses.replace(made(4, 1, 2), reported=None, recomputed=None, difference=None)
    then = earlier(bare)
    report = EarlierReport("old.xlsx", "0" * 64, (then,), (), ())
    chosen = {"": Movement.FIXED, then.rule: Movement.NOT_SEEN}
    for ignored, movement in chosen.items():
        outcome = reviewed(outcome_of(), report, (SHEET,), ignored.__ne__)
        assert outcome.comparison is not None
        assert [gone.movement for gone in outcome.comparison.gone] == [movement]


_ROWS = st.lists(
    st.tuples(
        st.sampled_from(["Yhteensä", "Netto"]),
        st.sampled_from(["TP 2019", "TA 2020"]),
        st.integers(0, 3),
        st.sampled_from(list(Status)),
        st.sampled_from([SHEET, "Osa 2"]),
    ),
    max_size=8,
)


@settings(deadline=None)
@given(then=_ROWS, now=_ROWS, sheets=st.sets(st.sampled_from([SHEET, "Osa 2"]), min_size=1))
def test_no_decision_is_lost_and_none_is_used_twice(
    then: list[tuple[str, str, int, Status, str]],
    now: list[tuple[str, str, int, Status, str]],
    sheets: set[str],
) -> None:
    def as_findings(rows: list[tuple[str, str, int, Status, str]]) -> list[Finding]:
        return [
            dataclasses.replace(
                made(4 + k, 10.0 + figure, 20.0, label),
                column=column,
                cell=CellRef(sheet, 4 + k, 2),
            )
            for k, (label, column, figure, _, sheet) in enumerate(rows)
        ]

    old = [
        dataclasses.replace(
            earlier(finding, row[3]), decision=Decision(row[3], comment=f"number {number}")
        )
        for number, (finding, row) in enumerate(zip(as_findings(then), then, strict=True))
    ]
    outcome = review(old, as_findings(now), *sorted(sheets))
    assert outcome.comparison is not None
    carried = [f.decision.comment for f in outcome.findings if f.decision is not None]
    gone = [f.decision.comment for f in outcome.comparison.gone]
    assert sorted(carried + gone) == sorted(f.decision.comment for f in old)
    before = {f.decision.comment: f for f in old}
    for finding in outcome.findings:
        assert (finding.decision is None) == (finding.movement is Movement.NEW)
        if finding.is_settled:
            assert finding.decision is not None
            was = before[finding.decision.comment]
            assert was.decision.settles
            assert (was.reported, was.recomputed) == (finding.reported, finding.recomputed)
            assert (was.label, was.column) == (finding.label, finding.column)
