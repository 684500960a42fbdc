"""Waivers accept what they are about until their day; what they no longer accept is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rules.model import Finding, Severity, Waiver, WaiverState
from rules.settings import RuleSettings
from rules.waivers import covers, with_waivers
from tests.reports.made_up import make_audit

TODAY = date(2026, 6, 1)
OUTCOME, _ = make_audit()
FINDING = next(f for f in OUTCOME.findings if f.difference is not None and " / " in f.label)


def waiver(**about: object) -> Waiver:
    return replace(Waiver("Known", "M. Laine", date(2026, 6, 1)), **about)  # type: ignore[arg-type]


def about(finding: Finding) -> dict[str, object]:
    """Everything a waiver may say of a finding."""
    return {
        "rule": finding.rule,
        "finding": finding.id,
        "sheet": finding.cell.sheet,
        "line": finding.label,
        "column": finding.column,
        "cell": finding.cell.a1,
        "difference": finding.difference,
    }


OTHER = {
    "rule": "ZZ101",
    "finding": "F-00000000",
    "sheet": "Elsewhere",
    "line": "Another line",
    "column": "TA 1999",
    "cell": "XFD1",
}


def test_everything_a_waiver_names_must_be_so() -> None:
    named = about(FINDING)
    assert covers(waiver(**named), FINDING)
    for key, value in OTHER.items():
        assert not covers(waiver(**(named | {key: value})), FINDING), key
        assert covers(waiver(**{key: named[key]}), FINDING), key


def test_a_line_may_go_without_its_block_and_a_rule_by_its_family() -> None:
    assert covers(waiver(line=FINDING.label.rpartition(" / ")[2].lower()), FINDING)
    assert covers(waiver(rule=FINDING.rule[:2]), FINDING)
    assert covers(waiver(sheet=FINDING.cell.sheet[:3].upper() + "*"), FINDING)


@pytest.mark.parametrize(
    ("changed", "state", "is_accepted"),
    [
        ({}, WaiverState.USED, True),
        ({"until": date(2026, 5, 31)}, WaiverState.EXPIRED, False),
        ({"finding": "F-00000000"}, WaiverState.UNUSED, False),
        ({"difference": round(FINDING.difference or 0)}, WaiverState.USED, True),
        ({"difference": (FINDING.difference or 0) + 1}, WaiverState.CHANGED, False),
        ({"difference": (FINDING.difference or 0) + 0.1}, WaiverState.CHANGED, False),
    ],
)
def test_what_becomes_of_a_waiver(
    changed: dict[str, object], state: WaiverState, is_accepted: bool
) -> None:
    wanted = waiver(**({"finding": FINDING.id} | changed))
    outcome = with_waivers(OUTCOME, [wanted], TODAY)
    (use,) = outcome.waivers
    assert (use.waiver, use.state) == (wanted, state)
    assert use.findings == (() if state is WaiverState.UNUSED else (FINDING.id,))
    accepted = [f.id for f in outcome.findings if f.is_settled and f.decision is None]
    assert accepted == ([FINDING.id] if is_accepted else [])
    left = outcome.open_at_least(Severity.NOTE)
    assert (FINDING.id in {f.id for f in left}) is not is_accepted


def test_the_first_waiver_that_holds_accepts() -> None:
    first, second = waiver(rule=FINDING.rule), waiver(finding=FINDING.id)
    outcome = with_waivers(OUTCOME, [first, second], TODAY)
    mine = next(f for f in outcome.findings if f.id == FINDING.id)
    assert mine.waiver == first
    assert [use.state for use in outcome.waivers] == [WaiverState.USED] * 2


@pytest.mark.parametrize(
    ("select", "ignore", "code", "sheet", "wanted"),
    [
        ((), (), "FT101", "A", True),
        (("NT",), (), "FT101", "A", False),
        (("NT", "A:FT"), (), "FT101", "A", True),
        (("NT", "A:FT"), (), "NT201", "A", False),
        (("NT", "A:FT"), (), "NT201", "B", True),
        (("A:FT",), (), "NT201", "B", True),
        ((), ("A:FT",), "FT101", "a", False),
        ((), ("A:FT",), "FT101", "B", True),
        ((), ("In*:FT101",), "FT101", "Investments", False),
    ],
)
def test_rules_are_chosen_by_sheet(
    select: tuple[str, ...], ignore: tuple[str, ...], code: str, sheet: str, wanted: bool
) -> None:
    settings = RuleSettings(select=select, ignore=ignore)
    assert settings.wants(code, sheet) is wanted
    assert settings.may_want(code) or not wanted


def test_a_waiver_with_a_difference_is_about_the_findings_that_have_it() -> None:
    other = replace(FINDING, id="F-0000abcd", difference=(FINDING.difference or 0) + 500)
    outcome = replace(OUTCOME, findings=(FINDING, other))
    outcome = with_waivers(outcome, [waiver(rule="", difference=FINDING.difference)], TODAY)
    assert outcome.waivers[0].findings == (FINDING.id,)
    assert [finding.is_settled for finding in outcome.findings] == [True, False]
