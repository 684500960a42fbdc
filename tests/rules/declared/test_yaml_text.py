"""YAML with places: what was typed stays text, every fault has its line."""

from __future__ import annotations

from itertools import pairwise

import pytest

from rules.declared.yaml_text import Fault, Node, Reading, YamlError, parsed_yaml

TEXT = """\
name: NO
code: 0400   # an account
day: 2020-01-01
empty:
void: ""
list:
  - a
  - {b: yes, c: 1.50}
"""


def test_scalars_stay_as_they_were_typed_and_know_their_line() -> None:
    root = parsed_yaml(TEXT).value
    assert isinstance(root, dict)
    assert {key: node.line for key, node in root.items()} == {
        "name": 1,
        "code": 2,
        "day": 3,
        "empty": 4,
        "void": 5,
        "list": 6,
    }
    assert [root[key].value for key in ("name", "code", "day", "empty", "void")] == [
        "NO",
        "0400",
        "2020-01-01",
        None,
        "",
    ]
    assert root["list"].value == (
        Node("a", 7),
        Node({"b": Node("yes", 8), "c": Node("1.50", 8)}, 8),
    )


@pytest.mark.parametrize(
    ("text", "line", "fact"),
    [
        ("a: [1", 1, "this is no YAML"),
        ("a: 1\na: 2", 2, "'a' is said twice"),
        ("a: 1\n? [x]\n: 2", 2, "a key must be a text"),
        ("a: " + "[" * 30 + "]" * 30, 1, "nested too deeply"),
        ("a: 'x\n\nb", 3, "this is no YAML"),
        ("\ta: 1", 1, "this is no YAML"),
    ],
)
def test_a_text_that_is_no_yaml_is_told_with_its_line(text: str, line: int, fact: str) -> None:
    with pytest.raises(YamlError) as refusal:
        parsed_yaml(text)
    assert refusal.value.fault.line == line
    assert fact in refusal.value.fault.fact


def test_an_anchor_that_would_grow_without_end_stays_small() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in pairwise("abcdefghi")
    )
    with pytest.raises(YamlError, match="no aliases"):
        parsed_yaml(bomb)


def test_no_tag_is_acted_upon() -> None:
    root = parsed_yaml("a: !!python/object/apply:os.system [ls]")
    assert root.value == {"a": Node((Node("ls", 1),), 1)}


def test_an_empty_text_is_nothing() -> None:
    assert parsed_yaml("# only a remark\n") == Node(None, 1)


def test_all_faults_are_kept_with_their_lines() -> None:
    reading = Reading()
    root = reading.mapping(parsed_yaml(TEXT), "the file", ("name", "list", "nam", "day"), ("of",))
    assert set(root) == {"name", "list", "day"}
    first, second = reading.items(root["list"], "list")
    assert reading.text(first, "entry") == "a"
    assert reading.text(second, "entry", "none") == "none"
    assert reading.number(root["day"], "day", 2.0) == 2.0
    assert reading.number(None, "day", 3.0) == 3.0
    assert reading.choice(root["name"], "name", ("YES", "NOT"), "YES") == "YES"
    assert reading.texts(root["name"], "name") == ("NO",)
    reading.mapping(first, "entry", ())
    assert reading.faults == [
        Fault(2, "the file has no 'code'; it has name, list, nam, day"),
        Fault(4, "the file has no 'empty'; it has name, list, nam, day"),
        Fault(5, "the file has no 'void'; it has name, list, nam, day"),
        Fault(1, "the file lacks of"),
        Fault(8, "entry is a mapping, it must be a text"),
        Fault(3, "day is '2020-01-01', it must be a number such as 100 or -0.5"),
        Fault(1, "name: there is no 'NO' here; did you mean NOT?"),
        Fault(7, "entry is a text, it must be a mapping (key: value)"),
    ]
