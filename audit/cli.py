"""The command line: it parses, hands over to ``pipeline`` and turns every refusal into one line.

Heavy imports stand inside the commands, so that ``--help`` is instant.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ParamSpec

import click

from audit import VERSION
from audit.commands.learn import learn
from audit.commands.packs import packs
from audit.commands.selftest import selftest
from audit.commands.tie import tie
from audit.settings import described
from audit.spoken_help import SpokenContext, asked_language, placeholders
from audit.terminal import (
    CLEAN,
    FINDINGS,
    NOT_DONE,
    STOPPED,
    complain,
    config_option,
    end_in_order,
    guarded,
    language_option,
    open_streams,
    password_option,
    print_text,
    quiet_option,
    speak,
    spoken,
    wants_colour,
)
from audit.time_limit import within

P = ParamSpec("P")


class _OneLineErrors(click.Group):
    """A group whose wrong usage is one line too, and whose commands return the exit code."""

    def main(self, *args: Any, **extra: Any) -> Any:
        extra["standalone_mode"] = False
        given = args[0] if args else extra.get("args")
        speak(asked_language(sys.argv[1:] if given is None else given))
        try:
            code = super().main(*args, **extra)
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            code = NOT_DONE
        except click.UsageError as error:
            command = error.ctx.command_path if error.ctx else "crossfoot"
            complain(placeholders(error.format_message().rstrip(".")), f"see {command} --help")
            code = NOT_DONE
        except click.ClickException as error:
            complain(error.format_message())
            code = NOT_DONE
        except click.Abort:
            complain("stopped before the end")
            code = STOPPED
        sys.exit(code)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """A file where a command is due means ``check``."""
        if args and args[0] not in self.commands and Path(args[0]).is_file():
            args = ["check", *args]
        return super().resolve_command(ctx, args)


def _setting_options(command: Callable[..., int]) -> Callable[..., int]:
    """One option per setting, in the order of the record; ``None`` where it was not given."""
    for name, default, setting in reversed(tuple(described())):
        if name == "time_limit" and command.__name__ == "batch":
            continue  # there --file-seconds is the limit, in a process that can be ended
        dashed = name.replace("_", "-")
        shown = f"  [default: {default}]" if isinstance(default, str) else ""
        option = (
            click.option(f"--{dashed}", metavar=setting.form, help=setting.meaning + shown)
            if setting.form
            else click.option(f"--{dashed}/--no-{dashed}", default=None, help=setting.meaning)
        )
        command = option(command)
    return command


@click.group(
    "crossfoot",
    cls=_OneLineErrors,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit code: 0 nothing at or above the threshold, 1 findings, 2 the job could not be "
    "done, 130 stopped with Ctrl-C.",
)
@click.version_option(VERSION, message="crossfoot %(version)s")
@click.option(
    "--lang",
    type=click.Choice(["fi", "sv", "en"], case_sensitive=False),
    expose_value=False,
    help="Language of this help; each command has its own --lang.",
)
def cli() -> None:
    """Audit the arithmetic of a budget workbook.

    Crossfoot works out which figure is the sum, the net, the change or the copy of which others,
    recomputes all of them, and says which cell is wrong and most likely why.

    \b
    Start with (check is understood when a file is all you give):
      crossfoot check budget.xlsx
      crossfoot budget.xlsx
    """


_CHECK_EXAMPLES = """\b
Examples:
  crossfoot check budget.xlsx
  crossfoot check budget.xlsx --lang fi -o /reports/budget-checked.xlsx
  crossfoot check budget.xlsx --annotate
  crossfoot check budget.xlsx --format json --no-report > findings.json
  crossfoot check budget.xlsx --ignore RT,CP401 --fail-on error
  crossfoot check budget.xlsx --select Units:FT,Units:NT
  crossfoot check budget-v2.xlsx --previous budget.crossfoot.xlsx
  crossfoot check budget-2027.xlsx --rules budget-2026.rules.yaml

\b
The same settings can stand in crossfoot.toml, or under [tool.crossfoot] in
pyproject.toml, in the folder of FILE or above it:
  lang = "fi"
  fail-on = "error"
  ignore = ["RT", "Investments:FT103"]

\b
What is right although it does not add up is accepted there, with a reason, a
name and a last day; docs/settings.md has all keys:
  [[waiver]]
  rule = "FT101"
  sheet = "Units"
  line = "Total"
  reason = "Rounded by the ministry"
  by = "M. Laine"
  until = 2027-12-31

\b
Exit code:
  0    nothing at or above --fail-on that is not accepted
  1    findings
  2    the job could not be done (one line on standard error says why)
  130  stopped with Ctrl-C
"""


@cli.command(epilog=_CHECK_EXAMPLES, short_help="Check a workbook and write a report on it.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="OUT.xlsx",
    help="Where the report goes; by default budget.crossfoot.xlsx beside budget.xlsx.",
)
@click.option(
    "--annotate",
    is_flag=False,
    flag_value="",
    metavar="[COPY]",
    help="Also write a copy of FILE itself with colours and notes on the cells of the findings; "
    "by default budget.annotated.xlsx beside budget.xlsx. Stands after FILE.",
)
@click.option(
    "--html",
    is_flag=False,
    flag_value="",
    metavar="[PAGE]",
    help="Also write the report as one HTML page that needs no network; by default "
    "budget.crossfoot.html beside budget.xlsx. Stands after FILE.",
)
@click.option(
    "--previous",
    type=click.Path(path_type=Path),
    metavar="OLD.xlsx",
    help="The report of the time before: its decisions are carried on, what moved is told, and "
    "what was accepted no longer counts for the exit code.",
)
@_setting_options
@config_option
@password_option
@quiet_option
@click.option("-v", "--verbose", is_flag=True, help="Show timings, and where a fault arose.")
@guarded
def check(
    file: Path,
    output: Path | None,
    annotate: str | None,
    html: str | None,
    previous: Path | None,
    config: Path | None,
    password: str | None,
    quiet: bool,
    verbose: bool,
    **given: object,
) -> int:
    """Check FILE, print a summary and write an annotated Excel report beside it.

    FILE is an .xlsx, .xlsm, .xls, .xlsb, .ods or .csv workbook; it is only read, never changed.
    """
    from audit.settings import resolve_settings

    settings, settings_file = resolve_settings(file.parent, given, config)
    speak(settings.lang)

    from audit.pipeline import check_workbook, copy_lines, printed
    from audit.progress import ProgressLine

    progress = ProgressLine(
        sys.stderr, is_shown=None if not quiet else False, language=settings.lang
    )
    try:
        with within(settings.time_limit):
            run = check_workbook(
                file,
                settings,
                output=output,
                settings_file=settings_file,
                password=password,
                previous=previous,
                progress=progress,
                annotate=None if annotate is None else Path(annotate) if annotate else True,
                html=None if html is None else Path(html) if html else True,
            )
    finally:
        progress.clear()
    if not quiet:
        is_text = settings.format == "text"
        print_text(printed(run, colour=is_text and wants_colour()), as_bytes=not is_text)
        for line in copy_lines(run):
            (print_text if is_text else complain)(line)
        for line in run.lapsed_waivers() if not is_text else ():
            complain(line)
        if run.kept is not None:
            complain(f"the earlier {run.report} had been edited and is kept as {run.kept.name}")
    for remark in run.remarks:
        complain(remark)
    if verbose:
        from reports.words import Words

        words = Words(spoken())
        for stage, seconds in run.seconds.items():
            click.echo(f"{seconds:8.3f} s  {words.say(f'stage.{stage}')}", err=True)
    for crash in run.outcome.crashes:
        complain(f"{file}: rule {crash.rule} crashed and was left out; a fault of the program")
        if verbose:
            click.echo(crash.traceback, err=True)
    return NOT_DONE if run.outcome.crashes else FINDINGS if run.is_flagged else CLEAN


_BATCH_EXAMPLES = """\b
Examples:
  crossfoot batch budgets/ -o checked/
  crossfoot batch "budgets/2025/**/*.xls*" -o checked/ --lang fi
  crossfoot batch s3://budgets/2025 -o checked/
  crossfoot batch budgets/ -o checked/ --scheduler tcp://10.0.0.5:8786

\b
OUT holds afterwards:
  overview.xlsx   a line for each workbook, the most serious first, and all root causes
  results.jsonl   the same for programs, a line of JSON for each workbook
  reports/        the report of each workbook

\b
Run again, it checks only what is new or has changed.

\b
Exit code:
  0    nothing at or above --fail-on in any workbook
  1    findings
  2    some workbooks, or all, could not be checked; overview.xlsx says which and why
  130  stopped with Ctrl-C; run again, it goes on where it was
"""


@cli.command(epilog=_BATCH_EXAMPLES, short_help="Check many workbooks and rank them.")
@click.argument("places", nargs=-1, required=True, metavar="PLACE...")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="OUT",
    required=True,
    help="The folder for the overviews and the reports; made where there is none.",
)
@click.option(
    "--processes",
    type=click.IntRange(1),
    metavar="N",
    help="Workbooks checked at a time; by default one for each core.",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Let a Dask cluster do the work: the address of its scheduler.",
)
@click.option(
    "--file-seconds",
    type=click.IntRange(1),
    default=600,
    metavar="SECONDS",
    help="Give up on a workbook that takes longer; by default 600.",
)
@click.option(
    "--file-memory-mb",
    type=click.IntRange(256),
    default=4096,
    metavar="MB",
    help="Give up on a workbook that needs more memory; by default 4096.",
)
@click.option("--fresh", is_flag=True, help="Check again also what has not changed.")
@_setting_options
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    metavar="TOML",
    help="The settings file to use; by default the nearest one to the first folder.",
)
@password_option
@quiet_option
@click.option("-v", "--verbose", is_flag=True, help="A line for each workbook as it is done.")
@guarded
def batch(places: tuple[str, ...], output: Path, **given: Any) -> int:
    """Check every workbook at PLACE and rank them in one overview.

    PLACE is a folder, with all folders in it, a file, a pattern, or an address such as
    s3://bucket/folder (with crossfoot[remote] installed). One workbook that cannot be read, or
    that breaks the process it is read in, does not stop the rest.
    """
    from audit.batch.command import check_many

    return check_many(places, output, given)


@cli.command(short_help="List the rules.")
@click.option("--markdown", is_flag=True, help="The whole catalogue, as docs/rules.md has it.")
@language_option
@guarded
def rules(markdown: bool, lang: str | None) -> int:
    """List the rules: code, name and what each one finds.

    \b
    Examples:
      crossfoot rules
      crossfoot rules --markdown
    """
    from audit.explain import rules_as_markdown, rules_as_text
    from reports.phrases import language_of

    language = language_of(lang)
    print_text(rules_as_markdown(language) if markdown else rules_as_text(language))
    return CLEAN


@cli.command(short_help="Explain one rule.")
@click.argument("code")
@language_option
@guarded
def explain(code: str, lang: str | None) -> int:
    """Explain the rule CODE: what it finds, why it matters, what it cannot check.

    \b
    Example:
      crossfoot explain FT101
      crossfoot explain FT101 --lang fi
    """
    from audit.explain import rule_page
    from reports.phrases import language_of

    print_text(rule_page(code, language_of(lang)))
    return CLEAN


cli.add_command(learn)
cli.add_command(selftest)
cli.add_command(packs)
cli.add_command(tie)
for one in (cli, *cli.commands.values()):
    one.context_class = SpokenContext


def main(arguments: Sequence[str] | None = None) -> None:
    """The command ``crossfoot``."""
    open_streams()
    if not sys.warnoptions:  # of libraries, for developers: a run complains in sentences alone
        warnings.simplefilter("ignore")
    end_in_order()
    cli.main(args=list(arguments) if arguments is not None else None, prog_name="crossfoot")


if __name__ == "__main__":
    main()
