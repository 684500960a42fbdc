"""Settings by sheet and waivers in whole runs, with the example of docs/settings.md."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openpyxl import Workbook as Book

from reports import as_json
from tests.audit.conftest import run
from tests.audit.documents import example

UNITS = ("Elections", "Library", "Parks", "Schools")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Nets of four units; that of the Library for 2024 is 36 too high. Like sheets twice."""
    made = Book()
    made.remove(made.worksheets[0])
    for name in ("Budget", "Investments"):
        sheet = made.create_sheet(name)
        sheet.append(["Unit", "2022", "2023", "2024"])
        for n, unit in enumerate(UNITS):
            expense = [-(4123 + 517 * n + 89 * year) * 3 for year in range(3)]
            revenue = [1311 + 77 * n + 143 * year for year in range(3)]
            net = [e + r for e, r in zip(expense, revenue, strict=True)]
            if unit == "Library":
                net[2] += 36
            sheet.append([unit])
            for line, values in (("Expense", expense), ("Revenue", revenue), ("Net", net)):
                sheet.append([line, *values])
    path = tmp_path / "budget.xlsx"
    made.save(path)
    return path


def found(book: Path, *arguments: object, code: int = 1) -> dict[str, Any]:
    result = run("check", book, "--format", "json", "--no-report", *arguments)
    assert (result.exit_code, result.stderr) == (code, "")
    document: dict[str, Any] = json.loads(result.stdout)
    schema = json.loads(Path(as_json.__file__).with_name("crossfoot-1.schema.json").read_text())
    Draft202012Validator(schema).validate(document)
    return document


def places(document: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (f["sheet"], f["rule"], f["cell"])
        for f in document["findings"]
        if f["difference"] is not None
    ]


def test_rules_are_left_out_on_one_sheet_alone(book: Path) -> None:
    both = [("Budget", "NT201", "D9"), ("Investments", "NT201", "D9")]
    assert places(found(book, "--select", "NT")) == both
    assert places(found(book, "--select", "NT", "--ignore", "Inv*:NT201")) == both[:1]
    assert places(found(book, "--select", "Budget:FT,NT")) == both[1:]


def test_the_example_of_the_documents_accepts_what_it_is_about(book: Path) -> None:
    (book.parent / "crossfoot.toml").write_text(example("settings.md", "settings"), "utf-8")
    document = found(book, "--select", "NT", "--ignore", "Investments:NT", code=0)
    assert places(document) == [("Budget", "NT201", "D9")]
    (waiver,) = document["waivers"]
    assert waiver["state"] == "used"
    assert waiver["findings"] == [f["id"] for f in document["findings"]]
    assert [f["accepted"] for f in document["findings"]] == [True]
    assert waiver["place"] == f"{book.parent / 'crossfoot.toml'}:6"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"Net"', '"Gross"', "matches no finding; take it out of the settings"),
        ("2099", "2019", "ended on 2019-12-31, so the finding is open again"),
        ("= 36", "= 35", "the difference is no longer 35, so the finding is open again"),
        ("= 36", "= 36", "accepted by M. Laine until 2099-12-31, one finding."),
    ],
)
def test_every_waiver_is_told_and_those_that_lapsed_do_not_accept(
    book: Path, old: str, new: str, said: str
) -> None:
    text = example("settings.md", "settings").replace(old, new)
    (book.parent / "crossfoot.toml").write_text(text, "utf-8")
    held = (1, 0)[said.startswith("accepted")]
    asked: tuple[object, ...] = (
        "check",
        book,
        "--lang",
        "en",
        "--fail-on",
        "warning",
        "--select",
        "NT",
    )
    asked += ("--ignore", "Investments:NT")
    result = run(*asked)
    assert (result.exit_code, result.stderr) == (held, "")
    assert said in " ".join(result.stdout.split())
    for form in ("sarif", "github", "html"):
        result = run(*asked, "--format", form, "--no-report")
        assert result.exit_code == held
        assert (said in " ".join(result.stderr.split())) is bool(held)


def test_a_choice_for_a_sheet_that_is_not_there_is_told(book: Path) -> None:
    (book.parent / "crossfoot.toml").write_text('ignore = ["Old name:NT", "Invest*:CH"]\n', "utf-8")
    result = run("check", book, "--no-report", "--select", "Units*:FT,NT,budget:NT")
    does = "the workbook has no such sheet, so this does nothing; correct the name or take it out."
    assert result.stderr.splitlines() == [
        f"crossfoot: select 'Units*:FT': {does}",
        f"crossfoot: ignore 'Old name:NT': {does}",
    ]
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("language", "does"),
    [
        ("fi", "työkirjassa ei ole tällaista taulukkoa"),
        ("sv", "arbetsboken har inget sådant blad"),
    ],
)
def test_a_choice_without_its_sheet_is_told_in_the_language_of_the_run(
    book: Path, language: str, does: str
) -> None:
    result = run("check", book, "--no-report", "--lang", language, "--ignore", "Old:NT")
    assert f"crossfoot: ignore 'Old:NT': {does}" in result.stderr
