"""Whole runs on real files, each in a process of its own where no connection can be opened."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import crossfoot
from reports import as_json
from tests.audit.conftest import run
from tests.fixtures.layouts import build

PROJECT = Path(__file__).parents[2]
LAYOUT = "expense-and-revenue-positive"

# What a run starts with: every socket refuses, also where it is opened in C.
OFFLINE = """
import sys

def refuse(event, args):
    if event.startswith("socket."):
        raise RuntimeError(f"the network was asked for: {event}")

sys.addaudithook(refuse)
from audit.cli import main
main(sys.argv[1:])
"""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    stdout: str
    stderr: str


def offline(*arguments: object, cwd: Path = PROJECT) -> Ended:
    """Run ``crossfoot`` without a network; the terminal's own language is left out."""
    done = subprocess.run(
        [sys.executable, "-c", OFFLINE, *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(PROJECT), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A small workbook with one wrong figure, in a folder of its own."""
    folder = tmp_path / "books"
    folder.mkdir()
    return build(LAYOUT, folder, planted=True).path


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_check_prints_writes_beside_the_workbook_and_leaves_it_alone(book: Path) -> None:
    before = (_digest(book), book.stat().st_mtime_ns)
    ended = offline("check", book, "--lang", "en")
    report = book.with_name(f"{book.stem}.crossfoot.xlsx")
    assert (ended.code, ended.stderr) == (1, "")
    assert str(report) in ended.stdout
    assert zipfile.is_zipfile(report)
    assert sorted(book.parent.iterdir()) == sorted([book, report])
    assert (_digest(book), book.stat().st_mtime_ns) == before


def test_the_same_input_gives_the_same_bytes_and_gx_the_same_findings(
    book: Path, tmp_path: Path
) -> None:
    outputs = []
    for name in ("there", "here"):  # in another process and in this one
        report, kept = tmp_path / f"{name}.xlsx", tmp_path / f"{name}.gx.json"
        words = ("check", book, "-o", report, "--gx", "--format", "json", "--ledger")
        if name == "there":
            ended = offline(*words)
            assert (ended.code, ended.stderr) == (1, "")
            printed = ended.stdout
        else:
            result_here = run(*words)
            assert (result_here.exit_code, result_here.stderr) == (1, "")
            printed = result_here.stdout
        outputs.append((report.read_bytes(), kept.read_text(encoding="utf-8"), printed))
    assert outputs[0] == outputs[1]
    _, kept_text, printed = outputs[0]
    result, document = json.loads(kept_text), json.loads(printed)
    assert result["meta"]["crossfoot"]["sha256"] == _digest(book)
    there = {
        (row["rule"], row["sheet"], row["cell"], row["difference"])
        for one in result["results"]
        for row in one["result"]["details"]["discrepancies"]
    }
    here = {
        (finding["rule"], finding["sheet"], finding["cell"], finding["difference"])
        for finding in document["findings"]
        if finding["verdict"] == "discrepancy"
    }
    assert here == there != set()


def test_a_report_nobody_touched_is_replaced(book: Path) -> None:
    for _ in range(2):
        ended = offline("check", book, "-q")
        assert (ended.code, ended.stdout, ended.stderr) == (1, "", "")
    assert len(list(book.parent.iterdir())) == 2


def test_json_keeps_the_contract(book: Path) -> None:
    ended = offline("check", book, "--format", "json", "--ledger", "--no-report", cwd=book.parent)
    assert (ended.code, ended.stderr) == (1, "")
    assert list(book.parent.iterdir()) == [book]
    document = json.loads(ended.stdout)
    schema = json.loads(Path(as_json.__file__).with_name("crossfoot-1.schema.json").read_text())
    Draft202012Validator(schema).validate(document)
    assert document["workbook"]["sha256"] == _digest(book)
    assert len(document["checks"]) == document["summary"]["checks"] > 0


COMMANDS = {
    "--help": 0,
    "--version": 0,
    "check --help": 0,
    "rules": 0,
    "rules --markdown": 0,
    "explain NT201": 0,
    "learn BOOK -o -": 0,
    "selftest BOOK --count 1": 0,
    "tie BOOK BOOK --no-report": 0,
    "explain ZZ999": 2,
    "check none.xlsx": 2,
    "check BOOK --format html": 1,
    "check BOOK --format sarif": 1,
    "check BOOK --format github": 1,
    "check BOOK --format text": 1,
}


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_asks_for_the_network(command: str, book: Path) -> None:
    words = [str(book) if word == "BOOK" else word for word in command.split()]
    ended = offline(*words)
    assert ended.code == COMMANDS[command], ended.stderr
    assert len(ended.stderr.splitlines()) == (1 if ended.code == 2 else 0)
    assert bool(ended.stdout) == (ended.code != 2)


def test_the_guard_of_these_tests_notices_a_connection(tmp_path: Path) -> None:
    code = OFFLINE.replace("from audit.cli import main\nmain(sys.argv[1:])", "import socket\n")
    code += "socket.create_connection(('127.0.0.1', 9))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert b"the network was asked for" in done.stderr


def test_a_terminal_without_unicode_loses_no_sign(book: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "audit.cli", "check", str(book), "--no-report", "--lang", "fi"],
        cwd=PROJECT,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, b"")
    assert b"-" in done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are text elsewhere")
@pytest.mark.parametrize("form", ["text", "json", "sarif"])
def test_a_name_that_is_no_text_is_no_hindrance(book: Path, form: str) -> None:
    odd = book.rename(book.parent / os.fsdecode(b"talousarvio \xe4.xlsx"))
    ended = run("check", odd, "--format", form)
    assert (ended.exit_code, ended.stderr) == (1, "")
    assert "talousarvio ?" in ended.stdout or "talousarvio%20%3F" in ended.stdout
    assert (book.parent / os.fsdecode(b"talousarvio \xe4.crossfoot.xlsx")).exists()


def test_python_gives_what_the_command_line_gives(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (book.parent / "crossfoot.toml").write_text("ignore = 'XF'\ngx = true\n")
    outcome = crossfoot.check(book, lang="en")
    document = json.loads(offline("check", book, "--format", "json", "--no-gx").stdout)
    assert [f.id for f in outcome.findings] == [f["id"] for f in document["findings"]]
    assert len(outcome.ledger) == document["summary"]["checks"]
    assert capsys.readouterr() == ("", "")
    report = book.with_name("own.xlsx")
    crossfoot.check(str(book), report=str(report), select=["NT"], materiality=1e9)
    assert zipfile.is_zipfile(report)
    assert not list(book.parent.glob("*.json"))


def test_python_reads_a_workbook_in_two_lines(book: Path) -> None:
    figures = crossfoot.read(book)
    assert {"sheet", "row", "column", "line_item", "period", "scenario", "amount", "unit"} <= set(
        figures.columns
    )
    outcome = crossfoot.check(book)
    assert len(figures) == outcome.figures
    places = set(zip(figures["sheet"], figures["row"], figures["column"], strict=True))
    assert outcome.proved <= places


def test_python_refuses_like_the_command_line(tmp_path: Path) -> None:
    with pytest.raises(crossfoot.InputError, match=r"none\.xlsx does not exist"):
        crossfoot.check(tmp_path / "none.xlsx")
    with pytest.raises(crossfoot.InputError, match=r"none\.xlsx does not exist"):
        crossfoot.read(tmp_path / "none.xlsx")


def test_a_reader_that_goes_away_is_no_fault(book: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "audit.cli", "check", str(book), "--format", "html", "--no-report"],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(60) == 2
    process.stderr.close()
