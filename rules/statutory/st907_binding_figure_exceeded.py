"""ST907 binding-figure-exceeded."""

from __future__ import annotations

from collections.abc import Iterator

from rules.model import Basis, Message, Part, Severity
from rules.registry import Takes, rule
from rules.remark import Judged, Remark
from rules.statutory.limits import Overrun


@rule(
    "ST907",
    "binding-figure-exceeded",
    operation=None,
    since="0.2",
    takes=Takes.JUDGED,
    stable=False,
)
def exceeded_figures(judged: Judged) -> Iterator[Remark]:
    """A figure goes beyond the one that a pack of the user's own says binds it.

    Why: the council decides on some figures, and the accounts are to keep within them.
    Example: costs of 1,250 where the amended budget has 1,200 are 50 beyond.
    Not checked: lines that no pack names; a year with no column, or several, of that name. It is a
    note: whether the overrun was authorised, or matters, is for people to say.
    Units: the table's own. More costs, less income and a poorer result are beyond.
    Source: named in the note, as the pack has it.
    """
    for overrun in judged.packs.overruns:
        yield _remark(judged, overrun)


def _remark(judged: Judged, overrun: Overrun) -> Remark:
    figures = judged.ledger.figures
    values = {
        "id": overrun.limit.id,
        "line": overrun.label,
        "actual": overrun.actual,
        "limit": overrun.at_most,
        "excess": overrun.excess,
        "source": overrun.source,
    }
    return Remark(
        rule="ST907",
        severity=Severity.NOTE,
        confidence=0.9,
        cell=figures.ref(overrun.figure),
        message=Message("note.limit", values),
        basis=Basis.DECLARED,
        label=overrun.label,
        column=overrun.heading,
        parts=(Part(figures.ref(overrun.bound)),),
    )
