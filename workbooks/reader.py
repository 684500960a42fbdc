"""Any workbook file in, one Workbook out: what the file is, is told by its content."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import numpy as np

from workbooks.csv_reader import read_csv
from workbooks.errors import InputError
from workbooks.grid import Workbook
from workbooks.ole import MAGIC
from workbooks.package import DAMAGED_REMEDY, DamagedPart, Encrypted, Limits, Refused, raised
from workbooks.sniffing import format_of
from workbooks.xlsx_book import BookParts, Progress, read_xlsx

__all__ = ["Limits", "read_workbook"]

_DEFAULT_LIMITS = Limits()
_WORKBOOKS = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb", ".ods")


def read_workbook(
    path: str | Path,
    *,
    password: str | None = None,
    limits: Limits = _DEFAULT_LIMITS,
    progress: Progress | None = None,
    behind: Collection[str] = (),
) -> Workbook:
    """Reads a workbook: .xlsx, .xlsm, .xltx, .xltm, .csv, .xls, .xlsb or .ods.

    ``behind`` names defined names: of an .xlsx only the sheets that they are on are read, and none
    where it has no such name.
    ``progress`` is called before each sheet with its name, its number and the number of sheets.
    ``password`` opens an encrypted .xlsx, .xlsm, .xlsb or .xls, in memory. The file is only read,
    nothing it links to is opened. Raises ``InputError`` with one sentence
    when the file is missing, locked, encrypted, damaged, hostile, too large or no workbook.
    """
    place = Path(path)
    try:
        with _opened(place) as file:
            size = _checked_size(file, limits)
            sha256 = _sha256(file)
            kind, parts = _decrypted_or_read(place, file, password, limits, progress, behind)
    except (Refused, DamagedPart) as error:
        remedy = error.remedy if isinstance(error, Refused) else DAMAGED_REMEDY
        fact = error.fact if isinstance(error, Refused) else f"is damaged ({error})"
        raise InputError(_sentence(place, fact, remedy)) from error
    except MemoryError as error:
        fact = "needs more memory than there is"
        raise InputError(_sentence(place, fact, "split it into smaller workbooks")) from error
    except OSError as error:
        fact = f"cannot be read ({error.strerror or 'input error'})"
        raise InputError(_sentence(place, fact, "check the disk and the file's rights")) from error
    return Workbook(
        file=place.name,
        grids=parts.grids,
        styles=parts.styles,
        sha256=sha256,
        size=size,
        format=kind,
        names=parts.names,
        date_1904=parts.date_1904,
        notes=tuple(parts.notes),
    )


def _sentence(place: Path, fact: str, remedy: str) -> str:
    return " ".join(f"{place.name} {fact}; {remedy}.".split())


def _checked_size(file: BinaryIO, limits: Limits) -> int:
    size = file.seek(0, 2)
    file.seek(0)
    if size == 0:
        raise Refused("is empty", "choose the file that holds the budget")
    if size > limits.max_file_bytes:
        raise Refused(f"is larger than {limits.max_file_bytes >> 20:,} MB", raised("max-file-mb"))
    return size


def _sha256(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(1 << 20):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _opened(place: Path) -> BinaryIO:
    try:
        if place.is_dir():
            raise Refused("is a folder", "give the path of a workbook")
        if not place.is_file():
            fact = "is not an ordinary file" if place.exists() else "does not exist"
            raise Refused(fact, "check the path")
        return place.open("rb")
    except PermissionError as error:
        raise Refused(
            "may not be read by you", "close it elsewhere or ask for the right to read it"
        ) from error
    except ValueError as error:  # a path with a zero byte
        raise Refused("is no file name", "check the path") from error


def _is_tabular(book: BookParts) -> bool:
    """True when some row of a delimited text has cells beside each other, with a number."""
    for grid in book.grids:
        rows, counts = np.unique(grid.rows, return_counts=True)
        if len(rows) and (counts >= 2).any() and np.isfinite(grid.numbers).any():
            return True
    return False


def _decrypted_or_read(
    place: Path,
    file: BinaryIO,
    password: str | None,
    limits: Limits,
    progress: Progress | None,
    behind: Collection[str],
) -> tuple[str, BookParts]:
    """The format and the content, of the workbook inside where the file is encrypted."""
    try:
        return _read(place, file, limits, progress, behind)
    except Encrypted:
        file.seek(0)
        data = file.read()
        if not data.startswith(MAGIC):  # of an .ods, or a zip with a password
            raise
        from workbooks.encrypted import decrypted

        inside = BytesIO(decrypted(data, password, limits))
        return _read(place, inside, limits, progress, behind)


def _read(
    place: Path,
    file: BinaryIO,
    limits: Limits,
    progress: Progress | None,
    behind: Collection[str],
) -> tuple[str, BookParts]:
    """The format and the content."""
    kind, package = format_of(file, limits)
    if kind == "csv":
        book = read_csv(file, place.stem, limits)
        if place.suffix.lower() in _WORKBOOKS and not _is_tabular(book):
            raise Refused("is a text, not a workbook", "save it as .xlsx")
        return kind, book
    if package is not None and kind == "xlsx":
        with_macros = place.suffix.lower() in (".xlsm", ".xltm")
        return "xlsm" if with_macros else "xlsx", read_xlsx(package, limits, progress, behind)
    from workbooks.calamine_reader import read_calamine

    if package is not None:
        package.check_sizes()
    source = file.getvalue() if isinstance(file, BytesIO) else place
    return kind, read_calamine(source, kind, limits, progress)
