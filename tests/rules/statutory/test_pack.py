"""Pack files: what they hold, every fault with its line, and that the shipped ones are sound."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rules.declared.lines import label_key
from rules.statutory import shipped as shipped_packs
from rules.statutory.pack import Identity, Indicator, Pack, Sign, Term, Tie, read_pack
from rules.statutory.shipped import FOLDER, NAMES, all_shipped, found_by_words, shipped, text_of
from tests.rules.test_build import table
from workbooks.tables.model import Line
from workbooks.tables.vocabulary import Idea

SMALL = """\
crossfoot-pack: 1
name: ours
title: Our statement
source: the handbook
found-by: net
at-least: 2
lines:
  revenue: {is: income, names: [Revenue, Income]}
  costs: {is: expense, fi: Kulut, sv: [Kostnader]}
  net: {is: result, en: Net}
columns:
  budget: {names: Budget}
  amended: {names: Amended}
identities:
  - id: A-1
    total: net
    of: [revenue, "costs?"]
    printed-lines: yes
column-identities:
  - {id: A-2, total: amended, of: budget}
ties:
  - {id: A-3, same: [net, fi-tase.oma_paaoma], source: custom}
indicators:
  - {id: A-4, figure: net, form: percent, of: revenue, over: costs}
  - {id: A-5, figure: net, of: net, per: residents}
uses: [fi-tase]
"""


def faults(text: str) -> list[tuple[int, str]]:
    return [(fault.line, fault.fact) for fault in read_pack(text, shipped)[1]]


def test_everything_that_a_pack_may_say() -> None:
    pack, wrong = read_pack(SMALL, shipped)
    assert wrong == []
    assert (pack.name, pack.title, pack.source) == ("ours", "Our statement", "the handbook")
    assert (pack.found_by, pack.at_least, pack.uses) == (("net",), 2, ("fi-tase",))
    assert [(k, line.sign, line.names) for k, line in pack.lines.items()] == [
        ("revenue", Sign.INCOME, ("Revenue", "Income")),
        ("costs", Sign.EXPENSE, ("Kulut", "Kostnader")),
        ("net", Sign.RESULT, ("Net",)),
    ]
    assert pack.identities == (
        Identity("A-1", "net", (Term("revenue"), Term("costs", 1.0, True)), printed_lines=True),
        Identity("A-2", "amended", (Term("budget"),), column=True),
    )
    assert pack.ties == (Tie("A-3", "net", "fi-tase.oma_paaoma", "custom"),)
    assert pack.indicators == (
        Indicator("A-4", "net", (Term("revenue"),), (Term("costs"),), times=100.0),
        Indicator("A-5", "net", (Term("net"),), (), per="residents"),
    )
    assert pack.home("net") == ("ours", "net")
    assert pack.home("fi-tase.oma_paaoma") == ("fi-tase", "oma_paaoma")


@pytest.mark.parametrize(
    ("typed", "instead", "line", "fact"),
    [
        ("crossfoot-pack: 1", "pack: 1", 1, "this is no pack"),
        ("crossfoot-pack: 1", "crossfoot-pack: 7", 1, "this version reads 1"),
        ("name: ours", "name: our pack!", 2, "letters, digits and dashes"),
        ("title: Our statement", "titel: x", 3, "did you mean title?"),
        ("title: Our statement", "# none", 1, "the pack lacks title"),
        ("found-by: net", "found-by: nett", 5, "did you mean net?"),
        ("at-least: 2", "at-least: 0", 6, "a whole number from 1 up"),
        ("is: income", "is: incom", 8, "did you mean income?"),
        ("[Revenue, Income]", "[]", 8, "lines revenue has no name"),
        ("[Revenue, Income]", "[Net]", 10, "'Net' is a name of revenue already"),
        ("  costs: {", "  2 costs: {", 9, "'2 costs' is no key"),
        ('[revenue, "costs?"]', "[revenue, cost]", 17, "did you mean costs?"),
        ("total: net", "total: revenue", 15, "revenue is a part of itself"),
        ("printed-lines: yes", "printed-lines: maybe", 18, "it is one of yes"),
        ("id: A-2", "id: A-1", 20, "stands on line 15 already"),
        ("of: budget", "of: net", 20, "'net' is not among the lines"),
        ("same: [net, fi-tase.oma_paaoma]", "same: [net]", 22, "names two lines"),
        ("fi-tase.oma_paaoma", "fi-tase.oma", 22, "'fi-tase.oma' is not among the lines"),
        ("fi-tase.oma_paaoma", "other.line", 22, "needs the pack other under 'uses'"),
        ("over: costs", "over: costs, per: residents", 24, "not both"),
        ("form: percent", "form: procent", 24, "did you mean percent?"),
        ("uses: [fi-tase]", "uses: [fi-tose]", 26, "there is no pack 'fi-tose'"),
        ("at-least: 2", "at-least: [", 8, "this is no YAML"),
    ],
)
def test_a_fault_has_its_line(typed: str, instead: str, line: int, fact: str) -> None:
    assert typed in SMALL
    told = faults(SMALL.replace(typed, instead, 1))
    assert any(at == line and fact in said for at, said in told), told


def test_all_faults_at_once() -> None:
    text = SMALL.replace("is: income", "is: x").replace("total: net", "total: y")
    assert [line for line, _ in faults(text.replace("per: residents", "per: cow"))] == [8, 16, 25]


def test_the_shipped_packs_are_sound_and_all_known() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.yaml")) == sorted(NAMES)
    ids: list[str] = []
    for pack in all_shipped():
        assert read_pack(text_of(pack.name), shipped)[1] == []
        ids += [one.id for one in pack.identities]
        ids += [one.id for one in pack.ties]
        ids += [one.id for one in pack.indicators]
        assert pack.source
    assert len(ids) == len(set(ids))
    assert shipped("no-such-pack") is None


def test_no_two_lines_of_a_pack_share_a_name_once_marks_are_off() -> None:
    for pack in all_shipped():
        owner: dict[str, str] = {}
        for line in (*pack.lines.values(), *pack.columns.values()):
            for name in line.names:
                assert owner.setdefault(label_key(name), line.key) == line.key, name


def hinted(label: str) -> tuple[Pack, ...]:
    plain = table([[1.0]])
    lines = (Line(2, label, "", 0, False, Idea.NONE, "", 0),)
    return found_by_words([replace(plain, lines=lines)])


def test_each_line_that_a_pack_is_found_by_is_hinted_at() -> None:
    """The words that decide whether packs are read at all know every pack."""
    for pack in all_shipped():
        for key in pack.found_by:
            for name in pack.lines[key].names:
                assert hinted(name), name
    assert hinted("Total revenue") == ()


def test_no_pack_is_read_for_a_workbook_without_such_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> str:
        raise AssertionError(name)

    monkeypatch.setattr(shipped_packs, "text_of", refuse)
    assert hinted("Salaries") == ()


def test_the_shipped_packs_lie_beside_their_module() -> None:
    assert Path(shipped_packs.__file__).parent / "packs" == FOLDER
