"""Columns of two workbooks are matched by year and scenario, lines by the surest of their words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook as Book

from rules import registry
from rules.registry import Takes, rule
from rules.relation import CellRelation
from rules.ties.columns import paired_columns
from rules.ties.lines import MatchedBy
from rules.ties.outcome import TieOutcome, tie
from workbooks.reader import read_workbook

Row = list[object]
HEAD: Row = ["", "Actual 2024", "Budget 2025"]


def compared(folder: Path, this: dict[str, list[Row]], last: dict[str, list[Row]]) -> TieOutcome:
    """Two workbooks written, read and tied."""
    books = []
    for name, sheets in (("this", this), ("last", last)):
        book = Book()
        book.remove(book.worksheets[0])
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
        book.save(folder / f"{name}.xlsx")
        books.append(read_workbook(folder / f"{name}.xlsx"))
    return tie(books[0], books[1])


def told(result: TieOutcome) -> list[tuple[str, str, str]]:
    return [(f.rule, str(f.severity), f.cell.seen_from("B")) for f in result.outcome.findings]


@pytest.mark.parametrize(
    ("this", "last", "pairs"),
    [
        (["TP 2018", "TA 2019", "TA 2020"], ["TP 2017", "TA 2018", "TA 2019"], [(1, 2, True)]),
        (["TP 2018", "TA 2019"], ["TA 2019", "TP 2018"], [(0, 1, True), (1, 0, True)]),
        (["TA 2019"], ["TA + MUUTOS 2019"], [(0, 0, False)]),
        (["TA 2019"], ["TAE 2019", "TA + muutos 2019"], []),
        (["TA + MUUTOS 2019"], ["TA 2019", "TA+MUUTOS 2019"], [(0, 1, True)]),
        (["TP 2019"], ["TA 2019"], []),
        (["TA 2019", "Muutos", "% 2019"], ["TA 2019", "Muutos", "% 2019"], [(0, 0, True)]),
        (["Menot TA 2019", "Tulot TA 2019"], ["Menot TA 2019", "Tulot TA 2019"],
         [(0, 0, True), (1, 1, True)]),
        (["Tulot TA 2019", "Menot TA 2019"], ["Menot TA 2019", "Tulot TA 2019"],
         [(0, 1, True), (1, 0, True)]),
        (["TA 2024"], ["Lautakunnan esitys 2024"], [(0, 0, False)]),
        (["North", "South"], ["South", "East"], [(1, 0, False)]),
        (["2019", "2020"], ["2018", "2019"], [(0, 1, True)]),
    ],
)  # fmt: skip
def test_columns_of_one_year_and_scenario_are_compared(
    this: list[str], last: list[str], pairs: list[tuple[int, int, bool]]
) -> None:
    found = paired_columns(this, last)
    assert [(pair.this, pair.last, pair.is_sure) for pair in found] == pairs
    assert all(pair.names_year or not pair.is_sure for pair in found)


def test_lines_are_matched_by_the_surest_of_words_code_likeness_and_figures(
    tmp_path: Path,
) -> None:
    last: list[Row] = [
        HEAD,
        ["Library", 41_127, 42_903],
        ["4000 Purchases", 18_433, 19_204],
        ["Purchase of services", 27_718, 26_991],
        ["Youth work", 8_211, 8_417],
        ["Museum", 5_113, 5_207],
    ]
    this: list[Row] = [
        HEAD,
        ["Leisure of the young", 8_211, 8_417],
        ["Purchases of services", 27_718, 26_991],
        ["4000 Goods and services", 18_433, 19_204],
        ["Library", 41_127, 42_930],
        ["Cinema", 1_207, 1_311],
    ]
    result = compared(tmp_path, {"B": this}, {"B": last})
    (pair,) = result.tied.pairs
    assert [(line.this, line.last, line.by, round(line.likeness)) for line in pair.lines] == [
        (0, 3, MatchedBy.FIGURES, 33),
        (1, 2, MatchedBy.LIKENESS, 98),
        (2, 1, MatchedBy.CODE, 30),
        (3, 0, MatchedBy.WORDS, 100),
    ]
    assert told(result) == [
        ("TO614", "note", "B2"),
        ("TO614", "note", "B3"),
        ("TO614", "note", "B4"),
        ("TO611", "error", "C5"),
        ("TO613", "note", "C6"),
        ("TO612", "warning", "'B · last'!C6"),
    ]
    changed = result.outcome.findings[3]
    assert (changed.reported, changed.recomputed, changed.difference) == (42_930, 42_903, 27)
    assert [part.cell.seen_from("B") for part in changed.parts] == ["'B · last'!C2"]


def test_a_figure_behind_an_uncertain_match_is_a_warning(tmp_path: Path) -> None:
    last: list[Row] = [HEAD, ["Library", 41_127, 42_903], ["Theatre", 5_113, 5_207]]
    this: list[Row] = [HEAD, ["Library", 41_127, 42_903], ["Theater", 5_113, 5_270]]
    result = compared(tmp_path, {"B": this}, {"B": last})
    assert told(result) == [("TO614", "note", "B3"), ("TO611", "warning", "C3")]


def test_units_are_converted_and_half_of_the_coarser_is_allowed_for(tmp_path: Path) -> None:
    last: list[Row] = [
        HEAD,
        ["Library", 41_127, 42_903],
        ["Museum", 18_433, 19_204],
        ["Theatre", 27_718, 26_991],
    ]
    this: list[Row] = [
        ["Thousands", *HEAD[1:]],
        ["Library", 41, 43],
        ["Museum", 18, 19],
        ["Theatre", 28, 29],
    ]
    result = compared(tmp_path, {"B": this}, {"B": last})
    assert result.tied.pairs[0].factor == 1e-3
    assert told(result) == [("TO611", "error", "C4")]
    assert result.outcome.findings[0].recomputed == pytest.approx(26.991)


def test_in_one_unit_a_figure_is_the_same_to_the_last_digit(tmp_path: Path) -> None:
    last: list[Row] = [
        HEAD,
        ["Library", 41_127, 42_903],
        ["Museum", 18_433, 19_204],
        ["Theatre", 7_000.4, 8_000.6],
    ]
    this: list[Row] = [
        HEAD,
        ["Library", 41_127, 42_904],
        ["Museum", 18_433, 19_204],
        ["Theatre", 7_000.4, 8_000.6],
    ]
    result = compared(tmp_path, {"B": this}, {"B": last})
    assert told(result) == [("TO611", "error", "C2")]
    assert result.outcome.findings[0].tolerance == 0


def test_equal_names_are_told_apart_by_their_block(tmp_path: Path) -> None:
    def units(first: int, second: int, names: tuple[str, str]) -> list[Row]:
        return [
            HEAD,
            [names[0]],
            ["Expense", first, 1_100],
            ["Revenue", 300, 310],
            [names[1]],
            ["Expense", second, 2_200],
            ["Revenue", 500, 510],
        ]

    last = units(1_000, 2_000, ("Elections", "Library"))
    this = units(2_000, 1_000, ("Library", "Elections"))
    this[2][2], this[5][2], this[3][1:], this[6][1:] = 2_200, 1_100, [500, 510], [300, 310]
    result = compared(tmp_path, {"B": this}, {"B": last})
    assert told(result) == []
    assert len(result.outcome.ledger) == 8


def test_a_summary_is_tied_to_the_totals_of_its_detail(tmp_path: Path) -> None:
    detail = {
        name: [HEAD, ["Wages", a, b], ["Goods", 2 * a, 2 * b], ["Total", 3 * a, 3 * b]]
        for name, a, b in (("Library", 1_371, 1_402), ("Museum", 2_113, 2_207))
    }
    summary: list[Row] = [HEAD, ["Library", 4_113, 4_206], ["Museum", 6_339, 6_612]]
    result = compared(tmp_path, {"B": summary}, detail)
    assert [(f.rule, f.cell.a1, f.difference) for f in result.outcome.findings] == [
        ("TO614", "B2", None),
        ("TO614", "B3", None),
        ("TO611", "C3", -9),
    ]
    assert {line.by for pair in result.tied.pairs for line in pair.lines} == {MatchedBy.ELSEWHERE}


def test_a_summary_is_tied_to_totals_that_are_called_like_its_lines(tmp_path: Path) -> None:
    detail: dict[str, list[Row]] = {
        "Culture": [HEAD, ["Wages", 1_371, 1_402], ["Board of culture total", 1_371, 1_402]],
        "Technical": [HEAD, ["Streets", 2_113, 2_207], ["Total", 2_113, 2_207]],
    }
    summary: list[Row] = [
        HEAD,
        ["Board of culture", 1_371, 1_420],
        ["Technical board", 2_113, 2_207],
        ["Total", 3_484, 3_627],
    ]
    result = compared(tmp_path, {"Summary": summary}, detail)
    assert [(f.rule, f.cell.a1, f.difference) for f in result.outcome.findings] == [
        ("TO614", "B2", None),
        ("TO611", "C2", 18),
        ("TO614", "B3", None),
    ]  # the total of all is none of the details
    alike = [round(line.likeness) for pair in result.tied.pairs for line in pair.lines]
    assert alike == [100, 75]


def test_a_line_of_the_same_code_says_how_alike_its_words_are(tmp_path: Path) -> None:
    this: list[Row] = [HEAD, ["4000 Fees", 915, 933], ["4100 Sales", 4120, 4310]]
    last: list[Row] = [HEAD, ["4000 Charges", 915, 933], ["4100 Sales", 4120, 4310]]
    result = compared(tmp_path, {"B": this}, {"B": last})
    ((_, line),) = result.tied.unsure()
    assert line.by is MatchedBy.CODE
    assert line.likeness < 60


def test_a_unit_in_the_corner_counts_for_all_columns(tmp_path: Path) -> None:
    this: list[Row] = [["1 000 €", *HEAD[1:]], ["Wages", 1_371, 1_402]]
    last: list[Row] = [["€", *HEAD[1:]], ["Wages", 1_371_204, 1_420_000]]
    result = compared(tmp_path, {"B": this}, {"B": last})
    assert [(f.rule, f.cell.a1, f.difference) for f in result.outcome.findings] == [
        ("TO611", "C2", -18.0)
    ]


def test_a_table_printed_the_other_way_round_is_turned(tmp_path: Path) -> None:
    last: list[Row] = [HEAD, ["Library", 41_127, 42_903], ["Museum", 5_113, 5_207]]
    this: list[Row] = [
        ["Year", "Library", "Museum"],
        ["Actual 2024", 41_127, 5_113],
        ["Budget 2025", 42_930, 5_207],
    ]
    result = compared(tmp_path, {"B": this}, {"B": last})
    assert [t for t in told(result) if t[0] != "TO614"] == [("TO611", "warning", "B3")]
    assert len(result.outcome.ledger) == 4


def test_workbooks_without_a_common_column_have_nothing_to_compare(tmp_path: Path) -> None:
    last: list[Row] = [["", "Actual 2019"], ["Library", 41_127], ["Museum", 5_113]]
    this: list[Row] = [HEAD, ["Library", 41_127, 42_903], ["Museum", 5_113, 5_207]]
    result = compared(tmp_path, {"B": this}, {"B": last})
    assert (told(result), result.tied.pairs, len(result.tied.apart)) == ([], [], 2)


def test_a_rule_on_two_workbooks_that_crashes_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.load_rules()  # before the copy, so that the real rules stay recorded
    monkeypatch.setattr(registry, "_RULES", dict(registry._RULES))

    @rule("XX901", "crashes", operation=None, since="0.1", takes=Takes.TIED)
    def crashes(_: object) -> Iterator[CellRelation]:
        raise RuntimeError("of purpose")
        yield  # a rule is a generator

    rows: list[Row] = [HEAD, ["Library", 41_127, 42_903], ["Museum", 5_113, 5_207]]
    result = compared(tmp_path, {"B": rows}, {"B": rows})
    assert [crash.rule for crash in result.outcome.crashes] == ["XX901"]
    assert len(result.outcome.ledger) == 4
