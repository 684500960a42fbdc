"""Encrypted workbooks: opened in memory with the right password, else one sentence."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest
from msoffcrypto.format.ooxml import OOXMLFile

from tests.workbooks.old_formats import biff_workbook, container
from tests.workbooks.packages import parts_of, sheet, write
from workbooks.errors import InputError
from workbooks.package import Limits
from workbooks.reader import read_workbook

WORD = "salä sana €"
EXCELS_OWN = "VelvetSweatshop"


FIVE = sheet('<row r="1"><c r="A1"><v>5</v></c></row>')
# msoffcrypto-tool encrypts nothing without these types, and nothing short as it should.
TYPES: dict[str, str | bytes] = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    "noise.bin": random.Random(1).randbytes(8192),
}


def encrypted(folder: Path, password: str, sheet_xml: str = FIVE) -> Path:
    """A workbook, with 5 in A1 unless told otherwise, encrypted as Excel does it."""
    plain = write(folder / "plain.xlsx", TYPES | parts_of(sheet_xml))
    path = folder / "budget.xlsx"
    with plain.open("rb") as source, path.open("wb") as target:
        OOXMLFile(source).encrypt(password, target)
    plain.unlink()
    return path


def refusal(path: Path, password: str | None = None, limits: Limits | None = None) -> str:
    with pytest.raises(InputError) as caught:
        read_workbook(path, password=password, limits=limits or Limits())
    return str(caught.value)


def test_the_right_password_opens_it_in_memory(tmp_path: Path) -> None:
    path = encrypted(tmp_path, WORD)
    before = path.read_bytes()
    book = read_workbook(path, password=WORD)
    assert book.grids[0].numbers.tolist() == [5]
    assert (book.format, book.size) == ("xlsx", len(before))
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == before


def test_a_workbook_only_protected_against_changes_needs_no_password(tmp_path: Path) -> None:
    path = encrypted(tmp_path, EXCELS_OWN)
    assert read_workbook(path).grids[0].numbers.tolist() == [5]
    assert read_workbook(path, password="another").grids[0].numbers.tolist() == [5]


def test_no_password_and_a_wrong_one_are_two_sentences(tmp_path: Path) -> None:
    path = encrypted(tmp_path, WORD)
    assert refusal(path) == (
        "budget.xlsx is encrypted; give its password with --password or in CROSSFOOT_PASSWORD, "
        "or save it without one."
    )
    said = refusal(path, "guess-123")
    assert said == (
        "budget.xlsx is encrypted, and the password is not the right one; check the password."
    )


def test_a_plain_workbook_does_not_mind_a_password(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", parts_of(FIVE))
    assert read_workbook(path, password=WORD).grids[0].numbers.tolist() == [5]


def test_damaged_and_unknown_encryption(tmp_path: Path) -> None:
    path = tmp_path / "budget.xlsx"
    path.write_bytes(container({"EncryptionInfo": b"x", "EncryptedPackage": b"y"}))
    assert "is encrypted in a way that is not known here" in refusal(path, WORD)
    whole = encrypted(tmp_path, WORD).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert "damaged" in refusal(path, WORD)
    path = tmp_path / "budget.xls"
    path.write_bytes(container({"Workbook": biff_workbook(b"", encrypted=True)}))
    assert "is encrypted" in refusal(path, WORD)


def test_a_workbook_within_that_is_hostile_is_refused_as_any(tmp_path: Path) -> None:
    path = encrypted(tmp_path, WORD, "<!DOCTYPE x []><worksheet/>")
    assert "document type definition" in refusal(path, WORD)


def test_the_password_is_given_to_no_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = encrypted(tmp_path, WORD)
    commands: list[list[str]] = []
    run = subprocess.run

    def listened(command: list[str], **given: object) -> subprocess.CompletedProcess[bytes]:
        commands.append(command)
        assert "env" not in given
        return run(command, **given)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(subprocess, "run", listened)
    read_workbook(path, password=WORD)
    assert len(commands) == 1
    assert not any(WORD in argument for argument in commands[0])


def test_opening_is_limited_in_memory(tmp_path: Path) -> None:
    path = encrypted(tmp_path, WORD)
    said = refusal(path, WORD, Limits(child_bytes=16 << 20))
    assert "within 20 s and 16 MB of memory" in said
    assert "max-memory-mb" in said
