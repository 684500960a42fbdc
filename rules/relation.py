"""Relations that were meant: between lines of a table, or between single cells."""

from __future__ import annotations

from dataclasses import dataclass, field

from rules.model import Basis, Message, Operation


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
    told: Message | None = field(default=None, compare=False)  # what it is, where it has a name
    vouched: int = 0  # relations of the same kind that hold elsewhere and speak for this one
    withheld: tuple[int, ...] = ()  # observations left out because a part stands as x, .. or n/a


@dataclass(frozen=True, slots=True)
class CellRelation:
    """A relation of single cells, by position in ``Figures``: a tie between two tables, a change
    from the column before. ``group`` is shared by all of one pair of lines."""

    rule: str
    operation: Operation
    basis: Basis
    confidence: float
    target: int
    parts: tuple[int, ...]
    factors: tuple[float, ...]
    scale: float = 1.0
    group: int = 0
    told: Message | None = field(default=None, compare=False)
