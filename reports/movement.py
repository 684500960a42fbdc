"""What became of the findings of the report of the time before, counted and told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from reports.words import Words
from rules.model import EarlierFinding, Finding, Movement
from rules.outcome import Outcome
from workbooks.refs import CellRef

_SHOWN = 3  # examples of one movement
_REVIEWERS = 3


@dataclass(frozen=True, slots=True)
class Moved:
    """The findings that moved the same way, the largest difference first."""

    movement: Movement
    findings: tuple[Finding | EarlierFinding, ...]

    @property
    def first(self) -> CellRef | None:
        """Where the largest of them stands now; none where they are gone."""
        largest = self.findings[0]
        return largest.cell if isinstance(largest, Finding) else None


def movements(outcome: Outcome) -> list[Moved]:
    """Every movement that happened, what asks for most first; empty without an earlier report."""
    if outcome.comparison is None:
        return []
    everyone: list[Finding | EarlierFinding] = [*outcome.findings, *outcome.comparison.gone]
    moved = []
    for movement in Movement:
        mine = [finding for finding in everyone if finding.movement is movement]
        mine.sort(key=lambda finding: -abs(finding.difference or 0.0))
        if mine:
            moved.append(Moved(movement, tuple(mine)))
    return moved


def movement_sentence(words: Words, outcome: Outcome) -> str:
    """All movements in one sentence; empty without an earlier report."""
    if outcome.comparison is None:
        return ""
    counts = [
        words.say(f"movement_count.{moved.movement}", count=len(moved.findings))
        for moved in movements(outcome)
    ]
    said = ", ".join(counts) if counts else words.say("movement.none")
    return words.say("movement.since", file=outcome.comparison.file, counts=said)


def examples_text(words: Words, moved: Moved) -> str:
    """The largest of them: place, label and difference."""
    shown = [_example(words, finding) for finding in moved.findings[:_SHOWN]]
    rest = len(moved.findings) - _SHOWN
    if rest > 0:
        shown.append(words.say("movement.more", count=rest))
    return "; ".join(shown)


def reviewers_text(words: Words, moved: Moved) -> str:
    """Who decided on them, the busiest first: ``Aino Aho (2), Kai Koski (1)``."""
    names = Counter(
        finding.decision.reviewer.strip()
        for finding in moved.findings
        if finding.decision is not None and finding.decision.reviewer.strip()
    )
    listed = [f"{name} ({words.number(count)})" for name, count in names.most_common(_REVIEWERS)]
    return ", ".join(listed) + (" …" if len(names) > _REVIEWERS else "")


def decision_text(words: Words, finding: Finding | EarlierFinding) -> str:
    """What was decided, by whom, when and why, here or in the settings; empty where nothing was."""
    decision = finding.decision
    waiver = finding.waiver if isinstance(finding, Finding) else None
    if waiver is not None and (decision is None or not decision.settles):
        until = waiver.until.isoformat()
        return words.say("decision.waived", by=waiver.by, until=until, reason=waiver.reason)
    if decision is None:
        return ""
    told = [decision.reviewer.strip(), decision.date.strip(), decision.comment.strip()]
    status = words.say(f"status.{decision.status}")
    return ": ".join([status, ", ".join(text for text in told if text)]).removesuffix(": ")


def _example(words: Words, finding: Finding | EarlierFinding) -> str:
    if isinstance(finding, Finding):
        place = words.cell(finding.cell)
    else:
        place = words.place(finding.sheet, finding.cell)
    named = " · ".join(text for text in (finding.label, finding.column) if text)
    text = f"{place} {named}".strip()
    if finding.difference is not None:
        text += f" ({words.number(finding.difference)})"
    return text
