"""Standard output, standard error and exit codes: what every command does the same way."""

from __future__ import annotations

import functools
import os
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec

import click

from audit.errors import REFUSALS, OutputError, SettingsError
from audit.time_limit import OutOfTime

P = ParamSpec("P")

CLEAN, FINDINGS, NOT_DONE, STOPPED = 0, 1, 2, 130

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class _Ended(KeyboardInterrupt):
    """The system asks the program to end; it puts its things in order as with Ctrl-C."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.code = 128 + number  # as shells have it


def end_in_order() -> None:
    """Let a request to end, from the system or a closed terminal, leave nothing half-made."""

    def end(number: int, _: object) -> None:
        raise _Ended(number)

    for name in ("SIGTERM", "SIGHUP"):
        if (number := getattr(signal, name, None)) and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, end)


def speak(language: object) -> None:
    """From now on complain in ``language``; in that of the terminal where it is none."""
    _SPOKEN["language"] = language


_SPOKEN: dict[str, object] = {"language": None}


def spoken() -> str:
    """The language that is spoken now."""
    from reports.phrases import language_of

    return language_of(_SPOKEN["language"])


def complain(*sentences: str) -> None:
    """One line on standard error, whatever the file names in it hold; semicolons between."""
    from reports.phrases import told

    lines = (_UNPRINTABLE.sub(" ", sentence).strip() for sentence in sentences)
    click.echo(f"crossfoot: {'; '.join(told(line, spoken()) for line in lines)}", err=True)


def guarded(command: Callable[P, int]) -> Callable[P, int]:
    """Turn what stops a command into one line on standard error and an exit code.

    A fault of the program names its exception; ``--verbose`` shows where it arose.
    """

    @functools.wraps(command)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> int:
        subject = f"{kwargs['file']}: " if "file" in kwargs else ""
        speak(kwargs.get("lang"))
        try:
            return command(*args, **kwargs)
        except SettingsError as error:
            for problem in error.problems:
                complain(str(problem))
        except REFUSALS as error:
            complain(str(error))
        except OutOfTime as stop:
            complain(
                f"{subject}not done within {stop.seconds:,} s; check parts of it by themselves, or "
                "raise the setting time-limit"
            )
        except KeyboardInterrupt as stop:
            complain(f"{subject}stopped before the end; run it again for the whole result")
            return stop.code if isinstance(stop, _Ended) else STOPPED
        except MemoryError:
            complain(f"{subject}there is not enough memory; close other programs, or split it")
        except RecursionError:
            complain(f"{subject}something in it is nested too deeply to be followed")
        except BrokenPipeError:  # the reader of our output went away: `crossfoot … | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except Exception as error:
            if kwargs.get("verbose"):
                import traceback

                traceback.print_exc()
            complain(
                f"{subject}a fault of the program, not of the file: "
                f"{type(error).__name__} in {_place(error)}; --verbose shows more"
            )
        return NOT_DONE

    return guarded


def _place(error: BaseException) -> str:
    """Where in the program an error arose; its own text could quote the workbook."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "an unknown place"
    return f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"


password_option = click.option(
    "--password",
    metavar="WORD",
    envvar="CROSSFOOT_PASSWORD",
    help="Opens an encrypted workbook; better given in the environment, as CROSSFOOT_PASSWORD, "
    "where no other user of the machine can see it.",
)

language_option = click.option(
    "--lang",
    type=click.Choice(["fi", "sv", "en"], case_sensitive=False),
    help="Language of what is printed; by default that of the terminal.",
)

config_option = click.option(
    "--config",
    type=click.Path(path_type=Path),
    metavar="TOML",
    help="The settings file to use; by default the nearest one is looked for.",
)
quiet_option = click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
verbose_option = click.option("-v", "--verbose", is_flag=True, help="Show where a fault arose.")


def wants_colour() -> bool:
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


def print_text(text: str, *, as_bytes: bool = False) -> None:
    """Write to standard output: for programs always UTF-8, for people what the terminal knows."""
    text = text if text.endswith("\n") else text + "\n"
    encoding = sys.stdout.encoding or "utf-8"
    if not as_bytes:
        try:
            text.encode(encoding)
        except UnicodeEncodeError:
            text = text.translate(_PLAIN).encode(encoding, "replace").decode(encoding)
    try:
        click.echo(text.encode("utf-8") if as_bytes else text, nl=False)
    except BrokenPipeError:
        raise
    except OSError as error:
        why = error.strerror or "refused"
        raise OutputError(
            f"standard output cannot be written to ({why}); send it elsewhere."
        ) from error


def open_streams() -> None:
    """Put something in the place of standard output and error where whoever started us has none."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123
