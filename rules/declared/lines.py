"""Lines found by what they are called: label, block and code, then by likeness.

A file never names a line by its address, so that inserted rows change nothing. The same label may
stand in every block (``MENOT`` of each unit), under its block it may stand more than once.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from workbooks.tables.model import Table
from workbooks.tables.vocabulary import normalised

ALIKE = 85.0  # likeness in per cent from which two labels may be one
_CODE = re.compile(r"^\(?(?:[a-z]{0,3}\d[\d.\-/]*|[a-z]\d*\.\d[\d.]*)\)?[.:)]?\s+(?=\S)")
_LEADING = re.compile(r"\s*\(?([A-Z]{0,3}\d[\d.\-/]*|[A-Z]\d*\.\d[\d.]*)\)?[.:)]?\s+(?=\S)")
_ORDINAL = re.compile(r"^\s*(?:[A-H]\.?\s+)?(?:[IVX]{1,4}|[A-H])\.?\s+(?=[A-ZÅÄÖ])")  # C III Rahat
_MARKS = re.compile(r"^[=*+\-–—•\s]+(?=\w)|(?:\s*(?:\*+|\b\d{1,2}\)))+$|[€$£]\s*$")
_DASHES = re.compile(r"[‐‑‒–—−]")
_PUNCTUATION = re.compile(r"[\s,;:.()\[\]\"“”'’/]+")


class How(IntEnum):
    """How a line was found, the surest first."""

    SAME = 0  # the same words
    CODE = 1  # the same account code, under other words
    BLOCK = 2  # the same words, under a block of another name
    ALIKE = 3  # words that are nearly the same


@dataclass(frozen=True, slots=True)
class LineName:
    """What a file calls a line: any of ``labels``, in ``block`` (empty: any block), with ``code``.

    ``nth`` counts lines of one block that share a label, from 1; 0 takes each of them.
    """

    labels: tuple[str, ...]
    block: str = ""
    code: str = ""
    nth: int = 0

    @property
    def text(self) -> str:
        """The name as a reader would write it."""
        label = self.labels[0] if self.labels else self.code
        return f"{self.block} / {label}" if self.block else label


class Found(NamedTuple):
    """A line of a table: its position, how it was found, and how alike the words are (0–100)."""

    line: int
    how: How
    likeness: float = 100.0


@lru_cache(maxsize=65536)
def label_key(text: str) -> str:
    """A label for finding it again: case, spaces, dashes, codes before it and marks around it off.

    >>> label_key(" 4999 TOIMINTAKATE/JÄÄMÄ *"), label_key("= Vuosikate:"), label_key("A II Maa")
    ('toimintakate jäämä', 'vuosikate', 'maa')
    """
    plain = _DASHES.sub("-", normalised(_ORDINAL.sub("", text)))
    while (bare := _MARKS.sub("", plain)) != plain:
        plain = bare
    plain = _CODE.sub("", plain)
    return _PUNCTUATION.sub(" ", plain).strip() or normalised(text)


def leading_code(text: str) -> str:
    """The account code or number that leads a label; empty where none does.

    >>> leading_code("4000 Palvelujen ostot"), leading_code("Palvelujen ostot")
    ('4000', '')
    """
    match = _LEADING.match(text)
    return match.group(1) if match else ""


class Lines:
    """The lines of one table by what they are called, along either axis."""

    def __init__(self, labels: Sequence[str], blocks: Sequence[str], codes: Sequence[str]) -> None:
        self.labels = tuple(label_key(text) if text else "" for text in labels)
        self.blocks = tuple(label_key(text) if text else "" for text in blocks)
        self.codes = tuple(codes)
        self._texts = tuple(normalised(text) for text in labels)
        self._by_label: dict[str, list[int]] = defaultdict(list)
        self._by_code: dict[str, list[int]] = defaultdict(list)
        self._counts: Counter[tuple[str, str]] = Counter()
        self._nth: list[int] = []
        for i, (label, code) in enumerate(zip(self.labels, self.codes, strict=True)):
            own = (self._texts[i], self.blocks[i])
            self._counts[own] += 1
            self._nth.append(self._counts[own])
            if label:
                self._by_label[label].append(i)
            if code:
                self._by_code[code].append(i)

    @classmethod
    def of_rows(cls, table: Table) -> Lines:
        """The rows of ``table``."""
        lines = table.lines
        return cls(
            [line.label for line in lines],
            [line.block for line in lines],
            [line.code for line in lines],
        )

    @classmethod
    def of_columns(cls, table: Table) -> Lines:
        """The columns of ``table`` by their headings."""
        headings = table.headings
        texts = [heading.text for heading in headings]
        return cls(texts, [""] * len(texts), [""] * len(texts))

    def __len__(self) -> int:
        return len(self.labels)

    def nth(self, line: int) -> int:
        """Which of the lines with its block and label ``line`` is, from 1."""
        return self._nth[line]

    def count(self, line: int) -> int:
        """How many lines have its block and label."""
        return self._counts[self._texts[line], self.blocks[line]]

    def is_only(self, line: int) -> bool:
        """Whether no other line of the table has this label."""
        return len(self._by_label.get(self.labels[line], ())) == 1

    def find(self, name: LineName, *, alike: bool = True) -> tuple[Found, ...]:
        """The lines that ``name`` may mean, the surest first; none where nothing is near.

        Only the surest kind of match is returned, so that more than one means: not told apart.
        ``alike`` also looks for labels that are nearly the same.
        """
        same = [i for label in name.labels for i in self._named(label)]
        block = label_key(name.block) if name.block else ""
        here = [i for i in dict.fromkeys(same) if not block or self.blocks[i] == block]
        if here:
            return tuple(Found(i, How.SAME) for i in self._counted(here, name.nth))
        code = name.code or next(filter(None, map(leading_code, name.labels)), "")
        coded = self._by_code.get(code, ()) if code else ()
        if coded:
            inside = [i for i in coded if not block or self.blocks[i] == block] or list(coded)
            return tuple(Found(i, How.CODE) for i in self._counted(inside, name.nth))
        if same and block:
            near = self._nearest_blocks(same, block)
            return tuple(Found(i, How.BLOCK, likeness) for i, likeness in near)
        return tuple(self._alike(name, block)) if alike else ()

    def _named(self, label: str) -> list[int]:
        """The lines called ``label``: to the letter where there are such, else but for marks."""
        near = self._by_label.get(label_key(label), [])
        text = normalised(label)
        return [i for i in near if self._texts[i] == text] or near

    def _counted(self, lines: Sequence[int], nth: int) -> Sequence[int]:
        """The ``nth`` of equally named lines; all of them for 0."""
        return lines if nth == 0 else lines[nth - 1 : nth]

    def _nearest_blocks(self, lines: Iterable[int], block: str) -> list[tuple[int, float]]:
        """Lines of the right label whose block is most like ``block``; a lone one in any block."""
        from rapidfuzz import fuzz

        lines = list(dict.fromkeys(lines))
        scores = [fuzz.token_sort_ratio(self.blocks[i], block) for i in lines]
        if len(lines) == 1:
            return [(lines[0], scores[0])]
        best = max(scores)
        if best < ALIKE:
            return []
        return [(i, score) for i, score in zip(lines, scores, strict=True) if score == best]

    def _alike(self, name: LineName, block: str) -> list[Found]:
        """The lines whose label is most like one of the names, in the block where one is given."""
        wanted = [label_key(label) for label in name.labels]
        best: list[Found] = []
        for i, label in enumerate(self.labels):
            if not label or (block and self.blocks[i] != block):
                continue
            score = max((likeness(label, other) for other in wanted), default=0.0)
            if score >= ALIKE:
                best.append(Found(i, How.ALIKE, score))
        top = max((found.likeness for found in best), default=0.0)
        return [found for found in best if found.likeness == top]


def likeness(first: str, second: str) -> float:
    """How alike two label keys are, 0 to 100. Different numbers in them are different lines.

    >>> likeness("palvelujen ostot", "palveluiden ostot") > 86
    True
    >>> likeness("kausi 1", "kausi 2")
    0.0
    """
    from rapidfuzz import fuzz

    if re.findall(r"\d+", first) != re.findall(r"\d+", second):
        return 0.0
    return float(max(fuzz.ratio(first, second), fuzz.token_sort_ratio(first, second)))
