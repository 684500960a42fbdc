"""One root cause for what a remark and a failing check say of the same cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from rules.model import Certainty, Finding, RootCause, Severity, SuspectCell
from rules.remark import Remark
from workbooks.refs import CellRef

_SAME = 1e-6  # share by which two amounts may differ and still be one
_RANK = tuple(Certainty)
_LAGGING = ("stale-value",)  # a formula that was not worked out again after its input changed
_WHOLE = ("plug",)  # says all that a check which fails by the same amount could say
_SOFT = ("typed-over-formula",)  # a typed total is no fault of its own where its parts are wrong


def with_remarks(
    findings: Sequence[Finding],
    causes: Sequence[RootCause],
    remarks: Iterable[tuple[Finding, Remark]],
) -> tuple[list[Finding], list[RootCause]]:
    """Findings and root causes with those of remarks that name a cause, ranked anew.

    A remark joins the root cause that already accounts for its cell; where both speak of the same
    amount, or the other did not know why, the root cause takes over what the remark says. A typed
    total whose parts are found to be wrong is not told a second time. A check of a cell with an
    adjustment typed into its formula that fails by just that is a note under the root cause of it.
    """
    result = list(findings)
    at = {finding.id: k for k, finding in enumerate(result)}
    joined = list(causes)
    dropped: set[str] = set()
    followed: dict[str, str] = {}  # a check -> the adjustment that it fails by
    for finding, remark in remarks:
        if not remark.cause or finding.id not in at or finding.severity is Severity.NOTE:
            continue
        if remark.cause in _WHOLE:
            followed |= {other.id: finding.id for other in result if _is_told_by(other, finding)}
        cells = {remark.cell, *remark.cells}
        k = _accounting(joined, result, cells)
        if k is None and remark.cause in _LAGGING:
            k = _behind(joined, finding)
        if k is not None and remark.cause in _SOFT and not _may_be(joined[k], remark.cell):
            dropped.add(finding.id)
        elif k is None:
            joined.append(_new(finding, remark))
        else:
            joined[k] = _merged(joined[k], finding, remark)
    left = [_with_followers(_without(cause, {*dropped, *followed}), followed) for cause in joined]
    return _numbered(
        [_as_note(f) if f.id in followed else f for f in result if f.id not in dropped],
        [cause for cause in left if cause.findings],
    )


def _as_note(finding: Finding) -> Finding:
    return replace(finding, severity=Severity.NOTE)


def _is_told_by(check: Finding, remark: Finding) -> bool:
    """Whether a failing check has the cell of ``remark`` in it and fails by its amount."""
    if check.check is None or not check.difference:
        return False
    there = check.cell == remark.cell or any(part.cell == remark.cell for part in check.parts)
    return there and _is_same(_amount(check), _amount(remark))


def _without(cause: RootCause, dropped: set[str]) -> RootCause:
    return replace(cause, findings=tuple(one for one in cause.findings if one not in dropped))


def _with_followers(cause: RootCause, followed: dict[str, str]) -> RootCause:
    """The root cause with the checks that fail by an adjustment of its own."""
    more = tuple(check for check, adjustment in followed.items() if adjustment in cause.findings)
    return replace(cause, findings=(*cause.findings, *more))


def _may_be(cause: RootCause, cell: CellRef) -> bool:
    """Whether the figures allow that it is this cell that is wrong."""
    if cause.certainty is Certainty.MISSING_PART:
        return False
    return not cause.cells or any(suspect.cell == cell for suspect in cause.cells)


def _accounting(
    causes: Sequence[RootCause], findings: Sequence[Finding], cells: set[CellRef]
) -> int | None:
    """The root cause of a finding at one of these cells, or that suspects one of them alone."""
    by_id = {finding.id: finding.cell for finding in findings}
    for k, cause in enumerate(causes):
        if any(by_id.get(one) in cells for one in cause.findings):
            return k
        if len(cause.cells) == 1 and cause.cells[0].cell in cells:
            return k
    return None


def _behind(causes: Sequence[RootCause], finding: Finding) -> int | None:
    """The root cause of one cell of the same sheet that is wrong by as much as ``finding``."""
    for k, cause in enumerate(causes):
        located = cause.certainty is Certainty.LOCATED and len(cause.cells) == 1
        beside = located and cause.cells[0].cell.sheet == finding.cell.sheet
        if beside and _is_same(_amount(finding), cause.amount):
            return k
    return None


def _is_same(first: float, second: float) -> bool:
    return abs(abs(first) - abs(second)) <= _SAME * max(abs(first), abs(second))


def _amount(finding: Finding) -> float:
    return finding.difference or 0.0


def _new(finding: Finding, remark: Remark) -> RootCause:
    return RootCause(
        id="",
        certainty=Certainty.LOCATED,
        cells=(_suspect(finding),),
        cause=remark.cause,
        explanation=finding.message,
        amount=_amount(finding),
        findings=(finding.id,),
        confidence=finding.confidence,
    )


def _merged(cause: RootCause, finding: Finding, remark: Remark) -> RootCause:
    told = replace(cause, findings=(*cause.findings, finding.id))
    amount = _amount(finding)
    same = _is_same(amount, cause.amount)
    if not (same or cause.certainty is not Certainty.LOCATED) or _follows(cause, remark):
        return told
    return replace(
        told,
        certainty=Certainty.LOCATED,
        cells=(_suspect(finding),),
        cause=remark.cause,
        explanation=finding.message,
        amount=amount or cause.amount,
        confidence=max(finding.confidence, cause.confidence),
    )


def _follows(cause: RootCause, remark: Remark) -> bool:
    """Whether a stored value is only that of before another cell, which was found, went wrong."""
    located = cause.certainty is Certainty.LOCATED and len(cause.cells) == 1
    return remark.cause in _LAGGING and located and cause.cells[0].cell != remark.cell


def _suspect(finding: Finding) -> SuspectCell:
    return SuspectCell(
        finding.cell,
        finding.reported,
        finding.label,
        finding.column,
        finding.recomputed,
        finding.recomputed,
        finding.recomputed,
    )


def _numbered(
    findings: list[Finding], causes: Sequence[RootCause]
) -> tuple[list[Finding], list[RootCause]]:
    """Root causes in order, the most certain and largest first, and findings that know theirs."""
    ranked = sorted(causes, key=lambda c: (_RANK.index(c.certainty), -abs(c.amount)))
    at = {finding.id: k for k, finding in enumerate(findings)}
    numbered = []
    for number, cause in enumerate(ranked, 1):
        name = f"R-{number}"
        numbered.append(replace(cause, id=name))
        for one in cause.findings:
            findings[at[one]] = replace(findings[at[one]], root_cause=name)
    return findings, numbered
