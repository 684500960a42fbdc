"""The parts of a zipped workbook, and their XML, read within limits.

Nothing is unpacked to disk, no link is followed, and a part with a document type (DTD, entities)
is refused: a workbook has none (ECMA-376 part 2, 9.1.1 forbids them), an attack does.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pyexpat import ExpatError, ParserCreate, XMLParserType
from typing import BinaryIO
from urllib.parse import unquote

CHUNK = 1 << 20  # bytes read from a part at a time
# Bytes without a "<": expat goes over an unfinished tag again with every piece that it is given.
_MAX_TOKEN = 4 << 20
MEBIBYTE = 1 << 20

# What ECMA-376 part 2 (annex B) and ODF (part 2, 2.3) allow. Of the others zipfile unpacks a whole
# piece at once, however large it becomes.
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

StartHandler = Callable[[str, dict[str, str]], None]
EndHandler = Callable[[str], None]
TextHandler = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is read before it is refused as hostile or simply too large.

    The defaults leave room for a million rows of a few columns and stay below about 1 GB of memory.
    """

    max_file_bytes: int = 512 * MEBIBYTE
    max_unpacked_bytes: int = 1024 * MEBIBYTE  # of all parts that are read, together
    max_ratio: int = 300  # unpacked to packed bytes of one part; workbooks stay below about 60
    ratio_from_bytes: int = 16 * MEBIBYTE  # a part that unpacks to less may have any ratio
    max_parts: int = 20_000  # entries of the zip
    max_cells: int = 5_000_000  # with content, in all sheets together
    max_shared_strings: int = 5_000_000
    max_sheets: int = 2_000
    max_depth: int = 200  # elements within elements
    max_nodes: int = 3_000_000  # elements of a part that is kept as a tree, e.g. the styles
    max_text: int = 64 * MEBIBYTE  # characters of a .csv in one row
    child_seconds: int = 20  # processor time for a .xls, .xlsb or .ods
    child_bytes: int = 2048 * MEBIBYTE  # memory for the same


class Refused(Exception):  # noqa: N818  (a verdict on the file; the reader makes it an InputError)
    """The file cannot be read: what is the matter, and what its owner can do."""

    def __init__(self, fact: str, remedy: str) -> None:
        super().__init__(f"{fact}; {remedy}")
        self.fact = fact
        self.remedy = remedy


class Encrypted(Refused):
    """The file is encrypted with a password."""

    def __init__(self) -> None:
        super().__init__("is encrypted", "save it without a password")


class DamagedPart(Exception):  # noqa: N818
    """One part of the package is missing, cut short or not well-formed."""


def raised(setting: str) -> str:
    """The remedy for a workbook beyond one of the limits that are settings."""
    return f"split it into smaller workbooks, or raise the setting {setting}"


DAMAGED_REMEDY = "open it in Excel or LibreOffice, let it repair the file, and save it anew"


@dataclass(frozen=True, slots=True)
class Relationship:
    """A link from one part to another (ECMA-376 part 2, 9.3)."""

    id: str
    type: str  # the last step of the type's address, e.g. "worksheet"
    target: str  # the full name of the part, without a leading slash; an address when external
    external: bool


@dataclass(slots=True)
class Node:
    """One element of a small part; names are without their namespace prefix."""

    name: str
    attributes: dict[str, str]
    children: list[Node] = field(default_factory=list)
    text: str = ""

    def all(self, *path: str) -> Iterator[Node]:
        """The descendants along ``path``, e.g. ``all("sheets", "sheet")``."""
        nodes: list[Node] = [self]
        for name in path:
            nodes = [child for node in nodes for child in node.children if child.name == name]
        yield from nodes

    def first(self, *path: str) -> Node | None:
        """The first descendant along ``path``."""
        return next(self.all(*path), None)

    def get(self, name: str, default: str = "") -> str:
        """An attribute by its name without prefix."""
        if name in self.attributes:
            return self.attributes[name]
        for key, value in self.attributes.items():
            if key.rpartition(":")[2] == name:
                return value
        return default

    def descendants(self, name: str) -> Iterator[Node]:
        """All elements of that name below this one, in document order."""
        stack = list(reversed(self.children))
        while stack:
            node = stack.pop()
            if node.name == name:
                yield node
            stack.extend(reversed(node.children))


class Package:
    """An opened zip whose parts are found without regard to case, as the standard wants."""

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        """Reads the directory of the zip; ``Refused`` when that is damaged or absurd."""
        self.limits = limits
        self._unpacked = 0
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
            raise Refused("is damaged or cut short", DAMAGED_REMEDY) from error
        entries = self._zip.infolist()
        if len(entries) > limits.max_parts:
            raise Refused(
                f"holds {len(entries):,} parts where a workbook has some dozens",
                "get the workbook from its author again",
            )
        self._parts: dict[str, zipfile.ZipInfo] = {}
        self._twofold: set[str] = set()
        for entry in entries:
            name = _part_name(entry.filename)
            if name is None:
                continue
            other = self._parts.get(name)
            if other is not None and (other.CRC, other.file_size) != (entry.CRC, entry.file_size):
                self._twofold.add(name)
            self._parts[name] = entry

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._parts

    def names(self) -> list[str]:
        """The names of all parts, in small letters."""
        return list(self._parts)

    def chunks(self, part: str) -> Iterator[bytes]:
        """The bytes of a part, piece by piece.

        Raises ``DamagedPart`` when it is missing or broken, ``Refused`` when it is a bomb, stands
        twice in the package with different content, or is encrypted.
        """
        entry = self._parts.get(part.lower())
        if entry is None:
            raise DamagedPart(f"{part} is missing")
        if part.lower() in self._twofold:
            raise Refused(
                f"holds two different parts named {part}, so that programs read it differently",
                DAMAGED_REMEDY,
            )
        if entry.flag_bits & 1:
            raise Encrypted
        if entry.compress_type not in _PACKINGS:
            raise DamagedPart(f"{part} is packed in an unknown way")
        yield from self._within_limits(part, entry)

    def _within_limits(self, part: str, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        limits = self.limits
        size = 0
        try:
            with self._zip.open(entry) as stream:
                while chunk := stream.read(CHUNK):
                    size += len(chunk)
                    self._unpacked += len(chunk)
                    packed = max(entry.compress_size, 1)
                    if size > limits.ratio_from_bytes and size > limits.max_ratio * packed:
                        raise _bomb(limits)
                    if self._unpacked > limits.max_unpacked_bytes:
                        raise _too_large(limits)
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise DamagedPart(f"{part} is damaged") from error
        except (NotImplementedError, RuntimeError) as error:
            raise DamagedPart(f"{part} is packed in an unknown way") from error

    def check_sizes(self) -> None:
        """``Refused`` when the parts, as the directory declares them, unpack beyond the limits.

        For a format that other code unpacks.
        """
        limits = self.limits
        entries = self._zip.infolist()
        if any(entry.compress_type not in _PACKINGS for entry in entries):
            raise Refused("is packed in a way that no workbook is", DAMAGED_REMEDY)
        for entry in entries:
            if entry.file_size > max(
                limits.ratio_from_bytes, limits.max_ratio * max(entry.compress_size, 1)
            ):
                raise _bomb(limits)
        if sum(entry.file_size for entry in entries) > limits.max_unpacked_bytes:
            raise _too_large(limits)

    def read(self, part: str) -> bytes:
        """All bytes of a small part; raises as ``chunks`` does."""
        return b"".join(self.chunks(part))

    def tree(self, part: str) -> Node:
        """A small XML part as a tree; raises as ``chunks`` does."""
        return read_tree(self.chunks(part), part, self.limits)

    def relationships(self, part: str) -> list[Relationship]:
        """The links of a part (``""`` for the package's own); empty when it has none."""
        folder, name = posixpath.split(part)
        links = posixpath.join(folder, "_rels", f"{name}.rels")
        if links not in self:
            return []
        found = []
        for node in self.tree(links).all("Relationship"):
            external = node.get("TargetMode").lower() == "external"
            target = node.get("Target")
            kind = node.get("Type").rstrip("/").rpartition("/")[2]
            where = target if external else _resolved(folder, target)
            found.append(Relationship(node.get("Id"), kind, where, external))
        return found


def _bomb(limits: Limits) -> Refused:
    return Refused(
        f"unpacks to more than {limits.max_ratio} times its size (a zip bomb?)",
        "get the workbook from its author again",
    )


def _too_large(limits: Limits) -> Refused:
    return Refused(
        f"unpacks to more than {limits.max_unpacked_bytes // MEBIBYTE:,} MB",
        raised("max-unpacked-mb"),
    )


def _part_name(name: str) -> str | None:
    """The name of a zip entry as a part, ``None`` for a folder and for a path that climbs."""
    plain = name.replace("\\", "/").lstrip("/")
    if not plain or plain.endswith("/") or ".." in plain.split("/"):
        return None
    return plain.lower()


def _resolved(folder: str, target: str) -> str:
    """The part that a relative or absolute target means, seen from ``folder``."""
    plain = unquote(target.replace("\\", "/")).partition("#")[0]
    if plain.startswith("/"):
        return posixpath.normpath(plain).lstrip("/")
    return posixpath.normpath(posixpath.join(folder, plain)).lstrip("/")


def xml_parser() -> XMLParserType:
    """An expat parser that refuses document types and entities and loads nothing from outside."""
    parser = ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = 1 << 17  # a cell's text is at most 32,767 characters: one piece
    parser.StartDoctypeDeclHandler = _refuse_dtd
    parser.EntityDeclHandler = _refuse_dtd
    parser.ExternalEntityRefHandler = _refuse_dtd
    return parser


def _refuse_dtd(*_: object) -> int:
    raise Refused(
        "holds XML with a document type definition, which no workbook has",
        "get the workbook from its author again",
    )


def feed(
    parser: XMLParserType,
    chunks: Iterable[bytes],
    part: str,
    *,
    before: bytes = b"<",
    prepare: Callable[[bytes], bytes] | None = None,
) -> Iterator[None]:
    """Parses ``chunks``, stopping after each piece that was parsed.

    Pieces end before a tag (before ``before`` where that occurs), so that no text is cut.
    ``prepare`` may shorten each piece. Raises ``DamagedPart`` when the XML is not well-formed,
    ``Refused`` when a tag or a text is longer than any program writes.
    """
    rest = b""
    token = 0
    try:
        for chunk in chunks:
            last = chunk.rfind(b"<")
            token = token + len(chunk) if last < 0 else len(chunk) - last
            if token > _MAX_TOKEN:
                raise too_deep(part)
            data = rest + chunk
            cut = max(data.rfind(before), 0) or max(data.rfind(b"<"), 0) or len(data)
            piece, rest = data[:cut], data[cut:]
            parser.Parse(prepare(piece) if prepare else piece, False)
            yield
        parser.Parse(prepare(rest) if prepare else rest, True)
        yield
    except (ExpatError, LookupError, UnicodeError, ValueError) as error:
        raise DamagedPart(f"{part} is not well-formed XML") from error


def read_tree(chunks: Iterable[bytes], part: str, limits: Limits) -> Node:
    """A whole XML part as nodes; ``Refused`` when it is too deep or too large."""
    parser = xml_parser()
    root = Node("", {})
    stack = [root]
    count = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count > limits.max_nodes or len(stack) > limits.max_depth:
            raise too_deep(part)
        node = Node(name.rpartition(":")[2], attributes)
        stack[-1].children.append(node)
        stack.append(node)

    def end(_: str) -> None:
        stack.pop()

    def text(piece: str) -> None:
        stack[-1].text += piece

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    for _ in feed(parser, chunks, part):
        pass
    if not root.children:
        raise DamagedPart(f"{part} is empty")
    return root.children[0]


def too_deep(part: str) -> Refused:
    """The refusal of XML that no program writes."""
    return Refused(
        f"holds XML nested, repeated or long beyond reason ({part})",
        "get the workbook from its author again",
    )
