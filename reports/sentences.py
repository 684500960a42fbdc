"""The sentences that every report says the same way, whatever it looks like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from reports.facts import GxResult, ReportFacts
from reports.phrases import told
from reports.words import Words
from rules.model import (
    Finding,
    Message,
    NotChecked,
    Operation,
    RootCause,
    Severity,
    Verdict,
    WaiverUse,
)
from rules.outcome import Outcome
from workbooks.grid import Workbook

AGREED = (Verdict.EXACT, Verdict.ROUNDING, Verdict.UNLIKELY_ROUNDING)


def finding_text(words: Words, finding: Finding, outcome: Outcome, sheet: str | None = None) -> str:
    """What a finding says; addresses on ``sheet`` (its own, unless given) go without a name."""
    values: dict[str, object] = {
        "reported": finding.reported,
        "recomputed": finding.recomputed,
        "difference": finding.difference,
        "tolerance": finding.tolerance,
        "n_parts": len(finding.parts),
        "scale": scale_of(finding, outcome),
    }
    if finding.quote:
        values["quote"] = finding.quote
    filled = Message(finding.message.key, values | dict(finding.message.values))
    return words.text(filled, finding.cell.sheet if sheet is None else sheet)


def scale_of(finding: Finding, outcome: Outcome) -> float | None:
    """100 where a percentage is held as 3.6, 1 where as 0.036; none where it is no percentage."""
    if finding.check is None or finding.operation not in (
        Operation.PERCENT_CHANGE,
        Operation.RATIO,
    ):
        return None
    return float(outcome.ledger.scale[finding.check])


def is_share(finding: Finding, outcome: Outcome) -> bool:
    """True where the figures of a finding are parts of one and read best as per cent."""
    return finding.operation is Operation.PERCENT_CHANGE and scale_of(finding, outcome) == 1


def is_share_cause(cause: RootCause, outcome: Outcome) -> bool:
    """True where the figure behind a root cause is a part of one that reads best as per cent."""
    if len(cause.cells) != 1:
        return False
    return any(
        finding.root_cause == cause.id and is_share(finding, outcome)
        for finding in outcome.findings_at(cause.cells[0].cell)
    )


def cause_text(words: Words, cause: RootCause, *, is_explained: bool = False) -> str:
    """Why the figure is wrong, in a sentence; empty where there is nothing to say, or where the
    explanation says it already, which ``is_explained`` says stands beside it."""
    if is_explained and not cause.explanation.key.startswith("explanation."):
        return ""  # the finding's own sentence: it names the cause, and more
    said_already = (f"explanation.{cause.cause.replace('-', '_')}", "explanation.part_too_many")
    if not cause.cause or cause.explanation.key in said_already:
        return ""
    values = {"amount": cause.amount, "difference": cause.amount} | dict(cause.explanation.values)
    sheet = cause.cells[0].cell.sheet if cause.cells else ""
    try:
        return words.text(Message(f"cause.{cause.cause}", values), sheet)
    except KeyError:  # a value the sentence needs did not come with this cause
        name = words.say(f"cause_name.{cause.cause}")
        return f"{name[0].upper()}{name[1:]}."


def explanation_text(
    words: Words, cause: RootCause, sheet: str = "", *, share: bool = False
) -> str:
    """What to put right and what that clears; addresses on ``sheet`` go without its name, and a
    ``share`` is told as per cent."""

    def shown(value: object) -> object:
        is_number = share and isinstance(value, int | float)
        return words.percent(100 * float(value)) if is_number else value  # type: ignore[arg-type]

    values = dict(cause.explanation.values)
    values |= {name: shown(values[name]) for name in ("value", "suggested") if name in values}
    text = words.text(Message(cause.explanation.key, values), sheet)
    first = cause.cells[0] if len(cause.cells) == 1 else None
    if first and first.low is not None and first.high is not None and first.low < first.high:
        low, high = shown(first.low), shown(first.high)
        text += " " + words.say("explanation.interval", low=low, high=high)
    return text


def verdict_text(words: Words, outcome: Outcome) -> str:
    """The audit in one or two sentences that a council member understands."""
    still = [finding for finding in outcome.findings if not finding.is_settled]
    settled = len(outcome.findings) - len(still)
    wrong = [finding for finding in still if finding.severity is not Severity.NOTE]
    failing = {f.cell for f in wrong if f.verdict is Verdict.DISCREPANCY}
    others = sum(f.verdict is not Verdict.DISCREPANCY for f in wrong)
    notes = len(still) - len(wrong)
    said = []
    if failing:
        said.append(words.say("summary.found", count=len(failing)))
    if others:
        key = "summary.found_also" if failing else "summary.doubtful"
        said.append(words.say(key, count=others))
    if wrong:
        causes = by_money(open_causes(outcome))
        if causes:
            said.append(words.say("summary.causes", count=len(causes)))
            if causes[0].cells and causes[0].amount:
                largest, cell = causes[0].amount, causes[0].cells[0].cell
                said.append(words.say("summary.largest", amount=largest, cell=cell))
        if settled:
            said.append(words.say("summary.settled", count=settled))
    elif not len(outcome.ledger) and not settled:
        said.append(words.say("summary.nothing"))
    elif settled:
        said.append(words.say("summary.all_settled", count=settled))
    else:
        agreed = sum(outcome.count(verdict) for verdict in AGREED)
        key = "summary.clean" if agreed == len(outcome.ledger) else "summary.no_errors"
        said.append(words.say(key, count=len(outcome.ledger)))
    if notes and not wrong:
        said.append(words.say("summary.notes", count=notes))
    if outcome.crashes:
        said.append(words.say("summary.crashed", count=len(outcome.crashes)))
    return " ".join(said)


def open_causes(outcome: Outcome) -> list[RootCause]:
    """Root causes with a finding that nobody has accepted, as they are ranked."""
    still = {finding.id for finding in outcome.findings if not finding.is_settled}
    return [cause for cause in outcome.root_causes if still.intersection(cause.findings)]


def by_money(causes: Sequence[RootCause]) -> list[RootCause]:
    """Root causes, the largest first."""
    return sorted(causes, key=lambda cause: -abs(cause.amount))


def gap_counts(words: Words, gaps: Sequence[NotChecked]) -> list[tuple[str, int, NotChecked]]:
    """Reasons why figures were not checked, the commonest first: text, count, an example."""
    counts: Counter[str] = Counter(gap.reason.key for gap in gaps)
    examples: dict[str, NotChecked] = {}
    for gap in gaps:
        examples.setdefault(gap.reason.key, gap)
    return [
        (words.text(examples[key].reason), count, examples[key])
        for key, count in counts.most_common()
    ]


def facts_of(
    outcome: Outcome, workbook: Workbook, words: Words, facts: ReportFacts
) -> Iterator[tuple[str, str]]:
    """Key of the name and text of each fact; a further line of the same fact has no name."""
    yield "evidence.file", outcome.file
    yield "evidence.sha256", outcome.sha256
    yield "evidence.size", words.say("evidence.bytes", count=workbook.size)
    if facts.modified is not None:
        yield "evidence.modified", facts.modified.strftime("%Y-%m-%d %H:%M:%S %Z").strip()
    yield "evidence.sheets", words.number(outcome.sheets)
    yield "evidence.cells", words.number(outcome.cells)
    yield "evidence.figures", words.number(outcome.figures)
    yield "evidence.proved", words.number(outcome.figures_proved)
    yield "evidence.version", facts.version or "–"
    if facts.rule_set:
        yield "evidence.rule_set", facts.rule_set
    for index, text in enumerate(facts.settings or (words.say("evidence.defaults"),)):
        yield "" if index else "evidence.settings", text
    for index, text in enumerate(waiver_text(words, use) for use in outcome.waivers):
        yield "" if index else "title.waivers", text
    if outcome.comparison is not None:
        yield (
            "evidence.previous",
            f"{outcome.comparison.file} (SHA-256 {outcome.comparison.sha256})",
        )
    if facts.duration is None:
        yield "evidence.duration", words.say("evidence.not_timed")
    else:
        yield "evidence.duration", words.say("evidence.seconds", seconds=facts.duration)
    yield "evidence.gx", _validation(words, facts.gx)
    for index, text in enumerate(workbook.notes):
        yield "" if index else "evidence.notes", told(text, words.language)
    for index, crash in enumerate(outcome.crashes):
        text = words.say("terminal.crash", rule=crash.rule)
        yield "" if index else "title.crashes", text
    yield "evidence.method", words.say("evidence.method_text")


def waiver_text(words: Words, use: WaiverUse) -> str:
    """What a waiver of the settings accepts, or why it no longer does."""
    waiver = use.waiver
    values = {
        "subject": waiver.subject,
        "by": waiver.by,
        "until": waiver.until.isoformat(),
        "reason": waiver.reason,
        "place": waiver.place,
        "accepted": waiver.difference,
        "count": len(use.findings),
    }
    return words.text(Message(f"waiver.{use.state}", values))


def _validation(words: Words, gx: GxResult | None) -> str:
    if gx is None:
        return words.say("evidence.not_run")
    if gx.failed:
        return words.say(
            "evidence.gx_failed", version=gx.version, count=gx.expectations, failed=gx.failed
        )
    return words.say("evidence.gx_passed", version=gx.version, count=gx.expectations)
