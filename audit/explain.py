"""The rules for readers: a list, one page, and the catalogue that ``docs/rules.md`` holds."""

from __future__ import annotations

import inspect
from difflib import get_close_matches

from audit.errors import AuditError
from rules.model import RuleInfo
from rules.registry import rules

_CATALOGUE_HEAD = """\
# The rules of Crossfoot

This page is made by `crossfoot rules --markdown` from the rules themselves. A code never changes
its meaning. `crossfoot explain CODE` prints one entry; `--select` and `--ignore` take codes,
families (the letters alone) and names.
"""


def rule_page(code: str) -> str:
    """The page of the rule called ``code``: its code, name or an earlier name, in any case.

    Raises ``AuditError`` when there is none, with the nearest ones.
    """
    wanted = code.strip().lower()
    known = {name.lower(): rule for rule in rules() for name in _names(rule)}
    if wanted not in known:
        near = get_close_matches(wanted, known, n=3)
        asked = f"did you mean {_listed(near, known)}? " if near else ""
        raise AuditError(f"there is no rule {code!r}; {asked}`crossfoot rules` lists them all")
    rule = known[wanted]
    return f"{_title(rule)}\n\n{inspect.cleandoc(rule.page)}\n\n{_facts(rule)}\n"


def rules_as_text() -> str:
    """One line per rule: code, name, and the first sentence of its page."""
    known = sorted(rules(), key=lambda rule: rule.code)
    width = max((len(rule.name) for rule in known), default=0)
    return "\n".join(f"{rule.code:6} {rule.name:{width}}  {_sentence(rule)}" for rule in known)


def rules_as_markdown() -> str:
    """The catalogue: a table of all rules, then the page of each."""
    known = sorted(rules(), key=lambda rule: rule.code)
    rows = [
        f"| [{rule.code}](#{_anchor(rule)}) | {rule.name} | {_sentence(rule)} |" for rule in known
    ]
    table = "\n".join(["| code | name | finds |", "| --- | --- | --- |", *rows])
    return "\n".join([_CATALOGUE_HEAD, table, "", *(_section(rule) for rule in known)])


def _section(rule: RuleInfo) -> str:
    """The page of one rule in Markdown: each of its headed lines a paragraph."""
    first, _, rest = inspect.cleandoc(rule.page).partition("\n")
    paragraphs = []
    for line in rest.strip().splitlines():
        head, colon, body = line.partition(": ")
        if colon and head[:1].isupper() and head.replace(" ", "").isalpha() and len(head) < 24:
            paragraphs.append(f"\n**{head}:** {body}")
        else:
            paragraphs.append(line.strip())
    body = "\n".join(paragraphs).strip()
    return f"## {_title(rule)}\n\n{first}\n\n{body}\n\n*{_facts(rule)}*\n"


def _title(rule: RuleInfo) -> str:
    return f"{rule.code} {rule.name}"


def _anchor(rule: RuleInfo) -> str:
    return _title(rule).lower().replace(" ", "-")


def _sentence(rule: RuleInfo) -> str:
    return rule.page.strip().partition("\n")[0].strip()


def _facts(rule: RuleInfo) -> str:
    facts = [f"Since {rule.since}", "stable" if rule.stable else "preview"]
    if rule.operation is not None:
        facts.append(f"operation: {rule.operation}")
    if rule.aliases:
        facts.append(f"earlier names: {', '.join(rule.aliases)}")
    return "; ".join(facts) + "."


def _names(rule: RuleInfo) -> tuple[str, ...]:
    return (rule.code, rule.name, *rule.aliases)


def _listed(near: list[str], known: dict[str, RuleInfo]) -> str:
    return " or ".join(dict.fromkeys(f"{known[name].code} ({known[name].name})" for name in near))
