"""Which figure carries which mark, and what is said about it; shared by all annotated reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reports.movement import decision_text
from reports.sentences import (
    cause_text,
    explanation_text,
    finding_text,
    is_share,
    is_share_cause,
    open_causes,
)
from reports.styles import Mark
from reports.words import Words
from rules.model import Finding, RootCause, Severity, Verdict
from rules.outcome import Outcome
from workbooks.refs import CellRef

_BY_SEVERITY = {
    Severity.ERROR: Mark.ERROR,
    Severity.WARNING: Mark.WARNING,
    Severity.NOTE: Mark.NOTE,
}
_LISTED = 3  # findings told in the note of one cell


@dataclass(slots=True)
class CellMarks:
    """Everything the audit has to say about one cell."""

    mark: Mark = Mark.NONE
    findings: list[Finding] = field(default_factory=list)
    causes: list[RootCause] = field(default_factory=list)

    @property
    def leads(self) -> list[str]:
        """Ids of the root causes and findings to go to from this cell; none for a mere part."""
        return [cause.id for cause in self.causes] + [finding.id for finding in self.findings]


def cell_marks(outcome: Outcome) -> dict[CellRef, CellMarks]:
    """Marks of all cells but the proved ones, which are many and say nothing more.

    What a person accepted is marked like a note: it can be read there, and alarms nobody.
    """
    marks: dict[CellRef, CellMarks] = {}

    def at(cell: CellRef, mark: Mark) -> CellMarks:
        entry = marks.setdefault(cell, CellMarks())
        entry.mark = max(entry.mark, mark)
        return entry

    still = {cause.id for cause in open_causes(outcome)}
    for cause in outcome.root_causes:
        for suspect in cause.cells:
            mark = Mark.SUSPECT if len(cause.cells) == 1 else Mark.WARNING
            at(suspect.cell, mark if cause.id in still else Mark.NOTE).causes.append(cause)
    for finding in outcome.findings:
        mark = Mark.NOTE if finding.is_settled else _BY_SEVERITY[finding.severity]
        at(finding.cell, mark).findings.append(finding)
        fails = finding.verdict is Verdict.DISCREPANCY and finding.severity is not Severity.NOTE
        if fails and not finding.is_settled:
            for part in finding.parts:
                at(part.cell, Mark.PART)
    return marks


def by_sheet(marks: Mapping[CellRef, CellMarks]) -> dict[str, dict[CellRef, CellMarks]]:
    """Marks by the sheet they stand on."""
    found: dict[str, dict[CellRef, CellMarks]] = {}
    for ref, entry in marks.items():
        found.setdefault(ref.sheet, {})[ref] = entry
    return found


def note_text(words: Words, cell: CellRef, marks: CellMarks, outcome: Outcome) -> str:
    """What the note of a marked cell says, in plain words; empty for a mere part."""
    paragraphs = []
    for cause in marks.causes[:_LISTED]:
        share = is_share_cause(cause, outcome)
        told = explanation_text(words, cause, cell.sheet, share=share)
        said = [told, cause_text(words, cause, is_explained=True)]
        paragraphs.append(" ".join(text for text in said if text))
    for finding in marks.findings[:_LISTED]:
        heading = words.say(f"severity.{finding.severity}").upper()
        paragraphs.append(f"{heading} · {finding_text(words, finding, outcome)}")
        if finding.reported is not None and finding.recomputed is not None:
            paragraphs.append(_figures(words, finding, outcome))
        if finding.parts:
            parts = words.listing(words.cell(part.cell, cell.sheet) for part in finding.parts)
            paragraphs.append(words.say("annotated.parts", parts=parts))
        if decided := decision_text(words, finding):
            paragraphs.append(words.say("annotated.decision", decision=decided))
    rest = len(marks.findings) - _LISTED
    if rest > 0:
        paragraphs.append(words.say("annotated.more_findings", count=rest))
    return "\n".join(paragraphs)


def _figures(words: Words, finding: Finding, outcome: Outcome) -> str:
    share = is_share(finding, outcome)

    def shown(value: float | None) -> object:
        return words.percent(value * 100) if share and value is not None else value

    return words.say(
        "annotated.figures",
        reported=shown(finding.reported),
        recomputed=shown(finding.recomputed),
        difference=shown(finding.difference),
        tolerance=shown(finding.tolerance),
    )
