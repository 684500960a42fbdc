"""What failing checks say of a cell, for rules that explain a difference by a formula."""

from __future__ import annotations

import numpy as np

from rules.ledger import VERDICTS
from rules.model import Verdict
from rules.remark import Judged
from workbooks.refs import CellRef

_SAME = 1e-6


def failing_differences(judged: Judged) -> dict[CellRef, list[float]]:
    """Differences (reported − recomputed) of all failing checks by the cell that reports them."""
    facts = judged.formulas
    if facts is None:
        return {}
    return facts.remembered("differences", lambda: _differences(judged))


def _differences(judged: Judged) -> dict[CellRef, list[float]]:
    ledger = judged.ledger
    found: dict[CellRef, list[float]] = {}
    for k in np.flatnonzero(ledger.verdict == VERDICTS.index(Verdict.DISCREPANCY)):
        cell = ledger.figures.ref(int(ledger.target[k]))
        found.setdefault(cell, []).append(float(ledger.difference[k]))
    return found


def explains(judged: Judged, cell: CellRef, difference: float) -> bool:
    """Whether a check fails at ``cell`` by exactly ``difference``."""
    told = failing_differences(judged).get(cell, ())
    return any(abs(one - difference) <= _SAME * max(1.0, abs(one)) for one in told)
