"""The kinds of errors that are planted: what each makes of a right figure.

A kind returns the wrong figure, or ``None`` where the figure cannot be wrong in that way. The slips
of a typist need the figure alone; the errors of a total need a check that agrees.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from enum import StrEnum

LEAST = 2e-4  # share of a figure by which the wrong one must differ; less is no error to anybody


class ErrorKind(StrEnum):
    """What goes wrong in hand-made workbooks."""

    DIGIT_CHANGED = "digit_changed"
    DIGITS_SWAPPED = "digits_swapped"
    DIGIT_LOST = "digit_lost"
    DIGIT_ADDED = "digit_added"
    SIGN_TURNED = "sign_turned"
    TIMES_TEN = "times_ten"
    TIMES_THOUSAND = "times_thousand"
    NEIGHBOUR = "neighbour"  # the figure beside it
    PART_LEFT_OUT = "part_left_out"  # of a total
    PART_TWICE = "part_twice"
    TYPED_OVER = "typed_over"  # a total as a round figure
    STALE_TOTAL = "stale_total"  # a part was changed, its total was not


OF_TOTALS = (ErrorKind.PART_LEFT_OUT, ErrorKind.PART_TWICE, ErrorKind.TYPED_OVER)
OF_PARTS = (ErrorKind.STALE_TOTAL,)


def slip(
    kind: ErrorKind, value: float, near: tuple[float, ...], rng: random.Random
) -> float | None:
    """``value`` as a slip of ``kind`` makes it; ``near`` are the figures beside it."""
    digits = _digits(value)
    sign = -1.0 if value < 0 else 1.0
    made = _SLIPS[kind](digits, value, near, rng)
    if made is None:
        return None
    wrong = sign * float(made) if isinstance(made, str) else made
    return wrong if is_error(value, wrong) else None


def is_error(right: float, wrong: float) -> bool:
    """Whether two figures differ by more than anybody would call rounding."""
    step = 10.0 ** -len(f"{abs(right):.10g}".partition(".")[2])
    return abs(wrong - right) > max(6 * step, LEAST * abs(right))


def _digits(value: float) -> str:
    """The figure without its sign, as it would be typed.

    >>> _digits(-1204.5), _digits(3000.0)
    ('1204.5', '3000')
    """
    return f"{abs(value):.15g}"


Slip = Callable[[str, float, tuple[float, ...], random.Random], "str | float | None"]


def _changed(digits: str, _: float, __: object, rng: random.Random) -> str | None:
    places = [i for i, digit in enumerate(digits) if digit.isdigit()]
    at = rng.choice(places)
    others = [d for d in "0123456789" if d != digits[at] and not (at == 0 and d == "0")]
    return digits[:at] + rng.choice(others) + digits[at + 1 :]


def _swapped(digits: str, _: float, __: object, rng: random.Random) -> str | None:
    pairs = [
        i
        for i in range(len(digits) - 1)
        if digits[i : i + 2].isdigit()
        and digits[i] != digits[i + 1]
        and not (i == 0 and digits[1] == "0")
    ]
    if not pairs:
        return None
    i = rng.choice(pairs)
    return digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :]


def _lost(digits: str, _: float, __: object, rng: random.Random) -> str | None:
    whole = digits.partition(".")[0]
    if len(whole) < 2:
        return None
    i = rng.randrange(1, len(whole))
    return digits[:i] + digits[i + 1 :]


def _added(digits: str, _: float, __: object, rng: random.Random) -> str | None:
    whole = digits.partition(".")[0]
    i = rng.randrange(1, len(whole) + 1)
    return digits[:i] + rng.choice("0123456789") + digits[i:]


def _turned(_: str, value: float, __: object, ___: random.Random) -> float | None:
    return -value


def _times_ten(_: str, value: float, __: object, rng: random.Random) -> float | None:
    return value * rng.choice((10.0, 0.1))


def _times_thousand(_: str, value: float, __: object, ___: random.Random) -> float | None:
    return value * 1000.0


def _beside(_: str, value: float, near: tuple[float, ...], rng: random.Random) -> float | None:
    others = [figure for figure in near if figure not in (0.0, value)]
    return rng.choice(others) if others else None


_SLIPS: dict[ErrorKind, Slip] = {
    ErrorKind.DIGIT_CHANGED: _changed,
    ErrorKind.DIGITS_SWAPPED: _swapped,
    ErrorKind.DIGIT_LOST: _lost,
    ErrorKind.DIGIT_ADDED: _added,
    ErrorKind.SIGN_TURNED: _turned,
    ErrorKind.TIMES_TEN: _times_ten,
    ErrorKind.TIMES_THOUSAND: _times_thousand,
    ErrorKind.NEIGHBOUR: _beside,
}


def of_total(
    kind: ErrorKind, total: float, parts: tuple[float, ...], rng: random.Random
) -> float | None:
    """A total as an error of ``kind`` makes it; ``parts`` as they enter it, with their signs."""
    told = [part for part in parts if part]
    if kind is ErrorKind.TYPED_OVER:
        size = 10.0 ** max(0, len(f"{abs(total):.0f}") - 2)
        wrong = round(total / size) * size
    elif len(told) < 2:
        return None
    else:
        part = rng.choice(told)
        wrong = total - part if kind is ErrorKind.PART_LEFT_OUT else total + part
    return wrong if is_error(total, wrong) else None


def raised(part: float, rng: random.Random) -> float | None:
    """A part that was changed after its total was worked out."""
    wrong = float(round(part * rng.choice((0.93, 0.97, 1.02, 1.05, 1.12))))
    return wrong if is_error(part, wrong) else None
