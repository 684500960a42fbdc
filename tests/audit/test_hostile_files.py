"""Every hostile file: checked, or refused with one sentence, in bounded time and memory."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from pyexpat import ParserCreate

import openpyxl
import pytest

from tests.fixtures.hostile import HOSTILE, READ, REFUSED

PROJECT = Path(__file__).parents[2]
SECONDS = 20.0  # of processor time; by far the most take less than one
MEGABYTES = 1000  # resident, at most at a time
CHILDS_MEGABYTES = 2100  # of a process beside that reads an old format, as max-memory-mb has it
SPACE = 3 << 30  # bytes of addresses
LARGE = 200_000  # bytes of a report

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here"),
    pytest.mark.filterwarnings("ignore::UserWarning:openpyxl"),
]

# A process with everything imported that makes a copy of itself for each file: as good as a new
# run of the command, and ten times as fast.
MOTHER = f"""
import json, os, resource, sys
import audit.cli, audit.pipeline, reports.excel_report, rules.runner, workbooks.reader
for line in sys.stdin:
    task = json.loads(line)
    child = os.fork()
    if child == 0:
        for number, path in enumerate(("/dev/null", task["said"], task["complained"])):
            os.dup2(os.open(path, os.O_RDWR | os.O_CREAT), number)
        resource.setrlimit(resource.RLIMIT_AS, ({SPACE}, {SPACE}))
        resource.setrlimit(resource.RLIMIT_CPU, ({int(SECONDS) + 10}, {int(SECONDS) + 20}))
        code = 99
        try:
            audit.cli.main(task["arguments"])
        except SystemExit as end:
            code = end.code or 0
        finally:
            sys.stdout.flush()
            os._exit(code)
    _, status, used = os.wait4(child, 0)
    answer = [os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss]
    print(json.dumps(answer), flush=True)
"""


@dataclass(frozen=True)
class Ended:
    code: int
    complaints: list[str]
    seconds: float
    megabytes: float


class Mother:
    """Runs the command in copies of one process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process = subprocess.Popen(
            [sys.executable, "-c", MOTHER],
            env={**os.environ, "PYTHONPATH": str(PROJECT), "OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: object) -> Ended:
        said, complained = self._folder / "said", self._folder / "complained"
        for file in (said, complained):
            file.unlink(missing_ok=True)
        task = {
            "arguments": [str(argument) for argument in arguments],
            "said": str(said),
            "complained": str(complained),
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(task) + "\n")
        self._process.stdin.flush()
        code, seconds, kilobytes = json.loads(self._process.stdout.readline())
        lines = complained.read_text(encoding="utf-8", errors="replace").splitlines()
        assert "Traceback" not in said.read_text(encoding="utf-8", errors="replace")
        return Ended(code, lines, seconds, kilobytes / 1024)

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)


@pytest.fixture(scope="module")
def mother(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mother]:
    started = Mother(tmp_path_factory.mktemp("mother"))
    yield started
    started.close()


def assert_opens(report: Path) -> None:
    """A program can open the report; for one of many cells the zip and its XML have to do."""
    if report.stat().st_size < LARGE:
        openpyxl.load_workbook(report)
        return
    with zipfile.ZipFile(report) as package:
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                ParserCreate().Parse(package.read(name), True)


@pytest.mark.parametrize("name", HOSTILE)
def test_checked_or_refused(name: str, mother: Mother, tmp_path: Path) -> None:
    maker, fate = HOSTILE[name]
    path, report = tmp_path / name, tmp_path / "out" / "report.xlsx"
    report.parent.mkdir()
    path.write_bytes(maker())
    before = hashlib.sha256(path.read_bytes()).digest()
    ended = mother.run("check", path, "-o", report)
    assert ended.code in (0, 1, 2), ended
    if ended.code == 2:
        assert len(ended.complaints) == 1, ended
        sentence = ended.complaints[0]
        assert sentence.startswith(f"crossfoot: {name} "), sentence
        assert "fault of the program" not in sentence
        assert list(report.parent.iterdir()) == []
    else:
        assert ended.complaints == []
        assert list(report.parent.iterdir()) == [report]
        assert_opens(report)
    assert fate != READ or ended.code != 2, ended
    assert fate != REFUSED or ended.code == 2, ended
    assert ended.seconds < SECONDS, ended
    is_old = name.endswith((".xls", ".xlsb", ".ods"))
    assert ended.megabytes < (CHILDS_MEGABYTES if is_old else MEGABYTES), ended
    assert hashlib.sha256(path.read_bytes()).digest() == before
    assert sorted(tmp_path.iterdir()) == sorted((path, report.parent))


def test_an_encrypted_workbook_with_the_right_and_a_wrong_password(
    mother: Mother, tmp_path: Path
) -> None:
    path = tmp_path / "encrypted.xlsx"
    path.write_bytes(HOSTILE[path.name][0]())
    right = mother.run("check", path, "-o", tmp_path / "r.xlsx", "--password", "word")
    assert (right.code, right.complaints) == (0, [])
    wrong = mother.run("check", path, "-o", tmp_path / "w.xlsx", "--password", "Word")
    assert wrong.code == 2
    assert wrong.complaints == [
        "crossfoot: encrypted.xlsx is encrypted, and the password is not the right one; "
        "check the password."
    ]
    assert not (tmp_path / "w.xlsx").exists()
