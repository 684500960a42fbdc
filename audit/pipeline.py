"""The order of work of one check: read, audit, write; each stage timed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from audit import VERSION
from audit.annotating import Copy, copy_path
from audit.errors import InputError
from audit.outputs import (
    PAGE_SUFFIX,
    VALIDATION_SUFFIX,
    beside,
    default_report,
    refuse_as_output,
)
from audit.packs import loaded_packs, pack_evidence, residents_of
from audit.rule_files import LoadedRules, loaded_rules
from audit.settings import Settings
from audit.writing import Wanted, write_files

if TYPE_CHECKING:
    from datetime import date

    from reports.facts import ReportFacts
    from reports.words import Words
    from rules.outcome import Outcome
    from rules.settings import RuleSettings
    from rules.suite import Validation
    from workbooks.grid import Workbook
    from workbooks.package import Limits

Progress = Callable[[str, float], None]

REPORT_MARK = "crossfoot_findings"  # the defined name that every report of ours carries


@dataclass(frozen=True, slots=True)
class Run:
    """One finished check: what was found, which files were written, how long each stage took."""

    path: Path  # of the workbook, as it was given
    outcome: Outcome
    workbook: Workbook
    settings: Settings
    facts: ReportFacts
    seconds: dict[str, float]  # stage -> wall-clock time, in the order of work
    report: Path | None = None
    validation: Path | None = None  # the Great Expectations result, when it was asked for
    kept: Path | None = None  # an earlier report that a person had edited, under its new name
    remarks: tuple[str, ...] = ()  # on the run itself, a sentence each
    copy: Copy | None = None  # the annotated copy, when it was asked for
    page: Path | None = None  # the report as an HTML page, when it was asked for

    @property
    def is_flagged(self) -> bool:
        """Whether a finding that nobody accepted is at or above the threshold of the settings."""
        from rules.model import Severity

        return bool(self.outcome.open_at_least(Severity(self.settings.fail_on)))

    def lapsed_waivers(self) -> list[str]:
        """A sentence on each waiver of the settings that accepts nothing in this run."""
        from reports.sentences import waiver_text
        from rules.model import WaiverState

        words = words_of(self.outcome, self.settings)
        lapsed = [use for use in self.outcome.waivers if use.state is not WaiverState.USED]
        return [waiver_text(words, use) for use in lapsed]


def check_workbook(
    path: Path,
    settings: Settings,
    *,
    output: Path | None = None,
    settings_file: Path | None = None,
    password: str | None = None,
    previous: Path | None = None,
    progress: Progress | None = None,
    annotate: Path | Literal[True] | None = None,
    html: Path | Literal[True] | None = None,
) -> Run:
    """Check the workbook at ``path`` and write what ``settings`` ask for.

    ``output`` is the path of the report, by default ``default_report(path)``; ``previous`` is an
    earlier report, whose decisions are carried on; ``password`` opens an encrypted workbook and is
    kept nowhere; ``annotate`` and ``html`` are the paths of an annotated copy and of the report as
    an HTML page, ``True`` for the default one.
    Raises ``InputError`` and ``OutputError``; then nothing was written and a report of an earlier
    run stays as it was.
    """
    report = output if output is not None else default_report(path)
    if settings.report or settings.gx:
        refuse_as_output(report, path)
    page = beside(report, PAGE_SUFFIX) if html is True else html
    if page is not None:
        refuse_as_output(page, path, suffix=PAGE_SUFFIX, what="a page of HTML")
    watch = _Stopwatch()
    declared = loaded_rules(settings.rules) if settings.rules is not None else None
    earlier = None
    if previous is not None:
        from audit.previous import read_earlier, undecided

        with watch("previous"):
            earlier = read_earlier(previous)
    with watch("read"):
        workbook = read_book(path, password, limits_of(settings), progress)
    copy_to = copy_path(path, workbook, annotate, report if settings.report else None)
    with watch("audit"):
        from rules.runner import audit

        outcome = audit(workbook, rule_settings(settings, declared), progress)
        if settings.waivers:
            from rules.waivers import with_waivers

            outcome = with_waivers(outcome, settings.waivers, today())
    if earlier is not None:
        with watch("compare"):
            from audit.review import reviewed

            sheets = [grid.name for grid in workbook.grids]
            outcome = reviewed(outcome, earlier, sheets, rule_settings(settings).wants)
    validation: Validation | None = None
    if settings.gx:
        with watch("validate"):
            from rules.suite import validate_ledger

            validation = validate_ledger(outcome.ledger, tolerance=settings.tolerance)
    facts = report_facts(path, settings, settings_file, validation, declared)
    if settings.timed:
        facts = replace(facts, duration=round(sum(watch.seconds.values()), 2))
    wanted = Wanted(
        report=report if settings.report else None,
        validation=beside(report, VALIDATION_SUFFIX) if validation is not None else None,
        copy=copy_to,
        page=page,
    )
    with watch("write"):
        kept, copy = write_files(
            wanted, path, outcome, workbook, words_of(outcome, settings), facts, validation
        )
    remarks = () if earlier is None else tuple(undecided(earlier))
    remarks += unmet_choices(settings, workbook, words_of(outcome, settings))
    return Run(
        path,
        outcome,
        workbook,
        settings,
        facts,
        watch.seconds,
        report=wanted.report,
        validation=wanted.validation,
        kept=kept,
        remarks=remarks,
        copy=copy,
        page=page,
    )


def read_book(
    path: Path, password: str | None, limits: Limits, progress: Progress | None = None
) -> Workbook:
    """The workbook at ``path``; a report of ours is none. Raises ``InputError``."""
    from workbooks.reader import read_workbook

    workbook = read_workbook(path, password=password, limits=limits, progress=_by_sheet(progress))
    workbook = replace(workbook, file=in_unicode(workbook.file))
    if REPORT_MARK in workbook.names:
        raise InputError(
            f"{path.name} is a report of Crossfoot; check the workbook it was made from."
        )
    return workbook


def printed(run: Run, *, colour: bool = False) -> str:
    """What a run prints on standard output, in the format of its settings."""
    outcome, words = run.outcome, words_of(run.outcome, run.settings)
    path = in_unicode(run.path.as_posix())
    match run.settings.format:
        case "json":
            from reports.as_json import as_json

            return as_json(outcome, words, ledger=run.settings.ledger)
        case "sarif":
            from reports.as_sarif import as_sarif

            return as_sarif(outcome, words, VERSION, path)
        case "github":
            from reports.as_github import as_github

            return as_github(outcome, words, path)
        case "html":
            from reports.as_html import as_html

            return as_html(outcome, run.workbook, words, run.facts)
        case _:
            from reports.as_text import as_text

            report = in_unicode(str(run.report)) if run.report is not None else None
            return as_text(outcome, words, report, colour=colour)


def today() -> date:
    """The day that waivers are held against; the one place where a run asks for it."""
    from datetime import date

    return date.today()


def in_unicode(name: str) -> str:
    """A file name as text: bytes that are no text, which Linux allows, become ``?``."""
    return name.encode("utf-8", "replace").decode("utf-8")


def copy_lines(run: Run) -> list[str]:
    """What is said of the HTML page and the annotated copy, a line each."""
    words = words_of(run.outcome, run.settings)
    page = [words.say("html.path", path=in_unicode(str(run.page)))] if run.page is not None else []
    return page + (run.copy.lines(words) if run.copy is not None else [])


def words_of(outcome: Outcome, settings: Settings) -> Words:
    """The language of summary and report: as asked for, else the workbook's own."""
    from reports.words import Words

    return Words(settings.lang or outcome.language)


def report_facts(
    path: Path,
    settings: Settings,
    settings_file: Path | None,
    validation: Validation | None,
    declared: LoadedRules | None = None,
) -> ReportFacts:
    """What the report states about the run. No clock, so that the same input gives the same bytes:
    the time is that of the workbook's last change."""
    from datetime import UTC, datetime

    from reports.facts import GxResult, ReportFacts

    modified = None
    with suppress(OSError):  # gone in the meantime
        modified = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    result = None
    if validation is not None:
        result = GxResult(validation.version, validation.expectations, validation.failed)
    lines = list(settings.evidence())
    if settings_file is not None:
        lines.append(f"settings file = {settings_file.name}")
    if declared is not None:
        lines.append(f"rules = {declared.path.name} (SHA-256 {declared.sha256})")
    lines += pack_evidence(settings.pack)
    return ReportFacts(
        version=VERSION,
        settings=tuple(lines),
        rule_set=rule_set_sha256(),
        modified=modified,
        gx=result,
    )


def rule_set_sha256() -> str:
    """A hash over the source of all rules: two reports with the same one were judged alike."""
    import hashlib

    import rules

    folder = Path(rules.__path__[0])
    digest = hashlib.sha256()
    for file in sorted(path for end in ("*.py", "*.yaml") for path in folder.rglob(end)):
        digest.update(file.relative_to(folder).as_posix().encode())
        digest.update(file.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def _by_sheet(progress: Progress | None) -> Callable[[str, int, int], None] | None:
    """Progress as the reader tells it: before each sheet, its name, number and their count."""
    if progress is None:
        return None
    return lambda name, number, count: progress(f"reading {name}", (number - 1) / count)


def limits_of(settings: Settings) -> Limits:
    """The part of the settings that the reader knows."""
    from workbooks.package import MEBIBYTE, Limits

    return Limits(
        max_cells=settings.max_cells,
        max_file_bytes=settings.max_file_mb * MEBIBYTE,
        max_unpacked_bytes=settings.max_unpacked_mb * MEBIBYTE,
        child_seconds=settings.max_seconds,
        child_bytes=settings.max_memory_mb * MEBIBYTE,
    )


def rule_settings(settings: Settings, declared: LoadedRules | None = None) -> RuleSettings:
    """The part of the settings that the rules know."""
    from rules.settings import RuleSettings

    return RuleSettings(
        tolerance=settings.tolerance,
        materiality=settings.materiality,
        select=settings.select,
        ignore=settings.ignore,
        rules=declared.rules if declared is not None else None,
        infers=declared is None or settings.infer,
        packs=loaded_packs(settings.pack),
        residents=residents_of(settings.population),
        search_budget=settings.search_budget,
    )


def unmet_choices(settings: Settings, workbook: Workbook, words: Words) -> tuple[str, ...]:
    """A sentence on each rule selected or ignored for a sheet that the workbook does not have.

    A choice that does nothing, for instance after a sheet was renamed, must not pass unseen.
    """
    entries = rule_settings(settings).unmet(grid.name for grid in workbook.grids)
    chosen = [("select" if entry in settings.select else "ignore", entry) for entry in entries]
    return tuple(words.say("choice.no_sheet", choice=f"{how} {entry!r}") for how, entry in chosen)


class _Stopwatch:
    """Wall-clock seconds per stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.seconds[stage] = time.perf_counter() - started
