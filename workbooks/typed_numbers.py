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
)

_SAMPLE = 4_000
_ZERO_LED = re.compile(r"0[0-9][0-9. ]*")


def settle_texts(
    columns: NDArray[np.int32],
    kinds: NDArray[np.uint8],
    numbers: NDArray[np.float64],
    texts: dict[int, str],
) -> None:
    """Turns text cells that are one number into amounts and percentages, in place.

    What was typed stays in ``texts``. The notation is inferred for each column, with the whole
    sheet's where a column proves nothing. A column of codes, which shows by leading zeros, stays
    text. A text that names an error becomes an error.
    """
    unlike = {text for text in set(texts.values()) if could_be_number(text) or is_error_text(text)}
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
        found = _parsed(typed[column], of_sheet)
        where = np.array(places, dtype=np.intp)
        values = np.array([value for _, value in found])
        kinds[where] = [kind for kind, _ in found]
        numbers[where] = values


def _parsed(typed: list[str], of_sheet: Notation) -> list[tuple[Kind, float]]:
    """Kind and number of each text of one column."""
    notation = infer_notation(_sample(typed), of_sheet)
    are_codes = _are_codes(typed)
    found = []
    for text in typed:
        number = None if are_codes else parse_number(text, notation)
        if number is not None:
            kind = Kind.PERCENTAGE if number.percent else Kind.AMOUNT
            found.append((kind, number.value))
        else:
            found.append((Kind.ERROR if is_error_text(text) else Kind.TEXT, np.nan))
    return found


def _sample(texts: list[str]) -> list[str]:
    """Enough of the texts, taken evenly, to tell their notation."""
    return texts[:: 1 + len(texts) // _SAMPLE]


def _are_codes(texts: list[str]) -> bool:
    """True for a column of codes: several start with a zero that no amount has (``02.4``)."""
    zero_led = sum(1 for text in texts if _ZERO_LED.fullmatch(text.strip()))
    return zero_led >= 2 and zero_led * 20 >= len(texts)
