"""Waivers: findings that somebody accepted beforehand, with a reason, a name and an end.

A waiver names findings by rule, sheet, line and column, so that inserted rows change nothing. One
that matches nothing, or whose day has passed, is told: an accepted error must not be forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fnmatch import fnmatchcase

from rules.declared.lines import label_key
from rules.model import Finding, Waiver, WaiverState, WaiverUse
from rules.outcome import Outcome
from workbooks.tables.vocabulary import normalised


def is_sheet(pattern: str, sheet: str) -> bool:
    """Whether a pattern of the settings means ``sheet``; an empty one means every sheet.

    >>> is_sheet("inv*", "Investoinnit"), is_sheet("Yksiköt", "Investoinnit")
    (True, False)
    """
    return not pattern or fnmatchcase(normalised(sheet), normalised(pattern))


def covers(waiver: Waiver, finding: Finding) -> bool:
    """Whether ``waiver`` is about ``finding``, whatever its difference."""
    own = (label_key(finding.label), label_key(finding.label.rpartition(" / ")[2]))
    return (
        finding.rule.startswith(waiver.rule)
        and (not waiver.finding or finding.id == waiver.finding)
        and is_sheet(waiver.sheet, finding.cell.sheet)
        and (not waiver.line or label_key(waiver.line) in own)
        and (not waiver.column or normalised(waiver.column) == normalised(finding.column))
        and (not waiver.cell or waiver.cell == finding.cell.a1)
    )


def fits(waiver: Waiver, finding: Finding) -> bool:
    """Whether the difference of ``finding`` is the one that was accepted, as it was typed."""
    if waiver.difference is None or finding.difference is None:
        return True
    decimals = len(f"{waiver.difference:.10g}".partition(".")[2])
    return abs(waiver.difference - finding.difference) <= 0.5 * 10.0**-decimals + 1e-9


def with_waivers(outcome: Outcome, waivers: Sequence[Waiver], today: date) -> Outcome:
    """The outcome with what each waiver covers marked, and with what became of the waivers.

    A finding is accepted by the first waiver that covers it and has not ended.
    """
    uses: list[WaiverUse] = []
    accepted: dict[str, Waiver] = {}
    for waiver in waivers:
        meant = [finding for finding in outcome.findings if covers(waiver, finding)]
        fitting = [finding for finding in meant if fits(waiver, finding)]
        state = WaiverState.USED
        if not meant:
            state = WaiverState.UNUSED
        elif waiver.until < today:
            state = WaiverState.EXPIRED
        elif not fitting:
            state = WaiverState.CHANGED
        if state is WaiverState.USED:
            meant = fitting
            accepted = {finding.id: waiver for finding in fitting} | accepted
        uses.append(WaiverUse(waiver, state, tuple(finding.id for finding in meant)))
    findings = tuple(
        replace(finding, waiver=accepted.get(finding.id)) for finding in outcome.findings
    )
    return replace(outcome, findings=findings, waivers=tuple(uses))
