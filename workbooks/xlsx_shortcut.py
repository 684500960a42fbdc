"""A shorter way through the XML that spreadsheet programs write.

Nearly every cell of nearly every file has one of two shapes, ``<c r="B4" s="3"><v>12</v></c>`` and
the same with an inline text. Such cells are self-contained, so one regular expression can take
them out of a piece of XML before expat sees it; what is left, rows and every cell of another
shape, is still well-formed and is parsed as ever. That halves the time to read a sheet. The way is
left for good where it could mislead: after a comment, CDATA or processing instruction, outside
``<sheetData>``, and in any encoding but UTF-8.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# One character of plain text: no markup, no entity, no control character (nor a line break, which
# XML would normalise). What does not match goes to expat.
_PLAIN = rb"[^<&\x00-\x1f]"
_CELL = re.compile(
    rb'<c r="([A-Z]{1,3}[0-9]{1,7})"(?: s="([0-9]{1,6})")?(?: t="(n|str|s|b|e|inlineStr)")?>'
    rb"(<f[^<>&]*+(?:(?<=/)>|(?<!/)>" + _PLAIN + rb"*+</f>))?+"
    rb"(?:<v>(" + _PLAIN + rb"++)</v>"
    rb'|<is><t(?: xml:space="preserve")?>(' + _PLAIN + rb"++)</t></is>)</c>"
)
_GROUPS = 6
_EMPTY_CELL = re.compile(rb'<c r="([A-Z]{1,3}[0-9]{1,7})"(?: s="([0-9]{1,6})")?/>')
_ATTRIBUTE = re.compile(rb' (\w+)="([^"]*)"')
_STRING = rb'<si><t(?: xml:space="preserve")?>' + _PLAIN + rb"*+</t></si>"
_STRINGS = re.compile(rb"((?:" + _STRING + rb")++)")
_STRING_TEXT = re.compile(rb">(" + _PLAIN + rb"*+)</t>")
_PROLOGUE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding=[\"']([^\"']*)[\"']")
_OPENING, _CLOSING = b"<sheetData>", b"</sheetData>"
_MARK = b"<taken/>"

TAKEN = "taken"  # the element that stands for a run of shared strings taken out


class Cut(NamedTuple):
    """Cells taken out of a piece of XML, aligned."""

    addresses: list[bytes]
    styles: list[bytes | None]
    types: list[bytes | None]
    formulas: list[bytes | None]  # the whole <f> element
    values: list[bytes]


class _Guard:
    """Whether pieces of one part may still be shortened."""

    def __init__(self) -> None:
        self.is_open = True
        self._is_first = True

    def admits(self, piece: bytes) -> bool:
        """Looks at the next piece; once false, always false."""
        if self._is_first:
            self._is_first = False
            match = _PROLOGUE.match(piece)
            encoding = match.group(1).lower() if match else b"utf-8"
            instructions = 1 if piece.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?") else 0
            self.is_open = encoding in (b"utf-8", b"us-ascii", b"ascii") and b"\0" not in piece
        else:
            instructions = 0
        if b"<!" in piece or piece.count(b"<?") > instructions:
            self.is_open = False
        return self.is_open


class CellShortcut:
    """Takes the plain cells out of the pieces of one sheet."""

    def __init__(self) -> None:
        self.cuts: list[Cut] = []  # to be emptied by the caller
        self.empty: list[tuple[list[bytes], list[bytes | None]]] = []  # likewise: places, styles
        self.was_taken = False
        self._guard = _Guard()
        self._is_inside = False

    def close(self) -> None:
        """No more shortcuts in this part."""
        self._guard.is_open = False

    def shortened(self, piece: bytes) -> bytes:
        """The piece without its plain cells, which are added to ``cuts``."""
        if not self._guard.is_open or not self._guard.admits(piece):
            return piece
        head = b""
        if not self._is_inside:
            at = piece.find(_OPENING)
            if at < 0:
                return piece
            self._is_inside = True
            head, piece = piece[: at + len(_OPENING)], piece[at + len(_OPENING) :]
        tail = b""
        at = piece.find(_CLOSING)
        if at >= 0:
            self.close()
            piece, tail = piece[:at], piece[at:]
        return head + self._taken(piece) + tail

    def _taken(self, piece: bytes) -> bytes:
        if piece.count(b"/>") * 4 > piece.count(b"<c"):
            parts = _EMPTY_CELL.split(piece)
            self.empty.append((parts[1::3], parts[2::3]))
            piece = b"".join(parts[0::3])
            self.was_taken = True
        parts = _CELL.split(piece)
        if len(parts) == 1:
            return piece
        self.was_taken = True
        step = _GROUPS + 1
        values, inline = parts[5::step], parts[6::step]
        if inline.count(None) != len(inline):
            values = [value or text for value, text in zip(values, inline, strict=True)]
        cut = Cut(parts[1::step], parts[2::step], parts[3::step], parts[4::step], values)
        self.cuts.append(cut)
        return b"".join(parts[0::step])


class StringShortcut:
    """Takes runs of plain shared strings out of the pieces of their part."""

    def __init__(self) -> None:
        self.runs: list[list[str]] = []  # one for each element ``TAKEN`` that is left behind
        self._guard = _Guard()

    def shortened(self, piece: bytes) -> bytes:
        """The piece with a mark in place of each run; ``UnicodeDecodeError`` for bad bytes."""
        if not self._guard.is_open or not self._guard.admits(piece) or _MARK in piece:
            self._guard.is_open = False
            return piece
        parts = _STRINGS.split(piece)
        for run in parts[1::2]:
            self.runs.append(b"\0".join(_STRING_TEXT.findall(run)).decode().split("\0"))
        parts[1::2] = [_MARK] * len(parts[1::2])
        return b"".join(parts)


def formula_of(element: bytes) -> tuple[dict[str, str], str]:
    """Attributes and text of a whole <f> element."""
    tag, _, rest = element.partition(b">")
    attributes = {name.decode(): value.decode() for name, value in _ATTRIBUTE.findall(tag)}
    return attributes, rest.removesuffix(b"</f>").decode()
