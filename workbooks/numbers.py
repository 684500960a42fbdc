"""Numbers as people type them: what a text means, and with which marks a group of texts is written.

A text is read with a notation (which mark is the decimal mark), and the notation is inferred from
a group of texts, since ``1,234`` alone may be a thousand or a little more than one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

MAX_LENGTH = 64  # characters; a longer text is not one number

_SPACES = "\u00a0\u202f\u2009\u2007\u2008\u2005\u2006\u200a\u2002\u2003"
_MINUSES = "\u2212\u2013\u2014\u2012\u2011\u2010\ufe63\uff0d"
_APOSTROPHES = "\u2019\u2018\u02bc\u00b4"
_PLAIN = str.maketrans(
    {
        **dict.fromkeys(_SPACES, " "),
        **dict.fromkeys(_MINUSES, "-"),
        **dict.fromkeys(_APOSTROPHES, "'"),
        **dict.fromkeys("\u200b\u200e\u200f\ufeff\u2060", ""),
    }
)

_CODES = r"(?:EUR|SEK|NOK|DKK|ISK|USD|GBP|CHF|euroa|euros?)(?![A-Za-z])"
_CURRENCY = rf"(?:US\$|[$€£¥]|{_CODES}|kr(?![A-Za-z])\.?|S?Fr\.)"
_SHAPE = re.compile(
    rf"""
    (?P<before> (?: [-+(<\s] | {_CURRENCY} )* )
    (?P<body> (?: \d (?:[\d ,.']*\d)? | [.,]\d+ ) )
    (?P<power> [eE][-+]\d{{1,3}} )?
    (?P<after> (?: [-+)>%\s] | {_CURRENCY} | (?:CR|DR)\b )* )
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_CURRENCY_MARK = re.compile(_CURRENCY, re.IGNORECASE)
_FOOTNOTE = re.compile(
    r"(?<=[\d%)>€$£-])(?:\s*(?:[*†‡§]+|[⁰¹²³⁴⁵⁶⁷⁸⁹]+)\)?|\s*\[(?:\d{1,2}|[a-z])\])+\s*$"
)
_FOOTNOTE_NUMBER = re.compile(r"(?<=[\d%)>€$£-])\s+(?:\d{1,2}|[a-z])\)\s*$")
_EMPTY_CENTS = re.compile(r"(?<=\d)[,.:]-{1,2}(?!\d)")  # "1 200,-" and "1 200:-"
_SIMPLE = re.compile(r"-?(?:0|[1-9][0-9]{0,14})")
_SIMPLE_OF = {
    mark: re.compile(rf"-?(?:0|[1-9][0-9]{{0,14}})(?:[{mark}][0-9]{{1,15}})?") for mark in ".,"
}
_DIGITS_ONLY = re.compile(r"-?[0-9]{1,15}(?:[.,][0-9]{1,15})?")
_OPENING = re.compile(
    rf"[\s{_SPACES}\u200b\u200e\u200f\ufeff\u2060]*(?:[-+(<.,\d$€£¥{_MINUSES}]|{_CURRENCY})",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\d{1,2}\.\d{1,2}\.(?:\d{2}|\d{4})?|(?:0?[1-9]|1[0-2])\.(?:19|20)\d\d"
)  # evidence about marks in dates is none about numbers
_MARKS = " ,.'"

ERROR_TEXTS = frozenset(
    text.casefold()
    for text in (
        # as a file stores them whatever the language of the program (ECMA-376 part 1, 18.18.11)
        *("#DIV/0!", "#REF!", "#N/A", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#GETTING_DATA"),
        *("#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#BUSY!", "#UNKNOWN!"),
        # as a Finnish and a Swedish program show them, met where they were pasted as text
        *("#JAKO/0!", "#VIITTAUS!", "#PUUTTUU!", "#PUUTTUU", "#ARVO!", "#NIMI?", "#LUKU!"),
        *("#TYHJÄ!", "#DIVISION/0!", "#REFERENS!", "#SAKNAS!", "#SAKNAS", "#VÄRDEFEL!"),
        *("#NAMN?", "#OGILTIGT!", "#SKÄRNING!"),
    )
)
_OTHER_ERROR = re.compile(r"Err:5\d\d|#{3,}", re.IGNORECASE)  # LibreOffice; a column too narrow


@dataclass(frozen=True, slots=True)
class Notation:
    """The marks a group of numbers is written with."""

    decimal: str = "."
    thousands: str = ",' "  # each character is one mark; every kind of space stands as a space


POINT = Notation()
COMMA = Notation(decimal=",", thousands=".' ")


class ParsedNumber(NamedTuple):
    """One number read from text."""

    value: float  # 3,6 % is 0.036
    percent: bool = False
    decimals: int = 0  # digits after the decimal mark as typed: 2 for "3,60 %"
    footnote: str = ""  # the mark that stood behind the number, e.g. "*" or "1)"


def is_error_text(text: str) -> bool:
    """True for the name of a spreadsheet error in English, Finnish or Swedish.

    >>> is_error_text("#JAKO/0!"), is_error_text("# 12")
    (True, False)
    """
    plain = text.strip()
    if plain[:1] not in ("#", "E", "e"):
        return False
    return plain.casefold() in ERROR_TEXTS or _OTHER_ERROR.fullmatch(plain) is not None


def infer_notation(texts: Iterable[str], fallback: Notation | None = None) -> Notation:
    """The notation that a group of texts (a column, a sheet) is written in.

    Counts what each text proves: a mark that repeats groups thousands, the last of two marks is
    decimal, one mark followed by other than three digits is decimal, and so is one behind a zero
    or behind more than three digits. A text that is no number proves nothing. Without any proof
    the answer is ``fallback``; without that, a mark always followed by three digits groups
    thousands, since figures with three decimals are rare in money.

    >>> infer_notation(["1,234", "12,5"]).decimal
    ','
    >>> infer_notation(["1,234", "12"]).decimal
    '.'
    """
    evidence = 0.0  # above zero: the comma is decimal
    open_marks = 0.0  # the same for marks that could be either
    for text in texts:
        proof, leaning = _evidence(text)
        evidence += proof
        open_marks += leaning
    if evidence:
        return COMMA if evidence > 0 else POINT
    if fallback is not None:
        return fallback
    return COMMA if open_marks > 0 else POINT


def parse_number(text: str, notation: Notation = POINT) -> ParsedNumber | None:
    """The one number that ``text`` is, or ``None`` when it is not exactly one number.

    A date, a code with leading zeros, a range of years, a numbered heading, a phone number, ``-``,
    ``..`` and the like are not numbers. Negative are a minus of any kind before or behind,
    parentheses, angle brackets and ``CR``. The value is the float nearest to the typed decimals.

    >>> parse_number("– 522 941,50", COMMA).value
    -522941.5
    >>> parse_number("3,6 %", COMMA)
    ParsedNumber(value=0.036, percent=True, decimals=1, footnote='')
    >>> parse_number("31.12.2019", COMMA) is None
    True
    """
    if _SIMPLE.fullmatch(text):
        return ParsedNumber(float(text) + 0.0)
    parts = _dissect(text)
    if parts is None:
        return None
    body, power, sign, percent, framed, footnote = parts
    digits = _digits(body, notation, framed=framed)
    if digits is None:
        return None
    whole, fraction = digits
    exponent = int(power[1:] if power else 0) - (2 if percent else 0)
    value = float(f"{whole}.{fraction or 0}e{exponent}")
    if value in (float("inf"), float("-inf")):
        return None
    return ParsedNumber(sign * value + 0.0, percent, len(fraction), footnote)


def simple_amounts(texts: Sequence[str], notation: Notation) -> list[float]:
    """The amounts of texts in their simplest form (``-1234,5``), many at once.

    NaN for any other text: that is for ``parse_number`` to tell.
    """
    matches = map(_SIMPLE_OF[notation.decimal].fullmatch, texts)
    if notation.decimal == ",":
        texts = [text.replace(",", ".") for text in texts]
    nan = float("nan")
    pairs = zip(texts, matches, strict=True)
    return [nan if match is None else float(text) + 0.0 for text, match in pairs]


def could_be_number(text: str) -> bool:
    """True when ``text`` has the outer shape of one number, whatever its marks mean.

    Cheap; a true answer still needs ``parse_number``.
    """
    if _DIGITS_ONLY.fullmatch(text):
        return True
    return _OPENING.match(text) is not None and _dissect(text) is not None


def _dissect(text: str) -> tuple[str, str, int, bool, bool, str] | None:
    """Body, power of ten, sign, whether per cent, whether anything frames it, footnote mark.

    ``None`` for a text that has not the outer shape of one number.
    """
    if len(text) > MAX_LENGTH:
        return None
    plain = text.translate(_PLAIN).strip()
    plain, footnote = _without_footnote(plain)
    if plain[-1:] == "-":
        plain = _EMPTY_CENTS.sub("", plain)
    match = _SHAPE.fullmatch(plain)
    if match is None:
        return None
    before, body, power, after = match.group("before", "body", "power", "after")
    sign = 1
    percent = False
    if before or after:
        frame = _read_frame(before, after)
        if frame is None:
            return None
        sign, percent = frame
    return body, power or "", sign, percent, bool(before or after), footnote


def _without_footnote(plain: str) -> tuple[str, str]:
    match = _FOOTNOTE.search(plain)
    if match is None and plain[-1:] == ")" and plain.count(")") > plain.count("("):
        match = _FOOTNOTE_NUMBER.search(plain)
    if match is None:
        return plain, ""
    return plain[: match.start()], match.group().strip()


def _read_frame(before: str, after: str) -> tuple[int, bool] | None:
    """Sign and per cent from what stands around the digits; ``None`` when it does not fit."""
    frame, currencies = _CURRENCY_MARK.subn("", before + "|" + after)
    frame = frame.replace(" ", "").upper()
    credit = frame.endswith(("CR", "DR"))
    if credit:
        suffix, frame = frame[-2:], frame[:-2]
    opening, closing = frame.split("|")
    pair = ""
    for left, right in (("(", ")"), ("<", ">")):
        if opening.count(left) != closing.count(right) or opening.count(left) > 1:
            return None
        pair += left * opening.count(left)
    signs = [mark for mark in opening + closing if mark in "+-"]
    percents = closing.count("%")
    if (
        len(signs) > 1
        or len(pair) > 1
        or currencies > 1
        or percents > 1
        or percents + currencies > 1
    ):
        return None
    if not _in_order(opening, closing):
        return None
    negative = "-" in signs or bool(pair) or (credit and suffix == "CR")
    return (-1 if negative else 1), percents == 1


def _in_order(opening: str, closing: str) -> bool:
    """False for marks between brackets and beyond that nobody writes, such as ``12+``."""
    return "+" not in closing and len(opening) <= 2 and len(closing) <= 3


def _digits(body: str, notation: Notation, *, framed: bool = False) -> tuple[str, str] | None:
    """Whole and fractional digits of ``body``, or ``None`` when its groups make no number.

    ``framed`` by a sign, a currency or %, a figure is no heading or date, so that a mark which
    cannot group thousands is decimal even against the notation: ``3,6 %``.
    """
    commas, points = body.count(","), body.count(".")
    at = -1
    if commas and points:
        at = max(body.rfind(","), body.rfind("."))
        if body.count(body[at]) > 1:
            return None
    elif commas + points == 1:
        mark = "," if commas else "."
        place = body.find(mark)
        groups = len(body) - place - 1 == 3
        if mark == notation.decimal or _must_be_decimal(body, place) or (framed and not groups):
            at = place
    whole, fraction = (body[:at], body[at + 1 :]) if at >= 0 else (body, "")
    if fraction and not fraction.isdigit():
        return None
    if not whole:
        return "0", fraction
    return (joined, fraction) if (joined := _joined(whole)) is not None else None


def _must_be_decimal(body: str, place: int) -> bool:
    """True when the mark at ``place`` can only be decimal: ``0.5``, ``12345.6``, ``1 234.5``."""
    whole = body[:place]
    return whole in ("", "0") or not whole.isdigit() or len(whole) > 4


def _joined(whole: str) -> str | None:
    """The digits of a whole number without its thousands marks, ``None`` when badly grouped."""
    if whole.isdigit():
        return whole if whole[0] != "0" or whole == "0" else None
    marks = {mark for mark in whole if mark in _MARKS}
    if len(marks) != 1:
        return None
    mark = marks.pop()
    first, *rest = whole.split(mark)
    if not 1 <= len(first) <= 3 or first[0] == "0" or len(rest[-1]) != 3:
        return None
    sizes = {len(group) for group in rest[:-1]}
    grouped = sizes <= {3} or (mark == "," and sizes == {2} and len(first) <= 2)  # 60,60,000
    return first + "".join(rest) if grouped else None


def _evidence(text: str) -> tuple[float, float]:
    """Proof and mere leaning that the comma is decimal; below zero that the point is."""
    proof = leaning = 0.0
    has_mark = "," in text or "." in text
    parts = _dissect(text) if has_mark and not _DATE.fullmatch(text.strip()) else None
    body = parts[0] if parts else ""
    commas, points = body.count(","), body.count(".")
    if commas and points:
        if _digits(body, POINT):
            proof = 1.0 if body.rfind(",") > body.rfind(".") else -1.0
    elif commas + points:
        mark = "," if commas else "."
        towards = 1.0 if commas else -1.0
        place = body.find(mark)
        if commas + points > 1:  # groups, if they are well formed
            proof = -towards if _joined(body) else 0.0
        elif _digits(body, Notation(mark, "")) is not None:
            if len(body) - place - 1 == 3 and not _must_be_decimal(body, place) and place <= 3:
                leaning = -towards
            else:
                proof = towards
    return proof, leaning
