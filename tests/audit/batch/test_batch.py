"""Many workbooks: each is told of, whatever becomes of it, and none is done twice."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from audit.batch.job import FileLimits
from audit.batch.progress import BatchBar, bar
from audit.batch.records import earlier_entries, ranked
from audit.batch.run import Crew, run_batch
from audit.batch.sources import find_sources
from audit.errors import InputError, OutputError
from audit.settings import Settings
from tests.audit.conftest import run

ONE = Crew(processes=1)


def lines(out: Path) -> list[dict[str, Any]]:
    """``results.jsonl`` as it stands."""
    return [json.loads(line) for line in (out / "results.jsonl").read_text().splitlines()]


def names(out: Path) -> list[str]:
    return sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file())


def test_a_folder_is_checked_ranked_and_told(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    ended = run("batch", folder, "-o", out, "--lang", "en")
    assert ended.exit_code == 2  # one of them is no workbook
    assert ended.stderr == ""
    assert ended.stdout.startswith(
        "3 workbooks: 1 without findings, 1 with, 1 not checked to the end; 0 unchanged"
    )
    assert "letter.xlsx is a text, not a workbook; save it as .xlsx." in ended.stdout
    assert names(out) == [
        "overview.xlsx",
        "reports/units/right.crossfoot.xlsx",
        "reports/wrong.crossfoot.xlsx",
        "results.jsonl",
    ]
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    told = lines(out)
    assert [(line["file"], line["status"]) for line in told] == [
        ("wrong.xlsx", "findings"),
        ("units/right.xlsx", "clean"),
        ("letter.xlsx", "refused"),
    ]
    alone = run("check", folder / "wrong.xlsx", "--no-report", "--format", "json", "--lang", "en")
    assert told[0]["result"] == json.loads(alone.stdout)
    assert told[0]["report"] == "reports/wrong.crossfoot.xlsx"
    assert told[0]["cpu_seconds"] > 0
    assert "result" not in told[2]


@pytest.mark.parametrize(
    ("language", "counts", "worst", "refused", "row"),
    [
        (
            "fi",
            "3 työkirjaa: 1 ilman havaintoja, 1 havaintoineen, 1 tarkistamatta loppuun",
            "wrong.xlsx: 2 virhettä, 0 varoitusta, kyseessä 40\u00a0000",
            "letter.xlsx on tekstiä, ei työkirja; tallenna se .xlsx-muodossa.",
            "Kooste: ",
        ),
        (
            "sv",
            "3 arbetsböcker: 1 utan iakttagelser, 1 med, 1 inte kontrollerade till slut",
            "wrong.xlsx: 2 fel, 0 varningar, 40\u00a0000 i fråga",
            "letter.xlsx är en text, ingen arbetsbok; spara den som .xlsx.",
            "Översikt: ",
        ),
    ],
)
def test_all_is_told_in_the_language(
    folder: Path, tmp_path: Path, language: str, counts: str, worst: str, refused: str, row: str
) -> None:
    out = tmp_path / "out"
    ended = run("batch", folder, "-o", out, "--lang", language, "--verbose")
    assert ended.stdout.startswith(counts)
    assert f"  {worst}\n" in ended.stdout
    assert f"  {refused}\n" in ended.stdout
    assert f"\n{row}{out / 'overview.xlsx'}\n" in ended.stdout
    assert f"crossfoot: {refused}\n" in ended.stderr
    sheet = openpyxl.load_workbook(out / "overview.xlsx").worksheets[0]
    remarks = [cell.value for cell in sheet["M"]]
    assert refused in remarks
    assert [line["error"] for line in lines(out) if "error" in line] == [
        "letter.xlsx is a text, not a workbook; save it as .xlsx."
    ]  # for programs the same in every language


def test_the_report_is_the_one_of_a_single_check(folder: Path, tmp_path: Path) -> None:
    run_batch([str(folder / "wrong.xlsx")], tmp_path / "out", Settings(lang="en"), crew=ONE)
    run("check", folder / "wrong.xlsx", "-o", tmp_path / "single.xlsx", "--lang", "en")
    single = (tmp_path / "single.xlsx").read_bytes()
    assert (tmp_path / "out/reports/wrong.crossfoot.xlsx").read_bytes() == single


def test_the_overview_lists_workbooks_and_root_causes(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_batch([str(folder)], out, Settings(lang="en"), crew=ONE)
    book = openpyxl.load_workbook(out / "overview.xlsx")
    assert book.sheetnames == ["Overview", "Root causes"]
    sheet = book["Overview"]
    assert sheet["A2"].value == "3 workbooks: 2 checked, 1 with findings, 1 not checked."
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
    assert [row[:3] for row in rows] == [
        [1, "wrong.xlsx", "findings"],
        [2, "units/right.xlsx", "no findings"],
        [3, "letter.xlsx", "not readable"],
    ]
    assert rows[0][3] == 2  # errors
    assert rows[1][3:8] == [0, 0, 0, 0, 0]
    assert rows[2][12] == "letter.xlsx is a text, not a workbook; save it as .xlsx."
    assert sheet["B5"].hyperlink.target == "reports/wrong.crossfoot.xlsx"
    assert sheet["B7"].hyperlink is None
    causes = [[cell.value for cell in row] for row in book["Root causes"].iter_rows(min_row=5)]
    result = lines(out)[0]["result"]["root_causes"]
    assert len(causes) == len(result) > 0
    assert causes[0][1] == "wrong.xlsx"
    assert causes[0][3] == ", ".join(cell["cell"] for cell in result[0]["cells"])


def test_what_has_not_changed_is_not_checked_again(folder: Path, tmp_path: Path) -> None:
    out, settings = tmp_path / "out", Settings(lang="en")

    def checked(settings: Settings = settings, **more: Any) -> list[str]:
        told: list[str] = []
        run_batch(
            [str(folder)],
            out,
            settings,
            crew=ONE,
            told=lambda _, entry: told.append(entry["file"]),
            **more,
        )
        return sorted(told)

    everything = ["letter.xlsx", "units/right.xlsx", "wrong.xlsx"]
    assert checked() == everything
    first = (out / "results.jsonl").read_bytes(), (out / "overview.xlsx").read_bytes()
    assert checked() == []
    assert ((out / "results.jsonl").read_bytes(), (out / "overview.xlsx").read_bytes()) == first
    shutil.copy(folder / "units" / "right.xlsx", folder / "letter.xlsx")
    assert checked() == ["letter.xlsx"]
    (out / "reports" / "wrong.crossfoot.xlsx").unlink()
    assert checked() == ["wrong.xlsx"]
    assert checked(fresh=True) == everything
    assert checked(Settings(lang="en", tolerance=5.0)) == everything
    (folder / "letter.xlsx").unlink()
    assert checked(Settings(lang="en", tolerance=5.0)) == []
    assert [line["file"] for line in lines(out)] == ["wrong.xlsx", "units/right.xlsx"]


def test_a_stopped_batch_goes_on_where_it_was(folder: Path, tmp_path: Path) -> None:
    out, settings = tmp_path / "out", Settings(report=False)

    def stop(done: int, _: object) -> None:
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_batch([str(folder)], out, settings, crew=ONE, told=stop)
    assert names(out) == ["results.jsonl"]
    assert len(lines(out)) == 1
    with (out / "results.jsonl").open("a") as file:
        file.write('{"file": "units/right.xlsx", "sta')  # killed while it wrote a line
    done: list[str] = []
    run_batch(
        [str(folder)], out, settings, crew=ONE, told=lambda _, entry: done.append(entry["file"])
    )
    assert len(done) == 2
    assert len(lines(out)) == 3


@pytest.mark.usefixtures("accidents")
def test_a_workbook_that_kills_its_process_is_named_and_the_rest_go_on(
    folder: Path, tmp_path: Path
) -> None:
    for name in ("deadly", "slow", "hungry"):
        shutil.copy(folder / "wrong.xlsx", folder / f"{name}.xlsx")
    out = tmp_path / "out"
    crew = Crew(processes=2, limits=FileLimits(seconds=8, memory_mb=4096))
    batch = run_batch([str(folder)], out, Settings(lang="en"), crew=crew)
    told = {entry["file"]: (entry["status"], entry.get("error")) for entry in batch.entries}
    assert told == {
        "wrong.xlsx": ("findings", None),
        "units/right.xlsx": ("clean", None),
        "letter.xlsx": ("refused", "letter.xlsx is a text, not a workbook; save it as .xlsx."),
        "deadly.xlsx": ("killed", "its process was ended by SIGKILL"),
        "slow.xlsx": ("limit", "took longer than 8 s"),
        "hungry.xlsx": ("limit", "needs more memory than a workbook may take"),
    }
    assert [name for name in names(out) if "crossfoot-" in name] == []
    assert len(batch.not_done) == 4


def test_two_batches_do_not_share_a_folder(folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    out = tmp_path / "out"

    def another(total: int) -> None:
        with pytest.raises(OutputError, match="another batch is writing to"):
            run_batch([str(folder)], out, Settings())

    run_batch([str(folder)], out, Settings(report=False), crew=ONE, begun=another)
    assert names(out) == ["overview.xlsx", "results.jsonl"]


def test_a_lock_that_another_batch_takes_away_as_it_ends_is_none(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fcntl = pytest.importorskip("fcntl")
    out, flock = tmp_path / "out", fcntl.flock

    def taken_away(file: Any, how: int) -> None:
        flock(file, how)
        monkeypatch.undo()
        (out / ".crossfoot-batch.lock").unlink()

    monkeypatch.setattr(fcntl, "flock", taken_away)
    with pytest.raises(OutputError, match="another batch is writing to"):
        run_batch([str(folder)], out, Settings(report=False), crew=ONE)
    assert names(out) == []


def test_what_is_found_and_what_is_left_out(folder: Path, tmp_path: Path) -> None:
    out = folder / "out"
    (out / "reports").mkdir(parents=True)
    for name in ("out/reports/a.xlsx", "b.crossfoot.xlsx", "b.crossfoot.kept-1.xlsx", "c.csv"):
        (folder / name).write_bytes(b"x")

    def found(*places: object) -> list[str]:
        return [source.name for source in find_sources([str(place) for place in places], out)]

    assert found(folder) == ["c.csv", "letter.xlsx", "units/right.xlsx", "wrong.xlsx"]
    assert found(folder / "*.xlsx") == ["letter.xlsx", "wrong.xlsx"]
    assert found(folder / "**" / "r*.xls*") == ["units/right.xlsx"]
    assert found(folder / "wrong.xlsx", folder / "units") == ["units/right.xlsx", "wrong.xlsx"]
    assert found(folder, folder / "units")[-1] == "budgets/wrong.xlsx"
    for place, fact in ((folder / "none", "does not exist"), (folder / "*.ods", "no workbook")):
        with pytest.raises(InputError, match=fact):
            found(place)


def test_reports_of_one_name_keep_their_endings(folder: Path, tmp_path: Path) -> None:
    (folder / "wrong.csv").write_text("a;b\nx;1\ny;2\n")
    out = tmp_path / "out"
    run_batch([str(folder / "wrong.*")], out, Settings(), crew=ONE)
    assert [name for name in names(out) if name.startswith("reports")] == [
        "reports/wrong.csv.crossfoot.xlsx",
        "reports/wrong.xlsx.crossfoot.xlsx",
    ]


def test_out_must_be_a_folder(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x")
    ended = run("batch", folder, "-o", file)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr == f"crossfoot: {file} is a file; name a folder with -o.\n"
    assert file.read_bytes() == b"x"


def test_ranking() -> None:
    def entry(name: str, *severities: str, amount: float = 0.0) -> dict[str, Any]:
        findings = [{"severity": severity} for severity in severities]
        result = {"findings": findings, "root_causes": [{"amount": -amount}]}
        return {"file": name, "status": "findings", "result": result}

    entries = [
        {"file": "a-unread", "status": "refused"},
        entry("b-clean"),
        entry("c-warning", "warning", amount=9e9),
        entry("d-error", "error", amount=5),
        entry("e-more-money", "error", amount=50),
        entry("f-as-much", "error", "error", amount=5),
    ]
    assert [one["file"][0] for one in ranked(entries)] == ["e", "f", "d", "c", "b", "a"]


def test_a_damaged_file_of_results_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "results.jsonl").write_bytes(b'\xff\n[1]\n{"file": 3}\n{"file": "a"}\n{')
    assert earlier_entries(tmp_path) == {"a": {"file": "a"}}


def test_the_bar_shows_rate_and_time_left(capsys: pytest.CaptureFixture[str]) -> None:
    assert bar(0, 10, 0.0) == "[" + " " * 24 + "]  0/10"
    assert bar(300, 3000, 150.0, "a/b\x1b.xlsx") == (
        "[##" + " " * 22 + "]  300/3000  2.0 a second, 22 min left  a/b .xlsx"
    )
    assert bar(1, 8000, 1.0).endswith("2 h 13 min left")
    import sys

    shown = BatchBar(sys.stderr, 2, is_shown=True)
    shown(2, "x")
    shown.clear()
    assert capsys.readouterr().err.startswith("\r[########################] 2/2  ")
    BatchBar(sys.stderr, 2)(1)
    assert capsys.readouterr().err == ""


def test_the_reports_are_whole(folder: Path, tmp_path: Path) -> None:
    run_batch([str(folder / "wrong.xlsx")], tmp_path / "out", Settings(), crew=ONE)
    for path in (tmp_path / "out").rglob("*.xlsx"):
        assert zipfile.ZipFile(path).testzip() is None
