"""Edits of XML at the places where they are due; every other byte stays as it was.

An element is known by its place in the bytes, as expat tells it, so that prefixes, entities, order
and spaces of the part need no writing anew. A part in another encoding than UTF-8 is put into it.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pyexpat import ExpatError, XMLParserType

from workbooks.package import DamagedPart, xml_parser

START_TAG = re.compile(
    rb"""<([^\s/>]+)((?:\s+[^\s=/>]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(/?)>""", re.DOTALL
)
_ATTRIBUTE = re.compile(rb"""\s+([^\s=/>]+)\s*=\s*("[^"]*"|'[^']*')""")
_DECLARATION = re.compile(rb"""\s*<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["'][^>]*\?>""")
_DECLARED = re.compile(r"^\s*<\?xml\s.*?\?>", re.DOTALL)
_BOMS = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_BARE_UTF16 = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_AS_IT_IS = {"utf-8", "ascii"}


@dataclass(slots=True)
class Element:
    """One element and where it stands: bytes ``start:opened`` are its start tag."""

    name: str  # without prefix
    prefix: str  # "x:", or empty
    attributes: dict[str, str]
    start: int
    opened: int
    closing: int = 0  # where the end tag begins; ``opened`` for <x/>
    end: int = 0
    is_empty: bool = False  # written <x/>
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def all(self, name: str) -> list[Element]:
        """The children of that name."""
        return [child for child in self.children if child.name == name]

    def first(self, name: str) -> Element | None:
        """The first child of that name."""
        return next(iter(self.all(name)), None)

    def get(self, name: str, default: str = "") -> str:
        """An attribute by its name, with or without a prefix."""
        if name in self.attributes:
            return self.attributes[name]
        for key, value in self.attributes.items():
            if key.rpartition(":")[2] == name:
                return value
        return default


class Part:
    """A small XML part, whole in memory, and the edits to make in it."""

    def __init__(self, chunks: Iterable[bytes], name: str) -> None:
        """Raises ``DamagedPart`` when the XML is not well-formed."""
        self.name = name
        self.data = b"".join(as_utf8(chunks))
        self._edits: list[tuple[int, int, bytes]] = []
        self.root = self._parsed()

    @property
    def prefix(self) -> str:
        """The prefix of the root, with its colon."""
        return self.root.prefix

    def raw(self, element: Element) -> bytes:
        """The bytes of an element."""
        return self.data[element.start : element.end]

    def insert(self, at: int, xml: bytes) -> None:
        """Put ``xml`` at an offset; at the same offset the first comes first."""
        self._edits.append((at, at, xml))

    def replace(self, start: int, end: int, xml: bytes) -> None:
        """Put ``xml`` in the place of a stretch."""
        self._edits.append((start, end, xml))

    def append(self, parent: Element, xml: bytes) -> None:
        """Make ``xml`` the last child of an element that has no other edit at its end."""
        if parent.is_empty:
            tag = self.data[parent.start : parent.opened]
            name = START_TAG.match(tag)
            assert name is not None
            opened = tag[: tag.rindex(b"/")].rstrip()
            self.replace(parent.start, parent.opened, opened + b">" + xml + b"</" + name[1] + b">")
        else:
            self.insert(parent.closing, xml)

    def set_attribute(self, element: Element, name: str, value: str) -> None:
        """Set an attribute without prefix; for an element whose start tag has no other edit."""
        tag = self.data[element.start : element.opened]
        self.replace(element.start, element.opened, with_attributes(tag, {name: value}))

    def edited(self) -> bytes:
        """The bytes with all edits made."""
        pieces, at = [], 0
        for start, end, xml in sorted(self._edits, key=lambda edit: edit[:2]):
            pieces += [self.data[at:start], xml]
            at = end
        return b"".join([*pieces, self.data[at:]])

    def _parsed(self) -> Element:
        parser = xml_parser()
        top = Element("", "", {}, 0, 0)
        stack = [top]

        def start(name: str, attributes: dict[str, str]) -> None:
            element = element_at(parser, name, attributes, self.data, 0)
            stack[-1].children.append(element)
            stack.append(element)

        def end(_: str) -> None:
            element = stack.pop()
            if not element.is_empty:
                element.closing = parser.CurrentByteIndex
                element.end = self.data.index(b">", element.closing) + 1

        def text(piece: str) -> None:
            stack[-1].text += piece

        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = text
        try:
            parser.Parse(self.data, True)
        except (ExpatError, LookupError, UnicodeError, ValueError) as error:
            raise DamagedPart(f"{self.name} is not well-formed XML") from error
        return top.children[0]


def element_at(
    parser: XMLParserType, name: str, attributes: dict[str, str], data: bytes, base: int
) -> Element:
    """The element that the parser is at; ``data`` begins at offset ``base`` of what it was fed."""
    start = parser.CurrentByteIndex
    match = START_TAG.match(data, start - base)
    if match is None:
        raise DamagedPart("a start tag is not where the parser has it")
    opened = base + match.end()
    local = name.rpartition(":")[2]
    is_empty = bool(match[3])
    prefix = name[: len(name) - len(local)]
    return Element(local, prefix, attributes, start, opened, opened, opened, is_empty)


def with_attributes(tag: bytes, values: dict[str, str]) -> bytes:
    """A start tag with attributes (without prefix) set, in their place or behind the others.

    >>> with_attributes(b'<c r="B4" s="1"/>', {"s": "7", "t": "n"})
    b'<c r="B4" s="7" t="n"/>'
    """
    for name, value in values.items():
        wanted = name.encode()
        for match in _ATTRIBUTE.finditer(tag):
            if match[1] == wanted:
                tag = tag[: match.start(2)] + f'"{value}"'.encode() + tag[match.end(2) :]
                break
        else:
            match_end = START_TAG.match(tag)
            assert match_end is not None
            at = match_end.end(2)
            tag = tag[:at] + f' {name}="{value}"'.encode() + tag[at:]
    return tag


def as_utf8(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces of an XML part in UTF-8; unchanged where they are so already.

    Raises ``DamagedPart`` for what its encoding cannot hold.
    """
    pieces = iter(chunks)
    first = next(pieces, b"")
    encoding = encoding_of(first)
    if encoding in _AS_IT_IS:
        yield first
        yield from pieces
        return
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        text = decoder.decode(first)
        yield _DECLARED.sub('<?xml version="1.0" encoding="UTF-8"?>', text, count=1).encode()
        for piece in pieces:
            yield decoder.decode(piece).encode()
        yield decoder.decode(b"", True).encode()
    except UnicodeError as error:
        raise DamagedPart(f"a part is no text in {encoding}") from error


def encoding_of(head: bytes) -> str:
    """The encoding that the first bytes of an XML part tell (XML 1.0, appendix F)."""
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    for mark, encoding in _BARE_UTF16:
        if head.startswith(mark):
            return encoding
    declared = _DECLARATION.match(head.removeprefix(codecs.BOM_UTF8))
    if declared is None:
        return "utf-8"
    try:
        return codecs.lookup(declared[1].decode("ascii")).name
    except LookupError as error:
        raise DamagedPart(f"a part has the unknown encoding {declared[1]!r}") from error
