"""Tables that look alike are told apart, and what was not judged is not declared."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from openpyxl import Workbook as Book

from rules.declared.drift import DriftKind
from rules.declared.learn import learn
from rules.declared.rulefile import RuleFile
from rules.examine import Examined, examine
from rules.findings import kept
from rules.settings import RuleSettings
from tests.fixtures.years import Year
from workbooks.reader import read_workbook

UNITS = {"Schools": 1_000, "Libraries": 7_000}


def alike(path: Path, units: dict[str, int]) -> Path:
    """A table for each unit below the other, with the same lines; libraries have a plan too."""
    book = Book()
    sheet = book.worksheets[0]
    for unit, size in units.items():
        sheet.append([unit])
        headings = ["Actual 2024", "Budget 2025", "Plan 2026"][: 3 if unit == "Libraries" else 2]
        sheet.append(["EUR", *headings])
        rows = [[size + 37 * n + 11 * n * n * j for j in range(len(headings))] for n in (1, 2, 3)]
        for label, values in zip(("Wages", "Goods", "Rents"), rows, strict=True):
            sheet.append([label, *values])
        sheet.append(["Total", *(sum(column) for column in zip(*rows, strict=True))])
        sheet.append(["Posts", *(12 + size // 1000 + j for j in range(len(headings)))])
        sheet.append([])
        sheet.append([f"{unit} are described in chapter 2."])
        sheet.append([])
    book.save(path)
    return path


def learned(seen: Examined) -> RuleFile:
    parts = (seen.tables, seen.places, seen.relations, seen.cells, seen.ledger)
    return learn(seen.workbook.file, *parts).rules


def used(path: Path, rules: RuleFile) -> Examined:
    return examine(read_workbook(path), RuleSettings(rules=rules, infers=False))


def targets(seen: Examined) -> list[tuple[int, int]]:
    figures = seen.ledger.figures
    return sorted((int(figures.row[t]), int(figures.column[t])) for t in seen.ledger.target)


def test_tables_of_the_same_lines_are_each_found_once(tmp_path: Path) -> None:
    first = examine(read_workbook(alike(tmp_path / "a.xlsx", UNITS)))
    rules = learned(first)
    again = used(tmp_path / "a.xlsx", rules)
    assert targets(again) == targets(first)
    assert {row for row, _ in targets(again)} == {6, 16}
    assert again.applied is not None
    assert again.applied.drift == []


def test_what_was_not_judged_in_a_column_is_declared_for_the_others_alone(tmp_path: Path) -> None:
    seen = examine(read_workbook(Year().save(tmp_path / "budget.xlsx")))
    figures, ledger = seen.ledger.figures, seen.ledger
    net = np.array([ledger.rules[code] == "NT201" for code in ledger.rule])
    drop = net & (figures.column[ledger.target] == 3)
    fewer = replace(seen, ledger=kept(ledger, ~drop))
    rules = learned(fewer)
    (rule,) = [one for table in rules.tables for one in table.lines if one.code == "NT201"]
    said = [named.name.text for named in rule.only]
    assert said == ["Actual 2024", "Budget 2026", "Change"]
    assert targets(used(tmp_path / "budget.xlsx", rules)) == targets(fewer)


def test_a_table_is_taken_once_so_that_one_of_its_kind_that_is_gone_is_told(
    tmp_path: Path,
) -> None:
    rules = learned(examine(read_workbook(alike(tmp_path / "a.xlsx", UNITS))))
    one = {"Libraries": UNITS["Libraries"]}
    again = used(alike(tmp_path / "b.xlsx", one), rules)
    assert again.applied is not None
    assert [drift.kind for drift in again.applied.drift] == [DriftKind.TABLE_GONE]
    assert len(again.ledger) == 3


def test_tables_without_rules_do_not_shift_those_of_the_same_lines(tmp_path: Path) -> None:
    path = alike(tmp_path / "b.xlsx", {"Schools": 1_000, "Libraries": 7_000, "Parks": 3_000})
    seen = examine(read_workbook(path))
    own = [k for k, relation in enumerate(seen.relations) if relation.table == 2]
    ledger = kept(seen.ledger, np.isin(seen.ledger.relation, own))
    rules = learned(replace(seen, ledger=ledger, cells=[]))
    untitled = tuple(replace(table, title="") for table in rules.tables)
    found = used(path, replace(rules, tables=untitled))
    assert targets(found) == targets(replace(seen, ledger=ledger))
    assert set() < {row for row, _ in targets(found)} <= set(range(18, 28))
