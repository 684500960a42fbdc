"""Numbers and errors that a sheet holds as text, found after its cells have been read."""

from __future__ import annotations

import re
from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from workbooks.grid import Kind
from workbooks.numbers import (
    Notation,
    ParsedNumber,
    could_be_number,
    infer_notation,
    is_error_text,
    parse_number,
)

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
    unlike = {text for text in set(texts.values()) if _may_matter(text)}
    if not unlike:
        return
    by_column: defaultdict[int, list[int]] = defaultdict(list)
    for index, text in texts.items():
        if text in unlike and kinds[index] == Kind.TEXT:
            if is_error_text(text):
                kinds[index] = Kind.ERROR
            else:
                by_column[int(columns[index])].append(index)
    typed = [texts[index] for indexes in by_column.values() for index in indexes]
    of_sheet = infer_notation(typed)
    parsed: dict[tuple[str, Notation], ParsedNumber | None] = {}
    for indexes in by_column.values():
        if _are_codes([texts[index] for index in indexes]):
            continue
        notation = infer_notation((texts[index] for index in indexes), of_sheet)
        for index in indexes:
            key = texts[index], notation
            if key not in parsed:
                parsed[key] = parse_number(*key)
            number = parsed[key]
            if number is not None:
                kinds[index] = Kind.PERCENTAGE if number.percent else Kind.AMOUNT
                numbers[index] = number.value


def _are_codes(texts: list[str]) -> bool:
    """True for a column of codes: several start with a zero that no amount has (``02.4``)."""
    zero_led = sum(1 for text in texts if _ZERO_LED.fullmatch(text.strip()))
    return zero_led >= 2 and zero_led * 20 >= len(texts)


def _may_matter(text: str) -> bool:
    return could_be_number(text) or is_error_text(text)
