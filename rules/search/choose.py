"""Choose a consistent set: subtotals first, then what they sum up to, then nets and differences.

A line belongs to at most one total by neighbourhood. A figure may have two decompositions (two
different partitions) when both hold; one that only follows from others already chosen is left out,
and so is a contradictory weaker one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from rules.model import Basis
from rules.search.blocks import by_block
from rules.search.candidate import Candidate, is_total
from rules.search.complete import completed
from rules.search.families import LEFT_OUT
from rules.search.magnitudes import magnitude_nets
from rules.search.pairs import pairs, signed_runs
from rules.search.readings import Readings
from rules.search.runs import runs
from rules.search.space import Space
from rules.search.stated import split_stated
from rules.search.structure import (
    by_code,
    by_level,
    closed_blocks,
    label_sequences,
    label_totals,
    level_sequences,
    lone_nets,
    lone_totals,
    sections,
    strided_sequences,
)
from rules.search.without_one import runs_without_one
from workbooks.tables.vocabulary import Idea

ENOUGH = 5.0  # bits for a relation to be believed
_ROUNDS = 7
_MOST_PAIRED = 600  # lines among which pairs far apart are still tried
_MOST_SHAPED = 50_000  # lines whose shape is looked at where nothing is searched
_TAKING = 500  # work of looking at one candidate
_FEW_ALIKE = 8  # lines of one label or level among which no agreement is an accident
_OVERLAP = 10.0  # bits more for a total of lines that have another total
_MOST_PROPPED = 8  # weak totals that are tried with a total above them
_OFTEN = 10  # times as often as it fails that a second total of the same lines must hold
_MOST_FAILING = 0.5  # share of observations in which a believed relation may fail


@dataclass(slots=True)
class _Choice:
    """What has been chosen so far."""

    space: Space
    chosen: list[Candidate] = field(default_factory=list)
    parent: dict[int, int] = field(default_factory=dict)  # part -> its total by neighbourhood
    totals: dict[int, list[int]] = field(default_factory=dict)  # part -> all of these
    footed: set[int] = field(default_factory=set)  # lines that are a total of others
    equations: set[frozenset[tuple[int, float]]] = field(default_factory=set)
    stated: dict[frozenset[tuple[int, float]], Candidate] = field(default_factory=dict)
    stand_in: tuple[int, ...] = ()
    readings: Readings = field(init=False)

    def __post_init__(self) -> None:
        self.stand_in = self.space.stand_ins()
        self.readings = Readings(self.stand_in)

    def take(self, candidate: Candidate, *, consumes: bool) -> bool:
        """Add ``candidate`` unless it repeats, follows from, or contradicts what is chosen."""
        candidate = self._without_strangers(_oriented(self.space, candidate))
        key = self._equation(candidate)
        if candidate.observed is None:
            self._widen(key)
        candidate = self.stated.get(key, candidate)
        if len(key) < 3 and not consumes and candidate.kind != "net":
            return False  # a copy, with lines of nothing added to it
        if (key and key in self.equations) or self._loops(candidate, consumes):
            return False
        # what a block of totals says line by line stays, though its net follows from the others
        vouched = candidate.vouched and not consumes
        if key and not vouched and self.readings.say(candidate):
            return False
        self.equations.add(key)
        self.chosen.append(candidate)
        self.footed.add(candidate.target)
        if consumes:
            for part in candidate.parts:
                self.parent.setdefault(part, candidate.target)
                self.totals.setdefault(part, []).append(candidate.target)
        self.readings.keep(candidate)
        return True

    def has_twin(self, candidate: Candidate) -> bool:
        """Whether another total of the same lines is chosen, and this one nearly always equals it:
        the total over and the total under them, assets and claims."""
        if not candidate.failed or candidate.held < _OFTEN * candidate.failed:
            return False
        above = self.parent.get(candidate.parts[0])
        return any(c.target == above and c.parts == candidate.parts for c in self.chosen)

    def _without_strangers(self, candidate: Candidate) -> Candidate:
        """The candidate without those totals among its parts that never stand beside its own."""
        here = self.space.present[candidate.target]
        strange = {
            part
            for part in candidate.parts
            if part in self.footed and not (self.space.present[part] & here).any()
        }
        if not strange or len(strange) + 1 >= len(candidate.parts):
            return candidate
        terms = zip(candidate.parts, candidate.factors, strict=True)
        kept = [(part, factor) for part, factor in terms if part not in strange]
        return replace(
            candidate,
            parts=tuple(part for part, _ in kept),
            factors=tuple(factor for _, factor in kept),
        )

    def _equation(self, candidate: Candidate) -> frozenset[tuple[int, float]]:
        """The candidate as one set of terms; lines with the same figures count as one line."""
        sums: dict[int, float] = defaultdict(float)
        terms = zip(candidate.parts, candidate.factors, strict=True)
        for line, factor in ((candidate.target, -1.0), *terms):
            if self.stand_in[line] >= 0:
                sums[self.stand_in[line]] += factor
        left = sorted((line, factor) for line, factor in sums.items() if factor)
        sign = 1.0 if left and left[0][1] > 0 else -1.0
        return frozenset((line, factor * sign) for line, factor in left)

    def expect(self, stated: Iterable[Candidate]) -> None:
        """Where the search comes upon what formulas state, these are its basis."""
        self.stated = {self._equation(candidate): candidate for candidate in stated}
        self.stated.pop(frozenset(), None)

    def _widen(self, key: frozenset[tuple[int, float]]) -> None:
        """What a few formulas state is meant in all of their line, where the search says so too."""
        kept = self.stated.get(key)
        if kept is not None and kept.observed is not None:
            self.stated[key] = wide = replace(kept, observed=None)
            self.chosen = [wide if chosen is kept else chosen for chosen in self.chosen]

    def _loops(self, candidate: Candidate, consumes: bool) -> bool:
        if not consumes:
            return False
        above: int | None = candidate.target
        seen = set()
        while above is not None and above not in seen:
            if above in candidate.parts:
                return True
            seen.add(above)
            above = self.parent.get(above)
        present = self.space.present
        for part in candidate.parts:
            for total in self.totals.get(part, ()):
                # totals that never stand in one observation share their parts
                if (present[total] & present[candidate.target]).any():
                    return True
        return False


def _oriented(space: Space, candidate: Candidate) -> Candidate:
    """The same equation solved for the line whose words say that it is the net or the change."""
    named = Idea.NET | Idea.CHANGE
    if len(candidate.parts) != 2 or space.is_a(candidate.target, named | Idea.TOTAL):
        return candidate
    meant = [k for k in range(2) if space.is_a(candidate.parts[k], named)]
    if len(meant) != 1:
        return candidate
    k = meant[0]
    factor, other = candidate.factors[k], candidate.factors[1 - k]
    terms = [(candidate.target, 1.0 / factor), (candidate.parts[1 - k], -other / factor)]
    terms.sort(key=lambda term: -term[1])
    return replace(
        candidate,
        target=candidate.parts[k],
        parts=tuple(line for line, _ in terms),
        factors=tuple(weight for _, weight in terms),
        basis=Basis.FORMULA if candidate.basis is Basis.FORMULA else Basis.LABEL,
    )


def _believed(candidate: Candidate) -> bool:
    told = candidate.held + candidate.failed
    return candidate.bits >= ENOUGH and candidate.failed <= _MOST_FAILING * told + 0.5


def find_sums(
    space: Space, given: Iterable[Candidate] = (), *, searched: bool = True
) -> list[Candidate]:
    """The sums, nets and differences between the lines of a space, strongest structure first.

    ``given`` are candidates that formulas state; the search goes on from their totals. Where a
    table is not ``searched``, only these and what words and shape suggest are looked at.
    """
    choice = _Choice(space)
    if space.n < 3 or not space.present.any():
        return []
    footings, nets = split_stated([_oriented(space, candidate) for candidate in given])
    choice.expect((*footings, *nets))
    for stated in footings:
        if not choice.take(stated, consumes=True):
            choice.take(stated, consumes=False)
    structural = []
    if searched or space.n <= _MOST_SHAPED:
        structural += [*by_level(space), *by_code(space), *lone_totals(space)]
        structural += [*sections(space), *closed_blocks(space)]
    if not searched:
        _take_best(choice, structural, consumes=True)
        for stated in nets:
            choice.take(stated, consumes=False)
        return [completed(space, candidate) for candidate in choice.chosen]
    beside = runs(space, range(space.n))
    _footings(space, choice, beside, structural)
    _take_best(choice, _unexplained_nets(space, choice), consumes=False)
    _take_best(choice, [*by_block(space)], consumes=False)
    for sequence in (*label_sequences(space), *level_sequences(space)):
        found = runs(space, sequence, kind="label")
        _take_best(choice, found, consumes=False, extra=_many(sequence))
    _take_best(choice, list(label_totals(space)), consumes=False)
    for sequence in strided_sequences(space):
        _take_best(choice, runs(space, sequence, kind="stride"), consumes=False, extra=3.0)
    for stated in nets:
        choice.take(stated, consumes=False)
    _differences(space, choice)
    overlapping = _overlapping(choice, beside)
    _take_best(choice, overlapping, consumes=False, extra=_OVERLAP, single=True)
    _take_best(choice, _without_one(space, choice), consumes=False)
    totals = sorted({candidate.target for candidate in choice.chosen})
    whole = [completed(space, candidate) for candidate in choice.chosen]
    return [*whole, *magnitude_nets(space, totals)]


def _many(sequence: Sequence[int]) -> float:
    """Bits against any one relation of a long sequence: it has as many targets, and each of them as
    many runs, as it has lines, and among so many some agree by accident."""
    return 2.0 * float(np.log2(max(1.0, len(sequence) / _FEW_ALIKE)))


def _footings(
    space: Space, choice: _Choice, beside: list[Candidate], structural: list[Candidate]
) -> None:
    """Totals of neighbours, round by round: each round hides the parts of the one before.

    ``beside`` are the runs among all lines, of which the first round chooses. A section whose total
    leaves out a line comes before them: the total over it would be read as the sum of that total
    and that line.
    """
    left_out = [candidate for candidate in structural if candidate.kind == LEFT_OUT]
    _take_best(choice, left_out, consumes=True)
    candidates, active = beside, list(range(space.n))
    for round_ in range(_ROUNDS):
        if round_:
            candidates = runs(space, active)
        tried = candidates if round_ else [*candidates, *structural]
        if not _take_best(choice, tried, consumes=True):
            break
        active = [line for line in active if line not in choice.parent]
        if len(active) < 3:
            return
    _propped(space, choice, active, [c for c in tried if c.kind == "run"])


def _overlapping(choice: _Choice, beside: list[Candidate]) -> list[Candidate]:
    """Totals of lines that other totals have as well: the first quarter and the first half of a
    year. None of them has a total and its own parts together."""
    return [
        candidate
        for candidate in beside
        if candidate.target not in choice.footed
        and not any(choice.parent.get(part) in candidate.parts for part in candidate.parts)
    ]


def _without_one(space: Space, choice: _Choice) -> list[Candidate]:
    """Totals that leave a line out, among the lines that are not explained."""
    tops = [line for line in range(space.n) if line not in choice.parent]
    if len(tops) > _MOST_PAIRED:
        return []
    open_ = [line for line in tops if line not in choice.footed]
    return list(runs_without_one(space, tops, open_))


def _propped(space: Space, choice: _Choice, active: list[int], weak: list[Candidate]) -> None:
    """Totals too weak by themselves that a total above them needs: both are meant, or neither.

    A wrong figure among few round ones leaves a sum without proof; but where only that sum makes
    the figures of a total above it whole, the two prove each other.
    """
    taken = {candidate.target for candidate in choice.chosen}
    best: dict[int, Candidate] = {}
    for candidate in weak:
        open_ = candidate.target not in taken and is_total(space, candidate.target)
        if open_ and candidate.held > candidate.failed and candidate.bits < ENOUGH:
            rival = best.get(candidate.target)
            if rival is None or candidate.bits > rival.bits:
                best[candidate.target] = candidate
    for lower in sorted(best.values(), key=lambda c: -c.bits)[:_MOST_PROPPED]:
        hidden = {*lower.parts, *choice.parent}
        above = runs(space, [line for line in active if line not in hidden])
        above = [c for c in above if lower.target in c.parts and _believed(c) and not c.failed]
        upper = max(above, key=lambda c: c.bits, default=None)
        if upper is not None and lower.bits + upper.bits >= 2 * ENOUGH:
            choice.take(replace(lower, vouched=1), consumes=True)
            choice.take(upper, consumes=True)


def _take_best(
    choice: _Choice,
    candidates: list[Candidate],
    *,
    consumes: bool,
    extra: float = 0.0,
    single: bool = False,
) -> int:
    """Take candidates from the strongest down; near ties go to the shorter run."""
    choice.space.work.spend(_TAKING * len(candidates))
    good = [c for c in candidates if _believed(c) and c.bits >= ENOUGH + extra]
    best: dict[int, float] = {}
    for candidate in good:
        best[candidate.target] = max(best.get(candidate.target, 0.0), candidate.bits)
    good = [c for c in good if c.bits > best[c.target] - 12.0]
    good.sort(key=lambda c: (-round(c.bits - 0.4 * min(len(c.parts), 12), 3), c.target))
    taken = 0
    targets: set[int] = {c.target for c in choice.chosen} if single else set()
    deferred = _around_others(good) if consumes else set()
    for at, candidate in enumerate(good):
        if at in deferred or ((consumes or single) and candidate.target in targets):
            continue
        if choice.take(candidate, consumes=consumes):
            taken += 1
            targets.add(candidate.target)
        elif consumes and choice.has_twin(candidate):
            choice.take(candidate, consumes=False)
    return taken


def _around_others(candidates: list[Candidate]) -> set[int]:
    """Which candidates reach over the parts of a total that they leave out themselves.

    They wait: with the inner total chosen first, the next round finds them with that total as one
    of their parts, and both relations are kept instead of one.
    """
    wait: set[int] = set()
    sets = [frozenset(c.parts) for c in candidates]
    inside: dict[int, list[int]] = defaultdict(list)  # part -> candidates that have it
    for at, parts in enumerate(sets):
        for part in parts:
            inside[part].append(at)
    for inner, candidate in enumerate(candidates):
        for outer in inside[candidate.parts[0]]:
            if outer == inner or len(sets[outer]) <= len(sets[inner]):
                continue
            if candidates[outer].target == candidate.target or candidate.target in sets[outer]:
                continue
            if sets[inner] < sets[outer] and _between(candidate.target, candidates[outer]):
                wait.add(outer)
    return wait


def _between(line: int, candidate: Candidate) -> bool:
    ends = (candidate.target, candidate.parts[0], candidate.parts[-1])
    return min(ends) < line < max(ends)


def _differences(space: Space, choice: _Choice) -> None:
    """Nets and differences among what is not yet explained, the totals and their neighbours."""
    tops = [line for line in range(space.n) if line not in choice.parent]
    totals = sorted({c.target for c in choice.chosen} | set(tops))
    pools = [list(range(space.n))] if space.n <= 26 else [totals, list(range(space.n))]
    for pool in pools:
        if len(pool) > _MOST_PAIRED:
            continue
        near = 9 if len(pool) > 60 else 20
        found = [*pairs(space, pool, near), *signed_runs(space, pool)]
        _take_best(choice, found, consumes=False, extra=1.0, single=True)


def _unexplained_nets(space: Space, choice: _Choice) -> list[Candidate]:
    explained = {candidate.target for candidate in choice.chosen}
    return [c for c in lone_nets(space) if c.target not in explained]
