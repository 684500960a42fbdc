"""Notes on cells: their texts (ECMA-376 part 1, 18.7). An earlier note keeps its own text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from reports.annotated_copy.sheet_part import Place
from reports.annotated_copy.styles_part import MAIN, MAIN_STRICT
from reports.annotated_copy.xml_edits import Element, Part
from reports.writer import LONGEST_TEXT, escaped, units
from workbooks.refs import a1, parse_a1

AUTHOR = "Crossfoot"
HEADING = f"{AUTHOR}:"
COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_THREADED = "[Threaded comment]"
_BOLD, _PLAIN = "<{p}b/>", ""
_LOOK = '<{p}sz val="9"/><{p}color indexed="81"/><{p}rFont val="Calibri"/><{p}family val="2"/>'


def empty_comments(*, strict: bool) -> bytes:
    """A comments part without comments."""
    space = MAIN_STRICT if strict else MAIN
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<comments xmlns="{space}"><authors/><commentList/></comments>'
    ).encode()


class CommentsPart:
    """The comments part of one sheet in the making."""

    def __init__(self, chunks: Iterable[bytes], name: str) -> None:
        """Raises ``DamagedPart`` when the part is not well-formed."""
        self._part = Part(chunks, name)
        self._list = self._part.root.first("commentList")
        self._by_place: dict[Place, Element] = {}
        for comment in self._list.all("comment") if self._list else []:
            place = _place(comment.get("ref"))
            if place is not None:
                self._by_place.setdefault(place, comment)

    def places(self) -> set[Place]:
        """The cells that have a comment."""
        return set(self._by_place)

    def threaded(self) -> set[Place]:
        """The cells whose comment only stands in for a thread."""
        return {
            place
            for place, comment in self._by_place.items()
            if (text := comment.first("text")) is not None and _text_of(text).startswith(_THREADED)
        }

    def lines(self) -> dict[Place, int]:
        """The number of lines of each comment."""
        return {
            place: lines_of(_text_of(text))
            for place, comment in self._by_place.items()
            if (text := comment.first("text")) is not None
        }

    def edited(self, notes: Mapping[Place, str]) -> bytes:
        """The part with ``notes``: appended to the text of an earlier comment, else new ones."""
        p = self._part.prefix
        author = self._author()
        added = []
        for place, note in sorted(notes.items()):
            comment = self._by_place.get(place)
            text = comment.first("text") if comment is not None else None
            if comment is None:
                added.append(
                    f'<{p}comment ref="{a1(*place)}" authorId="{author}"><{p}text>'
                    f"{_runs(p, note, LONGEST_TEXT, '')}</{p}text></{p}comment>"
                )
            elif text is None:
                whole = f"<{p}text>{_runs(p, note, LONGEST_TEXT, '')}</{p}text>"
                self._part.append(comment, whole.encode())
            else:
                self._append_to(text, note)
        if added:
            self._append_comments("".join(added).encode())
        return self._part.edited()

    def _append_comments(self, xml: bytes) -> None:
        if self._list is not None:
            self._part.append(self._list, xml)
        else:
            name = f"{self._part.prefix}commentList".encode()
            self._part.append(self._part.root, b"<%b>%b</%b>" % (name, xml, name))

    def _author(self) -> int:
        """The number of our name among the authors, which is added when it is not there."""
        p = self._part.prefix
        authors = self._part.root.first("authors")
        ours = f"<{p}author>{AUTHOR}</{p}author>".encode()
        if authors is None:
            name = f"{p}authors".encode()
            whole = b"<%b>%b</%b>" % (name, ours, name)
            if self._list is not None:
                self._part.insert(self._list.start, whole)
            else:
                self._part.append(self._part.root, whole)
            return 0
        known = [author.text for author in authors.all("author")]
        if AUTHOR in known:
            return known.index(AUTHOR)
        self._part.append(authors, ours)
        return len(known)

    def _append_to(self, text: Element, note: str) -> None:
        """Put our text behind that of an earlier note; what we said in an earlier run goes."""
        part, p = self._part, text.prefix
        runs = text.all("r")
        ours = next((run for run in runs if _text_of(run).strip() == HEADING), None)
        before = _text_of(text)
        if ours is not None:
            before = before[: before.index(HEADING)].rstrip()
            part.replace(ours.start, runs[-1].end, b"")
        room = LONGEST_TEXT - units(before)
        xml = _runs(p, note, room, "\n\n" if before else "").encode()
        plain = text.first("t")
        if plain is not None:  # as a run, since text outside runs and runs do not go together
            part.insert(plain.start, f"<{p}r>".encode())
            part.insert(plain.end, f"</{p}r>".encode())
        if text.is_empty:
            part.append(text, xml)
            return
        last = runs[-1] if runs else plain
        part.insert(last.end if last is not None else text.opened, xml)


def lines_of(text: str, per_line: int = 57) -> int:
    """How many lines a text takes in a note."""
    return sum(max(1, -(-len(line) // per_line)) for line in text.split("\n"))


def _runs(p: str, note: str, room: int, gap: str) -> str:
    """Our heading in bold and the note, in at most ``room`` UTF-16 units."""
    heading = f"{gap}{HEADING}\n"
    room -= units(heading)
    if room < 1:
        return ""
    if units(note) > room:
        note = note.encode("utf-16-le")[: 2 * (room - 1)].decode("utf-16-le", "ignore") + "…"
    return _run(p, _BOLD, heading) + _run(p, _PLAIN, note)


def _run(p: str, weight: str, text: str) -> str:
    look = (weight + _LOOK).format(p=p)
    return f'<{p}r><{p}rPr>{look}</{p}rPr><{p}t xml:space="preserve">{escaped(text)}</{p}t></{p}r>'


def _text_of(text: Element) -> str:
    """The text of plain ``t`` and of runs, phonetic text left out."""
    said = ""
    for child in text.children:
        if child.name == "t":
            said += child.text
        elif child.name == "r":
            said += _text_of(child)
    return said


def _place(address: str) -> Place | None:
    try:
        return parse_a1(address.partition(":")[0])
    except ValueError:
        return None
