"""The same equation is checked once, by the rule that knows what its figures mean."""

from __future__ import annotations

from rules.build import build_ledger, figures_of
from rules.echoes import without_echoes
from rules.model import Basis, Operation
from rules.relation import CellRelation
from tests.rules.test_build import table

SUM, NET, RATIO = Operation.SUM, Operation.NET, Operation.RATIO
Told = tuple[str, Operation, int, tuple[int, ...], tuple[float, ...]]


def left(*told: Told) -> list[tuple[str, int]]:
    figures, places = figures_of(("Budget",), [table([[5], [12], [7], [12], [3]])])
    cells = [
        CellRelation(rule, operation, Basis.LABEL, 0.9, target, parts, factors, group=k)
        for k, (rule, operation, target, parts, factors) in enumerate(told)
    ]
    ledger = without_echoes(build_ledger(figures, places, [], cells))
    return [(ledger.rules[ledger.rule[i]], int(ledger.target[i])) for i in range(len(ledger))]


def test_the_claiming_rule_keeps_an_equation_however_it_is_turned() -> None:
    assert left(
        ("FT101", SUM, 1, (0, 2), (1.0, 1.0)),
        ("NT201", NET, 0, (1, 2), (1.0, -1.0)),
        ("RF701", SUM, 1, (2, 0), (1.0, 1.0)),
    ) == [("RF701", 1)]


def test_a_statutory_identity_goes_before_a_roll_forward() -> None:
    told = [(rule, SUM, 1, (0, 2), (1.0, 1.0)) for rule in ("RF701", "ST901")]
    assert left(*told) == [("ST901", 1)]


def test_other_equations_stay() -> None:
    kept = [
        ("RF701", SUM, 1, (0, 2), (1.0, 1.0)),
        ("FT101", SUM, 3, (0, 2), (1.0, 1.0)),
        ("FT101", SUM, 1, (0, 2, 4), (1.0, 1.0, 1.0)),
        ("RT501", RATIO, 1, (0, 2), (1.0, 1.0)),
    ]
    assert left(*kept) == [(rule, target) for rule, _, target, _, _ in kept]


def test_the_same_figures_with_other_signs_are_no_second_equation() -> None:
    assert left(
        ("NT201", NET, 1, (0, 2), (1.0, -1.0)),
        ("RF701", SUM, 1, (0, 2), (1.0, 1.0)),
    ) == [("RF701", 1)]


def test_among_rules_that_claim_nothing_all_stay() -> None:
    told = [(rule, SUM, 1, (0, 2), (1.0, 1.0)) for rule in ("FT101", "NT201")]
    assert left(*told) == [("FT101", 1), ("NT201", 1)]
