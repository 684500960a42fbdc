"""``results.jsonl``: one line per workbook, kept while the batch works, ranked at its end."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from audit.batch.job import CLEAN, DONE, FINDINGS, REFUSED, Entry

RESULTS = "results.jsonl"
_LASTING = (CLEAN, FINDINGS, REFUSED)  # the same file would come out the same again


def earlier_entries(out: Path) -> dict[str, Entry]:
    """What an earlier run, ended or not, noted in ``out``: the last line of each workbook.

    A line that was cut short when the run was killed does not count.
    """
    entries: dict[str, Entry] = {}
    try:
        text = (out / RESULTS).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    for line in text.splitlines():
        with suppress(ValueError):
            entry = json.loads(line)
            if isinstance(entry, dict) and isinstance(entry.get("file"), str):
                entries[entry["file"]] = entry
    return entries


def is_still_valid(entry: Entry | None, mark: str, settings_key: str, out: Path) -> bool:
    """Whether a workbook with this mark need not be checked again."""
    if entry is None or not mark or entry.get("mark") != mark:
        return False
    if entry.get("settings") != settings_key or entry.get("status") not in _LASTING:
        return False
    report = entry.get("report")
    return report is None or (out / str(report)).is_file()


@contextmanager
def journal(out: Path, kept: Iterable[Entry]) -> Iterator[IO[str]]:
    """Begin ``results.jsonl`` anew with the entries that stay valid; further ones are added."""
    from audit.outputs import written_whole

    with written_whole(out / RESULTS) as draft:
        draft.write_text("".join(map(as_line, kept)), encoding="utf-8", newline="\n")
    with (out / RESULTS).open("a", encoding="utf-8", newline="\n") as file:
        yield file


def as_line(entry: Mapping[str, object]) -> str:
    """One entry as it stands in the file."""
    return json.dumps(entry, ensure_ascii=True, sort_keys=True) + "\n"


def ranked(entries: Iterable[Entry]) -> list[Entry]:
    """The most serious first: by errors, by warnings, by money; at the end what was not checked."""
    return sorted(entries, key=_rank)


def _rank(entry: Entry) -> tuple[bool, bool, bool, float, int, str]:
    count = severities(entry)
    return (
        entry["status"] not in DONE and "result" not in entry,
        count["error"] == 0,
        count["warning"] == 0,
        -money(entry),
        -count["error"] - count["warning"],
        entry["file"],
    )


def severities(entry: Entry) -> dict[str, int]:
    """How many findings there are of each severity."""
    count = {"error": 0, "warning": 0, "note": 0}
    for finding in entry.get("result", {}).get("findings", ()):
        count[finding["severity"]] += 1
    return count


def money(entry: Entry) -> float:
    """The money in question: the sum over the root causes, each without its sign."""
    causes = entry.get("result", {}).get("root_causes", ())
    return float(sum(abs(cause["amount"] or 0.0) for cause in causes))
