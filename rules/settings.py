"""What a user may set about judging; tolerance and materiality are never one value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from rules.materiality import Materiality
from rules.waivers import is_sheet

if TYPE_CHECKING:
    from rules.declared.rulefile import RuleFile
    from rules.statutory.pack import Pack

SEARCH_BUDGET = 1_000  # million figures
DRIFT = "DR"  # the family of rules that tell what has changed since a rule file was learned


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """Defaults are what inference decides."""

    tolerance: float | None = None  # in the unit of the table; None: from the figures' own steps
    materiality: Materiality | None = None  # smaller ones are warnings at most; None: no limit
    select: tuple[str, ...] = ()  # codes or families, "SHEET:CODE" for one sheet; empty: all
    ignore: tuple[str, ...] = ()
    rules: RuleFile | None = None  # of a rule file; None: what the workbook shows
    infers: bool = True  # also what the workbook shows, beside a rule file
    packs: tuple[Pack, ...] | None = None  # None: those whose words the workbook has
    residents: Mapping[int, float] = field(default_factory=dict)  # year -> their number
    search_budget: int = SEARCH_BUDGET  # million figures that the search may try in a workbook

    def wants(self, code: str, sheet: str = "") -> bool:
        """True when findings of rule ``code`` on ``sheet`` are asked for.

        What is selected for a sheet replaces there what is selected for all sheets; what is ignored
        for a sheet is ignored besides.

        >>> settings = RuleSettings(select=("FT", "Inv*:NT"), ignore=("Units:FT103",))
        >>> [settings.wants(c, s) for c, s in (("FT101", "Investments"), ("NT201", "Investments"))]
        [False, True]
        >>> [settings.wants(code, "Units") for code in ("FT101", "FT103", "NT201")]
        [True, False, False]
        """
        return _wants(self.select, self.ignore, code, sheet)

    def may_want(self, code: str) -> bool:
        """True when findings of rule ``code`` are asked for on some sheet."""
        bare = [entry.rpartition(":")[2] for entry in self.select]
        of_all = [entry for entry in self.ignore if ":" not in entry]
        only_of_sheets = all(":" in entry for entry in self.select)
        chosen = only_of_sheets or any(code.startswith(entry) for entry in bare)
        return chosen and not any(code.startswith(entry) for entry in of_all)

    def unmet(self, sheets: Iterable[str]) -> tuple[str, ...]:
        """The entries of ``select`` and ``ignore`` for a sheet that is not among ``sheets``.

        >>> RuleSettings(select=("FT", "Inv*:NT"), ignore=("Units:FT103",)).unmet(["Units"])
        ('Inv*:NT',)
        """
        names = tuple(sheets)
        of_sheets = [entry for entry in (*self.select, *self.ignore) if ":" in entry]
        return tuple(
            entry
            for entry in dict.fromkeys(of_sheets)
            if not any(is_sheet(entry.rpartition(":")[0], name) for name in names)
        )

    def may_remark(self, code: str) -> bool:
        """True when remarks of rule ``code`` are asked for: beside a rule file alone, its drift."""
        return self.may_want(code) and (self.infers or code.startswith(DRIFT))


@lru_cache(maxsize=4096)
def _wants(select: tuple[str, ...], ignore: tuple[str, ...], code: str, sheet: str) -> bool:
    of_all, of_sheet = _meant(select, sheet)
    chosen = of_sheet or of_all
    if chosen and not any(code.startswith(one) for one in chosen):
        return False
    return not any(code.startswith(one) for ones in _meant(ignore, sheet) for one in ones)


def _meant(entries: tuple[str, ...], sheet: str) -> tuple[list[str], list[str]]:
    """The codes for all sheets, and those for ``sheet``."""
    of_all = [entry for entry in entries if ":" not in entry]
    pairs = [entry.rpartition(":") for entry in entries if ":" in entry]
    return of_all, [code for name, _, code in pairs if is_sheet(name, sheet)]
