"""Why a cell is wrong: the slip of the hand that turns the right figure into the typed one."""

from __future__ import annotations

from rules.ledger import Ledger

_LEAST = 1e-9


def slip(
    ledger: Ledger, figure: int, typed: float, right: float, cleared: tuple[int, ...]
) -> tuple[str, dict[str, object], float]:
    """The cause key, the values its sentence needs, and bits for how typical the slip is.

    ``typed`` and ``right`` are in the table's unit; ``cleared`` are the ledger rows it repairs.
    """
    if typed and abs(typed + right) <= 1e-6 * abs(typed):
        return "sign-flipped", {}, 6.0
    for power in (10.0, 100.0, 1000.0, 1e6):
        for factor in (power, 1 / power):
            if right and abs(typed - right * factor) <= 1e-6 * abs(typed):
                return "scale-slip", {"factor": factor}, 6.0
    net = _net_for_gross(ledger, figure, typed, cleared)
    if net:
        return "net-typed-for-gross", {}, 6.0
    digits = _digit_slip(typed, right)
    if digits:
        return digits, {}, 5.0
    other = _row(ledger, right - typed, figure, cleared)
    if other is not None:
        key = "row-left-out" if other[1] else "row-counted-twice"
        return key, {"other": ledger.figures.ref(other[0])}, 3.0
    return "unknown", {}, 0.0


def gross_of(ledger: Ledger, figure: int, cleared: tuple[int, ...]) -> float | None:
    """The gross figure when the net was typed in its place: what was typed, less the other part."""
    typed = float(ledger.figures.value[figure])
    for check in cleared:
        if not _net_for_gross(ledger, figure, typed, (check,)):
            continue
        span = slice(int(ledger.start[check]), int(ledger.start[check + 1]))
        terms = zip(ledger.part[span].tolist(), ledger.factor[span].tolist(), strict=True)
        own = dict(terms)
        rest = sum(f * float(ledger.figures.value[p]) for p, f in own.items() if p != figure)
        return float(typed - rest / own[figure])
    return None


def _digits(value: float) -> str:
    return f"{abs(value):.6f}".rstrip("0").rstrip(".")


def _digit_slip(typed: float, right: float) -> str:
    if (typed < 0) != (right < 0):
        return ""
    a, b = _digits(typed), _digits(right)
    if len(b) < 2 or len(a) > 15 or len(b) > 15:
        return ""
    if len(a) == len(b):
        unlike = [i for i in range(len(a)) if a[i] != b[i]]
        if len(unlike) == 1:
            return "digit-changed"
        swapped = len(unlike) == 2 and unlike[1] == unlike[0] + 1
        if swapped and a[unlike[0]] == b[unlike[1]] and a[unlike[1]] == b[unlike[0]]:
            return "digits-swapped"
    if len(a) == len(b) - 1 and any(b[:i] + b[i + 1 :] == a for i in range(len(b))):
        return "digit-lost"
    if len(b) == len(a) - 1 and any(a[:i] + a[i + 1 :] == b for i in range(len(a))):
        return "digit-added"
    return ""


def _net_for_gross(ledger: Ledger, figure: int, typed: float, cleared: tuple[int, ...]) -> bool:
    """A part of a net that reads as the net itself although another part is not zero."""
    for check in cleared:
        span = slice(int(ledger.start[check]), int(ledger.start[check + 1]))
        parts = ledger.part[span].tolist()
        if figure not in parts or len(parts) != 2:
            continue
        net = float(ledger.figures.value[ledger.target[check]])
        others = [float(ledger.figures.value[p]) for p in parts if p != figure]
        if abs(abs(net) - abs(typed)) <= 2 * max(float(ledger.tolerance[check]), _LEAST):
            return any(abs(o) > 2 * float(ledger.tolerance[check]) for o in others)
    return False


def _row(
    ledger: Ledger, delta: float, figure: int, cleared: tuple[int, ...]
) -> tuple[int, bool] | None:
    """A part of the total that equals what is lacking (left out) or too much (counted twice)."""
    for check in cleared:
        if int(ledger.target[check]) != figure:
            continue
        span = slice(int(ledger.start[check]), int(ledger.start[check + 1]))
        for part in ledger.part[span].tolist():
            value = float(ledger.figures.value[part])
            if value and abs(value - delta) <= 1e-6 * abs(value):
                return part, True
            if value and abs(value + delta) <= 1e-6 * abs(value):
                return part, False
    return None
