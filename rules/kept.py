"""What stays the same between runs on nearly the same workbook and is not worked out anew."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workbooks.grid import Grid, Style
from workbooks.tables.layout import find_tables
from workbooks.tables.model import Table

if TYPE_CHECKING:
    from rules.search.proposals import Proposals


@dataclass(slots=True)
class Kept:
    """Tables by sheet and proposals by table, for sheets that are the very same object again.

    Filled by the first run; after ``close`` nothing more is kept, so that memory does not grow.
    """

    is_open: bool = True
    _tables: dict[int, tuple[Grid, list[Table]]] = field(default_factory=dict)
    _proposals: dict[int, tuple[Table, int, Proposals]] = field(default_factory=dict)

    def close(self) -> None:
        """Keep what there is and add nothing."""
        self.is_open = False

    def tables(self, grid: Grid, styles: tuple[Style, ...], position: int) -> list[Table]:
        """The tables of a sheet."""
        known = self._tables.get(id(grid))
        if known is not None and known[0] is grid:
            return known[1]
        found = find_tables(grid, styles, position)
        if self.is_open:
            self._tables[id(grid)] = (grid, found)
        return found

    def proposals(self, table: Table, position: int) -> Proposals | None:
        """What was proposed for a table that stood at the same place among all; else ``None``."""
        known = self._proposals.get(id(table))
        if known is None or known[0] is not table or known[1] != position:
            return None
        return known[2]

    def keep(self, table: Table, position: int, proposals: Proposals) -> None:
        """Keep what was proposed for a table."""
        if self.is_open:
            self._proposals[id(table)] = (table, position, proposals)
