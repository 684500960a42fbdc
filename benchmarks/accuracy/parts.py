"""The four parts of the measurement: annotated tables, planted errors, real workbooks, and errors
planted in those. Each audits into its own folder and returns figures by key."""

from __future__ import annotations

import json
import re
import shutil
import statistics
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.accuracy.audits import Done, audit_into
from benchmarks.accuracy.corpus import Corpus, CorpusError, run_script
from benchmarks.accuracy.figures import Values

CLEAN_BOOKS = ("lu-state-budget", "us-tulsa")  # how the names of two checked workbooks begin
SEEDS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Setting:
    """Where ledgers go, how many processes work, and whether only a part is measured."""

    work: Path
    jobs: int = 1
    quick: bool = False


def tables(corpus: Corpus, setting: Setting) -> Values:
    """Annotated tables: F1 by kind, whole files, real errors among them, processor time."""
    folder = setting.work / "tables"
    done = audit_into(folder, corpus.tables, keep_suffix=False, jobs=setting.jobs)
    predictions = _predictions(corpus, folder)
    told = folder / "score" / "score.json"
    told.parent.mkdir(exist_ok=True)
    run_script(corpus.script("score.py"), predictions, "--json", told)
    score = json.loads(told.read_text("utf-8"))
    values: Values = {}
    for kind in ("sum", "average", "division", "relative_change", "overall"):
        values[f"{kind}.cells"] = score["kinds"][kind]["f1"]
        values[f"{kind}.relations"] = score["relations"][kind]["f1"]
    values["files.both95"] = score["file_level"]["share_both95"]
    wild = run_script(corpus.script("score_errors.py"), predictions, "--set", "wild")
    return values | wild_figures(wild) | _costs(done)


def wild_figures(printed: str) -> Values:
    """Real errors with sibling lines that were reported, and differences of rounding that were.

    >>> wild_figures("  error  supported  reported  9 of 10\\n  rounding  lone  reported 1 of 4")
    {'wild.error': 9.0, 'wild.rounding': 1.0}
    """
    lines = re.findall(r"(\w+)\s+(supported|lone)\s+reported\s+(\d+) of", printed)
    found = sum(int(n) for verdict, kind, n in lines if (verdict, kind) == ("error", "supported"))
    rounding = sum(int(n) for verdict, _, n in lines if verdict == "rounding")
    return {"wild.error": float(found), "wild.rounding": float(rounding)}


def _costs(done: list[Done]) -> Values:
    seconds = [one.seconds for one in done]
    return {"cpu.median": statistics.median(seconds), "cpu.all": sum(seconds)}


def planted(corpus: Corpus, setting: Setting) -> Values:
    """Tables with one planted error each: reported exactly, located, blamed, and nothing else."""
    folder = setting.work / "planted"
    audit_into(folder, corpus.planted, keep_suffix=False, jobs=setting.jobs)
    told = folder / "score" / "errors.json"
    told.parent.mkdir(exist_ok=True)
    run_script(corpus.script("score_errors.py"), _predictions(corpus, folder), "--json", told)
    return planted_figures(json.loads(told.read_text("utf-8")))


def planted_figures(rows: list[dict[str, float]]) -> Values:
    """Shares over all tables.

    >>> row = {"exact": 1, "located": 1, "blamed": 0, "false": 2}
    >>> planted_figures([row, row | {"false": 0}])["planted.no_false"]
    0.5
    """
    n = max(len(rows), 1)
    values = {f"planted.{k}": sum(r[k] for r in rows) / n for k in ("exact", "located", "blamed")}
    return values | {"planted.no_false": sum(r["false"] == 0 for r in rows) / n}


def _predictions(corpus: Corpus, folder: Path) -> Path:
    """The ledgers of a folder in the form that the scoring scripts read."""
    target = folder / "predictions"
    shutil.rmtree(target, ignore_errors=True)
    run_script(corpus.script("ledger_to_predictions.py"), folder, target)
    return target


def books(corpus: Corpus, setting: Setting) -> Values:
    """Real workbooks: known relations covered, known errors found, findings where none is known."""
    files = corpus.books
    if setting.quick:
        known = _known_files(corpus.workbooks)
        files = [p for p in files if p.name in known or p.name.startswith(CLEAN_BOOKS)]
    folder = setting.work / "books"
    audit_into(folder, files, keep_suffix=True, jobs=setting.jobs)
    printed = run_script(corpus.script("score_workbooks.py"), corpus.workbooks, folder)
    values = book_figures(printed)
    clean: Counter[str] = Counter()
    for path in folder.glob("*.json"):
        if path.name.startswith(CLEAN_BOOKS):
            findings = json.loads(path.read_text("utf-8"))["findings"]
            clean.update("notes" if f["severity"] == "note" else "serious" for f in findings)
    return values | {f"clean.{key}": float(clean[key]) for key in ("serious", "notes")}


def _known_files(folder: Path) -> set[str]:
    lists = ("known_relations.json", "known_findings.json")
    return {one["file"] for name in lists for one in json.loads((folder / name).read_text("utf-8"))}


def book_figures(printed: str) -> Values:
    """The last line of the script.

    >>> book_figures("relations covered 93/100 = 93.0 %; touched 95.0 %; "
    ...     "known findings found 26/28, explained 24; findings in all 150")
    {'books.covered': 0.93, 'books.found': 26.0, 'books.explained': 24.0}
    """
    found = re.search(r"covered (\d+)/(\d+) = .*found (\d+)/\d+, explained (\d+)", printed)
    if found is None:
        raise CorpusError("score_workbooks.py printed no line of totals.")
    covered, relations, errors, explained = map(float, found.groups())
    share = covered / relations if relations else 0.0
    return {"books.covered": share, "books.found": errors, "books.explained": explained}


def injected(corpus: Corpus, setting: Setting) -> Values:
    """Errors planted in real workbooks, one in each copy, for each seed."""
    printed = []
    for seed in SEEDS[:1] if setting.quick else SEEDS:
        copies = planted_copies(corpus, setting.work, seed)
        ledgers = setting.work / f"injected-{seed}"
        audit_into(ledgers, sorted(copies.glob("*.xls*")), keep_suffix=True, jobs=setting.jobs)
        errors = json.loads((copies / "errors.json").read_text("utf-8"))
        origins = sorted({corpus.workbooks / error["origin"] for error in errors})
        clean = setting.work / "books"
        audit_into(clean, origins, keep_suffix=True, jobs=setting.jobs)
        printed.append(run_script(corpus.script("score_injected.py"), copies, ledgers, clean))
    return injected_figures(printed)


def planted_copies(corpus: Corpus, work: Path, seed: int) -> Path:
    """Copies of real workbooks with one error each; made once, the same for the same seed."""
    target = work.parent / f"copies-{seed}"
    if not (target / "errors.json").exists():
        shutil.rmtree(target, ignore_errors=True)
        script = corpus.script("inject_workbooks.py")
        run_script(script, corpus.workbooks, target, "--seed", str(seed))
    return target


def injected_figures(printed: list[str]) -> Values:
    """Shares over the copies of all seeds, from the lines that begin with ALL.

    >>> injected_figures(["ALL n 4 detected 100.0 % located 50.0 % repaired 25.0 % extra root "
    ...     "causes 0.50 per file no ledger 0"])["injected.located"]
    0.5
    """
    line = (
        r"^ALL\s+n\s+(\d+)\s+detected\s+([\d.]+) %\s+located\s+([\d.]+) %\s+"
        r"repaired\s+([\d.]+) %\s+extra root causes\s+([\d.]+)"
    )
    rows = [tuple(map(float, m)) for text in printed for m in re.findall(line, text, re.M)]
    if len(rows) < len(printed) or not rows:
        raise CorpusError("score_injected.py printed no line of totals.")
    n = sum(row[0] for row in rows)
    values = {"injected.extra": sum(row[0] * row[4] for row in rows) / n}
    for i, key in enumerate(("detected", "located", "repaired"), 1):
        values[f"injected.{key}"] = sum(row[0] * row[i] for row in rows) / n / 100
    return values


PARTS: dict[str, Callable[[Corpus, Setting], Values]] = {
    "tables": tables,
    "planted": planted,
    "books": books,
    "injected": injected,
}
