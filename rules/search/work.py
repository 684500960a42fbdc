"""How much work the search may do, counted in figures and not in time.

The same file gives the same report on any machine, however its figures are made: a sheet on which
nearly everything comes near everything else is given up at the same figure everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

MILLION = 1_000_000


class WorkSpentError(Exception):
    """The work that the search may do is done; caught where a table is searched."""


@dataclass(slots=True)
class Work:
    """What is left, in figures tried; the spaces of one table share it."""

    left: float = float("inf")

    def spend(self, figures: float) -> None:
        """Count ``figures`` that are about to be tried. Raises ``WorkSpentError`` when too many."""
        self.left -= figures
        if self.left < 0:
            raise WorkSpentError
