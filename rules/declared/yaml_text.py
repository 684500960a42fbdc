"""YAML as text and places: every value knows its line, and a scalar is what was typed.

A label ``NO``, ``4000`` or ``2020-01`` stays a text, so nobody has to know YAML's types.
``Reading`` asks a document for what it should hold and keeps every fault with its line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

LARGEST = 20_000_000  # characters; a rule file of a large workbook has some hundred thousand
_DEEPEST = 20


class Fault(NamedTuple):
    """One thing wrong with a file: its line, counted from 1, and what it is."""

    line: int
    fact: str


@dataclass(frozen=True, slots=True)
class Node:
    """A value and its line, that of its key in a mapping: a text, a list, a mapping, or nothing."""

    value: str | tuple[Node, ...] | dict[str, Node] | None
    line: int

    @property
    def kind(self) -> str:
        """What it is, for a sentence."""
        if self.value is None:
            return "nothing"
        if isinstance(self.value, str):
            return "a text"
        return "a list" if isinstance(self.value, tuple) else "a mapping"


class YamlError(Exception):
    """A text that is no YAML; ``fault`` says where."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"line {fault.line}: {fault.fact}")
        self.fault = fault


def parsed_yaml(text: str) -> Node:
    """The document in ``text``. Raises ``YamlError``; no tag is ever acted upon.

    >>> parsed_yaml("a: [x, 4000]").value["a"].value[1].value
    '4000'
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    if len(text) > LARGEST:
        raise YamlError(Fault(1, f"the file has more than {LARGEST:,} characters"))
    loader = YAML(typ="safe", pure=True)
    loader.allow_duplicate_keys = True  # told below, with its line
    try:
        root = loader.compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else 1
        raise YamlError(Fault(line, f"this is no YAML: {error.problem or error}")) from error
    except YAMLError as error:
        raise YamlError(Fault(1, f"this is no YAML: {str(error).splitlines()[0]}")) from error
    except RecursionError as error:
        raise YamlError(Fault(1, "the file is nested too deeply")) from error
    return _node(root, 0, set()) if root is not None else Node(None, 1)


def _node(node: Any, depth: int, met: set[int], line: int = 0) -> Node:
    """The node as plain values. A list or mapping that is met again was an alias: refused, since a
    few lines of them can stand for a million entries."""
    line = line or node.start_mark.line + 1
    if node.id == "scalar":
        is_nothing = node.style is None and node.value in ("", "~", "null")
        return Node(None if is_nothing else str(node.value), line)
    if depth > _DEEPEST:
        raise YamlError(Fault(line, "the file is nested too deeply"))
    if id(node) in met:
        raise YamlError(Fault(line, "a list or mapping is written out, no aliases (*)"))
    met.add(id(node))
    if node.id == "sequence":
        return Node(tuple(_node(entry, depth + 1, met) for entry in node.value), line)
    mapping: dict[str, Node] = {}
    for key, value in node.value:
        at = key.start_mark.line + 1
        if key.id != "scalar":
            raise YamlError(Fault(at, "a key must be a text"))
        if key.value in mapping:
            raise YamlError(Fault(at, f"{key.value!r} is said twice"))
        mapping[str(key.value)] = _node(value, depth + 1, met, at)
    return Node(mapping, line)


@dataclass(slots=True)
class Reading:
    """What a file should hold, asked for piece by piece; ``faults`` has all that is wrong."""

    faults: list[Fault] = field(default_factory=list)

    def fault(self, line: int, fact: str) -> None:
        """Keep one fault."""
        self.faults.append(Fault(line, fact))

    def mapping(
        self, node: Node, what: str, known: Iterable[str], needed: Iterable[str] = ()
    ) -> dict[str, Node]:
        """The entries of a mapping; keys that are not ``known`` or missing are faults."""
        from difflib import get_close_matches

        if not isinstance(node.value, dict):
            self.fault(node.line, f"{what} is {node.kind}, it must be a mapping (key: value)")
            return {}
        keys = tuple(known)
        for key, value in node.value.items():
            if key not in keys:
                near = get_close_matches(key, keys, n=1)
                remedy = f"did you mean {near[0]}?" if near else f"it has {', '.join(keys)}"
                self.fault(value.line, f"{what} has no {key!r}; {remedy}")
        missing = [key for key in needed if key not in node.value]
        if missing:
            self.fault(node.line, f"{what} lacks {', '.join(missing)}")
        return {key: value for key, value in node.value.items() if key in keys}

    def items(self, node: Node | None, what: str) -> tuple[Node, ...]:
        """The entries of a list; a single value counts as a list of one, nothing as none."""
        if node is None or node.value is None:
            return ()
        if isinstance(node.value, tuple):
            return node.value
        if isinstance(node.value, dict):
            self.fault(node.line, f"{what} is a mapping, it must be a list")
            return ()
        return (node,)

    def text(self, node: Node | None, what: str, default: str = "") -> str:
        """A text."""
        if node is None or node.value is None:
            return default
        if isinstance(node.value, str):
            return node.value.strip()
        self.fault(node.line, f"{what} is {node.kind}, it must be a text")
        return default

    def texts(self, node: Node | None, what: str) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(self.text(entry, what) for entry in self.items(node, what))

    def number(self, node: Node | None, what: str, default: float) -> float:
        """A finite number, with a decimal point."""
        from math import isfinite

        if node is None or node.value is None:
            return default
        text = self.text(node, what)
        try:
            number = float(text)
        except ValueError:
            number = float("nan")
        if not isfinite(number):
            self.fault(node.line, f"{what} is {text!r}, it must be a number such as 100 or -0.5")
            return default
        return number

    def choice(self, node: Node | None, what: str, choices: Iterable[str], default: str) -> str:
        """One of ``choices``."""
        from difflib import get_close_matches

        text = self.text(node, what, default)
        known = tuple(choices)
        if node is not None and text not in known:
            near = get_close_matches(text, known, n=1)
            remedy = f"did you mean {near[0]}?" if near else f"it is one of {', '.join(known)}"
            self.fault(node.line, f"{what}: there is no {text!r} here; {remedy}")
            return default
        return text

    def checked(self, node: Node | None, what: str, parse: Callable[[str], str]) -> str:
        """A text that ``parse`` accepts; its ``ValueError`` is a fault."""
        text = self.text(node, what)
        if node is None or not text:
            return ""
        try:
            return parse(text)
        except ValueError as error:
            self.fault(node.line, f"{what}: {error}")
            return ""
