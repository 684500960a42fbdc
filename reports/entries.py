"""Root causes and findings in the order in which every report tells them."""

from __future__ import annotations

from dataclasses import dataclass

from reports.sentences import by_money, open_causes
from rules.model import Finding, RootCause, Severity
from rules.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: a root cause, or a finding (of ``cause`` where it has one)."""

    number: str
    cause: RootCause | None
    finding: Finding | None

    @property
    def id(self) -> str:
        """The id of what the row shows."""
        if self.finding is not None:
            return self.finding.id
        return self.cause.id if self.cause is not None else ""


def entries_of(outcome: Outcome) -> list[Entry]:
    """Rows in order: root causes by money, each with its findings; then findings without one.

    What a person accepted comes after what is open.
    """
    by_id = {finding.id: finding for finding in outcome.findings}
    settled = {cause.id for cause in outcome.root_causes} - {c.id for c in open_causes(outcome)}
    causes = sorted(by_money(outcome.root_causes), key=lambda cause: cause.id in settled)
    entries: list[Entry] = []
    seen: set[str] = set()
    for number, cause in enumerate(causes, 1):
        entries.append(Entry(str(number), cause, None))
        mine = [by_id[name] for name in cause.findings if name in by_id and name not in seen]
        for index, finding in enumerate(mine, 1):
            entries.append(Entry(f"{number}.{index}", cause, finding))
            seen.add(finding.id)
    grades = list(Severity)
    rest = [finding for finding in outcome.findings if finding.id not in seen]
    rest.sort(key=lambda f: (f.is_settled, grades.index(f.severity), -abs(f.difference or 0.0)))
    return entries + [Entry("–", None, finding) for finding in rest]
