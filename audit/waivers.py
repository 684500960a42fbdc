"""Waivers as a settings file writes them: ``[[waiver]]`` tables, every problem with its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from audit.errors import Problem

if TYPE_CHECKING:
    from rules.model import Waiver

KEY: Final = "waiver"
_WHAT: Final = ("rule", "finding", "sheet", "line", "column", "cell")
_WHO: Final = ("reason", "by", "until")
_KEYS: Final = (*_WHAT, "difference", *_WHO)
_CELL = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}")
_FINDING = re.compile(r"F-[0-9a-f]{8}")

Place = Callable[..., str]  # the place of a path in the settings file


def parsed_waivers(
    given: object, place: Place, rule_code: Callable[[str], str], problems: list[Problem]
) -> tuple[Waiver, ...]:
    """The waivers of a settings file; what is wrong with them is added to ``problems``.

    ``rule_code`` turns a code, family or name into a code; ``ValueError`` says why it cannot.
    """
    if not isinstance(given, list) or not all(isinstance(entry, dict) for entry in given):
        fact = f"{KEY}: waivers are written as tables, [[waiver]] for each"
        problems.append(Problem(place(KEY), fact))
        return ()
    found: list[Waiver] = []
    for number, entry in enumerate(given):
        waiver = _parsed(entry, lambda *keys, n=number: place(KEY, n, *keys), rule_code, problems)
        if waiver is not None:
            found.append(waiver)
    return tuple(found)


def _parsed(
    entry: Mapping[str, object],
    place: Place,
    rule_code: Callable[[str], str],
    problems: list[Problem],
) -> Waiver | None:
    from rules.model import Waiver

    before = len(problems)
    for key in entry:
        if key not in _KEYS:
            problems.append(Problem(place(key), f"waiver: {_unknown(key)}"))
    missing = [key for key in _WHO if not str(entry.get(key, "")).strip()]
    if missing:
        fact = f"a waiver needs {', '.join(missing)}: why, who accepted it, and its last day"
        problems.append(Problem(place(), fact))
    texts: dict[str, str] = {}
    for key in (*_WHAT, "reason", "by"):
        value = entry.get(key, "")
        if not isinstance(value, str):
            problems.append(Problem(place(key), f"{key}: {value!r} is not a text in quotes"))
            continue
        texts[key] = value.strip()
    if not any(texts.get(key) for key in ("rule", "finding", "line", "cell")):
        fact = "a waiver names what it is about: rule, finding, line or cell"
        problems.append(Problem(place(), fact))
    texts["rule"] = _checked(texts.get("rule", ""), rule_code, place("rule"), "rule", problems)
    texts["cell"] = texts.get("cell", "").replace("$", "").upper()
    if texts["cell"] and not _CELL.fullmatch(texts["cell"]):
        problems.append(Problem(place("cell"), f"cell: {entry['cell']!r} is no address like B12"))
    if texts.get("finding") and not _FINDING.fullmatch(texts["finding"]):
        fact = f"finding: {texts['finding']!r} is no id as reports show it, like F-3a91c2d0"
        problems.append(Problem(place("finding"), fact))
    until = _date(entry.get("until"))
    if until is None and entry.get("until", "") != "":
        fact = f"until: {entry['until']!r} is no date like 2027-12-31"
        problems.append(Problem(place("until"), fact))
    difference = entry.get("difference")
    if difference is not None and (
        isinstance(difference, bool) or not isinstance(difference, int | float)
    ):
        problems.append(Problem(place("difference"), f"difference: {difference!r} is no number"))
    if len(problems) > before or until is None:
        return None
    amount = float(difference) if isinstance(difference, int | float) else None
    return Waiver(until=until, difference=amount, place=place(), **texts)


def _checked(
    text: str, parse: Callable[[str], str], place: str, key: str, problems: list[Problem]
) -> str:
    if not text:
        return ""
    try:
        return parse(text)
    except ValueError as error:
        problems.append(Problem(place, f"{key}: {error}"))
        return ""


def _date(given: object) -> date | None:
    if isinstance(given, datetime):
        return given.date()
    if isinstance(given, date):
        return given
    if isinstance(given, str):
        try:
            return date.fromisoformat(given.strip())
        except ValueError:
            return None
    return None


def _unknown(key: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(key, _KEYS, n=1)
    remedy = f"did you mean {near[0]}?" if near else f"it has {', '.join(_KEYS)}"
    return f"there is no key {key!r}; {remedy}"
