"""The JSON keeps its contract."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

import reports
from reports.as_json import as_json
from reports.words import Words
from tests.reports.made_up import SHEET, make_audit, make_large

jsonschema = pytest.importorskip("jsonschema")
SCHEMA = json.loads((Path(reports.__file__).parent / "crossfoot-1.schema.json").read_text("utf-8"))


def test_json_fits_its_schema_and_the_outcome() -> None:
    outcome, _ = make_audit(crashed=True)
    printed = as_json(outcome, Words("en"), ledger=True)
    data = json.loads(printed)
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.Draft202012Validator(SCHEMA).validate(data)
    assert data["summary"] == {
        "checks": 49,
        "exact": 41,
        "rounding": 3,
        "unlikely_rounding": 0,
        "discrepancy": 5,
        "scope": 0,
        "not_checked": 5,
        "findings": 5,
        "notes": 1,
        "root_causes": 2,
        "settled": 0,
        "figures": outcome.figures,
        "figures_proved": outcome.figures_proved,
    }
    assert data["crashes"] == [{"rule": "XF301"}]
    assert json.dumps(data, sort_keys=True) == json.dumps(data)
    finding = next(f for f in data["findings"] if f["cell"] == "C13")
    assert finding["message"] == (
        "The net is given as −1,398,674, but revenue and expense give −1,381,373: "
        "a difference of −17,301."
    )
    assert finding["parts"] == [{"cell": "C11", "sign": 1}, {"cell": "C12", "sign": 1}]


def test_checks_are_those_of_the_ledger() -> None:
    outcome, _ = make_audit()
    data = json.loads(as_json(outcome, Words("fi"), ledger=True))
    for index, written in enumerate(data["checks"]):
        check = outcome.ledger.check(index)
        assert written == {
            "rule": check.rule,
            "operation": check.operation,
            "sheet": check.cell.sheet,
            "cell": check.cell.a1,
            "parts": [
                {"cell": p.cell.seen_from(check.cell.sheet), "sign": p.factor} for p in check.parts
            ],
            "reported": check.reported,
            "recomputed": check.recomputed,
            "difference": check.difference,
            "tolerance": check.tolerance,
            "verdict": check.verdict,
            "basis": check.basis,
            "confidence": check.confidence,
        }


def test_whole_numbers_have_no_point_and_checks_come_when_asked() -> None:
    outcome, _ = make_audit()
    printed = as_json(outcome, Words("en"), ledger=False)
    assert '"reported": -1398674,' in printed
    assert "checks" not in json.loads(printed)


def test_a_part_on_another_sheet_is_named_and_text_is_escaped() -> None:
    outcome, _ = make_audit()
    ledger = outcome.ledger
    sheet = np.where(np.arange(len(ledger.figures)) == ledger.part[0], 0, 1).astype(np.int32)
    figures = dataclasses.replace(ledger.figures, sheets=('It\'s "5"', SHEET), sheet=sheet)
    outcome = dataclasses.replace(outcome, ledger=dataclasses.replace(ledger, figures=figures))
    first = json.loads(as_json(outcome, Words("en"), ledger=True))["checks"][0]
    assert [part["cell"] for part in first["parts"]] == ["'It''s \"5\"'!B6", "B7"]


def test_a_large_ledger_is_written() -> None:
    outcome, _ = make_large(900, 10)
    assert len(json.loads(as_json(outcome, Words("en"), ledger=True))["checks"]) == len(
        outcome.ledger
    )
