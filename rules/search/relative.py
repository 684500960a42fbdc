"""Percentages among amounts: lines that are shares, rates or changes in per cent of the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules.search.candidate import Candidate
from rules.search.space import Space
from workbooks.tables.vocabulary import Idea

_SMALL = 0.01  # size beside the other lines, below which a line named per cent is one


def relative_lines(space: Space, percent: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which lines hold percentages, shape ``(n,)``: by their format (``percent`` marks cells), or
    by their name where their figures are far smaller than those of the other lines."""
    told = space.present.sum(axis=1)
    formatted = (percent & space.present).sum(axis=1) * 2 > told
    named = np.array([space.is_a(line, Idea.PERCENT) for line in range(space.n)], dtype=np.bool_)
    open_ = named & ~formatted & (told > 0)
    if not open_.any():
        return np.asarray(formatted, dtype=np.bool_)
    size = np.array([_middle(space.filled[line]) for line in range(space.n)])
    others = size[~named & ~formatted & (size > 0)]
    usual = float(np.median(others)) if len(others) else 0.0
    return np.asarray(formatted | (open_ & (_together(space, open_, size) < _SMALL * usual)))


def _together(
    space: Space, named: NDArray[np.bool_], size: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The size of each line; of lines named per cent under one heading the middle one of theirs, as
    a distribution in per cent goes from 100 to nothing."""
    groups: dict[str, list[int]] = defaultdict(list)
    for line in np.flatnonzero(named).tolist():
        if space.blocks[line]:
            groups[space.blocks[line]].append(line)
    result = size.copy()
    for lines in groups.values():
        result[lines] = np.median(size[lines])
    return result


def _middle(values: NDArray[np.float64]) -> float:
    size = np.abs(values[values != 0])
    return float(np.median(size)) if len(size) else 0.0


_OF_OBSERVATIONS = ("axis", "grain", "weight", "additive", "work")  # fields that lines leave alone


def restricted(space: Space, lines: Sequence[int]) -> Space:
    """A space of some ``lines`` of ``space`` only."""
    chosen: dict[str, Any] = {}
    for field in fields(space):
        value = getattr(space, field.name)
        if field.name in _OF_OBSERVATIONS:
            continue
        chosen[field.name] = (
            value[list(lines)]
            if isinstance(value, np.ndarray)
            else tuple(value[line] for line in lines)
        )
    return replace(space, **chosen)


def at_lines(candidate: Candidate, lines: Sequence[int]) -> Candidate:
    """A candidate of a restricted space, in the lines of the whole one."""
    parts = tuple(lines[part] for part in candidate.parts)
    return replace(candidate, target=lines[candidate.target], parts=parts)


def from_lines(candidates: Iterable[Candidate], lines: Sequence[int]) -> list[Candidate]:
    """Candidates of the whole space that lie within ``lines``, for the restricted one."""
    place = {line: at for at, line in enumerate(lines)}
    return [
        replace(c, target=place[c.target], parts=tuple(place[part] for part in c.parts))
        for c in candidates
        if c.target in place and all(part in place for part in c.parts)
    ]
