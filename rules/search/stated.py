"""Hypotheses that the formulas of a table state.

A formula always agrees with itself, so its agreement proves little; what it tells is what its
author meant. A line most of whose formulas are copies of one another states one relation, which is
then tested in all its columns: also where a figure was typed over, or where a formula differs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules.model import Basis, Operation
from rules.search.candidate import Candidate, is_total
from rules.search.evidence import Floats
from rules.search.proposals import Quotient
from rules.search.space import COLUMNS, ROWS, Space
from rules.search.stated_forms import Form, FormReader
from workbooks.formula.patterns import BookFormulas
from workbooks.tables.model import Table

STATED_BITS = 10.0  # what an author's own formula is worth, before any arithmetic
_HELD_BITS = 2.0  # what each observation that agrees adds to it
_ALIKE = 0.5  # share of a line's formulas that agree with a relation, for it to be meant in all
_TYPED = 0.5  # the same of its typed figures, where these are the most


@dataclass(frozen=True, slots=True)
class StatedLine:
    """One relation between lines: the observations that state it, and those it is tested in."""

    target: int
    form: Form
    stated: tuple[int, ...]
    observed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Stated:
    """What the formulas of one table state, by axis: between rows, between columns."""

    lines: tuple[tuple[StatedLine, ...], tuple[StatedLine, ...]] = ((), ())

    def sums(self, space: Space) -> list[Candidate]:
        """The signed sums between the lines of ``space``: plain totals first, the longest first."""
        found = [
            _candidate(space, line)
            for line in self.lines[space.axis]
            if line.form.operation is Operation.SUM
        ]
        believed = [c for c in found if c.held >= c.failed]
        return sorted(believed, key=lambda c: (min(c.factors) < 0, -len(c.parts), c.target))

    def quotients(self, axis: int) -> list[Quotient]:
        """The ratios and changes in per cent between the lines of an axis."""
        kinds = (Operation.RATIO, Operation.PERCENT_CHANGE)
        return [_quotient(line) for line in self.lines[axis] if line.form.operation in kinds]


def stated_in(table: Table, spaces: tuple[Space, Space], book: BookFormulas) -> Stated:
    """What the formulas of ``table`` state; ``spaces`` are its rows and its columns."""
    formulas = book.sheets[table.grid]
    if not formulas.of_cell:
        return Stated()
    reader = FormReader(table, book.workbook.grids[table.grid], formulas)
    by_axis: tuple[dict[int, dict[int, Form]], dict[int, dict[int, Form]]] = (
        defaultdict(dict),
        defaultdict(dict),
    )
    for (i, j), form in reader.forms().items():
        by_axis[ROWS][i][j] = form
        by_axis[COLUMNS][j][i] = form
    return Stated(
        (
            tuple(_of_axis(by_axis[ROWS], spaces[ROWS])),
            tuple(_of_axis(by_axis[COLUMNS], spaces[COLUMNS])),
        )
    )


def _of_axis(forms: Mapping[int, Mapping[int, Form]], space: Space) -> Iterator[StatedLine]:
    found = [line for target in sorted(forms) for line in _of_line(target, forms[target], space)]
    parts = {
        line.target: {part for part, _ in line.form.terms}
        for line in found
        if line.form.operation is Operation.SUM
    }
    yield from (line for line in found if not _counts_twice(line, parts))


def _counts_twice(line: StatedLine, parts: Mapping[int, set[int]]) -> bool:
    """Whether a sum takes in a subtotal together with what that adds up: nobody means that."""
    mine = parts.get(line.target)
    if mine is None or line.form.operation is not Operation.SUM:
        return False
    return any(
        len(below) > 1 and below <= mine
        for below in (parts.get(part) for part in mine)
        if below is not None
    )


def _of_line(target: int, forms: Mapping[int, Form], space: Space) -> Iterator[StatedLine]:
    """The relations of one line: one for all of it, or one for each group of like formulas.

    Of several sums the one that holds in most formulas is meant for all: a range that takes in a
    row which is blank nearly everywhere differs from the others only where it matters.
    """
    mine: dict[Form, list[int]] = defaultdict(list)
    for observation, form in forms.items():
        if form.axis == space.axis and form.terms:
            mine[form].append(observation)
    sums = {form: len(at) for form, at in mine.items() if form.is_sum}
    if sums:
        linear = [o for o, form in forms.items() if form.is_sum]
        held = {form: _held(space, target, form) for form in sums}
        best = max(sums, key=lambda form: (held[form][linear].sum(), sums[form], len(form.terms)))
        if held[best][linear].sum() >= _ALIKE * len(linear):
            typed = [int(o) for o in np.flatnonzero(space.present[target]) if int(o) not in forms]
            few = held[best][typed].sum() < _TYPED * len(typed) > _TYPED * len(linear)
            if few and not is_total(space, target):
                typed = []
            at = tuple(sorted({*linear, *typed}))
            yield StatedLine(target, best, tuple(mine[best]), at)
            mine = {form: at for form, at in mine.items() if not form.is_sum}
    for form, group in mine.items():
        yield StatedLine(target, form, tuple(group), tuple(sorted(group)))


def _held(space: Space, target: int, form: Form) -> NDArray[np.bool_]:
    """In which observations a stated sum agrees within rounding, shape ``(m,)``."""
    lines = [line for line, _ in form.terms]
    factors = np.array([factor for _, factor in form.terms])
    rows = space.filled[lines] * factors[:, None]
    step = np.maximum(space.steps[lines].max(axis=0, initial=0.0), space.steps[target])
    allowed = step * ((rows != 0).sum(axis=0) + 1) / 2
    noise = 1e-9 * np.maximum(np.abs(rows).max(axis=0, initial=0.0), 1.0)
    with np.errstate(invalid="ignore"):
        off: Floats = np.abs(space.values[target] - rows.sum(axis=0))
    held: NDArray[np.bool_] = off <= allowed + noise
    return held


def _candidate(space: Space, line: StatedLine) -> Candidate:
    """A stated sum as a candidate. Its own formulas hold by themselves, so they add few bits."""
    at = list(line.observed)
    good = _held(space, line.target, line.form)[at]
    parts = [part for part, _ in line.form.terms]
    told = (space.present[line.target] & space.present[parts].any(axis=0))[at]
    everywhere = len(at) == int(space.present[line.target].sum())
    held = int((good & told).sum())
    return Candidate(
        target=line.target,
        parts=tuple(parts),
        factors=tuple(factor for _, factor in line.form.terms),
        bits=STATED_BITS + _HELD_BITS * held,
        held=held,
        failed=int((~good & told).sum()),
        basis=Basis.FORMULA,
        kind="formula",
        observed=None if everywhere else line.observed,
    )


def _quotient(line: StatedLine) -> Quotient:
    (first, weight), (second, other) = line.form.terms
    return Quotient(
        target=line.target,
        parts=(first, second),
        factors=(weight, other),
        scale=line.form.scale,
        bits=STATED_BITS,
        held=len(line.stated),
        failed=0,
        operation=line.form.operation,
        observed=line.observed,
        basis=Basis.FORMULA,
    )


def with_stated(found: list[Quotient], said: list[Quotient]) -> tuple[Quotient, ...]:
    """What formulas state, and the quotients that were found of other lines."""
    told = {quotient.target for quotient in said}
    return *said, *(quotient for quotient in found if quotient.target not in told)


def split_stated(given: Sequence[Candidate]) -> tuple[list[Candidate], list[Candidate]]:
    """Stated sums that build up totals, and those that net or compare figures built elsewhere.

    A net of two totals says the same as the sum of all nets, once the totals are known; the latter
    tests more figures, so that it is searched for first.
    """
    targets = {candidate.target for candidate in given}
    nets = [c for c in given if min(c.factors) < 0 or (len(c.parts) == 2 and targets >= {*c.parts})]
    return [c for c in given if c not in nets], nets
