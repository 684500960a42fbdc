"""On which line of a TOML text a value stands, so that a problem can be told with its place."""

from __future__ import annotations

import re
from collections import Counter

Path_ = tuple[str | int, ...]

_TABLE = re.compile(r"^\s*(\[\[?)\s*(.+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|'[^']*'|[\w-]+)\s*(\.|=|$)""")
_LONG = re.compile(r'"""|\'\'\'')


class TomlPlaces:
    """Lines of a TOML text by path: ``("waiver", 1, "until")`` is the second ``[[waiver]]``'s."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Path_, int] = {}
        section: Path_ = ()
        counts: Counter[Path_] = Counter()
        inside_long = ""
        for number, line in enumerate(text.splitlines(), start=1):
            if inside_long:
                inside_long = "" if inside_long in line else inside_long
                continue
            table = _TABLE.match(line)
            if table:
                section = self._section(table, counts)
                self._lines.setdefault(section, number)
                continue
            path = _keys(line)
            if path:
                self._lines.setdefault((*section, *path), number)
                self._lines.setdefault((*section, path[0]), number)
            marks = _LONG.findall(line)
            inside_long = marks[0] if len(marks) % 2 else ""

    def _section(self, table: re.Match[str], counts: Counter[Path_]) -> Path_:
        path: Path_ = _keys(table.group(2) + "=")
        for end in range(1, len(path)):  # a table below the last entry of a list of tables
            if counts[path[:end]]:
                path = (*path[:end], counts[path[:end]] - 1, *path[end:])
        if table.group(1) == "[[":
            self._lines.setdefault(path, 0)
            counts[path] += 1
            path = (*path, counts[path] - 1)
        return path

    def line(self, *path: str | int) -> int | None:
        """The line of ``path``, or of the nearest thing around it that has one."""
        for end in range(len(path), 0, -1):
            if number := self._lines.get(path[:end]):
                return number
        return None


def _keys(line: str) -> tuple[str, ...]:
    """The dotted key before ``=``; nothing where the line starts with none."""
    keys: list[str] = []
    at = 0
    while match := _KEY.match(line, at):
        keys.append(match.group(1).strip("\"'"))
        at = match.end()
        if match.group(2) == "=":
            return tuple(keys)
        if match.group(2) == "":
            break
    return ()
