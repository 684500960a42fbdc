"""Which rules a user chooses: codes, families or names, for all sheets or for one.

``FT101`` is a code, ``FT`` a family; ``Investments:FT`` chooses for one sheet, ``Inv*:FT`` for all
sheets whose name begins so. A sheet's name with a comma in it stands in quotes: ``'A, B':FT``.
"""

from __future__ import annotations

import re

_ENTRY = re.compile(r"(?:'(?:[^']|'')*'|[^,'])+")
_QUOTED = re.compile(r"'((?:[^']|'')*)'")


def parsed_codes(given: object) -> tuple[str, ...]:
    """Rules as typed with commas between, or listed, each as a code; ``ValueError`` says why not.

    >>> parsed_codes("FT101, nt, Investments:rt501")
    ('FT101', 'NT', 'Investments:RT501')
    """
    if isinstance(given, str):
        given = [given]
    if not isinstance(given, list | tuple) or not all(isinstance(code, str) for code in given):
        raise ValueError(f"{given!r} is not a list of rule codes, such as FT101 or FT")
    typed = [entry.strip() for text in given for entry in _ENTRY.findall(text)]
    return tuple(_entry(text) for text in typed if text)


def rule_code(text: str) -> str:
    """A rule's code, the beginning of some, or a name, as code; ``ValueError`` for none.

    >>> rule_code("net-not-revenue-less-expense")
    'NT201'
    """
    from rules.registry import rules

    known = rules()
    codes = {name: rule.code for rule in known for name in (rule.name, *rule.aliases)}
    code = codes.get(text.strip().lower(), text.strip().upper())
    if not code or not any(rule.code.startswith(code) for rule in known):
        raise ValueError(f"there is no rule {text!r}; `crossfoot rules` lists them all")
    return code


def _entry(text: str) -> str:
    sheet, colon, code = text.rpartition(":")
    if not colon:
        return rule_code(text)
    quoted = _QUOTED.fullmatch(sheet.strip())
    name = quoted.group(1).replace("''", "'") if quoted else sheet.strip()
    if not name:
        raise ValueError(f"{text!r} names no sheet before its colon")
    return f"{name}:{rule_code(code)}"
