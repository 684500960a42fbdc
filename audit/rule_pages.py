"""The page of each rule in the languages of the project.

The English page is the docstring of the rule; the others stand in ``reports/locale/<language>/
rules.md``, each with the fingerprint of the English page that it was made from, so that a
translation that has fallen behind is noticed. ``python -m audit.rule_pages`` lists what is
missing or behind; with codes, or ``all``, it notes that those were brought up to date.
"""

from __future__ import annotations

import hashlib
import inspect
import re
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from reports.catalogue import FOLDER, LANGUAGES
from rules.model import RuleInfo
from rules.registry import rules

TRANSLATED = tuple(language for language in LANGUAGES if language != "en")
_SECTION = re.compile(r"^## (\S+)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_MADE_FROM = re.compile(r"^of: ([0-9a-f]{8})\n?", re.MULTILINE)


def source(language: str) -> Path:
    """The file with the pages of ``language``."""
    return FOLDER / language / "rules.md"


def page_of(rule: RuleInfo, language: str = "en") -> str:
    """The page of ``rule``: a sentence, a blank line, headed lines. In English where there is no
    translation."""
    english = inspect.cleandoc(rule.page)
    return english if language == "en" else _pages(language).get(rule.code, (english, ""))[0]


@cache
def _pages(language: str) -> dict[str, tuple[str, str]]:
    """Page, and fingerprint of the English one that it was made from, by code."""
    pages = {}
    for code, body in _SECTION.findall(source(language).read_text("utf-8")):
        made_from = _MADE_FROM.search(body)
        pages[code] = _MADE_FROM.sub("", body).strip(), made_from.group(1) if made_from else ""
    return pages


def fingerprint(rule: RuleInfo) -> str:
    """Of the English page."""
    return hashlib.sha256(inspect.cleandoc(rule.page).encode()).hexdigest()[:8]


def behind() -> Iterator[str]:
    """Language and code of each page that is missing, or older than the English one."""
    for language in TRANSLATED:
        pages = _pages(language)
        for rule in rules():
            if rule.code not in pages:
                yield f"{language} {rule.code} missing"
            elif pages[rule.code][1] != fingerprint(rule):
                yield f"{language} {rule.code} behind"


def note_as_current(codes: Sequence[str]) -> None:
    """Write down that the translations of ``codes`` are those of today's English pages."""
    known = {rule.code: fingerprint(rule) for rule in rules()}
    for language in TRANSLATED:
        path = source(language)

        def stamped(section: re.Match[str]) -> str:
            code, body = section.groups()
            if code not in codes or code not in known:
                return section.group()
            return f"## {code}\nof: {known[code]}\n{_MADE_FROM.sub('', body)}"

        text = _SECTION.sub(stamped, path.read_text("utf-8"))
        path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    chosen = [rule.code for rule in rules()] if sys.argv[1:] == ["all"] else sys.argv[1:]
    if chosen:
        note_as_current(chosen)
        _pages.cache_clear()
    sys.stdout.writelines(f"{line}\n" for line in behind())
