"""The parts of the package while the copy is planned: read within limits, edits kept by name."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from reports.annotated_copy.links import (
    LINKS_STRICT,
    NO_LINKS,
    ContentTypes,
    LinksPart,
    links_of,
)
from reports.annotated_copy.styles_part import EMPTY, MAIN, MAIN_STRICT, StylesPart
from reports.annotated_copy.zip_copy import DIRECTORY
from workbooks.package import Package, Relationship
from workbooks.xlsx_book import SheetPart, listed_sheets, workbook_part
from workbooks.xlsx_comments import threads_of

_STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"


class Parts:
    """Raises ``DamagedPart`` and ``Refused`` as ``Package`` does."""

    def __init__(self, package: Package) -> None:
        self.edited: dict[str, bytes] = {}  # parts of the source, by name in small letters
        self.added: dict[str, bytes] = {}  # new parts, by name
        self.names = set(package.names())  # in small letters
        self._package = package
        self._main = workbook_part(package)
        self._main_links = package.relationships(self._main)
        styles = (x for x in self._main_links if x.type == "styles" and not x.external)
        self.styles_part = next((link.target for link in styles), "")
        types = b"".join(self.chunks(links_of(self._main)))
        self.is_strict = LINKS_STRICT.encode() in types
        self.styles_key = ""  # its name in small letters, once the styles are to change
        self._types: ContentTypes | None = None

    def chunks(self, part: str) -> Iterable[bytes]:
        """The bytes of a part as they stand now; no links for a part of links that is not there."""
        held = self.edited.get(part.lower(), self.added.get(part))
        if held is not None:
            return [held]
        if part.endswith(".rels") and part not in self._package:
            return [NO_LINKS]
        return self._package.chunks(part)

    def links(self, part: str) -> list[Relationship]:
        """The links of a part of the source."""
        return self._package.relationships(part)

    def sheets(self) -> list[SheetPart]:
        """The sheets with cells, as the workbook lists them."""
        return listed_sheets(self._package.tree(self._main), self._main_links)[0]

    def threads(self, part: str) -> set[tuple[int, int]]:
        """The cells (row, column) that have a thread of comments in a part of threads."""
        return set(threads_of(self._package.tree(part)))

    def put(self, part: str, content: bytes) -> None:
        """Keep the new content of a part."""
        if part.lower() in self.names:
            self.edited[part.lower()] = content
        else:
            self.added[part] = content

    def link(self, part: str, kind: str, target: str) -> str:
        """Link a part to another; the id of the link."""
        links = LinksPart(self.chunks(links_of(part)), links_of(part))
        relative = posixpath.relpath(target, posixpath.dirname(part) or ".")
        name = links.add(kind, relative, strict=self.is_strict)
        self.put(links_of(part), links.edited())
        return name

    def types(self) -> ContentTypes:
        """The list of content types, to add to."""
        if self._types is None:
            self._types = ContentTypes(self.chunks(DIRECTORY), DIRECTORY)
        return self._types

    def styles(self) -> StylesPart:
        """The styles, to add to; a workbook without gets a part of them."""
        types = self.types()
        if self.styles_part:
            self.styles_key = self.styles_part.lower()
            return StylesPart(self.chunks(self.styles_part), self.styles_part)
        folder = posixpath.dirname(self._main)
        self.styles_part = posixpath.join(folder, "styles.xml")
        while self.styles_part.lower() in self.names:  # there, but not linked to
            self.styles_part = self.styles_part.replace(".xml", "1.xml")
        types.add(self.styles_part, _STYLES_TYPE)
        self.link(self._main, "styles", self.styles_part)
        space = MAIN_STRICT if self.is_strict else MAIN
        return StylesPart([EMPTY.format(space=space).encode()], self.styles_part)

    def settle(self) -> None:
        """Keep the list of content types, when something was added to it."""
        if self._types is not None:
            self.put(DIRECTORY, self._types.edited())
