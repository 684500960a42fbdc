"""A .csv (or other delimited text) as one sheet."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import BinaryIO

import numpy as np

from workbooks.grid import Grid, Kind, Style
from workbooks.package import Limits, Refused, raised
from workbooks.refs import MAX_COLUMNS, MAX_ROWS
from workbooks.typed_numbers import settle_texts
from workbooks.xlsx_book import BookParts

_DELIMITERS = (";", "\t", ",", "|")
_SAMPLE = 1 << 16  # characters looked at for the delimiter
_MAX_SHEET_NAME = 31


def read_csv(file: BinaryIO, stem: str, limits: Limits) -> BookParts:
    """The sheet of a delimited text; its name is the file's, cut to 31 characters.

    Encoding and delimiter are told from the content. Leading blanks of a label stay, since they
    show its level. Raises ``Refused`` when the content is no text or too large.
    """
    text = decoded(file.read())
    delimiter = delimiter_of(text[:_SAMPLE])
    csv.field_size_limit(limits.max_text)
    rows: list[int] = []
    columns: list[int] = []
    values: list[str] = []
    left_out = ""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row, record in enumerate(reader, 1):
            if row > MAX_ROWS:
                left_out = f"Rows after {MAX_ROWS:,} were left out."
                break
            for column, value in enumerate(record[:MAX_COLUMNS], 1):
                if value and not value.isspace():
                    rows.append(row)
                    columns.append(column)
                    values.append(value)
            if len(values) > limits.max_cells:
                raise Refused(
                    f"holds more than {limits.max_cells:,} cells with content",
                    raised("max-cells"),
                )
    except csv.Error as error:
        raise Refused("is not a table of delimited text", "save it as .xlsx or .csv") from error
    if not values:
        raise Refused("holds no cells", "choose the file that holds the budget")
    texts = dict(enumerate(values))
    kinds = np.full(len(values), Kind.TEXT, dtype=np.uint8)
    numbers = np.full(len(values), np.nan)
    places = np.array(columns, dtype=np.int32)
    settle_texts(places, kinds, numbers, texts)
    grid = Grid(
        name=stem[:_MAX_SHEET_NAME] or "csv",
        rows=np.array(rows, dtype=np.int32),
        columns=places,
        kinds=kinds,
        numbers=numbers,
        styles=np.zeros(len(values), dtype=np.int32),
        texts=texts,
        formulas={},
        cells_are_text=True,
        left_out=left_out,
    )
    return BookParts((grid,), (Style(),))


def decoded(data: bytes) -> str:
    """The text of ``data``: by its mark, as UTF-8 when it is that, else as Windows-1252.

    Raises ``Refused`` when the content is not text.
    """
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    sample = data[:_SAMPLE]
    if sample.count(0) > len(sample) // 4:  # UTF-16 without its mark, or no text at all
        little = sample[1::2].count(0) > sample[0::2].count(0)
        text = data.decode("utf-16-le" if little else "utf-16-be", "replace")
    else:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text = data.decode("cp1252", "replace")
    head = text[:_SAMPLE]
    strange = sum(1 for letter in head if (letter < " " and letter not in "\t\n\r\f\x1a"))
    if strange > len(head) // 100 or "\0" in head:
        raise Refused("is neither a workbook nor text", "save it as .xlsx or .csv")
    return text


def delimiter_of(sample: str) -> str:
    """The mark between the fields: the one that cuts most lines into the same number of fields.

    >>> delimiter_of("a;b\\n1,5;2,5\\n")
    ';'
    """
    best, best_score = ",", (False, 0.0)
    for delimiter in _DELIMITERS:
        try:
            records = list(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter))
        except csv.Error:
            continue
        widths = Counter(len(record) for record in records[:-1] or records if record)
        cut = Counter({width: lines for width, lines in widths.items() if width > 1})
        if not cut:
            continue
        _, usual = max(cut.items(), key=lambda item: (item[1], item[0]))
        score = (_closes_quotes(sample, delimiter), usual / max(sum(widths.values()), 1))
        if score[0] > best_score[0] or (
            score[0] == best_score[0] and score[1] > best_score[1] + 1e-9
        ):
            best, best_score = delimiter, score
    return best


def _closes_quotes(sample: str, delimiter: str) -> bool:
    """True when every closing quote stands before ``delimiter`` or the end of its line.

    A mark that only stands inside quoted fields cuts them apart and leaves quotes amid text. The
    sample may end within a quoted field; that says nothing.
    """
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, strict=True)
    try:
        for _ in reader:
            pass
    except csv.Error as error:
        return "end of data" in str(error)
    return True
