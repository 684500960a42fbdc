"""The order of work of a batch: find, skip what is unchanged, check the rest, write overviews."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from audit import VERSION
from audit.batch.crews import Done, on_a_cluster, on_this_machine
from audit.batch.job import DONE, FINDINGS, Entry, FileLimits, Job
from audit.batch.records import (
    RESULTS,
    as_line,
    earlier_entries,
    is_still_valid,
    journal,
    money,
    ranked,
    severities,
)
from audit.batch.sources import Source, find_sources
from audit.errors import OutputError
from audit.outputs import REPORT_SUFFIX, as_output_error, keep_aside, written_whole
from audit.settings import Settings
from reports.scratch import scratch_in, sweep

REPORTS = "reports"
OVERVIEW = "overview.xlsx"
_LOCK = ".crossfoot-batch.lock"

Told = Callable[[int, Entry], None]  # how many are done, and the last one


@dataclass(frozen=True, slots=True)
class Crew:
    """Who does the work, and what one workbook may take."""

    processes: int | None = None  # ``None``: one for each core
    scheduler: str | None = None  # of a Dask cluster
    limits: FileLimits = field(default_factory=FileLimits)


@dataclass(frozen=True, slots=True)
class Batch:
    """A finished batch: one entry for each workbook, ranked, and how many were not done again."""

    out: Path
    entries: tuple[Entry, ...]
    unchanged: int

    @property
    def is_flagged(self) -> bool:
        """Whether any workbook has findings at or above the threshold."""
        return any(entry["status"] == FINDINGS for entry in self.entries)

    @property
    def not_done(self) -> tuple[Entry, ...]:
        """The workbooks that could not be checked to the end."""
        return tuple(entry for entry in self.entries if entry["status"] not in DONE)


def run_batch(
    places: Sequence[str],
    out: Path,
    settings: Settings,
    *,
    crew: Crew | None = None,
    settings_file: Path | None = None,
    password: str | None = None,
    fresh: bool = False,
    begun: Callable[[int], None] | None = None,
    told: Told | None = None,
) -> Batch:
    """Check every workbook at ``places``; reports and overviews go to the folder ``out``.

    A workbook that has not changed since an earlier run with the same settings is not checked
    again, unless ``fresh``. ``begun`` is called with the number to check, ``told`` after each.
    Raises ``InputError`` when there is nothing to check, ``OutputError`` when ``out`` cannot be
    used, ``AuditError`` for the cluster; what becomes of one workbook is never raised.
    """
    crew = crew or Crew()
    with _own(out):
        sources = find_sources(places, out)
        key = _settings_key(settings)
        earlier = {} if fresh else earlier_entries(out)
        reports = _report_names(sources)
        kept: dict[str, Entry] = {}
        jobs: list[Job] = []
        by_name = {source.name: source for source in sources}
        for source in sorted(sources, key=lambda one: -one.size):  # the longest work first
            entry = earlier.get(source.name)
            wanted = reports[source.name] if settings.report else None
            valid = is_still_valid(entry, source.mark, key, out)
            if valid and entry is not None and entry.get("report") in (None, wanted):
                kept[source.name] = entry
                continue
            report = str((out / wanted).absolute()) if wanted else None
            file = str(settings_file) if settings_file else None
            jobs.append(
                Job(source.name, source.place, settings, report, file, password, source.modified)
            )
        if begun:
            begun(len(jobs))
        entries = dict(kept)
        with as_output_error(out), journal(out, kept.values()) as lines, scratch_in(out) as scratch:
            for count, (job, answer, content) in enumerate(_done(jobs, crew, scratch), 1):
                source = by_name[job.name]
                whole = _complete(answer, source, key, job, content, reports[source.name], out)
                entries[source.name] = whole
                lines.write(as_line(whole))
                lines.flush()
                if told:
                    told(count, whole)
        for folder in {Path(job.report).parent for job in jobs if job.report}:
            sweep(folder)  # of processes that a workbook killed
        batch = Batch(out, tuple(ranked(entries.values())), len(kept))
        with as_output_error(out):
            _write_overviews(batch, settings)
    return batch


def _done(jobs: Sequence[Job], crew: Crew, scratch: Path) -> Iterator[Done]:
    if not jobs:
        return iter(())
    if crew.scheduler is not None:
        return on_a_cluster(jobs, crew.limits, crew.scheduler)
    count = crew.processes if crew.processes is not None else _cores()
    return on_this_machine(jobs, crew.limits, count, scratch)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _complete(
    entry: Entry, source: Source, key: str, job: Job, report: bytes | None, wanted: str, out: Path
) -> Entry:
    """The entry with what only the parent knows; a report that was sent is written."""
    whole = entry | {"mark": source.mark, "settings": key, "size": source.size}
    if report is not None:
        path = out / wanted
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as draft:
            draft.write_bytes(report)
            keep_aside(path)
    if job.settings.report and "result" in entry:
        whole["report"] = wanted
    return whole


def _report_names(sources: Sequence[Source]) -> dict[str, str]:
    """Where each report goes, below ``out``: budget.xlsx gives reports/budget.crossfoot.xlsx.

    Where budget.xls lies beside budget.xlsx, both keep their endings.
    """
    short = {source.name: PurePosixPath(REPORTS) / _safe(source.name) for source in sources}
    stems = Counter(str(path.with_suffix("")).casefold() for path in short.values())
    names = {}
    for name, path in short.items():
        is_alone = stems[str(path.with_suffix("")).casefold()] == 1
        base = path.stem if is_alone else path.name
        names[name] = str(path.with_name(base + REPORT_SUFFIX))
    return names


def _safe(name: str) -> str:
    """A name from anywhere as a relative path here."""
    parts = [part for part in name.split("/") if part not in ("", ".", "..")]
    return "/".join(
        "".join("_" if c in '<>:"|?*\\' or ord(c) < 32 else c for c in p) for p in parts
    )


def _settings_key(settings: Settings) -> str:
    """Another one when a workbook could come out otherwise: version, rules, settings."""
    from audit.pipeline import rule_set_sha256

    text = f"{VERSION} {rule_set_sha256()} {settings!r}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def usual_language(batch: Batch, settings: Settings) -> str:
    """The language of a batch: the one asked for, else that of most of its workbooks."""
    languages = Counter(
        entry["result"]["workbook"]["language"] for entry in batch.entries if "result" in entry
    )
    usual = min(languages, key=lambda one: (-languages[one], one)) if languages else "en"
    return settings.lang or usual


def _write_overviews(batch: Batch, settings: Settings) -> None:
    from reports.overview_book import write_overview
    from reports.words import Words

    with written_whole(batch.out / RESULTS) as draft:
        draft.write_text("".join(map(as_line, batch.entries)), encoding="utf-8", newline="\n")
    words = Words(usual_language(batch, settings))
    with written_whole(batch.out / OVERVIEW) as draft:
        write_overview(
            [(entry, severities(entry), money(entry)) for entry in batch.entries],
            draft,
            words,
            VERSION,
            tuple(settings.evidence()),
        )


@contextmanager
def _own(out: Path) -> Iterator[None]:
    """Have ``out`` for this run alone. Raises ``OutputError``."""
    path = out / _LOCK
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = path.open("wb")
    except FileExistsError as error:
        raise OutputError(f"{out} is a file; name a folder with -o.") from error
    except OSError as error:
        raise OutputError(
            f"{out} cannot be written to ({error.strerror}); name another folder with -o."
        ) from error
    with lock:
        try:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not path.exists() or not os.path.samestat(path.stat(), os.fstat(lock.fileno())):
                raise BlockingIOError  # another run ended just now and took its lock away
        except ImportError:  # Windows: nothing tells
            pass
        except OSError as error:
            raise OutputError(
                f"another batch is writing to {out}; wait for it, or name another folder with -o."
            ) from error
        try:
            yield
        finally:
            path.unlink(missing_ok=True)
