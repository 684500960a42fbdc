"""ST905 plan-adds-up-below-zero."""

from __future__ import annotations

from collections.abc import Iterator

from rules.model import Basis, Message, Part, Severity
from rules.registry import Takes, rule
from rules.remark import Judged, Remark
from rules.statutory.pack import Asks
from rules.statutory.plans import FEWEST, PlanSum


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
    Counted: what the balance sheet of the year before the first of them has accrued, where it is in
    the workbook; a deficit that the years do not make up for, and fewer than three years, are told.
    Not checked: whether the plan, and the measures in it, are sufficient: that is for people.
    Units: the table's own.
    Source: named in the note, as the pack has it.
    """
    for plan in judged.packs.plans:
        message = _message(plan)
        if message is not None:
            yield _remark(judged, plan, message)


def _message(plan: PlanSum) -> Message | None:
    values: dict[str, object] = {
        "id": plan.plan.id,
        "line": plan.label,
        "first": str(plan.years[0]),
        "last": str(plan.years[-1]),
        "source": plan.source,
    }
    if plan.plan.asks is Asks.YEARS:
        values |= {"years": len(plan.years), "needed": FEWEST}
        return Message("note.plan_short", values) if 1 < len(plan.years) < FEWEST else None
    if len(plan.years) < FEWEST or plan.left >= 0:
        return None
    values |= {"total": plan.total, "accrued": abs(plan.accrued or 0.0), "left": plan.left}
    if plan.plan.asks is Asks.COVER:
        return Message("note.plan_deficit", values)
    if plan.accrued is None:
        return Message("note.plan", values)
    return Message("note.plan_accrued" if plan.accrued > 0 else "note.plan_bare", values)


def _remark(judged: Judged, plan: PlanSum, message: Message) -> Remark:
    figures = judged.ledger.figures
    return Remark(
        rule="ST905",
        severity=Severity.NOTE,
        confidence=0.9,
        cell=figures.ref(plan.figures[-1]),
        message=message,
        basis=Basis.DECLARED,
        label=plan.label,
        column=plan.heading,
        parts=tuple(Part(figures.ref(figure)) for figure in plan.figures),
    )
