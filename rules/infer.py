"""From the tables of a workbook to the relations that were meant."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from rules.kept import Kept
from rules.model import Crash
from rules.registry import Takes, proposers
from rules.relation import CellRelation, Relation
from rules.search.averages import find_averages, means_beside_sums
from rules.search.bases import with_one_base
from rules.search.candidate import Candidate
from rules.search.choose import find_sums
from rules.search.proposals import Proposals
from rules.search.quotients import find_quotients
from rules.search.relative import at_lines, from_lines, relative_lines, restricted
from rules.search.space import COLUMNS, ROWS, Space, column_space, row_space
from rules.search.stated import Stated, stated_in, with_stated
from rules.search.telling import is_flat
from rules.search.twins import shared
from rules.search.work import Work, WorkSpentError
from rules.statutory.frompacks import FromPacks
from workbooks.formula.patterns import BookFormulas
from workbooks.tables.model import Table


@dataclass(slots=True)
class Inferred:
    """The relations of a workbook, and the rules that crashed on it."""

    relations: list[Relation] = field(default_factory=list)
    cells: list[CellRelation] = field(default_factory=list)
    crashes: list[Crash] = field(default_factory=list)
    groups: int = 0  # of cell relations so far
    unsearched: dict[int, str] = field(default_factory=dict)  # table -> why not, as in `Proposals`


def infer(
    tables: Sequence[Table],
    places: Sequence[NDArray[np.int64]],
    formulas: BookFormulas | None = None,
    kept: Kept | None = None,
    work: Work | None = None,
) -> Inferred:
    """Propose and choose the relations of all tables; a rule that crashes is kept and named.

    ``formulas`` are those of the workbook: what they state is tested before anything is searched.
    ``kept`` has what was found in the same tables before. ``work`` is what the search may do in all
    of them together: the smallest come first, so that a long dump takes nothing from the others.
    """
    found = Inferred()
    work = work or Work()
    searched: dict[int, Proposals] = {}
    for position in sorted(range(len(tables)), key=lambda k: tables[k].values.size):
        table = tables[position]
        proposals = kept.proposals(table, position) if kept else None
        if proposals is None:
            proposals = search(table, position, formulas, work)
        if kept:
            kept.keep(table, position, proposals)
        searched[position] = proposals
        if proposals.unsearched:
            found.unsearched[position] = proposals.unsearched
    in_order = [searched[position] for position in range(len(tables))]
    for position, proposals in enumerate(shared(in_order)):
        _run(found, Takes.PROPOSALS, proposals)
        _run(found, Takes.TABLE, tables[position], places[position])
    _run(found, Takes.BOOK, tables, places)
    return found


def run_packs(found: Inferred, packs: FromPacks) -> None:
    """Add what the rules on declared packs make of ``packs``.

    What repeats another by its name adds nothing where the figures show that by themselves.
    """
    tied = {frozenset((c.target, *c.parts)) for c in (*found.cells, *packs.ties)}
    first = 1 + max((c.group for c in packs.ties), default=-1)
    packs.ties += [
        replace(c, group=first + c.group)
        for c in packs.repeats
        if frozenset((c.target, *c.parts)) not in tied
    ]
    _run(found, Takes.PACKS, packs)


def _run(found: Inferred, takes: Takes, *given: object) -> None:
    """Call every rule that takes ``given``. Groups of cell relations get numbers of their own."""
    for code, propose in proposers(takes):
        numbers: dict[int, int] = {}
        try:
            for proposed in propose(*given):
                if isinstance(proposed, Relation):
                    found.relations.append(proposed)
                else:
                    if proposed.group not in numbers:
                        numbers[proposed.group] = found.groups
                        found.groups += 1
                    found.cells.append(replace(proposed, group=numbers[proposed.group]))
        except Exception:  # the run goes on without this rule, which is named in the outcome
            found.crashes.append(Crash(code, traceback.format_exc()))


def _sums(
    space: Space,
    percent: NDArray[np.bool_],
    given: Sequence[Candidate],
    *,
    searched: bool = True,
) -> tuple[Candidate, ...]:
    """The sums among amounts, and those among percentages: the two never add up to each other.

    ``given`` are those that formulas state.
    """
    relative = relative_lines(space, percent)
    if not relative.any() or relative.all():
        return tuple(find_sums(space, given, searched=searched))
    found: list[Candidate] = []
    for kind in (~relative, relative):
        lines = [int(line) for line in np.flatnonzero(kind)]
        mine = from_lines(given, lines)
        part = restricted(space, lines)
        found += [at_lines(c, lines) for c in find_sums(part, mine, searched=searched)]
    return tuple(found)


def search(
    table: Table,
    position: int,
    formulas: BookFormulas | None = None,
    work: Work | None = None,
) -> Proposals:
    """Everything that formulas say and the numeric and structural search finds in one table.

    Where no figure of the table can prove anything, or ``work`` is spent, it is what formulas say
    and what words and shape suggest.
    """
    spaces = row_space(table), column_space(table)
    said = stated_in(table, spaces, formulas) if formulas else Stated()
    if is_flat(table.values):
        return _unsearched(table, position, spaces, said, "flat")
    rows, columns = (replace(space, work=work or Work()) for space in spaces)
    try:
        return _searched(table, position, (rows, columns), said)
    except WorkSpentError:
        return _unsearched(table, position, spaces, said, "budget")


def _unsearched(
    table: Table, position: int, spaces: tuple[Space, Space], said: Stated, reason: str
) -> Proposals:
    """What formulas say, and what words and shape suggest."""
    rows, columns = spaces
    return Proposals(
        table=position,
        spaces=spaces,
        sums=(
            _sums(rows, table.percent, list(said.sums(rows)), searched=False),
            _sums(columns, table.percent.T, list(said.sums(columns)), searched=False),
        ),
        quotients=(
            with_one_base(tuple(said.quotients(ROWS))),
            with_one_base(tuple(said.quotients(COLUMNS))),
        ),
        unsearched=reason,
    )


def _searched(table: Table, position: int, spaces: tuple[Space, Space], said: Stated) -> Proposals:
    rows, columns = spaces
    sums = (
        _sums(rows, table.percent, list(said.sums(rows))),
        _sums(columns, table.percent.T, list(said.sums(columns))),
    )
    row_sums, row_means = _averages(rows, sums[0])
    column_sums, column_means = _averages(columns, sums[1])
    return Proposals(
        table=position,
        spaces=(rows, columns),
        sums=(row_sums, column_sums),
        quotients=(
            with_one_base(with_stated(find_quotients(rows, table.percent), said.quotients(ROWS))),
            with_one_base(
                with_stated(find_quotients(columns, table.percent.T), said.quotients(COLUMNS))
            ),
        ),
        averages=(row_means, column_means),
    )


def _averages(
    space: Space, sums: Sequence[Candidate]
) -> tuple[tuple[Candidate, ...], tuple[Candidate, ...]]:
    """The sums and the means of a space; a line that sums up others is no mean, but for the
    observations in which it states one, and is averaged by none."""
    kept, beside = means_beside_sums(space, sums)
    totals = {c.target for c in sums if min(c.factors) > 0}
    found = [c for c in find_averages(space, sorted(totals)) if c.target not in totals]
    return tuple(kept), (*found, *beside)
