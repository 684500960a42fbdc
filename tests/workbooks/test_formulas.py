"""Formulas are alike by either key, or by neither."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from workbooks.formulas import key_from_cell, seen_from_cell

_PIECES = (
    *("A1", "B2", "$B2", "B$2", "AA10", "XFD9", "ZZZ9", "A0", "A01", "A1048577", "B:B", "2:2"),
    *("TAX2020", "1E5", "x1", "a1", "Data!B2", "'A1'!B2", '"A1"', "[1]Sheet1!A1", "LOG10(B2)"),
    *("A1.5", "_A1", "A1_", "3", "0.5", "#REF!", "A1:B2", "A1:B", "B:A1", "Total", "TRUE"),
)
_formulas = st.lists(st.sampled_from(_PIECES), min_size=1, max_size=4).map(
    lambda pieces: "=SUM(" + "+".join(pieces) + ")"
)
_cells = st.tuples(st.integers(1, 12), st.integers(1, 12))


@given(_formulas, _formulas, _cells, _cells)
@settings(max_examples=500)
def test_both_keys_tell_the_same_formulas_apart(
    one: str, other: str, first: tuple[int, int], second: tuple[int, int]
) -> None:
    for a, b in ((one, other), (one, one)):
        alike = seen_from_cell(a, *first) == seen_from_cell(b, *second)
        assert (key_from_cell(a, *first) == key_from_cell(b, *second)) == alike


def test_copies_of_plain_formulas_have_one_key() -> None:
    keys = {key_from_cell(f"=SUM({c}2:{c}9)-$K2", 10, k) for k, c in enumerate("BCDE", 2)}
    assert len(keys) == 1
    assert key_from_cell("=SUM(B2:B9)", 10, 2) == ("=SUM(", 0, -8, ":", 0, -1, ")")
