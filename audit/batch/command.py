"""``crossfoot batch``: settings, progress and what is said at the end."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from audit.batch.job import CLEAN as CLEAN_STATUS
from audit.batch.job import FINDINGS as FLAGGED
from audit.batch.job import Entry, FileLimits
from audit.batch.progress import BatchBar
from audit.batch.records import RESULTS, money, severities
from audit.batch.run import OVERVIEW, Batch, Crew, run_batch
from audit.batch.sources import is_address
from audit.settings import described, resolve_settings
from audit.terminal import CLEAN, FINDINGS, NOT_DONE, complain, print_text

_SHOWN = 10  # workbooks named on the terminal


def check_many(places: Sequence[str], out: Path, given: Mapping[str, Any]) -> int:
    """Run the batch that the command line asks for; the exit code."""
    names = {name for name, _, _ in described()}
    told = {name: value for name, value in given.items() if name in names}
    settings, settings_file = resolve_settings(_first_folder(places), told, given["config"])
    limits = FileLimits(given["file_seconds"], given["file_memory_mb"])
    bars: list[BatchBar] = []

    def begun(total: int) -> None:
        bars.append(BatchBar(sys.stderr, total, is_shown=False if given["quiet"] else None))
        bars[0](0)

    def one_more(done: int, entry: Entry) -> None:
        if given["verbose"]:
            bars[0].clear()
            why = f": {entry['error']}" if entry.get("error") else ""
            complain(f"{entry['file']}: {entry['status']}{why}")
        bars[0](done, entry["file"])

    try:
        batch = run_batch(
            places,
            out,
            settings,
            crew=Crew(given["processes"], given["scheduler"], limits),
            settings_file=settings_file,
            password=given["password"],
            fresh=given["fresh"],
            begun=begun,
            told=one_more,
        )
    finally:
        for bar in bars:
            bar.clear()
    if not given["quiet"]:
        print_text(_summary(batch))
    if batch.not_done:
        return NOT_DONE
    return FINDINGS if batch.is_flagged else CLEAN


def _first_folder(places: Sequence[str]) -> Path:
    """Where the settings file is looked for."""
    local = next((Path(place) for place in places if not is_address(place)), Path())
    while not local.is_dir():
        local = local.parent
    return local


def _summary(batch: Batch) -> str:
    entries = batch.entries
    clean = sum(entry["status"] == CLEAN_STATUS for entry in entries)
    flagged = [entry for entry in entries if entry["status"] == FLAGGED]
    lines = [
        f"{_counted(len(entries), 'workbook')}: {clean} without findings, {len(flagged)} with, "
        f"{len(batch.not_done)} not checked to the end; {batch.unchanged} unchanged since last time"
    ]
    if flagged:
        lines += ["", "The most serious:"]
        for entry in flagged[:_SHOWN]:
            count = severities(entry)
            lines.append(
                f"  {entry['file']}: {_counted(count['error'], 'error')}, "
                f"{_counted(count['warning'], 'warning')}, {money(entry):,.0f} in question"
            )
    if batch.not_done:
        lines += ["", "Not checked to the end:"]
        lines += [f"  {entry['file']}: {entry['error']}" for entry in batch.not_done[:_SHOWN]]
        if len(batch.not_done) > _SHOWN:
            lines.append(f"  and {len(batch.not_done) - _SHOWN} more")
    lines += ["", f"Overview: {batch.out / OVERVIEW}", f"Results:  {batch.out / RESULTS}"]
    return "\n".join(lines)


def _counted(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"
