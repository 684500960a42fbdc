"""The annotated copy put together: which parts change, and how.

Of the package only these change: the sheets with marked cells (attribute ``s`` of those cells and,
where notes are new, the link to them), the styles, the notes with their boxes, and the lists that
name those parts. All else is copied as it is packed.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from reports.annotated_copy.notes import MarkedSheet, Notes
from reports.annotated_copy.parts import Parts
from reports.annotated_copy.remarks import CopyRemarks
from reports.annotated_copy.sheet_part import found_in, rewritten
from reports.annotated_copy.styles_part import StylesPart
from reports.annotated_copy.vml_part import UnknownDrawing
from reports.annotated_copy.zip_copy import ZipCopy
from reports.errors import FinalOutputError
from reports.marks import cell_marks, note_text
from reports.notes import cells_with_notes
from reports.styles import Mark
from reports.words import Words
from rules.outcome import Outcome
from workbooks.grid import Workbook
from workbooks.package import DamagedPart, Limits, Package, Refused
from workbooks.refs import CellRef


def write_annotated_copy(
    source: Path, target: Path, outcome: Outcome, workbook: Workbook, words: Words
) -> CopyRemarks:
    """Write the copy of ``source``, from which ``workbook`` was read, to ``target``.

    Raises ``FinalOutputError`` when no faithful copy can be made; ``target`` is then of no use.
    """
    try:
        with source.open("rb") as file:
            if _sha256(file) != workbook.sha256:
                raise FinalOutputError(
                    f"{source.name} was changed while it was checked; run it again."
                )
            return _Copy(file, target, outcome, workbook, words).made()
    except (DamagedPart, Refused, zipfile.BadZipFile) as error:
        raise FinalOutputError(
            f"{source.name}: no annotated copy can be made of it ({error}); leave out --annotate "
            "and use the report."
        ) from error


def _sha256(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(1 << 20):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


class _Copy:
    def __init__(
        self, file: BinaryIO, target: Path, outcome: Outcome, workbook: Workbook, words: Words
    ) -> None:
        self._file = file
        self._target = target
        self._outcome = outcome
        self._workbook = workbook
        self._words = words
        self._parts = Parts(Package(file, Limits()))
        self._remarks = CopyRemarks()
        self._marks = cell_marks(outcome)
        self._noted = cells_with_notes(self._marks)

    def made(self) -> CopyRemarks:
        """Plan all edits, then write the copy."""
        parts = self._parts
        self._remarks.is_signed = any(name.startswith("_xmlsignatures/") for name in parts.names)
        sheets = self._marked_sheets()
        if sheets:
            notes = Notes(parts)
            for sheet in sheets.values():
                self._note(sheet, notes)
        styles = parts.styles() if sheets else None
        parts.types()  # always written anew, even if unchanged: its date tells our copies
        parts.settle()
        writing = ZipCopy(self._file, self._target)
        try:
            self._write(writing, sheets, styles)
        finally:
            writing.close()
        return self._remarks

    def _marked_sheets(self) -> dict[str, MarkedSheet]:
        """The sheets with findings, by their part (in small letters)."""
        found: dict[str, MarkedSheet] = {}
        grids = {grid.name: grid for grid in self._workbook.grids}
        part_of = {sheet.name: sheet.part for sheet in self._parts.sheets()}
        for ref, entry in self._marks.items():
            if not entry.leads or ref.sheet not in part_of or ref.sheet not in grids:
                continue
            part = part_of[ref.sheet]
            sheet = found.setdefault(part.lower(), MarkedSheet(part, grids[ref.sheet]))
            sheet.mark(ref, entry)
        for sheet in found.values():
            self._remarks.marked += len(sheet.entries)
            self._remarks.hidden += sum(map(sheet.is_hidden, sheet.entries))
            absent = [place for place in sheet.entries if sheet.grid.index(*place) < 0]
            if absent:
                seen = found_in(self._parts.chunks(sheet.part), sheet.part, absent)
                missing = [place for place in absent if place not in seen.cells]
                if seen.is_in_order:
                    sheet.missing = missing
                else:
                    self._remarks.uncoloured += len(missing)
        return found

    def _note(self, sheet: MarkedSheet, notes: Notes) -> None:
        """Put the notes of one sheet into its parts."""
        texts = {}
        for place, entries in sheet.entries.items():
            if self._noted.isdisjoint(entries):
                self._remarks.without_note += 1
                continue
            texts[place] = "\n\n".join(
                note_text(self._words, ref, entry, self._outcome) for ref, entry in entries.items()
            )
        threaded = notes.threaded(sheet)
        for place in sorted(threaded & set(texts)):
            self._remarks.threaded.append(CellRef(sheet.grid.name, *place))
            del texts[place]
        if texts:
            try:
                notes.add(sheet, texts)
            except UnknownDrawing:
                self._remarks.without_note += len(texts)

    def _write(
        self, writing: ZipCopy, sheets: dict[str, MarkedSheet], styles: StylesPart | None
    ) -> None:
        parts = self._parts
        done: set[str] = set()
        for entry in writing.entries():
            key = entry.filename.replace("\\", "/").lstrip("/").lower()
            sheet = sheets.get(key)
            if key not in parts.edited and sheet is None and key != parts.styles_key:
                writing.keep(entry)
            elif key == parts.styles_key:
                parts.styles_part = entry.filename  # written last, when all styles are known
            elif key in done:
                continue  # the same again
            elif sheet is not None and styles is not None:
                writing.write(entry.filename, self._rewritten(sheet, styles))
            else:
                writing.write(entry.filename, [parts.edited[key]])
            done.add(key)
        for name, content in parts.added.items():
            writing.write(name, [content])
        if styles is not None:
            writing.write(parts.styles_part, [styles.edited()])

    def _rewritten(self, sheet: MarkedSheet, styles: StylesPart) -> Iterator[bytes]:
        def style_of(style: int, mark: Mark) -> int:
            number = styles.number(style, mark)
            self._remarks.uncoloured += number == style
            return number

        chunks = self._parts.chunks(sheet.part)
        return rewritten(chunks, sheet.part, sheet.marks(), sheet.missing, style_of, sheet.legacy)
