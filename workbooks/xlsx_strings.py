"""The texts that the cells of an .xlsx share (ECMA-376 part 1, 18.4)."""

from __future__ import annotations

from workbooks.package import Limits, Package, feed, too_deep, xml_parser
from workbooks.xlsx_shortcut import TAKEN, StringShortcut
from workbooks.xlsx_values import unescaped


def read_shared_strings(package: Package, part: str, limits: Limits) -> list[str]:
    """The texts that cells share (18.4.8): runs joined, phonetic text left out.

    Raises ``DamagedPart`` and ``Refused`` as ``Package.chunks`` does.
    """
    parser = xml_parser()
    shortcut = StringShortcut()
    runs = shortcut.runs
    strings: list[str] = []
    pieces: list[str] = []
    depth = 0
    phonetic = 0
    prefix = ""

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal depth, phonetic, prefix
        depth += 1
        if depth > limits.max_depth:
            raise too_deep(part)
        if depth == 1:
            prefix = name[: -len(name.rpartition(":")[2])]
        elif name == prefix + "t":
            if not phonetic:
                parser.CharacterDataHandler = pieces.append
        elif name == prefix + "rPh":
            phonetic += 1
        elif name == TAKEN and runs:
            strings.extend(runs.pop(0))

    def end(name: str) -> None:
        nonlocal depth, phonetic
        depth -= 1
        if name == prefix + "t":
            parser.CharacterDataHandler = None
        elif name == prefix + "si":
            strings.append("".join(pieces))
            pieces.clear()
        elif name == prefix + "rPh":
            phonetic -= 1

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    shorten = shortcut.shortened
    for _ in feed(parser, package.chunks(part), part, before=b"<si", prepare=shorten):
        if len(strings) > limits.max_shared_strings:
            raise too_deep(part)
    if any("_x" in text for text in strings):
        strings = [unescaped(text) for text in strings]
    return strings
