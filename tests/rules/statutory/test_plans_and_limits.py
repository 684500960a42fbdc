"""What goes on from year to year, budgets by their columns, plans and figures that bind."""

from __future__ import annotations

import pytest

from reports.words import Words
from rules.model import Severity, Verdict
from rules.outcome import Outcome
from rules.settings import RuleSettings
from rules.statutory.pack import Pack, read_pack
from rules.statutory.shipped import all_shipped
from tests.rules.drawn import checks_of, findings_of, outcome_of, parts_of
from tests.rules.statutory.statements import CASH, INCOME

EN = Words("en")

BALANCE = """
Tase                                           | 31.12.2022 | 31.12.2023
Vastaavaa yhteensä                             | 43612      | 45065
Oma pääoma                                     | 21330      | 21894
Peruspääoma                                    | 15000      | 15000
Edellisten tilikausien ylijäämä                | 5554       | 6330
Tilikauden ylijäämä                            | 776        | 564
Pitkäaikainen
Lainat rahoitus- ja vakuutuslaitoksilta        | 11000      | 11600
Lainat julkisyhteisöiltä                       | 900        | 885
Lyhytaikainen
Lainat rahoitus- ja vakuutuslaitoksilta        | 650        | 780
Ostovelat                                      | 3011       | 3190
"""
LOANS = CASH.replace(
    "Muut maksuvalmiuden muutokset  ",
    "Lainakannan muutokset           | 723    | 715     | 1889\nMuut maksuvalmiuden muutokset",
)


def audited(*sheets: str, packs: tuple[Pack, ...] | None = None) -> Outcome:
    return outcome_of(*sheets, settings=RuleSettings(packs=packs))


def test_a_surplus_goes_on_from_the_balance_sheet_of_the_year_before() -> None:
    checks = checks_of(outcome_of(BALANCE), "ST903")
    assert {cell: parts_of(check) for cell, check in checks.items()} == {
        "C5": [("B5", 1.0), ("B6", 1.0)]
    }
    (note,) = findings_of(outcome_of(BALANCE.replace("6330", "6303")), "ST906")
    assert (note.rule, note.cell.a1, note.severity) == ("ST906", "C5", Severity.NOTE)
    assert (note.reported, note.recomputed, note.difference) == (6303, 6330, -27)
    assert EN.text(note.message) == (
        "BS-8: Edellisten tilikausien ylijäämä = Edellisten tilikausien ylijäämä + Tilikauden "
        "ylijäämä (kahdenkertainen kirjanpito). Given as 6,303, recomputed as 6,330: a difference "
        "of −27."
    )


def test_a_change_of_loans_is_that_of_the_balance_sheets() -> None:
    checks = checks_of(outcome_of(INCOME, LOANS, BALANCE), "ST903")
    assert parts_of(checks["C14"]) == [
        *((f"C{row}", 1.0) for row in (8, 9, 11)),
        *((f"B{row}", -1.0) for row in (8, 9, 11)),
    ]
    assert checks["C14"].verdict is Verdict.EXACT
    notes = findings_of(outcome_of(INCOME, LOANS, BALANCE.replace("11600", "11660")), "ST906")
    assert [(n.cell.sheet, n.cell.a1, n.difference) for n in notes] == [("Sheet2", "C14", -60.0)]
    two = BALANCE.replace("11600", "11660")  # of the municipality, and of the group
    assert not findings_of(outcome_of(INCOME, LOANS, two, two.replace("885", "985")), "ST906")


def test_a_balance_sheet_by_date_is_of_the_closed_year() -> None:
    checks = checks_of(outcome_of(INCOME, BALANCE), "ST902")
    assert {cell: parts_of(check) for cell, check in checks.items()} == {
        "B6": [("B28", 1.0)],
        "C6": [("C28", 1.0)],
    }


def test_key_figures_repeat_the_income_statement_with_or_without_its_signs() -> None:
    key_figures = """
    Tunnusluvut      | TP 2022 | TP 2023 | TA 2024
    Henkilöstömenot  | 14120   | 14366   | 15010
    Asukasluku       | 7290    | 7271    | 7219
    Palvelujen ostot | 1877    | 9124    | 2333
    """
    checks = checks_of(outcome_of(INCOME, key_figures), "ST902")
    assert list(checks) == ["B2", "C2", "D2"]  # the other line is of another entity
    assert parts_of(checks["B2"]) == [("B9", -1.0)]
    (found,) = findings_of(outcome_of(INCOME, key_figures), "ST902")
    assert (found.cell.sheet, found.cell.a1, found.difference) == ("Sheet2", "C2", -267.0)


def test_loans_and_what_serves_them_follow_from_the_statements() -> None:
    key_figures = """
    Tunnusluvut         | TP 2022 | TP 2023
    Lainanhoitokate     | 2.7     | 2.4
    Lainakanta 31.12.   | 12550   | 13265
    """
    outcome = outcome_of(INCOME, CASH, BALANCE, key_figures)
    assert parts_of(checks_of(outcome, "ST903")["C3"]) == [(f"C{row}", 1.0) for row in (8, 9, 11)]
    assert not findings_of(outcome, "ST90")
    wrong = key_figures.replace("2.4", "4.2").replace("13265", "13256")
    found = findings_of(outcome_of(INCOME, CASH, BALANCE, wrong), "ST90")
    assert [(f.rule, f.cell.a1, round(f.difference or 0, 1)) for f in found] == [
        ("ST904", "C2", 1.8),
        ("ST903", "C3", -9.0),
    ]


PLAN = """
                    | TP 2023 | TA 2024 | TS 2025 | TS 2026
Toimintakate        | -20715  | -21414  | -21866  | -22130
Vuosikate           | 2266    | 2099    | 2072    | 2140
Tilikauden ylijäämä | 564     | -120    | 310     | -495
"""


@pytest.mark.parametrize(
    ("accrued", "said"),
    [
        (
            "200",
            "BU-3: Tilikauden ylijäämä adds up to −305 over the years 2024 to 2026 of the plan; "
            "with 264 accrued before, −41 is left (Kuntalaki 410/2015, 110 § 3 mom.).",
        ),
        ("241", ""),  # 805 with the surplus of the year: it covers
    ],
)
def test_what_has_accrued_covers_a_plan_below_zero(accrued: str, said: str) -> None:
    balance = BALANCE.replace("6330", "-300" if said else accrued).replace("5554", "0")
    notes = findings_of(outcome_of(PLAN, balance), "ST905")
    assert [EN.text(note.message) for note in notes] == ([said] if said else [])


def test_a_deficit_that_the_plan_does_not_make_up_for_is_a_note() -> None:
    plan = PLAN.replace("-120", "120").replace("-495", "95")
    balance = BALANCE.replace("6330", "-1500")
    (note,) = findings_of(outcome_of(plan, balance), "ST905")
    assert (note.cell.a1, note.severity) == ("E4", Severity.NOTE)
    assert EN.text(note.message) == (
        "BU-4: a deficit of 936 has accrued before the plan, and Tilikauden ylijäämä over the "
        "years 2024 to 2026 does not make up for it: −411 is left (Kuntalaki 410/2015, 110 § 3 "
        "mom.). Later years and the measures are for people to judge."
    )
    assert not findings_of(outcome_of(plan.replace("310", "722"), balance), "ST905")  # −936 + 937
    both = [EN.text(note.message) for note in findings_of(outcome_of(PLAN, balance), "ST905")]
    assert sorted(both) == [
        "BU-3: Tilikauden ylijäämä adds up to −305 over the years 2024 to 2026 of the plan "
        "(Kuntalaki 410/2015, 110 § 3 mom.). No surplus has accrued before that would cover it.",
        "BU-4: a deficit of 936 has accrued before the plan, and Tilikauden ylijäämä over the "
        "years 2024 to 2026 does not make up for it: −1,241 is left (Kuntalaki 410/2015, 110 § 3 "
        "mom.). Later years and the measures are for people to judge.",
    ]


def test_a_plan_of_two_years_is_a_note() -> None:
    short = "\n".join(line.rpartition("|")[0] for line in PLAN.splitlines())
    (note,) = findings_of(outcome_of(short), "ST905")
    assert EN.text(note.message) == (
        "BU-2: the plan has the years 2024 to 2025 here, 2 of the 3 that it is to cover "
        "(Kuntalaki 410/2015, 110 § 1 mom.)."
    )


def test_the_use_plan_adds_up_to_the_budget_in_its_totals_only() -> None:
    text = """
    Sivistyslautakunta | TA 2024 | KS 2024
    Koulut             | 5210    | 5190
    Varhaiskasvatus    | 2114    | 2134
    Yhteensä           | 7324    | 7324
    Kirjasto           | 311     | 320
    Liikunta           | 204     | 195
    Yhteensä           | 515     | 515
    Kulttuuri          | 90      | 95
    Museo              | 71      | 66
    Yhteensä           | 161     | 161
    """
    checks = checks_of(audited(text, packs=all_shipped()), "ST901")
    assert {cell: parts_of(check) for cell, check in checks.items()} == {
        f"C{row}": [(f"B{row}", 1.0)] for row in (4, 7, 10)
    }
    wrong = text.replace("515     | 515", "515     | 551")
    found = findings_of(audited(wrong, packs=all_shipped()), "ST901")
    assert [(f.cell.a1, f.difference) for f in found] == [("C7", 36.0)]


@pytest.mark.parametrize(
    ("estimate", "years"),
    [
        ("Kustannusarvio", ("TA 2024", "TS 2025", "TS 2026")),
        ("Kustannusarvio 2024", ("2024", "2025", "2026")),
    ],
)
def test_a_project_estimate_is_what_was_and_will_be_used(
    estimate: str, years: tuple[str, str, str]
) -> None:
    text = f"""
    Hanke     | {estimate} | Käytetty ennen | {" | ".join(years)}
    Koulu     | 12400          | 1100           | 5200 | 6100 | 0
    Silta     | 830            | 0              | 310  | 520  | 0
    Vesijohto | 1215           | 415            | 300  | 250  | 250
    Kenttä    | 640            | 40             | 0    | 300  | 300
    """
    checks = checks_of(audited(text, packs=all_shipped()), "ST901")
    assert list(checks) == ["B2", "B3", "B4", "B5"]
    assert parts_of(checks["B2"]) == [(f"{column}2", 1.0) for column in "CDEF"]
    found = findings_of(audited(text.replace("830", "803"), packs=all_shipped()), "ST901")
    assert [(f.cell.a1, f.difference) for f in found] == [("B3", -27.0)]


OURS = """
crossfoot-pack: 1
name: sitovuus
title: Sitovat erät
source: valtuuston päätös
lines:
  koulut: {is: expense, fi: [Koulutoimi]}
  maksut: {is: income, fi: [Maksutuotot]}
  kate: {is: result, fi: [Toimintakate]}
columns:
  toteuma: {fi: [Toteuma, TOT]}
  talousarvio: {fi: [Muutettu talousarvio, Muutettu TA]}
limits:
  - id: BU-11
    lines: [koulut, maksut, kate]
    column: toteuma
    at-most: talousarvio
"""


def test_a_binding_figure_that_was_exceeded_is_listed() -> None:
    pack, faults = read_pack(OURS)
    assert faults == []
    text = """
                 | Muutettu TA 2023 | Toteuma 2023
    Maksutuotot  | 410              | 395
    Koulutoimi   | -5200            | -5260
    Kirjastot    | -310             | -350
    Toimintakate | -5100            | -5090
    """
    for sign in ("-", ""):  # expenses with a minus, or as magnitudes
        drawn = text.replace("-5200", f"{sign}5200").replace("-5260", f"{sign}5260")
        notes = findings_of(audited(drawn, packs=(pack,)), "ST907")
        assert [(n.cell.a1, n.severity) for n in notes] == [
            ("C2", Severity.NOTE),
            ("C3", Severity.NOTE),
        ]
        assert [part.cell.a1 for part in notes[1].parts] == ["B3"]
    assert EN.text(notes[1].message) == (
        "BU-11: Koulutoimi is 5,260, beyond the 5,200 that binds it by 60 (valtuuston päätös). "
        "Whether that was authorised is for people to say."
    )
    assert not findings_of(audited(text, packs=all_shipped()), "ST907")


def test_a_line_of_a_shipped_pack_can_bind() -> None:
    ours = OURS.replace("lines: [koulut, maksut, kate]", "lines: [fi-tuloslaskelma.toimintakate]")
    ours = ours.replace("lines:\n  koulut", "uses: [fi-tuloslaskelma]\nlines:\n  koulut")
    pack, faults = read_pack(ours, {one.name: one for one in all_shipped()}.get)
    assert faults == []
    text = """
                 | Muutettu TA 2023 | Toteuma 2023
    Toimintakate | -5100            | -5190
    Verotulot    | 4100             | 4100
    Vuosikate    | -1000            | -1090
    """
    notes = findings_of(audited(text, packs=(*all_shipped(), pack)), "ST907")
    assert [n.cell.a1 for n in notes] == ["C2"]


def test_faults_of_plans_limits_and_marks_are_told_with_their_lines() -> None:
    text = OURS.replace("at-most: talousarvio", "at-most: toteuma") + (
        "plans:\n  - id: P\n    line: kate\n    asks: cover\n"
        "indicators:\n  - id: I\n    figure: kate\n"
        "column-identities:\n  - id: C\n    total: toteuma\n"
    )
    _, faults = read_pack(text)
    assert [(fault.line, fault.fact) for fault in faults] == [
        (14, "toteuma is its own limit"),
        (19, "a plan that is to cover a deficit needs lines under 'accrued'"),
        (23, "an indicator needs lines under 'of' or 'of-before'"),
        (26, "a column identity needs columns under 'of' or 'less'"),
    ]
