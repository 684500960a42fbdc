"""Identities of a statement: signs as printed, lines missing, extra lines, several of one name."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from reports.words import Words
from rules.build import figures_of
from rules.model import Basis, Severity, Verdict
from rules.outcome import Outcome
from rules.settings import RuleSettings
from rules.statutory.frompacks import from_packs
from rules.statutory.shipped import all_shipped
from tests.rules.drawn import checks_of, findings_of, outcome_of, parts_of
from tests.rules.statutory.statements import BALANCE, CASH, INCOME
from tests.rules.test_build import table

FI = Words("fi")
TOTALS = {"C7", "C15", "C16", "C24", "C26", "C28"}


def column(outcome: Outcome, letter: str) -> dict[str, list[tuple[str, float]]]:
    """The parts of each ST901 check of one column, those subtracted with −1."""
    checks = checks_of(outcome, "ST901")
    return {cell: parts_of(check) for cell, check in checks.items() if cell[0] == letter}


def test_every_identity_of_an_income_statement_holds() -> None:
    outcome = outcome_of(INCOME)
    mine = column(outcome, "C")
    assert set(mine) == TOTALS
    assert {part for part, _ in mine["C15"]} == {f"C{row}" for row in range(9, 15)}  # with rents
    assert mine["C16"] == [("C7", 1.0), ("C15", 1.0)]
    # the subtotal of financing is not printed: its four lines stand in for it
    assert [part for part, _ in mine["C24"]] == ["C16", "C17", "C18", "C20", "C21", "C22", "C23"]
    checks = checks_of(outcome, "ST901").values()
    assert {(c.verdict, c.basis, c.confidence) for c in checks} == {
        (Verdict.EXACT, Basis.DECLARED, 0.98)
    }
    assert outcome.findings == ()


def test_expenses_printed_as_magnitudes_are_subtracted() -> None:
    magnitudes = INCOME.replace(" -", " ").replace("ja kulut", "ja -kulut")
    signed = magnitudes
    for value in ("20715", "21414", "21866"):
        signed = signed.replace(f"| {value}", f"| -{value}")
    mine = column(outcome_of(signed), "C")
    assert mine["C16"] == [("C7", 1.0), ("C15", -1.0)]
    assert mine["C26"] == [("C24", 1.0), ("C25", -1.0)]
    # a net cost that is itself printed above zero
    mine = column(outcome_of(magnitudes), "C")
    assert mine["C16"] == [("C7", -1.0), ("C15", 1.0)]
    assert mine["C24"][0] == ("C16", -1.0)
    assert outcome_of(magnitudes).findings == ()


def test_signs_of_a_ledger_hold_as_they_stand() -> None:
    flipped = "\n".join(
        line if k < 2 else line.replace("-", "~").replace("| ", "| -").replace("-~", "")
        for k, line in enumerate(INCOME.splitlines())
    ).replace("~", "-")
    mine = column(outcome_of(flipped), "C")
    assert set(mine) == TOTALS
    assert mine["C16"] == [("C7", 1.0), ("C15", 1.0)]


def test_a_finding_says_the_identity_its_source_and_what_is_missing() -> None:
    outcome = outcome_of(INCOME.replace("-27310", "-27301"))
    first, second = findings_of(outcome, "ST901")
    assert (first.cell.a1, first.difference, first.severity) == ("C15", 9.0, Severity.ERROR)
    assert FI.text(first.message).replace("\u00a0", " ") == (
        "TL-3: Toimintakulut yhteensä = Henkilöstökulut + Palvelujen ostot + Aineet, tarvikkeet ja "
        "tavarat + Avustukset + Vuokrat + Muut toimintakulut (525/2020, 2 §; JHS 192, liite 1). "
        "Ilmoitettu −27 301, laskettu −27 310, ero 9."
    )
    assert "Taulukosta puuttuu ja on laskettu nollana: Valmistevarastojen muutos" in FI.text(
        second.message
    )
    assert {f.rule for f in outcome.findings} == {"ST901"}  # the same equation is told once
    (root,) = outcome.root_causes
    assert [(s.cell.a1, s.suggested) for s in root.cells] == [("C15", -27310.0)]


def test_a_total_without_all_its_lines_is_not_judged() -> None:
    """Key figures pick lines of a statement; they are no statement that fails."""
    text = """
                    | TP 2022 | TP 2023
    Toimintakate    | -20715  | -21414
    Verotulot       | 14820   | 15233
    Vuosikate       | 2266    | 2099
    """
    outcome = outcome_of(text)
    assert checks_of(outcome, "ST901") == {}
    told = {entry.cell.a1: entry for entry in outcome.not_checked if entry.rule == "ST901"}
    assert list(told) == ["B4", "C4"]
    assert FI.text(told["C4"].reason) == (
        "TL-6: taulukosta puuttuu rivejä, joista luku muodostuu: Valtionosuudet, "
        "Rahoitustuotot ja -kulut."
    )


def test_a_joint_authority_has_no_taxes() -> None:
    text = """
                             | TP 2022 | TP 2023 | TP 2024
    Toimintakate             | 715     | 414     | 866
    Rahoitustuotot ja -kulut | -15     | -33     | -51
    Vuosikate                | 700     | 381     | 851
    """
    (found,) = findings_of(outcome_of(text), "ST901")
    assert (found.cell.a1, found.difference) == ("D4", 36.0)
    assert "Verotulot, Valtionosuudet" in FI.text(found.message)


def test_each_body_of_a_budget_is_judged_by_its_own_lines() -> None:
    body = """
    Toimintatuotot | 1215 | 1266
    Toimintakulut  | -{0} | -{1}
    Toimintakate   | -{2} | -{3}
    """
    text = "             | TP 2022 | TP 2023\nSivistys\n" + body.format(8331, 8470, 7116, 7204)
    text += "Tekninen\n" + body.format(4120, 4377, 2905, 3114)
    outcome = outcome_of(text.replace("    Toiminta", "Toiminta").replace("\n    \n", "\n"))
    assert [f.difference for f in findings_of(outcome, "ST901")] == [-3.0]


def test_the_cash_flow_and_the_balance_sheet() -> None:
    ledger = outcome_of(CASH).ledger
    checks = [ledger.check(i) for i in range(len(ledger)) if ledger.check(i).cell.column == 4]
    told = {
        (c.cell.a1, " ".join(f"{'-' if f < 0 else ''}{cell}" for cell, f in parts_of(c)))
        for c in checks
        if c.rule == "ST901"
    }
    assert told == {
        ("D9", "D3 D4 D6 D7 D8"),  # subtotals that are not printed are made up of their lines
        ("D15", "D9 D11 D12 D13 D14"),
        ("D15", "D16 -D17"),
    }
    outcome = outcome_of(BALANCE.replace("23171", "23711"))
    assert {f.cell.a1: f.difference for f in findings_of(outcome, "ST901")} == {
        "C9": 540.0,
        "C12": -540.0,
    }


@pytest.mark.parametrize("language", ["sv", "fi"])
def test_swedish_names_are_the_same_lines(language: str) -> None:
    names = {
        "Toimintatuotot": "Verksamhetens intäkter",
        "Toimintakulut": "Verksamhetens kostnader",
        "Toimintakate": "Verksamhetsbidrag",
        "Verotulot": "Skatteinkomster",
        "Valtionosuudet": "Statsandelar",
        "Rahoitustuotot ja -kulut": "Finansiella intäkter och kostnader",
        "Vuosikate": "Årsbidrag",
    }
    text = """
                             | TP 2022 | TP 2023
    Toimintatuotot           | 5680    | 5896
    Toimintakulut            | -26395  | -27310
    Toimintakate             | -20715  | -21414
    Verotulot                | 14820   | 15233
    Valtionosuudet           | 8210    | 8377
    Rahoitustuotot ja -kulut | -49     | -97
    Vuosikate                | 2266    | 2099
    """
    if language == "sv":
        for finnish, swedish in names.items():
            text = text.replace(finnish, swedish)
    assert set(column(outcome_of(text), "C")) == {"C4", "C8"}


def test_columns_of_an_amended_budget() -> None:
    text = """
              | TA 2023 | TA-muutos 2023 | Muutettu TA 2023 | TP 2023
    Menot A   | -4120   | -150           | -4270            | -4255
    Menot B   | -2210   | 35             | -2145            | -2190
    Menot C   | -870    | -20            | -890             | -851
    Menot D   | -1655   | -40            | -1695            | -1702
    """
    outcome = outcome_of(text)
    (found,) = findings_of(outcome, "ST901")
    assert (found.cell.a1, found.difference) == ("D3", 30.0)
    assert FI.text(found.message).startswith("BU-6: Muutettu TA 2023 = TA 2023 + TA-muutos 2023 (")


def test_no_pack_when_none_is_wanted() -> None:
    outcome = outcome_of(INCOME, settings=RuleSettings(packs=()))
    assert checks_of(outcome, "ST901") == {}
    assert len(outcome.ledger) > 0


def test_a_long_table_of_many_bodies_takes_time_in_proportion() -> None:
    """Each body was looked for among all lines of the table: four times the lines, 13 times the
    time."""
    seconds = [_seconds(lines) for lines in (2_000, 16_000)]
    assert seconds[1] < 16 * max(seconds[0], 0.02), seconds


def _seconds(n_lines: int) -> float:
    names = ("Toimintatuotot", "Toimintakulut", "Toimintakate")
    plain = table([[5.0, 6.0], [-7.0, -8.0], [-2.0, -2.0]] * (n_lines // 3))
    lines = tuple(replace(line, label=names[k % 3]) for k, line in enumerate(plain.lines))
    big = replace(plain, lines=lines)
    _, places = figures_of(("Budget",), [big])
    started = time.process_time()
    found = from_packs(all_shipped(), frozenset(), {}, [big], places)
    assert len(found.sums) == n_lines // 3
    return time.process_time() - started
