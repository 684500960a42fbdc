"""One line on the terminal while a long run works; nothing on a short one, a file or a pipe."""

from __future__ import annotations

import time
from typing import TextIO

PATIENCE = 1.0  # seconds before the first line
PACE = 0.1  # seconds between two lines
BAR = 20  # characters of a bar


class ProgressLine:
    """Shows stage and share done on ``stream``; call it as ``progress(stage, share)``.

    The line is rewritten in place and ``clear`` takes it away, so that it never mixes with results.
    """

    def __init__(
        self, stream: TextIO, *, is_shown: bool | None = None, language: str | None = None
    ) -> None:
        self._stream, self._language = stream, language
        self._is_shown = stream.isatty() if is_shown is None else is_shown
        self._next = time.monotonic() + PATIENCE
        self._width = 0

    def __call__(self, stage: str, share: float) -> None:
        """``share`` of ``stage`` is done, from 0 to 1."""
        if not self._is_shown or (now := time.monotonic()) < self._next:
            return
        self._next = now + PACE
        from reports.phrases import language_of, told

        stage = told(stage, language_of(self._language))
        stage = "".join(letter if letter.isprintable() else " " for letter in stage)
        line = f"{stage} … {min(max(share, 0.0), 1.0):.0%}"
        self._stream.write("\r" + line.ljust(self._width))
        self._stream.flush()
        self._width = len(line)

    def clear(self) -> None:
        """Take the line away."""
        if self._width:
            self._stream.write("\r" + " " * self._width + "\r")
            self._stream.flush()
            self._width = 0


class ProgressBar:
    """A bar with the number done and the time left; call it as ``bar(done, total)``.

    >>> ProgressBar.shown(3, 12, 6.0)
    '[#####---------------]  3/12, about 18 s left'
    """

    def __init__(
        self, stream: TextIO, *, is_shown: bool | None = None, language: str | None = None
    ) -> None:
        self._stream, self._language = stream, language
        self._is_shown = stream.isatty() if is_shown is None else is_shown
        self._started = time.monotonic()
        self._next = self._started + PATIENCE
        self._width = 0

    @staticmethod
    def shown(done: int, total: int, seconds: float, language: str = "en") -> str:
        """The line after ``seconds`` of work."""
        from reports.phrases import told

        filled = BAR * done // max(total, 1)
        seconds_left = f"{seconds / done * (total - done):.0f}" if done else ""
        left = ", " + told(f"about {seconds_left} s left", language) if done else ""
        number = str(done).rjust(len(str(total)))
        return f"[{'#' * filled}{'-' * (BAR - filled)}] {number}/{total}{left}"

    def __call__(self, done: int, total: int) -> None:
        """``done`` of ``total`` steps are done."""
        now = time.monotonic()
        if not self._is_shown or now < self._next:
            return
        self._next = now + PACE
        from reports.phrases import language_of

        line = self.shown(done, total, now - self._started, language_of(self._language))
        self._stream.write("\r" + line.ljust(self._width))
        self._stream.flush()
        self._width = len(line)

    def clear(self) -> None:
        """Take the bar away."""
        if self._width:
            self._stream.write("\r" + " " * self._width + "\r")
            self._stream.flush()
            self._width = 0
