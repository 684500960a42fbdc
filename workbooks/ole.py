"""Streams of an OLE container, the box around a .xls and around an encrypted .xlsx ([MS-CFB]).

Needs nothing but the standard library, since a child process imports it.
"""

from __future__ import annotations

import struct

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_END = 0xFFFFFFFA  # this and higher are no sector numbers
_HEADER_SECTORS = 109


class DamagedContainer(Exception):  # noqa: N818
    """The container's tables contradict each other."""


class Container:
    """The streams at the top of an OLE container held in memory."""

    def __init__(self, data: bytes) -> None:
        """Reads the tables; ``DamagedContainer`` when they are broken."""
        if not data.startswith(MAGIC) or len(data) < 512:
            raise DamagedContainer("no container")
        sector_shift, self._mini_shift = struct.unpack_from("<HH", data, 30)
        if sector_shift not in (9, 12) or self._mini_shift != 6:
            raise DamagedContainer("sector size")
        self._data = data
        self._size = 1 << sector_shift
        self._limit = len(data) // self._size + 1  # more sectors than these do not exist
        self._table = self._allocation_table()
        first_entry, self._cutoff = struct.unpack_from("<I4xI", data, 48)[0], 0
        self._cutoff = struct.unpack_from("<I", data, 56)[0]
        first_mini = struct.unpack_from("<I", data, 60)[0]
        directory = self._chain(first_entry)
        self._entries: dict[str, tuple[int, int]] = {}
        root = (_END, 0)
        for at in range(0, len(directory) - 127, 128):
            length, kind = struct.unpack_from("<HB", directory, at + 64)
            start, size = struct.unpack_from("<II", directory, at + 116)
            name = directory[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            if kind == 5:
                root = (start, size)
            elif kind == 2:
                self._entries.setdefault(name.lower(), (start, size))
        self._mini_table = _numbers(self._chain(first_mini)) if first_mini < _END else []
        self._mini_stream = self._chain(root[0]) if self._mini_table else b""

    def names(self) -> set[str]:
        """The names of the streams, in small letters."""
        return set(self._entries)

    def stream(self, name: str) -> bytes:
        """The bytes of a stream; ``KeyError`` when there is none of that name."""
        start, size = self._entries[name.lower()]
        if size >= self._cutoff:
            return self._chain(start)[:size]
        width = 1 << self._mini_shift
        pieces = []
        for sector in _followed(start, self._mini_table, len(self._mini_table)):
            pieces.append(self._mini_stream[sector * width : (sector + 1) * width])
        return b"".join(pieces)[:size]

    def _sector(self, number: int) -> bytes:
        at = (number + 1) * self._size
        return self._data[at : at + self._size]

    def _chain(self, start: int) -> bytes:
        return b"".join(map(self._sector, _followed(start, self._table, self._limit)))

    def _allocation_table(self) -> list[int]:
        sectors = list(struct.unpack_from(f"<{_HEADER_SECTORS}I", self._data, 76))
        following = struct.unpack_from("<I", self._data, 68)[0]
        for _ in range(self._limit):
            if following >= _END:
                break
            numbers = _numbers(self._sector(following))
            if not numbers:
                break
            sectors += numbers[:-1]
            following = numbers[-1]
        table: list[int] = []
        for sector in sectors[: self._limit]:
            if sector < _END:
                table += _numbers(self._sector(sector))
        return table


def _numbers(data: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))


def _followed(start: int, table: list[int], limit: int) -> list[int]:
    """The sectors of a chain in order; ``DamagedContainer`` when it goes in a circle."""
    chain: list[int] = []
    while start < _END:
        if start >= len(table) or len(chain) > limit:
            raise DamagedContainer("a chain of sectors has no end")
        chain.append(start)
        start = table[start]
    return chain
