"""The catalogue of rules: the decorator that records one, and what is known of all."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from typing import TYPE_CHECKING, TypeVar, cast

from rules.model import Operation, RuleInfo
from rules.relation import CellRelation, Relation

if TYPE_CHECKING:
    from rules.remark import Judged, Remark
    from rules.ties.tied import Tied

FAMILIES = (
    "footing",
    "crossfooting",
    "net",
    "change",
    "ratio",
    "tieout",
    "comparison",
    "rollforward",
    "sign",
    "unit",
    "integrity",
    "learned",
    "statutory",
    "formula",
)
Proposed = Relation | CellRelation
F = TypeVar("F", bound=Callable[..., object])


class Takes(Enum):
    """What a rule is called with."""

    PROPOSALS = auto()  # what the search found in one table
    TABLE = auto()  # one table, and the positions of its figures
    BOOK = auto()  # all tables of the workbook, and the positions of their figures
    PACKS = auto()  # what packs say of the workbook
    JUDGED = auto()  # the workbook after judging; such a rule yields remarks, no relations
    TIED = auto()  # two workbooks whose tables, columns and lines were matched


@dataclass(frozen=True, slots=True)
class _Entry:
    info: RuleInfo
    function: Callable[..., object]
    takes: Takes


_RULES: dict[str, _Entry] = {}


def rule(
    code: str,
    name: str,
    *,
    operation: Operation | None,
    since: str,
    takes: Takes = Takes.PROPOSALS,
    stable: bool = True,
    aliases: tuple[str, ...] = (),
) -> Callable[[F], F]:
    """Record a rule under ``code``; the function is returned unchanged, so tests call it directly.

    ``takes`` says what the runner calls it with. Raises ``ValueError`` when another rule has the
    code.
    """

    def record(function: F) -> F:
        known = _RULES.get(code)
        if known is not None and _place(known.function) != _place(function):
            raise ValueError(f"rule code {code} is used twice")
        info = RuleInfo(
            code, name, operation, since, (function.__doc__ or "").strip(), stable, aliases
        )
        _RULES[code] = _Entry(info, function, takes)
        return function

    return record


def _place(function: Callable[..., object]) -> tuple[str, str]:
    """Where a function was defined; the same when its module is imported anew."""
    return function.__module__, function.__qualname__


@cache
def load_rules() -> None:
    """Import every rule module, which records its rule; the folders are listed once."""
    for family in FAMILIES:
        package = importlib.import_module(f"rules.{family}")
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"rules.{family}.{module.name}")


def rules() -> tuple[RuleInfo, ...]:
    """All rules by code."""
    load_rules()
    return tuple(_RULES[code].info for code in sorted(_RULES))


def rule_info(code: str) -> RuleInfo:
    """What is known of one rule; ``KeyError`` for an unknown code."""
    load_rules()
    return _RULES[code].info


def proposers(takes: Takes) -> Iterator[tuple[str, Callable[..., Iterable[Proposed]]]]:
    """The rules that take ``takes``, by code, with the function to call."""
    load_rules()
    for code in sorted(_RULES):
        entry = _RULES[code]
        if entry.takes is takes:
            yield code, cast("Callable[..., Iterable[Proposed]]", entry.function)


def tie_rules() -> Iterator[tuple[str, Callable[[Tied], Iterable[CellRelation | Remark]]]]:
    """The rules on two matched workbooks, by code, with the function to call."""
    load_rules()
    for code in sorted(_RULES):
        entry = _RULES[code]
        if entry.takes is Takes.TIED:
            yield code, cast("Callable[[Tied], Iterable[CellRelation | Remark]]", entry.function)


def remarkers() -> Iterator[tuple[str, Callable[[Judged], Iterable[Remark]]]]:
    """The rules that make remarks on a judged workbook, by code, with the function to call."""
    load_rules()
    for code in sorted(_RULES):
        entry = _RULES[code]
        if entry.takes is Takes.JUDGED:
            yield code, cast("Callable[[Judged], Iterable[Remark]]", entry.function)
