"""Crossfoot from Python: ``read`` a workbook into a tidy frame, ``check`` its arithmetic, ``tie``
it to another.

    import crossfoot

    figures = crossfoot.read("budget.xlsx")
    outcome = crossfoot.check("budget.xlsx", lang="en")
    for finding in outcome.findings:
        print(finding.cell.sheet, finding.cell.a1, finding.difference)

All raise ``InputError`` for a file that cannot be read, with one sentence that says why.
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from workbooks.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from rules.outcome import Outcome
    from rules.ties.outcome import TieOutcome

__all__ = ["InputError", "check", "read", "tie"]


def read(path: str | PathLike[str], *, password: str | None = None) -> pd.DataFrame:
    """Every number of a workbook's tables, one row each, with the cell it stands in.

    Columns: ``sheet``, ``row`` and ``column`` (counted from 1), ``cell`` (the address),
    ``line_item``, ``block``, ``heading``, ``period``, ``scenario``, ``amount``, ``unit``,
    ``scale``, ``kind`` (``amount``, or ``percentage``: 3.6 % is 0.036) and ``text_number``. Blank
    cells have no row; a cell that holds 0 has one. ``password`` opens an encrypted workbook. Raises
    ``InputError``.
    """
    from workbooks.reader import read_workbook

    workbook = read_workbook(Path(path), password=password)
    from workbooks.frames import tidy

    return tidy(workbook)


def check(
    path: str | PathLike[str],
    *,
    report: str | PathLike[str] | None = None,
    lang: Literal["fi", "sv", "en"] | None = None,
    tolerance: float | None = None,
    materiality: float | str | None = None,
    select: tuple[str, ...] | list[str] | None = None,
    ignore: tuple[str, ...] | list[str] | None = None,
    config: str | PathLike[str] | None = None,
    password: str | None = None,
    previous: str | PathLike[str] | None = None,
) -> Outcome:
    """Check a workbook and return what was found; nothing is printed.

    ``report`` is where an Excel report is written; without it none is. ``previous`` is an earlier
    report, whose decisions are then found in ``finding.decision``. The other options are those
    of ``crossfoot check``; what is not given comes from ``config``, else from the settings file
    that the command line would find too. ``password`` opens an encrypted workbook. Findings are in
    ``outcome.findings``, what is behind them in ``outcome.root_causes``, every check in
    ``outcome.ledger.frame()``; for Great Expectations see ``rules.suite``.

    Raises ``InputError`` for the workbook, ``audit.errors.SettingsError`` for the options and
    ``audit.errors.OutputError`` for the report.
    """
    from audit.pipeline import check_workbook
    from audit.settings import resolve_settings

    file = Path(path)
    given = {
        "report": report is not None,
        "lang": lang,
        "tolerance": tolerance,
        "materiality": materiality,
        "select": select,
        "ignore": ignore,
        "gx": False,
    }
    settings, settings_file = resolve_settings(
        file.parent, given, Path(config) if config is not None else None
    )
    run = check_workbook(
        file,
        settings,
        output=Path(report) if report is not None else None,
        settings_file=settings_file,
        password=password,
        previous=Path(previous) if previous is not None else None,
    )
    return run.outcome


def tie(
    this: str | PathLike[str],
    last: str | PathLike[str],
    *,
    report: str | PathLike[str] | None = None,
    lang: Literal["fi", "sv", "en"] | None = None,
    tolerance: float | None = None,
    config: str | PathLike[str] | None = None,
) -> TieOutcome:
    """Compare a workbook with last year's, its detail or another version; nothing is printed.

    ``report`` is where an Excel report is written; without it none is. Figures that changed and
    lines that are missing or new are in ``result.outcome.findings``, what was compared with what in
    ``result.tied``. Raises as ``check`` does.
    """
    from audit.settings import resolve_settings
    from audit.tying import tie_workbooks

    file = Path(this)
    given = {"report": report is not None, "lang": lang, "tolerance": tolerance}
    settings, settings_file = resolve_settings(
        file.parent, given, Path(config) if config is not None else None
    )
    run = tie_workbooks(
        file,
        Path(last),
        settings,
        output=Path(report) if report is not None else None,
        settings_file=settings_file,
    )
    return run.result
