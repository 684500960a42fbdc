"""The cells of one .xlsx sheet, from XML events to arrays (ECMA-376 part 1, 18.3.1.4).

The two handlers here are the innermost loop of the whole program: for each cell with content they
keep its attributes and its text, in turn, in one list, and that list is emptied into arrays after
every piece of XML. Of a cell without content only its look is kept, where that can be seen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pyexpat import XMLParserType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbooks.cell_arrays import (
    COLUMN_BITS,
    Cells,
    Places,
    in_order,
    joined,
    place_of,
    places_of,
)
from workbooks.formulas import SharedFormula
from workbooks.grid import EmptyCells, Kind
from workbooks.looks import MOST_EMPTY
from workbooks.package import Limits, Refused, raised, too_deep
from workbooks.refs import MAX_COLUMNS, a1, parse_a1
from workbooks.xlsx_shortcut import CellShortcut, Cut, formula_of
from workbooks.xlsx_values import is_on, serial_day, unescaped, whole

Attributes = dict[str, str]
Formula = tuple[Attributes, Attributes, str]  # of the cell, of its <f>, and the text

_NUMBER, _SHARED, _STRING, _ERROR, _BOOLEAN, _DATE = range(6)
_TYPE_NAMES = {
    "s": _SHARED,
    "str": _STRING,
    "inlineStr": _STRING,
    "e": _ERROR,
    "b": _BOOLEAN,
    "d": _DATE,
}
_TYPES: defaultdict[str | bytes | None, int] = defaultdict(int)  # an unknown type: a number
for _name, _code in _TYPE_NAMES.items():
    _TYPES[_name] = _TYPES[_name.encode()] = _code


@dataclass(frozen=True, slots=True)
class BookFacts:
    """What the cells of all sheets refer to."""

    strings: Sequence[str]
    number_kinds: NDArray[np.uint8]  # by style: amount, percentage or date
    shows_empty: NDArray[np.bool_]  # by style: whether an empty cell can be seen
    date_1904: bool = False


class OrderMatters(Exception):  # noqa: N818
    """Some cells have no address, so none may be taken out of turn."""


class CellScan:
    """Gathers the cells of one sheet."""

    def __init__(self, part: str, book: BookFacts, limits: Limits, room: int) -> None:
        """``room`` is the number of cells that the whole workbook may still hold."""
        self.events: list[Any] = []  # in turn a cell's attributes and its text
        self.formulas: list[Formula] = []
        self.lost_places = 0  # cells that stand outside the sheet
        self.lost_texts = 0  # cells whose shared text is not there
        self.lost_formulas = 0  # cells whose shared formula is not there
        self.lost_empty = 0  # cells without content that were one too many
        self.styled: list[Attributes] = []  # cells with a style that the handlers have met
        self.part = part
        self.limits = limits
        self._book = book
        self._room = room
        self._count = 0
        self._blocks: list[Cells] = []
        self._empty: list[tuple[NDArray[np.int64], NDArray[np.int32]]] = []  # places, styles
        self._room_for_empty = MOST_EMPTY
        self.shortcut = CellShortcut()

    def attach(
        self,
        parser: XMLParserType,
        prefix: str,
        note_row: Callable[[int, Attributes], None],
        leave: Callable[[], None],
    ) -> None:
        """Sets the handlers for the inside of <sheetData>; ``leave`` is called at its end."""
        _attach(self, parser, prefix, note_row, leave)

    def empty_events(self, *, is_last: bool = False) -> None:
        """Moves what was taken out and what the handlers have gathered into arrays.

        ``is_last``: no text can follow any more, so that a cell still without one is empty.
        """
        blocks = [self._block_of_cut(cut) for cut in self.shortcut.cuts]
        self.shortcut.cuts.clear()
        self._keep_empty()
        cells, texts = self._taken_events(is_last=is_last)
        if cells:
            addresses = "\n".join([cell["r"] for cell in cells]).encode("ascii", "replace")
            styles = self._styles([cell.get("s") for cell in cells])
            types = bytes(map(_TYPES.__getitem__, [cell.get("t") for cell in cells]))
            blocks.append(self._block(places_of(addresses, len(cells)), styles, types, texts))
        if not blocks:
            return
        block = blocks[0] if len(blocks) == 1 else in_order(joined(blocks))
        self._blocks.append(block)
        self._count += len(block)
        if self._count > self._room:
            raise Refused(
                f"holds more than {self.limits.max_cells:,} cells with content",
                raised("max-cells"),
            )

    def _keep_empty(self) -> None:
        """Keeps places and looks of what may turn out to be empty cells that can be seen."""
        met = [(cell["r"].encode("ascii", "replace"), cell.get("s")) for cell in self.styled]
        self.styled.clear()
        groups: list[tuple[Sequence[bytes], Sequence[str | bytes | None]]] = [
            *self.shortcut.empty,
            ([place for place, _ in met], [style for _, style in met]),
        ]
        self.shortcut.empty.clear()
        for addresses, names in groups:
            if not names:
                continue
            styles = self._styles(names)
            seen = np.flatnonzero(self._book.shows_empty[styles])
            kept = seen[: self._room_for_empty].tolist()
            self.lost_empty += len(seen) - len(kept)
            if kept:
                self._room_for_empty -= len(kept)
                places = places_of(b"\n".join([addresses[at] for at in kept]), len(kept))
                rows, columns, placed = places
                where = rows.astype(np.int64) << COLUMN_BITS | (columns - 1)
                self._empty.append((where[placed], styles[kept][placed]))

    def empty_cells(self, cells: Cells) -> EmptyCells:
        """The empty cells that can be seen; ``cells`` are those with content."""
        places, first = np.unique(
            np.concatenate([np.zeros(0, np.int64), *(where for where, _ in self._empty)]),
            return_index=True,
        )
        styles = np.concatenate([np.zeros(0, np.int32), *(style for _, style in self._empty)])
        at = np.flatnonzero(~np.isin(places, cells.places()))
        rows, columns = places[at] >> COLUMN_BITS, (places[at] & (MAX_COLUMNS - 1)) + 1
        return EmptyCells(rows.astype(np.int32), columns.astype(np.int32), styles[first[at]])

    def _taken_events(self, *, is_last: bool) -> tuple[list[Attributes], list[str]]:
        """The cells and texts of the handlers' list, which is emptied."""
        events = self.events
        if not events:
            return [], []
        waits = not is_last and type(events[-1]) is dict  # for its text, which is still to come
        held = events.pop() if waits else None
        cells: list[Attributes] = events[0::2]
        texts: list[str] = events[1::2]
        in_turn = (
            len(cells) == len(texts)
            and set(map(type, cells)) <= {dict}
            and set(map(type, texts)) <= {str}
        )
        if not in_turn:
            cells, texts = _paired(events)
        events.clear()
        if held is not None:
            events.append(held)
        return cells, texts

    def _block_of_cut(self, cut: Cut) -> Cells:
        styles = self._styles(cut.styles)
        types = bytes(map(_TYPES.__getitem__, cut.types))
        if cut.formulas.count(None) != len(cut.formulas):
            for address, style, element in zip(
                cut.addresses, cut.styles, cut.formulas, strict=True
            ):
                if element is not None:
                    cell = {"r": address.decode(), "s": style.decode() if style else "0"}
                    self.formulas.append((cell, *formula_of(element)))
        places = places_of(b"\n".join(cut.addresses), len(cut.addresses))
        return self._block(places, styles, types, cut.values)

    def _block(
        self, places: Places, styles: NDArray[np.int32], types: bytes, texts: Sequence[str | bytes]
    ) -> Cells:
        rows, columns, placed = places
        kinds, numbers, words = self._values(types, texts, styles)
        block = Cells(rows, columns, kinds, numbers, styles, words)
        kept = (kinds != Kind.BLANK) & placed
        if kept.all():
            return block
        self.lost_places += int(np.count_nonzero(~placed))
        return block.picked(np.flatnonzero(kept))

    def _styles(self, names: Sequence[str | bytes | None]) -> NDArray[np.int32]:
        last = len(self._book.number_kinds) - 1
        numbers = {name: min(max(whole(name), 0), last) for name in set(names)}
        if len(numbers) == 1:
            return np.full(len(names), numbers[names[0]], dtype=np.int32)
        return np.fromiter(map(numbers.__getitem__, names), np.int32, len(names))

    def _values(
        self, types: bytes, texts: Sequence[str | bytes], styles: NDArray[np.int32]
    ) -> tuple[NDArray[np.uint8], NDArray[np.float64], dict[int, str]]:
        """Kinds, numbers and texts of cells; a cell that turns out empty is of kind blank."""
        has_others = max(types) > _SHARED
        words: dict[int, str] = {}
        numeric = texts
        if has_others:
            numeric = [
                text if code <= _SHARED else "nan" for code, text in zip(types, texts, strict=True)
            ]
        numbers = _floats(numeric)
        kinds = self._book.number_kinds[styles]
        codes = np.frombuffer(types, dtype=np.uint8)
        for at in np.flatnonzero((codes == _NUMBER) & ~np.isfinite(numbers)).tolist():
            text = _text(texts[at]).strip()
            kinds[at] = _kind_of_odd_number(text)
            if text:
                words[at] = text
            numbers[at] = np.nan
        shared = np.flatnonzero(codes == _SHARED)
        if len(shared):
            kinds[shared] = Kind.TEXT
            words.update(self._shared_texts(shared, numbers[shared]))
            numbers[shared] = np.nan
        if has_others:
            strings = np.flatnonzero(codes == _STRING)
            kinds[strings] = Kind.TEXT
            words.update((at, unescaped(_text(texts[at]))) for at in strings.tolist())
            for at in np.flatnonzero(codes > _STRING).tolist():
                kinds[at], word, numbers[at] = self._other(types[at], _text(texts[at]))
                if word is not None:
                    words[at] = word
        return kinds, numbers, words

    def _shared_texts(
        self, where: NDArray[np.intp], indexes: NDArray[np.float64]
    ) -> dict[int, str]:
        strings = self._book.strings
        known = (indexes >= 0) & (indexes < len(strings))  # false for NaN too
        if known.all():
            picks = indexes.astype(np.int64).tolist()
            return dict(zip(where.tolist(), map(strings.__getitem__, picks), strict=True))
        self.lost_texts += int(np.count_nonzero(~known))
        return {
            at: strings[int(index)] if there else ""
            for at, index, there in zip(where.tolist(), indexes.tolist(), known, strict=True)
        }

    def _other(self, code: int, text: str) -> tuple[Kind, str | None, float]:
        """Kind, text and number of an error, a boolean or an ISO date."""
        kind, word, number = Kind.TEXT, text, np.nan
        plain = text.strip()
        if code == _ERROR and plain:
            kind, word = Kind.ERROR, plain
        elif code == _BOOLEAN and plain:
            kind, word = Kind.BOOLEAN, "TRUE" if is_on(plain) else "FALSE"
        elif code == _DATE and plain:
            serial = serial_day(plain, date_1904=self._book.date_1904)
            if serial is not None:
                return Kind.DATE, None, serial
        elif not plain:
            return Kind.BLANK, None, number
        return kind, word, number

    def finished(self) -> tuple[Cells, dict[int, str]]:
        """All cells in row-major order, and the formulas by position."""
        self.empty_events(is_last=True)
        cells = joined(self._blocks)
        self._blocks = []
        places = cells.places()
        written = self._written_formulas()
        if written:
            wanted = np.fromiter(written, np.int64, len(written))
            missing = wanted[~np.isin(wanted, places)]
            if len(missing):
                cells = joined([cells, _never_calculated(missing, written)])
                places = cells.places()
        cells = in_order(cells)
        places = cells.places()
        empty = [at for at, text in cells.texts.items() if not text]
        if empty:
            gone = [at for at in empty if int(places[at]) not in written]
            keep = np.ones(len(cells), dtype=np.bool_)
            keep[gone] = False
            cells = cells.picked(np.flatnonzero(keep))
            places = cells.places()
        where = np.searchsorted(places, np.fromiter(written, np.int64, len(written)))
        found = zip(where.tolist(), (formula for formula, _ in written.values()), strict=True)
        return cells, dict(sorted(found))

    def _written_formulas(self) -> dict[int, tuple[str, int]]:
        """Formula and style by place, shared formulas written out."""
        if not self.formulas:
            return {}
        addresses = "\n".join([cell["r"] for cell, _, _ in self.formulas])
        rows, columns, placed = places_of(addresses.encode("ascii", "replace"), len(self.formulas))
        styles = self._styles([cell.get("s") for cell, _, _ in self.formulas]).tolist()
        # The one that is shared stands above and left of its sharers, whatever came first here.
        order = np.lexsort((columns, rows)).tolist()
        where = list(zip(rows.tolist(), columns.tolist(), placed.tolist(), strict=True))
        shared: dict[str, SharedFormula] = {}
        written = {}
        for at in order:
            row, column, is_placed = where[at]
            _, attributes, text = self.formulas[at]
            formula = _formula_text(attributes, text.strip(), shared, row, column)
            if formula is None:
                self.lost_formulas += 1
            elif formula and is_placed:
                written[place_of(row, column)] = "=" + formula, styles[at]
        self.formulas = []
        return written


def _attach(  # noqa: PLR0915  (two closures that share their state are the fastest form)
    scan: CellScan,
    parser: XMLParserType,
    prefix: str,
    note_row: Callable[[int, Attributes], None],
    leave: Callable[[], None],
) -> None:
    add = scan.events.append
    add_formula = scan.formulas.append
    add_styled = scan.styled.append
    max_depth = scan.limits.max_depth
    max_formulas = scan.limits.max_cells
    c, v, f, r, inline, t, phonetic = (
        prefix + name for name in ("c", "v", "f", "row", "is", "t", "rPh")
    )
    cell: Attributes = {"r": ""}
    formula: Attributes = {}
    pieces: list[str] = []
    depth = 1
    row = 0
    is_inline = is_phonetic = False

    def start(name: str, attributes: Attributes) -> None:
        nonlocal cell, formula, depth, row, is_inline, is_phonetic
        depth += 1
        if depth > max_depth:
            raise too_deep(scan.part)
        if name == c:
            if "r" not in attributes:
                if scan.shortcut.was_taken:
                    raise OrderMatters
                attributes["r"] = _next_address(cell, row)
            elif "\n" in attributes["r"]:
                attributes["r"] = ""
            cell = attributes
            if "s" in attributes:
                add_styled(attributes)
        elif name == v:
            add(cell)
        elif name == f:
            formula = attributes
            pieces.clear()
            parser.CharacterDataHandler = pieces.append
        elif name == r:
            cell = {"r": ""}
            row = whole(attributes["r"]) if "r" in attributes else row + 1
            note_row(row, attributes)
        elif name == inline:
            is_inline, is_phonetic = True, False
            pieces.clear()
            parser.CharacterDataHandler = None
        elif is_inline and name == t and not is_phonetic:
            parser.CharacterDataHandler = pieces.append
        elif name == phonetic:
            is_phonetic = True

    def end(name: str) -> None:
        nonlocal depth, is_inline, is_phonetic
        depth -= 1
        if name == f:
            parser.CharacterDataHandler = add
            add_formula((cell, formula, "".join(pieces)))
            if len(scan.formulas) > max_formulas:
                raise too_deep(scan.part)
        elif is_inline:
            if name == t:
                parser.CharacterDataHandler = None
            elif name == phonetic:
                is_phonetic = False
            elif name == inline:
                is_inline = False
                parser.CharacterDataHandler = add
                add(cell)
                add("".join(pieces))
        elif depth == 0:
            leave()

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = add


def _next_address(previous: Attributes, row: int) -> str:
    """The address of a cell without one: right of the cell before it (18.3.1.4)."""
    try:
        column = parse_a1(previous["r"])[1] + 1
    except ValueError:
        column = 1
    return a1(row, column)


def _paired(events: list[Any]) -> tuple[list[Attributes], list[str]]:
    """Cells and texts when they do not stand in turn: blanks between tags, an empty value."""
    cells: list[Attributes] = []
    texts: list[str] = []
    for event in events:
        if type(event) is dict:
            cells.append(event)
            texts.append("")
        elif cells and not (event.isspace() and (texts[-1] or "\n" in event)):
            texts[-1] += event
    return cells, texts


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode()


def _floats(texts: Sequence[str | bytes]) -> NDArray[np.float64]:
    """The numbers that texts are; NaN for a text that is none."""
    try:
        return np.fromiter(map(float, texts), np.float64, len(texts))
    except ValueError:
        numbers = (float(text) if _is_float(text) else np.nan for text in texts)
        return np.fromiter(numbers, np.float64, len(texts))


def _is_float(text: str | bytes) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _kind_of_odd_number(text: str) -> Kind:
    """The kind of a numeric cell without a finite number: empty, overflown, or really a text."""
    if not text:
        return Kind.BLANK
    return Kind.ERROR if _is_float(text) else Kind.TEXT


def _formula_text(
    attributes: Attributes, text: str, shared: dict[str, SharedFormula], row: int, column: int
) -> str | None:
    """The formula of one cell without ``=``, ``""`` for none, ``None`` for one that is lost."""
    kind = attributes.get("t")
    if kind == "shared":
        name = attributes.get("si", "")
        if text:
            if "ref" in attributes or name not in shared:
                shared[name] = SharedFormula(text, row, column)
        elif name in shared:
            text = shared[name].at(row, column)
        else:
            return None
    elif kind == "dataTable":  # shown as {=TABLE(row input, column input)}
        first, second = attributes.get("r1", ""), attributes.get("r2", "")
        if not is_on(attributes.get("dt2D", "0")):
            first, second = (first, "") if is_on(attributes.get("dtr", "0")) else ("", first)
        text = f"TABLE({first},{second})"
    return text.removeprefix("=")


def _never_calculated(places: NDArray[np.int64], written: dict[int, tuple[str, int]]) -> Cells:
    """Cells for the formulas that have no stored value."""
    return Cells(
        (places >> COLUMN_BITS).astype(np.int32),
        ((places & (MAX_COLUMNS - 1)) + 1).astype(np.int32),
        np.full(len(places), Kind.NEVER_CALCULATED, dtype=np.uint8),
        np.full(len(places), np.nan),
        np.array([written[place][1] for place in places.tolist()], dtype=np.int32),
        {},
    )
