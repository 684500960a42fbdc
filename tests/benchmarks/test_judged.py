"""Verdicts on findings: intervals, tables by rule and by confidence, and the sample they are on."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from openpyxl import Workbook

from benchmarks.accuracy.judged import calibration_table, precision_table, wilson
from benchmarks.accuracy.sample import main

LINES: list[tuple[str | int, ...]] = [
    ("Item", "2024", "2025"),
    ("Salaries", 1210, 1345),
    ("Travel", 311, 298),
]
LINES += [("Rent", 402, 455), ("Goods", 77, 91), ("Total", 2000, 2198)]


def book(folder: Path, name: str, total: int) -> None:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "Budget"
    for row, line in enumerate([*LINES[:-1], ("Total", 2000, total)], 1):
        for column, content in enumerate(line, 1):
            sheet.cell(row, column, content)
    made.save(folder / name)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus" / "workbooks"
    folder.mkdir(parents=True)
    book(folder, "clean.xlsx", 2189)
    book(folder, "wrong.xlsx", 2198)
    return folder.parent


def sampled(corpus: Path, out: Path, n: int = 10) -> list[dict[str, object]]:
    options = ["--work", str(out.parent / "work"), "--jobs", "1", "--out", str(out)]
    assert main([str(corpus), "--seed", "3", "--n", str(n), *options]) == 0
    return [json.loads(line) for line in out.read_text("utf-8").splitlines()]


def test_the_sample_shows_each_finding_in_its_sheet(corpus: Path, tmp_path: Path) -> None:
    (line,) = sampled(corpus, tmp_path / "sample.jsonl")
    assert (line["workbook"], line["cell"], line["verdict"]) == ("wrong.xlsx", "C6", "")
    assert line["surroundings"] == [
        " | A | B | C",
        "1 | Item | 2024 | 2025",
        "2 | Salaries | 1210 | +1345",
        "3 | Travel | 311 | +298",
        "4 | Rent | 402 | +455",
        "5 | Goods | 77 | +91",
        "6 | Total | 2000 | »2198«",
    ]


def test_the_same_seed_draws_the_same_lines(corpus: Path, tmp_path: Path) -> None:
    for k in range(6):
        book(corpus / "workbooks", f"also wrong {k}.xlsx", 2198)
    first = sampled(corpus, tmp_path / "first.jsonl", n=3)
    assert len(first) == 3
    for again in ("second", "third"):
        assert sampled(corpus, tmp_path / f"{again}.jsonl", n=3) == first


def test_verdicts_are_summed_up_and_a_slip_in_one_is_named(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "sample.jsonl"
    sampled(corpus, out)
    text = out.read_text("utf-8")
    assert main(["--judged", str(out)]) == 2
    assert "has no verdicts" in capsys.readouterr().err
    out.write_text(text.replace('"verdict": ""', '"verdict": "rihgt"'), "utf-8")
    assert main(["--judged", str(out)]) == 2
    assert "line 1: 'rihgt' is no verdict" in capsys.readouterr().err
    out.write_text(text.replace('"verdict": ""', '"verdict": "right"'), "utf-8")
    assert main(["--judged", str(out)]) == 0
    assert "| FT101 | 1 | 1 | 0 | 0 | 100% | 21% – 100% |" in capsys.readouterr().out


def test_shares_leave_the_unclear_out() -> None:
    verdicts = ["right"] * 17 + ["wrong"] * 3 + ["unclear", ""]
    findings = [{"rule": "FT101", "verdict": verdict} for verdict in verdicts]
    rows = precision_table(findings, "rule").splitlines()
    assert rows[2:] == [
        "| FT101 | 21 | 17 | 3 | 1 | 85% | 64% – 95% |",
        "| all | 21 | 17 | 3 | 1 | 85% | 64% – 95% |",
    ]


@pytest.mark.parametrize(
    ("right", "n", "low", "high"), [(0, 0, 0, 1), (0, 10, 0, 0.2775), (150, 150, 0.9750, 1)]
)
def test_the_interval_stays_within_what_a_share_can_be(
    right: int, n: int, low: float, high: float
) -> None:
    assert wilson(right, n) == pytest.approx((low, high), abs=5e-5)


def test_calibration_counts_by_weight_and_the_edges_belong_above() -> None:
    told = np.array([0.85, 0.90, 0.849, 1.0])
    right = np.array([1.0, 0.0, 1.0, 1.0])
    rows = calibration_table(told, right, np.array([1.0, 3.0, 1.0, 1.0])).splitlines()
    assert rows[2].startswith("| 0.70 – 0.85 | 1 | 1.0 | 0.85 | 100% |")
    assert rows[3].startswith("| 0.85 – 0.95 | 2 | 4.0 | 0.89 | 25% |")
    assert rows[4].startswith("| 0.95 – 1.00 | 1 | 1.0 | 1.00 | 100% |")
