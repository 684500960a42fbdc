"""Rules learned from one year's workbook check the next one, and tell what has changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from audit.choices import rule_code
from audit.rule_files import loaded_rules
from rules.declared import rulefile
from rules.declared.rulefile import read_rules
from tests.audit.conftest import run
from tests.audit.documents import example
from tests.fixtures.layouts import LAYOUTS, build
from tests.fixtures.years import Year, culture

SCHEMA = json.loads(Path(rulefile.__file__).with_name("rule-file.schema.json").read_text("utf-8"))


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The rules learned from the budget of 2026."""
    book = Year().save(tmp_path / "budget-2026.xlsx")
    result = run("learn", book, "--lang", "en")
    assert (result.exit_code, result.stderr) == (0, "")
    path = tmp_path / "budget-2026.rules.yaml"
    assert result.stdout.startswith("5 rules in 2 tables. Written to ")
    return path


def checked(book: Path, rules: Path, *arguments: object) -> dict[str, Any]:
    result = run(
        "check", book, "--rules", rules, "--lang", "en", "--format", "json", "--no-report",
        "--ledger", *arguments,
    )  # fmt: skip
    assert result.stderr == ""
    document: dict[str, Any] = json.loads(result.stdout)
    assert result.exit_code == (1 if document["summary"]["findings"] else 0)
    return document


def told(document: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    return [(f["rule"], f["severity"], f["cell"], f["message"]) for f in document["findings"]]


def test_what_is_learned_is_named_by_words_and_says_where_it_held(rules: Path) -> None:
    text = rules.read_text("utf-8")
    head = text.index("crossfoot-rules: 1")
    assert all(line.startswith("#") for line in text[:head].splitlines() if line)
    assert (
        """\
      - line: Total
        is: sum
        of: [Library, Museum, Theatre]
        rule: FT101
        basis: label
        held: 4 of 4
"""
        in text
    )
    assert "xlsx" in text
    assert "B4" not in text


def test_the_same_workbook_gives_the_same_checks(rules: Path) -> None:
    book = rules.with_name("budget-2026.xlsx")
    mine = checked(book, rules)
    result = run("check", book, "--format", "json", "--no-report", "--ledger")
    theirs = json.loads(result.stdout)

    def checks(document: dict[str, Any]) -> set[tuple[Any, ...]]:
        return {
            (c["rule"], c["operation"], c["sheet"], c["cell"], c["verdict"], str(c["parts"]))
            for c in document["checks"]
        }

    assert checks(mine) == checks(theirs) != set()
    assert {c["basis"] for c in mine["checks"]} == {"declared"}


def _moved(year: Year) -> None:
    year.lead = [["Town of Example"], [], ["Draft of the board"]]
    year.between = [[], ["The theatre is closed in July."], []]


def _renamed_sheet(year: Year) -> None:
    year.sheet = "Budget 2027"


def _nothing(year: Year) -> None:
    del year


@pytest.mark.parametrize("change", [_nothing, _moved, _renamed_sheet])
@pytest.mark.parametrize("later", [0, 1, 3])
def test_rules_stay_valid_under_new_rows_and_years(
    rules: Path, change: Callable[[Year], None], later: int
) -> None:
    before = checked(rules.with_name("budget-2026.xlsx"), rules)
    year = Year(2026 + later)
    change(year)
    after = checked(year.save(rules.with_name("next.xlsx")), rules)
    assert told(after) == told(before) == []
    assert after["summary"]["checks"] == before["summary"]["checks"] > 20
    assert after["summary"]["discrepancy"] == 0


def test_an_error_of_next_year_is_found_with_the_certainty_of_a_rule(rules: Path) -> None:
    year = Year(2027)
    year.total = [*year.sum[:2], year.sum[2] + 900]
    document = checked(year.save(rules.with_name("next.xlsx")), rules)
    wrong = [f for f in document["findings"] if f["rule"] == "FT101"]
    assert [(f["cell"], f["severity"], f["difference"], f["basis"]) for f in wrong] == [
        ("D6", "error", 900, "declared"),
        ("E6", "error", 900, "declared"),  # the change was worked out from the wrong total
    ]
    assert document["root_causes"][0]["cells"][0]["cell"] == "D6"


def _units(year: Year, **changed: list[float] | None) -> Year:
    """The units of culture with some put in at the end, or taken out."""
    units = culture(year.year) | {k: v for k, v in changed.items() if v is not None}
    year.units = {
        name: values for name, values in units.items() if changed.get(name, 1) is not None
    }
    return year


def test_a_part_that_vanished_is_told_and_the_rest_is_checked(rules: Path) -> None:
    document = checked(_units(Year(2027), Museum=None).save(rules.with_name("next.xlsx")), rules)
    assert told(document) == [
        (
            "DR101",
            "warning",
            "B5",
            "“Museum”, a part of “Total” in the rule file, is no longer here.",
        )
    ]
    total = [c for c in document["checks"] if c["rule"] == "FT101"]
    assert [len(c["parts"]) for c in total] == [2, 2, 2, 2]


def test_a_new_unit_that_the_total_counts_is_a_note(rules: Path) -> None:
    year = _units(Year(2027), Cinema=[3_127, 3_311, 3_404])
    document = checked(year.save(rules.with_name("next.xlsx")), rules)
    assert told(document) == [
        (
            "DR103",
            "note",
            "D6",
            "The line “Culture / Cinema” (3,404) is not in the rule file; the total “Culture / "
            "Total” was checked with it.",
        )
    ]
    assert document["summary"]["discrepancy"] == 0


def test_a_new_unit_that_the_total_does_not_count_is_a_warning(rules: Path) -> None:
    year = _units(Year(2027), Cinema=[3_127, 3_311, 3_404])
    year.total = [sum(c) for c in zip(*culture(2027).values(), strict=True)]
    document = checked(year.save(rules.with_name("next.xlsx")), rules)
    assert told(document) == [
        (
            "DR103",
            "warning",
            "D6",
            "The line “Culture / Cinema” (3,404) is not in the rule file, and the total “Culture / "
            "Total” does not count it.",
        )
    ]


def test_a_line_under_nearly_the_same_name_is_found_and_told(rules: Path) -> None:
    year = Year(2027, names={"Theatre": "Theater", "Expenditure": "Expenditures"})
    document = checked(year.save(rules.with_name("next.xlsx")), rules)
    assert told(document) == [
        (
            "DR102",
            "note",
            "B5",
            "“Culture / Theater” was taken for “Theatre” of the rule file; look whether it is the "
            "same.",
        ),
        (
            "DR102",
            "note",
            "B9",
            "“All / Expenditures” was taken for “Expenditure” of the rule file; look whether it is "
            "the same.",
        ),
    ]
    before = checked(rules.with_name("budget-2026.xlsx"), rules)
    assert document["summary"]["checks"] == before["summary"]["checks"]


def test_a_match_that_is_unsure_makes_a_warning_of_an_error(rules: Path) -> None:
    year = Year(2027, names={"Theatre": "Theater"})
    year.total = [*year.sum[:2], year.sum[2] + 900]
    document = checked(year.save(rules.with_name("next.xlsx")), rules)
    assert [(f["cell"], f["severity"]) for f in document["findings"] if f["rule"] == "FT101"] == [
        ("D6", "warning"),
        ("E6", "warning"),
    ]


def test_a_column_and_a_table_that_vanished_are_told(rules: Path) -> None:
    def edit(sheet: Any) -> None:
        sheet.delete_cols(2)
        sheet.parent.remove(sheet.parent["Key figures"])

    year = Year(2027)
    path = year.save(rules.with_name("next.xlsx"))
    from openpyxl import load_workbook

    book = load_workbook(path)
    edit(book["Budget"])
    book.save(path)
    document = checked(path, rules)
    assert told(document) == [
        (
            "DR101",
            "warning",
            "A1",
            "The rule file has rules for the table “Key figures”, which was not found; they were "
            "not used.",
        ),
        (
            "DR101",
            "note",
            "B3",
            "The rule file names the column “Actual 2024”, which is no longer here.",
        ),
    ]


def test_what_is_inferred_besides_is_checked_where_asked(rules: Path) -> None:
    text = rules.read_text("utf-8")
    lean = text[: text.index("    # In every line:")] + "\n"
    rules.write_text(lean, "utf-8")
    book = rules.with_name("budget-2026.xlsx")
    alone, both = checked(book, rules), checked(book, rules, "--infer")
    assert {c["rule"] for c in alone["checks"]} == {"FT101", "NT201"}
    assert {c["basis"] for c in alone["checks"]} == {"declared"}
    assert {"CH301", "CP401"} < {c["rule"] for c in both["checks"]}
    places = [(c["rule"], c["sheet"], c["cell"], str(c["parts"])) for c in both["checks"]]
    assert len(places) == len(set(places))


def test_the_example_of_the_documents_is_read_and_used(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(example("rule-files.md", "rules"), "utf-8")
    YAML(typ="safe").load(file)
    Draft202012Validator(SCHEMA).validate(YAML(typ="safe").load(file))
    document = checked(Year(2027).save(tmp_path / "next.xlsx"), file)
    assert told(document) == []
    assert {c["rule"] for c in document["checks"]} == {"FT101", "NT201", "CH301", "CP401", "TO601"}
    assert document["summary"]["discrepancy"] == 0


def test_the_rules_may_stand_in_the_settings_file_beside_it(rules: Path) -> None:
    (rules.parent / "crossfoot.toml").write_text(f'rules = "{rules.name}"\n', "utf-8")
    result = run("check", rules.with_name("budget-2026.xlsx"), "--format", "json", "--ledger")
    assert {c["basis"] for c in json.loads(result.stdout)["checks"]} == {"declared"}


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_what_is_written_is_read_back_and_fits_the_schema(layout: str, tmp_path: Path) -> None:
    book = build(layout, tmp_path).path
    result = run("learn", book, "-o", "-")
    assert (result.exit_code, result.stderr) == (0, "")
    found, faults = read_rules(result.stdout, rule_code)
    assert faults == []
    document = YAML(typ="safe").load(result.stdout)
    Draft202012Validator(SCHEMA).validate(document)
    file = tmp_path / "rules.yaml"
    file.write_text(result.stdout, "utf-8")
    assert loaded_rules(file).rules == found
    plain = json.loads(run("check", book, "--format", "json", "--no-report", "--ledger").stdout)
    again = checked(book, file)
    assert told(again) == []
    share = again["summary"]["checks"] / max(plain["summary"]["checks"], 1)
    assert share >= 0.9 or not plain["summary"]["checks"]


def test_all_faults_of_a_rule_file_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    book = Year().save(tmp_path / "budget.xlsx")
    file = tmp_path / "rules.yaml"
    file.write_text(
        """\
crossfoot-rules: 1
tables:
  - table: T
    sheets: Budget
    lines:
      - line: Total
        is: summ
      - line: Net
        is: ratio
        of: [Revenue]
        rule: ZZ9
  - table: T
    sheet: 4000
    across:
      - of: [A]
between:
  - line: {table: U, lines: Net}
    of: [{table: T, line: A}]
    at: [1, 2]
""",
        "utf-8",
    )
    result = run("check", book, "--rules", file)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines() == [
        f"crossfoot: {file}:{line}: {fact}"
        for line, fact in (
            (3, "a table lacks sheet"),
            (3, "two tables are called 'T'"),
            (4, "a table has no 'sheets'; did you mean sheet?"),
            (6, "the rule has no parts; list them under 'of'"),
            (7, "is: there is no 'summ' here; did you mean sum?"),
            (8, "a ratio has two parts under 'of': what is divided, by what"),
            (12, "two tables are called 'T'"),
            (15, "a rule of columns lacks column"),
            (17, "the name under 'line' has a line, or 'after' a line"),
            (17, "the name under 'line' has no 'lines'; did you mean line?"),
            (19, "'at' is 'same period', lists of names, or one whole number per part"),
        )
    ]


@pytest.mark.parametrize(
    ("content", "fact"),
    [
        (None, "the rule file cannot be read: No such file or directory"),
        (b"\xff\xfe", "the rule file is no text in UTF-8; save it as UTF-8"),
        (b"a: 1", "1: this is no rule file: it has no 'crossfoot-rules'; see docs/rule-files.md"),
        (b"crossfoot-rules: 2", "1: crossfoot-rules is '2'; this version reads 1"),
        (b"", "1: this is no rule file: it has no 'crossfoot-rules'; see docs/rule-files.md"),
    ],
)
def test_a_file_that_is_no_rule_file_is_told(
    tmp_path: Path, content: bytes | None, fact: str
) -> None:
    book = Year().save(tmp_path / "budget.xlsx")
    file = tmp_path / "rules.yaml"
    if content is not None:
        file.write_bytes(content)
    result = run("check", book, "--rules", file)
    assert (result.exit_code, result.stdout) == (2, "")
    place = f"{file}:" if fact[0] == "1" else f"{file}: "
    assert result.stderr == f"crossfoot: {place}{fact}\n"


def test_the_comments_of_a_rule_file_are_in_the_language(rules: Path) -> None:
    book = rules.with_name("budget-2026.xlsx")
    told = {
        language: run("learn", book, "-o", "-", "-q", "--lang", language).stdout
        for language in ("en", "fi", "sv")
    }
    assert told["en"].startswith("# Rules for checking a workbook, learned from budget-2026.xlsx.")
    assert told["fi"].startswith("# Säännöt työkirjan tarkistamiseen, opittu tiedostosta budget-")
    assert told["sv"].startswith("# Regler för att kontrollera en arbetsbok, lärda av budget-2026")
    bare = {
        "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#"))
        for text in told.values()
    }
    assert len(bare) == 1  # what is read is the same


def test_a_rule_file_is_not_overwritten_unless_told(rules: Path) -> None:
    book = rules.with_name("budget-2026.xlsx")
    rules.write_text("mine", "utf-8")
    result = run("learn", book)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"crossfoot: {rules} is already there and may have been edited; name another file with -o, "
        "or say --overwrite.\n"
    )
    assert rules.read_text("utf-8") == "mine"
    assert run("learn", book, "--overwrite", "-q").stdout == ""
    assert rules.read_text("utf-8").startswith("# Rules for checking")
    assert run("learn", book, "-o", book, "--overwrite").exit_code == 2
    assert run("learn", book, "-o", rules.parent / "none" / "r.yaml").exit_code == 2
