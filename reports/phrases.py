"""Errors, progress and remarks on reading, in the language of their reader.

They are sentences in English where they arise. Here they are known again by their words and said
in Finnish or Swedish, from ``reports/locale/<language>/sentences.po``. A sentence that is not
known there stays English as a whole.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache

from reports.catalogue import FOLDER, LANGUAGES, read_po

TRANSLATED = tuple(language for language in LANGUAGES if language != "en")
_PLACE = re.compile(r"(.*?:\d+|--[a-z-]+): (.*)")
_Known = tuple[re.Pattern[str], str]


def language_of(given: object = None) -> str:
    """The language to speak: as it was asked for, else that of the terminal, else English.

    >>> language_of("sv")
    'sv'
    """
    if given in LANGUAGES:
        return str(given)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return value[:2] if value[:2] in LANGUAGES else "en"
    return "en"


def told(sentence: str, language: str) -> str:
    """``sentence`` in ``language``; in English where it is not known."""
    if language == "en":
        return sentence
    for way in (_placed, _phrase, _about_a_file, _joined, _about_a_place):
        if said := way(sentence, language):
            return said
    return sentence


def templates(language: str) -> dict[str, str]:
    """Every English template, with ``{}`` for what varies, and its translation."""
    return _entries(language, "sentences.po")


def command_texts(language: str) -> dict[str, str]:
    """Every English text of ``--help`` and its translation."""
    return _entries(language, "commands.po")


def _entries(language: str, file: str) -> dict[str, str]:
    text = (FOLDER / language / file).read_text("utf-8")
    return {key: forms[0] for key, forms in read_po(text).items() if key}


@cache
def _known(language: str) -> tuple[_Known, ...]:
    """Patterns and translations, those with the most words of their own first."""
    found = sorted(templates(language).items(), key=lambda item: -len(item[0].replace("{}", "")))
    return tuple(
        (re.compile(".+?".join(map(re.escape, english.split("{}"))).replace(".+?", "(.*?)")), text)
        for english, text in found
    )


def _phrase(text: str, language: str) -> str:
    """A whole sentence, or a part that stands for itself; empty where it is not known."""
    for pattern, translation in _known(language):
        match = pattern.fullmatch(text)
        if match is not None:
            return translation.format(*(_phrase(g, language) or g for g in match.groups()))
    return ""


def _placed(sentence: str, language: str) -> str:
    """``rules.yaml:12: a table lacks sheet``: a line of a file or an option, and a fact."""
    match = _PLACE.fullmatch(sentence)
    fact = _phrase(match.group(2), language) if match is not None else ""
    return f"{match.group(1)}: {fact}" if match is not None and fact else ""


def _about_a_place(sentence: str, language: str) -> str:
    """``our pack.yaml: the pack is too large``: a file as a whole, and a fact."""
    for colon in re.finditer(": ", sentence):
        if fact := _phrase(sentence[colon.end() :], language):
            return f"{sentence[: colon.start()]}: {fact}"
    return ""


def _about_a_file(sentence: str, language: str) -> str:
    """``budget.xlsx is encrypted; save it without a password.``: its name, a fact, a remedy."""
    whole = sentence.removesuffix(".")
    for place, fact, remedy in _cuts(whole):
        said = _phrase(fact, language), _phrase(remedy, language)
        if all(said):
            return f"{place} {said[0]}; {said[1]}" + ("." if whole != sentence else "")
    return ""


def _joined(sentence: str, language: str) -> str:
    """Several sentences with semicolons between."""
    parts = [_phrase(f"{part}.", language) for part in sentence.removesuffix(".").split("; ")]
    return "; ".join(part.removesuffix(".") for part in parts) + "." if all(parts) else ""


def _cuts(sentence: str) -> Iterator[tuple[str, str, str]]:
    """All ways to take a sentence apart: before a blank, before a semicolon, the rest."""
    for semicolon in re.finditer("; ", sentence):
        before, remedy = sentence[: semicolon.start()], sentence[semicolon.end() :]
        for blank in re.finditer(" ", before):
            yield before[: blank.start()], before[blank.end() :], remedy
