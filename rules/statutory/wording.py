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
    lines = {n: relation.told for n, relation in enumerate(relations) if relation.told is not None}
    first = len(relations)
    single = {(first + c.group, c.target): c.told for c in cells if c.told is not None}
    if not lines and not single:
        return list(findings)
    return [_worded(finding, ledger, lines, single) for finding in findings]


def _worded(
    finding: Finding,
    ledger: Ledger,
    lines: dict[int, Message],
    single: dict[tuple[int, int], Message],
) -> Finding:
    if finding.check is None or not finding.message.key.startswith("finding."):
        return finding
    number = int(ledger.relation[finding.check])
    what = lines.get(number) or single.get((number, int(ledger.target[finding.check])))
    if what is None:
        return finding
    values = dict(finding.message.values) | {"what": what}
    return replace(finding, message=Message("finding.statutory", values))
