"""The layouts met in the world: silence where all is well, the cell where one figure is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

import crossfoot
from rules.model import Severity
from tests.fixtures.layouts import LAYOUTS, PLANTABLE, build


@pytest.mark.parametrize("name", list(LAYOUTS))
def test_a_consistent_workbook_has_no_finding(name: str, tmp_path: Path) -> None:
    outcome = crossfoot.check(build(name, tmp_path).path)
    assert outcome.crashes == ()
    assert outcome.at_least(Severity.WARNING) == ()
    assert outcome.root_causes == ()


@pytest.mark.parametrize("name", PLANTABLE)
def test_one_wrong_figure_is_found_and_named(name: str, tmp_path: Path) -> None:
    built = build(name, tmp_path, planted=True)
    outcome = crossfoot.check(built.path)
    touched = {
        cell
        for finding in outcome.at_least(Severity.WARNING)
        for cell in (finding.cell, *(part.cell for part in finding.parts))
    }
    assert built.cell in touched, built
    named = {suspect.cell for root in outcome.root_causes for suspect in root.cells}
    assert built.cell in named, built


@pytest.mark.parametrize("name", PLANTABLE)
def test_a_consistent_workbook_is_not_silent_for_want_of_checks(name: str, tmp_path: Path) -> None:
    """The cell where an error would be planted is proved when it is right."""
    cell = build(name, tmp_path, planted=True).cell
    assert cell in crossfoot.check(build(name, tmp_path).path).proved


@pytest.mark.parametrize("name", ["flat-dump", "page-of-prose"])
def test_nothing_is_claimed_where_nothing_adds_up(name: str, tmp_path: Path) -> None:
    outcome = crossfoot.check(build(name, tmp_path).path)
    assert len(outcome.ledger) == 0
    assert outcome.figures_proved == 0
