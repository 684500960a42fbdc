"""One line on the terminal while a long run works; nothing on a short one, a file or a pipe."""

from __future__ import annotations

import time
from typing import TextIO

PATIENCE = 1.0  # seconds before the first line
PACE = 0.1  # seconds between two lines


class ProgressLine:
    """Shows stage and share done on ``stream``; call it as ``progress(stage, share)``.

    The line is rewritten in place and ``clear`` takes it away, so that it never mixes with results.
    """

    def __init__(self, stream: TextIO, *, is_shown: bool | None = None) -> None:
        self._stream = stream
        self._is_shown = stream.isatty() if is_shown is None else is_shown
        self._next = time.monotonic() + PATIENCE
        self._width = 0

    def __call__(self, stage: str, share: float) -> None:
        """``share`` of ``stage`` is done, from 0 to 1."""
        if not self._is_shown or (now := time.monotonic()) < self._next:
            return
        self._next = now + PACE
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
