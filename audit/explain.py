"""The rules for readers: a list, one page, and the catalogue that ``docs/rules.md`` holds."""

from __future__ import annotations

from difflib import get_close_matches
from textwrap import wrap

from audit.errors import AuditError
from audit.rule_pages import page_of
from reports.words import Words
from rules.model import RuleInfo
from rules.registry import rules


def rule_page(code: str, language: str = "en") -> str:
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
    words = Words(language)
    return f"{_title(rule)}\n\n{page_of(rule, language)}\n\n{_facts(rule, words)}\n"


def rules_as_text(language: str = "en") -> str:
    """One line per rule: code, name, and the first sentence of its page."""
    known = sorted(rules(), key=lambda rule: rule.code)
    width = max((len(rule.name) for rule in known), default=0)
    return "\n".join(
        f"{rule.code:6} {rule.name:{width}}  {_sentence(rule, language)}" for rule in known
    )


def rules_as_markdown(language: str = "en") -> str:
    """The catalogue: a table of all rules, then the page of each."""
    known = sorted(rules(), key=lambda rule: rule.code)
    rows = [
        f"| [{rule.code}](#{_anchor(rule)}) | {rule.name} | {_sentence(rule, language)} |"
        for rule in known
    ]
    words = Words(language)
    head = " | ".join(words.say(f"rules.{name}") for name in ("code", "name", "finds"))
    table = "\n".join([f"| {head} |", "| --- | --- | --- |", *rows])
    intro = (
        "# " + words.say("rules.title") + "\n\n" + "\n".join(wrap(words.say("rules.intro"), 100))
    )
    sections = (_section(rule, language, words) for rule in known)
    return "\n".join([intro, "", table, "", *sections])


def _section(rule: RuleInfo, language: str, words: Words) -> str:
    """The page of one rule in Markdown: each of its headed lines a paragraph."""
    first, _, rest = page_of(rule, language).partition("\n\n")
    first = " ".join(first.split())
    paragraphs = []
    for line in rest.strip().splitlines():
        head, colon, body = line.partition(": ")
        if colon and head[:1].isupper() and head.replace(" ", "").isalpha() and len(head) < 24:
            paragraphs.append(f"\n**{head}:** {body}")
        else:
            paragraphs.append(line.strip())
    body = "\n".join(paragraphs).strip()
    return f"## {_title(rule)}\n\n{first}\n\n{body}\n\n*{_facts(rule, words)}*\n"


def _title(rule: RuleInfo) -> str:
    return f"{rule.code} {rule.name}"


def _anchor(rule: RuleInfo) -> str:
    return _title(rule).lower().replace(" ", "-")


def _sentence(rule: RuleInfo, language: str) -> str:
    return " ".join(page_of(rule, language).partition("\n\n")[0].split())


def _facts(rule: RuleInfo, words: Words) -> str:
    facts = [
        words.say("rules.since", version=rule.since),
        words.say("rules.stable" if rule.stable else "rules.preview"),
    ]
    if rule.operation is not None:
        operation: str = rule.operation  # in English as programs write it
        if words.language != "en":
            operation = words.say(f"operation.{rule.operation}")
        facts.append(words.say("rules.operation", operation=operation))
    if rule.aliases:
        facts.append(words.say("rules.earlier", names=", ".join(rule.aliases)))
    return "; ".join(facts) + "."


def _names(rule: RuleInfo) -> tuple[str, ...]:
    return (rule.code, rule.name, *rule.aliases)


def _listed(near: list[str], known: dict[str, RuleInfo]) -> str:
    return " or ".join(dict.fromkeys(f"{known[name].code} ({known[name].name})" for name in near))
