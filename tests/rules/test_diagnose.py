"""Which cell is wrong, and why: root causes of small made ledgers."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reports.words import Words
from rules.diagnose.locate import Diagnosis, diagnose
from rules.model import Certainty, Message, Operation
from samples.build_kemijarvi import read_tables
from tests.rules.test_diagnose_ledgers import Sheet, failing

VALUES = st.integers(1_000, 999_999)


def crossed(values: list[list[int]]) -> Sheet:
    """A table with a total of every row and column and a grand total; all of it holds."""
    sheet = Sheet()
    n, m = len(values), len(values[0])
    total = [sum(row) for row in values]
    for i, row in enumerate(values):
        for j, value in enumerate(row):
            sheet.put(f"{i},{j}", value, i + 2, j + 2)
        sheet.put(f"row {i}", total[i], i + 2, m + 2)
    for j in range(m):
        sheet.put(f"column {j}", sum(row[j] for row in values), n + 2, j + 2)
    sheet.put("all", sum(total), n + 2, m + 2)
    for i in range(n):
        sheet.total(f"row {i}", [f"{i},{j}" for j in range(m)])
    for j in range(m):
        sheet.total(f"column {j}", [f"{i},{j}" for i in range(n)])
    sheet.total("all", [f"row {i}" for i in range(n)])
    sheet.total("all", [f"column {j}" for j in range(m)])
    return sheet


def crossed_tables() -> st.SearchStrategy[Sheet]:
    """Consistent tables of 3 × 3 to 6 × 5."""
    return st.tuples(st.integers(3, 6), st.integers(3, 5)).flatmap(
        lambda shape: st.lists(
            st.lists(VALUES, min_size=shape[1], max_size=shape[1]),
            min_size=shape[0],
            max_size=shape[0],
        ).map(crossed)
    )


def lone(*values: int) -> Sheet:
    """One sum, whose figures stand in no other check."""
    sheet = Sheet(step=0.0)
    names = [sheet.put(f"part {k}", value) for k, value in enumerate(values)]
    sheet.put("total", sum(values))
    sheet.total("total", names)
    return sheet


def only(sheet: Sheet) -> Diagnosis:
    (diagnosis,) = sheet.diagnose()
    return diagnosis


def named(sheet: Sheet, diagnosis: Diagnosis) -> list[str]:
    return [sheet.name(suspect.cell) for suspect in diagnosis.suspects]


def read_out(diagnosis: Diagnosis) -> None:
    """The catalogue has both sentences, and the diagnosis all of their values."""
    for language in ("en", "fi", "sv"):
        words = Words(language)
        assert words.text(diagnosis.explanation)
        values = {"amount": diagnosis.amount} | dict(diagnosis.explanation.values)
        assert words.text(Message(f"cause.{diagnosis.cause}", values))


# Properties


@given(crossed_tables(), st.data())
@settings(max_examples=60, deadline=None)
def test_one_wrong_cell_is_located_with_its_value(sheet: Sheet, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sheet.names))
    right = sheet.values[sheet.names.index(name)]
    wrong = data.draw(st.integers(-2_000_000, 20_000_000).filter(lambda v: abs(v - right) > 20))
    sheet.change(name, wrong)
    diagnosis = only(sheet)
    assert diagnosis.certainty is Certainty.LOCATED
    assert named(sheet, diagnosis) == [name]
    (suspect,) = diagnosis.suspects
    assert suspect.low is not None
    assert suspect.high is not None
    assert suspect.suggested is not None
    assert suspect.low <= right <= suspect.high
    assert abs(suspect.suggested - right) <= (suspect.high - suspect.low)
    assert diagnosis.amount == wrong - suspect.suggested
    assert len(diagnosis.checks) == int(failing(sheet.ledger()).sum())
    read_out(diagnosis)


@given(crossed_tables(), st.data())
@settings(max_examples=40, deadline=None)
def test_exact_figures_give_the_original_back(sheet: Sheet, data: st.DataObject) -> None:
    sheet.step = 0.0
    name = data.draw(st.sampled_from(sheet.names))
    right = sheet.values[sheet.names.index(name)]
    wrong = data.draw(st.integers(0, 3_000_000).filter(lambda v: v != right))
    sheet.change(name, wrong)
    diagnosis = only(sheet)
    assert named(sheet, diagnosis) == [name]
    assert diagnosis.suspects[0].suggested == right


@given(crossed_tables())
@settings(max_examples=15, deadline=None)
def test_a_consistent_table_has_no_root_cause(sheet: Sheet) -> None:
    assert sheet.diagnose() == []


@given(crossed_tables(), st.data())
@settings(max_examples=25, deadline=None)
def test_two_wrong_cells_in_different_lines_are_both_located(
    sheet: Sheet, data: st.DataObject
) -> None:
    shifts = data.draw(st.tuples(st.integers(5_000, 40_000), st.integers(50_000, 400_000)))
    wrong = {"0,0": shifts[0], "1,1": shifts[1]}
    before = dict(zip(sheet.names, sheet.values, strict=True))
    for name, shift in wrong.items():
        sheet.change(name, before[name] + shift)
    found = sheet.diagnose()
    assert {d.certainty for d in found} == {Certainty.LOCATED}
    assert {n for d in found for n in named(sheet, d)} == set(wrong)


def test_two_wrong_cells_of_one_row_are_both_located() -> None:
    """Neither clears the row alone; that both together do tells them from other rows."""
    rng = np.random.default_rng(4)
    sheet = crossed(rng.integers(1_000, 900_000, (6, 5)).tolist())
    for name, shift in {"2,1": 51_310, "2,3": -7_721, "4,0": 333}.items():
        sheet.change(name, sheet.values[sheet.names.index(name)] + shift)
    found = sheet.diagnose()
    assert {n for d in found for n in named(sheet, d)} == {"2,1", "2,3", "4,0"}
    assert {d.certainty for d in found} == {Certainty.LOCATED}


# Causes, where the check stands alone and only the slip can tell


@pytest.mark.parametrize(
    ("wrong", "cause"),
    [
        (142_583, "digits-swapped"),  # of 412 583
        (41_258, "digit-lost"),
        (4_125_983, "digit-added"),
        (-412_583, "sign-flipped"),
        (412_583_000, "scale-slip"),
    ],
)
def test_a_slip_tells_the_part_of_a_lone_sum(wrong: int, cause: str) -> None:
    sheet = lone(412_583, 90_217, 731_902)
    sheet.change("part 0", wrong)
    diagnosis = only(sheet)
    assert diagnosis.certainty is Certainty.LOCATED
    assert named(sheet, diagnosis) == ["part 0"]
    assert diagnosis.cause == cause
    assert diagnosis.suspects[0].suggested == 412_583
    assert diagnosis.amount == wrong - 412_583
    read_out(diagnosis)


def test_a_slip_that_fits_two_cells_leaves_both() -> None:
    """300 less changes one digit of 412 513 and of 90 517, but several of the others."""
    sheet = lone(412_513, 90_217, 731_122)
    sheet.change("part 1", 90_517)
    diagnosis = only(sheet)
    assert diagnosis.certainty is Certainty.AMBIGUOUS
    assert set(named(sheet, diagnosis)) == {"part 0", "part 1"}
    assert diagnosis.cause == "digit-changed"
    read_out(diagnosis)


def test_without_a_slip_the_total_comes_first() -> None:
    sheet = lone(412_583, 90_217, 731_902, 55_131, 23_989)
    sheet.change("total", sum(sheet.values[:-1]) + 31_846)
    diagnosis = only(sheet)
    assert diagnosis.certainty is Certainty.AMBIGUOUS
    assert named(sheet, diagnosis)[0] == "total"
    assert len(diagnosis.suspects) == 6
    assert diagnosis.cause == "unknown"
    read_out(diagnosis)


def test_being_a_total_alone_locates_no_cell() -> None:
    """A part and the line worked out from it, each with one digit that would repair both checks."""
    sheet = Sheet()
    for name, value in {"a": 286_147, "b": -29_749, "c": -14_218, "rest": -39_967}.items():
        sheet.put(name, value)  # b should read -25,749
    sheet.put("net", 246_180)
    sheet.check(Operation.NET, "net", ["a", "rest"])
    sheet.check(Operation.NET, "net", ["a", "b", "c"])
    sheet.check(Operation.NET, "c", {"rest": 1.0, "b": -1.0})
    diagnosis = only(sheet)
    assert diagnosis.certainty is Certainty.AMBIGUOUS
    assert set(named(sheet, diagnosis)) == {"b", "c"}


@pytest.mark.parametrize(("sign", "cause"), [(-1, "row-left-out"), (1, "row-counted-twice")])
def test_a_total_off_by_one_of_its_rows(sign: int, cause: str) -> None:
    sheet = lone(412_583, 90_217, 731_902, 55_131)
    sheet.change("total", sum(sheet.values[:-1]) + sign * 55_131)
    diagnosis = only(sheet)
    assert named(sheet, diagnosis)[0] == "total"
    assert diagnosis.cause == cause
    assert diagnosis.explanation.values["other"] == sheet.cell("part 3")
    read_out(diagnosis)


def test_the_figure_of_the_cell_beside_it() -> None:
    rng = np.random.default_rng(1)
    sheet = crossed(rng.integers(10_000, 900_000, (5, 4)).tolist())
    sheet.change("2,1", sheet.values[sheet.names.index("2,2")])
    diagnosis = only(sheet)
    assert diagnosis.cause == "neighbour-value"
    assert diagnosis.explanation.values["other"] == sheet.cell("2,2")
    read_out(diagnosis)


def test_a_total_of_an_earlier_version_is_stale() -> None:
    sheet = Sheet(step=0.0)
    for j, values in enumerate(([41_250, 7_310, 66_120, 9_040], [41_250, 7_310, 66_120, 9_940])):
        names = [sheet.put(f"{i},{j}", v, i + 2, j + 2) for i, v in enumerate(values)]
        sheet.put(f"total {j}", 123_720, 6, j + 2)
        sheet.total(f"total {j}", names, relation=0)
        other = sheet.put(f"again {j}", sum(values), 20, 2 + 2 * j)
        sheet.check(Operation.COPY, f"total {j}", [other], relation=1)
    diagnosis = only(sheet)
    assert named(sheet, diagnosis) == ["total 1"]
    assert diagnosis.cause == "stale-total"


def test_a_percentage_of_the_wrong_base() -> None:
    sheet = Sheet(step=0.0)
    for line, old in enumerate((40_000, 52_360)):
        new = sheet.put(f"new {line}", round(old * 1.25))
        copy = sheet.put(f"new again {line}", round(old * 1.25))
        sheet.check(Operation.COPY, copy, [new])
        base, again = sheet.put(f"old {line}", old), sheet.put(f"old again {line}", old)
        sheet.check(Operation.COPY, again, [base])
        sheet.put(f"change {line}", 25.0 if line else 20.0)
        sheet.check(Operation.PERCENT_CHANGE, f"change {line}", {base: -1.0, new: 1.0}, scale=100.0)
    diagnosis = only(sheet)
    assert diagnosis.certainty is Certainty.LOCATED
    assert named(sheet, diagnosis) == ["change 0"]
    assert diagnosis.cause == "wrong-base"
    assert diagnosis.suspects[0].suggested == 25


# Other arithmetic


def _quotients() -> Sheet:
    sheet = Sheet(step=0.0)
    for line, (old, new) in enumerate(((40_000, 50_000), (62_000, 31_000), (18_000, 27_000))):
        sheet.put(f"old {line}", old)
        sheet.put(f"new {line}", new)
        sheet.put(f"share {line}", 100 * new / 108_000)
        sheet.put(f"change {line}", 100 * (new - old) / old)
    sheet.put("old", 120_000)
    sheet.put("new", 108_000)
    for line in range(3):
        sheet.check(
            Operation.RATIO, f"share {line}", [f"new {line}", "new"], scale=100.0, relation=50
        )
        sheet.check(
            Operation.PERCENT_CHANGE,
            f"change {line}",
            {f"old {line}": -1.0, f"new {line}": 1.0},
            scale=100.0,
            relation=51,
        )
    for name in ("old", "new"):
        sheet.total(name, [f"{name} {line}" for line in range(3)])
    return sheet


@pytest.mark.parametrize("name", ["new 1", "old 2", "new", "share 0", "change 1"])
def test_quotients_take_part(name: str) -> None:
    sheet = _quotients()
    assert sheet.diagnose() == []
    right = sheet.values[sheet.names.index(name)]
    sheet.change(name, right * 1.37 + 11)
    diagnosis = only(sheet)
    assert diagnosis.certainty is Certainty.LOCATED
    assert named(sheet, diagnosis) == [name]
    assert diagnosis.suspects[0].suggested == pytest.approx(right)


def test_averages_divide_by_the_number_of_parts() -> None:
    sheet = Sheet(step=0.0)
    parts = [sheet.put(f"p{k}", value) for k, value in enumerate((120, 384, 990))]
    sheet.put("mean", 498)
    sheet.put("sum", 1_494)
    sheet.check(Operation.AVERAGE, "mean", parts)
    sheet.total("sum", parts)
    sheet.change("p1", 348)
    diagnosis = only(sheet)
    assert named(sheet, diagnosis) == ["p1"]
    assert diagnosis.suspects[0].suggested == 384


# The Kemijärvi sub-units, actual figures of 2019

LINES = {"MENOT": "expense", "TULOT": "revenue", "NETTOMENO": "net"}


@pytest.fixture(scope="module")
def kemijarvi() -> tuple[Sheet, list[Diagnosis]]:
    (table,) = (t for t in read_tables() if t.id == "yksikot")
    at = table.columns.index("TP 2019")
    sheet = Sheet()
    blocks: dict[str, set[str]] = {}
    for k, row in enumerate(table.rows):
        value = row.values[at] if row.values else None
        if value is not None:
            sheet.put(f"{row.block} {row.label}", value, k + 2)
            blocks.setdefault(row.block, set()).add(row.label)
    (whole,) = (b for b in blocks if b.endswith("yhteensä"))
    for block, lines in blocks.items():
        parts = [f"{block} {line}" for line in ("MENOT", "TULOT") if line in lines]
        sheet.check(Operation.NET, f"{block} NETTOMENO", parts, relation=900)
    for k, line in enumerate(LINES):
        units = [f"{b} {line}" for b, has in blocks.items() if line in has and b != whole]
        sheet.total(f"{whole} {line}", units, relation=901 + k)
        name = sheet.put(f"statement {line}", sheet.values[sheet.names.index(f"{whole} {line}")])
        sheet.check(Operation.COPY, f"{whole} {line}", [name], relation=910)
    return sheet, sheet.diagnose()


def test_kemijarvi_has_two_root_causes(kemijarvi: tuple[Sheet, list[Diagnosis]]) -> None:
    sheet, found = kemijarvi
    assert int(failing(sheet.ledger()).sum()) == 4
    assert [d.certainty for d in found] == [Certainty.LOCATED, Certainty.MISSING_PART]
    assert not any("Tietohallinto NETTOMENO" in named(sheet, d) for d in found)
    for diagnosis in found:
        read_out(diagnosis)


def test_kemijarvi_net_was_typed_for_gross(kemijarvi: tuple[Sheet, list[Diagnosis]]) -> None:
    sheet, (located, _) = kemijarvi
    assert named(sheet, located) == ["Tietohallinto MENOT"]
    assert located.cause == "net-typed-for-gross"
    (suspect,) = located.suspects
    assert suspect.value == -1_415_975
    assert suspect.suggested == -1_433_276
    assert (suspect.low, suspect.high) == (-1_433_276, -1_433_274)
    assert located.amount == 17_301
    cells = {sheet.name(sheet.ledger().check(c).cell) for c in located.checks}
    assert cells == {
        "Tietohallinto NETTOMENO",
        next(n for n in sheet.names if n.endswith("yhteensä MENOT")),
    }


def test_kemijarvi_lacks_a_unit(kemijarvi: tuple[Sheet, list[Diagnosis]]) -> None:
    sheet, (_, missing) = kemijarvi
    assert missing.cause == "missing-part"
    assert missing.amount == 24_563
    ends = {name.split()[-1] for name in named(sheet, missing)}
    assert ends == {"TULOT", "NETTOMENO"}
    assert len(missing.checks) == 2


# Linked failures, order, speed


@pytest.mark.parametrize(
    ("sign", "told"), [(1, "explanation.missing_part"), (-1, "explanation.part_too_many")]
)
def test_a_row_missing_in_several_columns_is_one_root_cause(sign: int, told: str) -> None:
    sheet = Sheet()
    for j, lacking in enumerate((sign * 24_563, sign * 8_917)):
        values = [10_000 + 731 * i + 77 * j for i in range(6)]
        units = [sheet.put(f"{i},{j}", value) for i, value in enumerate(values)]
        total = sheet.put(f"total {j}", sum(values) + lacking)
        sheet.total(total, units, relation=77)
        for name, value in zip([*units, total], [*values, sum(values) + lacking], strict=True):
            sheet.check(Operation.COPY, sheet.put(f"{name} again", value), [name])  # vouched for
    diagnosis = only(sheet)
    assert diagnosis.certainty is Certainty.MISSING_PART
    assert diagnosis.amount == sign * 24_563
    assert diagnosis.explanation.key == told
    assert set(named(sheet, diagnosis)) == {"total 0", "total 1"}


def test_the_most_certain_and_largest_come_first() -> None:
    rng = np.random.default_rng(2)
    sheet = crossed(rng.integers(10_000, 900_000, (6, 5)).tolist())
    for name, shift in {"0,0": 1_234, "3,3": 98_765}.items():
        sheet.change(name, sheet.values[sheet.names.index(name)] + shift)
    sheet.put("a", 41_700)
    sheet.put("b", 58_300)
    sheet.put("c", 163_729)
    sheet.total("c", ["a", "b"])
    found = sheet.diagnose()
    assert [d.certainty for d in found][:2] == [Certainty.LOCATED] * 2
    assert named(sheet, found[0]) == ["3,3"]
    ranks = [tuple(Certainty).index(d.certainty) for d in found]
    assert ranks == sorted(ranks)


def yearly(values: list[list[int]], step: float = 1.0) -> Sheet:
    """Lines by years over the total of each year, which no other check has."""
    sheet = Sheet(step=step)
    for i, row in enumerate(values):
        for j, value in enumerate(row):
            sheet.put(f"{i},{j}", value, i + 2, j + 2)
    for j in range(len(values[0])):
        sheet.put(f"total {j}", sum(row[j] for row in values), len(values) + 2, j + 2)
        sheet.total(f"total {j}", [f"{i},{j}" for i in range(len(values))], relation=0)
    return sheet


CRIMES = [[1211, 1187, 1240, 1198], [640, 655, 622, 671], [402, 420, 377, 391], [90, 92, 85, 99]]


@pytest.mark.parametrize(
    ("name", "value"),
    [("3,3", 69), ("3,1", 29)],
)
def test_of_cells_that_would_repair_a_sum_the_one_unlike_its_neighbours_is_wrong(
    name: str, value: int
) -> None:
    sheet = yearly(CRIMES)
    right = sheet.values[sheet.names.index(name)]
    sheet.change(name, value)
    diagnosis = only(sheet)
    assert named(sheet, diagnosis)[0] == name
    assert diagnosis.suspects[0].suggested == right


def test_a_total_that_lacks_a_part_to_the_digit_is_no_digit_too_many_in_that_part() -> None:
    sheet = yearly(CRIMES)
    sheet.change("total 1", 1187 + 655 + 420)  # without 92, which rounding could leave as 2
    diagnosis = only(sheet)
    assert (named(sheet, diagnosis), diagnosis.cause) == (["total 1"], "row-left-out")


def test_a_total_that_lacks_one_of_many_equal_parts() -> None:
    sheet = Sheet()
    parts = [sheet.put(f"{i}", 2060 if i % 4 else 3121 + 17 * i, i + 2) for i in range(24)]
    sheet.put("all", sum(sheet.values) - 2060, 26)
    sheet.total("all", parts)
    diagnosis = only(sheet)
    assert (named(sheet, diagnosis)[0], diagnosis.cause) == ("all", "row-left-out")


def test_every_failing_check_has_one_root_cause() -> None:
    rng = np.random.default_rng(7)
    sheet = crossed(rng.integers(100, 900, (8, 6)).tolist())
    for i, j in product(range(8), range(0, 6, 2)):
        name = f"{i},{j}"
        sheet.change(name, float(rng.integers(100, 90_000)))
    ledger = sheet.ledger()
    told = sorted(c for d in sheet.diagnose() for c in d.checks)
    assert told == np.flatnonzero(failing(ledger)).tolist()


@given(crossed_tables(), st.data())
@settings(max_examples=15, deadline=None)
def test_signs_and_scale_change_nothing(sheet: Sheet, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sheet.names))
    shift = data.draw(st.integers(1_000, 900_000))
    sheet.change(name, sheet.values[sheet.names.index(name)] + shift)
    plain = only(sheet)
    assume(plain.certainty is Certainty.LOCATED)
    sheet.values = [-v for v in sheet.values]
    turned = only(sheet)
    assert named(sheet, turned) == named(sheet, plain)
    assert turned.suspects[0].suggested == pytest.approx(-(plain.suspects[0].suggested or 0), abs=3)
    assert turned.cause == plain.cause


def _thousands_of_lone_sums(n: int) -> Sheet:
    rng = np.random.default_rng(3)
    sheet = Sheet(step=0.0)
    for k in range(n):
        sheet.names += [f"{k}.{i}" for i in range(9)]
        parts = rng.integers(100, 99_999, 8)
        sheet.values += [*map(float, parts), float(parts.sum() + rng.integers(20, 5_000))]
        sheet.places += [(k + 2, i + 2) for i in range(9)]
        sheet.total(f"{k}.8", [f"{k}.{i}" for i in range(8)])
    return sheet


def test_time_grows_with_the_number_of_failures(timed: Callable[[Sheet], float]) -> None:
    small, large = timed(_thousands_of_lone_sums(400)), timed(_thousands_of_lone_sums(1_600))
    assert large < 3  # s of processor time; 1,600 of 1,600 checks fail
    assert large < 12 * small


@pytest.fixture
def timed() -> Callable[[Sheet], float]:
    from time import process_time

    def run(sheet: Sheet) -> float:
        ledger = sheet.ledger()
        began = process_time()
        diagnose(ledger, failing(ledger), lambda figure: (str(figure), ""))
        return process_time() - began

    return run


@pytest.mark.parametrize("typed", [20_319_000, 20.319])
def test_a_huge_lone_sum_is_scanned(typed: float) -> None:
    sheet = lone(*range(20_011, 40_011, 4))
    sheet.change("part 77", typed)
    diagnosis = only(sheet)
    assert named(sheet, diagnosis) == ["part 77"]
    assert diagnosis.cause == "scale-slip"
    assert diagnosis.explanation.values["factor"] == 1000


def test_nothing_fails_nothing_is_said() -> None:
    assert Sheet().diagnose() == []
