"""Failing checks that no cell explains: a part that is not listed, or nothing the figures show."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from rules.diagnose.diagnosis import Diagnosis, Names
from rules.diagnose.slips import Ints
from rules.diagnose.system import System
from rules.ledger import OPERATIONS
from rules.model import Certainty, Message, Operation, SuspectCell

MANY = 4  # parts from which a total may well count something that is not listed
MOST_NAMED = 6
_SUMS = tuple(OPERATIONS.index(o) for o in (Operation.SUM, Operation.NET, Operation.EQUATION))
_MOST_LINKS = 60  # checks of one total that are looked at for an identity


def may_lack_part(system: System, check: int) -> bool:
    """A sum of several parts, to which another may belong."""
    many = system.n_parts[check] >= MANY
    return bool(many and system.ledger.operation[check] in _SUMS)


def unlisted(system: System, checks: Ints, names: Names) -> list[Diagnosis]:
    """One diagnosis for each group of ``checks`` that fail by linked amounts."""
    return [_of_group(system, group, names) for group in _groups(system, checks)]


def _groups(system: System, checks: Ints) -> list[list[int]]:
    """Checks of one relation, and those whose differences satisfy an identity of their totals."""
    root = {int(c): int(c) for c in checks}

    def find(check: int) -> int:
        while root[check] != check:
            root[check] = root[root[check]]
            check = root[check]
        return check

    def join(members: list[int]) -> None:
        for other in members[1:]:
            root[find(other)] = find(members[0])

    relations: dict[int, list[int]] = defaultdict(list)
    for check in root:
        relations[int(system.ledger.relation[check])].append(check)
    for members in relations.values():
        join(members)
    for members in identities(system, list(root)):
        join(members)
    groups: dict[int, list[int]] = defaultdict(list)
    for check in root:
        groups[find(check)].append(check)
    return list(groups.values())


def identities(system: System, checks: list[int]) -> list[list[int]]:
    """Failing checks whose totals stand in one agreeing check that their differences satisfy too:
    where 24 563 is missing from revenue, as much is missing from the net."""
    totals: dict[int, list[int]] = defaultdict(list)
    for check in checks:
        if not system.quotient[check]:
            totals[int(system.ledger.target[check])].append(check)
    met: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for figure in totals:
        edges = np.arange(system.edges_of[figure], system.edges_of[figure + 1])
        linear = system.agrees[system.check[edges]] & ~system.quotient[system.check[edges]]
        for edge in edges[linear][:_MOST_LINKS]:
            met[int(system.check[edge])].append((figure, float(system.weight[edge])))
    found = []
    for check, entries in met.items():
        if len(entries) > 1:
            found.append(_closing(system, check, entries, totals))
    return [members for members in found if members]


def _closing(
    system: System,
    check: int,
    entries: list[tuple[int, float]],
    totals: dict[int, list[int]],
) -> list[int]:
    """One failing check of each total, when their differences add up to nothing."""
    chosen = [(totals[figure][0], weight) for figure, weight in entries]
    rest = sum(weight * float(system.residual[c]) for c, weight in chosen)
    slack = sum(abs(weight) * float(system.allowed[c]) for c, weight in chosen)
    if abs(rest) > slack + float(system.allowed[check]):
        return []
    return [c for figure, _ in entries for c in totals[figure]]


def _of_group(system: System, group: list[int], names: Names) -> Diagnosis:
    residual = system.residual
    group.sort(key=lambda c: (-abs(float(residual[c])), c))
    lacking = [c for c in group if may_lack_part(system, c) and _vouched(system, c)]
    amount = float(residual[(lacking or group)[0]])
    targets = list(dict.fromkeys(int(system.ledger.target[c]) for c in group))
    suspects = tuple(_named(system, figure, names) for figure in targets[:MOST_NAMED])
    checks = tuple(sorted(group))
    if lacking:
        total = float(system.value[int(system.ledger.target[lacking[0]])])
        key = "missing_part" if total * amount >= 0 else "part_too_many"
        text = Message(f"explanation.{key}", {"amount": amount})
        certainty, cause, confidence = Certainty.MISSING_PART, "missing-part", 0.8
    else:
        text = Message("explanation.unexplained", {})
        certainty, cause, confidence = Certainty.UNEXPLAINED, "unknown", 0.3
    return Diagnosis(certainty, suspects, cause, text, amount, checks, confidence)


def _vouched(system: System, check: int) -> bool:
    """Whether another check agrees with the total."""
    figure = system.ledger.target[check]
    edges = np.arange(system.edges_of[figure], system.edges_of[figure + 1])
    return bool(system.agrees[system.check[edges]].any())


def _named(system: System, figure: int, names: Names) -> SuspectCell:
    label, column = names(figure)
    figures = system.ledger.figures
    return SuspectCell(figures.ref(figure), float(figures.value[figure]), label, column)
