"""How cells look, and what their number format says about them (ECMA-376 part 1, 18.8)."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from workbooks.grid import Border, Kind, Style
from workbooks.looks import rotation_of
from workbooks.package import DamagedPart, Node, Package
from workbooks.style_tables import BUILTIN_FORMATS, PALETTE

_LITERALS = re.compile(r'"[^"]*"?|\\.|_.|\*.|!.')
_BRACKETS = re.compile(r"\[(?!(?:h+|m+|s+)\])[^\]]*\]", re.IGNORECASE)
_EXPONENT = re.compile(r"E[+-]", re.IGNORECASE)
_FRACTIONS_OF_SECONDS = re.compile(r"s{1,2}\]?[.,]0+", re.IGNORECASE)
_DATE_LETTERS = re.compile(r"[dmyhsegb]", re.IGNORECASE)
_DIGITS = re.compile(r"[0#?]")
_NO_FORMAT = frozenset({"general", "standard", "yleinen", ""})

_OFFICE_THEME = (
    "FFFFFF 000000 EEECE1 1F497D 4F81BD C0504D 9BBB59 8064A2 4BACC6 F79646 0000FF 800080"
)
_THEME = tuple(_OFFICE_THEME.split())
_THEME_ORDER = ("lt1", "dk1", "lt2", "dk2", *(f"accent{i}" for i in range(1, 7)), "hlink")
_RGB = re.compile(r"[0-9A-Fa-f]{6}")


_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class _Font:
    name: str = ""
    size: float = 0.0
    bold: bool = False
    italic: bool = False
    underline: bool = False
    strike: bool = False
    colour: str = ""


def number_kind(number_format: str) -> Kind:
    """What a stored number is under ``number_format``: an amount, a percentage or a date.

    Only the first section of the format counts; quoted and escaped text in it does not, so that
    ``0.0"%"``, which shows a per cent sign after a plain number, is an amount.

    >>> number_kind("0.0 %").name, number_kind("d.m.yyyy").name, number_kind('0" m"').name
    ('PERCENTAGE', 'DATE', 'AMOUNT')
    """
    if number_format.strip().lower() in _NO_FORMAT:
        return Kind.AMOUNT
    plain = _LITERALS.sub("", number_format).partition(";")[0]
    plain = _EXPONENT.sub("", _BRACKETS.sub("", plain))
    if "%" in plain:
        return Kind.PERCENTAGE
    plain = re.sub("general", "", _FRACTIONS_OF_SECONDS.sub("s", plain), flags=re.IGNORECASE)
    is_date = _DATE_LETTERS.search(plain) is not None and _DIGITS.search(plain) is None
    return Kind.DATE if is_date else Kind.AMOUNT


def shown_step(number_format: str) -> float:
    """The smallest difference that shows under ``number_format``; 0 where that is not said.

    >>> shown_step("#,##0"), shown_step("0.0%"), shown_step("#,##0,"), shown_step("General")
    (1.0, 0.001, 1000.0, 0.0)
    """
    if number_kind(number_format) is Kind.DATE or number_format.strip().lower() in _NO_FORMAT:
        return 0.0
    plain = _BRACKETS.sub("", _LITERALS.sub("", number_format).partition(";")[0])
    decimals = plain.partition(".")[2]
    if not _DIGITS.search(plain) or _EXPONENT.search(plain) or "/" in plain:
        return 0.0
    digits = len(_DIGITS.findall(decimals)) + 2 * ("%" in plain)
    return float(f"1e{scaled_by(number_format) - digits}")


def scaled_by(number_format: str) -> int:
    """The power of ten that ``number_format`` leaves out: ``#,##0,`` shows thousands.

    >>> scaled_by("#,##0"), scaled_by("#,##0,"), scaled_by("0.0,,")
    (0, 3, 6)
    """
    plain = _BRACKETS.sub("", _LITERALS.sub("", number_format).partition(";")[0])
    last = max((m.end() for m in _DIGITS.finditer(plain)), default=0)
    return 3 * (len(plain[last:]) - len(plain[last:].lstrip(",")))


def read_styles(package: Package, part: str | None, theme: str | None) -> tuple[Style, ...]:
    """The looks that cells refer to by number; one plain look when the file has none.

    Raises ``DamagedPart`` when the styles are broken; a broken theme only loses its colours.
    """
    if part is None:
        return (Style(),)
    root = package.tree(part)
    colours = _Colours(_theme_colours(package, theme), _indexed_colours(root))
    formats = dict(BUILTIN_FORMATS)
    for node in root.all("numFmts", "numFmt"):
        formats[_int(node.get("numFmtId"), -1)] = node.get("formatCode") or "General"
    fonts = [_font(node, colours) for node in root.all("fonts", "font")]
    fills = [_fill(node, colours) for node in root.all("fills", "fill")]
    borders = [_border(node, colours) for node in root.all("borders", "border")]
    looks = tuple(
        _style(node, formats, fonts, fills, borders) for node in root.all("cellXfs", "xf")
    )
    return looks or (Style(),)


def _style(
    node: Node,
    formats: dict[int, str],
    fonts: Sequence[_Font],
    fills: Sequence[str],
    borders: Sequence[Border],
) -> Style:
    alignment = node.first("alignment") or Node("alignment", {})
    font = _pick(fonts, node.get("fontId"), _Font())
    return Style(
        number_format=formats.get(_int(node.get("numFmtId")), "General"),
        font=font.name,
        size=font.size,
        bold=font.bold,
        italic=font.italic,
        underline=font.underline,
        strike=font.strike,
        colour=font.colour,
        fill=_pick(fills, node.get("fillId"), ""),
        indent=max(0, _int(alignment.get("indent"))),
        horizontal=alignment.get("horizontal").removeprefix("general"),
        vertical=alignment.get("vertical"),
        wrap=_is_on(alignment.get("wrapText", "0")),
        rotation=rotation_of(_int(alignment.get("textRotation"))),
        border=_pick(borders, node.get("borderId"), Border()),
    )


def _pick(items: Sequence[_Item], index: str, default: _Item) -> _Item:
    at = _int(index)
    return items[at] if 0 <= at < len(items) else default


def _int(text: str, default: int = 0) -> int:
    try:
        return int(float(text))
    except (ValueError, OverflowError):
        return default


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _is_on(text: str) -> bool:
    return text.strip().lower() in ("1", "true", "on")


def _font(node: Node, colours: _Colours) -> _Font:
    def flag(name: str) -> bool:
        child = node.first(name)
        return child is not None and _is_on(child.get("val", "1"))

    def value(name: str) -> str:
        child = node.first(name)
        return child.get("val") if child is not None else ""

    underline = node.first("u")
    return _Font(
        name=value("name"),
        size=_float(value("sz")),
        bold=flag("b"),
        italic=flag("i"),
        underline=underline is not None and underline.get("val", "single") != "none",
        strike=flag("strike"),
        colour=colours.of(node.first("color")),
    )


def _fill(node: Node, colours: _Colours) -> str:
    pattern = node.first("patternFill")
    if pattern is None:
        return colours.of(node.first("gradientFill", "stop", "color"))
    kind = pattern.get("patternType", "none" if not pattern.children else "solid")
    if kind in ("none", "gray125"):
        return ""
    return colours.of(pattern.first("fgColor")) or colours.of(pattern.first("bgColor"))


def _border(node: Node, colours: _Colours) -> Border:
    def edge(*names: str) -> tuple[str, str]:
        for name in names:
            child = node.first(name)
            style = child.get("style") if child is not None else ""
            if child is not None and style and style != "none":
                return style, colours.of(child.first("color"))
        return "", ""

    edges = (edge("left", "start"), edge("right", "end"), edge("top"), edge("bottom"))
    (left, one), (right, two), (top, three), (bottom, four) = edges
    return Border(left, right, top, bottom, (one, two, three, four))


class _Colours:
    """Resolves the ways in which a file names a colour to RRGGBB."""

    def __init__(self, theme: Sequence[str], palette: Sequence[str]) -> None:
        self._theme = theme
        self._palette = palette

    def of(self, node: Node | None) -> str:
        """The colour of an element such as ``fgColor``; empty when it is absent or automatic."""
        if node is None:
            return ""
        colour = ""
        if node.get("rgb"):
            colour = _rgb(node.get("rgb"))
        elif node.get("theme"):
            colour = _pick(self._theme, node.get("theme"), "")
        elif node.get("indexed"):
            colour = _pick(self._palette, node.get("indexed"), "")
        tint = _float(node.get("tint", "0"))
        return _tinted(colour, tint) if colour and tint else colour


def _rgb(text: str) -> str:
    plain = text.strip()[-6:]
    return plain.upper() if _RGB.fullmatch(plain) else ""


def _tinted(colour: str, tint: float) -> str:
    """The colour made lighter (tint to 1) or darker (to -1), by its lightness (18.8.19)."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4))
    hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
    share = min(1.0, abs(tint))
    light = light * (1 - share) + (share if tint > 0 else 0)
    parts = colorsys.hls_to_rgb(hue, min(1.0, max(0.0, light)), saturation)
    return "".join(f"{round(part * 255):02X}" for part in parts)


def _theme_colours(package: Package, part: str | None) -> Sequence[str]:
    if part is None or part not in package:
        return _THEME
    try:
        root = package.tree(part)
    except DamagedPart:
        return _THEME
    scheme = next(root.descendants("clrScheme"), None)
    if scheme is None:
        return _THEME
    named = {}
    for node in scheme.children:
        value = node.children[0] if node.children else node
        named[node.name] = _rgb(value.get("lastClr") or value.get("val"))
    names = (*_THEME_ORDER, "folHlink")
    return tuple(named.get(name) or _THEME[at] for at, name in enumerate(names))


def _indexed_colours(root: Node) -> Sequence[str]:
    own = [_rgb(node.get("rgb")) for node in root.all("colors", "indexedColors", "rgbColor")]
    return [*own, *PALETTE[len(own) :]]
