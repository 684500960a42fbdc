"""A total one of whose parts is not shown: nobody can tell whether it foots."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.model import Verdict
from rules.runner import audit
from tests.rules.drawn import checks_of, outcome_of, parts_of
from workbooks.reader import read_workbook
from workbooks.refs import CellRef

TEXT = """\
Province,2021,2022,2023,2024
North,1210,655,712,3344
South,3487,1207,x,871
East,291,18,77,x
West,902,404,1365,58
Total,5890,2284,2154,4460
"""


def test_it_is_listed_and_no_finding(tmp_path: Path) -> None:
    path = tmp_path / "jobs.csv"
    path.write_text(TEXT, encoding="utf-8")
    outcome = audit(read_workbook(path))
    checks = [outcome.ledger.check(i) for i in range(len(outcome.ledger))]
    totals = {c.cell.column: c.verdict for c in checks if c.rule == "FT101"}
    # 2023 foots without the figure that is not shown, so it is checked; 2024 is short of it.
    assert totals == {2: Verdict.EXACT, 3: Verdict.EXACT, 4: Verdict.EXACT}
    assert outcome.findings == ()
    reasons = {n.cell: (n.rule, n.reason.key) for n in outcome.not_checked}
    assert reasons[CellRef("jobs", 6, 5)] == ("FT101", "not_checked.withheld")


@pytest.mark.parametrize("word", ["TBD", "n/appl", "N/A", "n/ap."])
def test_lines_whose_figures_are_yet_to_come_do_not_cut_a_table(word: str) -> None:
    drawn = f"""
    Project | Place | Last year | Cost | State
    Bridge | Kemi | 11043 | 26154 | funded
    School | Ii | 5207 | 41233 | open
    Library | {word} | {word} | {word} | open
    Pool | {word} | {word} | {word} | open
    Total | | 16250 | 67387 |
    """
    checks = checks_of(outcome_of(drawn), "FT101")
    assert {cell: [p for p, _ in parts_of(c)] for cell, c in checks.items()} == {
        "C6": ["C2", "C3"],
        "D6": ["D2", "D3"],
    }
