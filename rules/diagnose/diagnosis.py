"""The record of one root cause, as diagnosis hands it to the run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rules.model import Certainty, Message, SuspectCell

Names = Callable[[int], tuple[str, str]]  # label and column heading of a figure


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing to put right. Suspects are ranked; ``checks`` are the ledger rows it clears.

    ``amount`` is money, signed: value − suggested, or the missing part. ``confidence`` is the
    share of the explanation among all that were weighed, 0 … 1.
    """

    certainty: Certainty
    suspects: tuple[SuspectCell, ...]
    cause: str
    explanation: Message
    amount: float
    checks: tuple[int, ...]
    confidence: float
