"""Comments of an .xlsx: those of old, and threads (ECMA-376 part 1, 18.7; [MS-XLSX] 2.1.29)."""

from __future__ import annotations

from collections import defaultdict

from workbooks.package import Node
from workbooks.refs import parse_a1
from workbooks.xlsx_values import unescaped

_THREADED_NOTICE = "[Threaded comment]"


def notes_of(root: Node) -> dict[tuple[int, int], str]:
    """Comments by place (18.7); the placeholder of a threaded comment keeps only its text."""
    found = {}
    for node in root.all("commentList", "comment"):
        place = _place(node.get("ref"))
        body = node.first("text")
        if place is None or body is None:
            continue
        text = unescaped(_text_of(body))
        if text.startswith(_THREADED_NOTICE) and "\n\nComment:" in text:
            text = text.partition("\n\nComment:")[2].strip()
        found[place] = text
    return found


def threads_of(root: Node) -> dict[tuple[int, int], str]:
    """Threaded comments by place, a reply below what it replies to."""
    threads: defaultdict[tuple[int, int], list[str]] = defaultdict(list)
    for node in root.all("threadedComment"):
        place = _place(node.get("ref"))
        body = node.first("text")
        if place is not None and body is not None and body.text:
            threads[place].append(body.text)
    return {place: "\n".join(texts) for place, texts in threads.items()}


def _text_of(node: Node) -> str:
    """The text of plain ``t`` and of runs, phonetic text left out."""
    text = ""
    for child in node.children:
        if child.name == "t":
            text += child.text
        elif child.name == "r":
            text += _text_of(child)
    return text


def _place(address: str) -> tuple[int, int] | None:
    try:
        return parse_a1(address.partition(":")[0])
    except ValueError:
        return None
