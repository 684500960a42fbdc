"""The income statement of a Swedish municipality, found by its words."""

from __future__ import annotations

import pytest

from rules.model import Severity
from tests.rules.drawn import checks_of, findings_of, outcome_of, parts_of

STATUTORY = """
                                    | Budget 2025 | Plan 2026 | Plan 2027
Verksamhetens intäkter              | 237893  | 228435  | 209627
Verksamhetens kostnader             | -672000 | -660313 | -644108
Avskrivningar                       | -5816   | -8628   | -7377
Verksamhetens nettokostnader        | -439923 | -440506 | -441858
Skatteintäkter                      | 427008  | 439597  | 361509
Generella statsbidrag och utjämning | 84280   | 82647   | 85549
Verksamhetens resultat              | 71365   | 81738   | 5200
Finansiella intäkter                | 1272    | 1347    | 1341
Finansiella kostnader               | -4204   | -2872   | -3097
Resultat efter finansiella poster   | 68433   | 80213   | 3444
Extraordinära poster                | 0       | 0       | 0
Årets resultat                      | 68433   | 80213   | 3444
"""
OLDER = "\n".join(
    line
    for line in STATUTORY.splitlines()
    if not line.startswith(("Verksamhetens resultat", "Extraordinära", "Resultat efter"))
)


def test_every_level_is_checked_as_the_law_has_it() -> None:
    outcome = outcome_of(STATUTORY)
    assert [f for f in outcome.findings if f.severity is not Severity.NOTE] == []
    checks = checks_of(outcome, "ST901")
    assert {cell: [p for p, _ in parts_of(c)] for cell, c in checks.items() if cell[0] == "B"} == {
        "B5": ["B2", "B3", "B4"],
        "B8": ["B5", "B6", "B7"],
        "B11": ["B8", "B9", "B10"],
    }
    # nothing extraordinary: the result is the one above it, repeated
    assert parts_of(checks_of(outcome, "TO601")["B11"]) == [("B13", 1.0)]


@pytest.mark.parametrize(
    ("typed", "wrong", "cell", "difference"),
    [
        ("439597", "4395970", "C8", -3956373.0),
        ("| 3444\n", "| -3444\n", "D13", -6888.0),
    ],
)
def test_a_wrong_figure_is_found_on_its_level(
    typed: str, wrong: str, cell: str, difference: float
) -> None:
    text = STATUTORY if typed[0] != "|" else STATUTORY.rstrip("\n") + "\n"
    head, _, tail = text.rpartition(typed)
    (found,) = findings_of(outcome_of(head + wrong + tail), "ST901")
    assert (found.cell.a1, found.difference) == (cell, difference)


def test_levels_that_are_not_printed_are_replaced_by_their_lines() -> None:
    text = OLDER.replace("68433", "68443")
    (found,) = findings_of(outcome_of(text), "ST901")
    assert (found.cell.a1, found.difference) == ("B10", 10.0)
