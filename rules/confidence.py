"""How sure a finding is: the share of findings with the same evidence that were right.

A relation that fails was either meant, and then a figure is wrong, or it was not, and then the
finding is. What tells them apart is counted here for each finding and weighed by the table
``confidence.csv``: log-odds, fitted by ``benchmarks/accuracy/calibrate.py`` on findings that are
known to be right or wrong. ``docs/accuracy.md`` shows how well that predicts.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from rules.doubts import informative_checks, support
from rules.ledger import Ledger
from rules.model import Basis, Certainty, Finding, RootCause, Severity, Verdict

Floats = NDArray[np.float64]

START = "start"
SIGNALS = ("failed", "more findings", "slip")
RISING = {"failed": -1, "more findings": 1, "slip": 1}  # what more of it means
LEAST, MOST = 0.05, 0.98  # nothing that figures show is surer than this
_LIKELY = 0.7  # from where a finding is called an error
_MOST_FAILED = 64
_STATED = ("RF", "ST")  # families that know from words what was meant: their own confidence stands


def signals(
    ledger: Ledger, findings: Sequence[Finding], causes: Sequence[RootCause]
) -> dict[int, Floats]:
    """What speaks for each finding that is a failing check, by its position in ``findings``.

    Arrays of shape ``(len(SIGNALS),)``: lines in which its relation fails (log2), how many findings
    the one cell explains that is found wrong (log2), and 1 where a slip of the hand explains that
    cell.
    """
    chosen = {
        k: f.check
        for k, f in enumerate(findings)
        if f.check is not None
        and f.verdict is Verdict.DISCREPANCY
        and f.basis is not Basis.DECLARED
        and not f.rule.startswith(_STATED)
    }
    if not chosen:
        return {}
    known = support(ledger, *informative_checks(ledger))
    by_id = {cause.id: cause for cause in causes}
    found = {}
    for k, check in chosen.items():
        relation = ledger.relation[check]
        cause = by_id.get(findings[k].root_cause or "")
        located = cause is not None and cause.certainty is Certainty.LOCATED
        explained = len(cause.findings) if cause is not None and located else 1
        found[k] = np.array(
            [
                math.log2(max(1, min(int(known.failed[relation]), _MOST_FAILED))),
                math.log2(max(1, explained)),
                float(located and cause is not None and cause.cause != "unknown"),
            ]
        )
    return found


@cache
def weights() -> Mapping[str, float]:
    """The table that comes with the rules: log-odds by signal, and where they start."""
    text = files("rules").joinpath("confidence.csv").read_text("utf-8")
    return {row["signal"]: float(row["log-odds"]) for row in csv.DictReader(text.splitlines())}


def probability(found: Floats, table: Mapping[str, float]) -> float:
    """The probability that a finding with these signals is right, ``LEAST`` … ``MOST``.

    >>> zero = np.zeros(len(SIGNALS))
    >>> probability(zero, {"start": 0.0} | dict.fromkeys(SIGNALS, 1.0))
    0.5
    """
    odds = table[START] + sum(table[s] * x for s, x in zip(SIGNALS, found.tolist(), strict=True))
    return round(min(max(1.0 / (1.0 + math.exp(-odds)), LEAST), MOST), 3)


def calibrated(
    ledger: Ledger, findings: Sequence[Finding], causes: Sequence[RootCause]
) -> list[Finding]:
    """``findings`` with the confidence that their evidence has earned on known ones.

    One that is no failing check keeps its own; so does one whose relation somebody declared. What
    is not likely enough is a warning, and no error: that its relation holds in many other lines
    does not make it one, for it is there that a part goes unseen.
    """
    result = list(findings)
    for k, found in signals(ledger, findings, causes).items():
        sure = probability(found, weights())
        severity = findings[k].severity
        if severity is Severity.ERROR and sure < _LIKELY:
            severity = Severity.WARNING
        result[k] = replace(findings[k], confidence=sure, severity=severity)
    return result
