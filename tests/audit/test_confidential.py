"""Nothing of a workbook leaves by another way than the outputs that were asked for.

Every command runs in a process where opening a socket is an error that is also noted in a file, so
that swallowing it does not help; the processes it starts get the same. Home and temporary folders
are empty ones, and are empty afterwards.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

from audit.cli import cli
from tests.fixtures.layouts import build

PROJECT = Path(__file__).parents[2]
SECRET = "Zaphod-Beeblebrox"  # in every text of the workbook
LAYOUT = "expense-and-revenue-positive"

# Each command in the ways it is used; a new command needs a line here.
COMMANDS: dict[str, tuple[str, ...]] = {
    "batch": (
        "batch FOLDER -o OUT --processes 1",
        "batch FOLDER -o OUT --gx --processes 1",
        "batch FOLDER -o OUT --verbose --processes 2",
    ),
    "check": (
        "check BOOK",
        "check BOOK --gx",
        "check BOOK --annotate",
        "check BOOK --html --gx --annotate",
        "check BOOK --previous EARLIER",
        "check BOOK --rules RULES",
        "check BOOK --format html",
        "check BOOK --format sarif --no-report",
        "check OLD",
    ),
    "explain": ("explain FT101",),
    "learn": ("learn BOOK -o OUT.yaml",),
    "packs": ("packs",),
    "rules": ("rules", "rules --markdown"),
    "selftest": ("selftest BOOK --count 1",),
    "tie": ("tie BOOK BOOK",),
}

# Found by every Python started with this folder on its path.
SITE = """
import os, sys
def refuse(event, args):
    if event.startswith("socket."):
        with open(os.environ["SOCKETS_ASKED_FOR"], "a") as file:
            file.write(event + "\\n")
        raise RuntimeError("the network was asked for: " + event)
sys.addaudithook(refuse)
"""

CRASHING = """
import sys
from audit.cli import main
from rules import runner
def crash(*_, **__):
    raise ValueError("cannot read {secret}")
runner.audit = crash
main(sys.argv[1:])
"""


@dataclass(frozen=True)
class Ended:
    code: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class Place:
    """A folder with a workbook, and empty ones for everything that is nobody's business."""

    folder: Path
    book: Path
    home: Path
    temporary: Path
    sockets: Path

    def run(self, *arguments: str, code: str = "from audit.cli import main; main()") -> Ended:
        site = self.folder.parent / "site"
        environment = {
            "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8",
            "PYTHONPATH": os.pathsep.join((str(site), str(PROJECT))),
            "PYTHONDONTWRITEBYTECODE": "1",
            "SOCKETS_ASKED_FOR": str(self.sockets),
            "HOME": str(self.home),
            "XDG_CACHE_HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home),
            "TMPDIR": str(self.temporary),
        }
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def assert_nothing_got_out(self) -> None:
        assert not self.sockets.exists(), self.sockets.read_text()
        assert list(self.home.rglob("*")) == []
        assert list(self.temporary.rglob("*")) == []
        assert [path for path in self.folder.rglob(".*") if path.name.startswith(".")] == []


@pytest.fixture
def place(tmp_path: Path) -> Place:
    folders = [tmp_path / name for name in ("books", "home", "tmp", "site")]
    for folder in folders:
        folder.mkdir()
    books, home, temporary, site = folders
    (site / "sitecustomize.py").write_text(SITE)
    book = books / "budget.xlsx"
    native = openpyxl.load_workbook(build(LAYOUT, tmp_path, planted=True).path)
    for sheet in native.worksheets:
        sheet["H40"] = f"{SECRET} 12x"
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "s":
                    cell.value = f"{cell.value} {SECRET}"
    native.save(book)
    return Place(books, book, home, temporary, tmp_path / "sockets")


def test_every_command_is_in_the_list() -> None:
    missing = set(cli.commands) - set(COMMANDS)
    assert not missing, f"add {', '.join(missing)} to COMMANDS above"


@pytest.mark.parametrize("line", [line for lines in COMMANDS.values() for line in lines])
def test_no_command_opens_a_socket_or_leaves_a_temporary_file(line: str, place: Place) -> None:
    command = line.split(maxsplit=1)[0]
    if command not in cli.commands:
        pytest.skip(f"there is no command {command} yet")
    if "--annotate" in line and "--annotate" not in {
        name for option in cli.commands["check"].params for name in option.opts
    }:
        pytest.skip("there is no --annotate yet")
    if "EARLIER" in line:
        assert place.run("check", "budget.xlsx", "-o", "earlier.xlsx", "--lang", "en").code == 1
        report = openpyxl.load_workbook(place.folder / "earlier.xlsx")
        findings = report[
            report.defined_names["crossfoot_findings"].attr_text.split("!")[0].strip("'")
        ]
        heading = next(
            cell for row in findings.iter_rows() for cell in row if cell.value == "Status"
        )
        findings.cell(heading.row + 1, heading.column).value = SECRET
        report.save(place.folder / "earlier.xlsx")
    if "RULES" in line:
        assert place.run("learn", "budget.xlsx", "-o", "rules.yaml").code == 0
    old = place.folder / "old.ods"
    if "OLD" in line:
        from tests.workbooks.old_formats import write_ods

        write_ods(old, "")
    known = {
        "BOOK": "budget.xlsx",
        "FOLDER": ".",
        "OUT": "out",
        "OUT.yaml": "out.yaml",
        "OLD": "old.ods",
        "EARLIER": "earlier.xlsx",
        "RULES": "rules.yaml",
    }
    ended = place.run(*(known.get(word, word) for word in line.split()))
    assert ended.code in (0, 1, 2), ended.stderr
    assert "Traceback" not in ended.stderr
    assert SECRET not in ended.stderr
    place.assert_nothing_got_out()


def test_a_fault_of_the_program_tells_nothing_of_the_workbook_unless_asked(place: Place) -> None:
    code = CRASHING.format(secret=SECRET)
    quiet = place.run("check", "budget.xlsx", code=code)
    assert quiet.code == 2
    assert quiet.stderr.startswith(
        "crossfoot: budget.xlsx: a fault of the program, not of the file"
    )
    assert "ValueError" in quiet.stderr
    assert SECRET not in quiet.stderr + quiet.stdout
    assert quiet.stderr.count("\n") == 1
    assert SECRET in place.run("check", "budget.xlsx", "--verbose", code=code).stderr
    place.assert_nothing_got_out()


def test_refusals_tell_nothing_of_the_workbook(place: Place) -> None:
    data = place.book.read_bytes()
    for cut in (len(data) // 2, len(data) - 10):
        place.book.write_bytes(data[:cut])
        ended = place.run("check", "budget.xlsx")
        assert ended.code == 2
        assert SECRET not in ended.stderr
    place.book.write_text(f"{SECRET}\nbudget\n")
    ended = place.run("check", "budget.xlsx")
    assert (ended.code, SECRET in ended.stderr) == (2, False)
    place.assert_nothing_got_out()


def test_the_guard_notices_a_socket_also_in_a_child(place: Place) -> None:
    child = "import socket; socket.socket()"
    place.run(code=f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])")
    assert place.sockets.read_text() == "socket.__new__\n"
