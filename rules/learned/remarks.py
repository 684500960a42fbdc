"""What drifted, as remarks: one a change, at the cell where a reader should look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rules.declared.drift import Drift, DriftKind
from rules.model import Basis, Message, Severity
from rules.remark import Judged, Remark


def remarks_of(
    judged: Judged, rule: str, kinds: Sequence[DriftKind], severity: Severity
) -> Iterator[Remark]:
    """A remark for each change of these kinds."""
    for drift in judged.drift:
        if drift.kind in kinds:
            yield Remark(
                rule=rule,
                severity=severity,
                confidence=1.0 if drift.is_checked else 0.9,
                cell=drift.cell,
                message=Message(_key(drift), {"name": drift.name} | _values(drift)),
                basis=Basis.DECLARED,
                label=drift.now or drift.name,
                column="",
            )


def _key(drift: Drift) -> str:
    if drift.kind is DriftKind.LINE_GONE and drift.total:
        return "note.part_gone"
    return f"note.{drift.kind}"


def _values(drift: Drift) -> dict[str, object]:
    """What the sentence says besides the name."""
    values: dict[str, object] = {}
    if drift.kind is DriftKind.RENAMED:
        values["now"] = drift.now
    if drift.total:
        values["total"] = drift.total
    if drift.figure is not None:
        values["figure"] = drift.figure
    return values
