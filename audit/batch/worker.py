"""A process that checks one workbook after the other, within limits, and may die of one.

Jobs and answers go over its standard input and output, pickled, each with its length before it.
Nothing but processes of our own is at the two ends.
"""

from __future__ import annotations

import os
import pickle
import signal
import struct
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from queue import Empty, Queue
from typing import IO, Any

from audit.batch.job import FAULT, KILLED, LIMIT, Entry, FileLimits, Job, run_job

_CHILD = "from audit.batch.worker import main; main()"
_LENGTH = struct.Struct("<Q")
_IDLE = 120.0  # seconds after which a process without work ends by itself
_MOST_JOBS = 200  # then a fresh process takes over, as the memory of old ones is never given back

Answer = tuple[Entry, bytes | None]


class Worker:
    """One such process, seen from outside. Not for two threads at a time."""

    def __init__(self, limits: FileLimits, place: Path | None = None) -> None:
        """``place`` is the folder for its temporary files, by default the system's."""
        self._limits = limits
        self._place = place
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: Queue[Answer | None] = Queue()
        self._jobs = 0
        self._is_closed = False

    def run(self, job: Job) -> Answer:
        """Check one workbook; what its process died of is told in the entry."""
        for _ in range(2):  # an idle process may have ended just now
            process = self._running()
            try:
                _send(process.stdin, (job, self._limits, self._scratch()))
            except OSError:
                self.close()
                self._is_closed = False
                continue
            break
        try:
            answer = self._answers.get(timeout=self._limits.seconds)
        except Empty:
            self._end()
            why = f"took longer than {self._limits.seconds:,} s"
            return {"file": job.name, "status": LIMIT, "error": why}, None
        self._jobs += 1
        if answer is None:
            code = process.wait()
            self._end()
            return {"file": job.name, "status": KILLED, "error": _death(code)}, None
        if answer[0]["status"] in (LIMIT, FAULT) or self._jobs >= _MOST_JOBS:
            self._end()
        return answer

    def close(self) -> None:
        """End the process, also from another thread while it works."""
        self._is_closed = True
        self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        folder, self._folder = self._folder, None
        if process is not None:
            _kill(process)
        if folder is not None:
            folder.cleanup()

    def _scratch(self) -> str:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(
                prefix="crossfoot-", dir=self._place, ignore_cleanup_errors=True
            )
        return self._folder.name

    def _running(self) -> subprocess.Popen[bytes]:
        if self._is_closed:
            raise RuntimeError("a closed worker got a job")
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._end()
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(str(Path(folder).absolute()) for folder in sys.path),
            "OPENBLAS_NUM_THREADS": "1",  # a process for each core does not need threads
            "OMP_NUM_THREADS": "1",
        }
        process = subprocess.Popen(
            [sys.executable, "-c", _CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,  # Ctrl-C is the parent's affair
        )
        self._process, self._jobs, self._answers = process, 0, Queue()
        listener = threading.Thread(
            target=_listen, args=(process.stdout, self._answers), daemon=True
        )
        listener.start()
        return process


def _kill(process: subprocess.Popen[bytes]) -> None:
    if os.name == "posix":  # its own children, which read old formats, too
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
    with suppress(OSError):
        process.stdin.close()  # type: ignore[union-attr]


def _listen(stream: IO[bytes], answers: Queue[Answer | None]) -> None:
    """Pass on what a process answers; ``None`` when it says no more."""
    with suppress(OSError, ValueError, EOFError, pickle.UnpicklingError), stream:
        while (answer := _receive(stream)) is not None:
            answers.put(answer)
    answers.put(None)


def _death(code: int) -> str:
    with suppress(ValueError):
        if code < 0:
            return f"its process was ended by {signal.Signals(-code).name}"
    return f"its process ended by itself with code {code}"


def _send(stream: Any, message: object) -> None:
    data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def _receive(stream: IO[bytes]) -> Any:
    """The next message; ``None`` at the end."""
    head = _exactly(stream, _LENGTH.size)
    data = _exactly(stream, _LENGTH.unpack(head)[0]) if head else b""
    return pickle.loads(data) if data else None


def _exactly(stream: IO[bytes], size: int) -> bytes:
    """``size`` bytes, or none at the end."""
    pieces = []
    while size:
        piece = stream.read(min(size, 1 << 20))
        if not piece:
            return b""
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def main() -> None:
    """The child: answer jobs until there are no more."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing else may speak there
    jobs = os.fdopen(0, "rb", buffering=0)  # nothing may wait in a buffer while we look for work
    if hasattr(signal, "SIGTERM"):
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
    while _waits_for_work() and (message := _receive(jobs)) is not None:
        job, limits, place = message
        _limit_memory(limits.memory_mb)
        with tempfile.TemporaryDirectory(dir=place) as scratch:
            answer = run_job(job, Path(scratch))
        _send(answers, answer)


def _waits_for_work() -> bool:
    if os.name != "posix":
        return True
    import select

    return bool(select.select([0], [], [], _IDLE)[0])


def _limit_memory(megabytes: int) -> None:
    with suppress(ImportError, ValueError, OSError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
