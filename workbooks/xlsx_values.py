"""Values as .xlsx attributes and texts write them (ECMA-376 part 1, 18.18 and 22.9)."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:T[\d:.]+)?")
_ISO_TIME = re.compile(r"T?\d\d:\d\d(?::\d\d(?:\.\d+)?)?")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    """Text with ``_x000D_`` and its like turned into the characters they stand for (22.9.2.19).

    >>> unescaped("a_x0009_b_x005F_x0009_")
    'a\\tb_x0009_'
    """
    if "_x" not in text:
        return text
    plain = _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # pairs made one


def serial_day(text: str, *, date_1904: bool) -> float | None:
    """The serial day of an ISO 8601 date, or the share of a day of a time; ``None`` for neither.

    >>> serial_day("2019-12-31", date_1904=False)
    43830.0
    """
    plain = text.strip().removesuffix("Z")
    try:
        if _ISO_TIME.fullmatch(plain):
            clock = time.fromisoformat(plain.removeprefix("T"))
            passed = timedelta(
                hours=clock.hour,
                minutes=clock.minute,
                seconds=clock.second,
                microseconds=clock.microsecond,
            )
            return passed / timedelta(days=1)
        if not _ISO_DATE.fullmatch(plain):
            return None
        moment = datetime.fromisoformat(plain)
    except ValueError:
        return None
    return serial_of(moment, date_1904=date_1904)


def serial_of(moment: datetime, *, date_1904: bool) -> float:
    """The serial day of a moment (18.17.4.1): in the 1900 system, 1 March 1900 is day 61."""
    if date_1904:
        return (moment - datetime(1904, 1, 1)) / timedelta(days=1)
    serial = (moment - datetime(1899, 12, 30)) / timedelta(days=1)
    return serial if serial >= 61 else serial - 1


def whole(text: str | bytes | None) -> int:
    """A whole number of an attribute; 0 when absent or not a number."""
    try:
        return int(text or "0")
    except ValueError:
        return int(real(text))


def real(text: str | bytes | None) -> float:
    """A number of an attribute; 0 when absent, not a number or not finite."""
    try:
        value = float(text or "0")
    except ValueError:
        return 0.0
    return value if abs(value) < 1e15 else 0.0


def is_on(text: str | None) -> bool:
    """True for ``1`` and ``true``."""
    return (text or "").strip().lower() in ("1", "true", "on")
