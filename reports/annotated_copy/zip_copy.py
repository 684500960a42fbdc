"""A zip copied entry by entry: what is kept moves over packed as it is, byte for byte."""

from __future__ import annotations

import copy
import struct
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

CHUNK = 1 << 20
# The date of every part that is written anew. Neither Excel (1980) nor LibreOffice (now) writes it,
# so a copy that was saved by a person can be told from one as it was made.
WRITTEN = (2000, 1, 1, 0, 0, 0)
DIRECTORY = "[Content_Types].xml"

_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_HAS_DESCRIPTOR = 0x08


class ZipCopy:
    """Reads ``source`` and writes ``target``; close it to finish the target."""

    def __init__(self, source: BinaryIO, target: Path) -> None:
        self._source = source
        self._read = zipfile.ZipFile(source)
        self._write = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED)

    def entries(self) -> list[zipfile.ZipInfo]:
        """The entries of the source, in the order of its directory."""
        return self._read.infolist()

    def keep(self, entry: zipfile.ZipInfo) -> None:
        """Copy an entry without unpacking it. Raises ``BadZipFile`` when the source is damaged."""
        self._source.seek(entry.header_offset)
        head = self._source.read(_LOCAL_HEADER.size)
        if len(head) != _LOCAL_HEADER.size or head[:4] != b"PK\x03\x04":
            raise zipfile.BadZipFile(f"{entry.filename} is not where the directory has it")
        *_, name, extra = _LOCAL_HEADER.unpack(head)
        self._source.seek(name + extra, 1)
        kept = copy.copy(entry)
        kept.extra = b""  # sizes and dates of other programs, which ZipFile writes where needed
        kept.flag_bits &= ~_HAS_DESCRIPTOR  # the sizes are known here
        archive = self._write
        stream = archive.fp
        assert stream is not None
        stream.seek(archive.start_dir)
        kept.header_offset = stream.tell()
        stream.write(kept.FileHeader())
        left = entry.compress_size
        while left:
            piece = self._source.read(min(CHUNK, left))
            if not piece:
                raise zipfile.BadZipFile(f"{entry.filename} is cut short")
            stream.write(piece)
            left -= len(piece)
        archive.start_dir = stream.tell()
        archive.filelist.append(kept)
        archive.NameToInfo[kept.filename] = kept

    def write(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write an entry anew."""
        info = zipfile.ZipInfo(name, WRITTEN)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o600 << 16
        with self._write.open(info, "w", force_zip64=False) as stream:
            for chunk in chunks:
                stream.write(chunk)

    def close(self) -> None:
        """Finish the target; the source stays open."""
        self._write.close()
        self._read.close()


def is_as_written(path: Path) -> bool:
    """Whether a file is a copy that nobody saved since it was made."""
    try:
        with zipfile.ZipFile(path) as package:
            return package.getinfo(DIRECTORY).date_time == WRITTEN
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return False
