"""What each total adds up to in the end, so that what only follows from it is not said again."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from rules.search.candidate import Candidate

Leaves = dict[int, float]  # lines that no total is known of, with their factors

_LONGEST = 320  # lines of a reading; a longer one is kept as it was written
_MOST = 50_000  # lines of all readings of a table, from where they are: running totals have many


@dataclass(slots=True)
class Readings:
    """The readings of every total that was chosen: one for each relation that it has.

    Lines with the same figures are one line here, and lines of nothing are none.
    """

    stand_in: tuple[int, ...]  # as `Space.stand_ins` gives it
    _of: dict[int, list[Leaves]] = field(default_factory=dict)
    _with: dict[int, list[tuple[int, Leaves]]] = field(default_factory=lambda: defaultdict(list))
    _kept: int = 0  # lines of all readings

    def keep(self, candidate: Candidate) -> None:
        """Keep a chosen relation, also within the totals of which its target is a part."""
        target = self.stand_in[candidate.target]
        if target < 0:
            return
        mine = self._expanded(candidate)
        first = target not in self._of
        self._of.setdefault(target, []).append(mine)
        for line in mine:
            self._with[line].append((target, mine))
        self._kept += len(mine)
        for above, leaves in self._with.pop(target, []) if first else []:
            if target in leaves and above not in mine and self._has_room(len(leaves) + len(mine)):
                self._put_in(above, leaves, target, mine)

    def _has_room(self, lines: int) -> bool:
        return lines <= _LONGEST and self._kept + lines <= _MOST

    def _put_in(self, above: int, leaves: Leaves, target: int, mine: Leaves) -> None:
        """Replace ``target`` among the ``leaves`` of the total ``above`` by ``mine``."""
        times = leaves.pop(target)
        for line, factor in mine.items():
            if line not in leaves:
                self._with[line].append((above, leaves))
                self._kept += 1
            leaves[line] = leaves.get(line, 0.0) + times * factor

    def say(self, candidate: Candidate) -> bool:
        """True when the target is known, and both sides say the same once every known total is
        replaced by its parts."""
        readings = self._of.get(self.stand_in[candidate.target], [])
        return bool(readings) and _is_in(readings, self._expanded(candidate))

    def _expanded(self, candidate: Candidate) -> Leaves:
        target = self.stand_in[candidate.target]
        result: Leaves = defaultdict(float)
        room = self._has_room(len(candidate.parts))
        for part, factor in zip(candidate.parts, candidate.factors, strict=True):
            line = self.stand_in[part]
            if line < 0:
                continue
            deeper = self._of.get(line, [{target: 1.0}])[0]
            if target in deeper or not room or len(result) + len(deeper) > _LONGEST:
                deeper = {line: 1.0}
            for below, weight in deeper.items():
                result[below] += factor * weight
        return {line: factor for line, factor in result.items() if factor}


def _is_in(readings: list[Leaves], leaves: Leaves) -> bool:
    return any(
        all(
            abs(one.get(line, 0.0) - leaves.get(line, 0.0)) <= 1e-9
            for line in one.keys() | leaves.keys()
        )
        for one in readings
    )
