"""Numbers and errors that a sheet holds as text, found after its cells have been read."""

from __future__ import annotations

import re
from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from workbooks.grid import Kind
from workbooks.numbers import (
    Notation,
    could_be_number,
    infer_notation,
    is_error_text,
    parse_number,
    simple_amounts,
)

_SAMPLE = 4_000
_ZERO_LED = re.compile(r"0[0-9][0-9. ]*")
_UNIT = re.compile(r"\D*1[\s.,'’]?000(?:[\s.,'’]?000)?\D*")
_CURRENCY = re.compile(r"[^\W\d_]|[€$£¥]")


def settle_texts(
    columns: NDArray[np.int32],
    kinds: NDArray[np.uint8],
    numbers: NDArray[np.float64],
    texts: dict[int, str],
) -> None:
    """Turns text cells that are one number into amounts and percentages, in place.

    What was typed stays in ``texts``. The notation is inferred for each column, with the whole
    sheet's where a column proves nothing. A column of codes, which shows by leading zeros, stays
    text, and so does ``1 000 €`` where it says the unit. A text that names an error becomes an
    error.
    """
    unlike = set(filter(_may_matter, set(texts.values())))
    if not unlike:
        return
    by_column: defaultdict[int, list[int]] = defaultdict(list)
    column_of = columns.tolist()
    is_text = (kinds == Kind.TEXT).tolist()
    for index, text in texts.items():
        if text in unlike and is_text[index]:
            by_column[column_of[index]].append(index)
    typed = {column: [texts[index] for index in places] for column, places in by_column.items()}
    of_sheet = infer_notation(_sample([text for column in typed.values() for text in column]))
    for column, places in by_column.items():
        found = _Column(typed[column], of_sheet)
        where = np.array(places, dtype=np.intp)
        kinds[where] = found.kinds
        numbers[where] = found.numbers
        units = _units(typed[column])
        if units and not _has_number_above(columns, kinds, places[units[0]]):
            kinds[where[units]] = Kind.TEXT
            numbers[where[units]] = np.nan


class _Column:
    """Kinds and numbers of the texts of one column that look like numbers or errors."""

    def __init__(self, texts: list[str], of_sheet: Notation) -> None:
        notation = infer_notation(_sample(texts), of_sheet)
        self.kinds = np.full(len(texts), Kind.AMOUNT, dtype=np.uint8)
        if _are_codes(texts):
            self.numbers = np.full(len(texts), np.nan)
            self.kinds[:] = Kind.TEXT
            return
        self.numbers = np.array(simple_amounts(texts, notation))
        for at in np.flatnonzero(np.isnan(self.numbers)).tolist():
            number = parse_number(texts[at], notation)
            if number is None:
                self.kinds[at] = Kind.ERROR if is_error_text(texts[at]) else Kind.TEXT
            else:
                self.kinds[at] = Kind.PERCENTAGE if number.percent else Kind.AMOUNT
                self.numbers[at] = number.value


def _sample(texts: list[str]) -> list[str]:
    """Enough of the texts, taken evenly, to tell their notation."""
    return texts[:: 1 + len(texts) // _SAMPLE]


def _may_matter(text: str) -> bool:
    return could_be_number(text) or (text[:1] in "#Ee " and is_error_text(text))


def _units(texts: list[str]) -> list[int]:
    """Positions of ``1 000 €`` and the like, in a column that has no other amount with a currency.

    >>> _units(["1 000 €", "1 250"]), _units(["1 000 €", "1 250 €"]), _units(["1000"])
    ([0], [], [])
    """
    with_currency = [at for at, text in enumerate(texts) if _CURRENCY.search(text)]
    is_unit = all(_UNIT.fullmatch(texts[at].strip()) for at in with_currency)
    return with_currency if is_unit else []


def _has_number_above(columns: NDArray[np.int32], kinds: NDArray[np.uint8], at: int) -> bool:
    """Whether a number stands above a cell in its column, so that it is one more and no heading."""
    above = kinds[:at][columns[:at] == columns[at]]
    return bool(np.isin(above, (Kind.AMOUNT, Kind.PERCENTAGE, Kind.DATE)).any())


def _are_codes(texts: list[str]) -> bool:
    """True for a column of codes: several start with a zero that no amount has (``02.4``)."""
    zero_led = sum(1 for text in texts if text[:1] in "0 " and _ZERO_LED.fullmatch(text.strip()))
    return zero_led >= 2 and zero_led * 20 >= len(texts)
