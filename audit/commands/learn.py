"""``crossfoot learn``: the relations of a workbook as a rule file that a person can edit."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from audit.terminal import (
    CLEAN,
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
  crossfoot learn budget-2026.xlsx -o rules.yaml
  crossfoot check budget-2027.xlsx --rules rules.yaml

\b
The file is for reading and editing: delete what was not meant, correct labels,
add parts. docs/rule-files.md explains it.
"""


@click.command(epilog=_EPILOG, short_help="Write the rules of a workbook to a file.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="RULES.yaml",
    help="Where the rules go; by default budget.rules.yaml beside budget.xlsx; - prints them.",
)
@click.option("--overwrite", is_flag=True, help="Replace a rule file that is already there.")
@click.option("--lang", type=click.Choice(["fi", "sv", "en"]), help="Language of the summary.")
@config_option
@password_option
@quiet_option
@verbose_option
@guarded
def learn(
    file: Path,
    output: Path | None,
    overwrite: bool,
    lang: str | None,
    config: Path | None,
    password: str | None,
    quiet: bool,
    verbose: bool,
) -> int:
    """Write the relations found in FILE as rules, keyed by sheet, labels and headings.

    Next year's workbook is checked against exactly these with `crossfoot check --rules`, which
    also tells what has changed: lines that vanished or got another name, new lines under a total.
    """
    del verbose  # `guarded` asks for it
    from audit.learning import learn_rules
    from audit.progress import ProgressLine
    from audit.settings import resolve_settings

    settings, _ = resolve_settings(file.parent, {"lang": lang}, config)
    speak(settings.lang)
    progress = ProgressLine(sys.stderr, is_shown=False if quiet else None, language=settings.lang)
    try:
        with within(settings.time_limit):
            done = learn_rules(
                file,
                settings,
                output=output,
                is_replaced=overwrite,
                password=password,
                progress=progress,
            )
    finally:
        progress.clear()
    if done.path is None:
        print_text(done.text, as_bytes=True)
    elif not quiet:
        print_text(done.summary)
    return CLEAN
