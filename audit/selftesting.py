"""The order of work of ``crossfoot selftest``: read once, then plant and check in memory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from audit.pipeline import limits_of, read_book, rule_settings
from audit.rule_files import loaded_rules
from audit.settings import Settings

if TYPE_CHECKING:
    from rules.selftest.trial import SelfTest


def run_self_test(
    file: Path,
    settings: Settings,
    *,
    seed: int,
    count: int,
    password: str | None = None,
    step: Callable[[int, int], None] | None = None,
) -> SelfTest:
    """Plant ``count`` errors of each kind in the workbook ``file``; it is only read.

    ``step`` is called with the number of errors tried and of all. Raises ``InputError`` and
    ``SettingsError``.
    """
    declared = loaded_rules(settings.rules) if settings.rules is not None else None
    workbook = read_book(file, password, limits_of(settings))
    from rules.selftest.trial import self_test

    chosen = rule_settings(settings, declared)
    return self_test(workbook, chosen, seed=seed, count=count, step=step)
