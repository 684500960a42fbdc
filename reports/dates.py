"""Dates between ISO text and the serial days of a workbook."""

from __future__ import annotations

from datetime import date, timedelta

_START, _START_1904 = date(1899, 12, 30), date(1904, 1, 1)


def serial_of(text: str, *, date_1904: bool = False) -> float | None:
    """The serial day of ``2026-11-24``; none where ``text`` is no such date.

    >>> serial_of("2026-11-24")
    46350.0
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    days = (day - (_START_1904 if date_1904 else _START)).days
    return float(days) if days > 0 else None


def iso_of(serial: float, *, date_1904: bool = False) -> str:
    """The day of ``serial`` as ISO writes it; the number itself where it is no day.

    >>> iso_of(46350.0)
    '2026-11-24'
    """
    try:
        return ((_START_1904 if date_1904 else _START) + timedelta(days=int(serial))).isoformat()
    except (OverflowError, ValueError):
        return f"{serial:g}"
