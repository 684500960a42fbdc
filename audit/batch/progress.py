"""A bar on the terminal while a batch works: done, rate, time left. Nothing in a file or pipe."""

from __future__ import annotations

import time
from typing import TextIO

from reports.phrases import told

_WIDTH = 24
_PACE = 0.1  # seconds between two lines


class BatchBar:
    """Shows how far a batch of ``total`` workbooks is; one line, rewritten in place."""

    def __init__(
        self,
        stream: TextIO,
        total: int,
        *,
        is_shown: bool | None = None,
        language: str = "en",
    ) -> None:
        self._stream, self._language = stream, language
        self._is_shown = stream.isatty() if is_shown is None else is_shown
        self._total = total
        self._started = time.monotonic()
        self._next = 0.0
        self._shown = 0

    def __call__(self, done: int, last: str = "") -> None:
        """``done`` workbooks are done, ``last`` was the last one."""
        now = time.monotonic()
        if not self._is_shown or (now < self._next and done < self._total):
            return
        self._next = now + _PACE
        self._write(bar(done, self._total, now - self._started, last, self._language))

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            self._stream.write("\r" + " " * self._shown + "\r")
            self._stream.flush()
            self._shown = 0

    def _write(self, line: str) -> None:
        self._stream.write("\r" + line.ljust(self._shown))
        self._stream.flush()
        self._shown = len(line)


def bar(done: int, total: int, seconds: float, last: str = "", language: str = "en") -> str:
    """The line.

    >>> bar(30, 120, 60.0)
    '[######                  ]  30/120  0.5 a second, 3 min left'
    """
    filled = _WIDTH * done // max(total, 1)
    line = f"[{'#' * filled}{' ' * (_WIDTH - filled)}] {done:>{len(str(total))}}/{total}"
    if done and seconds > 0:
        rate = done / seconds
        line += "  " + told(f"{rate:.1f} a second, {_time((total - done) / rate)} left", language)
    name = "".join(letter if letter.isprintable() else " " for letter in last)
    return f"{line}  {name[-30:]}".rstrip()


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
