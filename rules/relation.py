"""A relation that was meant: one line of a table follows from others, in all its observations."""

from __future__ import annotations

from dataclasses import dataclass

from rules.model import Basis, Operation


@dataclass(frozen=True, slots=True)
class Relation:
    """``target = Σ factor · part`` (or a ratio, change, average) along one axis of a table.

    Lines are rows of the table when ``axis`` is 0, columns when it is 1; an observation is a member
    of the other axis. Checks arise in every observation in ``observed`` (None: wherever the target
    has a number and at least one part has).
    """

    rule: str
    operation: Operation
    basis: Basis
    confidence: float
    table: int  # position in the list of tables
    axis: int
    target: int
    parts: tuple[int, ...]
    factors: tuple[float, ...]
    scale: float = 1.0
    observed: tuple[int, ...] | None = None
    bits: float = 0.0  # the evidence behind it


@dataclass(frozen=True, slots=True)
class Tie:
    """One figure that stands in two places, by position in ``Figures``: ``target`` is checked
    against ``source``. ``group`` is shared by all ties of one pair of lines."""

    rule: str
    basis: Basis
    confidence: float
    target: int
    source: int
    group: int
    factor: float = 1.0  # target = factor · source, e.g. 0.001 when the target is in thousands
