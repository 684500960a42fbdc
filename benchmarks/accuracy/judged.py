"""What verdicts on findings say: shares that are right with their intervals, and calibration."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
VERDICTS = ("right", "wrong", "unclear")
EDGES = (0.0, 0.3, 0.5, 0.7, 0.85, 0.95, 1.0)
_Z = 1.959964  # of a two-sided interval of 95 %


def wilson(right: float, n: float) -> tuple[float, float]:
    """The 95 % interval of a share by Wilson's score method; 0 … 1 where nothing was seen.

    Source: Wilson, E. B. (1927), Probable inference, the law of succession, and statistical
    inference, JASA 22, 209–212.

    >>> [round(end, 4) for end in wilson(17, 20)]
    [0.6396, 0.9476]
    """
    if n <= 0:
        return 0.0, 1.0
    share = right / n
    middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def calibration_table(told: Floats, right: Floats, weight: Floats | None = None) -> str:
    """A table by confidence: how many findings, what was said of them, what share was right.

    All arguments have shape ``(n,)``; the interval counts findings by their weight.
    """
    mass = np.ones(len(told)) if weight is None else weight
    lines = [
        "| confidence | findings | weight | mean confidence | right | 95 % interval |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for low, high in pairwise(EDGES):
        mine = (told >= low) & ((told < high) | (high == EDGES[-1]))
        n = float(mass[mine].sum())
        if not n:
            continue
        mean = float(np.average(told[mine], weights=mass[mine]))
        hits = float((mass * right)[mine].sum())
        least, most = wilson(hits, n)
        lines.append(
            f"| {low:.2f} – {high:.2f} | {int(mine.sum())} | {n:.1f} | {mean:.2f} | "
            f"{hits / n:.0%} | {least:.0%} – {most:.0%} |"
        )
    return "\n".join(lines)


def precision_table(findings: Sequence[Mapping[str, object]], field: str) -> str:
    """A table by ``field`` (``severity``, ``rule``): verdicts, and the share right of right and
    wrong. Findings without a verdict are left out."""
    lines = [
        f"| {field} | judged | right | wrong | unclear | share right | 95 % interval |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    judged = [one for one in findings if one["verdict"] in VERDICTS]
    names = sorted({str(one[field]) for one in judged})
    for name in [*names, "all"]:
        mine = [one["verdict"] for one in judged if name in (one[field], "all")]
        right, wrong, unclear = (mine.count(verdict) for verdict in VERDICTS)
        least, most = wilson(right, right + wrong)
        share = f"{right / (right + wrong):.0%}" if right + wrong else "–"
        lines.append(
            f"| {name} | {len(mine)} | {right} | {wrong} | {unclear} | {share} | "
            f"{least:.0%} – {most:.0%} |"
        )
    return "\n".join(lines)
