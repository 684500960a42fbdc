"""The rules as Great Expectations expectations over the ledger, one per kind of arithmetic.

Importing this module costs about three seconds, so it is imported through ``rules.suite`` alone,
and only when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import pandas as pd
from great_expectations.core.metric_domain_types import MetricDomainTypes
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider

from rules.model import Operation, Part, Verdict
from rules.suite import judged
from workbooks.refs import quoted

JUDGED = "crossfoot.judged_ledger"
SHOWN = ["rule", "sheet", "cell", "reported", "recomputed", "difference", "tolerance", "parts"]


class JudgedLedger(TableMetricProvider):
    """The ledger judged anew, once per run, for all expectations; see ``rules.suite.judged``."""

    metric_name = JUDGED
    value_keys = ("tolerance",)

    @metric_value(engine=PandasExecutionEngine)
    def _pandas(
        cls,  # noqa: N805  # the decorator makes it a method of the class
        execution_engine: PandasExecutionEngine,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any],
    ) -> pd.DataFrame:
        ledger, _, _ = execution_engine.get_compute_domain(
            metric_domain_kwargs, domain_type=MetricDomainTypes.TABLE
        )
        return judged(ledger, tolerance=metric_value_kwargs["tolerance"])


class ExpectChecksToAgree(BatchExpectation):
    """Expect every check of the ledger to agree within what rounding explains.

    The batch is a frame made by ``rules.suite.ledger_frame``. ``rule`` narrows it to one rule code;
    ``tolerance`` replaces the tolerance worked out per check. In the result, ``unexpected_count``
    counts the discrepancies, ``partial_unexpected_list`` starts their list of addresses, and
    ``details["discrepancies"]`` has all of them with their figures, never cut.
    """

    rule: str | None = None
    tolerance: float | None = None

    operation: ClassVar[Operation | None] = None  # None: every kind of arithmetic
    metric_dependencies: ClassVar[tuple[str, ...]] = (JUDGED,)
    success_keys: ClassVar[tuple[str, ...]] = ("rule", "tolerance")
    args_keys: ClassVar[tuple[str, ...]] = ("rule", "tolerance")

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: Any = None,
    ) -> dict[str, Any]:
        checks = self._own(metrics[JUDGED])
        wrong = checks[checks["verdict"] == Verdict.DISCREPANCY]
        places = [
            f"{quoted(sheet)}!{cell}"
            for sheet, cell in zip(wrong["sheet"], wrong["cell"], strict=True)
        ]
        share = 100.0 * len(wrong) / len(checks) if len(checks) else 0.0
        asked = (runtime_configuration or {}).get("result_format", {})
        shown = asked.get("partial_unexpected_count", 20) if isinstance(asked, dict) else 20
        counts = checks["verdict"].value_counts()
        return {
            "success": wrong.empty,
            "result": {
                "observed_value": len(wrong),
                "element_count": len(checks),
                "unexpected_count": len(wrong),
                "unexpected_percent": share,
                "partial_unexpected_list": places[:shown],
                "details": {
                    "verdicts": {str(v): int(counts.get(v, 0)) for v in Verdict},
                    "discrepancies": _records(wrong),
                },
            },
        }

    def _own(self, checks: pd.DataFrame) -> pd.DataFrame:
        """The rows this expectation is about."""
        if self.operation is not None:
            checks = checks[checks["operation"] == self.operation]
        return checks if self.rule is None else checks[checks["rule"] == self.rule]


def _records(checks: pd.DataFrame) -> list[dict[str, Any]]:
    """Checks as plain values, their parts as in the JSON of ``crossfoot check``."""
    return [
        dict(zip(SHOWN, (*values[:-1], _part_records(values[-1], values[1])), strict=True))
        for values in checks[SHOWN].itertuples(index=False, name=None)
    ]


def _part_records(parts: Iterable[Part], sheet: str) -> list[dict[str, Any]]:
    return [{"cell": part.cell.seen_from(sheet), "sign": part.factor} for part in parts]


class ExpectSumsToAgree(ExpectChecksToAgree):
    """Expect every total to be the sum of its parts."""

    operation: ClassVar[Operation | None] = Operation.SUM


class ExpectDifferencesToAgree(ExpectChecksToAgree):
    """Expect every difference to be its first part less the others."""

    operation: ClassVar[Operation | None] = Operation.DIFFERENCE


class ExpectNetsToAgree(ExpectChecksToAgree):
    """Expect every net to follow from revenue and expense."""

    operation: ClassVar[Operation | None] = Operation.NET


class ExpectChangesToAgree(ExpectChecksToAgree):
    """Expect every change in money to follow from its two periods or scenarios."""

    operation: ClassVar[Operation | None] = Operation.CHANGE


class ExpectPercentChangesToAgree(ExpectChecksToAgree):
    """Expect every change in per cent to follow from its two figures."""

    operation: ClassVar[Operation | None] = Operation.PERCENT_CHANGE


class ExpectRatiosToAgree(ExpectChecksToAgree):
    """Expect every ratio, share or index to follow from its two figures."""

    operation: ClassVar[Operation | None] = Operation.RATIO


class ExpectAveragesToAgree(ExpectChecksToAgree):
    """Expect every average to follow from its parts."""

    operation: ClassVar[Operation | None] = Operation.AVERAGE


class ExpectCopiesToAgree(ExpectChecksToAgree):
    """Expect a figure to be the same in every place that repeats it."""

    operation: ClassVar[Operation | None] = Operation.COPY


class ExpectEquationsToAgree(ExpectChecksToAgree):
    """Expect every declared or written equation to hold."""

    operation: ClassVar[Operation | None] = Operation.EQUATION


EXPECTATIONS: dict[Operation, type[ExpectChecksToAgree]] = {
    kind.operation: kind
    for kind in ExpectChecksToAgree.__subclasses__()
    if kind.operation is not None
}
