"""Where a run may write, and how: whole or not at all, and never over what it reads."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from audit.errors import OutputError
from reports.errors import FinalOutputError
from reports.scratch import scratch_in

REPORT_SUFFIX = ".crossfoot.xlsx"
COPY_MARK = ".annotated"
VALIDATION_SUFFIX = ".gx.json"
PAGE_SUFFIX = ".html"

_DATE = re.compile(r"<dcterms:(created|modified)\b[^>]*>([^<]*)<")
_LONGEST_PROPERTIES = 65_536  # bytes; a report has a few hundred


def default_report(workbook: Path) -> Path:
    """Where the report of a workbook goes unless told otherwise.

    >>> default_report(Path("books/budget.xlsm")).as_posix()
    'books/budget.crossfoot.xlsx'
    """
    return workbook.with_name(workbook.stem + REPORT_SUFFIX)


def default_copy(workbook: Path, suffix: str) -> Path:
    """Where the annotated copy of a workbook goes unless told otherwise.

    >>> default_copy(Path("books/budget.xlsm"), ".xlsm").as_posix()
    'books/budget.annotated.xlsm'
    """
    return workbook.with_name(workbook.stem + COPY_MARK + suffix)


def beside(report: Path, suffix: str) -> Path:
    """A further file of the same run, named after its report.

    >>> beside(Path("books/budget.crossfoot.xlsx"), ".gx.json").as_posix()
    'books/budget.crossfoot.gx.json'
    """
    return report.with_name(report.name.removesuffix(".xlsx") + suffix)


def refuse_as_output(
    path: Path, source: Path, *, suffix: str = ".xlsx", what: str = "the report, an Excel workbook"
) -> None:
    """Raise ``OutputError`` where ``path`` cannot become the report on ``source``.

    Asked before the work starts, so that nobody waits for a report that has no place to go.
    """
    with as_output_error(path):
        _refuse(path, source, suffix, what)


def _refuse(path: Path, source: Path, suffix: str, what: str) -> None:
    if path.suffix.lower() != suffix:
        raise OutputError(f"{path} cannot hold {what}; give it a name in {suffix}.")
    if not path.parent.is_dir():
        raise OutputError(
            f"{path} cannot be written, there is no folder {path.parent}; create it first."
        )
    if path.is_dir():
        raise OutputError(f"{path} is a folder; name a file in it.")
    if path.exists() and source.exists() and path.samefile(source):
        raise OutputError(
            f"{path} is the workbook itself, which is never changed; name another file."
        )
    if path.exists() and not path.is_file():
        raise OutputError(f"{path} is not an ordinary file; name another.")
    if path.exists() and not os.access(path, os.W_OK):
        raise OutputError(f"{path} is write-protected; name another file.")
    if not os.access(path.parent, os.W_OK):
        raise OutputError(
            f"{path} cannot be written, the folder {path.parent} is closed to you; name another."
        )


@contextmanager
def as_output_error(path: Path) -> Iterator[None]:
    """What the file system refuses at ``path``, as ``OutputError``."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"{path} {refusal(error)}") from error


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A path to write to; on success it becomes ``path`` in one step, on failure it goes.

    Raises ``OutputError`` for what the file system refuses.
    """
    final = path.resolve()  # a link stays a link, to the new content
    try:
        with scratch_in(final.parent) as folder:
            draft = folder / final.name
            yield draft
            draft.replace(final)
    except FinalOutputError:
        raise
    except OSError as error:
        raise FinalOutputError(f"{path} {refusal(error)}") from error
    except OutputError as error:  # of a writer that was given the draft
        raise FinalOutputError(f"{path} {refusal(error.__cause__ or error)}") from error


def keep_aside(report: Path, is_as_written: Callable[[Path], bool] | None = None) -> Path | None:
    """Move an earlier file at ``report`` aside when a person saved it; its new name.

    A reviewer's marks, or a file of somebody else, are never overwritten. A report that nobody
    touched since it was written stays, to be replaced: ``None``.
    """
    final = report.resolve()
    if not final.exists() or (is_as_written or _is_as_written)(final):
        return None
    try:
        for number in count(1):
            kept = report.with_name(f"{report.stem}.kept-{number}{report.suffix}")
            if not kept.exists() and _moved(final, kept):
                return kept
    except FileNotFoundError:  # another run was quicker and kept it
        return None
    except OSError as error:
        raise OutputError(f"{report} {refusal(error)}") from error
    return None


def _moved(old: Path, new: Path) -> bool:
    """Give a file a new name; ``False`` when another run has taken that name meanwhile."""
    try:
        os.link(old, new)  # unlike renaming, never over a file that is there
    except FileExistsError:
        return False
    except FileNotFoundError:
        raise
    except OSError:  # a disk without hard links
        old.rename(new)
        return True
    old.unlink()
    return True


def _is_as_written(report: Path) -> bool:
    """Whether a report is as Crossfoot wrote it: its dates of making and change are the same."""
    import zipfile

    try:
        with zipfile.ZipFile(report) as package, package.open("docProps/core.xml") as part:
            core = part.read(_LONGEST_PROPERTIES).decode("utf-8", errors="replace")
    except (OSError, KeyError, RuntimeError, zipfile.BadZipFile):
        return False
    dates = dict(_DATE.findall(core))
    return "created" in dates and dates["created"] == dates.get("modified")


def refusal(error: BaseException) -> str:
    """What the file system refused, with the remedy, to stand behind the name of a place."""
    if not isinstance(error, OSError):
        return f"cannot be written ({error}); name another file with -o."
    if isinstance(error, PermissionError):
        return "cannot be written; close it in Excel, or name another file with -o."
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return (
            "cannot be written, there is no space left; free some, or name another place with -o."
        )
    return f"cannot be written ({error.strerror or error}); name another file with -o."
