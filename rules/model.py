"""The words that rules, ledger, diagnosis and reports share. Records only: next to no behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from workbooks.refs import CellRef


class Operation(StrEnum):
    """The arithmetic of a check; it fixes what its parts mean and their order."""

    SUM = "sum"  # Σ factor · part
    DIFFERENCE = "difference"  # first part minus the others (their factors are negative)
    NET = "net"  # Σ factor · part over revenue and expense lines
    CHANGE = "change"  # Σ factor · part over two periods or scenarios of one line
    PERCENT_CHANGE = "percent_change"  # parts: old, new
    RATIO = "ratio"  # parts: numerator, denominator
    AVERAGE = "average"
    COPY = "copy"  # one part: the same figure in another place
    EQUATION = "equation"


class Basis(StrEnum):
    """Where a relation comes from; it shapes how much a failure counts."""

    FORMULA = "formula"
    DECLARED = "declared"
    LABEL = "label"
    STRUCTURE = "structure"
    NUMERIC = "numeric"


class Verdict(StrEnum):
    """How a check came out, graded."""

    EXACT = "exact"
    ROUNDING = "rounding"
    UNLIKELY_ROUNDING = "unlikely_rounding"
    DISCREPANCY = "discrepancy"
    SCOPE = "scope"  # a discrepancy where a footnote limits what is counted


class Severity(StrEnum):
    """How much a finding asks of its reader."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Certainty(StrEnum):
    """What is known of the cell behind a root cause."""

    LOCATED = "located"
    AMBIGUOUS = "ambiguous"
    MISSING_PART = "missing_part"
    UNEXPLAINED = "unexplained"


class Status(StrEnum):
    """What a person decided about a finding."""

    OPEN = "open"
    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    NOT_AN_ERROR = "not_an_error"


class Movement(StrEnum):
    """How a finding stands against the report of the time before."""

    NEW = "new"
    CAME_BACK = "came_back"  # it was fixed, or marked as corrected, and is found again
    REOPENED = "reopened"  # it was accepted, but its figures are others now
    STILL_OPEN = "still_open"
    ACCEPTED = "accepted"  # or no error: the decision stands
    FIXED = "fixed"  # found then; its check agrees now
    NOT_SEEN = "not_seen"  # found then; its check was not made this time


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence as catalogue key and values; ``reports.locale`` puts it into a language.

    Values are text, numbers, cell references or tuples of those.
    """

    key: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """One cell that enters a check, with its sign or factor."""

    cell: CellRef
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Check:
    """One row of the ledger. ``difference`` is reported − recomputed."""

    rule: str
    operation: Operation
    cell: CellRef
    parts: tuple[Part, ...]
    reported: float
    recomputed: float
    difference: float
    tolerance: float
    verdict: Verdict
    basis: Basis
    confidence: float
    scale: float = 1.0  # ratios and percentages: 100 where the cell holds 3.6 for 3.6 %


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about a finding, who, when and why. Texts are as they were typed; a
    date is ``2026-11-24`` where it was one."""

    status: Status
    reviewer: str = ""
    date: str = ""
    comment: str = ""

    @property
    def settles(self) -> bool:
        """True where the finding asks for nothing any more."""
        return self.status in (Status.ACCEPTED, Status.NOT_AN_ERROR)


class WaiverState(StrEnum):
    """What became of a waiver in a run."""

    USED = "used"
    UNUSED = "unused"  # it matches no finding
    CHANGED = "changed"  # it would match, but the difference is another than the one accepted
    EXPIRED = "expired"  # its last day has passed


@dataclass(frozen=True, slots=True)
class Waiver:
    """What the settings accept beforehand, why, by whom and until when. Empty matches everything.

    ``line`` is the label of the line, or block and label with `` / `` between; ``difference`` the
    one that was accepted, in the unit of the table: where it becomes another, the waiver ends.
    """

    reason: str
    by: str
    until: date  # the last day on which it holds
    rule: str = ""  # a code or family
    finding: str = ""  # the id of a finding, as reports show it
    sheet: str = ""  # a name; * stands for any letters
    line: str = ""
    column: str = ""
    cell: str = ""
    difference: float | None = None
    place: str = ""  # file and line where it is written

    @property
    def subject(self) -> str:
        """What it is about, in the words of the file."""
        named = (self.finding, self.rule, self.sheet, self.cell, self.line, self.column)
        return " · ".join(text for text in named if text)


@dataclass(frozen=True, slots=True)
class WaiverUse:
    """A waiver after a run: its state, and the findings (ids) that it is about."""

    waiver: Waiver
    state: WaiverState
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a reader should look at. Notes have severity ``note`` and may carry no figures."""

    id: str
    rule: str
    name: str
    severity: Severity
    confidence: float
    cell: CellRef
    label: str
    column: str
    message: Message
    basis: Basis
    operation: Operation | None = None
    reported: float | None = None
    recomputed: float | None = None
    difference: float | None = None
    tolerance: float | None = None
    verdict: Verdict | None = None
    parts: tuple[Part, ...] = ()
    root_cause: str | None = None
    check: int | None = None  # row of the ledger
    quote: str = ""  # the footnote that limits the scope, as the workbook has it
    decision: Decision | None = None  # carried from the report of the time before
    movement: Movement | None = None  # against that report
    waiver: Waiver | None = None  # of the settings, that accepts it

    @property
    def is_settled(self) -> bool:
        """True where a person accepted it, or found it to be no error."""
        decided = self.decision is not None and self.decision.settles
        return decided or self.waiver is not None


@dataclass(frozen=True, slots=True)
class EarlierFinding:
    """A finding of an earlier report, as far as that report tells."""

    id: str
    rule: str
    sheet: str
    cell: str  # its address then
    label: str
    column: str
    reported: float | None
    recomputed: float | None
    difference: float | None
    decision: Decision
    movement: Movement | None = None  # ``FIXED`` or ``NOT_SEEN`` where it is gone


@dataclass(frozen=True, slots=True)
class Comparison:
    """What became of the findings of the report of the time before."""

    file: str  # name of that report
    sha256: str  # of its bytes
    gone: tuple[EarlierFinding, ...]  # found then and not now
    fixed_before: tuple[EarlierFinding, ...] = ()  # gone already then, and still


@dataclass(frozen=True, slots=True)
class SuspectCell:
    """A cell that may be wrong; ``suggested`` lies in ``low`` … ``high`` when it is known."""

    cell: CellRef
    value: float | None
    label: str = ""
    column: str = ""
    suggested: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class RootCause:
    """One thing to put right, and the findings it clears. More than one cell: undecided."""

    id: str
    certainty: Certainty
    cells: tuple[SuspectCell, ...]
    cause: str  # key of the cause, e.g. "net-typed-for-gross"
    explanation: Message
    amount: float  # money, signed: value − suggested, or the missing part
    findings: tuple[str, ...]
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class NotChecked:
    """A figure that a rule would judge and could not, with the reason."""

    rule: str
    cell: CellRef
    reason: Message


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """What is known of one rule without running it."""

    code: str
    name: str
    operation: Operation | None
    since: str
    page: str
    stable: bool = True
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Crash:
    """A rule that failed on a workbook; the run went on without it."""

    rule: str
    traceback: str
