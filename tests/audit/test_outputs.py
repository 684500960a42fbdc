"""Outputs are written whole or not at all, and never over what is read."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from audit.errors import OutputError
from audit.outputs import default_report, refuse_as_output, written_whole


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
