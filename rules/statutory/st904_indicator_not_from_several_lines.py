"""ST904 indicator-not-from-several-lines."""

from __future__ import annotations

from collections.abc import Iterator

from rules.model import Basis, Message, Operation, Part, Severity
from rules.registry import Takes, rule
from rules.remark import Judged, Remark
from rules.statutory.indicators import Quotient

_SURE = 0.85  # confidence from which a difference is an error rather than a warning


@rule(
    "ST904",
    "indicator-not-from-several-lines",
    operation=Operation.RATIO,
    since="0.2",
    takes=Takes.JUDGED,
    stable=False,
)
def composite_indicators(judged: Judged) -> Iterator[Remark]:
    """A key figure differs from the several lines over several others that a pack says it is.

    Why: as for ST903; these have more than one line above or below the stroke.
    Example: revenue of 50 on costs of 210 less own work of 10 is 25 %, not 23.8 %.
    Not checked: as for ST903. An agreement is not counted among the checks of the ledger.
    Units: as for ST903.
    Source: named in the finding, as the pack has it.
    """
    for quotient in judged.packs.composites:
        if not quotient.agrees:
            yield _remark(judged, quotient)


def _remark(judged: Judged, quotient: Quotient) -> Remark:
    figures = judged.ledger.figures
    side = quotient.high if quotient.reported > quotient.recomputed else quotient.low
    tolerance = abs(side - quotient.recomputed) + quotient.half
    return Remark(
        rule="ST904",
        severity=Severity.ERROR if quotient.confidence >= _SURE else Severity.WARNING,
        confidence=quotient.confidence,
        cell=figures.ref(quotient.figure),
        message=Message("finding.statutory", quotient.deviation),
        basis=Basis.DECLARED,
        label=quotient.label,
        operation=Operation.RATIO,
        reported=quotient.reported,
        recomputed=quotient.recomputed,
        tolerance=tolerance,
        parts=tuple(Part(figures.ref(a.figure)) for a in (*quotient.of, *quotient.over)),
    )
