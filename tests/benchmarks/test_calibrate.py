"""Labels from a made corpus, and a fit whose weights are known beforehand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.accuracy.audits import audit_into
from benchmarks.accuracy.calibrate import balanced, fit, held_out, losses
from benchmarks.accuracy.corpus import Corpus
from benchmarks.accuracy.labels import Labelled, of_tables
from rules.confidence import RISING, SIGNALS, START

RIGHT = "Item,2024,2025\nSalaries,1210,1345\nTravel,311,298\nRent,402,455\nTotal,1923,2098\n"
PLANTED = RIGHT.replace("2098", "2089")
WRONG_BEFORE = RIGHT.replace("1923", "1932")

SCRIPT = """
def canonical(told):
    return told["kind"], tuple(told["aggregate"]), tuple(map(tuple, told["components"]))

def variants(told):
    return [told]

def keyer(path):
    return lambda told: (told[0], told[1], frozenset(told[2]))
"""
PARTS = [[1, 1], [2, 1], [3, 1]]


def corpus_of(folder: Path, verdict: str) -> Corpus:
    """Table ``a`` is clean, with two copies in which its last total is wrong; ``b`` is wrong as it
    is, and its annotation says ``verdict`` of that."""
    tables = folder / "aggregations"
    copies = tables / "errors" / "injected"
    copies.mkdir(parents=True)
    (tables / "cases").mkdir()
    (tables / "score_errors.py").write_text(SCRIPT, "utf-8")
    for name, text in (("a", RIGHT), ("b", WRONG_BEFORE)):
        (tables / "cases" / f"{name}.csv").write_text(text, "utf-8")
        (tables / "cases" / f"{name}.truth.json").write_text("[]", "utf-8")
    for name in ("a__1", "a__2"):
        (copies / f"{name}.csv").write_text(PLANTED, "utf-8")
    errors = [
        {"id": "a__1", "base": "a", "cell": [4, 2]},
        {"id": "a__2", "base": "a", "cell": [1, 1]},  # said to be elsewhere: the finding is wrong
    ]
    (copies / "errors.json").write_text(json.dumps(errors), "utf-8")
    wild = {"case": "b", "kind": "sum", "aggregate": [4, 1], "components": PARTS}
    wild_file = tables / "errors" / "wild.json"
    wild_file.write_text(json.dumps([wild | {"verdict": verdict}]), "utf-8")
    return Corpus(folder, folder)


@pytest.mark.parametrize(
    ("verdict", "of_b"), [("error", [True]), ("rounding", [False]), ("unclear", [])]
)
def test_a_finding_is_right_where_the_planted_cell_is_in_it_or_the_annotation_says_so(
    tmp_path: Path, verdict: str, of_b: list[bool]
) -> None:
    corpus = corpus_of(tmp_path / "corpus", verdict)
    work = tmp_path / "work"
    audit_into(work / "tables", corpus.tables, keep_suffix=False)
    audit_into(work / "planted", corpus.planted, keep_suffix=False)
    labels = of_tables(corpus, work)
    mine = [(one.cell, one.is_right, one.weight) for one in labels if one.group == "a"]
    assert mine == [("C5", True, 0.5), ("C5", False, 0.5)]
    assert [one.is_right for one in labels if one.group == "b"] == of_b
    assert all(one.signals.shape == (len(SIGNALS),) for one in labels)


def made(n: int, table: dict[str, float], seed: int) -> list[Labelled]:
    """Findings that are right with the probability that ``table`` gives to random signals."""
    rng = np.random.default_rng(seed)
    found = []
    for k in range(n):
        drawn = rng.uniform(0, 3, len(SIGNALS))
        odds = table[START] + float(np.dot([table[s] for s in SIGNALS], drawn))
        is_right = bool(rng.uniform() < 1 / (1 + np.exp(-odds)))
        found.append(Labelled(f"file {k % 50}", "FT101", "B2", is_right, drawn, 0.9))
    return found


def test_the_fit_finds_the_weights_that_made_the_labels() -> None:
    table = {START: -1.0} | {s: 0.8 * RISING[s] for s in SIGNALS}
    found = fit(made(6000, table, 5))
    assert found == pytest.approx(table, abs=0.15)


def test_a_signal_that_points_the_wrong_way_gets_no_weight() -> None:
    rising = next(signal for signal in SIGNALS if RISING[signal] > 0)
    table = {START: 0.5} | {s: 0.8 * RISING[s] for s in SIGNALS} | {rising: -1.0}
    assert fit(made(2000, table, 6))[rising] == 0.0


def test_few_verdicts_count_as_much_as_many_labels() -> None:
    nothing = np.zeros(len(SIGNALS))
    many = [Labelled("table", "FT101", "B2", True, nothing, 0.9, weight=0.5)] * 30
    few = [Labelled("book", "FT101", "B2", False, nothing, 0.9)] * 3
    assert [one.weight for one in balanced(few, many)] == [5.0, 5.0, 5.0]
    table = fit([*many, *balanced(few, many)])
    assert table[START] == pytest.approx(0.0, abs=1e-3)


def test_files_are_predicted_without_their_own_labels() -> None:
    labels = made(600, {START: 0.0} | dict.fromkeys(SIGNALS, 0.0), 7)
    right = np.array([one.is_right for one in labels], dtype=np.float64)
    brier, bits = losses(held_out(labels), right, np.ones(len(labels)))
    assert brier == pytest.approx(0.25, abs=0.01)  # what a coin can be predicted with, no better
    assert bits == pytest.approx(1.0, abs=0.03)


def test_a_file_does_not_vouch_for_itself() -> None:
    nothing = np.zeros(len(SIGNALS))
    labels = [Labelled(f"file {k}", "FT101", "B2", True, nothing, 0.9) for k in range(40)]
    labels += [Labelled("other", "FT101", "B2", False, nothing, 0.9)] * 60
    told = held_out(labels)
    assert told[-1] == 0.98  # all that the others show is right
    assert np.median(told[:40]) < 0.5  # most files are predicted with the other one
