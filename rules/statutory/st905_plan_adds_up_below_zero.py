"""ST905 plan-adds-up-below-zero."""

from __future__ import annotations

from collections.abc import Iterator

from rules.model import Basis, Message, Part, Severity
from rules.registry import Takes, rule
from rules.remark import Judged, Remark
from rules.statutory.plans import PlanSum


@rule(
    "ST905",
    "plan-adds-up-below-zero",
    operation=None,
    since="0.2",
    takes=Takes.JUDGED,
    stable=False,
)
def plans_below_zero(judged: Judged) -> Iterator[Remark]:
    """A result that a pack says is to be balanced adds up below zero over the years of the plan.

    Why: the council sees each year by itself; the sum over the years is nowhere printed.
    Example: surpluses of 120, -310 and -95 over the budget year and two plan years are -285.
    Not checked: fewer than three years in a row; what has accrued in the balance sheet before and
    may cover it. It is a note: whether the plan is sufficient is for people to say.
    Units: the table's own.
    Source: named in the note, as the pack has it.
    """
    for plan in judged.packs.plans:
        if plan.total < 0:
            yield _remark(judged, plan)


def _remark(judged: Judged, plan: PlanSum) -> Remark:
    figures = judged.ledger.figures
    values = {
        "id": plan.plan.id,
        "line": plan.label,
        "first": str(plan.years[0]),
        "last": str(plan.years[-1]),
        "total": plan.total,
        "source": plan.source,
    }
    return Remark(
        rule="ST905",
        severity=Severity.NOTE,
        confidence=0.9,
        cell=figures.ref(plan.figures[-1]),
        message=Message("note.plan", values),
        basis=Basis.DECLARED,
        label=plan.label,
        column=plan.heading,
        parts=tuple(Part(figures.ref(figure)) for figure in plan.figures),
    )
