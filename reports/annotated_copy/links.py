"""The links between parts, and the list of their content types (ECMA-376 part 2, 9 and 10)."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable

from reports.annotated_copy.xml_edits import Part

LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LINKS_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
NO_LINKS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    f'<Relationships xmlns="{_PACKAGE}"></Relationships>'
).encode()


class LinksPart:
    """The links of one part in the making."""

    def __init__(self, chunks: Iterable[bytes], name: str) -> None:
        """Raises ``DamagedPart`` when the part is not well-formed."""
        self._part = Part(chunks, name)
        links = self._part.root.all("Relationship")
        self._taken = {link.get("Id").lower() for link in links}
        self.is_strict = any(link.get("Type").startswith(LINKS_STRICT) for link in links)
        self._added: list[str] = []

    def add(self, kind: str, target: str, *, strict: bool) -> str:
        """Add a link of ``kind``, e.g. ``comments``; its id."""
        number = 1
        while f"rid{number}" in self._taken:
            number += 1
        name = f"rId{number}"
        self._taken.add(name.lower())
        base = LINKS_STRICT if strict else LINKS
        self._added.append(
            f'<{self._part.prefix}Relationship Id="{name}" Type="{base}/{kind}" Target="{target}"/>'
        )
        return name

    def edited(self) -> bytes:
        """The part with the added links."""
        if self._added:
            self._part.append(self._part.root, "".join(self._added).encode())
        return self._part.edited()


class ContentTypes:
    """The list of content types in the making."""

    def __init__(self, chunks: Iterable[bytes], name: str) -> None:
        """Raises ``DamagedPart`` when the part is not well-formed."""
        self._part = Part(chunks, name)
        root = self._part.root
        self._defaults = {d.get("Extension").lower() for d in root.all("Default")}
        self._overrides = {
            o.get("PartName").lower(): o.get("ContentType") for o in root.all("Override")
        }
        self._added: list[str] = []

    def of(self, part: str) -> str:
        """The type that the list names for a part, empty for one it does not name."""
        return self._overrides.get(f"/{part}".lower(), "")

    def add(self, part: str, content_type: str) -> None:
        """Name the type of a part that is new."""
        if f"/{part}".lower() not in self._overrides:
            self._added.append(
                f'<{self._part.prefix}Override PartName="/{part}" ContentType="{content_type}"/>'
            )

    def add_extension(self, extension: str, content_type: str) -> None:
        """Name the type of all parts with an extension, unless it is named."""
        if extension not in self._defaults:
            self._defaults.add(extension)
            self._added.append(
                f'<{self._part.prefix}Default Extension="{extension}"'
                f' ContentType="{content_type}"/>'
            )

    def edited(self) -> bytes:
        """The list with the added types; ``Default`` and ``Override`` may stand in any order."""
        if self._added:
            self._part.append(self._part.root, "".join(self._added).encode())
        return self._part.edited()


def links_of(part: str) -> str:
    """The name of the part that holds the links of ``part``.

    >>> links_of("xl/worksheets/sheet1.xml")
    'xl/worksheets/_rels/sheet1.xml.rels'
    """
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def free_part(pattern: str, taken: Collection[str]) -> str:
    """The first of ``pattern`` with 1, 2, 3 … that is not in ``taken`` (in small letters).

    >>> free_part("xl/comments{}.xml", {"xl/comments1.xml"})
    'xl/comments2.xml'
    """
    number = 1
    while pattern.format(number).lower() in taken:
        number += 1
    return pattern.format(number)
