"""The HTML page of a run, and how long the run took."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.audit.conftest import run
from tests.fixtures.layouts import build


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return build("expense-and-revenue-positive", tmp_path, planted=True).path


def test_the_page_lies_beside_the_report_and_is_the_one_that_is_printed(book: Path) -> None:
    printed = run("check", book, "--format", "html", "--no-report", "--lang", "sv")
    ended = run("check", book, "--html", "--lang", "sv")
    page = book.with_name(f"{book.stem}.crossfoot.html")
    assert (ended.exit_code, ended.stderr) == (1, "")
    assert ended.stdout.splitlines()[-1] == f"Webbsida: {page}"
    assert page.read_text(encoding="utf-8") == printed.stdout
    assert run("check", book, "--html", "-q", "--no-report").exit_code == 1  # it is replaced


def test_the_page_goes_where_it_is_told(book: Path, tmp_path: Path) -> None:
    page = tmp_path / "other.html"
    assert run("check", book, "--html", page, "-q", "--no-report").exit_code == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([book.name, "other.html"])


@pytest.mark.parametrize("name", ["page.xlsx", "missing/page.html"])
def test_a_place_that_cannot_hold_it_is_told_before_the_work(
    book: Path, tmp_path: Path, name: str
) -> None:
    ended = run("check", book, "--html", tmp_path / name)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "a page of HTML; give it a name in .html" in ended.stderr or "no folder" in ended.stderr
    assert list(tmp_path.iterdir()) == [book]


def test_a_report_states_its_duration_when_asked_to(book: Path) -> None:
    def facts() -> dict[str, str]:
        assert run("check", book, *more, "-q", "--lang", "en").exit_code == 1
        report = openpyxl.load_workbook(book.with_name(f"{book.stem}.crossfoot.xlsx"))
        return {str(row[0].value): str(row[1].value) for row in report["Evidence"].iter_rows()}

    more: tuple[str, ...] = ()
    untimed = "not recorded; with --timed it is, and the report then differs from run to run"
    assert facts()["Duration"] == untimed
    more = ("--timed",)
    seconds, unit = facts()["Duration"].split()
    assert unit == "s"
    assert 0 < float(seconds) < 60
