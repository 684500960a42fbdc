"""Cells as aligned arrays: addresses of many at once, blocks put together, order by place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbooks.refs import MAX_COLUMNS, MAX_ROWS

Places = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.bool_]]

COLUMN_BITS = 14  # a place is row << 14 | column - 1, as MAX_COLUMNS is 1 << 14
_NEWLINE = 10


@dataclass(slots=True)
class Cells:
    """Aligned arrays as in a grid, with texts by position."""

    rows: NDArray[np.int32]
    columns: NDArray[np.int32]
    kinds: NDArray[np.uint8]
    numbers: NDArray[np.float64]
    styles: NDArray[np.int32]
    texts: dict[int, str]

    def __len__(self) -> int:
        return len(self.rows)

    def places(self) -> NDArray[np.int64]:
        """One number per cell that grows in row-major order."""
        return self.rows.astype(np.int64) << COLUMN_BITS | (self.columns - 1)

    def picked(self, where: NDArray[np.intp]) -> Cells:
        """The cells at these positions, in this order."""
        moved = np.full(len(self), -1, dtype=np.int64)
        moved[where] = np.arange(len(where))
        targets = moved[np.fromiter(self.texts, np.int64, len(self.texts))].tolist()
        pairs = zip(targets, self.texts.values(), strict=True)
        return Cells(
            self.rows[where],
            self.columns[where],
            self.kinds[where],
            self.numbers[where],
            self.styles[where],
            {at: text for at, text in pairs if at >= 0},
        )


def joined(blocks: list[Cells]) -> Cells:
    """Blocks one behind the other."""
    if len(blocks) == 1:
        return blocks[0]
    texts: dict[int, str] = {}
    base = 0
    for block in blocks:
        if base:
            positions = np.fromiter(block.texts, np.int64, len(block.texts)) + base
            texts.update(zip(positions.tolist(), block.texts.values(), strict=True))
        else:
            texts.update(block.texts)
        base += len(block)
    return Cells(
        np.concatenate([np.empty(0, np.int32), *(block.rows for block in blocks)]),
        np.concatenate([np.empty(0, np.int32), *(block.columns for block in blocks)]),
        np.concatenate([np.empty(0, np.uint8), *(block.kinds for block in blocks)]),
        np.concatenate([np.empty(0, np.float64), *(block.numbers for block in blocks)]),
        np.concatenate([np.empty(0, np.int32), *(block.styles for block in blocks)]),
        texts,
    )


def in_order(cells: Cells) -> Cells:
    """The cells in row-major order; of cells at the same place only the last."""
    places = cells.places()
    if (places[1:] > places[:-1]).all():
        return cells
    order = np.argsort(places, kind="stable")
    ordered = places[order]
    last = np.append(ordered[1:] != ordered[:-1], True)
    return cells.picked(order[last])


def place_of(row: int, column: int) -> int:
    """One number per cell that grows in row-major order."""
    return row << COLUMN_BITS | (column - 1)


def places_of(addresses: bytes, count: int) -> Places:
    """Rows, columns and whether each address lies on a sheet, for many addresses at once.

    The addresses are parted by line breaks.

    >>> rows, columns, placed = places_of(b"B4\\nxfd1048576\\nA0", 3)
    >>> rows.tolist()[:2], columns.tolist()[:2], placed.tolist()
    ([4, 1048576], [2, 16384], [True, True, False])
    """
    raw = np.frombuffer(addresses + b"\n" * 10, dtype=np.uint8)
    ends = np.flatnonzero(raw[:-9] == _NEWLINE)
    starts = np.concatenate((np.zeros(1, dtype=ends.dtype), ends[:-1] + 1))
    columns = np.zeros(count, dtype=np.int32)
    letters = np.zeros(count, dtype=np.int32)
    alive = np.ones(count, dtype=np.bool_)
    for step in range(3):
        upper = raw[starts + step] & 0xDF
        alive = alive & (upper >= ord("A")) & (upper <= ord("Z"))
        columns = np.where(alive, columns * 26 + (upper.astype(np.int32) - 64), columns)
        letters += alive
    starts = starts + letters
    digits = ends - starts
    placed = (letters > 0) & (digits > 0) & (digits <= 7)
    rows = np.zeros(count, dtype=np.int32)
    for step in range(min(int(digits.max(initial=0)), 7)):
        value = raw[np.minimum(starts + step, len(raw) - 1)].astype(np.int32) - ord("0")
        inside = digits > step
        placed &= ((value >= 0) & (value <= 9)) | ~inside
        rows = np.where(inside & placed, rows * 10 + value, rows)
    placed &= (rows >= 1) & (rows <= MAX_ROWS) & (columns <= MAX_COLUMNS)
    return rows, columns, placed
