"""What a user may set about judging; tolerance and materiality are never one value."""

from __future__ import annotations

from dataclasses import dataclass

from rules.materiality import Materiality


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """Defaults are what inference decides."""

    tolerance: float | None = None  # in the unit of the table; None: from the figures' own steps
    materiality: Materiality | None = None  # smaller ones are warnings at most; None: no limit
    select: tuple[str, ...] = ()  # codes or families; empty: all
    ignore: tuple[str, ...] = ()

    def wants(self, code: str) -> bool:
        """True when findings of rule ``code`` are asked for."""
        chosen = not self.select or any(code.startswith(s) for s in self.select)
        return chosen and not any(code.startswith(i) for i in self.ignore)
