"""SARIF for code scanning and workflow commands for GitHub."""

from __future__ import annotations

import dataclasses
import json

from reports.as_github import as_github
from reports.as_sarif import as_sarif
from reports.words import Words
from tests.reports.made_up import make_audit


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
