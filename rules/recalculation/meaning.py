"""The relation that a formula states: a signed sum, an average, a ratio or a change in per cent.

Guards and rounding around it (``IF(B4=0,"",…)``, ``IFERROR``, ``ROUND``) are looked through.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from rules.model import Operation
from workbooks.formula.syntax import (
    Binary,
    Call,
    ErrorValue,
    Node,
    Number,
    Prefix,
    Reference,
    Text,
    Truth,
)

_ROUNDING = ("ROUND", "ROUNDUP", "ROUNDDOWN", "INT", "TRUNC", "MROUND")
_SUMS_OF_SUBTOTAL = (9.0, 109.0)


@dataclass(frozen=True, slots=True)
class Meaning:
    """``Σ factor · reference + constant`` of a sum or average (a range stands for its cells), or
    the two single cells of a quotient in the order of ``Operation``, with its ``scale``."""

    operation: Operation
    terms: tuple[tuple[Reference, float], ...]
    constant: float = 0.0
    scale: float = 1.0
    rounded: bool = False
    skips_subtotals: bool = False  # SUBTOTAL leaves out cells that hold one themselves

    @property
    def plain(self) -> bool:
        """True when nothing but signs stands before the terms."""
        return all(abs(factor) == 1 for _, factor in self.terms)


def meaning_of(tree: Node | None) -> Meaning | None:
    """What the formula states; ``None`` when it is something else or was not understood."""
    if tree is None:
        return None
    node, rounded = _unwrapped(tree)
    meaning = _average(node) or _linear(node) or _quotient(node)
    if meaning is None or not meaning.terms:
        return None
    return replace(meaning, rounded=meaning.rounded or rounded)


def _unwrapped(node: Node) -> tuple[Node, bool]:
    """The formula within guards and rounding, and whether it is rounded."""
    rounded = False
    while isinstance(node, Call):
        inner = _guarded(node)
        if inner is None and node.name in _ROUNDING and node.arguments:
            inner, rounded = node.arguments[0], True
        if inner is None:
            break
        node = inner
    return node, rounded


def _guarded(call: Call) -> Node | None:
    """The value that a guard lets through; ``None`` when ``call`` is no guard."""
    arguments = call.arguments
    if call.name == "IFERROR" and arguments:
        return arguments[0]
    if call.name == "IF" and len(arguments) in (2, 3):
        branches = [a for a in arguments[1:] if not _is_constant(a)]
        if len(branches) == 1:
            return branches[0]
    return None


def _is_constant(node: Node | None) -> bool:
    return node is None or isinstance(node, (Number, Text, Truth, ErrorValue))


def _linear(node: Node | None) -> Meaning | None:
    match node:
        case Number(value):
            return Meaning(Operation.SUM, (), value)
        case Reference() if node.single:
            return Meaning(Operation.SUM, ((node, 1.0),))
        case Prefix(sign, value):
            return _times(_linear(value), {"+": 1.0, "-": -1.0, "%": 0.01}[sign])
        case Binary("+" | "-" as sign, left, right):
            return _added(_linear(left), _times(_linear(right), 1.0 if sign == "+" else -1.0))
        case Binary("*", left, right):
            first, second = _linear(left), _linear(right)
            if first and second and not (first.terms and second.terms):
                number, of = (second, first) if first.terms else (first, second)
                return _times(of, number.constant)
        case Binary("/", left, Number(value)) if value:
            return _times(_linear(left), 1.0 / value)
        case Call():
            return _linear_call(node)
    return None


def _linear_call(call: Call) -> Meaning | None:
    if call.name == "SUM":
        return _summed(call.arguments)
    if call.name == "SUBTOTAL" and call.arguments:
        kind = call.arguments[0]
        if isinstance(kind, Number) and kind.value in _SUMS_OF_SUBTOTAL:
            summed = _summed(call.arguments[1:])
            return replace(summed, skips_subtotals=True) if summed else None
        return None
    inner, rounded = _unwrapped(call)
    if inner is call:
        return None
    found = _linear(inner)
    return replace(found, rounded=found.rounded or rounded) if found else None


def _summed(arguments: tuple[Node | None, ...]) -> Meaning | None:
    total: Meaning | None = Meaning(Operation.SUM, ())
    for argument in arguments:
        if argument is None:
            continue
        if isinstance(argument, Reference):
            total = _added(total, Meaning(Operation.SUM, ((argument, 1.0),)))
        else:
            total = _added(total, _linear(argument))
    return total


def _added(first: Meaning | None, second: Meaning | None) -> Meaning | None:
    if first is None or second is None:
        return None
    return replace(
        first,
        terms=first.terms + second.terms,
        constant=first.constant + second.constant,
        rounded=first.rounded or second.rounded,
        skips_subtotals=first.skips_subtotals or second.skips_subtotals,
    )


def _times(meaning: Meaning | None, factor: float) -> Meaning | None:
    if meaning is None:
        return None
    terms = tuple((reference, f * factor) for reference, f in meaning.terms)
    return replace(meaning, terms=terms, constant=meaning.constant * factor)


def _average(node: Node) -> Meaning | None:
    if not isinstance(node, Call) or node.name != "AVERAGE":
        return None
    found = _summed(node.arguments)
    return replace(found, operation=Operation.AVERAGE) if found and not found.constant else None


def _quotient(node: Node) -> Meaning | None:
    """A ratio of two cells, or the change from one to the other."""
    match node:
        case Binary("*", left, Number(value)) | Binary("*", Number(value), left):
            return _scaled(_quotient(_unwrapped(left)[0]), value)
        case Prefix(sign, left):
            return _scaled(_quotient(left), {"+": 1.0, "-": -1.0, "%": 0.01}[sign])
        case Binary("-", left, Number(1.0)):
            ratio = _quotient(left)
            if ratio and ratio.operation is Operation.RATIO and ratio.scale == 1:
                (new, _), (old, _) = ratio.terms
                return Meaning(Operation.PERCENT_CHANGE, ((old, -1.0), (new, 1.0)))
        case Binary("/", top, base):
            return _over(_linear(top), base)
    return None


def _scaled(meaning: Meaning | None, factor: float) -> Meaning | None:
    return replace(meaning, scale=meaning.scale * factor) if meaning and factor else None


def _over(top: Meaning | None, base: Node) -> Meaning | None:
    by_magnitude = isinstance(base, Call) and base.name == "ABS" and len(base.arguments) == 1
    if by_magnitude and isinstance(base, Call):
        base = base.arguments[0] or base
    if top is None or top.constant or not top.plain or not isinstance(base, Reference):
        return None
    if not base.single or not all(reference.single for reference, _ in top.terms):
        return None
    if len(top.terms) == 1 and not by_magnitude:
        ((reference, factor),) = top.terms
        return Meaning(Operation.RATIO, ((reference, 1.0), (base, 1.0)), scale=factor)
    if len(top.terms) == 2 and top.terms[0][1] != top.terms[1][1]:
        old = [factor for reference, factor in top.terms if reference == base]
        new = [(reference, factor) for reference, factor in top.terms if reference != base]
        if len(old) == 1:
            weight = 2.0 if by_magnitude else 1.0
            return Meaning(Operation.PERCENT_CHANGE, ((base, old[0] * weight), new[0]))
    return None
