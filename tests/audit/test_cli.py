"""The command line: exit codes, one line for each refusal, what goes where."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from audit import VERSION
from audit.pipeline import REPORT_MARK
from audit.settings import described
from reports.findings_layout import TABLE_NAME
from rules.model import Crash, Severity
from tests.audit.conftest import Rooms, run

ONE_LINE = re.compile(r"crossfoot: [^\n]+\n")


def test_a_clean_workbook_prints_its_summary_and_writes_its_report(
    rooms: Rooms, book: Path
) -> None:
    result = run("check", book)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "Summary" in result.stdout
    assert sorted(path.name for path in book.parent.iterdir()) == [
        "budget.crossfoot.xlsx",
        "budget.xlsx",
    ]


@pytest.mark.parametrize(
    ("found", "threshold", "code"),
    [
        ((Severity.ERROR,), None, 1),
        ((Severity.WARNING,), None, 1),
        ((Severity.NOTE,), None, 0),
        ((Severity.NOTE,), "note", 1),
        ((Severity.WARNING, Severity.NOTE), "error", 0),
        ((Severity.ERROR,), "error", 1),
    ],
)
def test_exit_code_follows_the_threshold(
    rooms: Rooms, book: Path, found: tuple[Severity, ...], threshold: str | None, code: int
) -> None:
    rooms.find(*found)
    result = run("check", book, *(["--fail-on", threshold] if threshold else []))
    assert result.exit_code == code


def test_json_is_alone_on_standard_output(rooms: Rooms, book: Path) -> None:
    result = run("check", book, "--format", "json")
    assert result.stdout_bytes == b'{"schema": "crossfoot/1"}\n'
    assert book.with_name("budget.crossfoot.xlsx").exists()


@pytest.mark.parametrize(
    ("form", "start"),
    [("sarif", "{"), ("html", "<!DOCTYPE html>"), ("github", ""), ("json", "{")],
)
def test_every_format_is_alone_on_standard_output(
    rooms: Rooms, book: Path, form: str, start: str
) -> None:
    result = run("check", book, "--format", form)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith(start)
    assert "Summary: " not in result.stdout


def test_a_file_alone_is_checked(rooms: Rooms, book: Path) -> None:
    assert "Summary" in run(book).stdout


def test_no_report_writes_nothing(rooms: Rooms, book: Path) -> None:
    assert run("check", book, "--no-report").exit_code == 0
    assert list(book.parent.iterdir()) == [book]


def test_quiet_prints_nothing(rooms: Rooms, book: Path) -> None:
    rooms.find(Severity.ERROR)
    result = run("check", book, "--quiet")
    assert (result.exit_code, result.output) == (1, "")


def test_verbose_shows_the_stages_on_standard_error(rooms: Rooms, book: Path) -> None:
    result = run("check", book, "--verbose")
    stages = re.findall(r"s  (.+)", result.stderr)
    assert stages == ["reading the workbook", "checking", "writing"]
    finnish = re.findall(r"s  (.+)", run("check", book, "--verbose", "--lang", "fi").stderr)
    assert finnish == ["työkirjan luku", "tarkistus", "kirjoitus"]
    assert "Summary" in result.stdout


def test_the_settings_file_beside_the_workbook_is_used(rooms: Rooms, book: Path) -> None:
    (book.parent / "crossfoot.toml").write_text("report = false\nfail-on = 'note'\n")
    rooms.find(Severity.NOTE)
    assert run("check", book).exit_code == 1
    assert not book.with_name("budget.crossfoot.xlsx").exists()
    assert run("check", book, "--report", "--fail-on", "warning").exit_code == 0
    assert book.with_name("budget.crossfoot.xlsx").exists()


def test_problems_of_settings_are_one_line_each(rooms: Rooms, book: Path) -> None:
    file = book.parent / "crossfoot.toml"
    file.write_text("lang = 'de'\nzebra = 1\n")
    result = run("check", book, "--tolerance", "-3")
    assert (result.exit_code, result.stdout) == (2, "")
    first, second, third = result.stderr.splitlines()
    assert first.startswith(f"crossfoot: {file}:1: lang: ")
    assert second.startswith(f"crossfoot: {file}:2: ")
    assert third.startswith("crossfoot: --tolerance: ")


REFUSALS = {
    "no such file": (["check", "none.xlsx"], "none.xlsx"),
    "no file named": (["check"], "check --help"),
    "unknown option": (["check", "budget.xlsx", "--zebra"], "check --help"),
    "unknown command": (["chekc"], "crossfoot --help"),
    "unknown format": (["check", "budget.xlsx", "--format", "xml"], "text, json, sarif"),
    "report over the source": (["check", "budget.xlsx", "-o", "budget.xlsx"], "itself"),
    "no such folder": (["check", "budget.xlsx", "-o", "none/r.xlsx"], "create it first"),
    "report of another kind": (["check", "budget.xlsx", "-o", "r.pdf"], ".xlsx"),
    "no such settings file": (["check", "budget.xlsx", "--config", "no.toml"], "no.toml"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_refusal_is_one_line_and_exit_2_and_no_file(
    rooms: Rooms, book: Path, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(book.parent)
    arguments, words = REFUSALS[case]
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert ONE_LINE.fullmatch(result.stderr), result.stderr
    assert words in result.stderr
    assert list(book.parent.iterdir()) == [book]
    assert book.read_bytes() == b"a workbook"


def _raises(reason: BaseException) -> Callable[..., None]:
    def raise_it(*_: object) -> None:
        raise reason

    return raise_it


@pytest.mark.parametrize("stage", ["read", "judge", "write"])
@pytest.mark.parametrize(
    ("reason", "end"),
    [
        (KeyboardInterrupt(), (130, "stopped before the end")),
        (MemoryError(), (2, "not enough memory")),
        (RecursionError(), (2, "nested too deeply")),
        (KeyError("a\nb"), (2, "a fault of the program, not of the file: KeyError")),
    ],
)
def test_whatever_stops_a_run_is_one_line_and_no_file(
    rooms: Rooms, book: Path, stage: str, reason: BaseException, end: tuple[int, str]
) -> None:
    code, words = end
    setattr(rooms, stage, _raises(reason))
    result = run("check", book)
    assert (result.exit_code, result.stdout) == (code, "")
    assert ONE_LINE.fullmatch(result.stderr), result.stderr
    assert str(book) in result.stderr
    assert words in result.stderr
    assert list(book.parent.iterdir()) == [book]


def test_verbose_shows_where_a_fault_arose(rooms: Rooms, book: Path) -> None:
    rooms.judge = _raises(KeyError("x"))
    result = run("check", book, "--verbose")
    assert result.exit_code == 2
    assert "Traceback" in result.stderr
    assert result.stderr.splitlines()[-1].startswith("crossfoot: ")


def test_a_report_that_cannot_be_written_leaves_the_earlier_one(rooms: Rooms, book: Path) -> None:
    report = book.with_name("budget.crossfoot.xlsx")
    report.write_bytes(b"earlier")
    rooms.write = _raises(PermissionError(13, "Permission denied"))
    result = run("check", book)
    assert (result.exit_code, result.stdout) == (2, "")
    assert ONE_LINE.fullmatch(result.stderr)
    assert "close it in Excel" in result.stderr
    assert report.read_bytes() == b"earlier"
    assert len(list(book.parent.iterdir())) == 2


def test_a_report_with_a_reviewers_marks_is_kept(rooms: Rooms, book: Path) -> None:
    report = book.with_name("budget.crossfoot.xlsx")
    for content in (b"marks", b"more marks"):
        report.write_bytes(content)
        result = run("check", book)
        assert result.exit_code == 0
        assert ONE_LINE.fullmatch(result.stderr)
    assert "kept as budget.crossfoot.kept-2.xlsx" in result.stderr
    assert report.read_bytes() == b"report"
    assert book.with_name("budget.crossfoot.kept-1.xlsx").read_bytes() == b"marks"
    assert book.with_name("budget.crossfoot.kept-2.xlsx").read_bytes() == b"more marks"


def test_a_report_of_ours_is_no_budget(rooms: Rooms, book: Path) -> None:
    rooms.names = {REPORT_MARK: "='Findings'!$A$1"}
    result = run("check", book)
    assert (result.exit_code, result.stdout) == (2, "")
    assert ONE_LINE.fullmatch(result.stderr)
    assert "is a report of Crossfoot" in result.stderr


def test_the_mark_of_a_report_is_what_reports_carry() -> None:
    assert REPORT_MARK == TABLE_NAME


def test_a_crashed_rule_is_told_and_the_findings_are_shown(rooms: Rooms, book: Path) -> None:
    rooms.find(Severity.ERROR)
    rooms.outcome = replace(rooms.outcome, crashes=(Crash("FT101", "Traceback …"),))
    result = run("check", book)
    assert result.exit_code == 2
    assert "Summary" in result.stdout
    assert "rule FT101 crashed" in result.stderr
    assert book.with_name("budget.crossfoot.xlsx").exists()


def test_a_name_cannot_break_the_one_line(rooms: Rooms, tmp_path: Path) -> None:
    result = run("check", tmp_path / "a\nb\x1b[31m.xlsx")
    assert result.exit_code == 2
    assert ONE_LINE.fullmatch(result.stderr)
    assert "\x1b" not in result.stderr


def test_help_names_every_setting_and_ends_clean() -> None:
    result = run("check", "--help")
    assert result.exit_code == 0
    for name, _, _setting in described():
        assert f"--{name.replace('_', '-')}" in result.stdout
    assert "Examples:" in result.stdout
    assert run("--help").exit_code == 0
    assert run("--version").stdout == f"crossfoot {VERSION}\n"


def test_no_command_shows_the_help() -> None:
    result = run()
    assert result.exit_code == 2
    assert "crossfoot check budget.xlsx" in result.output


def test_version_is_that_of_the_distribution() -> None:
    import tomllib

    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))
    assert project["project"]["version"] == VERSION
