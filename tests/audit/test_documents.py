"""Documents that are made from the program are fresh."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.errors import AuditError
from audit.explain import rule_page, rules_as_markdown, rules_as_text
from rules.registry import rules

DOCS = Path(__file__).parents[2] / "docs"


def test_the_catalogue_of_rules_is_fresh() -> None:
    text = (DOCS / "rules.md").read_text(encoding="utf-8")
    assert text == rules_as_markdown(), "run: crossfoot rules --markdown > docs/rules.md"


def test_every_rule_has_its_page_under_code_and_name() -> None:
    assert rules()
    for rule in rules():
        page = rule_page(rule.code.lower())
        assert page == rule_page(rule.name)
        assert page.startswith(f"{rule.code} {rule.name}\n")
        for section in ("Why:", "Example:", "Not checked:", "Units:", "Source:"):
            assert f"\n{section} " in page, f"{rule.code} has no section {section}"
        assert rule.code in rules_as_text()


def test_an_unknown_rule_is_told_with_the_nearest_ones() -> None:
    with pytest.raises(AuditError, match="did you mean NT201"):
        rule_page("NT20")
    with pytest.raises(AuditError, match="there is no rule 'zebra'; `crossfoot rules`"):
        rule_page("zebra")
