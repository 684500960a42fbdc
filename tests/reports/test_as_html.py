"""The HTML report stands alone, leads everywhere it says, and keeps text harmless."""

from __future__ import annotations

import dataclasses
import re
from html.parser import HTMLParser

import pytest

from reports import html_grid
from reports.as_html import as_html
from reports.catalogue import LANGUAGES
from reports.facts import ReportFacts
from reports.number_widths import decimals_of
from reports.words import Words
from tests.reports.made_up import SHEET, make_audit, make_grid, make_large, money, text
from workbooks.refs import Area

VOID = {"meta", "input", "br"}


class Reader(HTMLParser):
    """Checks that tags pair up and collects ids, links and tags."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if "href" in found:
            self.links.append(str(found["href"]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, tag


def page_of(language: str = "en") -> str:
    outcome, workbook = make_audit(crashed=True)
    return as_html(outcome, workbook, Words(language), ReportFacts(version="0.1.0"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_is_well_formed_and_every_link_leads_somewhere(language: str) -> None:
    page = page_of(language)
    reader = Reader(page)
    assert f'<html lang="{language}">' in page
    assert len(reader.ids) == len(set(reader.ids))
    assert {link.removeprefix("#") for link in reader.links} <= set(reader.ids)
    assert all(link.startswith("#") for link in reader.links)


def test_page_fetches_nothing() -> None:
    page = page_of()
    reader = Reader(page)
    assert not [tag for tag, attributes in reader.tags if "src" in attributes or tag == "link"]
    assert "url(" not in page
    assert "default-src 'none'" in page
    assert not re.findall(r"""(?:href|src|action)=["']?(?:https?:)?//""", page)


def test_page_tells_what_the_outcome_tells() -> None:
    outcome, _ = make_audit()
    page = page_of()
    assert "5 figures do not agree" in page
    for finding in outcome.findings:
        assert f'<tr id="{finding.id}" data-severity="{finding.severity}"' in page
    assert "✗ −1,398,674" in page
    assert "The net figure was entered where the gross figure belongs." in page
    assert "Rule XF301 failed" in page
    assert 'rowspan="1" colspan="6"' in page
    assert '<tr class="hidden-row"><th scope="row">22</th>' in page
    assert "2020-01-01" in page


def test_text_of_a_workbook_is_escaped() -> None:
    outcome, workbook = make_audit()
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    finding = dataclasses.replace(outcome.findings[0], label=evil, column=evil, id=evil)
    grid = make_grid(evil, {(1, 1): text(evil), (2, 1): money(1.0)}, merges=(Area(1, 1, 9, 9),))
    outcome = dataclasses.replace(outcome, file=evil, findings=(finding,), root_causes=())
    workbook = dataclasses.replace(workbook, grids=(grid,))
    page = as_html(outcome, workbook, Words("en"), ReportFacts(settings=(evil,)))
    Reader(page)
    assert "<script>alert" not in page
    assert "<img" not in page


def test_a_large_sheet_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_grid, "MOST_CELLS", 300)
    outcome, workbook = make_large(900, 9)
    page = as_html(outcome, workbook, Words("en"), ReportFacts())
    assert "The sheet is shown down to row 30; the Excel report has all of it." in page
    assert page.count("<tr>") == 30 + 1


def test_clean_audit_has_no_filter() -> None:
    outcome, workbook = make_audit(clean=True)
    page = as_html(outcome, workbook, Words("en"), ReportFacts())
    Reader(page)
    assert "No findings." in page
    assert "<form" not in page


@pytest.mark.parametrize(
    ("number_format", "expected"),
    [
        ("General", (None, False)),
        ("#,##0.00", (2, False)),
        ('0.0 "%"', (1, False)),
        ("0.0 %;[Red]-0.0 %", (1, True)),
        ("@", (None, False)),
    ],
)
def test_decimals_of_number_formats(number_format: str, expected: tuple[int | None, bool]) -> None:
    assert decimals_of(number_format) == expected


def test_sheet_of_the_tests_is_there() -> None:
    assert f"<summary>{SHEET}</summary>" in page_of()
