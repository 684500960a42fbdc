"""Auditing many files into a folder, so that a run that was stopped goes on where it was."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parent.parent.parent
ROOMS = ("workbooks", "rules", "reports")  # what an audit and its JSON are made of
_COSTS = "costs.jsonl"


def code_mark() -> str:
    """Twelve characters that change with the code that audits: results of other code are not
    taken over."""
    digest = hashlib.sha256()
    for room in ROOMS:
        for path in sorted((PROJECT / room).rglob("*")):
            if path.suffix in (".py", ".json", ".yaml", ".csv"):
                digest.update(str(path.relative_to(PROJECT)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def folder_mark(folder: Path) -> str:
    """Twelve characters that change with the files below a folder: their names, sizes, times."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        told = path.stat()
        digest.update(f"{path.relative_to(folder)}|{told.st_size}|{told.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Job:
    """One file to audit and where its ledger goes."""

    path: Path
    target: Path


@dataclass(frozen=True, slots=True)
class Done:
    """What one audit cost, in processor seconds without start-up; ``fault`` when it failed."""

    name: str
    seconds: float
    fault: str = ""


def audit_into(
    folder: Path, files: Sequence[Path], *, keep_suffix: bool, jobs: int = 1
) -> list[Done]:
    """The ledgers of ``files`` as JSON in ``folder``, those that are there already left alone.

    A ledger is called ``NAME.json``, with the suffix of the file in NAME when ``keep_suffix``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    costs = folder / _COSTS
    known = {one.name: one for one in _read(costs)}
    wanted = [p.name if keep_suffix else p.stem for p in files]
    todo = [
        Job(path, folder / f"{name}.json")
        for path, name in zip(files, wanted, strict=True)
        if name not in known
    ]
    started = time.monotonic()
    with costs.open("a", encoding="utf-8") as log:
        log.write("\n" if todo and known else "")  # a line may have been cut off
        for count, done in enumerate(_audited(todo, jobs), 1):
            known[done.name] = done
            log.write(json.dumps([done.name, done.seconds, done.fault]) + "\n")
            log.flush()
            _tell(f"{folder.name}: {count} of {len(todo)}", started, last=count == len(todo))
    return [known[name] for name in wanted]


def evidence_of(ledger: Path) -> Path:
    """Beside a ledger: a list with the signals of each finding, null where it has none."""
    return ledger.with_name(f"{ledger.name}.evidence")


def _read(costs: Path) -> list[Done]:
    if not costs.exists():
        return []
    found = []
    for line in costs.read_text("utf-8").split("\n"):
        try:
            found.append(Done(*json.loads(line)))
        except ValueError:  # cut off when the run was stopped
            continue
    return found


def _audited(todo: Sequence[Job], jobs: int) -> Iterator[Done]:
    if jobs <= 1:
        return map(_audit, todo)
    pool = ProcessPoolExecutor(jobs)
    return (one.result() for one in [pool.submit(_audit, job) for job in todo])


def _audit(job: Job) -> Done:
    from reports.as_json import as_json
    from reports.words import Words
    from rules.confidence import signals
    from rules.runner import audit
    from workbooks.errors import InputError
    from workbooks.reader import read_workbook

    name = job.target.name.removesuffix(".json")
    started = time.process_time()
    try:
        outcome = audit(read_workbook(job.path))
        text = as_json(outcome, Words("en"), ledger=True)
    except InputError as fault:
        return Done(name, time.process_time() - started, str(fault))
    seconds = time.process_time() - started
    job.target.write_text(text, "utf-8")
    told = signals(outcome.ledger, outcome.findings, outcome.root_causes)
    evidence = [told[k].tolist() if k in told else None for k in range(len(outcome.findings))]
    evidence_of(job.target).write_text(json.dumps(evidence), "utf-8")
    return Done(name, round(seconds, 3))


def _tell(text: str, started: float, *, last: bool) -> None:
    """Progress on standard error, on one line where that is a terminal."""
    seconds = time.monotonic() - started
    if sys.stderr.isatty():
        print(f"\r{text}, {seconds:.0f} s ", end="\n" if last else "", file=sys.stderr, flush=True)
    elif last:
        print(f"{text}, {seconds:.0f} s", file=sys.stderr, flush=True)
