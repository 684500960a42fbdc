"""Every check of the audit with a formula that performs it again on the annotated sheets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from reports.formulas import Run, formula_of, operations, runs_of, sheet_prefixes
from reports.making import Making
from reports.styles import (
    ACCENT,
    BAD,
    BAD_FILL,
    FONT,
    GOOD,
    INFO,
    INK,
    LINK,
    ON_ACCENT,
    QUIET,
    RULE,
    WARN,
    WARN_FILL,
)
from reports.words import Words
from reports.writer import Sheet, formula_end, number_end, text_end
from rules.ledger import BASES, VERDICTS, Ledger
from rules.model import Operation, Verdict
from workbooks.grid import Grid, Kind
from workbooks.refs import MAX_ROWS, a1

HEADER_ROW = 4
FIRST_ROW = HEADER_ROW + 1
PER_SHEET = MAX_ROWS - FIRST_ROW
COLUMNS = (
    ("head.rule", 7.5),
    ("head.operation", 13.0),
    ("head.sheet", 12.0),  # or as its longest name, and amounts as their longest
    ("head.place", 7.5),
    ("head.label", 26.0),
    ("head.parts", 31.0),
    ("head.reported_live", 11.5),
    ("head.recomputed_live", 11.5),
    ("head.difference_live", 11.0),
    ("head.recomputed_crossfoot", 11.5),
    ("head.difference_crossfoot", 11.0),
    ("head.tolerance", 8.5),
    ("head.verdict", 18.0),
    ("head.basis", 21.0),
    ("head.confidence", 9.0),
)
_RIGHT = {key for key, _ in COLUMNS[6:12]} | {"head.confidence"}
MOST_LINKED = 20_000  # the live formulas lead to the cells of the others
_LONGEST_LIST = 8  # runs of parts told in words
_ROOM = 36  # letters in the column of the parts
_PAIRS = {Operation.PERCENT_CHANGE: " → ", Operation.RATIO: " / "}
_LIVE, _OURS = "I", "K"  # the two differences


@dataclass(frozen=True, slots=True)
class _Looks:
    """Numbers of the looks used in the rows."""

    body: int
    link: int
    whole: int
    decimal: int
    fine: int
    share: int
    percent: int
    verdict: tuple[int, ...]  # by index in VERDICTS

    def fraction(self, money: int) -> int:
        """The look of a tolerance beside figures that look like ``money``."""
        return self.decimal if money == self.whole else money


def fill_checks(sheet: Sheet, making: Making, first: int, last: int) -> None:
    """Write checks ``first`` to ``last`` (not included) of the ledger."""
    words, style = making.words, making.book.style
    base: dict[str, object] = {"font_name": FONT, "font_size": 10, "font_color": INK}
    quiet = base | {"font_color": QUIET}
    looks = _looks(making)
    bar = base | {"bold": True, "font_color": ON_ACCENT, "bg_color": ACCENT}
    bar |= {"text_wrap": True, "valign": "vcenter"}
    heading, heading_right = style(bar), style(bar | {"align": "right"})
    after_number = style(bar | {"align": "left", "indent": 1})
    sheet.text(
        1,
        1,
        words.say("title.checks"),
        style(base | {"font_size": 18, "bold": True, "font_color": ACCENT}),
    )
    sheet.text(2, 1, words.say("checks.how_to"), style(quiet))
    sheet.text(3, 1, words.say("checks.differing"), style(quiet))
    sheet.height(1, 26)
    sheet.height(HEADER_ROW, 32)
    for column, (key, width) in enumerate(_fitted(making.outcome.ledger, words), 1):
        look = heading_right if key in _RIGHT else heading
        look = after_number if key == "head.verdict" else look
        sheet.text(HEADER_ROW, column, words.say(key), look)
        sheet.width(column, column, width)
    last_row = max(FIRST_ROW, HEADER_ROW + last - first)
    span = f"{_LIVE}{FIRST_ROW}:{_LIVE}{last_row}", f"{_OURS}{FIRST_ROW}:{_OURS}{last_row}"
    agreement = (
        f"SUMPRODUCT(--(ABS({span[0]}-{span[1]})>0.000001*(1+ABS(J{FIRST_ROW}:J{last_row}))))"
    )
    if last > first:
        sheet.formula(
            3, 6, agreement, 0.0, style(base | {"bold": True, "align": "left", "num_format": "0"})
        )
    sheet.extent(last_row, len(COLUMNS))
    figures = making.outcome.ledger.figures
    linked = making.outcome.ledger.target[first : min(last, first + MOST_LINKED)]
    sheet.links_left_out += max(last - first - MOST_LINKED, 0)
    for row, target in enumerate(linked.tolist(), FIRST_ROW):
        name = making.places.sheets.get(figures.sheets[figures.sheet[target]])
        if name is not None:
            place = a1(int(figures.row[target]), int(figures.column[target]))
            sheet.link(row, 4, name, place)
    sheet.stream(_renderer(making, looks, first, last))
    _furnish(sheet, making, last_row)


def _fitted(ledger: Ledger, words: Words) -> list[tuple[str, float]]:
    """The columns, wide enough for the words, the sheet names and the figures of the ledger."""
    figures = ledger.figures
    sums = {
        "head.reported_live": figures.value[ledger.target],
        "head.recomputed_live": ledger.recomputed,
        "head.recomputed_crossfoot": ledger.recomputed,
        "head.difference_live": ledger.difference,
        "head.difference_crossfoot": ledger.difference,
        "head.tolerance": ledger.tolerance,
    }
    widths = dict(COLUMNS)
    used = np.unique(figures.sheet[ledger.target]).tolist()
    longest = max((len(figures.sheets[number]) for number in used), default=0)
    widths["head.sheet"] = max(widths["head.sheet"], 0.92 * longest + 1)
    names = (words.say(f"operation.{name}") for name in set(operations(ledger)))
    said = max(map(len, names), default=0)
    widths["head.operation"] = max(widths["head.operation"], 0.88 * said + 1)
    for key, values in sums.items():
        if len(values):
            ends = (float(np.nanmin(values)), float(np.nanmax(values)))
            has_decimals = bool((values != np.floor(values)).any())
            shown = [f"{end:,.{2 if has_decimals else 0}f}" for end in ends]
            widths[key] = max(widths[key], *(len(text) + 1.0 for text in shown))
    return list(widths.items())


def _renderer(making: Making, looks: _Looks, first: int, last: int) -> Callable[[], Iterator[str]]:
    """Rows of XML, made when asked for."""
    ledger, words = making.outcome.ledger, making.words

    def rows() -> Iterator[str]:
        figures = ledger.figures
        prefixes = sheet_prefixes(ledger, making.places.sheets)
        labels = _row_labels(making)
        said = _Said(words)
        row = FIRST_ROW
        columns = zip(
            runs_of(ledger),
            *_first_two(ledger),
            operations(ledger),
            ledger.rule.tolist(),
            figures.sheet[ledger.target].tolist(),
            figures.row[ledger.target].tolist(),
            figures.column[ledger.target].tolist(),
            figures.value[ledger.target].tolist(),
            ledger.recomputed.tolist(),
            ledger.difference.tolist(),
            ledger.tolerance.tolist(),
            ledger.scale.tolist(),
            ledger.verdict.tolist(),
            ledger.basis.tolist(),
            ledger.confidence.tolist(),
            strict=True,
        )
        for at, (
            runs,
            one,
            two,
            operation,
            rule,
            where,
            line,
            column,
            reported,
            computed,
            off,
            limit,
            scale,
            verdict,
            basis,
            sure,
        ) in enumerate(columns):
            if not first <= at < last:
                continue
            place = a1(line, column)
            money = _money(looks, operation, scale, (reported, computed, limit))
            formula = formula_of(operation, runs, prefixes, scale, (one, two, computed))
            source = prefixes.get(where, "")
            listed = _listed(operation, runs, where, prefixes, words)
            if formula:
                live = formula_end(formula, computed, money)
                live_off = formula_end(f"G{row}-H{row}", off, money)
            else:
                is_long = sum(run.cells for run in runs) > 2
                none = text_end(said.too_long if is_long else said.no_formula, looks.body)
                live, live_off = none, number_end(off, money)
            yield (
                f'<row r="{row}"><c r="A{row}"{text_end(ledger.rules[rule], looks.body)}'
                f'<c r="B{row}"{text_end(said.operation[operation], looks.body)}'
                f'<c r="C{row}"{text_end(figures.sheets[where], looks.body)}'
                f'<c r="D{row}"{text_end(place, looks.link)}'
                f'<c r="E{row}"{text_end(labels.get((where, line), ""), looks.body)}'
                f'<c r="F{row}"{text_end(listed, looks.body)}'
                f'<c r="G{row}"{formula_end(source + place, reported, money)}'
                f'<c r="H{row}"{live}<c r="I{row}"{live_off}'
                f'<c r="J{row}"{number_end(computed, money)}<c r="K{row}"{number_end(off, money)}'
                f'<c r="L{row}"{number_end(limit, looks.fraction(money))}'
                f'<c r="M{row}"{text_end(said.verdict[verdict], looks.verdict[verdict])}'
                f'<c r="N{row}"{text_end(said.basis[basis], looks.body)}'
                f'<c r="O{row}"{number_end(sure, looks.percent)}</row>\n'
            )
            row += 1

    return rows


def _first_two(ledger: Ledger) -> tuple[list[float], list[float]]:
    """The values of the first and the second part of each check; NaN where it has fewer."""
    values = np.append(ledger.figures.value[ledger.part], [np.nan, np.nan])
    start, end = ledger.start[:-1], ledger.start[1:]
    one = np.where(start < end, values[start], np.nan)
    two = np.where(start + 1 < end, values[start + 1], np.nan)
    return one.tolist(), two.tolist()


class _Said:
    """Words that every row repeats."""

    def __init__(self, words: Words) -> None:
        self.operation = {name: words.say(f"operation.{name}") for name in Operation}
        self.verdict = [words.say(f"verdict.{name}") for name in VERDICTS]
        self.basis = [words.say(f"basis.{name}") for name in BASES]
        self.too_long = words.say("checks.too_long")
        self.no_formula = words.say("checks.no_formula")


def _listed(
    operation: Operation, runs: list[Run], where: int, prefixes: dict[int, str], words: Words
) -> str:
    """The parts in words: ``B4:B9, −B12, 0.5·C3``; of a percentage ``B4 → C4``, ``B4 / B9``."""
    shown = []
    if operation in _PAIRS and len(runs) == 2:
        pair = (r.place if r.sheet == where else prefixes.get(r.sheet, "") + r.place for r in runs)
        return _PAIRS[operation].join(pair)
    for run in runs[:_LONGEST_LIST]:
        place = run.place if run.sheet == where else prefixes.get(run.sheet, "") + run.place
        if run.factor == 1:
            shown.append(place)
        elif run.factor == -1:
            shown.append(f"−{place}")
        else:
            shown.append(f"{words.number(run.factor)}·{place}")
    text = ", ".join(shown)
    if len(runs) <= _LONGEST_LIST and len(text) <= _ROOM:
        return text
    count = sum(run.cells for run in runs)
    rest = " " + words.say("checks.more_parts", count=count)
    while len(shown) > 1 and len(", ".join(shown)) + len(rest) > _ROOM:
        shown.pop()
    return ", ".join(shown) + (rest if len(shown) < len(runs) else "")


def _money(looks: _Looks, operation: Operation, scale: float, values: tuple[float, ...]) -> int:
    """The look of the figures of one check."""
    if operation is Operation.PERCENT_CHANGE and scale == 1:
        return looks.share
    if all(value == value // 1 for value in values[:2]):
        return looks.whole
    return looks.decimal if abs(values[0]) >= 10 else looks.fine


def _row_labels(making: Making) -> dict[tuple[int, int], str]:
    """The first text of each row that a check stands in, by sheet number and row."""
    figures = making.outcome.ledger.figures
    grids = {grid.name: grid for grid in making.workbook.grids}
    labels: dict[tuple[int, int], str] = {}
    for number, name in enumerate(figures.sheets):
        grid = grids.get(name)
        if grid is not None:
            for row, text in _first_texts(grid):
                labels[number, row] = text
    return labels


def _first_texts(grid: Grid) -> Iterator[tuple[int, str]]:
    """Each row that has text, with the first of it that says anything."""
    at = np.flatnonzero(grid.kinds == Kind.TEXT)
    done = 0
    for index, row in zip(at.tolist(), grid.rows[at].tolist(), strict=True):
        text = grid.texts.get(index, "").strip()
        if row != done and any(letter.isalpha() for letter in text):
            done = row
            yield row, text


def _looks(making: Making) -> _Looks:
    style = making.book.style
    base: dict[str, object] = {
        "font_name": FONT,
        "font_size": 10,
        "font_color": INK,
        "bottom": 1,
        "bottom_color": RULE,
    }
    tones: dict[Verdict, dict[str, object]] = {
        Verdict.EXACT: {"font_color": GOOD},
        Verdict.ROUNDING: {"font_color": GOOD},
        Verdict.UNLIKELY_ROUNDING: {"font_color": WARN, "bg_color": WARN_FILL},
        Verdict.DISCREPANCY: {"font_color": BAD, "bg_color": BAD_FILL, "bold": True},
        Verdict.SCOPE: {"font_color": INFO},
    }
    return _Looks(
        body=style(base),
        link=style(base | {"font_color": LINK, "underline": 1}),
        whole=style(base | {"num_format": "#,##0"}),
        decimal=style(base | {"num_format": "#,##0.00"}),
        fine=style(base | {"num_format": "#,##0.0000"}),
        share=style(base | {"num_format": "0.00%"}),
        percent=style(base | {"num_format": "0%"}),
        verdict=tuple(
            style(base | tones[verdict] | {"align": "left", "indent": 1}) for verdict in VERDICTS
        ),
    )


def _furnish(sheet: Sheet, making: Making, last_row: int) -> None:
    native = sheet.native
    native.freeze_panes(HEADER_ROW, 4)
    native.autofilter(HEADER_ROW - 1, 0, last_row - 1, len(COLUMNS) - 1)
    sheet.as_table_page(HEADER_ROW, making.outcome.file, making.words.say("print.page"))
