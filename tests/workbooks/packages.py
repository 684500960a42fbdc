"""Small .xlsx packages written part by part, for what no library writes."""

from __future__ import annotations

import zipfile
from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"


def relationships(*links: tuple[str, str, str]) -> str:
    """A part of links: id, last step of the type, target."""
    body = "".join(
        f'<Relationship Id="{name}" Type="{LINKS}/{kind}" Target="{target}"/>'
        for name, kind, target in links
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE_LINKS}">{body}</Relationships>'


def sheet(data: str, *, before: str = "", after: str = "") -> str:
    """A sheet part around the inside of <sheetData>."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{MAIN}" xmlns:r="{LINKS}">'
        f"{before}<sheetData>{data}</sheetData>{after}</worksheet>"
    )


def parts_of(
    sheet_xml: str | bytes, *, strings: str | None = None, styles: str | None = None
) -> dict[str, str | bytes]:
    """The parts of a workbook with one sheet, ready to be changed by a test."""
    links = [("rId1", "worksheet", "worksheets/sheet1.xml")]
    parts: dict[str, str | bytes] = {
        "_rels/.rels": relationships(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>'
            '<sheet name="Budget" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/worksheets/sheet1.xml": sheet_xml,
    }
    if strings is not None:
        links.append(("rId2", "sharedStrings", "sharedStrings.xml"))
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{strings}</sst>'
    if styles is not None:
        links.append(("rId3", "styles", "styles.xml"))
        parts["xl/styles.xml"] = f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>'
    parts["xl/_rels/workbook.xml.rels"] = relationships(*links)
    return parts


def write(path: Path, parts: dict[str, str | bytes]) -> Path:
    """Writes the parts as a zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return path
