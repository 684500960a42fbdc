"""Documents that are made from the program are fresh."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.errors import AuditError
from audit.explain import rule_page, rules_as_markdown, rules_as_text
from audit.rule_pages import TRANSLATED, behind
from rules.registry import rules
from tests.audit.conftest import run

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


def test_every_rule_has_a_page_in_every_language_that_is_not_behind_the_english_one() -> None:
    assert list(behind()) == [], (
        "translate them in reports/locale/*/rules.md, then: python -m audit.rule_pages CODE"
    )


@pytest.mark.parametrize(
    ("language", "heads"),
    [
        ("fi", ("Miksi", "Esimerkki", "Ei tarkisteta", "Yksiköt", "Lähde")),
        ("sv", ("Varför", "Exempel", "Kontrolleras inte", "Enheter", "Källa")),
    ],
)
def test_translated_pages_have_the_same_sections(language: str, heads: tuple[str, ...]) -> None:
    for rule in rules():
        page = rule_page(rule.code, language)
        first, _, rest = page.partition("\n\n")[2].partition("\n\n")
        assert first.rstrip().endswith("."), rule.code
        found = [line.partition(": ")[0] for line in rest.splitlines() if ": " in line[:24]]
        assert [head for head in found if head in heads] == list(heads), rule.code
    catalogue = rules_as_markdown(language)
    assert all(f"## {rule.code} {rule.name}\n" in catalogue for rule in rules())
    assert catalogue.count(f"**{heads[0]}:**") == len(rules())


def test_pages_are_told_in_the_language_asked_for() -> None:
    finnish = run("explain", "NT201", "--lang", "fi")
    assert finnish.stdout.startswith(
        "NT201 net-not-revenue-less-expense\n\nIlmoitettu netto poikkeaa riveistä"
    )
    assert "Versiosta 0.1 alkaen; vakaa; laskutoimitus: netto." in finnish.stdout
    assert "Ett angivet netto avviker" in run("rules", "--lang", "sv").stdout
    assert run("explain", "NT201").stdout == run("explain", "NT201", "--lang", "en").stdout


def test_a_translation_of_an_older_page_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audit.rule_pages.fingerprint", lambda rule: "0" * 8)
    assert sorted(behind()) == sorted(
        f"{language} {rule.code} behind" for language in TRANSLATED for rule in rules()
    )


def test_an_unknown_rule_is_told_with_the_nearest_ones() -> None:
    with pytest.raises(AuditError, match="did you mean NT201"):
        rule_page("NT20")
    with pytest.raises(AuditError, match="there is no rule 'zebra'; `crossfoot rules`"):
        rule_page("zebra")
