"""Sentences that say what was found, once, and nothing that is not so."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import openpyxl
import pytest

from reports.as_text import as_text
from reports.excel_report import write_report
from reports.facts import ReportFacts
from reports.findings_layout import DIFFERENCE, HEADER_ROW, WHAT
from reports.sentences import cause_text, verdict_text
from reports.words import Words
from rules.model import Certainty, Message, NotChecked, RootCause, Severity, SuspectCell, Verdict
from rules.outcome import Outcome
from tests.reports.made_up import make_audit
from workbooks.refs import CellRef

FORMULA = Message(
    "finding.fm_error",
    {
        "code": "#REF!",
        "count": 2,
        "cells": (CellRef("Yksiköt", 6, 4), CellRef("Yksiköt", 7, 4)),
    },
)


def with_formula_error(*, alone: bool) -> Outcome:
    """The made-up audit with an error in a formula, or that alone."""
    outcome, _ = make_audit()
    failing = outcome.findings[0]
    broken = dataclasses.replace(
        failing,
        id="F-broken",
        rule="FM008",
        severity=Severity.ERROR,
        verdict=None,
        message=FORMULA,
        check=None,
        operation=None,
        reported=None,
        recomputed=None,
        difference=None,
        tolerance=None,
        parts=(),
        root_cause="R-broken",
    )
    cause = RootCause(
        id="R-broken",
        certainty=Certainty.LOCATED,
        cells=(SuspectCell(CellRef("Yksiköt", 6, 4), None, "Vaalit", "TP 2019", None),),
        cause="formula-error",
        explanation=FORMULA,
        amount=0.0,
        findings=("F-broken",),
        confidence=0.95,
    )
    kept = () if alone else (failing,)
    return dataclasses.replace(outcome, findings=(*kept, broken), root_causes=(cause,))


def test_figures_that_disagree_are_counted_apart_from_formulas() -> None:
    both = verdict_text(Words("en"), with_formula_error(alone=False))
    assert both == (
        "One figure does not agree with the figures it is built from. "
        "One more thing looks wrong: a formula, a sign, a unit or a line. "
        "There is one thing to put right."
    )
    alone = verdict_text(Words("fi"), with_formula_error(alone=True))
    assert alone == (
        "Yksi kohta näyttää virheelliseltä: kaava, etumerkki, yksikkö tai rivi. "
        "Korjattavia kohtia on yksi."
    )


def test_two_checks_of_one_cell_are_one_figure() -> None:
    outcome, _ = make_audit()
    failing = next(f for f in outcome.findings if f.verdict is Verdict.DISCREPANCY)
    twice = (failing, dataclasses.replace(failing, id="F-again", rule="XF111"))
    said = verdict_text(Words("en"), dataclasses.replace(outcome, findings=twice, root_causes=()))
    assert said == "One figure does not agree with the figures it is built from."


def test_an_error_in_a_formula_is_told_once_and_without_a_figure(tmp_path: Path) -> None:
    outcome = with_formula_error(alone=True)
    said = as_text(outcome, Words("en"))
    assert "Yksiköt!D6  Vaalit · TP 2019\n     2 formulas give #REF!: D6, D7.\n\n" in said
    assert "reads –" not in said
    file = tmp_path / "report.xlsx"
    write_report(outcome, make_audit()[1], file, Words("en"), ReportFacts(version="0.1.0"))
    row = openpyxl.load_workbook(file)["Findings"][HEADER_ROW + 1]
    assert row[WHAT - 1].value == "2 formulas give #REF!: D6, D7."
    assert row[DIFFERENCE - 1].value is None


def test_a_slip_of_unit_is_told_as_a_whole_factor() -> None:
    cause = RootCause(
        id="R-1",
        certainty=Certainty.LOCATED,
        cells=(SuspectCell(CellRef("Menot", 14, 3), 491.29, "Palkat", "2020", 491291.0),),
        cause="scale-slip",
        explanation=Message("explanation.located", {"factor": 1000.0021}),
        amount=-490799.71,
        findings=("F-1",),
        confidence=0.9,
    )
    assert cause_text(Words("en"), cause) == (
        "The figure is in another unit, off by a factor of 1,000."
    )


@pytest.mark.parametrize("key", ["missing_part", "part_too_many"])
def test_a_part_that_lacks_or_is_too_many_is_told_once(key: str) -> None:
    cause = RootCause(
        id="R-1",
        certainty=Certainty.MISSING_PART,
        cells=(),
        cause="missing-part",
        explanation=Message(f"explanation.{key}", {"amount": 5.0}),
        amount=5.0,
        findings=("F-1",),
        confidence=0.8,
    )
    assert cause_text(Words("en"), cause) == ""


@pytest.mark.parametrize("amount", [13_000.0, -13_000.0])
def test_what_parts_lack_has_no_sign(amount: float) -> None:
    words = Words("en")
    lacking = words.say("explanation.missing_part", amount=amount)
    assert lacking.startswith("The parts lack 13,000 of the total: ")
    many = words.say("explanation.part_too_many", amount=amount)
    assert many.startswith("The parts come to 13,000 more than the total: ")


def test_large_counts_of_gaps_have_room(tmp_path: Path) -> None:
    outcome, workbook = make_audit()
    gap = NotChecked("FT101", CellRef("Yksiköt", 6, 4), Message("not_checked.no_relation"))
    outcome = dataclasses.replace(outcome, not_checked=(gap,) * 123_456)
    file = tmp_path / "report.xlsx"
    write_report(outcome, workbook, file, Words("en"), ReportFacts(version="0.1.0"))
    summary = openpyxl.load_workbook(file)["Summary"]
    assert summary.column_dimensions["A"].width > len("123,456")


@pytest.mark.parametrize(
    ("duration", "told"),
    [
        (1.5, "1.5 s"),
        (None, "not recorded; with --timed it is, and the report then differs from run to run"),
    ],
)
def test_evidence_names_the_duration_or_how_to_have_it(
    tmp_path: Path, duration: float | None, told: str
) -> None:
    outcome, workbook = make_audit()
    file = tmp_path / "report.xlsx"
    facts = ReportFacts(version="0.1.0", duration=duration)
    write_report(outcome, workbook, file, Words("en"), facts)
    rows = openpyxl.load_workbook(file)["Evidence"].iter_rows(max_col=2, values_only=True)
    assert [text for name, text in rows if name == "Duration"] == [told]
