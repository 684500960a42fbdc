"""What a self-test showed, as a table in the terminal and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from reports.as_json import plain
from reports.as_text import printable, wrapped
from reports.words import Words
from rules.selftest.kinds import ErrorKind
from rules.selftest.trial import SelfTest, Trial

SCHEMA = "crossfoot-selftest/1"
SHOWN = 8  # errors that were not seen


def selftest_text(result: SelfTest, words: Words) -> str:
    """The table by kind, and what it means for this workbook."""
    blocks = [
        wrapped(words.say("selftest.title", file=result.file, count=len(result.trials)), ""),
        list(_table(result, words)),
        [line for text in _meaning(result, words) for line in wrapped(text, "")],
    ]
    missed = [trial for trial in result.trials if not trial.is_detected]
    covered = [trial for trial in missed if trial.planted.is_checked]
    if covered:
        lines = [words.say("selftest.missed")]
        lines += [_missed_line(trial, words) for trial in covered[:SHOWN]]
        if len(covered) > SHOWN:
            lines.append(f"  {words.say('terminal.more', count=len(covered) - SHOWN)}")
        blocks.append(lines)
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _table(result: SelfTest, words: Words) -> Iterator[str]:
    """Kinds down; planted, seen, cell named and figure given back across."""
    heads = [words.say(f"selftest.{name}") for name in ("planted", "seen", "named", "repaired")]
    rows = [
        (words.say(f"error_kind.{kind}"), _counts(mine))
        for kind in ErrorKind
        if (mine := result.of_kind(kind))
    ]
    rows.append((words.say("selftest.all"), _counts(result.trials)))
    width = max(len(name) for name, _ in rows)
    columns = [max(len(head), 4) for head in heads]
    shown = [head.rjust(column) for head, column in zip(heads, columns, strict=True)]
    yield " " * width + "  " + "  ".join(shown)
    for name, counts in rows:
        figures = [str(n).rjust(column) for n, column in zip(counts, columns, strict=True)]
        yield name.ljust(width) + "  " + "  ".join(figures)


def _counts(trials: Sequence[Trial]) -> tuple[int, int, int, int]:
    return (
        len(trials),
        sum(trial.is_detected for trial in trials),
        sum(trial.is_located for trial in trials),
        sum(trial.is_repaired for trial in trials),
    )


def _meaning(result: SelfTest, words: Words) -> Iterator[str]:
    """What the figures say of this workbook."""
    if not result.trials:
        yield words.say("selftest.nothing")
    blind = sum(not trial.planted.is_checked for trial in result.trials)
    if result.unchecked:
        yield words.say(
            "selftest.unchecked",
            count=result.unchecked,
            figures=result.figures,
            planted=blind,
        )
    if result.carried:
        yield words.say("selftest.carried", count=result.carried)
    others = sum(trial.others for trial in result.trials)
    if others:
        yield words.say("selftest.others", count=others)
    if result.findings:
        yield words.say("selftest.findings", count=result.findings)
    yield words.say("selftest.again", seed=result.seed)


def _missed_line(trial: Trial, words: Words) -> str:
    planted = trial.planted
    cell = printable(words.cell(planted.cell))
    kind = words.say(f"error_kind.{planted.kind}")
    return f"  {cell}  {words.number(planted.right)} → {words.number(planted.wrong)}  ({kind})"


def selftest_json(result: SelfTest) -> str:
    """The same as one JSON object, with every error that was planted."""
    names = ("planted", "detected", "located", "repaired")
    document = {
        "schema": SCHEMA,
        "workbook": {"file": result.file, "sha256": result.sha256},
        "seed": result.seed,
        "count": result.count,
        "figures": {
            "all": result.figures,
            "read_by_formulas": result.carried,
            "in_no_check": result.unchecked,
        },
        "findings_before": result.findings,
        "kinds": {
            str(kind): dict(zip(names, _counts(result.of_kind(kind)), strict=True))
            for kind in ErrorKind
        },
        "total": dict(zip(names, _counts(result.trials), strict=True)),
        "trials": [
            {
                "kind": str(trial.planted.kind),
                "sheet": trial.planted.cell.sheet,
                "cell": trial.planted.cell.a1,
                "right": plain(trial.planted.right),
                "wrong": plain(trial.planted.wrong),
                "in_a_check": trial.planted.is_checked,
                "detected": trial.is_detected,
                "located": trial.is_located,
                "repaired": trial.is_repaired,
                "other_root_causes": trial.others,
            }
            for trial in result.trials
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
