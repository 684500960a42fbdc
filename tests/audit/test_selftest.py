"""The command that plants errors: what it prints, and that the file is only read."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import pytest

from audit.progress import ProgressBar
from tests.audit.conftest import run
from tests.audit.documents import example
from tests.fixtures.years import Year


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return Year().save(tmp_path / "budget.xlsx")


def test_the_table_counts_every_kind_and_the_file_is_only_read(book: Path) -> None:
    before = hashlib.sha256(book.read_bytes()).hexdigest()
    words = ("selftest", book, "--count", 1, "--seed", 3)
    text, again = run(*words, "--lang", "en"), run(*words, "--format", "json")
    assert (text.exit_code, text.stderr, again.exit_code, again.stderr) == (0, "", 0, "")
    document = json.loads(again.stdout)
    total = document["total"]
    assert total["planted"] == len(document["trials"]) == 12
    assert total["planted"] >= total["detected"] >= total["located"] >= total["repaired"] > 0
    lines = text.stdout.splitlines()
    assert lines[0].startswith("budget.xlsx: 12 errors were planted one at a time, in memory;")
    (row,) = [line.split() for line in lines if line.startswith("all ")]
    assert row == ["all", *(str(total[k]) for k in ("planted", "detected", "located", "repaired"))]
    assert "3 figures of 41 are in no check" in text.stdout
    assert sum(k["planted"] for k in document["kinds"].values()) == 12
    assert document["workbook"]["sha256"] == before == hashlib.sha256(book.read_bytes()).hexdigest()
    assert list(book.parent.iterdir()) == [book]


@pytest.mark.parametrize(
    ("language", "said"), [("fi", "12 virhettä istutettiin"), ("sv", "12 fel planterades")]
)
def test_it_speaks_the_language_asked_for(book: Path, language: str, said: str) -> None:
    assert said in run("selftest", book, "--count", 1, "--lang", language).stdout


def test_the_checks_of_a_rule_file_are_tried(book: Path, tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(example("rule-files.md", "rules"), "utf-8")
    result = run("selftest", book, "--count", 1, "--rules", file, "--format", "json")
    assert json.loads(result.stdout)["total"]["detected"] > 0
    file.write_text("crossfoot-rules: 1\n", "utf-8")
    result = run("selftest", book, "--count", 1, "--rules", file, "--format", "json")
    document = json.loads(result.stdout)
    assert document["total"]["detected"] == 0
    assert document["figures"]["in_no_check"] == document["figures"]["all"] == 41


@pytest.mark.parametrize("words", [("--count", 0), ("--seed", "x"), ("--format", "xml")])
def test_wrong_use_is_one_line(book: Path, words: tuple[object, ...]) -> None:
    result = run("selftest", book, *words)
    assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (2, "", 1)


def test_the_bar_shows_what_is_done_and_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("audit.progress.time.monotonic", lambda: now[0])
    stream = io.StringIO()
    bar = ProgressBar(stream, is_shown=True)
    bar(0, 60)
    assert stream.getvalue() == ""  # a short run shows nothing
    now[0] = 10.0
    bar(15, 60)
    assert stream.getvalue() == "\r[#####---------------] 15/60, about 30 s left"
    bar.clear()
    assert stream.getvalue().endswith("\r" + " " * 45 + "\r")
    quiet = io.StringIO()
    ProgressBar(quiet)(1, 2)
    assert quiet.getvalue() == ""
