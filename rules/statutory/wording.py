"""Findings of declared relations in the words of what was declared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rules.ledger import Ledger
from rules.model import Finding, Message
from rules.relation import CellRelation, Relation


def worded(
    findings: Sequence[Finding],
    ledger: Ledger,
    relations: Sequence[Relation],
    cells: Sequence[CellRelation],
) -> list[Finding]:
    """``findings``, each of a relation with a name saying which it is, and its source.

    ``relations`` and ``cells`` are those that the ledger was built from.
    """
    told = {n: relation.told for n, relation in enumerate(relations) if relation.told is not None}
    told |= {len(relations) + cell.group: cell.told for cell in cells if cell.told is not None}
    if not told:
        return list(findings)
    return [_worded(finding, ledger, told) for finding in findings]


def _worded(finding: Finding, ledger: Ledger, told: dict[int, Message]) -> Finding:
    what = told.get(int(ledger.relation[finding.check])) if finding.check is not None else None
    if what is None or not finding.message.key.startswith("finding."):
        return finding
    values = dict(finding.message.values) | {"what": what}
    return replace(finding, message=Message("finding.statutory", values))
