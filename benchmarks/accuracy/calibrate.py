"""Fit ``rules/confidence.csv`` and show how well it predicts.

    python -m benchmarks.accuracy.calibrate CORPUS [--judged FILE] [--write]

Logistic regression on the signals of ``rules/confidence.py``, with a penalty on large weights and
with signs that are given (more evidence never counts against a finding), fitted on annotated tables
and their copies with a planted error and, with ``--judged``, on the verdicts of a person on real
workbooks; the two sources count alike, however many findings each has. The calibration table is of
findings in files that the weights were not fitted on: all files are dealt into ten groups, and each
group is predicted by the other nine.
"""

from __future__ import annotations

import argparse
import math
import sys
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy.__main__ import add_corpus, corpus_of, setting_of
from benchmarks.accuracy.audits import PROJECT
from benchmarks.accuracy.corpus import CorpusError
from benchmarks.accuracy.judged import calibration_table
from benchmarks.accuracy.labels import Labelled, of_reviewer, of_tables
from benchmarks.accuracy.parts import PARTS
from rules.confidence import RISING, SIGNALS, START, probability

Floats = NDArray[np.float64]
TABLE = PROJECT / "rules" / "confidence.csv"
_FOLDS = 10
_PENALTY = 1.0  # as of one finding that says nothing, for each weight
_STEPS = 3_000


def fit(labels: Sequence[Labelled]) -> dict[str, float]:
    """Weights by signal, and ``start``; those that have a sign keep to it.

    Projected gradient descent on the penalised log-loss, which is convex: it has one minimum.
    """
    x = np.array([[1.0, *one.signals] for one in labels], dtype=np.float64)
    right = np.array([one.is_right for one in labels], dtype=np.float64)
    weight = np.array([one.weight for one in labels], dtype=np.float64)
    sign = np.array([0, *(RISING.get(signal, 0) for signal in SIGNALS)])
    penalty = np.array([0.0, *([_PENALTY] * len(SIGNALS))])
    # The curvature of the log-loss is at most a quarter of that of the squares.
    step = 1.0 / (0.25 * np.linalg.norm((x * weight[:, None]).T @ x, 2) + _PENALTY)
    beta = np.zeros(x.shape[1])
    ahead, momentum = beta.copy(), 1.0
    for _ in range(_STEPS):
        shown = 1.0 / (1.0 + np.exp(-np.clip(x @ ahead, -30, 30)))
        moved = ahead - step * (x.T @ (weight * (shown - right)) + penalty * ahead)
        moved = np.where(sign * moved < 0, 0.0, moved)
        following = (1.0 + math.sqrt(1.0 + 4.0 * momentum**2)) / 2.0
        ahead = moved + (momentum - 1.0) / following * (moved - beta)
        if np.abs(moved - beta).max() < 1e-9:
            beta = moved
            break
        beta, momentum = moved, following
    return {name: round(float(b), 3) for name, b in zip((START, *SIGNALS), beta, strict=True)}


def held_out(labels: Sequence[Labelled]) -> Floats:
    """The probability of each finding by weights fitted on other files, shape ``(n,)``."""
    fold = np.array([zlib.crc32(one.group.encode()) % _FOLDS for one in labels])
    told = np.zeros(len(labels))
    for k in np.unique(fold).tolist():
        table = fit([one for one, f in zip(labels, fold, strict=True) if f != k])
        for i in np.flatnonzero(fold == k).tolist():
            told[i] = probability(labels[i].signals, table)
    return told


def balanced(few: Sequence[Labelled], many: Sequence[Labelled]) -> list[Labelled]:
    """``few`` with weights that make them count as much as ``many`` all together."""
    own = sum(one.weight for one in few)
    times = sum(one.weight for one in many) / own if own else 1.0
    return [replace(one, weight=one.weight * times) for one in few]


def losses(told: Floats, right: Floats, weight: Floats) -> tuple[float, float]:
    """Brier score and log-loss in bits, weighted means; less is better.

    >>> losses(np.array([0.5, 0.5]), np.array([1.0, 0.0]), np.ones(2))
    (0.25, 1.0)
    """
    sure = np.clip(told, 1e-3, 1 - 1e-3)
    brier = float(np.average((told - right) ** 2, weights=weight))
    bits = -np.log2(np.where(right > 0, sure, 1 - sure))
    return round(brier, 4), round(float(np.average(bits, weights=weight)), 4)


def as_csv(table: dict[str, float]) -> str:
    """The table as it is shipped."""
    return "signal,log-odds\n" + "".join(f"{name},{value}\n" for name, value in table.items())


def main(arguments: list[str] | None = None) -> int:
    """Show the calibration before and after; with ``--write`` keep the weights."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy.calibrate")
    add_corpus(parser)
    parser.add_argument("--judged", type=Path, help="verdicts of a person: sample --out FILE")
    parser.add_argument("--write", action="store_true", help=f"replace {TABLE.name}")
    options = parser.parse_args(arguments)
    corpus, setting = corpus_of(options), setting_of(options)
    try:
        for part in ("tables", "planted"):
            PARTS[part](corpus, setting)
        labels = of_tables(corpus, setting.work)
        judged = []
        if options.judged:
            PARTS["books"](corpus, setting)
            judged = of_reviewer(options.judged, setting.work)
    except CorpusError as fault:
        print(f"accuracy: {fault}", file=sys.stderr)
        return 2
    labels = [*labels, *balanced(judged, labels)]
    table = fit(labels)
    told = held_out(labels)
    n = len(labels) - len(judged)
    show("tables", labels[:n], told[:n])
    if judged:
        show("verdicts on workbooks", labels[n:], told[n:])
    print(as_csv(table))
    if options.write:
        TABLE.write_text(as_csv(table), "utf-8")
    return 0


def show(name: str, labels: Sequence[Labelled], after: Floats) -> None:
    """The calibration before and after; ``after`` comes from files that were not fitted on."""
    right = np.array([one.is_right for one in labels], dtype=np.float64)
    weight = np.array([one.weight for one in labels])
    before = np.array([one.before for one in labels])
    files = len({one.group for one in labels})
    print(f"{name}: {len(labels)} findings of {files} files, {int(right.sum())} of them right")
    for when, told in (("before", before), ("after", after)):
        brier, bits = losses(told, right, weight)
        print(f"\n{when}: Brier score {brier}, log-loss {bits} bits\n")
        print(calibration_table(told, right, weight))
    print()


if __name__ == "__main__":
    sys.exit(main())
