"""The boxes of notes, which Excel still keeps as VML (ECMA-376 part 4, 19.4).

Excel itself writes VML that is not well-formed XML, so an earlier drawing is not parsed: boxes are
put before its end, and all else in it stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from reports.annotated_copy.anchors import Anchor
from reports.annotated_copy.sheet_part import Place
from reports.annotated_copy.xml_edits import as_utf8

VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
PER_BLOCK = 1024  # numbers of shapes in one block of an idmap

_SPACES = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
_END = re.compile(rb"</xml\s*>\s*$")
_EMPTY = re.compile(rb"<xml\b([^>]*?)\s*/>\s*$")
_ROOT = re.compile(rb"<xml\b[^>]*>")
_NOTE = re.compile(
    rb"""<x:ClientData\b[^>]*\bObjectType\s*=\s*["']Note["'][^>]*>(.*?)</x:ClientData\s*>""",
    re.DOTALL,
)
_ROW = re.compile(rb"<x:Row>\s*(\d+)\s*</x:Row>")
_COLUMN = re.compile(rb"<x:Column>\s*(\d+)\s*</x:Column>")
_ANCHOR = re.compile(rb"(<x:Anchor>)([\s\d,-]+)(</x:Anchor>)")
_IDMAP = re.compile(rb"""(<o:idmap\b[^>]*\bdata\s*=\s*["'])([\d\s,]*)(["'])""")
_TYPE = re.compile(rb"""<v:shapetype\b[^>]*\bid\s*=\s*["']_x0000_t202["']""")
_SHAPE_TYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)


class UnknownDrawing(Exception):  # noqa: N818  (a verdict on the part; the caller goes without)
    """A VML drawing of a form to which no box can be added."""


def new_drawing() -> bytes:
    """A drawing without boxes."""
    spaces = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in _SPACES.items())
    return (
        f'<xml {spaces}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data=""/>'
        f"</o:shapelayout>{_SHAPE_TYPE}</xml>"
    ).encode()


def blocks_in(chunks: Iterable[bytes]) -> set[int]:
    """The blocks of numbers that a drawing claims or uses."""
    data = b"".join(as_utf8(chunks))
    used = {
        int(number)
        for match in _IDMAP.finditer(data)
        for number in match[2].split(b",")
        if number.strip().isdigit()
    }
    return used | {int(n) // PER_BLOCK for n in re.findall(rb"_s(\d{1,9})\b", data)}


class VmlPart:
    """The drawing of one sheet's notes in the making."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        """Raises ``UnknownDrawing`` when boxes cannot be added."""
        self._data = b"".join(as_utf8(chunks))
        self._data = _EMPTY.sub(rb"<xml\1></xml>", self._data)
        end, root = _END.search(self._data), _ROOT.search(self._data)
        if end is None or root is None:
            raise UnknownDrawing
        head = root[0].decode("utf-8", "replace")
        # Prefixes that the drawing lacks are declared on each box.
        self._spaces = "".join(
            f' xmlns:{prefix}="{space}"'
            for prefix, space in _SPACES.items()
            if not re.search(rf"""xmlns:{prefix}\s*=\s*["']{re.escape(space)}["']""", head)
        )

    def places(self) -> set[Place]:
        """The cells whose note has a box."""
        return {place for body in _NOTE.findall(self._data) if (place := _place(body))}

    def enlarge(self, bottoms: Mapping[Place, Callable[[int], tuple[int, int]]]) -> None:
        """Make the boxes of notes longer where they are too short.

        ``bottoms`` tells for a cell, given the first row of its box (from 0), the row and the
        pixels where it should end at least.
        """

        def longer(match: re.Match[bytes]) -> bytes:
            place = _place(match[1])
            wanted = bottoms.get(place) if place else None
            if wanted is None:
                return match[0]

            def moved(anchor: re.Match[bytes]) -> bytes:
                numbers = [
                    int(n) for n in anchor[2].split(b",") if n.strip().lstrip(b"-").isdigit()
                ]
                if len(numbers) != 8:
                    return anchor[0]
                row, pixels = wanted(numbers[2])
                if (row, pixels) <= (numbers[6], numbers[7]):
                    return anchor[0]
                numbers[6:] = [row, pixels]
                return anchor[1] + ", ".join(map(str, numbers)).encode() + anchor[3]

            return _ANCHOR.sub(moved, match[0], count=1)

        self._data = _NOTE.sub(longer, self._data)

    def edited(self, boxes: Mapping[Place, Anchor], blocks: Iterable[int]) -> bytes:
        """The drawing with a box for each cell of ``boxes``, numbered from unused ``blocks``."""
        claimed: list[int] = []
        numbers = iter(blocks)
        shapes = [] if _TYPE.search(self._data) or not boxes else [self._type()]
        for index, (place, anchor) in enumerate(sorted(boxes.items())):
            if index % (PER_BLOCK - 1) == 0:
                claimed.append(next(numbers))
            number = claimed[-1] * PER_BLOCK + 1 + index % (PER_BLOCK - 1)
            shapes.append(_shape(place, anchor, number, self._spaces))
        data = _IDMAP.sub(lambda match: _claiming(match, claimed), self._data, count=1)
        end = _END.search(data)
        assert end is not None
        return data[: end.start()] + "".join(shapes).encode() + data[end.start() :]

    def _type(self) -> str:
        return _SHAPE_TYPE.replace("<v:shapetype", f"<v:shapetype{self._spaces}", 1)


def _claiming(match: re.Match[bytes], blocks: list[int]) -> bytes:
    present = [n.strip().decode() for n in match[2].split(b",") if n.strip()]
    added = [str(block) for block in blocks if str(block) not in present]
    return match[1] + ",".join(present + added).encode() + match[3]


def _place(body: bytes) -> Place | None:
    row, column = _ROW.search(body), _COLUMN.search(body)
    return (int(row[1]) + 1, int(column[1]) + 1) if row and column else None


def _shape(place: Place, anchor: Anchor, number: int, spaces: str) -> str:
    return (
        f'<v:shape{spaces} id="_x0000_s{number}" type="#_x0000_t202" '
        'style="position:absolute;width:248pt;height:96pt;z-index:1;visibility:hidden" '
        'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
        '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>"
        f"<x:Row>{place[0] - 1}</x:Row><x:Column>{place[1] - 1}</x:Column></x:ClientData></v:shape>"
    )
