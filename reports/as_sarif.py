"""The findings as SARIF 2.1.0, for code scanning and for viewers of static analysis.

A workbook has no lines: the row stands as line and the column as column, the sheet is in the
logical location, and every message starts with the full address.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from reports.as_json import plain
from reports.movement import decision_text
from reports.sentences import cause_text, explanation_text, finding_text, is_share_cause
from reports.words import Words
from rules.model import EarlierFinding, Finding, Movement, RootCause, Severity
from rules.outcome import Outcome
from workbooks.refs import CellRef, quoted

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
FINGERPRINT = "crossfoot/v1"
_BASELINE = {
    Movement.NEW: "new",
    Movement.CAME_BACK: "new",
    Movement.REOPENED: "updated",
    Movement.STILL_OPEN: "unchanged",
    Movement.ACCEPTED: "unchanged",
}
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


def as_sarif(outcome: Outcome, words: Words, version: str = "", file: str | None = None) -> str:
    """One SARIF log; ``file`` is the workbook's path as the reader of the log knows it."""
    uri = quote(file if file is not None else outcome.file)
    names = {finding.rule: finding.name for finding in outcome.findings}
    gone = () if outcome.comparison is None else outcome.comparison.gone
    rules = sorted(names)
    causes = {name: cause for cause in outcome.root_causes for name in cause.findings}
    driver: dict[str, Any] = {
        "name": "Crossfoot",
        "rules": [{"id": rule, "name": names[rule]} for rule in rules],
    }
    if version:
        driver["version"] = version
    run = {
        "tool": {"driver": driver},
        "language": words.language,
        "columnKind": "utf16CodeUnits",
        "artifacts": [{"location": {"uri": uri}, "hashes": {"sha-256": outcome.sha256}}],
        "invocations": [
            {
                "executionSuccessful": not outcome.crashes,
                "toolExecutionNotifications": [
                    {
                        "level": "error",
                        "message": {"text": words.say("terminal.crash", rule=crash.rule)},
                    }
                    for crash in outcome.crashes
                ],
            }
        ],
        "results": [
            _result(finding, causes.get(finding.id), outcome, words, uri)
            | {"ruleIndex": rules.index(finding.rule)}
            for finding in outcome.findings
        ]
        + [_gone(finding, words, uri) for finding in gone if finding.movement is Movement.FIXED],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False) + "\n"


def _result(
    finding: Finding, cause: RootCause | None, outcome: Outcome, words: Words, uri: str
) -> dict[str, object]:
    text = f"{words.cell(finding.cell)}: {finding_text(words, finding, outcome)}"
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "rank": plain(round(100 * finding.confidence, 2)),
        "locations": [_location(uri, finding.cell, finding.label)],
        "partialFingerprints": {FINGERPRINT: finding.id},
        "properties": {
            "label": finding.label,
            "column": finding.column,
            "reported": plain(finding.reported),
            "recomputed": plain(finding.recomputed),
            "difference": plain(finding.difference),
            "tolerance": plain(finding.tolerance),
            "rootCause": finding.root_cause,
        },
    }
    if cause is not None:
        share = is_share_cause(cause, outcome)
        said = [
            explanation_text(words, cause, share=share),
            cause_text(words, cause, is_explained=True),
        ]
        text = " ".join([text, *(part for part in said if part)])
        result["relatedLocations"] = [
            _location(uri, suspect.cell, suspect.label) | {"id": number}
            for number, suspect in enumerate(cause.cells, 1)
        ]
    if finding.movement is not None:
        result["baselineState"] = _BASELINE[finding.movement]
        result["properties"] |= {"movement": str(finding.movement)}
    if finding.decision is not None and finding.decision.settles:
        reason = decision_text(words, finding)
        result["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": reason}
        ]
    return result | {"message": {"text": text}}


def _gone(finding: EarlierFinding, words: Words, uri: str) -> dict[str, object]:
    """A finding of the report of the time before that was put right since."""
    place = words.place(finding.sheet, finding.cell)
    named = " · ".join(text for text in (finding.label, finding.column) if text)
    fixed = words.say(f"movement.{Movement.FIXED}")
    return {
        "ruleId": finding.rule,
        "level": "none",
        "kind": "pass",
        "baselineState": "absent",
        "message": {"text": f"{place} {named}: {fixed}"},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri, "index": 0}}}],
        "partialFingerprints": {FINGERPRINT: finding.id},
    }


def _location(uri: str, cell: CellRef, label: str) -> dict[str, object]:
    logical = {"fullyQualifiedName": f"{quoted(cell.sheet)}!{cell.a1}", "kind": "cell"}
    if label:
        logical["name"] = label
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": uri, "index": 0},
            "region": {"startLine": cell.row, "startColumn": cell.column},
        },
        "logicalLocations": [logical],
    }
