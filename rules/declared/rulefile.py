"""A rule file as records, and how its text is read: every fault with its line, none raised.

``docs/rule-files.md`` shows the form; ``rule-file.schema.json`` describes it for editors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from rules.declared.lines import LineName
from rules.declared.yaml_text import Fault, Node, Reading, YamlError, parsed_yaml
from rules.model import Basis, Operation

FORMAT: Final = "1"
MARK: Final = "crossfoot-rules"
SAME_PERIOD: Final = "same period"  # columns of two tables that state the same year and scenario
COLUMN_MARK: Final = "#"  # "#3" is the third column of figures, where it has no heading
_IS: Final = {str(operation).replace("_", " "): operation for operation in Operation}
_QUOTIENTS: Final = (Operation.PERCENT_CHANGE, Operation.RATIO)
_HEAD = (MARK, "learned-from", "tables", "between")
_TABLE = ("table", "sheet", "title", "columns", "lines", "across", "other-lines")
_RULE = ("is", "of", "less", "from", "to", "factors", "times", "only", "rule", "basis")
_TOLD = ("held", "not-in")
_BETWEEN = ("line", "column", "is", "of", "less", "from", "to", "factors", "times", "at")
_NAME = ("line", "block", "code", "number", "after", "which", "table")


@dataclass(frozen=True, slots=True)
class NamedLine:
    """A line or column as the file calls it. ``after``: the ``number``-th line without a label of
    its own below that one, or below the ``which``-th of its name; ``table`` names another table
    than the rule's, empty for its own."""

    name: LineName
    after: bool = False
    table: str = ""
    which: int = 0  # 0: there is one line of the name


@dataclass(frozen=True, slots=True)
class DeclaredRule:
    """``target = Σ factor · part`` along one axis of a table, as the file has it.

    ``only`` are the observations to check, as names of the other axis; empty: all. ``failed`` are
    those in which it did not agree when it was learned.
    """

    target: NamedLine
    operation: Operation
    parts: tuple[NamedLine, ...]
    factors: tuple[float, ...]
    scale: float = 1.0
    only: tuple[NamedLine, ...] = ()
    code: str = ""  # of the Crossfoot rule it was found by; empty: by its operation
    basis: Basis = Basis.DECLARED  # how it was found
    held: int | None = None  # in how many observations it agreed when it was learned
    failed: tuple[str, ...] = ()
    line: int = 0  # of the file


@dataclass(frozen=True, slots=True)
class TableRules:
    """The rules of one table. ``columns`` are its headings when it was learned."""

    name: str
    sheet: str
    title: str = ""
    columns: tuple[str, ...] = ()
    lines: tuple[DeclaredRule, ...] = ()
    across: tuple[DeclaredRule, ...] = ()
    others: tuple[NamedLine, ...] = ()  # lines that no rule names
    line: int = 0


@dataclass(frozen=True, slots=True)
class BetweenRule:
    """A rule between single figures, of two tables or of columns in turn.

    ``at`` says which figures of the lines belong together: ``SAME_PERIOD``; whole numbers, one per
    part, for the observation so many places away; or tuples of names, the target's first.
    """

    target: NamedLine
    operation: Operation
    parts: tuple[NamedLine, ...]
    factors: tuple[float, ...]
    axis: int  # 0: target and parts are rows
    at: str | tuple[int, ...] | tuple[tuple[NamedLine, ...], ...]
    scale: float = 1.0
    code: str = ""
    basis: Basis = Basis.DECLARED
    held: int | None = None
    failed: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class RuleFile:
    """What a rule file declares. ``learned_from`` is the name of a workbook, for the reader."""

    tables: tuple[TableRules, ...] = ()
    between: tuple[BetweenRule, ...] = ()
    learned_from: str = ""

    def __len__(self) -> int:
        """How many rules it has."""
        return len(self.between) + sum(len(t.lines) + len(t.across) for t in self.tables)


def read_rules(text: str, rule_code: Callable[[str], str]) -> tuple[RuleFile, list[Fault]]:
    """The rules in ``text`` and all that is wrong with it, by line.

    ``rule_code`` turns a code or name into a code; its ``ValueError`` is a fault.
    """
    try:
        root = parsed_yaml(text)
    except YamlError as error:
        return RuleFile(), [error.fault]
    reader = _Reader(rule_code)
    found = reader.file(root)
    return found, sorted(set(reader.faults))


class _Reader(Reading):
    """Reads the parts of a rule file."""

    def __init__(self, rule_code: Callable[[str], str]) -> None:
        super().__init__()
        self._rule_code = rule_code

    def file(self, root: Node) -> RuleFile:
        if not isinstance(root.value, dict) or MARK not in root.value:
            self.fault(
                root.line, f"this is no rule file: it has no {MARK!r}; see docs/rule-files.md"
            )
            return RuleFile()
        head = self.mapping(root, "the file", _HEAD)
        version = self.text(head[MARK], MARK)
        if version != FORMAT:
            self.fault(head[MARK].line, f"{MARK} is {version!r}; this version reads {FORMAT}")
            return RuleFile()
        tables = tuple(self._table(node) for node in self.items(head.get("tables"), "tables"))
        names = [table.name for table in tables]
        for table in tables:
            if names.count(table.name) > 1:
                self.fault(table.line, f"two tables are called {table.name!r}")
        between = [self._between(node) for node in self.items(head.get("between"), "between")]
        rules = tuple(rule for rule in between if rule is not None)
        for rule in rules:
            for figure in (rule.target, *rule.parts):
                if figure.table not in names:
                    self.fault(rule.line, f"there is no table {figure.table!r} in this file")
        origin = head.get("learned-from")
        return RuleFile(tables, rules, self.text(origin, "learned-from"))

    def _table(self, node: Node) -> TableRules:
        has = self.mapping(node, "a table", _TABLE, ("table", "sheet"))
        lines = [self._rule(n, "line") for n in self.items(has.get("lines"), "lines")]
        across = [self._rule(n, "column") for n in self.items(has.get("across"), "across")]
        return TableRules(
            name=self.text(has.get("table"), "table"),
            sheet=self.text(has.get("sheet"), "sheet"),
            title=self.text(has.get("title"), "title"),
            columns=self.texts(has.get("columns"), "columns"),
            lines=tuple(rule for rule in lines if rule is not None),
            across=tuple(rule for rule in across if rule is not None),
            others=self._names(has.get("other-lines"), "other-lines"),
            line=node.line,
        )

    def _rule(self, node: Node, key: str) -> DeclaredRule | None:
        before = len(self.faults)
        has = self.mapping(node, f"a rule of {key}s", (key, *_RULE, *_TOLD), (key,))
        if key not in has:
            return None
        operation = self._operation(has)
        parts, factors = self._parts(has, node, operation)
        target = self._name(has[key], key)
        if len(self.faults) > before:
            return None
        return DeclaredRule(
            target=target,
            operation=operation,
            parts=parts,
            factors=factors,
            scale=self.number(has.get("times"), "times", 1.0),
            only=self._names(has.get("only"), "only"),
            code=self.checked(has.get("rule"), "rule", self._rule_code),
            basis=Basis(self.choice(has.get("basis"), "basis", tuple(Basis), "declared")),
            failed=self.texts(has.get("not-in"), "not-in"),
            line=node.line,
        )

    def _between(self, node: Node) -> BetweenRule | None:
        before = len(self.faults)
        known = (*_BETWEEN, "rule", "basis", *_TOLD)
        has = self.mapping(node, "a rule between figures", known, ("at",))
        if ("line" in has) == ("column" in has):
            self.fault(node.line, "a rule between figures has a line or a column")
            return None
        key = "line" if "line" in has else "column"
        operation = self._operation(has)
        parts, factors = self._parts(has, node, operation)
        target = self._name(has[key], key)
        at = self._at(has.get("at"), len(parts))
        if len(self.faults) > before:
            return None
        return BetweenRule(
            target=target,
            operation=operation,
            parts=parts,
            factors=factors,
            axis=0 if key == "line" else 1,
            at=at,
            scale=self.number(has.get("times"), "times", 1.0),
            code=self.checked(has.get("rule"), "rule", self._rule_code),
            basis=Basis(self.choice(has.get("basis"), "basis", tuple(Basis), "declared")),
            line=node.line,
        )

    def _operation(self, has: dict[str, Node]) -> Operation:
        return _IS[self.choice(has.get("is"), "is", tuple(_IS), "sum")]

    def _parts(
        self, has: dict[str, Node], node: Node, operation: Operation
    ) -> tuple[tuple[NamedLine, ...], tuple[float, ...]]:
        """The parts and their factors, in the order that the operation wants."""
        if operation is Operation.PERCENT_CHANGE:
            if not {"from", "to"} <= set(has):
                self.fault(node.line, "a percent change has a 'from' and a 'to'")
                return (), ()
            parts = (self._name(has["from"], "from"), self._name(has["to"], "to"))
            return parts, self._factors(has, (-1.0, 1.0))
        for key in ("from", "to"):
            if key in has:
                self.fault(has[key].line, f"only a percent change has {key!r}")
        added, taken = self._names(has.get("of"), "of"), self._names(has.get("less"), "less")
        if not added and not taken:
            self.fault(node.line, "the rule has no parts; list them under 'of'")
        if operation is Operation.RATIO and (len(added), len(taken)) != (2, 0):
            self.fault(node.line, "a ratio has two parts under 'of': what is divided, by what")
        signs = (1.0,) * len(added) + (-1.0,) * len(taken)
        return (*added, *taken), self._factors(has, signs)

    def _factors(self, has: dict[str, Node], default: tuple[float, ...]) -> tuple[float, ...]:
        if "factors" not in has:
            return default
        node = has["factors"]
        given = tuple(self.number(n, "factors", 0.0) for n in self.items(node, "factors"))
        if len(given) != len(default) or 0.0 in given:
            self.fault(node.line, f"factors needs {len(default)} numbers other than 0, one a part")
            return default
        return given

    def _at(
        self, node: Node | None, n_parts: int
    ) -> str | tuple[int, ...] | tuple[tuple[NamedLine, ...], ...]:
        if node is None or node.value == SAME_PERIOD:
            return SAME_PERIOD
        entries = self.items(node, "at")
        if entries and all(isinstance(entry.value, tuple) for entry in entries):
            rows = tuple(self._names(entry, "at") for entry in entries)
            for entry, row in zip(entries, rows, strict=True):
                if len(row) != n_parts + 1:
                    fact = f"each list under 'at' names {n_parts + 1} figures: the total's first"
                    self.fault(entry.line, fact)
            return rows
        places = [self.text(entry, "at") for entry in entries]
        if len(places) != n_parts or not all(_is_whole(text) for text in places):
            fact = f"'at' is {SAME_PERIOD!r}, lists of names, or one whole number per part"
            self.fault(node.line, fact)
            return SAME_PERIOD
        return tuple(int(text) for text in places)

    def _names(self, node: Node | None, what: str) -> tuple[NamedLine, ...]:
        return tuple(self._name(entry, what) for entry in self.items(node, what))

    def _name(self, node: Node, what: str) -> NamedLine:
        if not isinstance(node.value, dict):
            text = self.text(node, what)
            if not text:
                self.fault(node.line, f"{what} is empty; name a line or column")
            return NamedLine(line_name(text))
        has = self.mapping(node, f"the name under {what!r}", _NAME)
        if ("line" in has) == ("after" in has):
            self.fault(node.line, f"the name under {what!r} has a line, or 'after' a line")
        own = line_name(self.text(has.get("after", has.get("line")), what))
        if "block" in has or "code" in has:
            label = self.text(has.get("after", has.get("line")), what)
            code = self.text(has.get("code"), "code")
            own = LineName((label,), self.text(has.get("block"), "block"), code)
        if "which" in has and "after" not in has:
            self.fault(node.line, f"the name under {what!r} has 'which', it goes with 'after'")
        number = self._count(node, has, "number")
        name = LineName(own.labels, own.block, own.code, number)
        table = self.text(has.get("table"), "table")
        return NamedLine(name, "after" in has, table, self._count(node, has, "which"))

    def _count(self, node: Node, has: dict[str, Node], key: str) -> int:
        """The whole number under ``key``; 0 where there is none."""
        number = self.text(has.get(key), key, "0")
        if _is_whole(number) and int(number) >= 0:
            return int(number)
        self.fault(node.line, f"{key} is {number!r}, it counts lines of one name from 1")
        return 0


def line_name(text: str) -> LineName:
    """A name written as one text: the label, or block and label with `` / `` between.

    >>> line_name("Elections / Net")
    LineName(labels=('Net',), block='Elections', code='', nth=0)
    """
    block, _, label = text.rpartition(" / ")
    return LineName((label.strip() or text.strip(),), block.strip() if label.strip() else "")


def _is_whole(text: str) -> bool:
    return text.lstrip("-").isascii() and text.lstrip("-").isdigit()
