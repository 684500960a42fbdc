"""What a file is, told by its content rather than by its extension."""

from __future__ import annotations

import re
from typing import BinaryIO

from workbooks.ole import MAGIC, Container, DamagedContainer
from workbooks.package import DAMAGED_REMEDY, DamagedPart, Encrypted, Limits, Package, Refused

RESAVE = "open it in the program that made it and save it as .xlsx"

_HEAD = 4096  # bytes looked at
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument.spreadsheet"
_OTHERS = (
    (b"%PDF", "is a PDF document"),
    (b"{\\rtf", "is a text document (RTF)"),
    (b"TABLE\r\n0,1", "is a DIF file"),
    (b"\x00\x00\x02\x00", "is a Lotus 1-2-3 worksheet"),
    (b"\x00\x00\x1a\x00", "is a Lotus 1-2-3 worksheet"),
    (b"\xff\x00\x02\x00", "is a Works or Quattro worksheet"),
    (b"\x1f\x8b", "is packed with gzip"),
    (b"7z\xbc\xaf", "is a 7z archive"),
    (b"Rar!", "is a RAR archive"),
    (b"\x89PNG", "is a picture"),
    (b"\xff\xd8\xff", "is a picture"),
    (b"SQLite format 3", "is a database"),
    (b"PAR1", "is a Parquet file"),
)
_SYLK = re.compile(rb"ID;P\w*(?:;[NE])*\s+(?:[PBCFOGDW]|NN|NE|NU);")  # a .csv may begin ID;P too
_OLD_EXCEL = (
    b"\x09\x00\x04\x00",
    b"\x09\x02\x06\x00",
    b"\x09\x04\x06\x00",
    b"\x09\x08\x08\x00",
    b"\x09\x08\x10\x00",
)


def format_of(file: BinaryIO, limits: Limits) -> tuple[str, Package | None]:
    """``xlsx``, ``xlsb``, ``ods``, ``xls`` or ``csv`` (any delimited text), and the opened zip.

    Raises ``Refused`` with the name of the format when it is one that is not read.
    """
    head = file.read(_HEAD)
    file.seek(0)
    if head.startswith(_ZIP):
        package = Package(file, limits)
        return _zip_format(package), package
    if head.startswith(MAGIC):
        return _ole_format(file), None
    _refuse_known_others(head)
    return "csv", None


def _zip_format(package: Package) -> str:
    names = package.names()
    if "mimetype" in package:
        try:
            kind = package.read("mimetype")[:100].decode("ascii", "replace").strip()
        except DamagedPart as error:
            raise Refused("is damaged or cut short", DAMAGED_REMEDY) from error
        if kind.startswith(_OPEN_DOCUMENT):
            if _is_encrypted_ods(package):
                raise Encrypted
            return "ods"
        if kind.startswith("application/vnd.oasis"):
            raise Refused("is an OpenDocument file, but no spreadsheet", RESAVE)
    if any(name.startswith("index/") and name.endswith(".iwa") for name in names):
        raise Refused("is an Apple Numbers file", "export it from Numbers as .xlsx")
    if "index.zip" in names:
        raise Refused("is an Apple Numbers file", "export it from Numbers as .xlsx")
    if "xl/workbook.bin" in package and "xl/workbook.xml" not in package:
        return "xlsb"
    if any(name.startswith("word/") for name in names):
        raise Refused("is a Word document", "choose the workbook")
    if any(name.startswith("ppt/") for name in names):
        raise Refused("is a PowerPoint presentation", "choose the workbook")
    return "xlsx"


def _is_encrypted_ods(package: Package) -> bool:
    try:
        return b"encryption-data" in package.read("META-INF/manifest.xml")
    except DamagedPart:
        return False


def _ole_format(file: BinaryIO) -> str:
    try:
        names = Container(file.read()).names()
    except DamagedContainer as error:
        raise Refused("is damaged or cut short", DAMAGED_REMEDY) from error
    finally:
        file.seek(0)
    if "encryptedpackage" in names:
        raise Encrypted
    if names & {"workbook", "book"}:
        return "xls"
    if "worddocument" in names:
        raise Refused("is a Word document", "choose the workbook")
    raise Refused("holds no workbook", "choose the file that holds the budget")


def _refuse_known_others(head: bytes) -> None:
    if _SYLK.match(head):
        raise Refused("is a SYLK file", RESAVE)
    for mark, fact in _OTHERS:
        if head.startswith(mark):
            raise Refused(fact, RESAVE)
    if head.startswith(_OLD_EXCEL):
        raise Refused("is a worksheet of Excel 4 or older", RESAVE)
    start = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<table", b"<meta", b"<style")):
        raise Refused("is a web page (HTML), whatever its name says", RESAVE)
    if start.startswith(b"<?xml") or start.startswith(b"<"):
        if b"office:spreadsheet" in start:
            raise Refused("is an XML spreadsheet of 2003", RESAVE)
        if b"opendocument" in start or b"office:document" in start:
            raise Refused("is a flat OpenDocument file", RESAVE)
        if b"<html" in start:
            raise Refused("is a web page (HTML), whatever its name says", RESAVE)
        if start.startswith(b"<?xml"):
            raise Refused("is an XML file, but no workbook", RESAVE)
    if start.startswith(b"mime-version"):
        raise Refused("is a web archive (MHTML)", RESAVE)
