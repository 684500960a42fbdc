"""What a report states about the run itself; it comes from outside, so reports have no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class GxResult:
    """The outcome of the same checks run through Great Expectations."""

    version: str
    expectations: int
    failed: int  # expectations not met


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """How, with what and on which file the audit was run."""

    version: str = ""
    settings: tuple[str, ...] = ()  # lines "name = value", those that differ from the defaults
    rule_set: str = ""  # SHA-256 over the rules and packs used
    modified: datetime | None = None  # when the workbook was last changed
    duration: float | None = None  # seconds
    gx: GxResult | None = None
