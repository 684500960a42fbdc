"""The files of one run, written whole or not at all."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from audit import VERSION
from audit.annotating import Copy, write_copy
from audit.outputs import keep_aside, written_whole

if TYPE_CHECKING:
    from reports.facts import ReportFacts
    from reports.words import Words
    from rules.outcome import Outcome
    from rules.suite import Validation
    from workbooks.grid import Workbook


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where each file goes; ``None`` where it is not wanted."""

    report: Path | None
    validation: Path | None  # the Great Expectations result
    copy: Path | None  # the annotated copy
    page: Path | None  # the report as an HTML page


def write_files(
    wanted: Wanted,
    source: Path,
    outcome: Outcome,
    workbook: Workbook,
    words: Words,
    facts: ReportFacts,
    validation: Validation | None,
) -> tuple[Path | None, Copy | None]:
    """Write what is wanted on the workbook at ``source``.

    Returns the new name of an earlier report that a person had edited, and the annotated copy.
    Raises ``OutputError``; then nothing is left behind.
    """
    kept = copy = None
    with ExitStack() as drafts:
        if wanted.report is not None:
            from reports.excel_report import write_report

            draft = drafts.enter_context(written_whole(wanted.report))
            write_report(outcome, workbook, draft, words, facts)
        if wanted.validation is not None and validation is not None:
            draft = drafts.enter_context(written_whole(wanted.validation))
            subject = {"file": outcome.file, "sha256": outcome.sha256, "version": VERSION}
            draft.write_text(validation.as_json(subject), encoding="utf-8", newline="\n")
        if wanted.page is not None:
            from reports.as_html import as_html

            draft = drafts.enter_context(written_whole(wanted.page))
            text = as_html(outcome, workbook, words, facts)
            draft.write_text(text, encoding="utf-8", newline="\n")
        if wanted.copy is not None:
            copy = write_copy(drafts, source, wanted.copy, outcome, workbook, words)
        if wanted.report is not None:
            kept = keep_aside(wanted.report)
    return kept, copy
