"""Hierarchy that words tell: codes inside labels, and a column that names the level of its line."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from workbooks.tables.model import Line
from workbooks.tables.vocabulary import normalised

LEADING_CODE = re.compile(
    r"\s*\(?([A-Z]{0,3}\d[\d.\-/]*|[A-Z]{1,3}\d*\.\d[\d.\-]*)\)?[.:)]?\s+(?=\S)"
)
_CLOSING_CODE = re.compile(r"\S\s+\(([A-Z]{0,3}\d[\d.\-/]*)\)\s*$")
_FEWEST_LINES = 12  # of a table whose levels a column may name
_EVERYWHERE = 0.5  # share of lines with one code, from where that code tells nothing
_LEVELS = range(2, 8)  # how many names of levels there may be
_FEWEST_EACH = 3  # lines per name, on average
_DEEPER = 12  # a level, in the blanks that indentation is counted in


def code_in(label: str) -> str:
    """The account code or numbering that leads or closes a label, else empty.

    >>> code_in("3.1 Salaries"), code_in("Salaries (K1101)"), code_in("Salaries")
    ('3.1', 'K1101', '')
    >>> code_in("HC.4.1 Laboratories")
    'HC.4.1'
    """
    match = LEADING_CODE.match(label) or _CLOSING_CODE.search(label)
    return match.group(1) if match else ""


def with_own_codes(lines: Sequence[Line]) -> list[Line]:
    """Lines whose code column says the same nearly everywhere, with the codes of their labels
    instead: a code that stands at most of the lines tells none of them from the others."""
    codes = Counter(line.code for line in lines if line.code)
    if not codes or len(lines) < _FEWEST_LINES:
        return list(lines)
    usual, count = codes.most_common(1)[0]
    if count <= _EVERYWHERE * codes.total():
        return list(lines)
    return [
        replace(line, code=code_in(line.label) or line.code) if line.code == usual else line
        for line in lines
    ]


def with_named_levels(lines: Sequence[Line], texts: Mapping[int, Mapping[int, str]]) -> list[Line]:
    """Lines with the level that a column of level names gives them: chapter, section, article.

    ``texts`` are those of each label column by row. A name that comes first stands above those that
    come after it. A column of many names, or of one, tells no level.
    """
    names = _level_names(lines, texts) if len(lines) >= _FEWEST_LINES else {}
    if not names:
        return list(lines)
    rank: dict[str, int] = {}
    for line in lines:
        if line.row in names:
            rank.setdefault(names[line.row], len(rank))
    deepest = len(rank)
    levels = [rank[names[line.row]] if line.row in names else deepest for line in lines]
    return [
        replace(line, level=_DEEPER * level, label=_without(line.label, names.get(line.row, "")))
        for line, level in zip(lines, levels, strict=True)
    ]


def _without(label: str, level: str) -> str:
    """A label without the name of its level in front."""
    rest = label[len(level) :].strip()
    return rest if level and rest and normalised(label).startswith(level) else label


def _level_names(lines: Sequence[Line], texts: Mapping[int, Mapping[int, str]]) -> dict[int, str]:
    """The name of the level of each row, from the first label column that has such names."""
    rows = [line.row for line in lines]
    for column in sorted(texts):
        told = {row: normalised(texts[column][row]) for row in rows if row in texts[column]}
        counts = Counter(told.values())
        if len(told) < 0.9 * len(rows):
            continue
        fits = len(counts) in _LEVELS and len(told) >= _FEWEST_EACH * len(counts)
        return told if fits and _nested(rows, told) else {}
    return {}


def _nested(rows: Sequence[int], told: Mapping[int, str]) -> bool:
    """Whether the names come as levels do: the line after a level is of that level, the next one
    down, or higher up; the deepest is the commonest; and the first line is of the top level."""
    rank: dict[str, int] = {}
    for row in rows:
        if row in told:
            rank.setdefault(told[row], len(rank))
    order = [rank[told[row]] for row in rows if row in told]
    changes = sum(1 for a, b in itertools.pairwise(order) if a != b)
    common = Counter(order).most_common(1)[0][0]
    return common == len(rank) - 1 and changes >= 2 * len(rank)
