"""One language: sentences from the catalogue, and numbers, addresses and lists as it writes them.

A text of the catalogue names its values in braces, ``{reported}``, and may say how to show one:
``{difference:size}`` without its sign, ``{reported:percent}`` as per cent, ``{reported:ratio}`` as
per cent when the cell holds it so. A text with two forms is chosen by ``count`` or ``n_parts``.
"""

from __future__ import annotations

import gettext
import math
from collections.abc import Iterable, Mapping
from string import Formatter

from reports.catalogue import DOMAIN, FOLDER, LANGUAGES
from rules.model import Message, Part
from workbooks.refs import CellRef, quoted

NBSP = "\u00a0"
_NUMBER_MARKS = {
    "en": str.maketrans({"-": "−"}),  # a hyphen would break a line inside a number
    "fi": str.maketrans({",": NBSP, ".": ",", "-": "−"}),
    "sv": str.maketrans({",": NBSP, ".": ",", "-": "−"}),
}
_LONGEST_LIST = 12
_Template = tuple[tuple[str, str | None, str], ...]  # text before, name of the value, how to show


class Words:
    """Everything a report says, in one of ``LANGUAGES``."""

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"no such language: {language!r}; there are {', '.join(LANGUAGES)}")
        self.language = language
        self._catalogue = gettext.translation(DOMAIN, FOLDER, [language])
        self._marks = _NUMBER_MARKS[language]
        self._templates: dict[tuple[str, bool], _Template] = {}

    def text(self, message: Message, sheet: str = "") -> str:
        """The sentence of ``message``; addresses on ``sheet`` are written without its name."""
        return self._fill(message.key, message.values, sheet)

    def say(self, key: str, /, **values: object) -> str:
        """The text of ``key``, its values put in. ``KeyError`` for a key without text."""
        return self._fill(key, values, "")

    def number(
        self,
        value: float,
        decimals: int | None = None,
        *,
        plus: bool = False,
        grouped: bool = True,
    ) -> str:
        """``value`` as the language writes it, without trailing zeros.

        Thousands are set apart where ``grouped``; unless ``decimals`` says otherwise, two decimals
        from 10 upwards, four below.

        >>> Words("en").number(-1433276.5)
        '−1,433,276.5'
        """
        if not math.isfinite(value):
            return "–"
        if decimals is None:
            decimals = 2 if abs(value) >= 10 else 4
        digits = f"{value:,.{decimals}f}" if grouped else f"{value:.{decimals}f}"
        if "." in digits:
            digits = digits.rstrip("0").rstrip(".")
        if digits == "-0":
            digits = "0"
        if plus and value > 0:
            digits = f"+{digits}"
        return digits.translate(self._marks)

    def percent(self, value: float, decimals: int | None = None) -> str:
        """``value`` per cent, e.g. 3.6 as ``3.6%`` in English and ``3,6 %`` in Finnish."""
        sign = "%" if self.language == "en" else f"{NBSP}%"
        if decimals is None:
            decimals = 2 if abs(value) >= 0.1 else 4
        return self.number(value, decimals) + sign

    def cell(self, ref: CellRef, sheet: str = "") -> str:
        """An address for a reader: ``B4`` on ``sheet``, else ``Yksiköt!B4``."""
        return ref.a1 if ref.sheet == sheet else self.place(ref.sheet, ref.a1)

    def place(self, sheet: str, address: str) -> str:
        """An address with the name of its sheet: ``Yksiköt!B4``, ``'Osa 1'!B4``."""
        plain = all(letter.isalnum() or letter in "_." for letter in sheet)
        return f"{sheet if plain else quoted(sheet)}!{address}"

    def listing(self, items: Iterable[str]) -> str:
        """Items with commas; a long list is cut after twelve."""
        items = list(items)
        cut = items[:_LONGEST_LIST] + (["…"] if len(items) > _LONGEST_LIST else [])
        return ", ".join(cut)

    def _fill(self, key: str, values: Mapping[str, object], sheet: str) -> str:
        template = self._template(key, values)
        decimals = _decimals(values)
        return "".join(
            before if name is None else before + self._show(values, name, how, decimals, sheet)
            for before, name, how in template
        )

    def _template(self, key: str, values: Mapping[str, object]) -> _Template:
        count = values.get("count", values.get("n_parts", 1))
        several = count != 1
        found = self._templates.get((key, several))
        if found is None:
            text = self._catalogue.ngettext(key, key, 2 if several else 1)
            if text == key:
                text = self._catalogue.gettext(key)
            if text == key:
                raise KeyError(f"no text for {key!r} in language {self.language!r}")
            found = tuple(
                (before, name, how or "") for before, name, how, _ in Formatter().parse(text)
            )
            self._templates[key, several] = found
        return found

    def _show(
        self, values: Mapping[str, object], name: str, how: str, decimals: int | None, sheet: str
    ) -> str:
        value = values[name]
        if how and isinstance(value, (int, float)):
            return self._show_as(how, float(value), values.get("scale"), decimals)
        return self.shown(value, sheet, decimals)

    def _show_as(self, how: str, value: float, scale: object, decimals: int | None) -> str:
        held_as_percent = scale is None or scale == 100
        if how == "size":
            return self.number(abs(value), decimals)
        if how == "percent":
            return self.percent(value if held_as_percent else value * 100)
        if how == "ratio":
            return self.percent(value) if scale == 100 else self.number(value)
        raise ValueError(f"the catalogue asks for an unknown way to show a number: {how!r}")

    def shown(self, value: object, sheet: str = "", decimals: int | None = None) -> str:
        """Any value a message may carry."""
        text = str(value)
        match value:
            case None:
                text = "–"
            case int() | float():
                text = self.number(value, decimals)
            case CellRef():
                text = self.cell(value, sheet)
            case Part():
                text = self.cell(value.cell, sheet)
            case Message():
                text = self.text(value, sheet)
            case tuple() | list() | frozenset():
                text = self.listing(self.shown(item, sheet, decimals) for item in value)
        return text


def _decimals(values: Mapping[str, object]) -> int | None:
    """Decimals that show the difference of a message with two digits, for all its amounts."""
    difference = values.get("difference")
    if not isinstance(difference, (int, float)) or not math.isfinite(difference):
        return None
    if difference == 0 or abs(difference) >= 1:
        return 2
    return min(8, 1 - math.floor(math.log10(abs(difference))))
