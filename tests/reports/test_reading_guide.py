"""The guide for the layperson speaks as the report does, in each language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reports.catalogue import LANGUAGES
from reports.styles import LEGEND, SIGNS, Mark
from reports.words import Words
from rules.model import Certainty, Status

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {
    name: f"how-to-read-the-report{'' if name == 'en' else '.' + name}.md" for name in LANGUAGES
}
SHEETS = ("summary", "findings", "checks", "evidence")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_guide_uses_the_words_of_the_report(language: str) -> None:
    words = Words(language)
    page = " ".join((DOCS / PAGES[language]).read_text("utf-8").split())
    for mark, key in LEGEND:
        sign = "" if mark is Mark.PART else SIGNS[mark]
        assert re.search(rf"\| {sign}[^|]*\| {re.escape(words.say(key))} \|", page), key
    for sheet in SHEETS:
        assert f"**{words.say(f'sheet.{sheet}')}" in page, sheet
    for certainty in Certainty:
        assert f"**{words.say(f'certainty.{certainty}')}**".casefold() in page.casefold()
    for status in Status:
        assert f"*{words.say(f'status.{status}')}*" in page
    for key in ("title.gaps", "head.reported", "head.recomputed", "head.tolerance"):
        assert f"**{words.say(key)}".casefold() in page.casefold(), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_guides_lead_to_each_other_and_the_readme_to_them(language: str) -> None:
    page = (DOCS / PAGES[language]).read_text("utf-8")
    assert set(re.findall(r"\]\((how-to-read[^)]*)\)", page)) == set(PAGES.values()) - {
        PAGES[language]
    }
    readme = (DOCS.parent / "README.md").read_text("utf-8")
    assert f"(docs/{PAGES[language]})" in readme
    assert len(page.split()) < 600, "it is to stay one page"
