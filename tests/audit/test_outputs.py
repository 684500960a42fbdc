"""Outputs are written whole or not at all, and never over what is read."""

from __future__ import annotations

import errno
import os
import re
import zipfile
from pathlib import Path

import pytest

from audit.errors import OutputError
from audit.outputs import default_report, keep_aside, refuse_as_output, written_whole
from reports.writer import Book, written


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "budget.xlsx"
    path.write_bytes(b"source")
    return path


def test_a_place_beside_the_workbook_is_fine(source: Path) -> None:
    refuse_as_output(default_report(source), source)


def test_places_that_are_refused_each_with_its_remedy(source: Path, tmp_path: Path) -> None:
    (tmp_path / "folder.xlsx").mkdir()
    os.link(source, tmp_path / "same.xlsx")
    (tmp_path / "link.xlsx").symlink_to(source)
    os.mkfifo(tmp_path / "pipe.xlsx")
    refused = {
        source: "is the workbook itself",
        tmp_path / "same.xlsx": "is the workbook itself",
        tmp_path / "link.xlsx": "is the workbook itself",
        tmp_path / "report.pdf": "a name in .xlsx",
        tmp_path / "none" / "report.xlsx": "there is no folder",
        tmp_path / "folder.xlsx": "is a folder",
        tmp_path / "pipe.xlsx": "is not an ordinary file",
    }
    for path, fact in refused.items():
        with pytest.raises(OutputError, match=fact) as refusal:
            refuse_as_output(path, source)
        assert str(refusal.value).startswith(f"{path} ")
        assert "\n" not in str(refusal.value)
    assert source.read_bytes() == b"source"


def test_protected_file_and_folder_are_refused(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = default_report(source)
    report.write_bytes(b"filed")
    monkeypatch.setattr(os, "access", lambda path, mode: path != report)
    with pytest.raises(OutputError, match="write-protected"):
        refuse_as_output(report, source)
    monkeypatch.setattr(os, "access", lambda path, mode: path == report)
    with pytest.raises(OutputError, match="is closed to you"):
        refuse_as_output(report, source)


def test_a_file_appears_whole(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    path.write_bytes(b"old")
    with written_whole(path) as draft:
        draft.write_bytes(b"new")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]
    umask = os.umask(0)
    os.umask(umask)
    assert path.stat().st_mode & 0o777 == 0o666 & ~umask


def _fail_half_way(path: Path, reason: BaseException) -> None:
    with written_whole(path) as draft:
        draft.write_bytes(b"half")
        raise reason


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    path.write_bytes(b"old")
    for reason in (KeyboardInterrupt(), ValueError("x")):
        with pytest.raises(type(reason)):
            _fail_half_way(path, reason)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real = tmp_path / "real.xlsx"
    real.write_bytes(b"old")
    link = tmp_path / "link.xlsx"
    link.symlink_to(real)
    with written_whole(link) as draft:
        draft.write_bytes(b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


def _report(path: Path, *, changed: str) -> Path:
    """A package with the dates of a report, changed on the day ``changed``."""
    core = (
        '<dcterms:created xsi:type="dcterms:W3CDTF">2000-01-01T00:00:00Z</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{changed}T00:00:00Z</dcterms:modified>'
    )
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("docProps/core.xml", core)
    return path


def test_a_report_as_it_was_written_is_not_kept(tmp_path: Path) -> None:
    assert keep_aside(tmp_path / "none.xlsx") is None
    report = _report(tmp_path / "report.xlsx", changed="2000-01-01")
    assert keep_aside(report) is None
    assert report.exists()


def test_the_writer_of_reports_leaves_the_dates_alike(tmp_path: Path) -> None:
    report = tmp_path / "report.xlsx"

    def fill(book: Book) -> None:
        book.describe("a", "b", "1")
        book.sheet("c")

    written(report, fill)
    assert keep_aside(report) is None


@pytest.mark.parametrize("case", ["saved by a person", "not a package", "without properties"])
def test_a_file_that_somebody_saved_is_kept(tmp_path: Path, case: str) -> None:
    report = tmp_path / "report.xlsx"
    if case == "saved by a person":
        _report(report, changed="2024-06-01")
    elif case == "not a package":
        report.write_bytes(b"PK")
    else:
        zipfile.ZipFile(report, "w").close()
    content = report.read_bytes()
    kept = keep_aside(report)
    assert kept == tmp_path / "report.kept-1.xlsx"
    assert kept.read_bytes() == content
    assert not report.exists()


def test_a_refusal_of_the_writer_names_the_report_and_not_the_draft(tmp_path: Path) -> None:
    report = tmp_path / "report.xlsx"
    reason = OutputError("a draft cannot be written")
    reason.__cause__ = PermissionError(errno.EACCES, "Permission denied")
    with pytest.raises(OutputError, match=f"^{re.escape(str(report))} .*close it in Excel"):
        _fail_half_way(report, reason)


@pytest.mark.parametrize(
    ("reason", "remedy"),
    [
        (PermissionError(errno.EACCES, "Permission denied"), "close it in Excel"),
        (OSError(errno.ENOSPC, "No space left on device"), "no space left"),
        (OSError(errno.EIO, "Input/output error"), r"Input/output error\); name another"),
    ],
)
def test_what_the_file_system_refuses_is_one_sentence(
    tmp_path: Path, reason: OSError, remedy: str
) -> None:
    with pytest.raises(OutputError, match=remedy):
        _fail_half_way(tmp_path / "report.xlsx", reason)
    assert list(tmp_path.iterdir()) == []
