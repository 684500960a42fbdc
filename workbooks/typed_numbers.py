"""Numbers and errors that a sheet holds as text, found after its cells have been read."""

from __future__ import annotations

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


def settle_texts(
    columns: NDArray[np.int32],
    kinds: NDArray[np.uint8],
    numbers: NDArray[np.float64],
    texts: dict[int, str],
) -> None:
    """Turns text cells that are one number into amounts and percentages, in place.

    What was typed stays in ``texts``. The notation is inferred for each column, with the whole
    sheet's where a column proves nothing. A text that names an error becomes an error.
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
        notation = infer_notation((texts[index] for index in indexes), of_sheet)
        for index in indexes:
            key = texts[index], notation
            if key not in parsed:
                parsed[key] = parse_number(*key)
            number = parsed[key]
            if number is not None:
                kinds[index] = Kind.PERCENTAGE if number.percent else Kind.AMOUNT
                numbers[index] = number.value


def _may_matter(text: str) -> bool:
    return could_be_number(text) or is_error_text(text)
