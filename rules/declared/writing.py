"""A rule file as text: what a person reads and edits, with remarks on what may be changed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from rules.declared.lines import LineName
from rules.declared.rulefile import (
    FORMAT,
    MARK,
    BetweenRule,
    DeclaredRule,
    NamedLine,
    RuleFile,
    TableRules,
    line_name,
)
from rules.model import Basis, Operation

WIDTH = 100  # characters of a line, where labels allow
_PLAIN = re.compile(r"[^\W\d_][\w€%()/.+&'’äöåÄÖÅ –-]*")
_TAKEN = re.compile(r"(?i)(?:null|true|false|yes|no|on|off|y|n)")
_FACTORS = {Operation.PERCENT_CHANGE: (-1.0, 1.0)}


def rules_as_yaml(rules: RuleFile, head: str = "", between: str = "") -> str:
    """The text of a rule file; reading it gives the same rules.

    ``head`` and ``between`` are comments for people, at the top and above the rules that hold
    between figures.
    """
    out = [*_comment(head), "", f"{MARK}: {FORMAT}"]
    if rules.learned_from:
        out.append(f"learned-from: {_scalar(rules.learned_from)}")
    out += ["", "tables:" if rules.tables else "tables: []"]
    for table in rules.tables:
        out += [*_table(table), ""]
    if rules.between:
        out += [*_comment(between), "between:"]
        for rule in rules.between:
            out += _between(rule)
    return "\n".join(out).strip() + "\n"


def _comment(text: str) -> Iterator[str]:
    for line in text.splitlines():
        yield f"# {line}".rstrip()


def _table(table: TableRules) -> Iterator[str]:
    yield f"  - table: {_scalar(table.name)}"
    yield f"    sheet: {_scalar(table.sheet)}"
    if table.title:
        yield f"    title: {_scalar(table.title)}"
    yield from _listed("columns", [_scalar(text) for text in table.columns], 4)
    if table.lines:
        yield "    # In every column of figures:"
        yield "    lines:"
        for rule in table.lines:
            yield from _rule(rule, "line")
    if table.across:
        yield "    # In every line:"
        yield "    across:"
        for rule in table.across:
            yield from _rule(rule, "column")
    if table.others:
        yield "    # Its other lines, so that a new one is noticed:"
        yield from _listed("other-lines", [_name(line) for line in table.others], 4)


def _rule(rule: DeclaredRule, key: str) -> Iterator[str]:
    yield f"      - {key}: {_name(rule.target)}"
    yield from _body(rule, 8)
    if rule.only:
        yield from _listed("only", [_name(name) for name in rule.only], 8)
    yield from _told(rule, 8)


def _between(rule: BetweenRule) -> Iterator[str]:
    yield f"  - {'line' if rule.axis == 0 else 'column'}: {_name(rule.target)}"
    yield from _body(rule, 4)
    if isinstance(rule.at, str):
        yield f"    at: {_scalar(rule.at)}"
    elif rule.at and isinstance(rule.at[0], int):
        yield f"    at: [{', '.join(str(place) for place in rule.at)}]"
    else:
        yield "    at:"
        for row in rule.at:
            assert isinstance(row, tuple)
            yield f"      - [{', '.join(_name(name) for name in row)}]"
    yield from _told(rule, 4)


def _body(rule: DeclaredRule | BetweenRule, indent: int) -> Iterator[str]:
    """What the rule says: its arithmetic and parts."""
    margin = " " * indent
    yield f"{margin}is: {str(rule.operation).replace('_', ' ')}"
    default: tuple[float, ...] | None = _FACTORS.get(rule.operation)
    if rule.operation is Operation.PERCENT_CHANGE:
        for key, part in zip(("from", "to"), rule.parts, strict=True):
            yield f"{margin}{key}: {_name(part)}"
    elif all(factor in (1, -1) for factor in rule.factors) and _added_first(rule.factors):
        default = rule.factors
        for key, sign in (("of", 1.0), ("less", -1.0)):
            pairs = zip(rule.parts, rule.factors, strict=True)
            names = [_name(part) for part, factor in pairs if factor == sign]
            if names:
                yield from _listed(key, names, indent)
    else:
        default = (1.0,) * len(rule.parts)
        yield from _listed("of", [_name(part) for part in rule.parts], indent)
    if rule.factors != default:
        yield f"{margin}factors: [{', '.join(_number(factor) for factor in rule.factors)}]"
    if rule.scale != 1:
        yield f"{margin}times: {_number(rule.scale)}"


def _told(rule: DeclaredRule | BetweenRule, indent: int) -> Iterator[str]:
    """How it was found, and where it did not agree."""
    margin = " " * indent
    if rule.code:
        yield f"{margin}rule: {rule.code}"
    if rule.basis is not Basis.DECLARED:
        yield f"{margin}basis: {rule.basis}"
    if rule.held is not None:
        total = rule.held + len(rule.failed)
        remark = "" if rule.held else "  # it never held: delete it if it was not meant"
        yield f"{margin}held: {rule.held} of {total}{remark}"
    if rule.failed:
        yield from _listed("not-in", [_scalar(text) for text in rule.failed], indent)


def _added_first(factors: Sequence[float]) -> bool:
    return list(factors) == sorted(factors, reverse=True)


def _listed(key: str, items: Sequence[str], indent: int) -> Iterator[str]:
    """``key`` with its list: on one line where it fits, else one item a line."""
    margin = " " * indent
    one_line = f"{margin}{key}: [{', '.join(items)}]"
    if len(one_line) <= WIDTH:
        yield one_line
        return
    yield f"{margin}{key}:"
    for item in items:
        yield f"{margin}  - {item}"


def _name(named: NamedLine) -> str:
    """A name: one text where that says it all, else a mapping on one line."""
    name = named.name
    if not named.after and not named.table and not name.nth and _is_one_text(name):
        return _scalar(name.text)
    has: list[tuple[str, str]] = []
    if named.table:
        has.append(("table", named.table))
    key = "after" if named.after else "line"
    if _is_one_text(name):
        has.append((key, name.text))
    else:
        has += [(key, name.labels[0]), *([("block", name.block)] if name.block else [])]
        has += [("code", name.code)] if name.code else []
        if not name.block and not name.code:
            has.append(("block", ""))
    counts = (("number", name.nth), ("which", named.which))
    fields = [f"{key}: {_scalar(text)}" for key, text in has]
    fields += [f"{key}: {count}" for key, count in counts if count]
    return f"{{{', '.join(fields)}}}"


def _is_one_text(name: LineName) -> bool:
    plain = LineName(name.labels, name.block)
    return not name.code and line_name(name.text) == plain


def _scalar(text: str) -> str:
    """A text as YAML writes it, in quotes wherever an editor could take it for something else."""
    is_plain = (
        _PLAIN.fullmatch(text) is not None
        and not _TAKEN.fullmatch(text)
        and text == text.strip()
        and not text.endswith(":")
    )
    return text if is_plain else json.dumps(text, ensure_ascii=False)


def _number(value: float) -> str:
    return f"{value:.12g}"
