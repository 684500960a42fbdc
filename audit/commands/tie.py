"""``crossfoot tie``: one workbook against another, figure by figure."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from audit.terminal import (
    CLEAN,
    FINDINGS,
    complain,
    config_option,
    guarded,
    password_option,
    print_text,
    quiet_option,
    speak,
    verbose_option,
)
from audit.time_limit import within

_EPILOG = """\b
Examples:
  crossfoot tie budget-2027.xlsx budget-2026.xlsx
  crossfoot tie budget.xlsx proposal.xlsx --format json --no-report
  crossfoot tie summary.xlsx detail.xlsx -o /reports/summary-tied.xlsx

\b
Exit code: 0 all agrees, 1 a figure changed or a line is missing, 2 the job
could not be done. docs/tie.md explains how columns and lines are matched.
"""


@click.command(epilog=_EPILOG, short_help="Compare a workbook with last year's, figure by figure.")
@click.argument("file", metavar="THIS", type=click.Path(path_type=Path))
@click.argument("last", metavar="LAST", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="OUT.xlsx",
    help="Where the report goes; by default budget.tie.xlsx beside budget.xlsx.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="What is printed on standard output.  [default: text]",
)
@click.option("--report/--no-report", default=None, help="Write the Excel report; on by default.")
@click.option("--lang", type=click.Choice(["fi", "sv", "en"]), help="Language of the report.")
@click.option(
    "--tolerance",
    metavar="X",
    help="Largest difference that is none, in the unit of THIS; by default the figures must be "
    "the same, or round to the same where one is stated in a coarser unit.",
)
@click.option(
    "--fail-on",
    metavar="error|warning|note",
    help="The least severe finding that makes the exit code 1.  [default: warning]",
)
@config_option
@password_option
@quiet_option
@verbose_option
@guarded
def tie(
    file: Path,
    last: Path,
    output: Path | None,
    form: str,
    report: bool | None,
    lang: str | None,
    tolerance: str | None,
    fail_on: str | None,
    config: Path | None,
    password: str | None,
    quiet: bool,
    verbose: bool,
) -> int:
    """Compare THIS with LAST: last year's figures against this year's comparison columns, a
    summary against its detail, a proposal against what was adopted.

    Columns are matched by year and scenario, lines by label and code, then by likeness. Both files
    are only read.
    """
    del verbose  # `guarded` asks for it
    from audit.progress import ProgressLine
    from audit.settings import resolve_settings
    from audit.tying import tie_workbooks

    given = {"report": report, "lang": lang, "tolerance": tolerance, "fail_on": fail_on}
    settings, settings_file = resolve_settings(file.parent, given, config)
    speak(settings.lang)
    progress = ProgressLine(sys.stderr, is_shown=False if quiet else None, language=settings.lang)
    try:
        with within(settings.time_limit):
            run = tie_workbooks(
                file,
                last,
                settings,
                output=output,
                settings_file=settings_file,
                password=password,
                progress=progress,
            )
    finally:
        progress.clear()
    if not quiet:
        from reports.tie import tie_json, tie_text
        from reports.words import Words

        words = Words(settings.lang or run.result.outcome.language)
        if form == "json":
            print_text(tie_json(run.result, words), as_bytes=True)
        else:
            print_text(tie_text(run.result, words, str(run.report) if run.report else None))
        if run.kept is not None:
            complain(f"the earlier {run.report} had been edited and is kept as {run.kept.name}")
    for crash in run.result.outcome.crashes:
        complain(f"{file}: rule {crash.rule} crashed and was left out; a fault of the program")
    return FINDINGS if run.is_flagged else CLEAN
