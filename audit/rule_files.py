"""Rule files on disk: read with every problem and its line, never half-written."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from audit.errors import Problem, SettingsError

if TYPE_CHECKING:
    from rules.declared.rulefile import RuleFile

RULES_SUFFIX = ".rules.yaml"
_LARGEST = 50 << 20  # bytes


@dataclass(frozen=True, slots=True)
class LoadedRules:
    """The rules of a file, and which file it was."""

    path: Path
    rules: RuleFile
    sha256: str


def loaded_rules(path: Path) -> LoadedRules:
    """The rules in the file at ``path``; ``SettingsError`` with all that is wrong with it."""
    from audit.choices import rule_code
    from rules.declared.rulefile import read_rules

    try:
        if path.stat().st_size > _LARGEST:
            raise SettingsError((Problem(str(path), "the rule file is too large"),))
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        fact = f"the rule file cannot be read: {error.strerror}"
        raise SettingsError((Problem(str(path), fact),)) from error
    except UnicodeDecodeError as error:
        fact = "the rule file is no text in UTF-8; save it as UTF-8"
        raise SettingsError((Problem(str(path), fact),)) from error
    rules, faults = read_rules(text, rule_code)
    if faults:
        problems = tuple(Problem(f"{path}:{fault.line}", fault.fact) for fault in faults)
        raise SettingsError(problems)
    return LoadedRules(path, rules, hashlib.sha256(content).hexdigest())


def default_rule_file(workbook: Path) -> Path:
    """Where the rules of a workbook go unless told otherwise.

    >>> default_rule_file(Path("books/budget.xlsx")).as_posix()
    'books/budget.rules.yaml'
    """
    return workbook.with_name(workbook.stem + RULES_SUFFIX)
