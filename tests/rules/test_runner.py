"""One audit as a whole: crashes are kept and named, and what could not be judged has its reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook as Book

import crossfoot
from rules import registry
from rules.model import Message, Operation, Severity
from rules.registry import Takes, rule
from rules.relation import CellRelation
from rules.remark import Judged, Remark
from workbooks.refs import CellRef


def saved(path: Path, rows: list[list[object]]) -> Path:
    book = Book()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Budget"
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("takes", [takes for takes in Takes if takes is not Takes.TIED])
def test_a_rule_that_crashes_is_named_whatever_it_takes(
    takes: Takes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    registry.load_rules()  # before the copy, so that the real rules stay recorded
    monkeypatch.setattr(registry, "_RULES", dict(registry._RULES))

    @rule("XX901", "crashes", operation=Operation.SUM, since="0.1", takes=takes)
    def crashes(*_: object) -> Iterator[CellRelation]:
        raise RuntimeError("of purpose")
        yield  # a rule is a generator

    rows: list[list[object]] = [
        ["Line", "2023", "2024"],
        ["A", 12, 40],
        ["B", 31, 7],
        ["Total", 43, 47],
    ]
    outcome = crossfoot.check(saved(tmp_path / "a.xlsx", rows))
    assert [crash.rule for crash in outcome.crashes] == ["XX901"]
    assert "of purpose" in outcome.crashes[0].traceback


def test_a_remark_becomes_a_finding_unless_it_is_ignored(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    registry.load_rules()
    monkeypatch.setattr(registry, "_RULES", dict(registry._RULES))

    @rule("XX901", "made-up", operation=None, since="0.1", takes=Takes.JUDGED)
    def remarks(judged: Judged) -> Iterator[Remark]:
        assert judged.places[0][0, 0] == 0
        for figures in ((12.0, 10.0), (None, None)):
            yield Remark(
                "XX901",
                Severity.NOTE,
                0.9,
                CellRef(judged.tables[0].sheet, 2, 2),
                Message("note.hidden"),
                label="A",
                reported=figures[0],
                recomputed=figures[1],
            )

    path = saved(tmp_path / "a.xlsx", [["Line", "2023", "2024"], ["A", 12, 40], ["B", 31, 7]])
    first, second = crossfoot.check(path).findings
    assert (first.rule, first.name, first.label, first.difference) == ("XX901", "made-up", "A", 2.0)
    assert first.severity is Severity.NOTE
    assert second.difference is None
    assert first.id != second.id
    assert crossfoot.check(path, ignore=["XX"]).findings == ()


def test_a_percentage_over_zero_is_not_checked_for_that_reason(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Line", "2023", "2024", "Change %"]]
    figures = ((4120, 4635), (2260, 2870), (3310, 2975), (5180, 6210), (1990, 2345))
    for name, (old, new) in zip("ABCDE", figures, strict=True):
        rows.append([name, old, new, round(100 * (new - old) / old, 1)])
    rows.append(["F", 0, 815, 100])
    outcome = crossfoot.check(saved(tmp_path / "a.xlsx", rows))
    reasons = {entry.cell: (entry.rule, entry.reason.key) for entry in outcome.not_checked}
    assert reasons[CellRef("Budget", 7, 4)] == ("CP401", "not_checked.zero_base")
    assert not [f for f in outcome.findings if f.cell == CellRef("Budget", 7, 4)]
