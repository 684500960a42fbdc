"""Which cell is wrong: the fewest cells whose change makes the failing checks hold again.

Repairs are weighed against each other and against a part that is not listed. Round by round the
cells that stand out are taken as repaired and the rest is judged anew; then the cells that cannot
be told apart; what is left no cell explains.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rules.diagnose.causes import describe
from rules.diagnose.context import Neighbours
from rules.diagnose.diagnosis import Diagnosis, Names
from rules.diagnose.likeness import Likeness
from rules.diagnose.pairs import pair_bits
from rules.diagnose.repairs import Repairs, find_repairs, gains
from rules.diagnose.slips import Flags, Floats, Ints
from rules.diagnose.system import System
from rules.diagnose.unlisted import MOST_NAMED, identities, may_lack_part, unlisted
from rules.ledger import Ledger
from rules.model import Certainty, Message

__all__ = ["Diagnosis", "diagnose"]

_LOCATED = 0.75  # share of all explanations, from where a cell is said to be wrong
_NO_CELL = 10.0  # bits against leaving a check without a cell that explains it
_UNLISTED = 6.0  # the same where a sum of several parts may lack one
_CLOSE = 5.0  # bits behind the best, up to where cells are not told apart
_STAND_OUT = 0.8  # share of the three likeliest cells, from where they are worth naming
_MOST_ROUNDS = 60


@dataclass(frozen=True, slots=True)
class _Choice:
    """What the repairs of some checks come to."""

    best: int  # row of the repairs
    rivals: Ints  # rows, best first, one per figure
    share: float  # of the best among all explanations
    checks: Ints  # ledger rows that the best clears
    certainty: Certainty


def diagnose(ledger: Ledger, failing: NDArray[np.bool_], names: Names) -> list[Diagnosis]:
    """The root causes of the failing checks, most certain and largest first.

    ``failing`` marks the rows that are findings, shape ``(n_checks,)``; ``names`` gives label and
    column heading of a figure by its position. Amounts are in the unit of the tables.
    """
    failing = failing.astype(np.bool_).copy()
    if not failing.any():
        return []
    system = System(ledger)
    system.agrees &= ~failing
    neighbours, likeness = Neighbours(system), Likeness(ledger.figures)
    found: list[Diagnosis] = []
    for _ in range(_MOST_ROUNDS):
        if not failing.any():
            break
        repairs = find_repairs(system, failing, neighbours, likeness)
        taken = _round(system, failing, repairs, names)
        if not taken:
            break
        found += taken
    found += unlisted(system, np.flatnonzero(failing), names)
    rank = tuple(Certainty)
    return sorted(found, key=lambda d: (rank.index(d.certainty), -abs(d.amount), d.checks))


def _round(system: System, failing: Flags, repairs: Repairs, names: Names) -> list[Diagnosis]:
    """The cells that stand out and do not touch each other; else those that cannot be told apart.

    Their checks are struck from ``failing``.
    """
    choices = _choices(system, repairs, failing)
    located = _of_kind(choices, Certainty.LOCATED)
    if not located:  # only now: two cells explain more, but one that stands out explains it better
        pairs = pair_bits(system, failing, repairs)
        if pairs.any():
            repairs = replace(repairs, bits=repairs.bits + pairs)
            choices = _choices(system, repairs, failing)
            located = _of_kind(choices, Certainty.LOCATED)
    # a cell of a check that would still fail is judged when that check has found its own cell
    chosen = [c for c in located if not _leaves_open(system, repairs, c, failing)] or located
    chosen = chosen or _of_kind(choices, Certainty.AMBIGUOUS)
    found = []
    touched = np.zeros(len(system.ledger), dtype=np.bool_)
    for choice in chosen:
        figure = int(repairs.figure[choice.best])
        around = system.check[system.edges_of[figure] : system.edges_of[figure + 1]]
        if touched[around].any():
            continue
        touched[around] = True
        found.append(_told(system, repairs, choice, names))
        failing[choice.checks] = False
        if choice.certainty is Certainty.LOCATED:
            system.repair(figure, _suggested(found[-1]), choice.checks)
            # A change on the magnitude of an old figure knows two old figures, and asked for the
            # other one: it holds all the same.
            also = around[
                failing[around] & (np.abs(system.residual[around]) <= system.allowed[around])
            ]
            if len(also):
                failing[also] = False
                system.agrees[also] = True
                checks = tuple(sorted({*found[-1].checks, *also.tolist()}))
                found[-1] = replace(found[-1], checks=checks)
    return found


def _of_kind(choices: list[_Choice], certainty: Certainty) -> list[_Choice]:
    return [choice for choice in choices if choice.certainty is certainty]


def _leaves_open(system: System, repairs: Repairs, choice: _Choice, failing: Flags) -> bool:
    """Whether a failing check of the cell would fail after the repair, too."""
    figure = int(repairs.figure[choice.best])
    edges = np.arange(system.edges_of[figure], system.edges_of[figure + 1])
    edges = edges[failing[system.check[edges]]]
    after = system.after(edges, np.full(len(edges), repairs.value[choice.best]))
    holds = np.abs(after) <= system.allowed[system.check[edges]]
    return bool((~holds & ~np.isin(system.check[edges], choice.checks)).any())


def _suggested(diagnosis: Diagnosis) -> float:
    suggested = diagnosis.suspects[0].suggested
    assert suggested is not None  # a located cell has one
    return suggested


def _choices(system: System, repairs: Repairs, failing: Flags) -> list[_Choice]:
    """The best repair of every check that is not cleared by a better one, best first."""
    owner = np.repeat(np.arange(len(repairs)), np.diff(repairs.start))
    check = system.check[repairs.edge]
    order = np.argsort(check, kind="stable")
    first = np.searchsorted(check[order], np.arange(len(system.ledger) + 1))
    bits = repairs.bits
    shared = _shared(system, failing)
    decided = ~failing
    result = []
    for best in np.lexsort((repairs.figure, -bits)):
        mine = check[repairs.start[best] : repairs.start[best + 1]]
        if decided[mine].any():
            continue
        decided[mine] = True
        rivals = np.concatenate([owner[order[first[c] : first[c + 1]]] for c in mine])
        result.append(_weighed(system, repairs, shared, int(best), mine, rivals))
    return result


def _shared(system: System, failing: Flags) -> Floats:
    """Bits for each failing check whose difference goes with that of another total."""
    worth = gains(system)
    bits = np.zeros(len(failing))
    for members in identities(system, [int(c) for c in np.flatnonzero(failing)]):
        bits[members] = min(float(worth[c]) for c in members)
    return bits


def _weighed(
    system: System, repairs: Repairs, shared: Floats, best: int, checks: Ints, rivals: Ints
) -> _Choice:
    """The best repair among its rivals, and against there being no such cell.

    What is not listed may explain several totals at once; a repair of one of them does not.
    """
    bits = repairs.bits
    rivals = rivals[np.lexsort((repairs.figure[rivals], -bits[rivals], rivals != best))]
    _, once = np.unique(repairs.figure[rivals], return_index=True)
    rivals = rivals[np.sort(once)]
    mass = np.exp2(np.minimum(bits[rivals] - bits[best], 0.0))
    lacking = [may_lack_part(system, int(c)) for c in checks]
    cost = sum(_UNLISTED if many else _NO_CELL for many in lacking)
    cost -= float(shared[checks].max()) if len(checks) == 1 else 0.0
    none = float(np.exp2(min(repairs.gain[best] - cost - bits[best], 100.0)))
    total = float(mass.sum()) + none
    share = 1 / total
    certainty = Certainty.AMBIGUOUS
    if share >= _LOCATED:
        certainty = Certainty.LOCATED
    elif none / total >= 0.5:
        certainty = Certainty.UNEXPLAINED
    elif any(lacking) and float(mass[:3].sum()) / total < _STAND_OUT:
        totals = np.isin(repairs.figure[rivals], system.ledger.target[checks])
        doubted = totals & (repairs.against[rivals] == 0)
        if not doubted.any():  # the total is vouched for, and no part stands out
            certainty = Certainty.MISSING_PART
    return _Choice(best, rivals, share, checks, certainty)


def _told(system: System, repairs: Repairs, choice: _Choice, names: Names) -> Diagnosis:
    """The diagnosis of a cell that stands out, or of cells that cannot be told apart."""
    bits = repairs.bits
    close = choice.rivals[bits[choice.rivals] >= bits[choice.best] - _CLOSE][:MOST_NAMED]
    if choice.certainty is Certainty.LOCATED:
        close = close[:1]
    told = [describe(system, repairs, int(r), choice.checks, names) for r in close]
    suspects = tuple(suspect for suspect, _, _ in told)
    first, cause, values = told[0]
    assert first.value is not None
    assert first.suggested is not None
    if len(suspects) > 1:
        kinds = {kind for _, kind, _ in told}
        if len(kinds) > 1 and choice.share <= 0.5:
            cause, values = "unknown", {}
        key = "explanation.ambiguous"
        values = {"cells": tuple(s.cell for s in suspects), "count": len(suspects)} | values
    else:
        key = "explanation.located"
        values = {
            "cell": first.cell,
            "value": first.value,
            "suggested": first.suggested,
            "low": first.low,
            "high": first.high,
            "count": len(choice.checks),
        } | values
    return Diagnosis(
        choice.certainty,
        suspects,
        cause,
        Message(key, values),
        first.value - first.suggested,
        tuple(sorted(int(c) for c in choice.checks)),
        round(choice.share, 3),
    )
