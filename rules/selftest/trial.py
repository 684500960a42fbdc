"""One planted error after another: does the check see it, name the cell, give the figure back?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rules.kept import Kept
from rules.model import Finding, RootCause, Severity
from rules.outcome import Outcome
from rules.runner import audit
from rules.selftest.kinds import ErrorKind
from rules.selftest.plant import Planted, Planter, with_error
from rules.settings import RuleSettings
from workbooks.grid import Workbook

Step = Callable[[int, int], None]  # errors tried, errors in all


@dataclass(frozen=True, slots=True)
class Trial:
    """What the check made of one error. ``others``: new root causes that are not about it."""

    planted: Planted
    is_detected: bool  # a new finding has the cell as its own or among its parts
    is_located: bool  # the first new root cause names this cell and no other
    is_repaired: bool  # … and gives the right figure
    others: int


@dataclass(frozen=True, slots=True)
class SelfTest:
    """All trials on one workbook, and what could not be tried.

    ``carried`` figures are read by formulas; ``unchecked`` ones are in no check of the sound
    workbook; ``findings`` counts the errors and warnings that it had before.
    """

    file: str
    sha256: str
    language: str
    seed: int
    count: int
    trials: tuple[Trial, ...]
    figures: int
    carried: int
    unchecked: int
    findings: int

    def of_kind(self, kind: ErrorKind) -> tuple[Trial, ...]:
        """The trials of one kind of error."""
        return tuple(trial for trial in self.trials if trial.planted.kind is kind)


def self_test(
    workbook: Workbook,
    settings: RuleSettings,
    *,
    seed: int = 1,
    count: int = 5,
    step: Step | None = None,
) -> SelfTest:
    """Plant ``count`` errors of each kind, one at a time and in memory, and check each.

    The same workbook, settings, seed and count give the same result.
    """
    kept = Kept()
    before = audit(workbook, settings, kept=kept)
    kept.close()
    planter = Planter(workbook, before.ledger, seed)
    errors = tuple(planter.errors(count))
    known = frozenset(map(_key, before.findings))
    causes = frozenset(map(_cells, before.root_causes))
    trials: list[Trial] = []
    for number, planted in enumerate(errors):
        if step:
            step(number, len(errors))
        after = audit(with_error(workbook, planted), settings, kept=kept)
        trials.append(_judged(planted, after, known, causes))
    if step:
        step(len(errors), len(errors))
    return SelfTest(
        file=before.file,
        sha256=before.sha256,
        language=before.language,
        seed=seed,
        count=count,
        trials=tuple(trials),
        figures=planter.figures,
        carried=planter.carried,
        unchecked=planter.unchecked,
        findings=len(before.at_least(Severity.WARNING)),
    )


def _judged(
    planted: Planted,
    after: Outcome,
    known: frozenset[tuple[object, ...]],
    causes: frozenset[tuple[object, ...]],
) -> Trial:
    new = [f for f in after.at_least(Severity.WARNING) if _key(f) not in known]
    fresh = [cause for cause in after.root_causes if _cells(cause) not in causes]
    first = fresh[0] if fresh else None
    located = first is not None and _cells(first) == (planted.cell,)
    suggested = first.cells[0].suggested if located and first is not None else None
    allowed = max(0.5, 1e-3 * abs(planted.right))
    return Trial(
        planted=planted,
        is_detected=any(_touches(finding, planted) for finding in new),
        is_located=located,
        is_repaired=suggested is not None and abs(suggested - planted.right) <= allowed,
        others=sum(planted.cell not in _cells(cause) for cause in _relevant(fresh)),
    )


def _relevant(causes: Iterable[RootCause]) -> Iterable[RootCause]:
    """Root causes that name a cell."""
    return (cause for cause in causes if cause.cells)


def _touches(finding: Finding, planted: Planted) -> bool:
    return finding.cell == planted.cell or any(p.cell == planted.cell for p in finding.parts)


def _key(finding: Finding) -> tuple[object, ...]:
    difference = finding.difference
    return finding.rule, finding.cell, None if difference is None else round(difference, 2)


def _cells(cause: RootCause) -> tuple[object, ...]:
    return tuple(suspect.cell for suspect in cause.cells)
