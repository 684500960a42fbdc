"""The catalogue of rules: the decorator that records one, and what is known of all."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from rules.model import Operation, RuleInfo
from rules.relation import Relation
from rules.search.proposals import Proposals

FAMILIES = ("footing", "crossfooting", "net", "change", "ratio", "tieout")
Proposer = Callable[[Proposals], Iterator[Relation]]
F = TypeVar("F", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class _Entry:
    info: RuleInfo
    function: Callable[..., object]


_RULES: dict[str, _Entry] = {}


def rule(
    code: str,
    name: str,
    *,
    operation: Operation | None,
    since: str,
    stable: bool = True,
    aliases: tuple[str, ...] = (),
) -> Callable[[F], F]:
    """Record a rule under ``code``; the function is returned unchanged, so tests call it directly.

    Raises ``ValueError`` when another rule has the code.
    """

    def record(function: F) -> F:
        known = _RULES.get(code)
        if known is not None and _place(known.function) != _place(function):
            raise ValueError(f"rule code {code} is used twice")
        info = RuleInfo(
            code, name, operation, since, (function.__doc__ or "").strip(), stable, aliases
        )
        _RULES[code] = _Entry(info, function)
        return function

    return record


def _place(function: Callable[..., object]) -> tuple[str, str]:
    """Where a function was defined; the same when its module is imported anew."""
    return function.__module__, function.__qualname__


def load_rules() -> None:
    """Import every rule module, which records its rule."""
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


def proposers() -> Iterator[tuple[str, Proposer]]:
    """The rules that propose relations of one table, by code."""
    load_rules()
    for code in sorted(_RULES):
        entry = _RULES[code]
        if not code.startswith("TO"):
            yield code, entry.function  # type: ignore[misc]
