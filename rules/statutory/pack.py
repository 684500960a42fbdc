"""A pack: the lines of statements under all their names, and what they must come to.

``docs/writing-a-pack.md`` teaches the form, ``pack.schema.json`` describes it for editors. Reading
keeps every fault with its line and raises none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeVar

from rules.declared.yaml_text import Fault, Node, Reading, YamlError, parsed_yaml

T = TypeVar("T")

MARK: Final = "crossfoot-pack"
FORMAT: Final = "1"
AT_LEAST: Final = 3  # lines of a pack that a table needs before it is taken for that statement
RESIDENTS: Final = "residents"
_HEAD = (MARK, "name", "title", "source", "uses", "found-by", "at-least", "lines", "columns")
_SECTIONS = ("identities", "column-identities", "ties", "indicators", "plans", "limits")
_LANGUAGES = ("fi", "sv", "en", "names")
_YES, _NO = ("yes", "true"), ("no", "false")
_FORMS = {"percent": 100.0, "times": 1.0, "days": 365.0, "amount": 1.0}


class Sign(StrEnum):
    """What a line is in its scheme, where income is above zero and expense below."""

    INCOME = "income"
    EXPENSE = "expense"
    RESULT = "result"  # what is left: printed with the sign it has
    EITHER = "either"  # the sign is its own: an increase or decrease, a balance


@dataclass(frozen=True, slots=True)
class PackLine:
    """A line or column of a statement under every name that it may have."""

    key: str
    names: tuple[str, ...]
    sign: Sign = Sign.EITHER


@dataclass(frozen=True, slots=True)
class Term:
    """A line in an equation. ``optional``: many tables leave it out. ``every``: all lines of that
    name, added together. ``before``: its figure of the year before."""

    key: str
    factor: float = 1.0
    optional: bool = False
    every: bool = False
    before: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """``total = Σ factor · line``, every line with the sign of the scheme."""

    id: str
    total: str
    terms: tuple[Term, ...]
    source: str = ""
    printed_lines: bool = False  # lines printed between the parts and the total are parts too
    column: bool = False  # total and terms are columns
    totals_only: bool = False  # of a column identity: lines that are no total may differ


@dataclass(frozen=True, slots=True)
class Tie:
    """The same figure in two statements."""

    id: str
    first: str
    second: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """``figure = times · Σ of / |Σ over|``; without ``over`` the sum alone. ``note``: where it
    differs there may be a reason outside the workbook."""

    id: str
    figure: str
    of: tuple[Term, ...]
    over: tuple[Term, ...]
    per: str = ""  # RESIDENTS: divided by the declared number of them
    times: float = 1.0
    source: str = ""
    note: bool = False


class Asks(StrEnum):
    """What a plan is asked for."""

    BALANCE = "balance"  # its years, and what has accrued before, come to zero or more
    COVER = "cover"  # its years make up for a deficit that has accrued before
    YEARS = "years"  # it shows three years at least


@dataclass(frozen=True, slots=True)
class Plan:
    """A result over the budget year and the plan years together; ``accrued`` is what the balance
    sheet has before."""

    id: str
    line: str
    source: str = ""
    asks: Asks = Asks.BALANCE
    accrued: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Limit:
    """Lines that bind: what ``column`` has may not go beyond what ``at_most`` allows."""

    id: str
    lines: tuple[str, ...]
    column: str
    at_most: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Pack:
    """What one file declares. Keys of lines are written ``pack.key`` when of another pack."""

    name: str = ""
    title: str = ""
    source: str = ""
    uses: tuple[str, ...] = ()
    found_by: tuple[str, ...] = ()
    at_least: int = AT_LEAST
    lines: Mapping[str, PackLine] = field(default_factory=dict)
    columns: Mapping[str, PackLine] = field(default_factory=dict)
    identities: tuple[Identity, ...] = ()
    ties: tuple[Tie, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    plans: tuple[Plan, ...] = ()
    limits: tuple[Limit, ...] = ()

    def home(self, key: str) -> tuple[str, str]:
        """The pack that a line is of, and its key there."""
        pack, _, own = key.rpartition(".")
        return pack or self.name, own


def read_pack(
    text: str, others: Callable[[str], Pack | None] = lambda name: None
) -> tuple[Pack, list[Fault]]:
    """The pack in ``text`` and all that is wrong with it, by line.

    ``others`` gives the packs that it may use by name, ``None`` for one that is not there.
    """
    try:
        root = parsed_yaml(text)
    except YamlError as error:
        return Pack(), [error.fault]
    return pack_of(root, others)


def pack_of(
    root: Node, others: Callable[[str], Pack | None] = lambda name: None
) -> tuple[Pack, list[Fault]]:
    """The pack in a document that was parsed already; as ``read_pack``."""
    reader = _Reader(others)
    pack = reader.pack(root)
    return pack, sorted(set(reader.faults))


class _Reader(Reading):
    """Reads the parts of a pack."""

    def __init__(self, others: Callable[[str], Pack | None]) -> None:
        super().__init__()
        self._others = others
        self._lines: dict[str, PackLine] = {}
        self._columns: dict[str, PackLine] = {}
        self._used: dict[str, Pack] = {}
        self._ids: dict[str, int] = {}

    def pack(self, root: Node) -> Pack:
        if not isinstance(root.value, dict) or MARK not in root.value:
            fact = f"this is no pack: it has no {MARK!r}; see docs/writing-a-pack.md"
            self.fault(root.line, fact)
            return Pack()
        has = self.mapping(root, "the pack", (*_HEAD, *_SECTIONS), ("name", "title"))
        version = self.text(has[MARK], MARK)
        if version != FORMAT:
            self.fault(has[MARK].line, f"{MARK} is {version!r}; this version reads {FORMAT}")
            return Pack()
        name = self.text(has.get("name"), "name")
        if name and not name.replace("-", "").isalnum():
            self.fault(has["name"].line, f"name is {name!r}; it has letters, digits and dashes")
        self._uses(has.get("uses"))
        self._lines = self._named(has.get("lines"), "lines")
        self._columns = self._named(has.get("columns"), "columns")
        found_by = tuple(
            self._known(text, self._lines, node.line, "found-by")
            for node in self.items(has.get("found-by"), "found-by")
            if (text := self.text(node, "found-by"))
        )
        identities = [
            *self._each(has, "identities", self._identity),
            *self._each(has, "column-identities", self._column_identity),
        ]
        return Pack(
            name=name,
            title=self.text(has.get("title"), "title"),
            source=self.text(has.get("source"), "source"),
            uses=tuple(self._used),
            found_by=found_by,
            at_least=self._at_least(has.get("at-least")),
            lines=self._lines,
            columns=self._columns,
            identities=tuple(identities),
            ties=tuple(self._each(has, "ties", self._tie)),
            indicators=tuple(self._each(has, "indicators", self._indicator)),
            plans=tuple(self._each(has, "plans", self._plan)),
            limits=tuple(self._each(has, "limits", self._limit)),
        )

    def _uses(self, node: Node | None) -> None:
        for entry in self.items(node, "uses"):
            name = self.text(entry, "uses")
            pack = self._others(name)
            if pack is None:
                self.fault(entry.line, f"there is no pack {name!r}; `crossfoot packs` lists them")
            else:
                self._used[name] = pack

    def _at_least(self, node: Node | None) -> int:
        number = self.number(node, "at-least", AT_LEAST)
        if node is not None and (number != int(number) or number < 1):
            self.fault(node.line, f"at-least is {number:g}, it must be a whole number from 1 up")
            return AT_LEAST
        return int(number)

    def _named(self, node: Node | None, what: str) -> dict[str, PackLine]:
        if node is None or node.value is None:
            return {}
        if not isinstance(node.value, dict):
            self.fault(node.line, f"{what} is {node.kind}, it must be a mapping (key: value)")
            return {}
        found: dict[str, PackLine] = {}
        owner: dict[str, str] = {}
        for key, entry in node.value.items():
            if not key.replace("-", "_").isidentifier():
                self.fault(entry.line, f"{key!r} is no key: letters, digits, - and _")
            has = self.mapping(entry, f"{what} {key}", ("is", *_LANGUAGES))
            names = tuple(
                name for tongue in _LANGUAGES for name in self.texts(has.get(tongue), tongue)
            )
            sign = Sign(self.choice(has.get("is"), "is", tuple(Sign), Sign.EITHER))
            if not names:
                self.fault(entry.line, f"{what} {key} has no name; list some under fi, sv or names")
            for name in names:
                other = owner.setdefault(" ".join(name.casefold().split()), key)
                if other != key:
                    self.fault(entry.line, f"{name!r} is a name of {other} already")
            found[key] = PackLine(key, names, sign)
        return found

    def _each(
        self, has: dict[str, Node], section: str, read: Callable[[Node], T | None]
    ) -> list[T]:
        entries = (read(node) for node in self.items(has.get(section), section))
        return [entry for entry in entries if entry is not None]

    def _identity(self, node: Node) -> Identity | None:
        known = ("id", "total", "of", "less", "source", "printed-lines")
        before = len(self.faults)
        has = self.mapping(node, "an identity", known, ("id", "total", "of"))
        terms = self._equation(has, self._lines)
        total = self._key(has.get("total"), "total", self._lines)
        self._own_id(has.get("id"))
        printed = self.choice(has.get("printed-lines"), "printed-lines", _YES + _NO, "no")
        if total and any(term.key == total for term in terms):
            self.fault(node.line, f"{total} is a part of itself")
        if len(self.faults) > before:
            return None
        source = self.text(has.get("source"), "source")
        return Identity(
            self.text(has.get("id"), "id"), total, terms, source, printed_lines=printed in _YES
        )

    def _column_identity(self, node: Node) -> Identity | None:
        before = len(self.faults)
        known = ("id", "total", "of", "less", "totals-only", "source")
        has = self.mapping(node, "a column identity", known, ("id", "total"))
        terms = self._equation(has, self._columns)
        total = self._key(has.get("total"), "total", self._columns)
        self._own_id(has.get("id"))
        if not terms:
            self.fault(node.line, "a column identity needs columns under 'of' or 'less'")
        only = self.choice(has.get("totals-only"), "totals-only", _YES + _NO, "no") in _YES
        if len(self.faults) > before:
            return None
        source = self.text(has.get("source"), "source")
        identity = self.text(has.get("id"), "id")
        return Identity(identity, total, terms, source, column=True, totals_only=only)

    def _equation(self, has: dict[str, Node], known: Mapping[str, PackLine]) -> tuple[Term, ...]:
        added = self._terms(has.get("of"), "of", known, 1.0)
        return (*added, *self._terms(has.get("less"), "less", known, -1.0))

    def _terms(
        self,
        node: Node | None,
        what: str,
        known: Mapping[str, PackLine],
        factor: float,
        *,
        before: bool = False,
    ) -> tuple[Term, ...]:
        terms = []
        for entry in self.items(node, what):
            text = self.text(entry, what)
            key = text.rstrip("?* ")
            marks = text[len(key) :]
            key = self._known(key.strip(), known, entry.line, what)
            terms.append(Term(key, factor, "?" in marks, "*" in marks, before))
        return tuple(terms)

    def _tie(self, node: Node) -> Tie | None:
        before = len(self.faults)
        has = self.mapping(node, "a tie", ("id", "same", "source"), ("id", "same"))
        same = [
            self._known(self.text(entry, "same"), self._lines, entry.line, "same")
            for entry in self.items(has.get("same"), "same")
        ]
        self._own_id(has.get("id"))
        if len(same) != 2:
            self.fault(node.line, "a tie names two lines under 'same'")
        if len(self.faults) > before:
            return None
        source = self.text(has.get("source"), "source")
        return Tie(self.text(has.get("id"), "id"), same[0], same[1], source)

    def _indicator(self, node: Node) -> Indicator | None:
        before = len(self.faults)
        parts = ("of", "less", "of-before", "less-before", "over", "over-less")
        known = ("id", "figure", "form", *parts, "per", "note", "source")
        has = self.mapping(node, "an indicator", known, ("id", "figure"))
        figure = self._key(has.get("figure"), "figure", self._lines)
        lines = self._lines
        of = (
            *self._equation(has, lines),
            *self._terms(has.get("of-before"), "of-before", lines, 1.0, before=True),
            *self._terms(has.get("less-before"), "less-before", lines, -1.0, before=True),
        )
        if not of:
            self.fault(node.line, "an indicator needs lines under 'of' or 'of-before'")
        over = (
            *self._terms(has.get("over"), "over", self._lines, 1.0),
            *self._terms(has.get("over-less"), "over-less", self._lines, -1.0),
        )
        form = self.choice(has.get("form"), "form", tuple(_FORMS), "amount")
        per = self.choice(has.get("per"), "per", (RESIDENTS,), "") if "per" in has else ""
        self._own_id(has.get("id"))
        if bool(over) == bool(per) and over:
            self.fault(node.line, "an indicator is 'over' lines or 'per' residents, not both")
        note = self.choice(has.get("note"), "note", _YES + _NO, "no") in _YES
        if note and (over or per):
            self.fault(node.line, "an indicator that is a 'note' is a sum, without 'over' or 'per'")
        if len(self.faults) > before:
            return None
        source = self.text(has.get("source"), "source")
        identity = self.text(has.get("id"), "id")
        return Indicator(identity, figure, of, over, per, _FORMS[form], source, note)

    def _plan(self, node: Node) -> Plan | None:
        before = len(self.faults)
        known = ("id", "line", "asks", "accrued", "source")
        has = self.mapping(node, "a plan", known, ("id", "line"))
        line = self._key(has.get("line"), "line", self._lines)
        asks = Asks(self.choice(has.get("asks"), "asks", tuple(Asks), Asks.BALANCE))
        accrued = self._terms(has.get("accrued"), "accrued", self._lines, 1.0)
        if asks is Asks.COVER and not accrued:
            self.fault(node.line, "a plan that is to cover a deficit needs lines under 'accrued'")
        self._own_id(has.get("id"))
        if len(self.faults) > before:
            return None
        identity, source = self.text(has.get("id"), "id"), self.text(has.get("source"), "source")
        return Plan(identity, line, source, asks, accrued)

    def _limit(self, node: Node) -> Limit | None:
        before = len(self.faults)
        needed = ("id", "lines", "column", "at-most")
        has = self.mapping(node, "a limit", (*needed, "source"), needed)
        lines = tuple(
            self._known(self.text(entry, "lines"), self._lines, entry.line, "lines")
            for entry in self.items(has.get("lines"), "lines")
        )
        column = self._key(has.get("column"), "column", self._columns)
        at_most = self._key(has.get("at-most"), "at-most", self._columns)
        if column and column == at_most:
            self.fault(node.line, f"{column} is its own limit")
        self._own_id(has.get("id"))
        if len(self.faults) > before:
            return None
        identity, source = self.text(has.get("id"), "id"), self.text(has.get("source"), "source")
        return Limit(identity, lines, column, at_most, source)

    def _own_id(self, node: Node | None) -> None:
        identity = self.text(node, "id")
        if node is None or not identity:
            return
        if identity in self._ids:
            self.fault(node.line, f"id {identity!r} stands on line {self._ids[identity]} already")
        self._ids.setdefault(identity, node.line)

    def _key(self, node: Node | None, what: str, known: Mapping[str, PackLine]) -> str:
        if node is None:
            return ""
        return self._known(self.text(node, what), known, node.line, what)

    def _known(self, text: str, known: Mapping[str, PackLine], line: int, what: str) -> str:
        """The key of a line of this pack, or ``pack.key`` of one that it uses."""
        from difflib import get_close_matches

        pack, _, key = text.rpartition(".")
        keys: Iterable[str] = known
        if pack:
            used = self._used.get(pack)
            if used is None:
                self.fault(line, f"{what}: {text!r} needs the pack {pack} under 'uses'")
                return text
            keys = used.lines
        if key not in keys:
            near = get_close_matches(key, tuple(keys), n=1)
            if near:
                self.fault(line, f"{what}: there is no {text!r}; did you mean {near[0]}?")
            else:
                self.fault(line, f"{what}: {text!r} is not among the lines")
        return text
