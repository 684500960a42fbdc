"""What an annotated copy must be called: a workbook whose name belies its content does not open."""

from __future__ import annotations

import zipfile
from pathlib import Path

from reports.annotated_copy.links import ContentTypes
from reports.annotated_copy.zip_copy import DIRECTORY
from workbooks.package import DamagedPart, Limits, Package, Refused
from workbooks.xlsx_book import workbook_part

_SUFFIXES = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": ".xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml": ".xltx",
    "application/vnd.ms-excel.sheet.macroenabled.main+xml": ".xlsm",
    "application/vnd.ms-excel.template.macroenabled.main+xml": ".xltm",
}


def suffix_of(source: Path) -> str:
    """The suffix that the content of a workbook asks for; its own where that cannot be told."""
    own = source.suffix.lower() if source.suffix.lower() in _SUFFIXES.values() else ".xlsx"
    try:
        with source.open("rb") as file:
            package = Package(file, Limits())
            types = ContentTypes(package.chunks(DIRECTORY), DIRECTORY)
            return _SUFFIXES.get(types.of(workbook_part(package)).lower(), own)
    except (DamagedPart, Refused, zipfile.BadZipFile, OSError):
        return own  # what is wrong with it is said when the copy is made
