"""How large a difference must be to count as an error; never how far rounding may explain it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Materiality:
    """An amount in the unit of the table, or a share of the figure that a check judges.

    >>> str(Materiality(1000.0)), str(Materiality(0.005, is_share=True))
    ('1000', '0.5%')
    """

    amount: float  # 0.005 for 0.5 %
    is_share: bool = False

    def covers(self, difference: float, reported: float, recomputed: float) -> bool:
        """True where ``difference`` is too small to be an error.

        A share is one of the larger of the reported and the recomputed figure, without its sign.

        >>> Materiality(0.005, is_share=True).covers(-4.0, reported=996.0, recomputed=1000.0)
        True
        """
        limit = self.amount
        if self.is_share:
            limit *= max(abs(reported), abs(recomputed))
        return abs(difference) < limit

    def __str__(self) -> str:
        return f"{100 * self.amount:.12g}%" if self.is_share else f"{self.amount:.15g}"
