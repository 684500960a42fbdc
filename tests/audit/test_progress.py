"""Progress is one line, on a terminal, after a while, and it goes away."""

from __future__ import annotations

import io

import pytest

from audit.progress import ProgressLine


def _clock(monkeypatch: pytest.MonkeyPatch, *seconds: float) -> None:
    ticks = iter(seconds)
    monkeypatch.setattr("audit.progress.time.monotonic", lambda: next(ticks))


def test_a_short_run_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    _clock(monkeypatch, 0.0, 0.5, 0.9)
    stream = io.StringIO()
    line = ProgressLine(stream, is_shown=True)
    line("reading", 0.1)
    line("judging", 0.9)
    line.clear()
    assert stream.getvalue() == ""


def test_a_long_run_rewrites_one_line_and_takes_it_away(monkeypatch: pytest.MonkeyPatch) -> None:
    _clock(monkeypatch, 0.0, 1.5, 1.51, 3.0)
    stream = io.StringIO()
    line = ProgressLine(stream, is_shown=True)
    line("reading", 0.5)
    line("reading", 0.51)
    line("judge", 2.0)
    line.clear()
    assert stream.getvalue() == "\rreading … 50%\rjudge … 100% \r" + " " * 12 + "\r"


def test_a_pipe_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    _clock(monkeypatch, 0.0, 9.0)
    stream = io.StringIO()
    ProgressLine(stream)("reading", 0.5)
    assert stream.getvalue() == ""


def test_a_name_cannot_write_on_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    _clock(monkeypatch, 0.0, 9.0)
    stream = io.StringIO()
    ProgressLine(stream, is_shown=True)("reading \x1b[31m\n", 0.5)
    assert stream.getvalue() == "\rreading  [31m  … 50%"
