"""Numbers typed as text: what is one, what is none, and which notation a group is in."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbooks.numbers import (
    COMMA,
    POINT,
    Notation,
    could_be_number,
    infer_notation,
    is_error_text,
    parse_number,
)

SPACES = {"space": " ", "no-break": "\u00a0", "narrow": "\u202f", "thin": "\u2009"}


@pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 234", 1234.0),
        ("1 234,5", 1234.5),
        ("-1 436 276", -1436276.0),
        ("− 1 436 276", -1436276.0),
        ("– 522 941", -522941.0),
        ("1 234,50 €", 1234.5),
        ("EUR 1 234", 1234.0),
        ("1 234-", -1234.0),
        ("(1 234)", -1234.0),
        ("1 234*", 1234.0),
        ("12 345 1)", 12345.0),
    ],
)
def test_any_kind_of_space_groups_thousands(space: str, text: str, value: float) -> None:
    parsed = parse_number(text.replace(" ", space), COMMA)
    assert parsed is not None
    assert parsed.value == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0.0),
        ("-0,0", 0.0),
        ("12", 12.0),
        ("1,234", 1234.0),
        ("1,234.5", 1234.5),
        ("1'234.50", 1234.5),
        ("1’234’567", 1234567.0),
        (".5", 0.5),
        ("(1,006)", -1006.0),
        ("( 86,296 )", -86296.0),
        ("<100.00>", -100.0),
        ("100.00CR", -100.0),
        ("100.00 DR", 100.0),
        ("200-", -200.0),
        ("+5", 5.0),
        ("$5", 5.0),
        ("-$5", -5.0),
        ("$(5)", -5.0),
        ("($5)", -5.0),
        ("2,261,550 $", 2261550.0),
        ("$ 60,60,000", 6060000.0),
        ("£1,000", 1000.0),
        ("500 kr", 500.0),
        ("kr. 500", 500.0),
        ("Fr. 2'113'070", 2113070.0),
        ("1 200,-", 1200.0),
        ("1E+05", 100000.0),
        ("1.5e-3", 0.0015),
        ("1234¹", 1234.0),
        ("1,234 †", 1234.0),
        ("1,234 a)", 1234.0),
        ("1,234 [2]", 1234.0),
        ("  12  ", 12.0),
        ("1.234.567", 1234567.0),
        ("1.234,56", 1234.56),
    ],
)
def test_forms_of_numbers(text: str, value: float) -> None:
    parsed = parse_number(text, POINT)
    assert parsed is not None
    assert parsed.value == value
    assert not parsed.percent


@pytest.mark.parametrize(
    ("text", "value", "decimals"),
    [
        ("3,6 %", 0.036, 1),
        ("3,6\u00a0%", 0.036, 1),
        ("3.6%", 0.036, 1),
        ("-12 %", -0.12, 0),
        ("(12 %)", -0.12, 0),
        ("100%*", 1.0, 0),
    ],
)
@pytest.mark.parametrize("notation", [POINT, COMMA])
def test_percentages_are_shares(text: str, value: float, decimals: int, notation: Notation) -> None:
    parsed = parse_number(text, notation)
    assert parsed is not None
    assert (parsed.value, parsed.percent, parsed.decimals) == (value, True, decimals)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "-", "–", "—", "..", "…", ".", "n/a", "NA", "x", "ei tietoa", "%", "€", "kr"),
        *("0012", "00", "-012", "3.1.2", "1.", "1)", "a)", "(B1102)", "B12", "12a", "4D"),
        *("31.12.2019", "1.1.", "2019-12-31", "12/2019", "2019-2020", "2019–2020", "16–17"),
        *("040 123 4567", "+358 40 123 4567", "98100 Kemijärvi", "12 500 13 000", "2019 2020"),
        *("1 ,5", "1, 5", "--5", "((5))", "( 5", "5 )", "<5", "5 % %", "12+", "5 %-yks", "5 CRX"),
        *("1,2,3", "1,23,45", "1 23 456", "1234 567", "1'234,567'8", "1,,5", "1e5", "9" * 65),
        "1e+999",
    ],
)
@pytest.mark.parametrize("notation", [POINT, COMMA])
def test_what_is_not_one_number(text: str, notation: Notation) -> None:
    assert parse_number(text, notation) is None


def test_the_footnote_mark_is_told() -> None:
    marks = [parse_number(text, COMMA) for text in ("1 234*", "12 1)", "5 %**", "7")]
    assert [mark.footnote for mark in marks if mark] == ["*", "1)", "**", ""]


@pytest.mark.parametrize(
    ("texts", "decimal"),
    [
        (["1,234", "12,5"], ","),  # one text with one decimal
        (["1,234", "2,345,678"], "."),  # a mark that repeats groups
        (["1,234.5"], "."),
        (["1.234,5"], ","),
        (["0,123"], ","),  # no thousand begins with a zero
        (["12345,678"], ","),  # nor has it five digits before its mark
        (["1 234,567"], ","),  # nor two kinds of marks
        (["1,234"], "."),  # no proof: three digits are rather a thousand
        (["1.234"], ","),
        (["1.234", "31.12.2019", "12.2019"], ","),  # dates prove nothing
        (["12", "abc", ""], "."),
        (["3,6 %", "1,234"], ","),
        (["1,234,567", "9,87", "8,76", "7,65"], ","),  # the majority decides
    ],
)
def test_notation_by_evidence(texts: list[str], decimal: str) -> None:
    assert infer_notation(texts).decimal == decimal


def test_fallback_only_without_proof() -> None:
    assert infer_notation(["1,234"], COMMA) is COMMA
    assert infer_notation(["1,234", "5.5"], COMMA) == POINT


@pytest.mark.parametrize("text", ["#JAKO/0!", "#div/0!", " #VÄRDEFEL! ", "#N/A", "Err:502", "###"])
def test_error_texts(text: str) -> None:
    assert is_error_text(text)


@pytest.mark.parametrize("text", ["#", "# 12", "#1", "Error", "", "N/A", "##"])
def test_no_error_texts(text: str) -> None:
    assert not is_error_text(text)


@st.composite
def typed_amounts(draw: st.DrawFn) -> tuple[str, Notation, float]:
    """A number written in a notation, and its value."""
    notation = draw(st.sampled_from([POINT, COMMA]))
    mark = draw(st.sampled_from([*notation.thousands, "\u00a0", "\u202f", "\u2009", ""]))
    whole = draw(st.integers(0, 10**12))
    fraction = draw(st.text("0123456789", max_size=4))
    grouped = f"{whole:,}".replace(",", mark)
    if mark in ",." and mark and not fraction and grouped.count(mark) == 1:
        fraction = "00"  # a single mark alone would be a matter of the notation
    text = grouped + (notation.decimal + fraction if fraction else "")
    value = float(f"{whole}.{fraction or 0}")
    shape = draw(
        st.sampled_from(
            ["{}", "-{}", "− {}", "({})", "{}-", "<{}>", "{} €", "$ {}", "{}*", "{} CR"]
        )
    )
    negative = any(mark in shape for mark in ("-", "−", "(", "<", "CR"))
    return shape.format(text), notation, -value if negative else value


@given(typed_amounts())
@settings(deadline=None)
def test_written_then_read(case: tuple[str, Notation, float]) -> None:
    text, notation, value = case
    parsed = parse_number(text, notation)
    assert parsed is not None
    assert parsed.value == value
    assert could_be_number(text)


@given(st.lists(typed_amounts(), min_size=3, max_size=20))
@settings(deadline=None)
def test_notation_of_a_column_reads_all_its_numbers(
    cases: list[tuple[str, Notation, float]],
) -> None:
    notation = cases[0][1]
    texts = [text for text, used, _ in cases if used == notation]
    proof = "1 234,56" if notation == COMMA else "1 234.56"
    inferred = infer_notation([*texts, proof])
    assert inferred.decimal == notation.decimal


@given(st.text(max_size=70))
@settings(deadline=None, max_examples=300)
def test_any_text_is_a_number_or_none(text: str) -> None:
    parsed = parse_number(text, COMMA)
    assert parsed is None or could_be_number(text) or text.strip("-").isdigit()
    infer_notation([text])
    is_error_text(text)
