"""The annotated copy of a run: where it goes, when it is refused, what is said of it."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from audit.errors import InputError, OutputError
from audit.outputs import default_copy, keep_aside, refuse_as_output, written_whole

if TYPE_CHECKING:
    from reports.annotated_copy.remarks import CopyRemarks
    from reports.words import Words
    from rules.outcome import Outcome
    from workbooks.grid import Workbook

_COMPOUND = b"\xd0\xcf\x11\xe0"  # how an encrypted package begins


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that was written."""

    path: Path
    remarks: CopyRemarks
    kept: Path | None  # an earlier copy that a person had saved, under its new name

    def lines(self, words: Words) -> list[str]:
        """What is said of it, a line each."""
        from audit.pipeline import in_unicode

        said = [words.say("copy.path", path=in_unicode(str(self.path)))]
        if self.kept is not None:
            said.append(words.say("copy.kept", path=in_unicode(self.kept.name)))
        return said + self.remarks.lines(words)


def copy_path(
    source: Path, workbook: Workbook, wanted: Path | Literal[True] | None, report: Path | None
) -> Path | None:
    """Where the annotated copy goes; ``True`` means the default place, ``None`` none at all.

    Raises ``InputError`` for a workbook of which no copy can be made, ``OutputError`` for a place
    that cannot be written to.
    """
    if wanted is None:
        return None
    remedy = "leave out --annotate and use the report, which shows every sheet with the same marks."
    if workbook.format not in ("xlsx", "xlsm"):
        raise InputError(
            f"{source.name} is no .xlsx or .xlsm workbook, so no annotated copy can be made of it; "
            f"{remedy}"
        )
    with source.open("rb") as file:
        if file.read(len(_COMPOUND)) == _COMPOUND:
            raise InputError(
                f"{source.name} is encrypted, so no annotated copy can be made of it; save it "
                f"without a password, or {remedy}"
            )
    from reports.annotated_copy.naming import suffix_of

    suffix = suffix_of(source)
    copy = default_copy(source, suffix) if wanted is True else wanted
    refuse_as_output(copy, source, suffix=suffix, what=f"a copy of {source.name}")
    if report is not None and copy.resolve() == report.resolve():
        raise OutputError(f"{copy} is to be the report; name another file for the copy.")
    return copy


def write_copy(
    drafts: ExitStack, source: Path, path: Path, outcome: Outcome, workbook: Workbook, words: Words
) -> Copy:
    """Write the copy, which gets its name when ``drafts`` is left."""
    from reports.annotated_copy.writing import write_annotated_copy
    from reports.annotated_copy.zip_copy import is_as_written

    draft = drafts.enter_context(written_whole(path))
    remarks = write_annotated_copy(source, draft, outcome, workbook, words)
    return Copy(path, remarks, keep_aside(path, is_as_written))
