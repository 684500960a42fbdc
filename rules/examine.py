"""From a workbook to its judged ledger: tables, relations (inferred or declared), verdicts."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rules.build import build_ledger, figures_of
from rules.declared.apply import Applied, apply_rules
from rules.echoes import without_echoes
from rules.findings import scope_of, settled
from rules.infer import Inferred, infer, run_packs
from rules.kept import Kept
from rules.ledger import Ledger
from rules.model import Crash
from rules.questions import Question
from rules.recalculation.facts import FormulaFacts
from rules.registry import Takes, proposers
from rules.relation import CellRelation, Relation
from rules.search.work import MILLION, Work
from rules.settings import RuleSettings
from rules.shown import as_shown
from rules.statutory.frompacks import FromPacks, from_packs
from rules.statutory.shipped import found_by_words
from workbooks.grid import Workbook
from workbooks.refs import CellRef
from workbooks.tables.model import Table
from workbooks.tables.vocabulary import language

Progress = Callable[[str, float], None]

_TEXTS = 2000  # of a sheet, enough to tell its language


@dataclass(frozen=True, slots=True)
class Examined:
    """A workbook with everything that was recomputed in it, before findings are made of that."""

    workbook: Workbook
    tables: Sequence[Table]
    places: Sequence[NDArray[np.int64]]  # per table, positions of its figures; −1 where blank
    relations: Sequence[Relation]
    cells: Sequence[CellRelation]
    ledger: Ledger
    quotes: dict[int, str]  # ledger row -> the footnote that limits its scope
    crashes: Sequence[Crash]
    formulas: FormulaFacts
    applied: Applied | None  # what a rule file declared, where there was one
    packs: FromPacks  # what packs say
    questions: Sequence[Question]  # relations that may not be meant where they fail
    unsearched: Mapping[int, str]  # table -> why its numbers were not searched


def examine(
    workbook: Workbook,
    settings: RuleSettings | None = None,
    progress: Progress | None = None,
    kept: Kept | None = None,
) -> Examined:
    """Find tables and relations, judge every check. Never raises for what a workbook holds.

    ``kept`` holds what an earlier run found on the same sheets.
    """
    settings = settings or RuleSettings()
    kept = kept or Kept(is_open=False)
    tables: list[Table] = []
    for position, grid in enumerate(workbook.grids):
        if progress:
            progress(grid.name, position / max(1, len(workbook.grids)))
        tables.extend(kept.tables(grid, workbook.styles, position))
    sheets = tuple(grid.name for grid in workbook.grids)
    figures, places = figures_of(sheets, tables)
    applied = None
    if settings.rules is not None:
        applied = apply_rules(settings.rules, tables, places, sheets)
    formulas = FormulaFacts(workbook)
    wanted = settings.infers and _is_searched_for(settings)
    work = Work(settings.search_budget * MILLION)
    inferred = infer(tables, places, formulas.book, kept, work) if wanted else Inferred()
    packs = _from_packs(settings, tables, places, inferred.crashes)
    run_packs(inferred, packs)
    relations, cells = _together(applied, inferred)
    relations = [r for r in relations if settings.wants(r.rule, tables[r.table].sheet)]
    cells = [c for c in cells if settings.wants(c.rule, figures.ref(c.target).sheet)]
    ledger = build_ledger(figures, places, relations, cells, tolerance=settings.tolerance)
    ledger = as_shown(ledger, workbook)
    ledger, asked = settled(without_echoes(ledger), tables, places, relations, formulas.book)
    ledger = as_shown(ledger, workbook, settled=True)
    ledger, quotes = scope_of(ledger, tables, places, _comments(workbook))
    crashes = inferred.crashes
    return Examined(
        workbook,
        tables,
        places,
        relations,
        cells,
        ledger,
        quotes,
        crashes,
        formulas,
        applied,
        packs,
        asked,
        inferred.unsearched,
    )


def _comments(workbook: Workbook) -> dict[CellRef, str]:
    return {
        CellRef(grid.name, row, column): text
        for grid in workbook.grids
        for (row, column), text in grid.comments.items()
    }


def _from_packs(
    settings: RuleSettings,
    tables: Sequence[Table],
    places: Sequence[NDArray[np.int64]],
    crashes: list[Crash],
) -> FromPacks:
    """What packs say: those that the user named, else those whose words the workbook has.

    A crash is added to ``crashes``, and packs say nothing then.
    """
    packs = settings.packs
    named = frozenset(pack.name for pack in packs or ())
    try:
        if packs is None:
            packs = found_by_words(tables) if settings.infers else ()
        return from_packs(packs, named, settings.residents, tables, places)
    except Exception:  # the run goes on without packs, and the outcome says so
        crashes.append(Crash("ST901", traceback.format_exc()))
        return FromPacks()


def _is_searched_for(settings: RuleSettings) -> bool:
    """Whether any rule is wanted that relations are searched for: not with ``--select FM``."""
    kinds = (Takes.PROPOSALS, Takes.TABLE, Takes.BOOK)
    return any(settings.may_want(code) for takes in kinds for code, _ in proposers(takes))


def _together(
    applied: Applied | None, inferred: Inferred
) -> tuple[list[Relation], list[CellRelation]]:
    """What was declared, then what was inferred besides."""
    if applied is None:
        return inferred.relations, inferred.cells
    told = {(r.table, r.axis, r.target, frozenset(r.parts)) for r in applied.relations}
    pairs = {(c.target, frozenset(c.parts)) for c in applied.cells}
    relations = [
        r for r in inferred.relations if (r.table, r.axis, r.target, frozenset(r.parts)) not in told
    ]
    first = 1 + max((c.group for c in applied.cells), default=-1)
    cells = [
        replace(c, group=c.group + first)
        for c in inferred.cells
        if (c.target, frozenset(c.parts)) not in pairs
    ]
    return [*applied.relations, *relations], [*applied.cells, *cells]


def language_of(workbook: Workbook) -> str:
    """The language of a workbook's own words: ``fi``, ``sv`` or ``en``."""
    return language([t for g in workbook.grids for t in list(g.texts.values())[:_TEXTS]])
