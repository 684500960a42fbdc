"""TO601 figure-differs-elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules.model import Basis, Operation
from rules.registry import Takes, rule
from rules.relation import CellRelation
from rules.tieout.controls import controlled
from workbooks.tables.model import Table
from workbooks.tables.vocabulary import Idea, normalised, scenario, years

_FEWEST_WITHIN = 3  # the same, for two lines of one table
_FEWEST = 2  # agreeing columns before two lines count as the same figure
_MOST_ALIKE = 12  # places of one figure; a figure that stands in more of them proves nothing
_CONTROLS = 1 << 40  # numbers of groups from here on belong to control columns …
_PER_TABLE = 1 << 22  # … so many to each table
_DIGITS = 4  # significant digits of a figure that proves something; round ones agree by accident
_FEWEST_OTHERS = 4  # lines of one name that differ, from where two tables tell of others
_SMALLEST = 1000.0  # smaller figures agree by accident


@dataclass(frozen=True, slots=True)
class _View:
    """A table with its periods across, whichever way it is printed."""

    values: NDArray[np.float64]
    place: NDArray[np.int64]
    columns: dict[tuple[int, str], int]
    names: tuple[str, ...]
    ideas: tuple[Idea, ...]


@rule("TO601", "figure-differs-elsewhere", operation=Operation.COPY, since="0.1", takes=Takes.BOOK)
def ties(tables: Sequence[Table], places: Sequence[NDArray[np.int64]]) -> Iterator[CellRelation]:
    """A figure that stands in two tables differs between them.

    Why: summaries and key figures repeat figures of the detail; both must be the same.
    Example: personnel of -2,200,752 in one table and -2,200,725 in another differ by 27.
    Not checked: lines that agree in fewer than two columns of equal year and scenario. Columns are
    matched by year and scenario, lines by their figures; a net printed as a magnitude agrees with
    the signed one.
    Units: those of both tables, which must be the same.
    Source: tie-out, ISA 500.
    """
    views = [_view(table, place) for table, place in zip(tables, places, strict=True)]
    votes = _votes(views)
    unlike: dict[tuple[int, int], bool] = {}
    for group, ((t, i, s, k, sign), count) in enumerate(sorted(votes.items())):
        first, second = views[t], views[s]
        pairs = [
            (int(first.place[i, j]), int(second.place[k, second.columns[key]]))
            for key, j in first.columns.items()
            if key in second.columns
        ]
        pairs = [pair for pair in pairs if min(pair) >= 0]
        same = t != s and _same_name(first.names[i], second.names[k])
        if t == s and count < _FEWEST_WITHIN:
            continue
        if count < _FEWEST or count * 2 <= len(pairs) or (count < len(pairs) and not same):
            continue
        if count < len(pairs) and t != s:
            if (t, s) not in unlike:
                unlike[t, s] = _tell_of_others(first, second)
            if unlike[t, s]:
                continue
        if not _alike(first.ideas[i], second.ideas[k]) or (sign < 0 and not _is_net(first, i)):
            continue
        yield from (
            CellRelation(
                "TO601", Operation.COPY, Basis.NUMERIC, 0.9, a, (b,), (float(sign),), 1.0, group
            )
            for a, b in pairs
        )
    for t, (table, place) in enumerate(zip(tables, places, strict=True)):
        yield from controlled(table, place, _CONTROLS + t * _PER_TABLE)


def _votes(views: Sequence[_View]) -> dict[tuple[int, int, int, int, int], int]:
    """In how many columns two lines of two tables agree, with the sign that makes them."""
    columns: dict[tuple[int, str], list[tuple[int, int]]] = defaultdict(list)
    for t, view in enumerate(views):
        for key, j in view.columns.items():
            columns[key].append((t, j))
    votes: dict[tuple[int, int, int, int, int], int] = defaultdict(int)
    for places in columns.values():
        for spots in _repeated([(t, views[t].values[:, j]) for t, j in places]):
            for at, (t, i, sign) in enumerate(spots):
                for s, k, other in spots[at + 1 :]:
                    if (t, i) != (s, k):
                        votes[t, i, s, k, sign * other] += 1
    return votes


def _repeated(
    columns: Sequence[tuple[int, NDArray[np.float64]]],
) -> Iterator[list[tuple[int, int, int]]]:
    """The places of every figure of some digits that stands more than once in columns of one
    period, but not everywhere: table, line and sign."""
    table = np.repeat([t for t, _ in columns], [len(column) for _, column in columns])
    line = np.concatenate([np.arange(len(column)) for _, column in columns])
    value = np.nan_to_num(np.concatenate([column for _, column in columns]))
    kept = np.flatnonzero(np.abs(value) >= _SMALLEST)
    kept = kept[np.argsort(np.abs(value[kept]), kind="stable")]
    starts = np.flatnonzero(np.diff(np.abs(value[kept]), prepend=-1.0))
    count = np.diff(starts, append=len(kept))
    several = (count > 1) & (count <= _MOST_ALIKE)
    for start, n in zip(starts[several].tolist(), count[several].tolist(), strict=True):
        mine = kept[start : start + n]
        if len(f"{abs(value[mine[0]]):.0f}".rstrip("0")) >= _DIGITS:
            signs = np.where(value[mine] > 0, 1, -1).tolist()
            yield [*zip(table[mine].tolist(), line[mine].tolist(), signs, strict=True)]


def _view(table: Table, place: NDArray[np.int64]) -> _View:
    headings, lines = table.headings, table.lines
    across = _by_key([(h.years, h.ideas) for h in headings], lambda j: headings[j].scenario)
    down = _by_key([(years(n.label), n.ideas) for n in lines], lambda i: scenario(lines[i].label))
    if len(down) > len(across):
        return _View(
            table.values.T,
            place.T,
            down,
            tuple(normalised(h.text) for h in headings),
            tuple(h.ideas for h in headings),
        )
    return _View(
        table.values,
        place,
        across,
        tuple(normalised(line.label) for line in lines),
        tuple(line.ideas for line in lines),
    )


def _by_key(
    periods: Sequence[tuple[tuple[int, ...], Idea]], scenario_of: Callable[[int], str]
) -> dict[tuple[int, str], int]:
    """Columns by year and scenario; none that are changes, none that are named twice."""
    keys: dict[tuple[int, str], int] = {}
    twice: set[tuple[int, str]] = set()
    for j, (named, words) in enumerate(periods):
        if len(named) == 1 and not words & Idea.PERCENT:
            key = (named[0], scenario_of(j))
            if key in keys:
                twice.add(key)
            keys[key] = j
    return {key: j for key, j in keys.items() if key not in twice}


def _tell_of_others(first: _View, second: _View) -> bool:
    """Whether most lines of one name differ in the two tables: one is of a part, the other of the
    whole, so that lines agree only where the part is all there is."""
    keys = [
        (first.columns[key], second.columns[key]) for key in first.columns.keys() & second.columns
    ]
    if not keys:
        return False
    mine, theirs = (list(side) for side in zip(*keys, strict=True))
    other = {name: k for k, name in enumerate(second.names) if name}
    agreeing = differing = 0
    for i, name in enumerate(first.names):
        if name not in other:
            continue
        a, b = first.values[i, mine], second.values[other[name], theirs]
        told = np.isfinite(a) & np.isfinite(b) & (np.abs(a) + np.abs(b) > 0)
        equal = told & (np.abs(a) == np.abs(b))
        if told.any():
            agreeing += 2 * equal.sum() > told.sum()
            differing += 2 * equal.sum() <= told.sum()
    return bool(differing >= _FEWEST_OTHERS and differing > agreeing)


_KINDS = Idea.REVENUE | Idea.EXPENSE | Idea.NET


def _alike(first: Idea, second: Idea) -> bool:
    """False for lines whose words contradict each other: revenue here, expense there."""
    kinds = (first & _KINDS, second & _KINDS)
    return not (kinds[0] and kinds[1] and not kinds[0] & kinds[1])


_PREFIX = 8  # letters that names of one figure share: henkilöstömenot, henkilöstökulut


def _same_name(first: str, second: str) -> bool:
    """True for names that differ only in their unit or ending: a word more makes another figure."""
    a, b = (name.strip(" €%$£") for name in (first, second))
    if a == b:
        return bool(a)
    alike = a[:_PREFIX] == b[:_PREFIX] and len(a) >= _PREFIX
    return alike and len(a.split()) == len(b.split())


def _is_net(view: _View, line: int) -> bool:
    return Idea.NET in view.ideas[line]
