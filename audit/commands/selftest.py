"""``crossfoot selftest``: errors planted in a workbook, in memory, and which of them are seen."""

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
    speak,
    verbose_option,
)
from audit.time_limit import within

_EPILOG = """\b
Examples:
  crossfoot selftest budget.xlsx
  crossfoot selftest budget.xlsx --count 20 --seed 7 --format json > selftest.json
"""


@click.command(epilog=_EPILOG, short_help="Plant errors in a workbook and see which are found.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--count",
    type=click.IntRange(1, 1000),
    default=5,
    metavar="N",
    help="Errors of each kind.  [default: 5]",
)
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=1,
    metavar="N",
    help="Which errors are drawn; the same number gives the same errors.  [default: 1]",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="What is printed on standard output.  [default: text]",
)
@click.option("--lang", type=click.Choice(["fi", "sv", "en"]), help="Language of the summary.")
@click.option("--rules", metavar="FILE", help="Test the checks of this rule file.")
@config_option
@password_option
@click.option("-q", "--quiet", is_flag=True, help="Show no progress.")
@verbose_option
@guarded
def selftest(
    file: Path,
    count: int,
    seed: int,
    form: str,
    lang: str | None,
    rules: str | None,
    config: Path | None,
    password: str | None,
    quiet: bool,
    verbose: bool,
) -> int:
    """Plant errors of each kind in FILE, one at a time and in memory, and check each.

    Shows how many were seen, in how many the wrong cell was named, and how often the right
    figure was given back: what Crossfoot can and cannot see in this workbook. FILE is only read.
    """
    del verbose  # `guarded` asks for it
    from audit.progress import ProgressBar
    from audit.selftesting import run_self_test
    from audit.settings import resolve_settings

    settings, _ = resolve_settings(file.parent, {"lang": lang, "rules": rules}, config)
    speak(settings.lang)
    bar = ProgressBar(sys.stderr, is_shown=False if quiet else None, language=settings.lang)
    try:
        with within(settings.time_limit) as begin_anew:

            def step(done: int, total: int) -> None:
                begin_anew()  # the limit is one for each check
                bar(done, total)

            result = run_self_test(
                file, settings, seed=seed, count=count, password=password, step=step
            )
    finally:
        bar.clear()
    if form == "json":
        from reports.selftest import selftest_json

        print_text(selftest_json(result), as_bytes=True)
        return CLEAN
    from reports.selftest import selftest_text
    from reports.words import Words

    print_text(selftest_text(result, Words(settings.lang or result.language)))
    return CLEAN
