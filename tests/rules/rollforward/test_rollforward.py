"""Opening, movements and closing; closing of one year and opening of the next; chained years."""

from __future__ import annotations

import pytest

from rules.ledger import Ledger
from rules.model import Severity, Verdict
from rules.rollforward.words import balance_name, is_closing, is_opening, is_stock, takes_off
from rules.runner import audit
from tests.rules.drawn import checks_of, drawn, findings_of, outcome_of, parts_of
from workbooks.grid import Workbook

SIGNED = """
             | TP 2022 | TP 2023 | TA 2024
Lainat 1.1.  | 5210    | 5933    | 6048
Lisäys       | 1500    | 900     | 1250
Lyhennykset  | -777    | -785    | -1011
Lainat 31.12.| 5933    | 6048    | 6287
"""


def test_closing_is_opening_and_movements() -> None:
    checks = checks_of(outcome_of(SIGNED), "RF701")
    assert list(checks) == ["B5", "C5", "D5"]
    assert {c.verdict for c in checks.values()} == {Verdict.EXACT}
    assert parts_of(checks["C5"]) == [("C2", 1.0), ("C3", 1.0), ("C4", 1.0)]
    assert checks["C5"].confidence == 0.98


def test_one_wrong_movement_is_one_error() -> None:
    outcome = outcome_of(SIGNED.replace("-785", "-758"))
    (found,) = findings_of(outcome, "RF701")
    assert (found.cell.a1, found.difference, found.tolerance) == ("C5", -27.0, 2.0)
    assert found.severity is Severity.ERROR
    assert findings_of(outcome, "FT") == []  # the same equation is told once
    assert findings_of(outcome, "NT") == []


def test_repayments_printed_as_magnitudes_are_taken_off() -> None:
    text = SIGNED.replace("-", "")
    assert parts_of(checks_of(outcome_of(text), "RF701")["B5"]) == [
        ("B2", 1.0),
        ("B3", 1.0),
        ("B4", -1.0),
    ]
    (found,) = findings_of(outcome_of(text.replace("6287", "6278")), "RF701")
    assert (found.cell.a1, found.difference) == ("D5", -9.0)


def test_signs_that_no_word_tells_are_seen_from_the_figures() -> None:
    text = """
                    | 2022  | 2023
    Opening balance | 2133  | 1612
    Transferred     | 1086  | 1474
    Raised          | 565   | 715
    Closing balance | 1612  | 853
    """
    assert parts_of(checks_of(outcome_of(text), "RF701")["C5"]) == [
        ("C2", 1.0),
        ("C3", -1.0),
        ("C4", 1.0),
    ]


def test_balances_side_by_side() -> None:
    text = """
    Fund      | Opening balance | Received | Spent | Closing balance
    Roads     | 4812            | 2610     | 3155  | 4267
    Harbour   | 977             | 1204     | 1881  | 300
    Libraries | 3050            |          | 1120  | 1930
    Schools   | 12207           | 850      | 4433  | 8642
    """
    (found,) = findings_of(outcome_of(text), "RF701")
    assert (found.cell.a1, found.recomputed, found.difference) == ("E5", 8624.0, 18.0)


def test_a_balance_without_a_movement_beside_it_is_carried_by_the_change_of_cash() -> None:
    """As in a cash flow: the change first, then cash on the last and the first of the year."""
    text = """
                        | TP 2022 | TP 2023 | TA 2024
    From operations     | 4112    | 3980    | 4410
    From financing        | -3467 | -4213   | -4106
    Change in cash      | 645     | -233    | 304
    Cash 31.12.         | 42402   | 42169   | 42473
    Cash 1.1.           | 41757   | 42402   | 42169
    """
    outcome = outcome_of(text)
    checks = checks_of(outcome, "RF701")
    assert parts_of(checks["C5"]) == [("C6", 1.0), ("C4", 1.0)]
    chained = checks_of(outcome, "RF702")
    assert {cell: parts_of(check) for cell, check in chained.items()} == {
        "C6": [("B5", 1.0)],
        "D6": [("C5", 1.0)],
    }
    broken = outcome_of(text.replace("| 42169\n", "| 42196\n"))
    assert {f.cell.a1: f.difference for f in findings_of(broken, "RF702")} == {"D6": 27.0}


def test_where_nothing_agrees_a_small_difference_is_a_question() -> None:
    one = "        | 2024\nOpening balance | 500\nAdditions | 120\nRepayments | 70\n"
    (found,) = findings_of(outcome_of(one + "Closing balance | 560\n"), "RF701")
    assert (found.severity, found.recomputed, found.difference) == (Severity.WARNING, 550.0, 10.0)
    assert checks_of(outcome_of(one + "Closing balance | 910\n"), "RF701") == {}


def test_years_printed_backwards_and_one_in_thousands() -> None:
    text = """
                    | 2023      | 2022
    Opening balance | 11562675  | 43007
    Transferred     | 34000258  | 11563
    Paid            | 11562675  | 43007
    Closing balance | 34000258  | 11563
    """
    (check,) = checks_of(outcome_of(text), "RF702").values()
    assert (check.cell.a1, parts_of(check)) == ("B2", [("C5", 1000.0)])
    assert check.verdict is Verdict.ROUNDING
    assert check.difference == -325.0


def test_a_year_in_several_columns_is_carried_on_from_the_one_that_agrees() -> None:
    text = """
                  | TA 2023 | ENN 2023 | TA 2024
    Lainat 1.1.   | 4113    | 4113     | 3977
    Muutos        | -86     | -136     | -241
    Lainat 31.12. | 4027    | 3977     | 3736
    """
    (check,) = checks_of(outcome_of(text), "RF702").values()
    assert (check.cell.a1, parts_of(check)) == ("D2", [("C4", 1.0)])
    assert checks_of(outcome_of(text.replace("| 3977\n", "| 3998\n")), "RF702") == {}


CHAINED = """
                       | TP 2021 | TP 2022 | TA 2023 | TS 2024 | TS 2025
Tilikauden ylijäämä    | 1204    | -377    | 512     | 268     | 841
Investoinnit           | 3110    | 2995    | 4120    | 2055    | 1980
Kertynyt ylijäämä      | 9055    | 8678    | 9190    | 9458    | 10299
"""


def test_plan_years_are_chained() -> None:
    checks = checks_of(outcome_of(CHAINED), "RF703")
    assert list(checks) == ["C4", "D4", "E4", "F4"]
    assert parts_of(checks["E4"]) == [("D4", 1.0), ("E2", 1.0)]
    outcome = outcome_of(CHAINED.replace("| 10299", "| 10229"))
    (found,) = findings_of(outcome, "RF703")
    assert (found.cell.a1, found.recomputed, found.difference) == ("F4", 10299.0, -70.0)
    assert found.severity is Severity.ERROR


def test_a_gap_between_the_years_is_not_bridged() -> None:
    assert checks_of(outcome_of(CHAINED.replace("TS 2024", "TS 2026")), "RF703") == {}


def test_changes_in_per_cent_are_no_years() -> None:
    text = SIGNED.replace("TA 2024", "Muutos %")
    assert list(checks_of(outcome_of(text), "RF702")) == ["C2"]


@pytest.mark.parametrize(
    "text",
    ["Rahavarat 1.1.", "Opening balance 01/04/2002", "Fund balance, beginning of year", "IB"],
)
def test_words_of_an_opening(text: str) -> None:
    assert is_opening(text)
    assert not is_closing(text)


@pytest.mark.parametrize(
    "text", ["Lainakanta 31.12.", "Closing", "Likvida medel vid årets slut", "Loppusaldo"]
)
def test_words_of_a_closing(text: str) -> None:
    assert is_closing(text)
    assert not is_opening(text)


@pytest.mark.parametrize(
    "text", ["Opening of new library", "Start-up grant", "Year-end report", "Department: 31.12"]
)
def test_other_lines_are_no_balances(text: str) -> None:
    assert not is_opening(text)
    assert not is_closing(text)


def test_names_and_signs() -> None:
    assert balance_name("Rahavarat 31.12.2023") == "rahavarat"
    assert balance_name("Cash at end of year") == "cash"
    assert takes_off("Lyhennykset")
    assert not takes_off("Lisäykset")
    assert is_stock("Kertynyt ylijäämä (alijäämä)")
    assert not is_stock("Tilikauden ylijäämä")


def _year(year: int, opening: int, closing: int) -> str:
    moved = closing - opening
    return f"{year} | Amount\nLoans, opening balance | {opening}\nMovements | {moved}\n" + (
        f"Loans, closing balance | {closing}\n"
    )


def _carried(*sheets: str) -> dict[str, float]:
    book = drawn(*sheets, names=tuple(sheet[:4] for sheet in sheets))
    checks = (c for c in map(_ledger(book).check, range(len(_ledger(book)))) if c.rule == "RF704")
    return {c.cell.seen_from(""): c.difference for c in checks}


def _ledger(book: Workbook) -> Ledger:
    return audit(book).ledger


def test_a_sheet_for_each_year_is_carried_to_the_next() -> None:
    sheets = (_year(2021, 5210, 5933), _year(2022, 5933, 6048), _year(2023, 6084, 6287))
    assert _carried(*sheets) == {"'2022'!B2": 0.0, "'2023'!B2": 36.0}


def test_a_balance_that_agrees_nowhere_or_twice_is_not_carried() -> None:
    assert _carried(_year(2021, 5210, 5933), _year(2022, 7933, 6048)) == {}
    twice = _year(2022, 5933, 6048) + "\n" + _year(2022, 5933, 6048)
    assert _carried(_year(2021, 5210, 5933), twice) == {}


FUNDS = """
Rahastot        | Alkusaldo 1.1.2023 | Lisäys | Vähennys | Loppusaldo 31.12.2023
Vahinkorahasto  | 510                | 40     | 25       | 525
Sosiaalirahasto | 83                 | 7      | 11       | 79
Asuntorahasto   | 1204               | 120    | 96       | 1228
"""
NEXT = """
Rahastot        | Alkusaldo 2024 | Lisäys | Vähennys | Loppusaldo 2024
Asuntorahasto   | 1228           | 90     | 130      | 1188
Vahinkorahasto  | 525            | 33     | 41       | 517
Sosiaalirahasto | 79             | 9      | 4        | 84
"""


def test_a_list_of_funds_rolls_forward_in_each_line() -> None:
    checks = checks_of(outcome_of(FUNDS), "RF701")
    assert {cell: parts_of(check) for cell, check in checks.items()} == {
        f"E{row}": [(f"B{row}", 1.0), (f"C{row}", 1.0), (f"D{row}", -1.0)] for row in (2, 3, 4)
    }
    (found,) = outcome_of(FUNDS.replace("| 79", "| 97")).findings
    assert (found.rule, found.cell.a1, found.difference) == ("RF701", "E3", 18.0)


def test_a_list_of_funds_is_carried_to_that_of_the_next_year() -> None:
    checks = checks_of(outcome_of(FUNDS, NEXT), "RF704")
    assert {cell: [part.cell.a1 for part in check.parts] for cell, check in checks.items()} == {
        "B2": ["E4"],
        "B3": ["E2"],
        "B4": ["E3"],
    }
    wrong = NEXT.replace("79 ", "97 ").replace("84", "102")  # the line itself still adds up
    (found,) = outcome_of(FUNDS, wrong).findings
    assert (found.rule, found.cell.sheet, found.cell.a1) == ("RF704", "Sheet2", "B4")
    assert found.difference == 18.0
    later = NEXT.replace("2024", "2025")
    assert checks_of(outcome_of(FUNDS, later), "RF704") == {}
    others = NEXT.replace("79 ", "90 ").replace("525", "600")  # most differ: other funds
    assert checks_of(outcome_of(FUNDS, others), "RF704") == {}


def test_an_identity_of_a_pack_goes_before_a_roll_forward() -> None:
    text = """
                        | TP 2022 | TP 2023 | TA 2024
    Rahoituksen rahavirta | -3467 | -4213   | -4106
    Rahavarojen muutos  | 645     | -233    | 304
    Rahavarat 31.12.    | 42402   | 42169   | 42473
    Rahavarat 1.1.      | 41757   | 42402   | 42169
    """
    outcome = outcome_of(text)
    assert checks_of(outcome, "RF701") == {}
    assert {"B3", "C3", "D3"} <= set(checks_of(outcome, "ST901"))
    assert list(checks_of(outcome, "RF702")) == ["C5", "D5"]
