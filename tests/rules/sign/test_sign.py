"""A sign that deviates from its line and its table; silence where it is meant or undecided."""

from __future__ import annotations

from rules.model import Severity
from tests.rules.drawn import findings_of, outcome_of

TABLE = """
                  | TP 2021 | TP 2022 | TP 2023 | TA 2024
Henkilöstökulut   | -4101   | -4228   | -4310   | -4402
Vuokrakulut       | -715    | -733    | 748     | -751
Muut toimintakulut | -322   | -310    | -335    | -340
Myyntituotot      | 120     | 131     | 127     | 140
Maksutuotot       | 88      | 91      | 90      | 95
"""


def test_a_lost_minus_is_a_warning() -> None:
    (found,) = findings_of(outcome_of(TABLE), "SG")
    assert (found.rule, found.cell.a1, found.label, found.column) == (
        "SG801",
        "D3",
        "Vuokrakulut",
        "TP 2023",
    )
    assert found.severity is Severity.WARNING
    assert dict(found.message.values) == {"value": 748.0, "peers": 3}


def test_the_table_may_print_expenses_positive() -> None:
    text = TABLE.replace("748", "+748").replace("-", "").replace("+", "-")
    (found,) = findings_of(outcome_of(text), "SG")
    assert (found.cell.a1, found.message.values["value"]) == ("D3", -748.0)


def test_another_line_that_has_this_sign_throughout_is_no_slip() -> None:
    text = TABLE.replace(
        "| -715    | -733    | 748     | -751", "| 715    | 733    | 748     | 751"
    )
    assert findings_of(outcome_of(text), "SG") == []


def test_a_figure_of_another_size_may_be_a_credit() -> None:
    assert findings_of(outcome_of(TABLE.replace("748", "74")), "SG") == []


def test_a_sum_that_adds_up_with_the_sign_means_it() -> None:
    text = TABLE.replace(
        "Myyntituotot", "Toimintakulut yhteensä | -5138 | -5271 | -3897 | -5493\nA"
    )
    assert findings_of(outcome_of(text), "SG") == []


def test_a_table_without_a_convention_has_no_deviation() -> None:
    text = TABLE.replace("-322   | -310    | -335    | -340", "322 | 310 | 335 | 340")
    assert findings_of(outcome_of(text), "SG") == []


def test_nets_and_changes_may_have_any_sign() -> None:
    text = TABLE.replace("Vuokrakulut", "Kulut netto").replace("TP 2021", "Muutos")
    assert findings_of(outcome_of(text), "SG") == []


COMPOUNDS = """
                | TP 2021 | TP 2022 | TA 2023 | TA 2024
Henkilöstömenot | -13990  | -14120  | 14366   | -15010
Palvelumenot    | -8700   | -8877   | -9124   | -9333
Vuokramenot     | -402    | -411    | -420    | -433
"""


def test_an_expense_is_known_by_the_end_of_a_compound() -> None:
    (found,) = findings_of(outcome_of(COMPOUNDS), "SG")
    assert (found.rule, found.cell.a1) == ("SG801", "D2")
    assert findings_of(outcome_of(COMPOUNDS.replace("menot ", "vajaus")), "SG") == []  # no kind
    varied = COMPOUNDS.replace("-402    | -411 ", "402     | 411  ")  # no convention
    assert findings_of(outcome_of(varied), "SG") == []
