"""ST906 figure-not-carried-forward."""

from __future__ import annotations

from collections.abc import Iterator

from rules.model import Basis, Message, Operation, Part, Severity
from rules.registry import Takes, rule
from rules.remark import Judged, Remark
from rules.statutory.indicators import Quotient


@rule(
    "ST906",
    "figure-not-carried-forward",
    operation=Operation.EQUATION,
    since="0.2",
    takes=Takes.JUDGED,
    stable=False,
)
def carried_figures(judged: Judged) -> Iterator[Remark]:
    """A figure differs from those of this year and the year before that it goes on from.

    Why: surpluses and loans of one balance sheet go on into the next, and through the cash flow.
    Example: loans of 900 and, a year later, of 960 in the balance sheet under a change of loans of
    70 in the cash flow differ by 10.
    Not checked: a year whose figures are not all there; several tables that have the same line and
    agree nowhere. It is a note: entries made directly to equity, exchange rates and
    reclassifications may stand between. What agrees is counted under ST903.
    Units: those of the statements, with the rounding of every figure.
    Source: named in the note, as the pack has it.
    """
    for quotient in judged.packs.carried:
        yield _remark(judged, quotient)


def _remark(judged: Judged, quotient: Quotient) -> Remark:
    figures = judged.ledger.figures
    return Remark(
        rule="ST906",
        severity=Severity.NOTE,
        confidence=0.7,
        cell=figures.ref(quotient.figure),
        message=Message("finding.statutory", quotient.deviation),
        basis=Basis.DECLARED,
        label=quotient.label,
        operation=Operation.EQUATION,
        reported=quotient.reported,
        recomputed=quotient.recomputed,
        tolerance=quotient.high - quotient.recomputed + quotient.half,
        parts=tuple(Part(figures.ref(a.figure), a.sign) for a in quotient.of),
    )
