"""Figures that stand in two statements, and key figures that come from them."""

from __future__ import annotations

import pytest

from reports.words import Words
from rules.model import Severity, Verdict
from rules.outcome import Outcome
from rules.settings import RuleSettings
from rules.statutory.shipped import all_shipped
from tests.rules.drawn import checks_of, findings_of, outcome_of, parts_of
from tests.rules.statutory.statements import BALANCE, CASH, INCOME, KEY_FIGURES

EN = Words("en")
RESIDENTS = {2022: 7290.0, 2023: 7271.0, 2024: 7219.0}


def audited(*sheets: str) -> Outcome:
    return outcome_of(*sheets, settings=RuleSettings(residents=RESIDENTS))


def test_the_cash_flow_begins_with_the_annual_margin() -> None:
    checks = checks_of(outcome_of(INCOME, CASH), "ST902")
    assert list(checks) == ["B3", "C3", "D3"]
    assert [(p.cell.seen_from("Sheet2"), p.factor) for p in checks["C3"].parts] == [
        ("'Sheet1'!C24", 1.0)
    ]
    outcome = outcome_of(INCOME, CASH.replace("2099", "2909"))
    (found,) = findings_of(outcome, "ST902")
    assert (found.cell.a1, found.difference, found.severity) == ("C3", 810.0, Severity.ERROR)
    assert EN.text(found.message) == (
        "X-1a: Vuosikate (Sheet2) = Vuosikate (Sheet1) (JHS 192, liite 2 (Tuloslaskelmasta)). "
        "Given as 2,909, recomputed as 2,099: a difference of 810."
    )


def test_the_surplus_of_the_year_stands_in_the_balance_sheet() -> None:
    checks = checks_of(outcome_of(INCOME, BALANCE), "ST902")
    assert {cell: parts_of(check) for cell, check in checks.items()} == {
        "B8": [("B28", 1.0)],
        "C8": [("C28", 1.0)],
    }


def test_statements_of_two_entities_are_not_tied() -> None:
    other = CASH.replace("2266", "3266").replace("2099", "4099").replace("2072", "9072")
    assert checks_of(outcome_of(INCOME, other), "ST902") == {}


def test_a_statement_in_thousands_ties_within_its_rounding() -> None:
    euros = """
                 | TP 2022   | TP 2023   | TA 2024
    Toimintakate | -20715108 | -21414331 | -21866000
    Verotulot    | 14820344  | 15233120  | 15610000
    Vuosikate    | 2266412   | 2099613   | 2072000
    """
    checks = checks_of(outcome_of(euros, CASH), "ST902")
    assert {cell: (check.verdict, check.parts[0].factor) for cell, check in checks.items()} == {
        "B3": (Verdict.ROUNDING, 0.001),
        "C3": (Verdict.DISCREPANCY, 0.001),
        "D3": (Verdict.EXACT, 0.001),
    }


def in_thousands(text: str) -> str:
    """The same statement with its unit, 1 000 €, in the headings."""
    for heading in ("TP 2022", "TP 2023", "TA 2024"):
        text = text.replace(heading, f"{heading} (1 000 €)")
    return text


def test_key_figures_follow_from_the_statements() -> None:
    depreciation = INCOME.replace("Suunnitelman mukaiset poistot", "Poistot ja arvonalentumiset  ")
    outcome = audited(in_thousands(depreciation), in_thousands(BALANCE), KEY_FIGURES)
    checks = checks_of(outcome, "ST903")
    assert {c.verdict for c in checks.values()} <= {Verdict.EXACT, Verdict.ROUNDING}
    surplus = {"C7"}  # goes on from the year before
    assert set(checks) == {"B2", "C2", "D2", "B3", "C3", "D3", "B4", "C4", "D4"} | surplus
    assert findings_of(outcome, "ST") == []
    wrong = KEY_FIGURES.replace("135.0", "153.0").replace("289", "298").replace("78.5", "87.5")
    outcome = audited(in_thousands(depreciation), in_thousands(BALANCE), wrong)
    found = {f.cell.a1: (f.rule, f.reported) for f in findings_of(outcome, "ST")}
    assert found == {
        "C2": ("ST903", 153.0),
        "C3": ("ST903", 298.0),
        "C5": ("ST904", 87.5),
    }
    (several,) = findings_of(outcome, "ST904")
    assert several.recomputed is not None
    assert round(several.recomputed, 1) == 78.5
    assert [part.cell.a1 for part in several.parts] == ["C9", "C7", "C17", "C18"]
    assert several.severity is Severity.WARNING  # it agrees in one column only


def test_an_indicator_of_another_formula_is_left_alone() -> None:
    other = KEY_FIGURES.replace("150.1", "90.1").replace("135.0", "81.0").replace("131.1", "79.1")
    depreciation = INCOME.replace("Suunnitelman mukaiset poistot", "Poistot ja arvonalentumiset  ")
    outcome = outcome_of(depreciation, other)
    assert [cell for cell in checks_of(outcome, "ST903") if cell.endswith("2")] == []


def test_without_a_population_nothing_per_resident_is_judged() -> None:
    outcome = outcome_of(in_thousands(INCOME), KEY_FIGURES)
    assert [cell for cell in checks_of(outcome, "ST903") if cell.endswith("3")] == []
    told = [e.cell.a1 for e in outcome.not_checked if e.reason.key == "not_checked.per_resident"]
    assert told == ["B3", "C3", "D3"]
    values = [e.reason.values for e in outcome.not_checked if e.cell.a1 == "C3"]
    assert values == [{"low": 7250, "high": 7276}]  # of 2 099 thousand and 289 a head
    told = [e.cell.a1 for e in audited(in_thousands(INCOME), KEY_FIGURES).not_checked]
    assert not {"B3", "C3", "D3"} & set(told)


def test_a_plan_that_adds_up_below_zero_is_a_note() -> None:
    text = """
                             | TP 2023 | TA 2024 | TS 2025 | TS 2026
    Toimintakate             | -20715  | -21414  | -21866  | -22130
    Vuosikate                | 2266    | 2099    | 2072    | 2140
    Tilikauden ylijäämä      | 776     | 120     | -310    | -95
    """
    (note,) = findings_of(outcome_of(text), "ST905")
    assert (note.cell.a1, note.severity) == ("E4", Severity.NOTE)
    assert [part.cell.a1 for part in note.parts] == ["C4", "D4", "E4"]
    assert EN.text(note.message) == (
        "BU-3: Tilikauden ylijäämä adds up to −285 over the years 2024 to 2026 of the plan "
        "(Kuntalaki 410/2015, 110 § 3 mom.). What has accrued before may cover it."
    )
    assert findings_of(outcome_of(text.replace("-95", "195")), "ST905") == []
    two_years = text.replace("TS 2026", "TS 2027")
    assert findings_of(outcome_of(two_years), "ST905") == []


def test_the_formula_of_an_indicator_is_told_in_the_words_of_the_tables() -> None:
    depreciation = INCOME.replace("Suunnitelman mukaiset poistot", "Poistot ja arvonalentumiset  ")
    wrong = KEY_FIGURES.replace("135.0", "153.0").replace("289", "298").replace("78.5", "87.5")
    outcome = audited(in_thousands(depreciation), in_thousands(BALANCE), wrong)
    said = [EN.text(found.message).partition(" (")[0] for found in findings_of(outcome, "ST")]
    assert said == [
        "TUN-2: Vuosikate % poistoista = 100 × Vuosikate / Poistot ja arvonalentumiset",
        "TUN-3: Vuosikate €/asukas = Vuosikate / 7271",
        "TUN-7: Suhteellinen velkaantuneisuus % = 100 × E VIERAS PÄÄOMA /",
    ]


BODIES = """
Käyttötalous             | TP 2022 | TP 2023 | TA 2024
Sivistyslautakunta       | -9931   | -10212  | -10480
Perusturvalautakunta     | -10784  | -11202  | -11386
Käyttötalousosa yhteensä | -20715  | -21414  | -21866
"""
INTERNAL = """
Sisäiset erät  | TP 2022 | TP 2023 | TA 2024
Sisäiset tulot | 1311    | 1377    | 1402
Sisäiset menot | -1311   | -1377   | -1402
"""


def test_the_bodies_of_the_budget_come_to_the_income_statement() -> None:
    checks = checks_of(outcome_of(INCOME, BODIES), "ST903")
    assert {cell: parts_of(check) for cell, check in checks.items()} == {
        f"{column}4": [(f"{column}16", 1.0)] for column in "BCD"
    }
    wrong = BODIES.replace("21414", "21144")
    (found,) = findings_of(outcome_of(INCOME, wrong), "ST903")
    assert (found.cell.sheet, found.cell.a1, found.difference) == ("Sheet2", "C4", 270.0)
    other = BODIES.replace("20715", "19715").replace("21414", "20414").replace("21866", "20866")
    assert not findings_of(outcome_of(INCOME, other), "ST903")  # internal items left out, perhaps


@pytest.mark.parametrize("sign", ["-", ""])
def test_internal_items_cancel_out(sign: str) -> None:
    table = INTERNAL.replace("-", sign)
    settings = RuleSettings(packs=all_shipped())
    assert not findings_of(outcome_of(table, settings=settings), "ST903")
    wrong = table.replace("1377", "1337", 1)
    (found,) = findings_of(outcome_of(wrong, settings=settings), "ST903")
    assert (found.cell.a1, abs(found.difference or 0)) == ("C2", 40.0)
