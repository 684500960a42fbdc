"""What was learned of a workbook gives the same checks in it: no fewer, and no others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from openpyxl import Workbook as Book

from audit.choices import rule_code
from rules.build import build_ledger
from rules.declared.learn import learn
from rules.declared.rulefile import read_rules
from rules.declared.writing import rules_as_yaml
from rules.examine import Examined, examine
from rules.model import Basis, Operation
from rules.relation import CellRelation, Relation
from rules.settings import RuleSettings
from workbooks.reader import read_workbook

UNLABELLED = (
    ("", 40, 50),
    ("Rent", 7, 8),
    ("", 2, 3),
    ("Heat", 11, 12),
    ("Rent", 5, 4),
    ("", 1, 6),
    ("", 9, 13),
    ("Total", 75, 96),
)


def book(path: Path, rows: Sequence[Sequence[object]], headings: Sequence[str]) -> Path:
    made = Book()
    sheet = made.worksheets[0]
    sheet.append(["Line item", *headings])
    for row in rows:
        sheet.append([None if value == "" else value for value in row])
    for j, heading in enumerate(headings, start=2):
        for cell in sheet[chr(64 + j)] if heading.endswith("%") else ():
            cell.number_format = "0%"
    made.save(path)
    return path


def seen_as(path: Path, relations: list[Relation], cells: list[CellRelation]) -> Examined:
    """The workbook with these relations alone."""
    seen = examine(read_workbook(path))
    ledger = build_ledger(seen.ledger.figures, seen.places, relations, cells)
    return replace(seen, relations=relations, cells=cells, ledger=ledger)


def checks(seen: Examined) -> list[tuple[str, list[tuple[str, float]]]]:
    found = [seen.ledger.check(k) for k in range(len(seen.ledger))]
    return sorted((c.cell.a1, sorted((p.cell.a1, p.factor) for p in c.parts)) for c in found)


def again(path: Path, seen: Examined) -> Examined:
    """The workbook checked with the rules learned of it, written and read."""
    parts = (seen.tables, seen.places, seen.relations, seen.cells, seen.ledger)
    learned = learn(seen.workbook.file, *parts)
    assert learned.unnamed == 0
    rules, faults = read_rules(rules_as_yaml(learned.rules), rule_code)
    assert faults == []
    return examine(read_workbook(path), RuleSettings(rules=rules, infers=False))


def total(parts: tuple[int, ...], target: int) -> Relation:
    factors = (1.0,) * len(parts)
    return Relation("FT101", Operation.SUM, Basis.LABEL, 0.9, 0, 0, target, parts, factors)


def test_lines_without_a_label_are_named_wherever_they_stand(tmp_path: Path) -> None:
    path = book(tmp_path / "b.xlsx", UNLABELLED, ["Budget 2025", "Budget 2026"])
    seen = seen_as(path, [total(tuple(range(7)), 7), total((1, 2), 3)], [])
    back = again(path, seen)
    assert checks(back) == checks(seen)
    assert len(checks(seen)) == 4


def test_a_line_without_a_label_is_found_below_the_same_one_of_its_name(tmp_path: Path) -> None:
    path = book(tmp_path / "b.xlsx", UNLABELLED, ["Budget 2025", "Budget 2026"])
    seen = seen_as(path, [total((5, 6), 7)], [])
    parts = (seen.tables, seen.places, seen.relations, seen.cells, seen.ledger)
    rules = learn("b.xlsx", *parts).rules
    assert "{after: Rent, number: 2, which: 2}" in rules_as_yaml(rules)
    grown = [*UNLABELLED[:4], ("Water", 3, 3), ("Power", 2, 2), *UNLABELLED[4:]]
    path = book(tmp_path / "next.xlsx", grown, ["Budget 2026", "Budget 2027"])
    found = examine(read_workbook(path), RuleSettings(rules=rules, infers=False))
    cells = {check[0]: [cell for cell, _ in check[1]] for check in checks(found)}
    assert cells["B11"] == ["B10", "B9"]


def test_a_line_called_by_its_number_is_gone_where_a_label_stands_now(tmp_path: Path) -> None:
    path = book(tmp_path / "b.xlsx", UNLABELLED, ["Budget 2025", "Budget 2026"])
    seen = seen_as(path, [total((0, 1), 7)], [])
    rules = learn("b.xlsx", seen.tables, seen.places, seen.relations, [], seen.ledger).rules
    assert '"#1"' in rules_as_yaml(rules)
    grown = [("Staff", 40, 50), *UNLABELLED[1:]]
    path = book(tmp_path / "next.xlsx", grown, ["Budget 2026", "Budget 2027"])
    found = examine(read_workbook(path), RuleSettings(rules=rules, infers=False))
    assert checks(found)[0] == ("B9", [("B3", 1.0)])
    assert found.applied is not None
    assert [drift.name for drift in found.applied.drift][:1] == ["#1"]


@pytest.mark.parametrize("observed", [(0, 1), (1, 2, 3), None])
def test_a_ratio_is_checked_in_the_lines_it_was_learned_from(
    tmp_path: Path, observed: tuple[int, ...] | None
) -> None:
    rows = [("Rent", 10, 20, 0.5), ("Heat", 12, 30, 0.4), ("Water", 3, 4, 0.2), ("Other", 5, 0, 1)]
    path = book(tmp_path / "b.xlsx", rows, ["Part", "Whole", "Share %"])
    ratio = Relation(
        "RT501", Operation.RATIO, Basis.FORMULA, 0.9, 0, 1, 2, (0, 1), (1.0, 1.0), 1.0, observed
    )
    seen = seen_as(path, [ratio], [])
    back = again(path, seen)
    assert checks(back) == checks(seen)
    judged = [cell for cell, _ in checks(seen)]
    assert judged == {(0, 1): ["D2", "D3"], (1, 2, 3): ["D3", "D4"]}.get(
        observed or (), ["D2", "D3", "D4"]
    )


def test_figures_that_were_not_judged_are_not_declared_to_hold(tmp_path: Path) -> None:
    rows = [("Rent", 10, 0.5), ("Heat", 6, 0.3), ("Water", 4, 0.9), ("Total", 20, 1)]
    path = book(tmp_path / "b.xlsx", rows, ["Amount", "Share"])
    place: NDArray[np.int64] = examine(read_workbook(path)).places[0]
    cells = [
        CellRelation(
            "RT503",
            Operation.RATIO,
            Basis.LABEL,
            0.9,
            int(place[i, 1]),
            (int(place[i, 0]), int(place[3, 0])),
            (1.0, 1.0),
        )
        for i in range(3)
    ]
    seen = seen_as(path, [], cells)
    fewer = seen_as(path, [], cells[:2]).ledger
    back = again(path, replace(seen, ledger=fewer))
    assert [cell for cell, _ in checks(back)] == ["C2", "C3"]


def test_a_sum_that_failed_among_percentages_is_checked_there_again(tmp_path: Path) -> None:
    rows = [("Rent", 10, 0.52, 0.43), ("Heat", 6, 0.31, 0.33), ("Total", 16, 0.93, 0.99)]
    headings = ["Amount", "Share 2025 %", "Growth %"]
    path = book(tmp_path / "b.xlsx", rows, headings)
    relation = replace(total((0, 1), 2), observed=(0, 1))  # a formula in these two columns
    seen = seen_as(path, [relation], [])
    assert checks(again(path, seen)) == checks(seen)
    assert [cell for cell, _ in checks(seen)] == ["B4", "C4"]
    parts = (seen.tables, seen.places, seen.relations, seen.cells, seen.ledger)
    rules, _ = read_rules(rules_as_yaml(learn("b.xlsx", *parts).rules), rule_code)
    grown = book(tmp_path / "next.xlsx", rows, ["Amount", "Share 2026 %", "Growth %"])
    later = examine(read_workbook(grown), RuleSettings(rules=rules, infers=False))
    assert [cell for cell, _ in checks(later)] == ["B4", "C4"]


def test_lines_that_name_a_year_are_moved_on_with_the_years_of_a_later_workbook(
    tmp_path: Path,
) -> None:
    def rows(first: int) -> list[tuple[str, int, int]]:
        years = [f"{year}-{(year + 1) % 100:02d}" for year in (first, first + 1)]
        return [
            (f"Carried into {years[0]}", 40, 50),
            (f"Grants {first}", 7, 8),
            (f"Total {years[0]}", 47, 58),
            (f"Carried into {years[1]}", 11, 12),
            (f"Gifts {first + 1}", 5, 4),
            (f"Total {years[1]}", 16, 16),
        ]

    path = book(tmp_path / "b.xlsx", rows(2023), ["Fund A", "Fund B"])
    seen = seen_as(path, [total((0, 1), 2), total((3, 4), 5)], [])
    assert checks(again(path, seen)) == checks(seen)
    parts = (seen.tables, seen.places, seen.relations, seen.cells, seen.ledger)
    rules, _ = read_rules(rules_as_yaml(learn("b.xlsx", *parts).rules), rule_code)
    path = book(tmp_path / "next.xlsx", rows(2025), ["Fund A", "Fund B"])
    later = examine(read_workbook(path), RuleSettings(rules=rules, infers=False))
    assert checks(later) == checks(seen)
    assert later.applied is not None
    assert later.applied.drift == []
