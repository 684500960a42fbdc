"""How many lines wrapped text takes: nobody measures the rows of a file no Excel has written."""

from __future__ import annotations

import math

LINE = 13.0  # points, of 10-point letters


def lines_in(text: str, width: float) -> int:
    """Lines that ``text`` takes in ``width`` characters, broken between words where it can be."""
    count = 0
    for paragraph in text.split("\n"):
        count, used = count + 1, 0.0
        for word in paragraph.split(" "):
            if used and used + 1 + len(word) > width:
                count, used = count + 1, 0.0
            if len(word) > width:
                count += math.ceil(len(word) / width) - 1
                used = len(word) % width
            else:
                used += len(word) + (1 if used else 0)
    return count
