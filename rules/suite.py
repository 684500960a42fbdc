"""The door for data teams: the ledger as a Great Expectations suite, for any checkpoint.

    import crossfoot
    from rules.suite import crossfoot_suite, ledger_frame

    frame = ledger_frame(crossfoot.check("budget.xlsx").ledger)
    suite = crossfoot_suite(frame)  # one expectation per rule and kind of arithmetic
    result = batch.validate(suite)  # a batch of a dataframe asset that was given ``frame``

Nothing here imports Great Expectations until a suite is asked for.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, pairwise
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rules.ledger import OPERATIONS, VERDICTS, Figures, Ledger
from rules.model import Operation, Verdict

if TYPE_CHECKING:
    import pandas as pd
    from great_expectations import ExpectationSuite
    from great_expectations.core import ExpectationSuiteValidationResult

NAME = "crossfoot"


class ExpectationCrashError(RuntimeError):
    """An expectation crashed; Great Expectations alone would only call it not met."""


class DoorsDisagreeError(RuntimeError):
    """Great Expectations found another number of discrepancies than the ledger has."""


@dataclass(frozen=True, slots=True)
class Validation:
    """What Great Expectations said of a ledger; ``result`` is its own document as plain values."""

    version: str
    expectations: int
    failed: int  # expectations not met
    result: dict[str, Any]

    def as_json(self, subject: Mapping[str, str]) -> str:
        """The document, with what it is about under ``meta``; same ledger, same bytes."""
        document = self.result | {"meta": self.result["meta"] | {NAME: dict(subject)}}
        return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def ledger_frame(ledger: Ledger) -> pd.DataFrame:
    """``Ledger.frame()`` with what judging needs beside it: ``step`` of the reported figure, and
    ``values``, ``factors`` and ``steps`` of its parts, tuples in the order of ``parts``."""
    figures = ledger.figures
    return ledger.frame().assign(
        step=figures.step[ledger.target],
        values=_per_check(ledger, figures.value[ledger.part]),
        factors=_per_check(ledger, ledger.factor),
        steps=_per_check(ledger, figures.step[ledger.part]),
    )


def crossfoot_suite(
    frame: pd.DataFrame, *, tolerance: float | None = None, name: str = NAME
) -> ExpectationSuite:
    """One expectation per rule and kind of arithmetic in ``frame``, made by ``ledger_frame``.

    ``tolerance`` replaces the tolerance of every check, in the unit of its table. The suite can be
    added to a context of your own and used in its checkpoints; importing Great Expectations, which
    happens here, takes some seconds.
    """
    expectations = _expectations()
    from great_expectations import ExpectationSuite

    from rules.registry import rules

    pages = {rule.code: rule.page.strip().partition("\n")[0] for rule in rules()}
    kinds = frame[["rule", "operation"]].drop_duplicates().sort_values(["rule", "operation"])
    return ExpectationSuite(
        name=name,
        expectations=[
            expectations.EXPECTATIONS[Operation(operation)](
                rule=rule, tolerance=tolerance, notes=pages.get(rule)
            )
            for rule, operation in kinds.itertuples(index=False)
        ],
    )


def validate_ledger(ledger: Ledger, *, tolerance: float | None = None) -> Validation:
    """Judge a ledger through Great Expectations, in a context of its own that leaves no trace.

    Raises ``ExpectationCrashError`` where an expectation did not run to its end, and
    ``DoorsDisagreeError`` where the result is not that of the ledger.
    """
    frame = ledger_frame(ledger)
    suite = crossfoot_suite(frame, tolerance=tolerance)
    import great_expectations

    with _ephemeral_context() as context:
        asset = context.data_sources.add_pandas(NAME).add_dataframe_asset("ledger")
        definition = asset.add_batch_definition_whole_dataframe("ledger")
        result = definition.get_batch({"dataframe": frame}).validate(suite)
    raise_for_crash(result)
    here = int((ledger.verdict == VERDICTS.index(Verdict.DISCREPANCY)).sum())
    there = sum(one.result["unexpected_count"] for one in result.results)
    if here != there:
        raise DoorsDisagreeError(f"{here} discrepancies in the ledger, {there} in the validation")
    return Validation(
        version=great_expectations.__version__,
        expectations=len(result.results),
        failed=sum(not one.success for one in result.results),
        result=_document(result),
    )


def judged(frame: pd.DataFrame, *, tolerance: float | None = None) -> pd.DataFrame:
    """``frame`` with ``recomputed``, ``difference``, ``tolerance`` and ``verdict`` judged anew from
    its figures, by the same function that filled the ledger.

    What a footnote limits stays limited: that is read from the workbook, not from its figures.
    """
    from rules.verdicts import judge

    n_checks = len(frame)
    lengths = frame["values"].map(len).to_numpy(np.int64)
    start = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)])
    n_figures = n_checks + int(start[-1])  # the reported ones, then all parts
    judgement = judge(
        Figures(
            sheets=("",),
            sheet=np.zeros(n_figures, np.int32),
            row=np.arange(1, n_figures + 1, dtype=np.int32),
            column=np.ones(n_figures, np.int32),
            value=np.concatenate([frame["reported"].to_numpy(np.float64), _flat(frame["values"])]),
            step=np.concatenate([frame["step"].to_numpy(np.float64), _flat(frame["steps"])]),
        ),
        operation=np.array([OPERATIONS.index(Operation(o)) for o in frame["operation"]], np.int8),
        target=np.arange(n_checks, dtype=np.int64),
        start=start,
        part=np.arange(n_checks, n_figures, dtype=np.int64),
        factor=_flat(frame["factors"]),
        scale=frame["scale"].to_numpy(np.float64),
        tolerance=tolerance,
    )
    verdicts = np.array([str(verdict) for verdict in VERDICTS], object)[judgement.verdict]
    limited = (frame["verdict"] == Verdict.SCOPE) & (verdicts == Verdict.DISCREPANCY)
    return frame.assign(
        recomputed=judgement.recomputed,
        difference=judgement.difference,
        tolerance=judgement.tolerance,
        verdict=np.where(limited, str(Verdict.SCOPE), verdicts),
    )


def raise_for_crash(result: ExpectationSuiteValidationResult) -> None:
    """Raise ``ExpectationCrashError`` when an expectation of ``result`` crashed.

    Worth calling on the result of a checkpoint of your own too.
    """
    for one in result.results:
        # of the expectation itself, or one for each metric behind it
        told = one.exception_info or {}
        for info in (told, *(entry for entry in told.values() if isinstance(entry, dict))):
            if info.get("raised_exception"):
                config = one.expectation_config
                subject = f"{config.type} {config.kwargs.get('rule', '')}" if config else NAME
                raise ExpectationCrashError(
                    f"{subject} crashed: {info.get('exception_message')}\n"
                    f"{info.get('exception_traceback')}"
                )


def _document(result: ExpectationSuiteValidationResult) -> dict[str, Any]:
    """The result as plain values, without the time of the run and in a fixed order."""
    document: dict[str, Any] = json.loads(
        json.dumps(result.to_json_dict())  # type: ignore[no-untyped-call]
    )
    for moving in ("batch_markers", "run_id", "validation_id", "validation_time"):
        document.get("meta", {}).pop(moving, None)
    document["results"].sort(
        key=lambda one: (
            one["expectation_config"]["kwargs"]["rule"],
            one["expectation_config"]["type"],
        )
    )
    return document


def _expectations() -> ModuleType:
    """Import the expectations and undo what the import of Great Expectations does to a process."""
    if "great_expectations" not in sys.modules:
        os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read on import; nothing may leave the house
    shown = warnings.showwarning
    with _no_probe_of_the_network():
        from rules import expectations

    if warnings.showwarning is not shown:  # it sends all warnings of the process to its log
        logging.captureWarnings(False)
    return expectations


@contextmanager
def _no_probe_of_the_network() -> Iterator[None]:
    """Keep urllib3, which comes along, from opening a socket on import to try IPv6."""
    import socket

    before = socket.has_ipv6
    socket.has_ipv6 = False
    try:
        yield
    finally:
        socket.has_ipv6 = before


@contextmanager
def _ephemeral_context() -> Iterator[Any]:
    """A context in memory: no analytics, no progress bars; the process's own project comes back."""
    from great_expectations.data_context.data_context import context_factory
    from great_expectations.data_context.types.base import ProgressBarsConfig

    manager = context_factory.project_manager
    before = vars(manager).get("_ProjectManager__project")
    context = context_factory.get_context(mode="ephemeral")
    context.enable_analytics(False)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    try:
        yield context
    finally:
        vars(manager)["_ProjectManager__project"] = before


def _flat(column: pd.Series[Any]) -> NDArray[np.float64]:
    """The tuples of a column one after the other."""
    return np.fromiter(chain.from_iterable(column), np.float64)


def _per_check(ledger: Ledger, column: Any) -> list[Any]:
    """A column of parts as one tuple per check."""
    flat, start = column.tolist(), ledger.start.tolist()
    return [tuple(flat[low:high]) for low, high in pairwise(start)]
