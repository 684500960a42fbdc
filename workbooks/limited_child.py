"""Work on a file's bytes in a child process within limits of time and memory.

Native code may loop or ask for all memory on a hostile file; in a child it does so beside the
program. Tasks and results go over pipes as ``marshal``, so that a child imports neither numpy nor
anything else that is slow to start, and a password is in no list of processes.
"""

from __future__ import annotations

import marshal
import subprocess
import sys
from pathlib import Path
from typing import Any

from workbooks.package import DAMAGED_REMEDY, Limits, Refused

# The child takes over the parent's search path, so that it finds the same packages.
_CHILD = (
    "import sys, marshal; task = marshal.load(sys.stdin.buffer); sys.path[:] = task['path']; "
    "from importlib import import_module; import_module(task['module']).main(task)"
)
_GRACE = 5  # seconds by the clock on top of twice the processor time


def run_child(module: str, task: dict[str, Any], limits: Limits) -> tuple[str, Any]:
    """What ``main`` of ``module`` writes to its standard output: a verdict and its result.

    Raises ``Refused`` when the child ends otherwise: time or memory ran out, or it crashed.
    """
    here = str(Path(__file__).resolve().parent.parent)
    whole = {
        "path": [here, *(str(Path(folder).absolute()) for folder in sys.path if folder != here)],
        "module": module,
        "seconds": limits.child_seconds,
        "bytes": limits.child_bytes,
        **task,
    }
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _CHILD],
            input=marshal.dumps(whole),
            capture_output=True,
            timeout=2 * limits.child_seconds + _GRACE,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _exhausted(limits) from error
    if done.returncode != 0 or not done.stdout:
        raise _exhausted(limits)
    verdict, result = marshal.loads(done.stdout)
    return verdict, result


def _exhausted(limits: Limits) -> Refused:
    return Refused(
        f"cannot be read within {limits.child_seconds} s and {limits.child_bytes >> 20:,} MB "
        "of memory, or is damaged",
        f"{DAMAGED_REMEDY}, or allow more with the settings max-seconds and max-memory-mb",
    )
