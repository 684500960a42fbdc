"""The review cycle: what became of the findings of an earlier report, and of what was decided then.

A finding is known again by its rule, row label and column heading on its sheet, never by an
address: inserted rows do not matter, nor the name of the file, nor that of a sheet, unless the
sheet of the old name is still there. Where several are called alike, those with the same figures
belong together first.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from reports.earlier_report import EarlierReport
from rules.ledger import VERDICTS
from rules.model import Comparison, Decision, EarlierFinding, Finding, Movement, Status, Verdict
from rules.outcome import Outcome
from workbooks.tables.vocabulary import normalised

_AGREED = [VERDICTS.index(v) for v in (Verdict.EXACT, Verdict.ROUNDING, Verdict.UNLIKELY_ROUNDING)]
_SAME = 1e-9  # relative; programs write figures with 15 digits at least

Key = tuple[str, str, str]  # rule, label, column heading


def reviewed(
    outcome: Outcome, earlier: EarlierReport, sheets: Sequence[str], wants: Callable[[str], bool]
) -> Outcome:
    """``outcome`` with the decisions of ``earlier`` and how each finding moved.

    ``sheets`` are those of the workbook now; ``wants`` says whether a rule was run.
    """
    present = frozenset(name.casefold() for name in sheets)
    fixed_then = [f for f in earlier.gone if f.movement is not Movement.NOT_SEEN]
    then = [*earlier.findings, *(f for f in earlier.gone if f.movement is Movement.NOT_SEEN)]
    now = outcome.findings
    known = _paired(then, now, present)
    back = _paired(fixed_then, now, present, frozenset(known.values()))
    changed = {j: _carried(then[i], now[j]) for i, j in known.items()}
    changed |= {j: _returned(fixed_then[i], now[j]) for i, j in back.items()}
    findings = tuple(
        changed.get(j) or replace(finding, movement=Movement.NEW) for j, finding in enumerate(now)
    )
    gone = [finding for i, finding in enumerate(then) if i not in known]
    agreeing = _agreeing(outcome, gone, present)
    crashed = {crash.rule for crash in outcome.crashes}

    def left(finding: EarlierFinding, number: int) -> EarlierFinding:
        """A finding that is gone, and whether it was fixed."""
        was_run = wants(finding.rule) and finding.rule not in crashed
        is_remark = finding.reported is None and finding.recomputed is None
        fixed = was_run and (is_remark or number in agreeing)
        return replace(finding, movement=Movement.FIXED if fixed else Movement.NOT_SEEN)

    comparison = Comparison(
        file=earlier.file,
        sha256=earlier.sha256,
        gone=tuple(left(finding, number) for number, finding in enumerate(gone)),
        fixed_before=tuple(f for i, f in enumerate(fixed_then) if i not in back),
    )
    return replace(outcome, findings=findings, comparison=comparison)


def _carried(then: EarlierFinding, now: Finding) -> Finding:
    """A finding of the last report that is found again, with its decision."""
    decision = then.decision
    if decision.status is Status.CORRECTED:
        return _as(now, Movement.CAME_BACK, replace(decision, status=Status.OPEN))
    if not decision.settles:
        return _as(now, Movement.STILL_OPEN, decision)
    if _same_figures(then, now):
        return _as(now, Movement.ACCEPTED, decision)
    return _as(now, Movement.REOPENED, replace(decision, status=Status.OPEN))


def _returned(then: EarlierFinding, now: Finding) -> Finding:
    """A finding that was fixed in an earlier report and is found again."""
    return _as(now, Movement.CAME_BACK, replace(then.decision, status=Status.OPEN))


def _as(now: Finding, movement: Movement, decision: Decision) -> Finding:
    return replace(now, movement=movement, decision=decision)


def _paired(
    then: Sequence[EarlierFinding],
    now: Sequence[Finding],
    present: frozenset[str],
    taken: frozenset[int] = frozenset(),
) -> dict[int, int]:
    """Which finding of ``then`` is which of ``now``, by position; those in ``taken`` are none."""
    by_key: dict[Key, list[int]] = defaultdict(list)
    for i, old in enumerate(then):
        by_key[_key(old.rule, old.label, old.column)].append(i)
    candidates: list[tuple[int, int, int]] = []
    for j, new in enumerate(now):
        for i in by_key.get(_key(new.rule, new.label, new.column), ()):
            likeness = None if j in taken else _likeness(then[i], new, present)
            if likeness is not None:
                candidates.append((-likeness, i, j))
    partner: dict[int, int] = {}
    used = set(taken)
    for _, i, j in sorted(candidates):
        if i not in partner and j not in used:
            partner[i] = j
            used.add(j)
    return partner


def _likeness(then: EarlierFinding, now: Finding, present: frozenset[str]) -> int | None:
    """How well two findings with the same names belong together; ``None`` where they do not."""
    sheet = then.sheet.casefold()
    is_home = sheet == now.cell.sheet.casefold()
    if not is_home and sheet in present:
        return None  # its own sheet is still there
    return (
        8 * _same_figures(then, now)
        + 4 * (then.id == now.id)
        + 2 * is_home
        + (then.cell == now.cell.a1)
    )


def _same_figures(then: EarlierFinding, now: Finding) -> bool:
    return all(
        old == new
        or (old is not None and new is not None and math.isclose(old, new, rel_tol=_SAME))
        for old, new in ((then.reported, now.reported), (then.recomputed, now.recomputed))
    )


def _agreeing(
    outcome: Outcome, gone: Sequence[EarlierFinding], present: frozenset[str]
) -> set[int]:
    """Positions in ``gone`` of the findings whose figure now agrees in a check."""
    wanted: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, finding in enumerate(gone):
        wanted[_plain(finding.label), _plain(finding.column)].append(number)
    found: set[int] = set()
    if not wanted:
        return found
    for sheet, label, column in _agreeing_figures(outcome):
        for number in wanted.get((_plain(label), _plain(column)), ()):
            home = gone[number].sheet.casefold()
            if home == sheet.casefold() or home not in present:
                found.add(number)
    return found


def _agreeing_figures(outcome: Outcome) -> Iterator[tuple[str, str, str]]:
    """Sheet, label and column heading of every figure that agrees with its parts everywhere."""
    ledger, named = outcome.ledger, outcome.named
    if named is None:
        return
    agreed = np.isin(ledger.verdict, _AGREED)
    targets = np.setdiff1d(ledger.target[agreed], ledger.target[~agreed])
    sheets = ledger.figures.sheets
    for figure in targets.tolist():
        yield (sheets[int(ledger.figures.sheet[figure])], *named(figure))


@lru_cache(maxsize=10_000)
def _plain(text: str) -> str:
    return normalised(text)


def _key(rule: str, label: str, column: str) -> Key:
    return rule, _plain(label), _plain(column)
