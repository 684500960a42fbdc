"""The command line: it parses, hands over to ``pipeline`` and turns every refusal into one line.

Heavy imports stand inside the commands, so that ``--help`` is instant.
"""

from __future__ import annotations

import functools
import os
import re
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ParamSpec

import click

from audit import VERSION
from audit.errors import REFUSALS, SettingsError
from audit.settings import described

P = ParamSpec("P")

CLEAN, FINDINGS, NOT_DONE, STOPPED = 0, 1, 2, 130

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class _Ended(KeyboardInterrupt):
    """The system asks the program to end; it puts its things in order as with Ctrl-C."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.code = 128 + number  # as shells have it


def _end_in_order() -> None:
    """Let a request to end, from the system or a closed terminal, leave nothing half-made."""

    def end(number: int, _: object) -> None:
        raise _Ended(number)

    for name in ("SIGTERM", "SIGHUP"):
        if (number := getattr(signal, name, None)) and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, end)


def _complain(sentence: str) -> None:
    """One line on standard error, whatever the file names in it hold."""
    click.echo(f"crossfoot: {_UNPRINTABLE.sub(' ', sentence).strip()}", err=True)


def _guarded(command: Callable[P, int]) -> Callable[P, int]:
    """Turn what stops a command into one line on standard error and an exit code.

    A fault of the program names its exception; ``--verbose`` shows where it arose.
    """

    @functools.wraps(command)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> int:
        subject = f"{kwargs['file']}: " if "file" in kwargs else ""
        try:
            return command(*args, **kwargs)
        except SettingsError as error:
            for problem in error.problems:
                _complain(str(problem))
        except REFUSALS as error:
            _complain(str(error))
        except KeyboardInterrupt as stop:
            _complain(f"{subject}stopped before the end; run it again for the whole result")
            return stop.code if isinstance(stop, _Ended) else STOPPED
        except MemoryError:
            _complain(f"{subject}there is not enough memory; close other programs, or split it")
        except RecursionError:
            _complain(f"{subject}something in it is nested too deeply to be followed")
        except BrokenPipeError:  # the reader of our output went away: `crossfoot … | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except Exception as error:
            if kwargs.get("verbose"):
                import traceback

                traceback.print_exc()
            _complain(
                f"{subject}a fault of the program, not of the file: "
                f"{type(error).__name__}: {str(error)[:200]}; --verbose shows where it arose"
            )
        return NOT_DONE

    return guarded


class _OneLineErrors(click.Group):
    """A group whose wrong usage is one line too, and whose commands return the exit code."""

    def main(self, *args: Any, **extra: Any) -> Any:
        extra["standalone_mode"] = False
        try:
            code = super().main(*args, **extra)
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            code = NOT_DONE
        except click.UsageError as error:
            command = error.ctx.command_path if error.ctx else "crossfoot"
            _complain(f"{error.format_message().rstrip('.')}; see {command} --help")
            code = NOT_DONE
        except click.ClickException as error:
            _complain(error.format_message())
            code = NOT_DONE
        except click.Abort:
            _complain("stopped before the end")
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
        dashed = name.replace("_", "-")
        shown = f"  [default: {default}]" if isinstance(default, str) else ""
        option = (
            click.option(f"--{dashed}", metavar=setting.form, help=setting.meaning + shown)
            if setting.form
            else click.option(f"--{dashed}/--no-{dashed}", default=None, help=setting.meaning)
        )
        command = option(command)
    return command


password_option = click.option(
    "--password",
    metavar="WORD",
    envvar="CROSSFOOT_PASSWORD",
    help="Opens an encrypted workbook; better given in the environment, as CROSSFOOT_PASSWORD, "
    "where no other user of the machine can see it.",
)


@click.group(
    "crossfoot",
    cls=_OneLineErrors,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit code: 0 nothing at or above the threshold, 1 findings, 2 the job could not be "
    "done, 130 stopped with Ctrl-C.",
)
@click.version_option(VERSION, message="crossfoot %(version)s")
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
  crossfoot check budget.xlsx --format json --no-report > findings.json
  crossfoot check budget.xlsx --ignore RT,CP401 --fail-on error
  crossfoot check budget.xlsx --select Units:FT,Units:NT
  crossfoot check budget-v2.xlsx --previous budget.crossfoot.xlsx

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
    "--previous",
    type=click.Path(path_type=Path),
    metavar="OLD.xlsx",
    help="The report of the time before: its decisions are carried on, what moved is told, and "
    "what was accepted no longer counts for the exit code.",
)
@_setting_options
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    metavar="TOML",
    help="The settings file to use; by default the nearest one is looked for.",
)
@password_option
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
@click.option("-v", "--verbose", is_flag=True, help="Show timings, and where a fault arose.")
@_guarded
def check(
    file: Path,
    output: Path | None,
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

    from audit.pipeline import check_workbook, printed
    from audit.progress import ProgressLine

    progress = ProgressLine(sys.stderr, is_shown=None if not quiet else False)
    try:
        run = check_workbook(
            file,
            settings,
            output=output,
            settings_file=settings_file,
            password=password,
            previous=previous,
            progress=progress,
        )
    finally:
        progress.clear()
    if not quiet:
        is_text = settings.format == "text"
        _print(printed(run, colour=is_text and _wants_colour()), as_bytes=not is_text)
        for line in run.lapsed_waivers() if not is_text else ():
            _complain(line)
        if run.kept is not None:
            _complain(f"the earlier {run.report} had been edited and is kept as {run.kept.name}")
    for remark in run.remarks:
        _complain(remark)
    if verbose:
        for stage, seconds in run.seconds.items():
            click.echo(f"{seconds:8.3f} s  {stage}", err=True)
    for crash in run.outcome.crashes:
        _complain(f"{file}: rule {crash.rule} crashed and was left out; a fault of the program")
        if verbose:
            click.echo(crash.traceback, err=True)
    return NOT_DONE if run.outcome.crashes else FINDINGS if run.is_flagged else CLEAN


@cli.command(short_help="List the rules.")
@click.option("--markdown", is_flag=True, help="The whole catalogue, as docs/rules.md has it.")
@_guarded
def rules(markdown: bool) -> int:
    """List the rules: code, name and what each one finds."""
    from audit.explain import rules_as_markdown, rules_as_text

    _print(rules_as_markdown() if markdown else rules_as_text())
    return CLEAN


@cli.command(short_help="Explain one rule.")
@click.argument("code")
@_guarded
def explain(code: str) -> int:
    """Explain the rule CODE: what it finds, why it matters, what it cannot check.

    \b
    Example:
      crossfoot explain FT101
    """
    from audit.explain import rule_page

    _print(rule_page(code))
    return CLEAN


def _wants_colour() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


# What a terminal without Unicode gets instead; a minus sign must never become "?".
_PLAIN = str.maketrans(
    {
        "−": "-",
        "–": "-",
        "—": "-",
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "…": "...",
        "✓": "v",
        "€": "EUR",
        "→": "->",
        "Σ": "sum",
        "·": "-",
        "×": "x",
        "“": '"',
        "”": '"',
        "’": "'",
    }
)


def _print(text: str, *, as_bytes: bool = False) -> None:
    """Write to standard output: for programs always UTF-8, for people what the terminal knows."""
    text = text if text.endswith("\n") else text + "\n"
    if as_bytes:
        click.echo(text.encode("utf-8"), nl=False)
        return
    encoding = sys.stdout.encoding or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = text.translate(_PLAIN).encode(encoding, "replace").decode(encoding)
    click.echo(text, nl=False)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command ``crossfoot``."""
    _end_in_order()
    cli.main(args=list(arguments) if arguments is not None else None, prog_name="crossfoot")


if __name__ == "__main__":
    main()
