"""The report of the time before: read, and what is to be said of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from audit.errors import InputError
from reports.earlier_report import NAMES, EarlierReport, earlier_report
from reports.errors import NotAReportError
from workbooks.reader import read_workbook


def read_earlier(path: Path) -> EarlierReport:
    """The report at ``path``; ``InputError`` where the file is none."""
    try:
        return earlier_report(read_workbook(path, behind=NAMES))
    except NotAReportError as error:
        raise InputError(str(error)) from error


def undecided(earlier: EarlierReport) -> Iterator[str]:
    """A sentence on each cell in which a reviewer typed a word that is no status.

    The word itself is not quoted: it is text of a workbook, which no message repeats.
    """
    for place, _ in earlier.unknown:
        yield f"{earlier.file} {place}: the word there is no status; the finding is taken as open"
