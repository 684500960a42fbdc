"""Every rule on formulas: what it finds, what it says, and what it leaves alone."""

from __future__ import annotations

import pytest

from reports.sentences import finding_text
from reports.words import Words
from rules.model import Severity
from rules.outcome import Outcome
from rules.runner import audit
from rules.settings import RuleSettings
from tests.rules.formula.sheets import book, check, grid

LINES = """
Line     | 2023 | 2024 | 2025
Salaries | 1210 | 1340 | 1455
Travel   | 333  | 290  | 317
Rents    | 87   | 91   | 95
"""


def said(outcome: Outcome, code: str) -> list[str]:
    """Severity, cell and sentence of every finding of a rule."""
    words = Words("en")
    return [
        f"{finding.severity} {finding.cell.a1}: {finding_text(words, finding, outcome)}"
        for finding in outcome.findings
        if finding.rule == code
    ]


def causes(outcome: Outcome) -> list[tuple[str, str, int]]:
    """Cause, first cell and number of findings of every root cause."""
    return [
        (c.cause, c.cells[0].cell.a1 if c.cells else "", len(c.findings))
        for c in outcome.root_causes
    ]


def test_fm001_a_range_that_stops_short_explains_the_difference() -> None:
    outcome = check(
        LINES
        + """Energy | 64 | 72 | 81
Total | =SUM(B2:B5)->1694 | =SUM(C2:C5)->1793 | =SUM(D2:D4)->1867
"""
    )
    assert said(outcome, "FM001") == [
        "error D6: The sum of D2:D4 leaves out D5, that is 81. With it the total would be 1,948."
    ]
    assert causes(outcome) == [("range-stops-short", "D6", 2)]


def test_fm001_all_columns_alike_are_one_finding() -> None:
    outcome = check(
        LINES
        + """Energy | 64 | 72 | 81
Total | =SUM(B2:B4)->1630 | =SUM(C2:C4)->1721 | =SUM(D2:D4)->1867
"""
    )
    assert said(outcome, "FM001") == [
        "warning B6: The sum of B2:B4 leaves out B5, that is 64. With it the total would be "
        "1,694. The same in 3 cells: B6, C6, D6."
    ]
    assert causes(outcome) == [("range-stops-short", "B6", 1)]


def test_fm001_a_list_that_begins_before_its_range() -> None:
    outcome = check("""
Line     | 2023 | 2024
Salaries | 1210 | 1340
Travel   | 333  | 290
Rents    | 87   | 91
Total    | =SUM(B3:B4)->420 | =SUM(C3:C4)->381
""")
    assert said(outcome, "FM001") == [
        "warning B5: The sum of B3:B4 leaves out B2, that is 1,210. With it the total would be "
        "1,630. The same in 2 cells: B5, C5."
    ]


TOTAL = "|=SUM(B2:B4)->1630|=SUM(C2:C4)->1721|=SUM(D2:D4)->1867\n"


@pytest.mark.parametrize(
    "rows",
    [
        f"Sum of these{TOTAL}Total{TOTAL}",
        f"Energy|64|72|81\nTotal{TOTAL}All|=B5+B6->1694|=C5+C6->1793|=D5+D6->1948",
        f"of which wages|64|72|81\nTotal{TOTAL}",
        f"Energy|0|0|0\nTotal{TOTAL}",
    ],
    ids=["another-total", "in-another-sum", "of-which", "nothing"],
)
def test_fm001_what_is_left_out_on_purpose(rows: str) -> None:
    assert said(check(LINES + rows), "FM001") == []


def test_fm002_a_year_within_the_range() -> None:
    outcome = check("""
         | 2023 | 2024
Salaries | 1210 | 1340
Travel   | 333  | 290
Rents    | 87   | 91
Total    | =SUM(B1:B4)->3653 | =SUM(C1:C4)->3745
""")
    assert said(outcome, "FM002") == [
        "error B5: The sum of B1:B4 takes in B1, which is no part of it. Without it the total "
        "would be 1,630. The same in 2 cells: B5, C5."
    ]


def test_fm003_a_subtotal_with_its_lines() -> None:
    outcome = check(
        LINES
        + """Staff | =SUM(B2:B4)->1630 | =SUM(C2:C4)->1721 | =SUM(D2:D4)->1867
Energy | 64 | 72 | 81
Total  | =SUM(B2:B6)->3324 | =SUM(C2:C6)->3514 | =SUM(D2:D6)->3815
"""
    )
    assert said(outcome, "FM003") == [
        "error B7: The sum of B2:B6 counts the subtotal B5 together with its lines. Without it "
        "the total would be 1,694. The same in 3 cells: B7, C7, D7."
    ]
    half = check(
        LINES
        + """Staff | =SUM(B2:B4)->1630 | =SUM(C2:C4)->1721 | =SUM(D2:D4)->1867
Total  | =SUM(B2:B5)/2->1630 | =SUM(C2:C5)/2->1721 | =SUM(D2:D5)/2->1867
"""
    )
    assert said(half, "FM003") == []


def test_fm004_a_total_typed_over_its_formula_is_one_root_cause() -> None:
    outcome = check(LINES + "Total | =SUM(B2:B4)->1630 | 1771 | =SUM(D2:D4)->1867\n")
    assert said(outcome, "FM004") == [
        "error C5: The figure is typed among 2 like formulas, which would give 1,721 here."
    ]
    assert causes(outcome) == [("typed-over-formula", "C5", 2)]
    assert outcome.root_causes[0].cells[0].suggested == 1721


def test_fm004_figures_that_agree_are_a_note() -> None:
    outcome = check("""
Line  | hours | rate | cost
Alpha | 17 | 31 | =B2*C2->527
Beta  | 11 | 29 | =B3*C3->319
Gamma | 23 | 37 | 851
Delta | 13 | 41 | =B5*C5->533
Eta   | 19 | 43 | =B6*C6->817
Theta |    |    | 400
Iota  | 29 | 47 | =B8*C8->1363
""")
    assert said(outcome, "FM004") == [
        "note D4: The figure is typed among like formulas. It is what they would give, but it "
        "will not follow a change."
    ]
    assert causes(outcome) == []


def test_fm005_a_formula_that_reads_the_wrong_row() -> None:
    outcome = check("""
Line  | budget | actual | left
Alpha | 517 | 431 | =B2-C2->86
Beta  | 311 | 329 | =B3-C3->-18
Gamma | 623 | 437 | =B4-C3->294
Delta | 713 | 641 | =B5-C5->72
Eta   | 819 | 743 | =B6-C6->76
""")
    assert said(outcome, "FM005") == [
        "warning D4: The formula differs from the 4 like formulas around it, which would give "
        "186 here."
    ]
    assert causes(outcome) == [("formula-differs", "D4", 2)]


def test_fm006_a_plug_that_explains_the_difference() -> None:
    outcome = check(
        LINES + "Total | =SUM(B2:B4)->1630 | =SUM(C2:C4)+120->1841 | =SUM(D2:D4)->1867\n"
    )
    assert said(outcome, "FM006") == [
        "error C5: The formula =SUM(C2:C4)+120 contains an adjustment typed by hand: 120. "
        "Without it the figure would be 1,721."
    ]
    assert causes(outcome) == [("plug", "C5", 2)]
    assert [f.rule for f in outcome.findings if f.severity is not Severity.NOTE] == ["FM006"]


@pytest.mark.parametrize("formula", ["=B{0}+1", "=10+20", "=B{0}*1.1", "=1000-B{0}-C{0}"])
def test_fm006_numbers_that_are_no_adjustments(formula: str) -> None:
    rows = "\n".join(f"Line {n} | {n * 17} | {n * 31} | {formula.format(n)} -> 7" for n in (1, 2))
    assert not [s for s in said(check(rows), "FM006") if not s.startswith("note")]


def test_fm006_a_number_shared_by_like_formulas_is_the_method() -> None:
    rows = "\n".join(
        f"Line {n} | {n * 17} | {n * 31} | =B{n}+C{n}+5 -> {n * 48 + 5}" for n in (1, 2, 3)
    )
    assert said(check(rows), "FM006") == []


def test_fm007_a_value_that_was_not_recalculated() -> None:
    outcome = check(LINES + "Total | =SUM(B2:B4)->1630 | =SUM(C2:C4)->1700 | =SUM(D2:D4)->1867\n")
    assert said(outcome, "FM007") == [
        "error C5: The stored value is not what the formula =SUM(C2:C4) gives, 1,721: the "
        "workbook was saved without recalculation."
    ]
    assert causes(outcome) == [("stale-value", "C5", 2)]
    stale = next(f for f in outcome.findings if f.rule == "FM007")
    assert [(part.cell.a1, part.factor) for part in stale.parts] == [
        ("C2", 1.0),
        ("C3", 1.0),
        ("C4", 1.0),
    ]


def test_fm007_names_the_figures_of_a_difference_and_none_of_a_quotient() -> None:
    outcome = check(
        "Line | 2019 | 2020\nFees | 7300 | 6900\nCosts | 5100 | 5233\n"
        "Left | =B2-B3->2900 | 1667\nShare | =B3/B2->0.5 | 0.75841\n"
    )
    parts = {f.cell.a1: f.parts for f in outcome.findings if f.rule == "FM007"}
    assert [(part.cell.a1, part.factor) for part in parts["B4"]] == [("B2", 1.0), ("B3", -1.0)]
    assert parts["B5"] == ()


def test_fm007_a_net_of_before_its_total_was_typed_over_is_not_what_is_wrong() -> None:
    rows = [(517, 431, 622), (311, 329, 297), (802, 961, 948)]
    lines = ["Line | 2019 | 2020 | 2021"]
    lines += [f"Cost {'abc'[k]} | {a} | {b} | {c}" for k, (a, b, c) in enumerate(rows)]
    lines.append("Total costs | =SUM(B2:B4)->1630 | 1271 | =SUM(D2:D4)->1867")
    lines.append("Fees | 600 | 700 | 650")
    lines.append("Net costs | =B5-B6->1030 | =C5-C6->1021 | =D5-D6->1217")
    outcome = check("\n".join(lines) + "\n")
    located = [c.cells[0].cell.a1 for c in outcome.root_causes if len(c.cells) == 1]
    assert located == ["C5"]  # typed 1,271 for 1,721; the net of 1,021 is still that of 1,721
    assert outcome.root_causes[0].cells[0].suggested == 1721.0


def test_fm007_what_is_not_evaluated_is_counted() -> None:
    outcome = check(
        "Line | 5 | =MEDIAN(B1,3) -> 9\nLine | 6 | =MEDIAN(B2,3) -> 9\nX | 1 | =A9:B9 -> 4"
    )
    told = [n.reason.values for n in outcome.not_checked if n.reason.key == "not_checked.formula"]
    assert told == [{"count": 1, "what": ":"}, {"count": 2, "what": "MEDIAN"}]
    assert said(outcome, "FM007") == []


def test_fm008_an_error_is_named_where_it_begins() -> None:
    outcome = check("""
Line  | one | two   | three
Alpha | 5   | =B2/0->#DIV/0! | =C2+1->#DIV/0!
Beta  | 6   | =#REF!+B3->#REF! | =C3+1->#REF!
Gamma | 7   | =NA()->#N/A | 4
""")
    assert said(outcome, "FM008") == [
        "warning C2: The formula gives #DIV/0!.",
        "error C3: The formula gives #REF!.",
    ]


def test_fm009_circles() -> None:
    outcome = check("""
Line  | 5 | =D1+1 -> 0 | =C1*2 -> 0
Total | =SUM(B1:B2) -> 5 | 3 | =C2+B1 -> 8
""")
    assert said(outcome, "FM009") == [
        "error C1: 2 formulas refer to each other in a circle: C1, D1.",
        "error B2: The formula refers to its own cell.",
    ]


def test_fm010_links_to_other_workbooks_are_one_note_per_sheet() -> None:
    outcome = check("Line | =[1]Old!B4 -> 5\nBeta | ='[1]Old one'!B5+2 -> 7\nGamma | =B1+B2 -> 12")
    assert said(outcome, "FM010") == [
        "note B1: 2 formulas take figures from another workbook, which was not looked at: B1, B2."
    ]


def test_fm011_a_sum_that_skips_text() -> None:
    outcome = check("""
Line     | 2023 | 2024
Salaries | 1210 | 1340
Travel   | '333 | 290
Rents    | 87   | 91
Total    | =SUM(B2:B4)->1297 | =SUM(C2:C4)->1721
""")
    assert said(outcome, "FM011") == [
        "error B5: The sum of B2:B4 skips B3, a number stored as text. With it the total would "
        "be 1,630."
    ]
    assert [c for c in causes(outcome) if c[1] == "B5"] == [("text-skipped", "B5", 2)]


def test_a_sound_workbook_has_no_finding_of_the_family() -> None:
    outcome = check(
        LINES + "Total | =SUM(B2:B4)->1630 | =SUM(C2:C4)->1721 | =SUM(D2:D4)->1867\n",
        grid("Line|2023\nAll|=Budget!B5->1630\nHalf|=B2/2->815", "Second"),
    )
    assert outcome.crashes == ()
    assert [f for f in outcome.findings if f.severity is not Severity.NOTE] == []


def test_formulas_of_another_line_and_empty_lines_do_not_stand_out() -> None:
    """A subtotal crosses columns of products; a line without figures has a typed nought."""
    outcome = check("""
Line  | hours | rate | cost       | twice
Alpha | 17    | 31   | =B2*C2->527 | =B2*C2*2->1054
Beta  | 11    | 29   | =B3*C3->319 | =B3*C3*2->638
Gamma | 23    | 37   | =B4*C4->851 | =B4*C4*2->1702
Part  |       |      | =SUM(D2:D4)->1697 | =SUM(E2:E4)->3394
Delta | 13    | 41   | =B6*C6->533 | =B6*C6*2->1066
Theta |       |      | 0 | 0
Eta   | 19    | 43   | =B8*C8->817 | =B8*C8*2->1634
Iota  | 29    | 47   | =B9*C9->1363 | =B9*C9*2->2726
""")
    assert said(outcome, "FM004") == []
    assert said(outcome, "FM005") == []


def test_formulas_alone_are_judged_without_a_search(monkeypatch: pytest.MonkeyPatch) -> None:
    def search(*_: object) -> None:
        raise AssertionError("no relation is wanted")

    monkeypatch.setattr("rules.examine.infer", search)
    total = "Total | =SUM(B2:B4)->1630 | =SUM(C2:C4)+120->1841 | =SUM(D2:D4)->1867\n"
    outcome = audit(book(LINES + total), RuleSettings(select=("FM",)))
    assert [(f.rule, f.cell.a1, f.severity) for f in outcome.findings] == [
        ("FM006", "C5", Severity.WARNING)
    ]


def test_fm006_a_number_added_to_the_formula_beside_it() -> None:
    outcome = check("""
Line  | points | share | mark
Alpha | 57 | 0.5 | =B2*C2->28.5
Beta  | 61 | 0.5 | =B3*C3+5->35.5
Gamma | 73 | 0.5 | =B4*C4->36.5
""")
    assert said(outcome, "FM006") == [
        "warning D3: The formula =B3*C3+5 contains an adjustment typed by hand: 5. Without it "
        "the figure would be 30.5."
    ]


def test_fm006_figures_worked_out_of_typed_numbers_are_a_note() -> None:
    outcome = check("Line | =22+1 -> 23 | 5\nBeta | =C1+40 -> 45 | 7\nGamma | 9 | =-5 -> -5")
    assert said(outcome, "FM006") == [
        "note B1: 2 figures are worked out in their formulas from numbers typed into them: B1, B2."
    ]


def test_fm005_another_formula_for_the_same_figure_is_a_note() -> None:
    outcome = check("""
Line  | budget | actual | left
Alpha | 517 | 431 | =B2-C2->86
Beta  | 311 | 329 | =B3-C3->-18
Gamma | 623 | 437 | =B4-437->186
Delta | 713 | 641 | =B5-C5->72
Eta   | 819 | 743 | =B6-C6->76
""")
    assert said(outcome, "FM005") == [
        "note D4: The formula differs from the like formulas around it, although it gives the "
        "same figure today."
    ]


def test_fm004_totals_typed_at_the_end_of_a_line_but_no_shares() -> None:
    outcome = check("""
Line  | a | b | c | d | e | f | g | share | h
Alpha | 17 | 31 | 23 | 11 | 43 | 59 | 97 | 0.31 | 13
Beta | 61 | 41 | 73 | 83 | 53 | 67 | 19 | 0.21 | 29
Total | =SUM(B2:B3)->78 | =SUM(C2:C3)->72 | =SUM(D2:D3)->96 | =SUM(E2:E3)->94 \
| =SUM(F2:F3)->96 | =SUM(G2:G3)->126 | 116 | 0.0029 | 48
""")
    assert said(outcome, "FM004") == [
        "note H4: The figure is typed among like formulas. It is what they would give, but it "
        "will not follow a change.",
        "error J4: The figure is typed among 6 like formulas, which would give 42 here.",
    ]


def test_fm012_a_price_in_the_formulas_of_a_column() -> None:
    rows = "\n".join(f"Line {n} | {n * 17} | =B{n}*21.5*12 -> {n * 4386}" for n in range(1, 5))
    assert said(check(rows), "FM012") == [
        "note C1: Typed into 4 formulas: 21.5. In a cell of its own a number can be seen and "
        "changed. The formulas: C1, C2, C3, C4."
    ]


@pytest.mark.parametrize(
    "formula",
    [
        "=B{0}*100/12",
        "=B{0}/5+6",
        "=B{0}*3.1416",
        "=ROUND(B{0},6)",
        "=IF(B{0}>650,1,2)",
        "=17*31",
        "=B{0}^1.5",
    ],
)
def test_fm012_numbers_that_never_change_or_are_no_factors(formula: str) -> None:
    rows = "\n".join(f"Line {n} | {n * 17} | {formula.format(n)} -> 7" for n in range(1, 5))
    assert said(check(rows), "FM012") == []


def test_fm012_what_an_adjustment_is_stays_an_adjustment() -> None:
    outcome = check(
        LINES + "Total | =SUM(B2:B4)->1630 | =SUM(C2:C4)+120->1841 | =SUM(D2:D4)->1867\n"
    )
    assert said(outcome, "FM012") == []
    method = "\n".join(f"Line {n} | {n * 17} | =B{n}+21.5 -> {n * 17 + 21.5}" for n in range(1, 5))
    assert [s[:36] for s in said(check(method), "FM012")] == [
        "note C1: Typed into 4 formulas: 21.5"
    ]


def test_fm013_lines_that_nobody_has_filled_in_yet() -> None:
    outcome = check(
        LINES
        + """Energy | 64 | 72 |
Repairs | 41 | 39 |
Total | =SUM(B2:B6)->1735 | =SUM(C2:C6)->1832 | =SUM(D2:D4)->1867
"""
    )
    assert said(outcome, "FM013") == [
        "note D7: The sum of D2:D4 leaves out D5, D6 (empty today): what is filled in there is "
        "not counted."
    ]


def test_fm013_lines_that_are_filled_or_no_part_are_left_to_others() -> None:
    filled = LINES + "Energy | 64 | 72 | 81\nTotal | =SUM(B2:B5)->1694 | 1793 | =SUM(D2:D4)->1867\n"
    assert said(check(filled), "FM013") == []
    apart = LINES + "of which loans | 64 | 72 | \nTotal | 1630 | 1721 | =SUM(D2:D4)->1867\n"
    assert said(check(apart), "FM013") == []


def test_fm005_in_the_line_of_a_total() -> None:
    rows = [[n * 17 + 13 * k for k in range(5)] for n in range(1, 5)]
    lines = ["Line | one | two | three | four | five"]
    lines += [f"Line {n} | " + " | ".join(map(str, row)) for n, row in enumerate(rows)]
    sums = [sum(row[k] for row in rows) for k in range(5)]
    cells = [f"=SUM({c}2:{c}5)->{sums[k]}" for k, c in enumerate("BCDEF")]
    cells[2] = f"=SUM(C3:D5)->{sum(row[1] + row[2] for row in rows[1:])}"
    lines.append("Total | " + " | ".join(cells))
    assert [s[:17] for s in said(check("\n".join(lines)), "FM005")] == ["warning D6: The f"]


TOTALS = """
Line | 2023 | 2024 | 2025 | 2026
Salaries | 1210 | 1340 | 1455 | 1511
Travel | 333 | 290 | 317 | 349
Total A | =SUM(B2:B3)->1543 | =SUM(C2:C3)->1630 | =SUM(D2:D3)->1772 | =SUM(E2:E3)->1860
Rents | 871 | 913 | 957 | 988
Energy | 643 | 727 | 819 | 836
Total B | {0}1514 | {1}1640 | {2}1776 | {3}1824
"""


def test_fm014_a_line_of_totals_that_was_typed() -> None:
    assert said(check(TOTALS.format("", "", "", "")), "FM014") == [
        "note B7: 4 totals are typed, while 4 others of the sheet are formulas: they will not "
        "follow a change. The typed ones: B7, C7, D7, E7."
    ]


def test_fm014_not_where_totals_are_formulas_or_mostly_typed() -> None:
    stated = [f"=SUM({c}5:{c}6)->" for c in "BCDE"]
    assert said(check(TOTALS.format(*stated)), "FM014") == []
    values = TOTALS.format("", "", "", "").replace("=SUM(B2:B3)->", "").replace("=SUM(C2:C3)->", "")
    assert said(check(values), "FM014") == []


def test_fm005_two_like_sums_tell_the_third_at_the_end_of_a_line() -> None:
    outcome = check(LINES + "Total | =SUM(B2:B4)->1630 | =SUM(C2:C4)->1721 | =SUM(C2:C4)->1721\n")
    assert said(outcome, "FM005") == [
        "warning D5: The formula differs from the 2 like formulas around it, which would give "
        "1,867 here."
    ]


def test_fm005_two_unlike_formulas_tell_nothing() -> None:
    outcome = check(LINES + "Index | =B3/B2->0.275 | =C2/C3->4.62 | =D4/D2->0.065\n")
    assert said(outcome, "FM005") == []


def test_fm005_the_wider_sum_that_fits_the_others_too_is_a_note() -> None:
    outcome = check("""
Line | 2023 | 2024 | 2025 | 2026
Sales | 57 | | |
Rents | 333 | 290 | 317 | 349
Fees | 87 | 91 | 95 | 113
Total | =SUM(B2:B4)->477 | =SUM(C3:C4)->381 | =SUM(D3:D4)->412 | =SUM(E3:E4)->462
""")
    assert said(outcome, "FM005") == [
        "note B5: The formula differs from the like formulas around it, although it gives the "
        "same figure today."
    ]


def test_fm005_a_quotient_in_the_line_of_a_total_is_compared_with_its_column() -> None:
    outcome = check("""
Line | places | wishes | rate | given
Alpha | 24 | 31 | =C2/B2->1.2916666666666667 | 11
Beta | 35 | 86 | =C3/B3->2.4571428571428573 | 13
Gamma | 27 | 29 | =C4/B4->1.0740740740740742 | 19
Total | =SUM(B2:B4)->86 | =SUM(C2:C4)->146 | =C4/B4->1.0740740740740742 | =SUM(E2:E4)->43
Delta | 31 | 17 | =C6/B6->0.5483870967741935 | 7
Eta | 43 | 19 | =C7/B7->0.4418604651162791 | 5
""")
    assert said(outcome, "FM005") == [
        "warning D5: The formula differs from the 5 like formulas around it, which would give "
        "1.7 here."
    ]


def test_fm005_formulas_apart_are_notes_of_their_own() -> None:
    rows = [f"Line {n} | {n * 17} | {n * 5} | =B{n}-C{n}->{n * 12}" for n in range(1, 11)]
    for n in (3, 8):
        rows[n - 1] = f"Line {n} | {n * 17} | {n * 5} | =B{n}-{n * 5}->{n * 12}"
    assert [one[:8] for one in said(check("\n".join(rows)), "FM005")] == ["note D3:", "note D8:"]


LEFT = """
Line | budget | actual | left
Alpha | 517 | 431 | =B2-C2->86
Beta | 311 | 329 | {0}
Gamma | 623 | 437 | {1}
Delta | 713 | 641 | =B5-C5->72
Eta | 819 | 743 | =B6-C6->76
Theta | 213 | 141 | {2}
Iota | 373 | 359 | =B8-C8->14
"""


def test_fm004_two_typed_figures_side_by_side() -> None:
    outcome = check(LEFT.format("-18", "170", "=B7-C7->72"))
    assert said(outcome, "FM004") == [
        "note D3: The figure is typed among like formulas. It is what they would give, but it will "
        "not follow a change.",
        "error D4: The figure is typed among 5 like formulas, which would give 186 here.",
    ]


def test_fm004_typed_figures_that_agree_speak_for_the_formula() -> None:
    agreeing = said(check(LEFT.format("-18", "186", "72")), "FM004")
    assert [one[:8] for one in agreeing] == ["note D3:", "note D7:"]
    assert said(check(LEFT.format("-41", "170", "31")), "FM004") == []


def test_fm004_a_typed_figure_is_known_to_its_last_place() -> None:
    shares = """
Line | 2023 | 2024 | 2025 | 2026
Own | 41.664 | 44.012 | 43.117 | 40.001
Other | 58.328 | 55.981 | 56.876 | 59.994
Total | =SUM(B2:B3)->99.992 | {0} | =SUM(D2:D3)->99.993 | =SUM(E2:E3)->99.995
"""
    assert said(check(shares.format("100")), "FM004") == [
        "note C4: The figure is typed among like formulas. It is what they would give, but it will "
        "not follow a change."
    ]
    assert said(check(shares.format("99.9")), "FM004") == [
        "error C4: The figure is typed among 3 like formulas, which would give 99.993 here."
    ]


def test_fm004_a_number_behind_an_equals_sign_is_typed() -> None:
    outcome = check(LEFT.format("=-15-26->-41", "=B4-C4->186", "=B7-C7->72"))
    assert said(outcome, "FM004") == [
        "warning D3: The figure is typed among 6 like formulas, which would give −18 here."
    ]
    assert said(outcome, "FM006") == []


def test_fm001_lines_that_go_on_with_a_long_list() -> None:
    lines = [f"Line {n} | {n * 7 + 3}" for n in range(1, 31)]
    values = [n * 7 + 3 for n in range(1, 31)]
    total = f"Total | =SUM(B1:B25)->{sum(values[:25])}"
    (told,) = said(check("\n".join([*lines, total])), "FM001")
    assert told.startswith("warning B31: The sum of B1:B25 leaves out B26, B27, B28, B29, B30, ")
    apart = "\n".join([*lines[:25], "", *lines[25:], f"Total | =SUM(B1:B25)->{sum(values[:25])}"])
    assert said(check(apart), "FM001") == []


def test_fm013_a_zero_that_is_left_out_is_told_as_an_empty_line() -> None:
    outcome = check(
        LINES + "Energy | 0 | 72 | 81\nTotal | =SUM(B2:B4)->1630 | =SUM(C2:C5)->1793 "
        "| =SUM(D2:D5)->1948\n"
    )
    assert said(outcome, "FM001") == []
    assert [one[:8] for one in said(outcome, "FM013")] == ["note B6:"]


def test_fm014_not_a_figure_that_only_happens_to_be_a_sum() -> None:
    text = TOTALS.format("", "", "", "").replace("Total B", "Sundries")
    assert said(check(text), "FM014") == []


def test_fm014_a_line_of_typed_totals_is_one_note_whatever_stands_between() -> None:
    text = """
Line | 2023 | | note | 2024 | 2025 | | 2026
Salaries | 1210 | | a | 1340 | 1455 | | 1511
Travel | 333 | | b | 290 | 317 | | 349
Total A | =SUM(B2:B3)->1543 | | | =SUM(E2:E3)->1630 | =SUM(F2:F3)->1772 | | =SUM(H2:H3)->1860
Rents | 871 | | c | 913 | 957 | | 988
Energy | 643 | | d | 727 | 819 | | 836
Total B | 1514 | | | 1640 | 1776 | | 1824
"""
    assert [one[:8] for one in said(check(text), "FM014")] == ["note B7:"]


def test_fm006_typed_numbers_are_no_method_however_often() -> None:
    rows = [f"Line {n} | {n * 17} | =22+1->23" for n in range(1, 5)]
    assert said(check("\n".join(rows)), "FM006") == [
        "note C1: 4 figures are worked out in their formulas from numbers typed into them: C1, C2, "
        "C3, C4."
    ]


def test_fm014_a_sheet_with_more_typed_totals_than_formulas_is_one_note() -> None:
    later = """
Interest | 71 | 74 | 79 | 83
Fees | 12 | 15 | 14 | 19
Total C | 83 | 89 | 93 | 102
"""
    text = TOTALS.format("", "", "", "") + later.lstrip("\n")
    assert said(check(text), "FM014") == [
        "note B7: 8 totals are typed, while 4 others of the sheet are formulas: they will not "
        "follow a change. The typed ones: B7, C7, D7, E7, B10, C10, D10, E10."
    ]


def test_fm004_figures_pasted_as_values_are_known_by_their_digits() -> None:
    def rates(digits: int) -> str:
        lines = ["Line | wishes | places | rate"]
        for row in range(2, 13):
            wishes, places = 471 + 37 * row, 262 + 11 * row * row
            formula = f"=B{row}/C{row}->" if row in (2, 8, 12) else ""
            lines.append(
                f"Line {row} | {wishes} | {places} | {formula}{wishes / places:.{digits}f}"
            )
        return "\n".join(lines)

    assert said(check(rates(14)), "FM004") == [
        "note D3: 5 figures are typed among like formulas: D3, D4, D5, D6, D7. They are what the "
        "formulas would give, but they will not follow a change.",
        "note D9: 3 figures are typed among like formulas: D9, D10, D11. They are what the "
        "formulas would give, but they will not follow a change.",
    ]
    assert [one[:8] for one in said(check(rates(2)), "FM004")] == ["note D9:"]


def test_fm006_a_number_in_a_formula_that_gives_an_error() -> None:
    outcome = check("Line | =#REF!->#REF! | 5\nBeta | =B1+5.4-43.3->#REF! | 7")
    assert said(outcome, "FM006") == [
        "note B2: The figure is worked out in the formula from a number typed into it."
    ]


def test_fm007_a_circle_is_told_as_one() -> None:
    outcome = check(LINES + "Total | =SUM(B2:B4)->1630 | =SUM(C2:C5)->0 | =SUM(D2:D4)->1867\n")
    assert said(outcome, "FM007") == []
    assert said(outcome, "FM009") == ["error C5: The formula refers to its own cell."]


def test_fm005_leaves_a_small_adjustment_to_fm006() -> None:
    total = "Total | =SUM(B2:B4)->1630 | =SUM(C2:C4)-0.2->1720.8 | =SUM(D2:D4)->1867\n"
    outcome = check(LINES + total)
    assert said(outcome, "FM005") == []
    assert [one[:10] for one in said(outcome, "FM006")] == ["warning C5"]


def test_fm004_a_zero_is_no_rounded_share() -> None:
    outcome = check("""
Bank | 2001 | share | 2002 | share | 2003 | share
Alpha | 4686 | =B2/B$5*100->0.182 | 0 | =D2/D$5*100->0 | 404 | =F2/F$5*100->0.0169
Beta | 1442222 | =B3/B$5*100->56.03 | 1440908 | =D3/D$5*100->59.74 | 1408230 | =F3/F$5*100->58.9
Gamma | 1127318 | =B4/B$5*100->43.79 | 971022 | =D4/D$5*100->40.26 | 982301 | =F4/F$5*100->41.08
Total | 2574226 | 100 | 2411930 | 100 | 2390935 | 100
""")
    assert said(outcome, "FM004") == []


def test_fm013_not_the_lines_of_a_subtotal_nor_other_years() -> None:
    subtotal = """
Line | 2002 | bought | 2003
Cash | 204 | | 299
Overdraft | 43 | | 41
Net cash | =SUM(B2:B3)->247 | | =SUM(D2:D3)->340
Debt | 3733 | 130 | 4632
Net debt | =SUM(B4:B5)->3980 | =SUM(C4:C5)->130 | =SUM(D4:D5)->4972
"""
    assert said(check(subtotal), "FM013") == []
    years = """
Year | crises | strikes
2007 | 3 | 11
2008 | 5 | 17
2009 | 7 | 13
2010 | | 19
{0} | =SUM(B2:B4)->15 | =SUM(C2:C5)->60
"""
    assert said(check(years.format("2007-2009, total")), "FM013") == []
    assert [one[:8] for one in said(check(years.format("Total")), "FM013")] == ["note B6:"]


def test_fm005_not_a_quotient_in_every_other_column() -> None:
    figures = [(57, 32, 11), (61, 25, 14), (67, 20, 13), (71, 16, 13)]
    rows = ["Line", "Alpha", "Beta", "Gamma", "All", "Passed"]
    for k, (first, second, third) in enumerate(figures):
        own = "BDFH"[k]
        shares = (first / 100, second / 100, third / 100)
        rows[0] += f" | {2001 + k} | share"
        for row, (figure, share) in enumerate(zip((first, second, third), shares, strict=True), 2):
            rows[row - 1] += f" | {figure} | ={own}{row}/{own}$5->{share}"
        rows[4] += f" | =SUM({own}2:{own}4)->100 | 1"
        passed = first + second
        rows[5] += f" | ={own}2+{own}3->{passed} | ={own}6/{own}5->{passed / 100}"
    assert said(check("\n".join(rows)), "FM005") == []
