"""How wide a column must be to show its numbers: Excel writes #### where they do not fit."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from workbooks.grid import Grid, Kind, Style

_LITERALS = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[[^\]]*\]')
_USUAL_SIZE = 11.0  # points of the font that widths are counted in
_PADDING = 1.2  # characters
_BOLD = 1.08
_MOST = 60.0


@lru_cache(maxsize=1_000)
def decimals_of(number_format: str) -> tuple[int | None, bool]:
    """Decimals that a number format shows (none where it leaves them open), and if per cent."""
    section = _LITERALS.sub("", number_format.split(";", maxsplit=1)[0])
    if section.casefold() in ("general", "@", ""):
        return None, False
    match = re.search(r"\.([0#?]+)", section)
    return (len(match.group(1)) if match else 0), "%" in section


@lru_cache(maxsize=1_000)
def is_grouped(number_format: str) -> bool:
    """Whether a number format sets thousands apart.

    >>> is_grouped("#,##0"), is_grouped("# ##0"), is_grouped("General"), is_grouped('0 "€"')
    (True, True, False, False)
    """
    section = _LITERALS.sub("", number_format.split(";", maxsplit=1)[0])
    return bool(re.search(r"[#0][, \u00a0][#0]", section))


@lru_cache(maxsize=1_000)
def _shape(number_format: str) -> tuple[int, bool, bool, int]:
    """Decimals, whether thousands are grouped, whether per cent, and letters besides the digits.

    >>> _shape('#,##0.00 "€"')
    (2, True, False, 2)
    """
    section = number_format.split(";", maxsplit=1)[0]
    plain = _LITERALS.sub("", section)
    decimals, is_percent = decimals_of(number_format)
    literals = sum(len(text or one) for text, one in _LITERALS.findall(section))
    spaces = len(plain) - len(plain.strip())
    return decimals or 0, is_grouped(number_format), is_percent, literals + spaces + is_percent


def needed_widths(grid: Grid, styles: tuple[Style, ...]) -> dict[int, float]:
    """The least width of each column that has numbers, in characters, without signs of ours."""
    is_number = np.isin(grid.kinds, (Kind.AMOUNT, Kind.PERCENTAGE)) & np.isfinite(grid.numbers)
    at = np.flatnonzero(is_number)
    if not len(at):
        return {}
    shapes = [_shape(style.number_format) for style in styles]
    scales = [(style.size or _USUAL_SIZE) / _USUAL_SIZE for style in styles]
    decimals = np.array([shape[0] for shape in shapes])
    grouped = np.array([shape[1] for shape in shapes])
    percent = np.array([shape[2] for shape in shapes])
    others = np.array([shape[3] for shape in shapes])
    scale = np.array(scales) * np.where([style.bold for style in styles], _BOLD, 1.0)
    style = grid.styles[at]
    values = np.abs(grid.numbers[at]) * np.where(percent[style], 100.0, 1.0)
    digits = _digits(np.maximum(values, 1.0))
    letters = digits + np.where(grouped[style], 0.55 * ((digits - 1) // 3), 0)
    letters = letters + np.where(decimals[style] > 0, decimals[style] + 0.55, 0) + others[style]
    letters = letters + np.where(grid.numbers[at] < 0, 0.7, 0)
    widths = np.zeros(int(grid.columns.max()) + 1)
    np.maximum.at(widths, grid.columns[at], letters * scale[style] + _PADDING)
    for index, text in grid.texts.items():
        if is_number[index]:
            column, needed = int(grid.columns[index]), len(text) * scale[grid.styles[index]]
            widths[column] = max(widths[column], needed + _PADDING)
    return {int(column): min(float(widths[column]), _MOST) for column in np.flatnonzero(widths)}


def _digits(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Digits before the point, of values from 1 up."""
    return np.floor(np.log10(values) + 1e-12) + 1
