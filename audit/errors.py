"""Why a run could not do its job: one sentence each, caught in ``audit.cli`` alone."""

from __future__ import annotations

from typing import NamedTuple

from reports.errors import OutputError
from workbooks.errors import InputError

__all__ = ["REFUSALS", "AuditError", "InputError", "OutputError", "Problem", "SettingsError"]


class AuditError(Exception):
    """A run that cannot go on. The message names the place, the fact and the remedy."""


class Problem(NamedTuple):
    """One thing wrong with the settings, and where it stands: a file and line, or an option."""

    place: str
    fact: str

    def __str__(self) -> str:
        return f"{self.place}: {self.fact}"


class SettingsError(AuditError):
    """Everything that is wrong with the settings of a run, one line for each problem."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


REFUSALS = (AuditError, InputError, OutputError)  # each room has its own; a run may meet any
