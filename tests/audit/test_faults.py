"""What goes wrong outside the workbook: nothing half-written, one sentence, the right exit code."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from reports.scratch import PREFIX, scratch_in
from tests.fixtures.layouts import build

PROJECT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX")

# The command, with {prelude} run first.
COMMAND = """
import os, signal, sys
{prelude}
from audit.cli import main
main(sys.argv[1:])
"""

# While the report is half made, this happens.
DURING = """
from reports import writer
close = writer.Book.close
def interrupted(book):
    close(book)
    {act}
writer.Book.close = interrupted
"""


class Desk:
    """A folder with a workbook, and an empty one for temporary files."""

    def __init__(self, folder: Path, temporary: Path) -> None:
        folder.mkdir(exist_ok=True)
        temporary.mkdir()
        self.folder = folder
        self.book = build("expense-and-revenue-positive", folder, planted=True).path
        self.report = self.book.with_name(f"{self.book.stem}.crossfoot.xlsx")
        self._temporary = temporary
        self._source = self._digest()

    def _digest(self) -> tuple[str, int]:
        content = self.book.read_bytes()
        return hashlib.sha256(content).hexdigest(), self.book.stat().st_mtime_ns

    def start(self, *arguments: object, prelude: str = "") -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", COMMAND.format(prelude=prelude), *map(str, arguments)],
            env={**os.environ, "PYTHONPATH": str(PROJECT), "TMPDIR": str(self._temporary)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: object, prelude: str = "") -> tuple[int, str]:
        """The exit code and standard error of ``check``."""
        process = self.start("check", self.book, *arguments, prelude=prelude)
        _, errors = process.communicate(timeout=120)
        return process.returncode, errors

    def others(self) -> list[str]:
        """What lies in the folder beside the workbook."""
        return sorted(path.name for path in self.folder.iterdir() if path != self.book)

    def assert_untouched(self) -> None:
        assert self._digest() == self._source
        assert list(self._temporary.iterdir()) == []


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "books", tmp_path / "tmp")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 kB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", place], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("this user may not mount a small disk")
    yield place
    subprocess.run(["umount", place], check=True)


def _is_one_sentence(errors: str, *parts: str) -> bool:
    return errors.count("\n") == 1 and all(part in errors for part in parts)


def test_a_full_disk(desk: Desk, small_disk: Path) -> None:
    full = small_disk / "report.xlsx"
    (small_disk / "filler").write_bytes(b"x" * 60_000)
    code, errors = desk.run("-o", full)
    assert code == 2
    assert _is_one_sentence(errors, f"{full} cannot be written, there is no space left; free some")
    assert [path.name for path in small_disk.iterdir()] == ["filler"]
    desk.assert_untouched()


def test_a_full_disk_leaves_the_earlier_report(desk: Desk) -> None:
    assert desk.run()[0] == 1
    before = desk.report.read_bytes()
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (6000, 6000))"
    code, errors = desk.run(prelude=limit)
    assert code == 2
    assert _is_one_sentence(errors, f"{desk.report} cannot be written, there is no space left")
    assert desk.report.read_bytes() == before
    assert desk.others() == [desk.report.name]
    desk.assert_untouched()


def test_a_disk_that_may_only_be_read(desk: Desk, small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    code, errors = desk.run("-o", small_disk / "report.xlsx")
    assert code == 2
    assert _is_one_sentence(errors, "is closed to you; name another")
    desk.assert_untouched()


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_stopped_while_writing(desk: Desk, number: signal.Signals, code: int) -> None:
    act = f"os.kill(os.getpid(), {int(number)})"
    ended, errors = desk.run(prelude=DURING.format(act=act))
    assert ended == code
    assert _is_one_sentence(errors, f"{desk.book}: stopped before the end; run it again")
    assert desk.others() == []
    desk.assert_untouched()


# The audit never ends.
ENDLESS = """
from rules import runner
def endless(*_, **__):
    while True:
        try:
            sum(range(1000))
        except Exception:
            pass
runner.audit = endless
"""


def test_a_check_that_runs_out_of_time(desk: Desk) -> None:
    code, errors = desk.run("--time-limit", 1, prelude=ENDLESS)
    assert code == 2
    assert _is_one_sentence(errors, f"{desk.book}: not done within 1 s; ", "setting time-limit")
    assert desk.others() == []
    desk.assert_untouched()


def test_time_that_runs_out_while_writing_leaves_nothing(desk: Desk) -> None:
    act = "import time; time.sleep(30)"
    code, errors = desk.run("--time-limit", 3, prelude=DURING.format(act=act))
    assert code == 2
    assert _is_one_sentence(errors, "not done within 3 s")
    assert desk.others() == []
    desk.assert_untouched()


def test_a_run_within_its_time_is_not_disturbed(desk: Desk) -> None:
    assert desk.run("--time-limit", 60) == (1, "")
    assert desk.others() == [desk.report.name]


@pytest.mark.parametrize("command", ["learn", "tie", "selftest"])
def test_the_other_commands_run_out_of_time_too(desk: Desk, command: str) -> None:
    (desk.folder / "crossfoot.toml").write_text("time-limit = 1\n")
    endless = ENDLESS.replace("from rules import runner", "from workbooks import reader as runner")
    endless = endless.replace("runner.audit", "runner.read_workbook")
    arguments = [command, desk.book, *([desk.book] if command == "tie" else [])]
    process = desk.start(*arguments, prelude=endless)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 2
    assert _is_one_sentence(errors, f"{desk.book}: not done within 1 s; ")
    assert desk.others() == ["crossfoot.toml"]
    desk.assert_untouched()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_behind_standard_output(desk: Desk) -> None:
    for form in ("text", "json"):
        full = "os.dup2(os.open('/dev/full', os.O_WRONLY), 1)"
        code, errors = desk.run("--format", form, prelude=full)
        assert code == 2
        assert _is_one_sentence(errors, "standard output cannot be written to (No space left")
    desk.assert_untouched()


def test_a_run_that_was_given_neither_standard_output_nor_error(desk: Desk) -> None:
    assert desk.run(prelude="sys.stdout = sys.stderr = None") == (1, "")
    assert desk.others() == [desk.report.name]
    desk.assert_untouched()


@pytest.mark.parametrize("room", [1_000, 5_000])
def test_a_full_disk_under_a_batch(desk: Desk, room: int) -> None:
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))"
    out = desk.folder / "out"
    arguments = ("batch", desk.book, "-o", out, "--processes", "1", "--no-report")
    process = desk.start(*arguments, prelude=limit)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 2
    assert _is_one_sentence(errors, f"{out}", "cannot be written, there is no space left")
    assert [path.name for path in out.iterdir() if path.name.startswith(".")] == []
    assert not (out / "overview.xlsx").exists()
    desk.assert_untouched()


@pytest.mark.parametrize("command", ["check", "learn"])
def test_a_name_too_long_for_what_is_made_from_it(desk: Desk, command: str) -> None:
    long = desk.book.with_name("x" * 246 + ".xlsx")
    desk.book.rename(long)
    process = desk.start(command, long)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 2
    assert _is_one_sentence(errors, "cannot be written (File name too long); name another file")
    assert desk.others() == [long.name]


def test_killed_while_writing_and_run_again(desk: Desk) -> None:
    killed = DURING.format(act=f"os.kill(os.getpid(), {int(signal.SIGKILL)})")
    assert desk.run(prelude=killed) == (-signal.SIGKILL, "")
    assert all(name.startswith(PREFIX) for name in desk.others())  # no report, whole or half
    assert len(desk.others()) >= 1
    desk.assert_untouched()
    assert desk.run()[0] == 1
    assert desk.others() == [desk.report.name]  # what the killed run left is gone
    assert desk.run(prelude=killed)[0] == -signal.SIGKILL
    assert zipfile.ZipFile(desk.report).testzip() is None


def test_an_output_that_is_open_elsewhere(desk: Desk) -> None:
    act = "raise PermissionError(13, 'The process cannot access the file')"
    code, errors = desk.run(prelude=DURING.format(act=act))
    assert code == 2
    assert _is_one_sentence(errors, f"{desk.report} cannot be written; close it in Excel")
    assert desk.others() == []
    desk.assert_untouched()


def test_two_runs_at_once_do_not_collide(desk: Desk) -> None:
    assert desk.run()[0] == 1
    alone = desk.report.read_bytes()
    runs = [desk.start("check", desk.book) for _ in range(3)]
    ends = [(run.communicate(timeout=120)[1], run.returncode) for run in runs]
    assert ends == [("", 1)] * 3
    assert desk.report.read_bytes() == alone
    assert desk.others() == [desk.report.name]
    desk.assert_untouched()


def test_the_scratch_of_a_living_run_stays(tmp_path: Path) -> None:
    with scratch_in(tmp_path) as first:
        (first / "half").write_bytes(b"half")
        with scratch_in(tmp_path) as second:
            assert (first / "half").read_bytes() == b"half"
            assert second.is_dir()
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_ours_is_not_swept(tmp_path: Path) -> None:
    (tmp_path / f"{PREFIX}file").write_bytes(b"x")
    (tmp_path / f"{PREFIX}folder").mkdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "lock").write_bytes(b"")
    (tmp_path / f"{PREFIX}link").symlink_to(elsewhere)
    before = sorted(tmp_path.rglob("*"))
    with scratch_in(tmp_path):
        pass
    assert sorted(tmp_path.rglob("*")) == before
