"""Limits that a child process sets itself; needs nothing but the standard library."""

from __future__ import annotations

import contextlib


def limit_itself(seconds: int, size: int) -> None:
    """At most ``seconds`` of processor time and ``size`` bytes of memory, and no core file."""
    try:
        import resource
    except ImportError:  # Windows: the parent's clock is the only limit there
        return
    for limit, value in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, size),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(limit)
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (allowed, allowed))
