"""A folder of small workbooks, and workers that meet with accidents."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.fixtures.layouts import build

# What the child runs instead: some names of workbooks make it die, sleep or eat.
ACCIDENTS = """
import os, time
from audit.batch import worker
real = worker.run_job
def run_job(job, scratch):
    if "deadly" in job.name:
        os.kill(os.getpid(), 9)
    if "slow" in job.name:
        time.sleep(60)
    if "hungry" in job.name:
        def ask_for_too_much(*_): bytearray(1 << 40)
        from audit.batch import job as module
        module._checked = ask_for_too_much
    return real(job, scratch)
worker.run_job = run_job
worker.main()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """budgets/ with a wrong workbook, a right one below it, and one that is none."""
    place = tmp_path / "budgets"
    (place / "units").mkdir(parents=True)
    wrong = build("expense-and-revenue-positive", tmp_path, planted=True).path
    right = build("expense-and-revenue-positive", tmp_path, planted=False).path
    shutil.move(wrong, place / "wrong.xlsx")
    shutil.move(right, place / "units" / "right.xlsx")
    (place / "letter.xlsx").write_text("Dear reader", encoding="utf-8")
    (place / "~$wrong.xlsx").write_bytes(b"x")
    (place / "readme.txt").write_bytes(b"x")
    (place / ".hidden.xlsx").write_bytes(b"x")
    return place


@pytest.fixture
def accidents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audit.batch.worker._CHILD", ACCIDENTS)
