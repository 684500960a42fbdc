"""Formulas as trees: precedence, references of every kind, and what is not understood."""

from __future__ import annotations

import pytest

from workbooks.formula.parse import UnreadFormulaError, parse
from workbooks.formula.syntax import (
    Binary,
    Bound,
    Call,
    ErrorValue,
    External,
    Name,
    Number,
    Prefix,
    Reference,
    Text,
    Truth,
    nodes,
    references,
)
from workbooks.refs import MAX_ROWS, Area


def test_signs_bind_tighter_than_powers_and_these_than_products() -> None:
    one, two, three = Number(1), Number(2), Number(3)
    assert parse("=-1^2", 1, 1) == Binary("^", Prefix("-", one), two)
    assert parse("=1+2*3", 1, 1) == Binary("+", one, Binary("*", two, three))
    assert parse("=1-2-3", 1, 1) == Binary("-", Binary("-", one, two), three)
    assert parse("=(1-2)*3%", 1, 1) == Binary("*", Binary("-", one, two), Prefix("%", three))
    assert parse('=1&"a""b"=2', 1, 1) == Binary("=", Binary("&", one, Text('a"b')), two)


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("=B4", Area(4, 2, 4, 2)),
        ("=$B$4:C9", Area(4, 2, 9, 3)),
        ("=C9:B4", Area(4, 2, 9, 3)),
        ("=B:C", Area(1, 2, MAX_ROWS, 3)),
        ("=$2:3", Area(2, 1, 3, 16384)),
    ],
)
def test_a_reference_names_an_area(text: str, area: Area) -> None:
    node = parse(text, 5, 5)
    assert isinstance(node, Reference)
    assert node.area(5, 5) == area


def test_a_copied_formula_has_the_same_tree_and_points_elsewhere() -> None:
    first, second = parse("=SUM(B2:B$4)", 5, 2), parse("=SUM(C3:C$4)", 6, 3)
    assert first == second
    assert [r.area(6, 3) for r in references(first)] == [Area(3, 3, 4, 3)]
    assert [r.area(1, 2) for r in references(first)] == [None]


def test_sheets_names_other_workbooks_and_errors() -> None:
    sheet = parse("='It''s'!B4+Jan:Dec!$B$4", 1, 1)
    assert [(r.sheet, r.last_sheet) for r in references(sheet)] == [("It's", ""), ("Jan", "Dec")]
    assert parse("='[2]Old book'!B4*2", 1, 1) == Binary(
        "*", External("'[2]Old book'!B4"), Number(2)
    )
    assert parse("=[1]Old!B4:B9", 1, 1) == External("[1]Old!B4")
    assert parse("=Rate+TRUE", 1, 1) == Binary("+", Name("Rate"), Truth(True))
    assert parse("=#REF!+Sheet!#REF!", 1, 1) == Binary(
        "+", ErrorValue("#REF!"), ErrorValue("#REF!")
    )


def test_a_call_keeps_its_empty_arguments() -> None:
    node = parse("=_xlfn.IFS(A1,,2)", 1, 1)
    assert isinstance(node, Call)
    cell = Reference(Bound(0, False), Bound(0, False), Bound(0, False), Bound(0, False))
    assert (node.name, node.arguments) == ("IFS", (cell, None, Number(2)))
    assert parse("=LOG10(5)", 1, 1) == Call("LOG10", (Number(5),))
    assert [type(n).__name__ for n in nodes(parse("=-SUM(A1,2)%", 1, 1))][:3] == [
        "Prefix",
        "Prefix",
        "Call",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "=",
        "=1+",
        "=(1",
        "=SUM(1",
        "={1,2}",
        "=Table[Column]",
        "=A1:",
        "=1 2",
        "=" + "(" * 99,
        "=A9999999",
    ],
)
def test_what_is_not_understood_says_so(text: str) -> None:
    with pytest.raises(UnreadFormulaError):
        parse(text, 1, 1)
