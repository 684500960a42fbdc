"""What the terminal says."""

from __future__ import annotations

import dataclasses

import pytest

from reports.as_text import as_text, printable
from reports.catalogue import LANGUAGES
from reports.words import NBSP, Words
from tests.reports.made_up import make_audit


def test_verdict_causes_gaps_and_place_of_the_report() -> None:
    outcome, _ = make_audit()
    said = as_text(outcome, Words("en"), "out/budget.crossfoot.xlsx")
    assert "5 figures do not agree" in said
    assert "49 checks: 44 agree, 5 do not; 1 note; 5 figures not checked." in said
    assert "reads −1,398,674, should be −1,415,975 (clears 2 findings)" in said
    assert said.index("Yksiköt!C11  Tietohallinto") < said.index("Yksiköt!B23  Vaalit")
    assert "The change is given as −5.3%, but from −2,192,710 to −2,115,600 it is −3.52%" in said
    assert said.endswith("Report: out/budget.crossfoot.xlsx\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_lines_are_short_and_without_colour_unless_asked(language: str) -> None:
    outcome, _ = make_audit(crashed=True)
    plain = as_text(outcome, Words(language))
    assert "\033" not in plain
    assert max(map(len, plain.splitlines())) <= 110
    assert "\033[31m" in as_text(outcome, Words(language), colour=True)


def test_finnish_numbers() -> None:
    outcome, _ = make_audit()
    expected = "nyt −1_398_674, pitäisi olla −1_415_975".replace("_", NBSP)
    assert expected in as_text(outcome, Words("fi"))


def test_clean_workbook() -> None:
    outcome, _ = make_audit(clean=True)
    assert "No arithmetic errors were found in 49 checks." in as_text(outcome, Words("en"))


def test_text_of_the_workbook_cannot_steer_the_terminal() -> None:
    outcome, _ = make_audit()
    evil = dataclasses.replace(outcome.findings[0], label="x\033[2J\ny\u202e", root_cause=None)
    said = as_text(dataclasses.replace(outcome, findings=(evil,)), Words("en"))
    assert "\033" not in said
    assert "\u202e" not in said
    assert printable("a\tb\u00a0c") == "a b\u00a0c"
