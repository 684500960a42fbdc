"""Hidden folders for files in the making, beside where they will stand.

What is made there becomes the output in one step, on the same disk. The folder goes when the work
ends, however it ends; one that a killed run left is taken away by the next run in that place.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

PREFIX = ".crossfoot-"
_LOCK = "lock"


@contextmanager
def scratch_in(place: Path) -> Iterator[Path]:
    """A new hidden folder in ``place``, removed afterwards. Raises ``OSError``."""
    sweep(place)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
    try:
        with _locked(folder):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(place: Path) -> None:
    """Remove the hidden folders in ``place`` whose run no longer lives."""
    with suppress(OSError):
        for folder in place.glob(f"{PREFIX}*"):
            if folder.is_dir() and not folder.is_symlink() and _is_deserted(folder):
                shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """While this lasts, no other run takes the folder for deserted.

    The lock goes with the process, even when that is killed. It gets its name when it is locked,
    so that there is no moment in which it stands there open.
    """
    new = folder / f"{_LOCK}.new"
    with new.open("wb") as file:
        _lock(file)
        with suppress(OSError):  # Windows renames no open file; it also deletes none
            new.rename(folder / _LOCK)
        yield


def _lock(file: IO[bytes]) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _is_deserted(folder: Path) -> bool:
    if os.name == "nt":
        with contextlib.suppress(OSError):
            (folder / f"{_LOCK}.new").unlink()  # refused while its run has it open
            return True
        return False
    try:
        with (folder / _LOCK).open("rb") as file:
            return _lock(file)
    except OSError:
        return False
