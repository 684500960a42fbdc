"""How long a command may take on one workbook, whatever it meets in it.

The reader, the search and the native code have limits of their own; this is the one around all.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_AGAIN = 10.0  # seconds; a stop that falls into a finalizer is swallowed there


class OutOfTime(KeyboardInterrupt):
    """The work took longer than ``seconds``; it puts its things in order as with Ctrl-C."""

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds


@contextmanager
def within(seconds: int) -> Iterator[Callable[[], None]]:
    """Raises ``OutOfTime`` in the block once it has taken ``seconds`` by the clock.

    Yields a function that lets the time begin anew. Where there are no such signals (Windows, or
    beside the main thread) the block may take as long as it does.
    """
    is_possible = hasattr(signal, "setitimer") and (
        threading.current_thread() is threading.main_thread()
    )
    if not is_possible:
        yield lambda: None
        return

    def stop(_: int, __: FrameType | None) -> None:
        raise OutOfTime(seconds)

    def begin() -> None:
        signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)

    before = signal.signal(signal.SIGALRM, stop)
    try:
        begin()
        yield begin
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
