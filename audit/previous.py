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
    """A sentence on each word that a reviewer typed as a status and is none."""
    for place, typed in earlier.unknown:
        yield f"{earlier.file} {place}: {typed!r} is no status; the finding is taken as open"
