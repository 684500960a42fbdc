"""The findings as workflow commands of GitHub Actions, which shows them as annotations."""

from __future__ import annotations

from reports.sentences import finding_text
from reports.words import Words
from rules.model import Severity
from rules.outcome import Outcome

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def as_github(outcome: Outcome, words: Words, file: str | None = None) -> str:
    """One line for each finding that nobody has accepted; ``file`` is the workbook's path in the
    repository."""
    name = _property(file if file is not None else outcome.file)
    lines = []
    for finding in outcome.findings:
        if finding.is_settled:
            continue
        place = words.cell(finding.cell)
        title = _property(f"{finding.rule} {finding.name}")
        label = f" {finding.label}" if finding.label else ""
        text = _message(f"{place}{label}: {finding_text(words, finding, outcome)}")
        where = f"file={name},line={finding.cell.row},col={finding.cell.column},title={title}"
        lines.append(f"::{_COMMANDS[finding.severity]} {where}::{text}\n")
    for crash in outcome.crashes:
        text = _message(words.say("terminal.crash", rule=crash.rule))
        lines.append(f"::error file={name}::{text}\n")
    return "".join(lines)


def _message(text: str) -> str:
    """Text that cannot start a command of its own."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
