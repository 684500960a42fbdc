"""The audit in the terminal: verdict, counts, what to put right, what was not checked."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from reports.movement import movement_sentence
from reports.sentences import (
    AGREED,
    by_money,
    cause_text,
    explanation_text,
    finding_text,
    gap_counts,
    is_share_cause,
    open_causes,
    verdict_text,
    waiver_text,
)
from reports.words import Words
from rules.model import Certainty, Finding, RootCause, Severity, Verdict
from rules.outcome import Outcome

WIDTH = 96
SHOWN = 10  # root causes, and findings without one
_COLOURS = {"bold": "1", "dim": "2", "error": "31", "warning": "33", "ok": "32", "note": "36"}


def as_text(
    outcome: Outcome, words: Words, report: str | None = None, *, colour: bool = False
) -> str:
    """The summary of an audit; ``report`` is where the full report was written."""
    paint = _Painter(colour)
    bad = outcome.open_at_least(Severity.WARNING)
    tone = "error" if outcome.open_at_least(Severity.ERROR) else "warning" if bad else "ok"
    blocks = [
        [
            paint("bold", outcome.file),
            *(paint(tone, line) for line in wrapped(verdict_text(words, outcome), "")),
            *wrapped(_counts(outcome, words), ""),
            *wrapped(movement_sentence(words, outcome), ""),
        ]
    ]
    causes = by_money(open_causes(outcome))
    if causes:
        lines = [paint("bold", words.say("title.causes"))]
        for number, cause in enumerate(causes[:SHOWN], 1):
            lines += _cause_lines(number, cause, outcome, words, paint)
        blocks.append(lines + _more(len(causes) - SHOWN, words))
    loose = [f for f in outcome.findings if f.root_cause is None and not f.is_settled]
    loose.sort(key=lambda f: (list(Severity).index(f.severity), -abs(f.difference or 0)))
    if loose:
        lines = [paint("bold", words.say("terminal.findings"))]
        for finding in loose[:SHOWN]:
            lines += _finding_lines(finding, outcome, words, paint)
        blocks.append(lines + _more(len(loose) - SHOWN, words))
    gaps = gap_counts(words, outcome.not_checked)
    if gaps:
        lines = [paint("bold", words.say("title.gaps"))]
        for text, count, _ in gaps:
            lines += wrapped(text, f"  {words.number(count):>7}  ")
        blocks.append(lines)
    if outcome.waivers:
        lines = [paint("bold", words.say("title.waivers"))]
        for use in outcome.waivers:
            lines += wrapped(waiver_text(words, use), "  ")
        blocks.append(lines)
    if outcome.crashes:
        blocks.append(
            [
                paint("error", words.say("terminal.crash", rule=crash.rule))
                for crash in outcome.crashes
            ]
        )
    if report:
        blocks.append([words.say("terminal.report", path=report)])
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _counts(outcome: Outcome, words: Words) -> str:
    notes = sum(finding.severity is Severity.NOTE for finding in outcome.findings)
    return words.say(
        "terminal.counts",
        checks=words.say("count.checks", count=len(outcome.ledger)),
        agree=sum(outcome.count(verdict) for verdict in AGREED),
        disagree=outcome.count(Verdict.DISCREPANCY),
        notes=words.say("count.notes", count=notes),
        gaps=words.say("count.gaps", count=len(outcome.not_checked)),
    )


def _figure(words: Words, value: float | None, *, share: bool) -> object:
    return words.percent(100 * value) if share and value is not None else value


def _cause_lines(
    number: int, cause: RootCause, outcome: Outcome, words: Words, paint: _Painter
) -> Iterator[str]:
    first = cause.cells[0] if cause.cells else None
    place = words.cell(first.cell) if first else words.say(f"certainty.{cause.certainty}")
    named = " · ".join(text for text in (first.label, first.column) if text) if first else ""
    yield f"{number:>3}. {paint('bold', place)}" + (f"  {printable(named)}" if named else "")
    is_told = cause.certainty is Certainty.LOCATED and first is not None and first.value is not None
    if is_told and first is not None:
        share = is_share_cause(cause, outcome)
        value, suggested = (_figure(words, v, share=share) for v in (first.value, first.suggested))
        said = (
            words.say("terminal.reads_only", value=value)
            if first.suggested is None
            else words.say("terminal.reads", value=value, suggested=suggested)
        )
        clears = words.say("terminal.clears", count=len(cause.findings))
        yield f"     {said} ({clears})"
    else:
        home = first.cell.sheet if first else ""
        yield from wrapped(explanation_text(words, cause, home), "     ")
    why = cause_text(words, cause, is_explained=not is_told)
    if why:
        yield from wrapped(why, "     ")


def _finding_lines(
    finding: Finding, outcome: Outcome, words: Words, paint: _Painter
) -> Iterator[str]:
    named = " · ".join(text for text in (finding.label, finding.column) if text)
    severity = paint(str(finding.severity), words.say(f"severity.{finding.severity}"))
    yield f"  {paint('bold', words.cell(finding.cell))}  {severity}  {printable(named)}".rstrip()
    yield from wrapped(finding_text(words, finding, outcome), "     ")


def _more(count: int, words: Words) -> list[str]:
    return [f"     {words.say('terminal.more', count=count)}"] if count > 0 else []


def wrapped(text: str, lead: str) -> list[str]:
    """Lines of at most ``WIDTH`` characters; numbers with their spaces stay in one piece."""
    return textwrap.TextWrapper(
        WIDTH,
        initial_indent=lead,
        subsequent_indent=" " * len(lead),
        break_long_words=False,
        break_on_hyphens=False,
    ).wrap(printable(text))


def printable(text: str) -> str:
    """Text of a workbook made safe for a terminal: no control characters, one line."""
    return "".join(letter if letter.isprintable() or letter == "\u00a0" else " " for letter in text)


class _Painter:
    """Adds the escape codes of a colour where colours are wanted."""

    def __init__(self, wanted: bool) -> None:
        self._wanted = wanted

    def __call__(self, tone: str, text: str) -> str:
        return f"\033[{_COLOURS[tone]}m{text}\033[0m" if self._wanted else text
