"""Two workbooks against each other, in the terminal and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from reports.as_json import finding_record, plain
from reports.as_text import printable, wrapped
from reports.sentences import finding_text
from reports.words import Words
from rules.model import Finding
from rules.ties.outcome import TieOutcome
from rules.ties.tied import TablePair

SCHEMA = "crossfoot-tie/1"
SHOWN = 10  # findings of one kind
_KINDS = ("TO611", "TO612", "TO613", "TO614")  # changed, missing, new, uncertain


def tie_counts(result: TieOutcome) -> dict[str, int]:
    """Figures that agree or changed, lines that are missing or new, matches that are uncertain."""
    findings = result.outcome.findings
    counts = {
        name: sum(finding.rule == code for finding in findings)
        for name, code in zip(("changed", "missing", "new", "uncertain"), _KINDS, strict=True)
    }
    return {"agreed": len(result.outcome.ledger) - counts["changed"]} | counts


def tie_text(result: TieOutcome, words: Words, report: str | None = None) -> str:
    """The comparison in short; ``report`` is where the full report was written."""
    outcome, tied = result.outcome, result.tied
    blocks: list[list[str]] = [
        [
            *wrapped(words.say("tie.title", this=tied.file, last=tied.last_file), ""),
            *wrapped(_sentence(result, words), ""),
        ]
    ]
    compared = list(dict.fromkeys(_columns(pair, words) for pair in tied.pairs))
    if compared:
        lines = [words.say("tie.compared")]
        blocks.append(lines + [line for text in compared for line in wrapped(text, "  ")])
    for code, key in zip(_KINDS, ("changed", "missing", "new", "uncertain"), strict=True):
        mine = [finding for finding in outcome.findings if finding.rule == code]
        if mine:
            blocks.append([words.say(f"tie.{key}"), *_listed(mine, result, words)])
    if tied.apart:
        names = [
            f"{side.sheet} ({side.title})" if side.title else side.sheet for side in tied.apart
        ]
        text = words.say("tie.apart", tables=words.listing(dict.fromkeys(names)))
        blocks.append(wrapped(text, ""))
    if report:
        blocks.append([words.say("terminal.report", path=report)])
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _sentence(result: TieOutcome, words: Words) -> str:
    counts = tie_counts(result)
    if not result.tied.pairs:
        return words.say("tie.nothing")
    return words.say("tie.counts", **counts)


def _columns(pair: TablePair, words: Words) -> str:
    """The columns of a pair of tables, and the factor between their units."""
    said = [
        pair.this.headings[column.this]
        if pair.this.headings[column.this] == pair.last.headings[column.last]
        else f"{pair.this.headings[column.this]} = {pair.last.headings[column.last]}"
        for column in pair.columns
    ]
    place = pair.this.sheet
    text = f"{place}: {words.listing(said)}"
    if pair.factor != 1:
        text += f" ({words.say('tie.factor', factor=pair.factor)})"
    return printable(text)


def _listed(findings: Sequence[Finding], result: TieOutcome, words: Words) -> Iterator[str]:
    """Findings of one kind, the largest difference first."""
    ordered = sorted(findings, key=lambda finding: -abs(finding.difference or 0.0))
    for finding in ordered[:SHOWN]:
        named = " · ".join(text for text in (finding.label, finding.column) if text)
        yield f"  {words.cell(finding.cell)}  {printable(named)}".rstrip()
        yield from wrapped(finding_text(words, finding, result.outcome), "     ")
    if len(ordered) > SHOWN:
        yield f"     {words.say('terminal.more', count=len(ordered) - SHOWN)}"


def tie_json(result: TieOutcome, words: Words) -> str:
    """The same as one JSON object; sheets of the other workbook carry the name of its file."""
    outcome, tied = result.outcome, result.tied
    document = {
        "schema": SCHEMA,
        "this": {"file": tied.file, "sha256": outcome.sha256},
        "last": {"file": tied.last_file, "sha256": result.last_sha256},
        "summary": tie_counts(result),
        "tables": [_table_record(pair) for pair in tied.pairs],
        "tables_apart": [{"sheet": side.sheet, "title": side.title} for side in tied.apart],
        "findings": [finding_record(finding, outcome, words) for finding in outcome.findings],
    }
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _table_record(pair: TablePair) -> dict[str, object]:
    return {
        "this": {"sheet": pair.this.sheet, "title": pair.this.title},
        "last": {"sheet": pair.last.sheet, "title": pair.last.title},
        "factor": plain(pair.factor),
        "columns": [
            {
                "this": pair.this.headings[column.this],
                "last": pair.last.headings[column.last],
                "is_sure": column.is_sure,
                "names_year": column.names_year,
            }
            for column in pair.columns
        ],
        "lines": [
            {
                "this": pair.this.labels[line.this],
                "last": pair.last.labels[line.last],
                "matched_by": str(line.by),
                "likeness": plain(round(line.likeness, 1)),
            }
            for line in pair.lines
        ],
    }
