"""The measurement of accuracy, on a corpus of three small tables and scripts made for the test."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from benchmarks.accuracy.__main__ import main, record
from benchmarks.accuracy.figures import FIGURES, Run, as_markdown

RIGHT = "Item,2024,2025\nSalaries,1210,1345\nTravel,311,298\nRent,402,455\nTotal,1923,2098\n"
WRONG = RIGHT.replace("2098", "2089")

TO_PREDICTIONS = """
import json, pathlib, sys
target = pathlib.Path(sys.argv[2])
target.mkdir()
for path in pathlib.Path(sys.argv[1]).glob("*.json"):
    checks = json.loads(path.read_text())["checks"]
    told = [{"cell": c["cell"], "ok": c["verdict"] != "discrepancy"} for c in checks]
    (target / path.name).write_text(json.dumps(told))
"""
SCORE = """
import json, pathlib, sys
told = [json.loads(path.read_text()) for path in pathlib.Path(sys.argv[1]).glob("*.json")]
full = {"f1": sum(len(one) > 0 for one in told) / 4}
kinds = {k: full for k in ("sum", "average", "division", "relative_change", "overall")}
score = {"kinds": kinds, "relations": kinds, "file_level": {"share_both95": 0.5}}
pathlib.Path(sys.argv[3]).write_text(json.dumps(score))
"""
SCORE_ERRORS = """
import json, pathlib, sys
if "wild" in sys.argv:
    print("  error       supported  reported   10 of   10")
    print("  rounding    lone       reported    3 of    9")
else:
    rows = []
    for path in pathlib.Path(sys.argv[1]).glob("*.json"):
        bad = [one["cell"] for one in json.loads(path.read_text()) if not one["ok"]]
        rows.append({"exact": "C5" in bad, "located": 1, "blamed": 0, "false": len(bad) - 1})
    pathlib.Path(sys.argv[3]).write_text(json.dumps(rows))
"""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    root = tmp_path / "corpus"
    tables = root / "aggregations"
    (tables / "cases").mkdir(parents=True)
    (tables / "errors" / "injected").mkdir(parents=True)
    for name in ("first", "second"):
        (tables / "cases" / f"{name}.csv").write_text(RIGHT, "utf-8")
    (tables / "errors" / "injected" / "first__1.csv").write_text(WRONG, "utf-8")
    (tables / "ledger_to_predictions.py").write_text(TO_PREDICTIONS, "utf-8")
    (tables / "score.py").write_text(SCORE, "utf-8")
    (tables / "score_errors.py").write_text(SCORE_ERRORS, "utf-8")
    return root


def measure(corpus: Path, work: Path, *more: str) -> tuple[int, dict[str, float]]:
    told = work / "figures.json"
    work.mkdir(exist_ok=True)
    options = ["--work", str(work), "--jobs", "1", "--json", str(told), *more]
    code = main([str(corpus), *options])
    return code, json.loads(told.read_text("utf-8")) if told.exists() else {}


def test_the_figures_come_from_the_ledgers_of_the_tables(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, values = measure(corpus, tmp_path / "work", "--only", "tables,planted")
    assert code == 0
    assert values["sum.cells"] == 0.5  # two ledgers with checks, of which the script counts a half
    assert (values["wild.error"], values["wild.rounding"]) == (10, 3)
    assert (values["planted.exact"], values["planted.no_false"]) == (1, 1)
    printed = capsys.readouterr().out
    assert "| 10 | yes |" in printed
    assert "| 3 | no |" in printed
    assert "real workbooks covered | – | ≥ 93.0% | – | not measured |" in printed


def test_a_second_run_of_the_same_code_takes_the_ledgers_over(corpus: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    measure(corpus, work, "--only", "tables")
    first = {p: p.stat().st_mtime_ns for p in work.rglob("tables/*.json")}
    assert len(first) == 2
    (work / "figures.json").unlink()
    code, values = measure(corpus, work, "--only", "tables")
    assert code == 0
    assert values["cpu.all"] > 0
    assert {p: p.stat().st_mtime_ns for p in work.rglob("tables/*.json")} == first


def test_a_run_that_was_stopped_goes_on_where_it_was(corpus: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    measure(corpus, work, "--only", "tables")
    (costs,) = work.rglob("tables/costs.jsonl")
    lines = costs.read_text("utf-8").splitlines()
    costs.write_text(lines[0] + '\n["seco', "utf-8")
    (missing,) = work.rglob("tables/second.json")
    missing.unlink()
    (kept,) = work.rglob("tables/first.json")
    before = kept.stat().st_mtime_ns
    code, values = measure(corpus, work, "--only", "tables")
    assert (code, values["sum.cells"]) == (0, 0.5)
    assert (missing.exists(), kept.stat().st_mtime_ns) == (True, before)


@pytest.mark.parametrize(
    ("only", "said"),
    [("books", "workbooks is not there"), ("tabels", "there is no part tabels")],
)
def test_what_is_missing_is_said_in_one_sentence(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], only: str, said: str
) -> None:
    code, _ = measure(corpus, tmp_path / "work", "--only", only)
    told = capsys.readouterr()
    assert (code, told.out) == (2, "")
    assert said in told.err
    assert len(told.err.splitlines()) == 1


def test_a_script_that_fails_is_named_with_what_it_said(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (corpus / "aggregations" / "score.py").write_text("raise SystemExit('no truth')", "utf-8")
    code, _ = measure(corpus, tmp_path / "work", "--only", "tables")
    assert code == 2
    assert capsys.readouterr().err.splitlines()[-1] == "accuracy: score.py failed: no truth"


def test_a_goal_is_met_only_where_all_its_numbers_are_good() -> None:
    values = {"planted.exact": 0.90, "planted.located": 0.95, "planted.blamed": 0.7499}
    (row,) = (line for line in as_markdown(values).splitlines() if "exact" in line)
    assert row.endswith("| 90.0% / 95.0% / 75.0% | no |")
    assert "| ≤ 0 | 0 | yes |" in as_markdown({"wild.rounding": 0})
    values["planted.blamed"] = 0.75
    (row,) = (line for line in as_markdown(values).splitlines() if "exact" in line)
    assert row.endswith("| yes |")


def test_the_history_gains_one_line_of_all_figures(tmp_path: Path) -> None:
    history = tmp_path / "results.md"
    for day, share in ((1, 0.5), (2, 0.625)):
        record(history, Run(date(2026, 3, day), "0.1.0", "abc1234", {"files.both95": share}))
    table = [line for line in history.read_text("utf-8").splitlines() if line.startswith("|")]
    assert len(table) == 4
    assert {line.count("|") for line in table} == {len(FIGURES) + 4}
    assert table[2].startswith("| 2026-03-01 | 0.1.0 | abc1234 | – |")
    assert "| 62.5% |" in table[3]
