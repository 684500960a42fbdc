"""The child process that reads a .xls, .xlsb or .ods with python-calamine.

The native code may loop or ask for all memory on a hostile file; here it does so within limits
and beside the program. The task comes in and the result goes out as ``marshal`` over pipes, so
that the child imports neither numpy nor anything else that is slow to start.
"""

from __future__ import annotations

import io
import marshal
import re
import struct
import sys
from array import array
from datetime import date, datetime, time, timedelta
from typing import Any

from workbooks import biff
from workbooks.child_limits import limit_itself
from workbooks.looks import BookLooks
from workbooks.ole import Container, DamagedContainer

# The numbers of workbooks.grid.Kind, which would bring numpy along.
AMOUNT, DATE, TEXT, BOOLEAN = 1, 3, 4, 7
ENCRYPTED, DAMAGED, TOO_LARGE, READ = "encrypted", "damaged", "too large", "read"

_DAY = timedelta(days=1)
_EPOCH = datetime(1899, 12, 30)
_MIDNIGHT = time()
_DURATION = re.compile(r"PT(\d+)H(\d+)M(\d+(?:\.\d+)?)S")  # a time of an .ods beyond a day


def main(task: dict[str, Any]) -> None:
    """Reads ``task["file"]``, or the bytes in ``task["data"]``, within ``task``'s limits.

    The result goes to standard output.
    """
    limit_itself(task["seconds"], task["bytes"])
    try:
        outcome = (READ, read(_data(task), task["kind"], task["cells"]))
    except biff.Encrypted:
        outcome = (ENCRYPTED, {})
    except OverflowError:
        outcome = (TOO_LARGE, {})
    except MemoryError:
        raise SystemExit(1) from None  # the parent says what the limits were
    except BaseException as error:  # a panic of native code is no Exception
        outcome = (DAMAGED, {"why": type(error).__name__})
    sys.stdout.buffer.write(marshal.dumps(outcome))
    sys.stdout.buffer.flush()


def _data(task: dict[str, Any]) -> bytes:
    data: bytes | None = task["data"]
    if data is None:
        with open(task["file"], "rb") as stream:  # noqa: PTH123  (pathlib is slow to import)
            data = stream.read()
    return data


def read(data: bytes, kind: str, max_cells: int) -> dict[str, Any]:
    """Values and looks of all sheets as plain values.

    Raises ``Encrypted``, ``OverflowError`` beyond ``max_cells``, and whatever python-calamine
    raises for a damaged file.
    """
    import python_calamine

    looks, notes = _looks(data, kind, max_cells)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except python_calamine.PasswordError as error:
        raise biff.Encrypted from error
    sheets = []
    room = max_cells
    for number, about in enumerate(book.sheets_metadata):
        if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        try:
            sheet = _values(book.get_sheet_by_index(number), room)
        except python_calamine.CalamineError as error:
            notes.append(f"Sheet '{about.name}' could not be read: {error}.")
            continue
        room -= len(sheet["kinds"])
        sheet["name"] = about.name
        sheet["state"] = _state(str(about.visible))
        sheet["looks"] = looks.sheets[about.name].plain() if about.name in looks.sheets else None
        sheets.append(sheet)
    return {"sheets": sheets, "styles": looks.plain_looks(), "notes": notes}


def _state(visible: str) -> str:
    word = visible.rpartition(".")[2]
    return {"Hidden": "hidden", "VeryHidden": "veryHidden"}.get(word, "visible")


def _looks(data: bytes, kind: str, max_cells: int) -> tuple[BookLooks, list[str]]:
    """What the file says besides its values, and a note when that cannot be read."""
    try:
        if kind == "xls":
            container = Container(data)
            name = "workbook" if "workbook" in container.names() else "book"
            return biff.read_looks(container.stream(name)), []
        return _packed_looks(data, kind, max_cells), []
    except (DamagedContainer, KeyError, IndexError, ValueError, struct.error) as error:
        why = type(error).__name__
        return BookLooks(), [f"Without its formats and error values, which are damaged ({why})."]


def _packed_looks(data: bytes, kind: str, max_cells: int) -> BookLooks:
    from workbooks import ods, xlsb
    from workbooks.package import DamagedPart, Limits

    limits = Limits(max_cells=max_cells)
    try:
        return ods.read_looks(data, limits) if kind == "ods" else xlsb.read_looks(data, limits)
    except DamagedPart as error:
        raise ValueError from error


def _values(sheet: Any, room: int) -> dict[str, Any]:
    """The cells with content of one sheet, by column of facts."""
    rows, columns, kinds, numbers = array("i"), array("i"), array("B"), array("d")
    texts: dict[int, str] = {}
    top, left = sheet.start or (0, 0)
    for row, values in enumerate(sheet.to_python(skip_empty_area=True), top + 1):
        for column, value in enumerate(values, left + 1):
            if value == "":
                continue
            kind, number, text = _told(value)
            if text is not None:
                texts[len(kinds)] = text
            rows.append(row)
            columns.append(column)
            kinds.append(kind)
            numbers.append(number)
        if len(kinds) > room:
            raise OverflowError
    merges = [
        (first[0] + 1, first[1] + 1, last[0] + 1, last[1] + 1)
        for first, last in sheet.merged_cell_ranges or ()
    ]
    return {
        "rows": rows.tobytes(),
        "columns": columns.tobytes(),
        "kinds": kinds.tobytes(),
        "numbers": numbers.tobytes(),
        "texts": texts,
        "merges": merges,
    }


def _told(value: object) -> tuple[int, float, str | None]:
    """Kind, number and text of a value of python-calamine; dates as serial days from 1900."""
    number, text = float("nan"), None
    if isinstance(value, bool):
        kind, text = BOOLEAN, "TRUE" if value else "FALSE"
    elif isinstance(value, int | float):
        kind, number = AMOUNT, float(value)
    elif isinstance(value, timedelta):
        kind, number = DATE, value / _DAY
    elif isinstance(value, time):
        kind, number = DATE, (datetime.combine(_EPOCH, value) - _EPOCH) / _DAY
    elif isinstance(value, date):
        moment = value if isinstance(value, datetime) else datetime.combine(value, _MIDNIGHT)
        serial = (moment.replace(tzinfo=None) - _EPOCH) / _DAY
        kind, number = DATE, serial if serial >= 61 else serial - 1
    elif isinstance(value, str) and (passed := _DURATION.fullmatch(value)):
        hours, minutes, seconds = map(float, passed.groups())
        kind, number = DATE, (hours * 3600 + minutes * 60 + seconds) / _DAY.total_seconds()
    else:
        kind, text = TEXT, str(value)
    return kind, number, text
