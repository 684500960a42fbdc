"""The catalogue of rules records each rule once and gives its function back unchanged."""

from __future__ import annotations

import pkgutil
from pathlib import Path

import pytest

import rules
from rules import registry
from rules.model import Operation
from rules.registry import FAMILIES, rule, rule_info


@pytest.fixture
def empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_RULES", {})
    monkeypatch.setattr(registry, "load_rules", lambda: None)


@pytest.mark.usefixtures("empty")
def test_a_rule_is_recorded_and_returned_unchanged() -> None:
    def total(space: object) -> None:
        """A total differs from its parts."""

    recorded = rule("FT901", "made-up", operation=Operation.SUM, since="0.1", aliases=("old",))
    assert recorded(total) is total
    info = rule_info("FT901")
    assert (info.name, info.page, info.aliases) == (
        "made-up",
        "A total differs from its parts.",
        ("old",),
    )
    assert info.stable


@pytest.mark.usefixtures("empty")
def test_a_code_is_used_once_even_within_a_module() -> None:
    def first(space: object) -> None: ...

    def second(space: object) -> None: ...

    rule("FT901", "first", operation=None, since="0.1")(first)
    with pytest.raises(ValueError, match="FT901"):
        rule("FT901", "second", operation=None, since="0.1")(second)


def test_every_rule_module_records_a_rule() -> None:
    modules = {
        module.name.split("_")[0].upper()
        for family in FAMILIES
        for module in pkgutil.iter_modules([str(Path(rules.__path__[0]) / family)])
        if module.name[:2].isalpha() and module.name[2:5].isdigit()
    }
    codes = [info.code for info in registry.rules()]
    assert modules <= set(codes)
    assert codes == sorted(set(codes))
    assert all(info.page for info in registry.rules())


def test_an_unknown_code_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        rule_info("XX999")
