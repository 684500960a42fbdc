"""A report read back: its findings and what a reviewer wrote beside them.

Headings, statuses and movements are known by their words in every language, in any case, so that
it does not matter in which language the report was made, nor how the reviewer sorted it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from reports.catalogue import LANGUAGES
from reports.dates import iso_of
from reports.errors import NotAReportError
from reports.findings_layout import EARLIER_NAME, FIXED_BEFORE, MOVEMENTS, STATUSES, TABLE_NAME
from reports.words import Words
from rules.model import Decision, EarlierFinding, Movement, Status
from workbooks.grid import Kind, Workbook
from workbooks.refs import a1, area_of, quoted, sheet_of

_NEEDED = ("head.id", "head.rule", "head.place", "head.label", "head.column", "head.status")
_HELPFUL = (
    *("head.number", "head.sheet", "head.reported", "head.recomputed", "head.difference"),
    *("head.reviewer", "head.date", "head.comment", "head.movement"),
)
_FINDING = "F-"  # what the fingerprint of a finding begins with; root causes have others
_OPEN = Decision(Status.OPEN)


@dataclass(frozen=True, slots=True)
class EarlierReport:
    """What an earlier report says."""

    file: str
    sha256: str
    findings: tuple[EarlierFinding, ...]
    gone: tuple[EarlierFinding, ...]  # of reports before it, not found any more by then
    unknown: tuple[tuple[str, str], ...]  # address and text of a status that is none: left open


def earlier_report(workbook: Workbook) -> EarlierReport:
    """The findings of a report, as ``read_workbook(path, behind=NAMES)`` gives it.

    Raises ``NotAReportError`` where the workbook is none, or lacks what is needed.
    """
    if TABLE_NAME not in workbook.names:
        raise NotAReportError(
            f"{workbook.file} is no report of Crossfoot; "
            "name the .crossfoot.xlsx of the time before."
        )
    table = _Table(workbook, TABLE_NAME)
    gone: tuple[EarlierFinding, ...] = ()
    if EARLIER_NAME in workbook.names:
        gone = tuple(_Table(workbook, EARLIER_NAME).findings())
    findings = tuple(table.with_causes())
    return EarlierReport(
        workbook.file, workbook.sha256, findings, gone, tuple(dict.fromkeys(table.unknown))
    )


NAMES = (TABLE_NAME, EARLIER_NAME)  # the sheets behind these names are all that is needed


def _spoken(keys: Iterable[str]) -> dict[str, str]:
    """Every word for ``keys`` in every language, as ``_plain`` has it, with its key."""
    spoken: dict[str, str] = {}
    for language in LANGUAGES:
        words = Words(language)
        for key in keys:
            spoken.setdefault(_plain(words.say(key)), key)
    return spoken


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .!")


class _Table:
    """One table of a report, found by its defined name."""

    def __init__(self, workbook: Workbook, name: str) -> None:
        self._workbook = workbook
        reference = workbook.names[name]
        sheet = sheet_of(reference)
        grid = next((grid for grid in workbook.grids if grid.name == sheet), None)
        try:
            area = area_of(reference)
        except ValueError:
            grid = None
        if grid is None:
            raise NotAReportError(
                f"{workbook.file} has lost the table of its findings; "
                "take the report as Crossfoot wrote it, with your decisions."
            )
        self._grid, self._header = grid, area.first_row
        self._columns = self._headings()
        self._statuses = {
            text: Status(key.partition(".")[2]) for text, key in _spoken(STATUSES.values()).items()
        }
        moves = _spoken((*MOVEMENTS.values(), FIXED_BEFORE))
        by_key = {key: movement for movement, key in MOVEMENTS.items()}
        self._moves = {text: by_key.get(key, Movement.FIXED) for text, key in moves.items()}
        self.unknown: list[tuple[str, str]] = []

    def findings(self) -> Iterator[EarlierFinding]:
        """Its findings, one after the other."""
        for _, finding in self._rows():
            yield finding

    def with_causes(self) -> Iterator[EarlierFinding]:
        """Its findings; one without a decision of its own has that of its root cause."""
        rows = list(self._rows())
        causes = {number: decision for number, decision in self._causes() if decision != _OPEN}
        for number, finding in rows:
            cause = causes.get(number.partition(".")[0])
            if cause is not None and finding.decision.status is Status.OPEN:
                yield replace(finding, decision=_filled(finding.decision, cause))
            else:
                yield finding

    def _headings(self) -> dict[str, int]:
        """The column of each heading. The words for sheet and row are those of every language."""
        spoken = _spoken((*_NEEDED, *_HELPFUL))
        columns: dict[str, int] = {}
        for column in range(1, self._grid.last_column + 1):
            key = spoken.get(_plain(self._text(self._header, column)))
            if key is not None:
                columns.setdefault(key, column)
        for key in _NEEDED:
            if key not in columns:
                names = " / ".join(Words(language).say(key) for language in LANGUAGES)
                raise NotAReportError(
                    f"{self._workbook.file} has lost the column {names} of its findings; "
                    "take the report as Crossfoot wrote it, with your decisions."
                )
        return columns

    def _rows(self) -> Iterator[tuple[str, EarlierFinding]]:
        """The number and the finding of each row that has one."""
        for row in range(self._header + 1, self._grid.last_row + 1):
            identity = self._at(row, "head.id")
            if not identity.startswith(_FINDING):
                continue
            sheet, _, cell = self._at(row, "head.place").rpartition("!")
            yield (
                self._at(row, "head.number"),
                EarlierFinding(
                    id=identity,
                    rule=self._at(row, "head.rule"),
                    sheet=self._at(row, "head.sheet") or sheet_of(f"{sheet}!{cell}"),
                    cell=cell,
                    label=self._at(row, "head.label"),
                    column=self._at(row, "head.column"),
                    reported=self._number(row, "head.reported"),
                    recomputed=self._number(row, "head.recomputed"),
                    difference=self._number(row, "head.difference"),
                    decision=self._decision(row),
                    movement=self._moves.get(_plain(self._at(row, "head.movement"))),
                ),
            )

    def _causes(self) -> Iterator[tuple[str, Decision]]:
        """The number of each root cause, and what was decided on it."""
        for row in range(self._header + 1, self._grid.last_row + 1):
            number, identity = self._at(row, "head.number"), self._at(row, "head.id")
            if identity and not identity.startswith(_FINDING):
                yield number, self._decision(row)

    def _decision(self, row: int) -> Decision:
        typed = self._at(row, "head.status")
        status = self._statuses.get(_plain(typed), Status.OPEN)
        if typed.strip() and _plain(typed) not in self._statuses:
            place = f"{quoted(self._grid.name)}!{a1(row, self._columns['head.status'])}"
            self.unknown.append((place, typed.strip()))
        return Decision(
            status,
            self._at(row, "head.reviewer").strip(),
            self._at(row, "head.date").strip(),
            self._at(row, "head.comment").strip(),
        )

    def _at(self, row: int, key: str) -> str:
        column = self._columns.get(key)
        return "" if column is None else self._text(row, column)

    def _text(self, row: int, column: int) -> str:
        """What a cell says: a text as it is, a date as ISO writes it, a number in short."""
        grid, at = self._grid, self._grid.index(row, column)
        if at < 0:
            return ""
        if at in grid.texts:
            return grid.texts[at]
        number = float(grid.numbers[at])
        if grid.kinds[at] == Kind.DATE:
            return iso_of(number, date_1904=self._workbook.date_1904)
        return f"{number:.15g}" if number == number else ""  # noqa: PLR0124  # not a number

    def _number(self, row: int, key: str) -> float | None:
        column = self._columns.get(key)
        at = -1 if column is None else self._grid.index(row, column)
        if at < 0 or self._grid.kinds[at] not in (Kind.AMOUNT, Kind.PERCENTAGE):
            return None
        return float(self._grid.numbers[at])


def _filled(own: Decision, cause: Decision) -> Decision:
    """The decision on a root cause for a finding of it, whose own words stay."""
    return Decision(
        cause.status,
        own.reviewer or cause.reviewer,
        own.date or cause.date,
        own.comment or cause.comment,
    )
