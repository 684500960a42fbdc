"""Both doors judge alike: the ledger as it was filled, and the same ledger as a suite."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import crossfoot
from rules.ledger import BASES, OPERATIONS, VERDICTS, Figures, Ledger
from rules.model import Basis, Operation, Verdict
from rules.registry import rule_info
from rules.suite import (
    DoorsDisagreeError,
    ExpectationCrashError,
    crossfoot_suite,
    judged,
    ledger_frame,
    raise_for_crash,
    validate_ledger,
)
from rules.verdicts import judge
from tests.fixtures.layouts import LAYOUTS, PLANTABLE, build

PROJECT = Path(__file__).parents[2]

# One rule for each kind of arithmetic: parts and factors, scale, and what the parts come to.
KINDS: dict[Operation, tuple[str, tuple[float, ...], tuple[float, ...], float, float]] = {
    Operation.SUM: ("FT101", (1200.0, 310.0, 45.0), (1.0, 1.0, 1.0), 1.0, 1555.0),
    Operation.DIFFERENCE: ("FT102", (1200.0, 310.0), (1.0, -1.0), 1.0, 890.0),
    Operation.NET: ("NT201", (-1341404.0, 18426.0), (1.0, 1.0), 1.0, -1322978.0),
    Operation.CHANGE: ("CH301", (510.0, 680.0), (-1.0, 1.0), 1.0, 170.0),
    Operation.PERCENT_CHANGE: ("CP401", (510.0, 680.0), (-1.0, 1.0), 100.0, 33.3),
    Operation.RATIO: ("RT501", (3000.0, 7.0), (1.0, 1.0), 1.0, 428.6),
    Operation.AVERAGE: ("AV101", (10.0, 20.0, 60.0), (1.0, 1.0, 1.0), 1.0, 30.0),
    Operation.COPY: ("TO601", (2200752.0,), (1.0,), 1.0, 2200752.0),
    Operation.EQUATION: ("ST101", (10.0, 20.0), (2.0, -0.5), 1.0, 10.0),
}
STEPS = {Operation.PERCENT_CHANGE: 0.1, Operation.RATIO: 0.1}


def made_ledger(seed: int, n_checks: int = 60, *, tolerance: float | None = None) -> Ledger:
    """Checks of every kind, right, rounded and wrong by a little or a lot, from a fixed seed."""
    rng = np.random.default_rng(seed)
    kinds = list(KINDS)
    value: list[float] = []
    step: list[float] = []
    factor: list[float] = []
    scale: list[float] = []
    part: list[int] = []
    operation: list[int] = []
    targets: list[int] = []
    rules: list[str] = []
    start = [0]
    for number in range(n_checks):
        kind = kinds[number % len(kinds)]
        rule, parts, factors, times, total = KINDS[kind]
        off = float(rng.choice([0, 0, 0.1, 1, 2, 3, -9, 1000])) * STEPS.get(kind, 1.0)
        targets.append(len(value))
        value += [total + off, *parts]
        step += [STEPS.get(kind, 1.0), *(1.0 for _ in parts)]
        part += range(targets[-1] + 1, len(value))
        start.append(len(part))
        factor += factors
        scale.append(times)
        operation.append(OPERATIONS.index(kind))
        rules.append(rule)
    figures = Figures(
        sheets=("Käyttötalous", "Own 'quotes'"),
        sheet=rng.integers(0, 2, len(value)).astype(np.int32),
        row=np.arange(1, len(value) + 1, dtype=np.int32),
        column=np.full(len(value), 2, np.int32),
        value=np.array(value),
        step=np.array(step),
    )
    codes = tuple(sorted(set(rules)))
    arrays: dict[str, Any] = {
        "operation": np.array(operation, np.int8),
        "target": np.array(targets, np.int64),
        "start": np.array(start, np.int64),
        "part": np.array(part, np.int64),
        "factor": np.array(factor),
        "scale": np.array(scale),
    }
    judgement = judge(figures, **arrays, tolerance=tolerance)
    return Ledger(
        figures=figures,
        rules=codes,
        rule=np.array([codes.index(rule) for rule in rules], np.int16),
        basis=np.full(n_checks, BASES.index(Basis.STRUCTURE), np.int8),
        confidence=np.full(n_checks, 0.9),
        relation=np.arange(n_checks, dtype=np.int64),
        recomputed=judgement.recomputed,
        difference=judgement.difference,
        tolerance=judgement.tolerance,
        verdict=judgement.verdict,
        **arrays,
    )


def plain_door(ledger: Ledger) -> set[tuple[object, ...]]:
    """The discrepancies as the ledger has them."""
    checks = [ledger.check(i) for i in range(len(ledger))]
    return {
        (c.rule, c.cell.sheet, c.cell.a1, c.reported, c.recomputed, c.difference, c.tolerance)
        for c in checks
        if c.verdict is Verdict.DISCREPANCY
    }


def other_door(document: dict[str, Any]) -> set[tuple[object, ...]]:
    """The discrepancies as Great Expectations has them."""
    names = ("rule", "sheet", "cell", "reported", "recomputed", "difference", "tolerance")
    return {
        tuple(row[name] for name in names)
        for one in document["results"]
        for row in one["result"]["details"]["discrepancies"]
    }


@pytest.mark.parametrize("tolerance", [None, 0.0, 2.0])
@pytest.mark.parametrize("seed", range(4))
def test_both_doors_have_the_same_findings(seed: int, tolerance: float | None) -> None:
    ledger = made_ledger(seed, tolerance=tolerance)
    found = validate_ledger(ledger, tolerance=tolerance)
    assert other_door(found.result) == plain_door(ledger) != set()
    verdicts = {str(verdict): 0 for verdict in Verdict}
    for one in found.result["results"]:
        for name, count in one["result"]["details"]["verdicts"].items():
            verdicts[name] += count
    assert [verdicts[str(v)] for v in VERDICTS] == np.bincount(ledger.verdict, minlength=5).tolist()
    assert found.expectations == len(KINDS)
    assert found.failed == len({row[0] for row in plain_door(ledger)})


@pytest.mark.parametrize("name", list(LAYOUTS))
def test_both_doors_have_the_same_findings_on_every_fixture(name: str, tmp_path: Path) -> None:
    outcome = crossfoot.check(build(name, tmp_path, planted=name in PLANTABLE).path)
    there = other_door(validate_ledger(outcome.ledger).result)
    assert there == plain_door(outcome.ledger)
    findings = {
        (f.rule, f.cell.sheet, f.cell.a1, f.reported, f.recomputed, f.difference, f.tolerance)
        for f in outcome.findings
        if f.verdict is Verdict.DISCREPANCY
    }
    assert findings == there


def test_judging_anew_gives_what_the_ledger_has() -> None:
    frame = ledger_frame(made_ledger(7))
    again = judged(frame)
    for column in ("recomputed", "difference", "tolerance", "verdict"):
        assert again[column].tolist() == frame[column].tolist()


def test_the_door_judges_figures_and_does_not_repeat_the_ledger() -> None:
    """A ledger whose verdicts were tampered with is found out."""
    ledger = made_ledger(1)
    silent = replace(ledger, verdict=np.zeros_like(ledger.verdict))
    with pytest.raises(DoorsDisagreeError, match="0 discrepancies in the ledger"):
        validate_ledger(silent)


def test_what_a_footnote_limits_is_no_failure() -> None:
    ledger = made_ledger(1)
    wrong = ledger.verdict == VERDICTS.index(Verdict.DISCREPANCY)
    limited = np.where(wrong, VERDICTS.index(Verdict.SCOPE), ledger.verdict).astype(np.int8)
    found = validate_ledger(replace(ledger, verdict=limited))
    assert found.failed == 0
    assert found.result["success"]


def test_a_result_names_its_cells_and_is_never_cut() -> None:
    ledger = made_ledger(3, n_checks=9 * 400)
    found = validate_ledger(ledger).result
    sums = next(one for one in found["results"] if one["expectation_config"]["type"].count("sums"))
    rows = sums["result"]["details"]["discrepancies"]
    assert len(rows) == sums["result"]["unexpected_count"] > 100
    assert sums["result"]["element_count"] == 400
    assert len(sums["result"]["partial_unexpected_list"]) == 20
    first = rows[0]
    sheet = first["sheet"].replace("'", "''")
    assert sums["result"]["partial_unexpected_list"][0] == f"'{sheet}'!{first['cell']}"
    assert [part["sign"] for part in first["parts"]] == [1.0, 1.0, 1.0]
    assert len(other_door(found)) == len(plain_door(ledger)) > 200


def test_an_empty_ledger_is_met() -> None:
    ledger = made_ledger(0, n_checks=0)
    found = validate_ledger(ledger)
    assert (found.expectations, found.failed, found.result["success"]) == (0, 0, True)


def test_a_crash_is_raised_and_not_called_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("in the judgement")

    monkeypatch.setattr("rules.verdicts.judge", broken)
    with pytest.raises(ExpectationCrashError, match="in the judgement"):
        validate_ledger(made_ledger(0))


def test_the_same_ledger_gives_the_same_bytes() -> None:
    subject = {"file": "budget.xlsx", "sha256": "0" * 64}
    first, second = (validate_ledger(made_ledger(2)).as_json(subject) for _ in range(2))
    assert first == second
    assert json.loads(first)["meta"]["crossfoot"] == subject
    assert "ge_load_time" not in first


def test_a_data_team_runs_the_suite_in_a_checkpoint_of_its_own() -> None:
    import great_expectations as gx

    ledger = made_ledger(5)
    frame = ledger_frame(ledger)
    context = gx.get_context(mode="ephemeral")
    batches = context.data_sources.add_pandas("own").add_dataframe_asset("book")
    definition = gx.ValidationDefinition(
        name="budget",
        data=batches.add_batch_definition_whole_dataframe("whole"),
        suite=context.suites.add(crossfoot_suite(frame)),
    )
    checkpoint = context.checkpoints.add(
        gx.Checkpoint(
            name="evening",
            validation_definitions=[context.validation_definitions.add(definition)],
            result_format={"result_format": "COMPLETE"},
        )
    )
    (result,) = checkpoint.run(batch_parameters={"dataframe": frame}).run_results.values()
    raise_for_crash(result)
    document = json.loads(str(result))
    assert other_door(document) == plain_door(ledger)
    validate_ledger(ledger)  # in between, another context is used
    assert checkpoint.run(batch_parameters={"dataframe": frame}).success is False


def test_a_rule_can_be_left_out_and_a_tolerance_set() -> None:
    frame = ledger_frame(made_ledger(5))
    suite = crossfoot_suite(frame[frame["rule"] == "FT101"], tolerance=5000.0, name="sums")
    assert suite.name == "sums"
    (expectation,) = suite.expectations
    assert expectation.configuration.kwargs["rule"] == "FT101"
    assert rule_info("FT101").page.startswith(str(expectation.notes))
    assert set(judged(frame, tolerance=5000.0)["verdict"]) <= {"exact", "rounding"}


def test_importing_it_leaves_the_process_as_it_was() -> None:
    """In a process of its own: the import happens once."""
    code = """
import logging, os, socket, sys, warnings
class Refused(socket.socket):
    def __init__(self, *args, **kwargs):
        raise RuntimeError("no network")
socket.socket = Refused
shown = warnings.showwarning
import rules.suite
assert "great_expectations" not in sys.modules and "pandas" not in sys.modules
from tests.rules.test_expectations import made_ledger
rules.suite.validate_ledger(made_ledger(0))
assert warnings.showwarning is shown
logging.captureWarnings(True)
assert warnings.showwarning is not shown
assert os.environ["GX_ANALYTICS_ENABLED"] == "false"
"""
    environment = {**os.environ, "GX_ANALYTICS_ENABLED": "true"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
