"""One workbook of a batch, checked from start to end: the map that every kind of worker runs."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from audit.errors import REFUSALS
from audit.settings import Settings

Entry = dict[str, Any]  # one line of results.jsonl, as docs/batch.md describes it

CLEAN, FINDINGS = "clean", "findings"
REFUSED, LIMIT, KILLED, FAULT = "refused", "limit", "killed", "fault"
DONE = (CLEAN, FINDINGS)


@dataclass(frozen=True, slots=True)
class FileLimits:
    """What one workbook may take."""

    seconds: int = 600  # by the clock
    memory_mb: int = 4096


@dataclass(frozen=True, slots=True)
class Job:
    """One workbook to check, complete: it can be sent to another process or machine."""

    name: str
    place: str  # path or address
    settings: Settings
    report: str | None  # where the report goes; ``None``: its bytes are the answer's second part
    settings_file: str | None = None
    password: str | None = None
    modified: float | None = None
    content: bytes | None = None  # of a workbook that the worker may not reach

    def __repr__(self) -> str:  # no password, no content in any log
        return f"Job({self.name!r})"


def run_job(job: Job, scratch: Path) -> tuple[Entry, bytes | None]:
    """Check one workbook; whatever comes of it is told in the entry.

    ``scratch`` is an empty folder for the copy of what was fetched and for a report to send.
    """
    started, used = time.perf_counter(), _processor_seconds()
    report: Path | None = None
    entry: Entry = {"file": job.name}
    sent: bytes | None = None
    try:
        path = _at_hand(job, scratch)
        if job.settings.report:
            report = Path(job.report) if job.report else scratch / "report.xlsx"
            report.parent.mkdir(parents=True, exist_ok=True)
        entry |= _checked(job, path, report)
        if report is not None and job.report is None:
            sent = report.read_bytes()
    except REFUSALS as error:
        entry |= {"status": REFUSED, "error": str(error)}
    except MemoryError:
        entry |= {"status": LIMIT, "error": "needs more memory than a workbook may take"}
    except RecursionError:
        entry |= {"status": REFUSED, "error": "is nested too deeply to be followed"}
    except Exception as error:
        entry |= {"status": FAULT, "error": f"a fault of the program ({type(error).__name__})"}
    entry["seconds"] = round(time.perf_counter() - started, 3)
    entry["cpu_seconds"] = round(_processor_seconds() - used, 3)
    return entry, sent


def _checked(job: Job, path: Path, report: Path | None) -> Entry:
    from audit.pipeline import check_workbook, words_of
    from reports.as_json import as_json

    run = check_workbook(
        path,
        job.settings,
        output=report if report is not None else path.with_suffix(".crossfoot.xlsx"),
        settings_file=Path(job.settings_file) if job.settings_file else None,
        password=job.password,
    )
    document = json.loads(as_json(run.outcome, words_of(run.outcome, job.settings), ledger=False))
    entry: Entry = {
        "status": FINDINGS if run.is_flagged else CLEAN,
        "cells": run.outcome.cells,
        "result": document,
    }
    if run.outcome.crashes:
        rules = ", ".join(crash.rule for crash in run.outcome.crashes)
        entry |= {"status": FAULT, "error": f"a fault of the program in rule {rules}"}
    return entry


def _at_hand(job: Job, scratch: Path) -> Path:
    """The workbook as a file: itself, or a copy in ``scratch`` with its own name and time."""
    from audit.batch.sources import is_address, read_remote

    if job.content is None and not is_address(job.place):
        return Path(job.place)
    content = job.content if job.content is not None else read_remote(job.place)
    path = scratch / PurePosixPath(job.name).name
    path.write_bytes(content)
    moment = job.modified if job.modified is not None else 0.0
    os.utime(path, (moment, moment))
    return path


def _processor_seconds() -> float:
    """Of this process and of the children that read old formats."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
