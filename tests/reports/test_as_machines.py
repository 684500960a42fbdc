"""SARIF for code scanning and workflow commands for GitHub."""

from __future__ import annotations

import dataclasses
import json

import pytest
from jsonschema import Draft202012Validator

from reports.as_github import as_github
from reports.as_sarif import as_sarif
from reports.catalogue import LANGUAGES
from reports.words import Words
from rules.model import Comparison, Decision, EarlierFinding, Movement, Status
from tests.reports.made_up import make_audit
from tests.reports.sarif_schema import SARIF


def test_sarif_has_every_finding_with_place_level_and_fingerprint() -> None:
    outcome, _ = make_audit(crashed=True)
    log = json.loads(as_sarif(outcome, Words("en"), "0.1.0", "books/täma 1.xlsx"))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert [result["ruleId"] for result in run["results"]] == [f.rule for f in outcome.findings]
    for result, finding in zip(run["results"], outcome.findings, strict=True):
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        assert physical["artifactLocation"]["uri"] == "books/t%C3%A4ma%201.xlsx"
        assert physical["region"] == {
            "startLine": finding.cell.row,
            "startColumn": finding.cell.column,
        }
        assert result["level"] == str(finding.severity)
        assert result["partialFingerprints"] == {"crossfoot/v1": finding.id}
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == finding.rule
        assert 0 <= result["rank"] <= 100
    net = next(r for r in run["results"] if "C13" in r["message"]["text"])
    assert "With −1,415,975 instead" in net["message"]["text"]
    related = net["relatedLocations"][0]["logicalLocations"][0]
    assert related["fullyQualifiedName"] == "'Yksiköt'!C11"
    (invocation,) = run["invocations"]
    assert not invocation["executionSuccessful"]
    assert len(invocation["toolExecutionNotifications"]) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_sarif_is_as_the_standard_has_it(language: str) -> None:
    outcome, _ = make_audit(crashed=True)
    decision = Decision(Status.ACCEPTED, "Aino", "2026-11-24", "as agreed")
    movements = (Movement.NEW, Movement.CAME_BACK, Movement.REOPENED, Movement.STILL_OPEN)
    findings = [
        dataclasses.replace(f, movement=m, label="ä <b>\n")
        for f, m in zip(outcome.findings, movements, strict=False)
    ]
    last = dataclasses.replace(
        outcome.findings[len(findings)], movement=Movement.ACCEPTED, decision=decision
    )
    gone = EarlierFinding(
        *("F-00000000", "FT101", "Osa 1", "B4", "Yhteensä", "TP 2019"),
        *(1.0, 2.0, -1.0),
        decision=decision,
    )
    comparison = Comparison(
        file="old.xlsx",
        sha256="0" * 64,
        gone=(
            dataclasses.replace(gone, movement=Movement.FIXED),
            dataclasses.replace(gone, movement=Movement.NOT_SEEN),
        ),
    )
    reviewed = dataclasses.replace(outcome, findings=(*findings, last), comparison=comparison)
    validator = Draft202012Validator(SARIF)
    for one in (outcome, reviewed, dataclasses.replace(outcome, findings=(), crashes=())):
        log = json.loads(as_sarif(one, Words(language), "0.1.0", "C:/täma 1.xlsx"))
        assert [error.message for error in validator.iter_errors(log)] == []
    log = json.loads(as_sarif(reviewed, Words(language)))
    states = [result["baselineState"] for result in log["runs"][0]["results"]]
    assert states == ["new", "new", "updated", "unchanged", "unchanged", "absent"]
    assert [len(r.get("suppressions", ())) for r in log["runs"][0]["results"]] == [0] * 4 + [1, 0]


def test_github_has_one_line_for_each_finding() -> None:
    outcome, _ = make_audit(crashed=True)
    lines = as_github(outcome, Words("en"), "books/budget.xlsx").splitlines()
    assert len(lines) == len(outcome.findings) + 1
    assert lines[2].startswith(
        "::error file=books/budget.xlsx,line=13,col=3,title=NT201 net-not-revenue-less-expense::"
        "Yksiköt!C13 Tietohallinto / NETTOMENO: The net is given as"
    )
    assert lines[0].startswith("::warning ")
    assert lines[1].startswith("::notice ")


def test_text_of_a_workbook_cannot_start_a_workflow_command() -> None:
    outcome, _ = make_audit()
    evil = dataclasses.replace(outcome.findings[0], label="x\n::error::y\r\n%0A", name="a,b:c")
    said = as_github(dataclasses.replace(outcome, findings=(evil,)), Words("en"), "a,b:c.xlsx")
    assert said.count("\n") == 1
    assert "x%0A::error::y%0D%0A%250A" in said
    assert "file=a%2Cb%3Ac.xlsx,line" in said
