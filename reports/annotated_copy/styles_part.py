"""The styles of the copy: those of the workbook, and for each style of a marked cell one more.

The added style is the cell's own with another fill, and with dark letters where its own are pale.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from reports.annotated_copy.xml_edits import Element, Part, with_attributes
from reports.styles import INK, LOOKS, Mark

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
MAIN_STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
MOST_STYLES = 64_000  # of cells; Excel's limit is 65,490
_PLAIN_XF = b'<%bxf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
_ORDER = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs")
_DARK_INDEXED = frozenset({"0", "8", "64"})
_RGB = re.compile(r"(?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{2})([0-9A-Fa-f]{2})([0-9A-Fa-f]{2})")
_PALE = 0.45  # of full light; darker letters can be read on our fills

EMPTY = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="{space}">'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)


class StylesPart:
    """The styles part in the making: ``number`` hands out styles, ``edited`` gives the bytes."""

    def __init__(self, chunks: Iterable[bytes], name: str) -> None:
        """Raises ``DamagedPart`` when the part is not well-formed."""
        self._part = Part(chunks, name)
        self._xfs = self._children("cellXfs", "xf")
        self._fonts = self._children("fonts", "font")
        self._n_fills = len(self._children("fills", "fill"))
        self._numbers: dict[tuple[int, Mark], int] = {}
        self._new_xfs: list[bytes] = []
        self._new_fonts: list[bytes] = []
        self._dark: dict[int, int] = {}  # pale font -> its dark twin
        self._new_fills: list[bytes] = []
        self._fills: dict[Mark, int] = {}
        if not self._xfs:  # the part has no styles of cells: what 0 means has to be said
            self._new_xfs.append(_PLAIN_XF % self._part.prefix.encode())

    def number(self, style: int, mark: Mark) -> int:
        """The style that shows ``mark`` on a cell of ``style``; the same one when there is no room
        for more."""
        if mark is Mark.NONE:
            return style
        known = self._numbers.get((style, mark))
        if known is None:
            known = len(self._xfs) + len(self._new_xfs)
            if known >= MOST_STYLES:
                return style
            self._numbers[style, mark] = known
            self._new_xfs.append(self._marked_xf(style, mark))
        return known

    def edited(self) -> bytes:
        """The part with the added styles."""
        self._extend("fonts", self._new_fonts, len(self._fonts))
        self._extend("fills", self._new_fills, self._n_fills)
        self._extend("cellXfs", self._new_xfs, len(self._xfs))
        return self._part.edited()

    def _children(self, section: str, name: str) -> list[Element]:
        element = self._part.root.first(section)
        return element.all(name) if element else []

    def _marked_xf(self, style: int, mark: Mark) -> bytes:
        if self._xfs:
            element = self._xfs[style if style < len(self._xfs) else 0]
            raw, font = self._part.raw(element), element.get("fontId", "0")
        else:
            raw, font = _PLAIN_XF % self._part.prefix.encode(), "0"
        values = {"fillId": str(self._fill(mark)), "applyFill": "1"}
        twin = self._dark_font(int(font) if font.isdecimal() else 0)
        if twin is not None:
            values |= {"fontId": str(twin), "applyFont": "1"}
        end = raw.index(b">") + 1
        return with_attributes(raw[:end], values) + raw[end:]

    def _fill(self, mark: Mark) -> int:
        if mark not in self._fills:
            p = self._part.prefix
            while self._n_fills + len(self._new_fills) < 2:  # 0 and 1 have a fixed meaning
                kind = ("none", "gray125")[self._n_fills + len(self._new_fills)]
                self._new_fills.append(
                    f'<{p}fill><{p}patternFill patternType="{kind}"/></{p}fill>'.encode()
                )
            self._fills[mark] = self._n_fills + len(self._new_fills)
            colour = str(LOOKS[mark]["bg_color"]).removeprefix("#")
            self._new_fills.append(
                f'<{p}fill><{p}patternFill patternType="solid"><{p}fgColor rgb="FF{colour}"/>'
                f'<{p}bgColor indexed="64"/></{p}patternFill></{p}fill>'.encode()
            )
        return self._fills[mark]

    def _dark_font(self, font: int) -> int | None:
        """A twin of a pale font in dark; ``None`` for one that is dark already."""
        if font >= len(self._fonts):
            return None
        element = self._fonts[font]
        colour = element.first("color")
        if colour is None or _is_dark(colour):
            return None
        if font not in self._dark:
            self._dark[font] = len(self._fonts) + len(self._new_fonts)
            ink = f'<{colour.prefix}color rgb="FF{INK.removeprefix("#")}"/>'.encode()
            raw = self._part.raw(element)
            at, end = colour.start - element.start, colour.end - element.start
            self._new_fonts.append(raw[:at] + ink + raw[end:])
        return self._dark[font]

    def _extend(self, section: str, added: list[bytes], present: int) -> None:
        """Append to a section; one that the part lacks is made where it belongs."""
        if not added:
            return
        part, inside, count = self._part, b"".join(added), str(present + len(added))
        element = part.root.first(section)
        if element is None:
            name = f"{part.prefix}{section}".encode()
            whole = b'<%b count="%b">%b</%b>' % (name, count.encode(), inside, name)
            later = part.root.children
            earlier = [c for c in later if c.name in _ORDER[: _ORDER.index(section)]]
            if earlier:
                part.insert(earlier[-1].end, whole)
            elif later:
                part.insert(later[0].start, whole)
            else:
                part.append(part.root, whole)
        elif element.is_empty:
            name = part.data[element.start : element.opened].split()[0].strip(b"</>")
            whole = b'<%b count="%b">%b</%b>' % (name, count.encode(), inside, name)
            part.replace(element.start, element.opened, whole)
        else:
            if "count" in element.attributes:
                part.set_attribute(element, "count", count)
            part.insert(element.closing, inside)


def _is_dark(colour: Element) -> bool:
    """Whether letters of that colour can be read on a pale fill; the unknown counts as no."""
    if colour.get("auto") in ("1", "true"):
        return True
    if colour.get("theme"):
        return colour.get("theme") == "1" and not colour.get("tint")
    if colour.get("indexed"):
        return colour.get("indexed") in _DARK_INDEXED
    match = _RGB.fullmatch(colour.get("rgb"))
    if match is None:
        return not colour.attributes
    red, green, blue = (int(digits, 16) / 255 for digits in match.groups())
    return 0.299 * red + 0.587 * green + 0.114 * blue < _PALE
