"""Lines and columns are found again by their words, and what is unsure is said to be."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.declared.columns import FARTHEST, find_column, role_of, same_columns, year_shift
from rules.declared.lines import Found, How, LineName, Lines, label_key, likeness
from workbooks.tables.model import Heading, Table
from workbooks.tables.vocabulary import Idea

WITH_YEARS = st.builds(
    "{} {}".format,
    st.sampled_from(["TA", "TP", "Budget", "Change", "Note"]),
    st.sampled_from(["", "2019", "2020", "2021", "2034", "2035", "2019 2020", "2020/2021"]),
)

UNITS = Lines(
    ["MENOT", "TULOT", "NETTOMENO", "MENOT", "NETTOMENO", "4000 Palvelujen ostot", "Muut", "Muut"],
    ["Vaalit", "Vaalit", "Vaalit", "Hallitus", "Hallitus", "", "", ""],
    ["", "", "", "", "", "4000", "", ""],
)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        (LineName(("menot",)), [(0, How.SAME), (3, How.SAME)]),
        (LineName(("MENOT",), "HALLITUS:"), [(3, How.SAME)]),
        (LineName(("Utgifter", "Menot"), "Vaalit"), [(0, How.SAME)]),
        (LineName(("Palvelujen ostot",)), [(5, How.SAME)]),
        (LineName(("Ostopalvelut",), code="4000"), [(5, How.CODE)]),
        (LineName(("Palveluiden ostot",)), [(5, How.ALIKE)]),
        (LineName(("NETTOMENO",), "Kunnanhallitus"), []),
        (LineName(("TULOT",), "Vaalilautakunta"), [(1, How.BLOCK)]),
        (LineName(("MENOT",), "Hallituss"), [(3, How.BLOCK)]),
        (LineName(("Muut",), nth=2), [(7, How.SAME)]),
        (LineName(("Muut",), nth=3), []),
        (LineName(("Korkotuotot",)), []),
    ],
)
def test_a_line_is_found_by_the_surest_of_its_words(
    name: LineName, found: list[tuple[int, How]]
) -> None:
    assert [(hit.line, hit.how) for hit in UNITS.find(name)] == found


def test_likeness_can_be_left_out() -> None:
    assert UNITS.find(LineName(("Palveluiden ostot",)), alike=False) == ()


def test_exact_words_win_over_words_but_for_marks() -> None:
    lines = Lines(["A School", "B School", "School"], ["", "", ""], ["", "", ""])
    assert lines.find(LineName(("B School",))) == (Found(1, How.SAME),)
    assert [hit.line for hit in lines.find(LineName(("C School",)))] == [0, 1, 2]


def test_lines_of_one_name_are_counted_within_their_block() -> None:
    assert [UNITS.nth(i) for i in range(len(UNITS))] == [1, 1, 1, 1, 1, 1, 1, 2]
    assert [UNITS.is_only(i) for i in (0, 1, 5)] == [False, True, True]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("  Toimintakulut* ", "toimintakulut"),
        ("= Vuosikate", "vuosikate"),
        ("Netto (1 000 €) 1)", "netto 1 000 €"),
        ("Henkilöstömenot €", "henkilöstömenot"),
        ("Muutos %", "muutos %"),
        ("C III Rahoitusarvopaperit", "rahoitusarvopaperit"),
        ("I alt", "i alt"),
        ("5000", "5000"),
        ("tuotot – netto", "tuotot - netto"),
    ],
)
def test_a_key_leaves_out_what_is_no_word_of_the_label(text: str, key: str) -> None:
    assert label_key(text) == key


def test_numbers_in_a_label_are_never_a_slip_of_the_pen() -> None:
    assert likeness("koulu 1", "koulu 2") == 0.0
    assert likeness("ostot palvelujen", "palvelujen ostot") == 100.0


HEADINGS = ["TP 2019", "TA + MUUTOS 2020", "TA 2021", "TS 2022", "TS 2023", "MUUTOS €", "MUUTOS %"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("TP 2018", [(0, How.SAME)]),
        ("TA+MUUTOS 2019", [(1, How.SAME)]),
        ("Talousarvio 2020", [(2, How.ALIKE)]),
        ("MUUTOS €", [(5, How.SAME)]),
        ("Muutos-%", [(6, How.SAME)]),
        ("TA 2019", []),
        ("TS 2023", []),
    ],
)
def test_a_column_is_found_by_role_and_year(text: str, found: list[tuple[int, How]]) -> None:
    assert [(hit.column, hit.how) for hit in find_column(HEADINGS, text, 1)] == found


@pytest.mark.parametrize(
    ("old", "new", "shift"),
    [
        (["TP 2018", "TA 2019", "TA 2020"], ["TP 2019", "TA 2020", "TA 2021"], 1),
        (["TA20", "TP18"], ["TA23", "TP21"], 3),
        (["TA 2020"], ["Talousarvio 2021"], 1),
        (["TA 2020", "Muutos"], ["Muutos"], 0),
        (["TA 2020", "TS 2021"], ["TA 2020", "TS 2021"], 0),
        (["Actual", "Budget"], ["Actual", "Budget"], 0),
    ],
)
def test_the_shift_of_years_is_the_one_that_matches_most(
    old: list[str], new: list[str], shift: int
) -> None:
    assert year_shift(old, new) == shift


@given(st.lists(WITH_YEARS, max_size=4), st.lists(WITH_YEARS, max_size=4))
def test_no_other_shift_of_years_matches_more(old: list[str], new: list[str]) -> None:
    words = [(role.words, role.years) for role in map(role_of, new) if role.years]
    meant = [(role.scenario, role.years) for role in map(role_of, new) if role.years]

    def matches(shift: int) -> tuple[int, int, int]:
        later = [role_of(text).shifted(shift) for text in old]
        exact = sum((role.words, role.years) in words for role in later)
        return exact, sum((role.scenario, role.years) in meant for role in later), -abs(shift)

    best = max(range(-FARTHEST, FARTHEST + 1), key=matches)
    assert year_shift(old, new) == (best if any(matches(best)[:2]) else 0)


def _table(headings: Sequence[str]) -> Table:
    roles = [role_of(text) for text in headings]
    n = len(headings)
    return Table(
        sheet="S",
        grid=0,
        title="",
        lines=(),
        headings=tuple(
            Heading(j + 2, text, "", role.kind, role.years, role.scenario, "", 1.0)
            for j, (text, role) in enumerate(zip(headings, roles, strict=True))
        ),
        values=np.zeros((0, n)),
        cells=np.zeros((0, n), dtype=np.int64),
        percent=np.zeros((0, n), dtype=np.bool_),
        withheld=np.zeros((0, n), dtype=np.bool_),
    )


def test_tables_share_the_columns_of_one_year_and_scenario() -> None:
    first = _table(["TP 2018", "TA 2019", "Muutos 2019", "TA 2020", "Netto 2020 TA"])
    second = _table(["TA 2019", "TP 2018", "TP 2019", "Note"])
    assert same_columns(first, second) == [(0, 1), (1, 0)]


def test_a_heading_is_words_years_scenario_and_kind() -> None:
    role = role_of("Muutos TA20/TP18, %")
    assert (role.years, role.kind) == ((2020, 2018), Idea.CHANGE | Idea.PERCENT)
    assert role_of("TA+muutos 2019").kind == Idea.NONE
