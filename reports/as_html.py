"""The audit as one HTML page that needs nothing else: no network, no other file.

It reads with the keyboard, prints, follows the light or dark look of the reader's system, and
works without its script, which only filters. All text of the workbook is escaped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html import escape

from reports.entries import Entry, entries_of
from reports.facts import ReportFacts
from reports.html_assets import SCRIPT, STYLE
from reports.html_grid import Grids
from reports.marks import cell_marks
from reports.movement import decision_text, examples_text, movements, reviewers_text
from reports.sentences import (
    AGREED,
    cause_text,
    explanation_text,
    facts_of,
    finding_text,
    gap_counts,
    is_share,
    is_share_cause,
    open_causes,
    verdict_text,
)
from reports.styles import LEGEND, SIGNS, Mark
from reports.words import Words
from rules.model import Finding, RootCause, Severity, Verdict
from rules.outcome import Outcome
from workbooks.grid import Workbook
from workbooks.refs import CellRef

# Nothing may be fetched: what a workbook says can never reach the network from this page.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"


def as_html(outcome: Outcome, workbook: Workbook, words: Words, facts: ReportFacts) -> str:
    """The whole page."""
    page = _Page(outcome, workbook, words, facts)
    title = escape(f"{words.say('title.report')}: {outcome.file}")
    return (
        f'<!DOCTYPE html>\n<html lang="{words.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n"
        f"{''.join(page.parts())}<script>\n{SCRIPT}</script>\n</body>\n</html>\n"
    )


class _Page:
    """The sections of the page."""

    def __init__(
        self, outcome: Outcome, workbook: Workbook, words: Words, facts: ReportFacts
    ) -> None:
        self._outcome, self._workbook, self._words, self._facts = outcome, workbook, words, facts
        self._marks = cell_marks(outcome)
        self._sheets = {grid.name: index for index, grid in enumerate(workbook.grids)}

    def parts(self) -> Iterator[str]:
        """All sections in order."""
        yield f'<a class="skip" href="#findings">{self._said("html.skip")}</a>\n'
        yield from self._head()
        yield "<main>\n"
        yield from self._movement()
        yield from self._findings()
        yield from self._gaps()
        yield from self._grids()
        yield from self._evidence()
        yield "</main>\n"

    def _said(self, key: str, **values: object) -> str:
        return escape(self._words.say(key, **values))

    def _head(self) -> Iterator[str]:
        outcome, words = self._outcome, self._words
        grave = outcome.open_at_least(Severity.ERROR) or outcome.crashes
        some = outcome.open_at_least(Severity.WARNING)
        tone = "error" if grave else "warning" if some else "good"
        agreed = sum(outcome.count(verdict) for verdict in AGREED)
        share = 100 * outcome.figures_proved // outcome.figures if outcome.figures else 0
        tiles = (
            (words.number(len(outcome.ledger)), "tile.checks"),
            (words.number(agreed), "tile.agree"),
            (words.number(outcome.count(Verdict.DISCREPANCY)), "tile.disagree"),
            (words.number(len(open_causes(outcome))), "tile.causes"),
            (words.percent(share, 0), "tile.proved"),
        )
        yield f"<header>\n<h1>{self._said('title.report')}</h1>\n"
        yield f'<p class="file">{escape(outcome.file)}</p>\n'
        yield f'<p class="verdict {tone}">{escape(verdict_text(words, outcome))}</p>\n'
        yield '<dl class="tiles">'
        for number, key in tiles:
            yield f"<div><dt>{self._said(key)}</dt><dd>{escape(number)}</dd></div>"
        yield "</dl>\n</header>\n"

    def _movement(self) -> Iterator[str]:
        """What became of the findings of the report of the time before."""
        outcome, words = self._outcome, self._words
        if outcome.comparison is None:
            return
        title = self._said("title.movement", file=outcome.comparison.file)
        yield f'<section id="movement">\n<h2>{title}</h2>\n'
        moved = movements(outcome)
        if not moved:
            yield f"<p>{self._said('movement.none')}</p>\n"
        else:
            yield '<table class="gaps"><tbody>'
            for one in moved:
                yield (
                    f'<tr><td class="number">{words.number(len(one.findings))}</td>'
                    f"<td>{self._said(f'movement.{one.movement}')}</td>"
                    f"<td>{escape(examples_text(words, one))}</td>"
                    f"<td>{escape(reviewers_text(words, one))}</td></tr>\n"
                )
            yield "</tbody></table>\n"
        yield "</section>\n"

    def _findings(self) -> Iterator[str]:
        yield f'<section id="findings">\n<h2>{self._said("title.causes")}</h2>\n'
        entries = entries_of(self._outcome)
        if not entries:
            yield f"<p>{self._said('findings.none')}</p>\n</section>\n"
            return
        yield from self._filters()
        is_open = False
        for index, entry in enumerate(entries):
            starts = entry.finding is None or (
                entry.cause is None and (index == 0 or entries[index - 1].cause is not None)
            )
            if starts:
                yield "</tbody></table></article>\n" if is_open else ""
                yield self._group(entry)
                is_open = True
            if entry.finding is not None:
                yield self._finding(entry.finding)
        yield "</tbody></table></article>\n"
        yield f'<p id="nothing-left" hidden>{self._said("html.nothing_left")}</p>\n</section>\n'

    def _filters(self) -> Iterator[str]:
        counts = Counter(finding.severity for finding in self._outcome.findings)
        yield f'<form class="filters"><fieldset><legend>{self._said("html.filter")}</legend>'
        for severity in Severity:
            if counts[severity]:
                yield (
                    f'<label><input type="checkbox" name="severity" value="{severity}" checked> '
                    f"{self._said(f'severity.{severity}')} ({counts[severity]})</label>"
                )
        yield f'<label>{self._said("head.sheet")} <select name="sheet"><option value="">'
        yield f"{self._said('html.all_sheets')}</option>"
        for name in sorted({finding.cell.sheet for finding in self._outcome.findings}):
            yield f'<option value="{self._sheets.get(name, "")}">{escape(name)}</option>'
        yield "</select></label></fieldset></form>\n"

    def _group(self, entry: Entry) -> str:
        """The start of a root cause, or of the findings that have none."""
        words, cause = self._words, entry.cause
        if cause is None:
            head = f"<h3>{self._said('findings.ungrouped')}</h3>"
        else:
            head = self._cause_head(cause, entry.number)
        cells = "".join(
            f'<th scope="col"{right}>{self._said(f"head.{key}")}</th>'
            for keys, right in (
                (("severity", "place", "label", "column"), ""),
                (("reported", "recomputed", "difference"), ' class="number"'),
            )
            for key in keys
        )
        what = escape(words.say("head.what"))
        return (
            f"<article>{head}<table><thead><tr>{cells}"
            f'<th scope="col">{what}</th></tr></thead><tbody>'
        )

    def _cause_head(self, cause: RootCause, number: str) -> str:
        words = self._words
        title = self._said("findings.group", number=number)
        share = is_share_cause(cause, self._outcome)
        home = cause.cells[0].cell.sheet if cause.cells else ""
        why = cause_text(words, cause, is_explained=True)
        what = explanation_text(words, cause, home, share=share)
        places = ", ".join(self._link(suspect.cell) for suspect in cause.cells)
        named = ""
        if cause.cells:
            first = cause.cells[0]
            named = escape(" · ".join(text for text in (first.label, first.column) if text))
        certainty = self._said(f"certainty.{cause.certainty}")
        return (
            f'<h3 id="{escape(cause.id)}">{title}: {places} <small>{named}</small></h3>'
            f'<p><strong>{escape(why)}</strong> {escape(what)} <span class="tag">{certainty}'
            "</span></p>"
        )

    def _finding(self, finding: Finding) -> str:
        words = self._words
        share = is_share(finding, self._outcome)
        figures = "".join(
            f'<td class="number">{self._figure(value, share=share)}</td>'
            for value in (finding.reported, finding.recomputed, finding.difference)
        )
        text = escape(finding_text(words, finding, self._outcome))
        if finding.movement is not None:
            text = f'<span class="tag">{self._said(f"movement.{finding.movement}")}</span> {text}'
        if decided := decision_text(words, finding):
            text += f'<br><small class="decision">{escape(decided)}</small>'
        sheet = self._sheets.get(finding.cell.sheet, "")
        mark = {Severity.ERROR: Mark.ERROR, Severity.WARNING: Mark.WARNING}.get(
            finding.severity, Mark.NOTE
        )
        return (
            f'<tr id="{escape(finding.id)}" data-severity="{finding.severity}" '
            f'data-sheet="{sheet}"><td><span class="tag {finding.severity}">{SIGNS[mark]} '
            f"{self._said(f'severity.{finding.severity}')}</span></td>"
            f"<td>{self._link(finding.cell)}</td><td>{escape(finding.label)}</td>"
            f"<td>{escape(finding.column)}</td>{figures}<td>{text}</td></tr>\n"
        )

    def _figure(self, value: float | None, *, share: bool) -> str:
        if value is None:
            return ""
        return escape(self._words.percent(100 * value) if share else self._words.number(value))

    def _link(self, cell: CellRef) -> str:
        address = escape(self._words.cell(cell))
        index = self._sheets.get(cell.sheet)
        if index is None:
            return address
        tip = self._said("html.to_cell")
        return f'<a href="#s{index}-{cell.a1}" title="{tip}">{address}</a>'

    def _gaps(self) -> Iterator[str]:
        yield f'<section id="gaps">\n<h2>{self._said("title.gaps")}</h2>\n'
        counts = gap_counts(self._words, self._outcome.not_checked)
        if counts:
            yield '<table class="gaps"><tbody>'
            for text, count, example in counts:
                yield (
                    f'<tr><td class="number">{self._words.number(count)}</td>'
                    f"<td>{escape(text)}</td><td>{self._link(example.cell)}</td></tr>\n"
                )
            yield "</tbody></table>\n"
        else:
            yield f"<p>{self._said('summary.all_checked')}</p>\n"
        for crash in self._outcome.crashes:
            yield f'<p class="verdict error">{self._said("terminal.crash", rule=crash.rule)}</p>\n'
        yield "</section>\n"

    def _grids(self) -> Iterator[str]:
        yield f'<section id="sheets">\n<h2>{self._said("title.sheets")}</h2>\n<ul class="legend">'
        for mark, key in LEGEND:
            yield f'<li class="m{int(mark)}">{SIGNS[mark]} {self._said(key)}</li>'
        yield "</ul>\n"
        examples = [gap.cell for _, _, gap in gap_counts(self._words, self._outcome.not_checked)]
        grids = Grids(self._workbook, self._outcome, self._words, self._marks, examples)
        for index, grid in enumerate(self._workbook.grids):
            flagged = grids.is_flagged(grid)
            hidden = (
                f" <small>{self._said('annotated.hidden_sheet')}</small>"
                if grid.state != "visible"
                else ""
            )
            yield (
                f"<details{' open' if flagged else ''}><summary>{escape(grid.name)}{hidden}"
                "</summary>\n"
            )
            yield from grids.html(grid, index)
            yield "</details>\n"
        yield "</section>\n"

    def _evidence(self) -> Iterator[str]:
        yield f'<section id="evidence">\n<h2>{self._said("title.evidence")}</h2>\n'
        yield '<dl class="facts">'
        for key, text in facts_of(self._outcome, self._workbook, self._words, self._facts):
            name = self._said(key) if key else ""
            yield f"<div><dt>{name}</dt><dd>{escape(text)}</dd></div>\n"
        yield "</dl>\n</section>\n"
