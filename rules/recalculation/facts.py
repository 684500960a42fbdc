"""What is known of the formulas of one workbook, worked out once and when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TypeVar, cast

from rules.recalculation.evaluate import Evaluator
from rules.recalculation.many import ManyFormulas
from rules.recalculation.meaning import Meaning, meaning_of
from workbooks.formula.patterns import BookFormulas, Pattern
from workbooks.grid import Workbook

T = TypeVar("T")


class FormulaFacts:
    """The formulas of a workbook: which are alike, what they state, what they give."""

    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook
        self.book = BookFormulas(workbook)
        self._meanings: dict[int, Meaning | None] = {}
        self._remembered: dict[str, object] = {}

    def remembered(self, name: str, work_out: Callable[[], T]) -> T:
        """The result of ``work_out``, which is called once for each ``name``."""
        if name not in self._remembered:
            self._remembered[name] = work_out()
        return cast("T", self._remembered[name])

    def forget(self) -> None:
        """Give back the memory of what was worked out; asked again, it is worked out again."""
        self._remembered.clear()
        for name in ("evaluator", "many"):
            self.__dict__.pop(name, None)

    @cached_property
    def evaluator(self) -> Evaluator:
        """Evaluates formulas over the values that the workbook stores."""
        return Evaluator(self.book)

    @cached_property
    def many(self) -> ManyFormulas:
        """Evaluates all copies of a formula at once, where that is beyond doubt."""
        return ManyFormulas(self.book)

    def meaning(self, pattern: Pattern) -> Meaning | None:
        """The relation that all formulas of a pattern state, if any."""
        if pattern.number not in self._meanings:
            self._meanings[pattern.number] = meaning_of(pattern.tree)
        return self._meanings[pattern.number]
