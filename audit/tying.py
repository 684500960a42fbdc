"""The order of work of ``crossfoot tie``: read both, match, compare, write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from audit.errors import OutputError
from audit.outputs import keep_aside, refuse_as_output, written_whole
from audit.pipeline import limits_of, read_book, report_facts, rule_settings, words_of
from audit.settings import Settings

if TYPE_CHECKING:
    from rules.ties.outcome import TieOutcome

Progress = Callable[[str, float], None]

TIE_SUFFIX = ".tie.xlsx"


@dataclass(frozen=True, slots=True)
class TieRun:
    """One finished comparison, and the report that was written."""

    result: TieOutcome
    report: Path | None
    kept: Path | None  # an earlier report that a person had edited, under its new name
    is_flagged: bool  # whether a finding is at or above the threshold of the settings


def tie_workbooks(
    this: Path,
    last: Path,
    settings: Settings,
    *,
    output: Path | None = None,
    settings_file: Path | None = None,
    password: str | None = None,
    progress: Progress | None = None,
) -> TieRun:
    """Compare the workbook ``this`` with ``last`` and write what ``settings`` ask for.

    Raises ``InputError`` and ``OutputError``; then nothing was written.
    """
    report = output if output is not None else this.with_name(this.stem + TIE_SUFFIX)
    if settings.report:
        refuse_as_output(report, this)
        if report.exists() and last.exists() and report.samefile(last):
            raise OutputError(
                f"{report} is the other workbook, which is never changed; name another file."
            )
    books = [read_book(path, password, limits_of(settings), progress) for path in (this, last)]
    from rules.model import Severity
    from rules.ties.outcome import tie

    result = tie(books[0], books[1], rule_settings(settings))
    kept = None
    if settings.report:
        from reports.excel_report import write_report

        words = words_of(result.outcome, settings)
        facts = report_facts(this, settings, settings_file, None)
        with written_whole(report) as draft:
            write_report(result.outcome, result.workbook, draft, words, facts)
            kept = keep_aside(report)
    flagged = bool(result.outcome.open_at_least(Severity(settings.fail_on)))
    return TieRun(result, report if settings.report else None, kept, flagged)
