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
from audit.batch.run import OVERVIEW, Batch, Crew, run_batch, usual_language
from audit.batch.sources import is_address
from audit.settings import described, resolve_settings
from audit.terminal import CLEAN, FINDINGS, NOT_DONE, complain, print_text, speak, spoken
from reports.phrases import told
from reports.words import Words

_SHOWN = 10  # workbooks named on the terminal


def check_many(places: Sequence[str], out: Path, given: Mapping[str, Any]) -> int:
    """Run the batch that the command line asks for; the exit code."""
    names = {name for name, _, _ in described()}
    wanted = {name: value for name, value in given.items() if name in names}
    settings, settings_file = resolve_settings(_first_folder(places), wanted, given["config"])
    speak(settings.lang)
    limits = FileLimits(given["file_seconds"], given["file_memory_mb"])
    bars: list[BatchBar] = []

    def begun(total: int) -> None:
        shown = False if given["quiet"] else None
        bars.append(BatchBar(sys.stderr, total, is_shown=shown, language=spoken()))
        bars[0](0)

    def one_more(done: int, entry: Entry) -> None:
        if given["verbose"]:
            bars[0].clear()
            status = Words(spoken()).say(f"overview.is_{entry['status']}")
            has_why = bool(entry.get("error"))
            complain(_with_why(entry, spoken()) if has_why else f"{entry['file']}: {status}")
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
        print_text(_summary(batch, Words(usual_language(batch, settings))))
    if batch.not_done:
        return NOT_DONE
    return FINDINGS if batch.is_flagged else CLEAN


def _first_folder(places: Sequence[str]) -> Path:
    """Where the settings file is looked for."""
    local = next((Path(place) for place in places if not is_address(place)), Path())
    while not local.is_dir():
        local = local.parent
    return local


def _summary(batch: Batch, words: Words) -> str:
    entries = batch.entries
    flagged = [entry for entry in entries if entry["status"] == FLAGGED]
    counts = {
        "clean": sum(entry["status"] == CLEAN_STATUS for entry in entries),
        "flagged": len(flagged),
        "open": len(batch.not_done),
        "unchanged": batch.unchanged,
    }
    lines = [words.say("batch.workbooks", count=len(entries), **counts)]
    if flagged:
        lines += ["", words.say("batch.worst")]
        for entry in flagged[:_SHOWN]:
            count = severities(entry)
            said = [words.say(f"count.{name}s", count=count[name]) for name in ("error", "warning")]
            said.append(words.say("batch.money", money=words.number(money(entry), 0)))
            lines.append(f"  {entry['file']}: {', '.join(said)}")
    if batch.not_done:
        lines += ["", words.say("batch.open")]
        for entry in batch.not_done[:_SHOWN]:
            lines.append(f"  {_with_why(entry, words.language)}")
        if len(batch.not_done) > _SHOWN:
            lines.append(f"  {words.say('terminal.more', count=len(batch.not_done) - _SHOWN)}")
    lines += ["", words.say("batch.overview", path=batch.out / OVERVIEW)]
    lines += [words.say("batch.results", path=batch.out / RESULTS)]
    return "\n".join(lines)


def _with_why(entry: Entry, language: str) -> str:
    """The workbook and why it was not checked; the sentence may begin with its name already."""
    name, why = str(entry["file"]), told(str(entry["error"]), language)
    last = name.rpartition("/")[2]
    begins = why.startswith(f"{last} ")
    return name + why.removeprefix(last) if begins else f"{name}: {why}"
