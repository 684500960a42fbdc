"""The review cycle: a report, decisions typed into it, the next version of the workbook.

Each test makes two versions of a small budget and checks the second against the report on the
first.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import crossfoot
from reports.findings_layout import COMMENT as COMMENT_COLUMN
from reports.findings_layout import DATE, FIRST_ROW, ID, NUMBER, PLACE, STATUS
from reports.findings_layout import REVIEWER as REVIEWER_COLUMN
from rules.model import Decision, Severity, Status
from tests.audit.budget_versions import EDUCATION, TECHNICAL, WRONG, Version
from tests.audit.conftest import run

ACCEPTED: dict[str, Any] = {
    "status": "accepted",
    "reviewer": "Aino Aho",
    "date": datetime(2026, 11, 24),
    "comment": "Rounded by hand, see memo 12",
}
_COLUMNS = {
    "status": STATUS,
    "reviewer": REVIEWER_COLUMN,
    "date": DATE,
    "comment": COMMENT_COLUMN,
}


def report_on(book: Path, lang: str = "en", *more: object) -> Path:
    """The report on ``book``, beside it."""
    report = book.with_name(f"{book.stem}.report.xlsx")
    assert run("check", book, "-o", report, "--lang", lang, "-q", *more).exit_code in (0, 1)
    return report


def decide(
    report: Path, decisions: Mapping[str, Mapping[str, Any]], sheet: str = "Findings"
) -> Path:
    """Type decisions into a report: by the address of a finding (``D6``) or a cause (``1``)."""
    book = openpyxl.load_workbook(report)
    for row in book[sheet].iter_rows(min_row=FIRST_ROW):
        identity = str(row[ID - 1].value)
        is_finding = identity.startswith("F-")
        name = str(row[PLACE - 1].value).rpartition("!")[2] if is_finding else row[NUMBER - 1].value
        for what, typed in decisions.get(str(name), {}).items():
            row[_COLUMNS[what] - 1].value = typed
    book.save(report)
    return report


def recheck(book: Path, previous: Path, *more: object) -> tuple[int, dict[str, Any]]:
    """Exit code and JSON of the check of ``book`` against ``previous``."""
    words = ("check", book, "--previous", previous, "--format", "json", *more)
    result = run(*words, "-o", book.with_name(f"{book.stem}.next.xlsx"))
    assert result.stderr == ""
    return result.exit_code, json.loads(result.stdout)


def moved(document: Mapping[str, Any]) -> dict[str, str]:
    """Label and movement of every finding, gone ones included."""
    everyone = [*document["findings"], *document["previous"]["gone"]]
    return {f"{f['label']} {f['column']}": f["movement"] for f in everyone}


EDUCATION_NAME, TECHNICAL_NAME = " ".join(EDUCATION), " ".join(TECHNICAL)


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """The first version, with two wrong totals: D6 and E11."""
    return Version(typed=WRONG).write(tmp_path / "budget.xlsx")


def test_nothing_changed_nothing_decided(first: Path, tmp_path: Path) -> None:
    code, document = recheck(first, report_on(first))
    assert code == 1
    assert moved(document) == {EDUCATION_NAME: "still_open", TECHNICAL_NAME: "still_open"}
    assert document["previous"]["counts"] == {
        "new": 0,
        "came_back": 0,
        "reopened": 0,
        "still_open": 2,
        "accepted": 0,
        "fixed": 0,
        "not_seen": 0,
    }
    assert document["previous"]["file"] == "budget.report.xlsx"


def test_accepted_findings_do_not_count_and_keep_who_when_and_why(first: Path) -> None:
    report = decide(report_on(first), {"D6": ACCEPTED, "E11": {"status": "not an error"}})
    code, document = recheck(first, report)
    assert code == 0
    assert moved(document) == {EDUCATION_NAME: "accepted", TECHNICAL_NAME: "accepted"}
    education, technical = document["findings"]
    assert education["decision"] == {
        "status": "accepted",
        "reviewer": "Aino Aho",
        "date": "2026-11-24",
        "comment": "Rounded by hand, see memo 12",
    }
    assert (education["status"], technical["status"]) == ("accepted", "not_an_error")
    assert document["summary"]["settled"] == 2
    assert document["summary"]["findings"] == 2


def test_an_inserted_row_a_renamed_sheet_and_file_change_nothing(
    first: Path, tmp_path: Path
) -> None:
    report = decide(report_on(first), {"D6": ACCEPTED})
    later = Version(sheet="KT 2020 (versio 2)", typed=WRONG, rows_above=3)
    code, document = recheck(later.write(tmp_path / "council.xlsx"), report)
    assert code == 1
    assert moved(document) == {EDUCATION_NAME: "accepted", TECHNICAL_NAME: "still_open"}
    assert document["findings"][0]["cell"] == "D9"
    assert document["findings"][0]["decision"]["reviewer"] == "Aino Aho"


def test_a_corrected_figure_is_fixed(first: Path, tmp_path: Path) -> None:
    report = decide(report_on(first), {"D6": {"status": "corrected", "reviewer": "Aino Aho"}})
    later = Version(typed={TECHNICAL: WRONG[TECHNICAL]}).write(tmp_path / "later.xlsx")
    code, document = recheck(later, report)
    assert code == 1
    assert moved(document) == {EDUCATION_NAME: "fixed", TECHNICAL_NAME: "still_open"}
    (gone,) = document["previous"]["gone"]
    assert (gone["cell"], gone["difference"]) == ("D6", -1000)
    assert gone["decision"]["reviewer"] == "Aino Aho"


def test_an_accepted_finding_whose_figures_changed_is_open_again(
    first: Path, tmp_path: Path
) -> None:
    report = decide(report_on(first), {"D6": ACCEPTED, "E11": ACCEPTED})
    typed = WRONG | {EDUCATION: WRONG[EDUCATION] - 1}
    code, document = recheck(Version(typed=typed).write(tmp_path / "later.xlsx"), report)
    assert code == 1
    assert moved(document) == {EDUCATION_NAME: "reopened", TECHNICAL_NAME: "accepted"}
    decision = document["findings"][0]["decision"]
    assert (decision["status"], decision["comment"]) == ("open", "Rounded by hand, see memo 12")


def test_a_line_added_with_its_total_reopens_too(first: Path, tmp_path: Path) -> None:
    """The difference stays the same, the figures do not: what was accepted was another total."""
    report = decide(report_on(first), {"D6": ACCEPTED})
    added = {"Sivistyspalvelut": {"Museo": (-101233, -99870, -104411, -108200)}}
    typed = WRONG | {EDUCATION: WRONG[EDUCATION] - 104411}
    book = Version(typed=typed, added=added).write(tmp_path / "later.xlsx")
    _, document = recheck(book, report)
    assert moved(document)[EDUCATION_NAME] == "reopened"
    assert document["findings"][0]["difference"] == -1000


def test_a_new_error_is_new(first: Path, tmp_path: Path) -> None:
    report = decide(report_on(first), {"D6": ACCEPTED, "E11": ACCEPTED})
    typed = WRONG | {("Tekniset palvelut yhteensä", "TP 2018"): -3044302}
    code, document = recheck(Version(typed=typed).write(tmp_path / "later.xlsx"), report)
    assert code == 1
    assert moved(document) == {
        EDUCATION_NAME: "accepted",
        TECHNICAL_NAME: "accepted",
        "Tekniset palvelut yhteensä TP 2018": "new",
    }


def test_marked_as_corrected_and_still_there_has_come_back(first: Path) -> None:
    report = decide(report_on(first), {"D6": {"status": "corrected", "comment": "done"}})
    code, document = recheck(first, report)
    assert code == 1
    assert moved(document)[EDUCATION_NAME] == "came_back"
    assert document["findings"][0]["decision"]["comment"] == "done"


def test_a_fixed_finding_that_returns_two_versions_later_came_back(
    first: Path, tmp_path: Path
) -> None:
    report = decide(report_on(first), {"D6": ACCEPTED})
    right = Version(typed={TECHNICAL: WRONG[TECHNICAL]}).write(tmp_path / "second.xlsx")
    _, document = recheck(right, report)
    assert moved(document)[EDUCATION_NAME] == "fixed"
    second = tmp_path / "second.next.xlsx"
    _, document = recheck(right, second)  # once more: it stays on the list, and is no news
    assert moved(document) == {TECHNICAL_NAME: "still_open"}
    third = tmp_path / "second.next.xlsx"
    wrong_again = Version(typed=WRONG).write(tmp_path / "third.xlsx")
    code, document = recheck(wrong_again, third)
    assert code == 1
    assert moved(document) == {EDUCATION_NAME: "came_back", TECHNICAL_NAME: "still_open"}
    assert document["findings"][0]["decision"]["reviewer"] == "Aino Aho"


def test_what_was_not_looked_for_is_not_fixed_and_keeps_its_decision(
    first: Path, tmp_path: Path
) -> None:
    report = decide(report_on(first), {"D6": ACCEPTED})
    code, document = recheck(first, report, "--ignore", "FT")
    assert code == 0
    assert moved(document) == {EDUCATION_NAME: "not_seen", TECHNICAL_NAME: "not_seen"}
    _, document = recheck(first, tmp_path / "budget.next.xlsx")
    assert moved(document) == {EDUCATION_NAME: "accepted", TECHNICAL_NAME: "still_open"}


def test_a_table_that_went_is_not_fixed(first: Path, tmp_path: Path) -> None:
    report = report_on(first)
    book = openpyxl.load_workbook(Version().write(tmp_path / "later.xlsx"))
    book["Käyttötalous"].delete_rows(8, 4)
    book.save(tmp_path / "later.xlsx")
    _, document = recheck(tmp_path / "later.xlsx", report)
    assert moved(document) == {EDUCATION_NAME: "fixed", TECHNICAL_NAME: "not_seen"}


@pytest.mark.parametrize(
    ("lang", "sheet", "typed", "movement"),
    [
        ("fi", "Havainnot", "hyväksytty", "accepted"),
        ("fi", "Havainnot", " HYVÄKSYTTY. ", "accepted"),
        ("fi", "Havainnot", "accepted", "accepted"),
        ("sv", "Iakttagelser", "Godkänd", "accepted"),
        ("sv", "Iakttagelser", "inget  FEL", "accepted"),
        ("en", "Findings", "ei virhe", "accepted"),
        ("en", "Findings", "rättad", "came_back"),
        ("sv", "Iakttagelser", "avoin", "still_open"),
    ],
)
def test_a_decision_in_any_language_and_case(
    first: Path, lang: str, sheet: str, typed: str, movement: str
) -> None:
    report = decide(report_on(first, lang), {"D6": {"status": typed}}, sheet)
    _, document = recheck(first, report, "--lang", "en")
    assert moved(document)[EDUCATION_NAME] == movement


def test_a_word_that_is_no_status_leaves_it_open_and_is_told(first: Path) -> None:
    report = decide(report_on(first), {"D6": {"status": "maybe", "comment": "ask Kai"}})
    result = run("check", first, "--previous", report, "--format", "json", "--no-report")
    assert result.exit_code == 1
    assert result.stderr == (
        "crossfoot: budget.report.xlsx 'Findings'!O6: the word there is no status; "
        "the finding is taken as open\n"
    )
    document = json.loads(result.stdout)
    assert moved(document)[EDUCATION_NAME] == "still_open"
    assert document["findings"][0]["decision"]["comment"] == "ask Kai"


def test_a_decision_on_a_root_cause_counts_for_its_findings(first: Path) -> None:
    own = {"status": "not an error", "comment": "seen"}
    report = decide(report_on(first), {"1": ACCEPTED, "2": ACCEPTED, "E11": own})
    code, document = recheck(first, report)
    assert code == 0
    education, technical = (finding["decision"] for finding in document["findings"])
    assert (education["status"], education["reviewer"]) == ("accepted", "Aino Aho")
    assert (technical["status"], technical["comment"]) == ("not_an_error", "seen")


def test_a_sorted_table_with_moved_columns_is_read_alike(first: Path) -> None:
    report = decide(report_on(first), {"D6": ACCEPTED})
    book = openpyxl.load_workbook(report)
    sheet = book["Findings"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=FIRST_ROW)]
    rows.reverse()
    heading = [cell.value for cell in sheet[FIRST_ROW - 1]]
    swap = [*range(STATUS - 1, len(heading)), *range(STATUS - 1)]
    for number, row in enumerate([heading, *rows], FIRST_ROW - 1):
        for column, at in enumerate(swap, 1):
            sheet.cell(number, column).value = row[at]
    sheet.title = "Reviewed by Aino"
    book.defined_names["crossfoot_findings"].attr_text = "'Reviewed by Aino'!$A$4:$T$8"
    book.save(report)
    _, document = recheck(first, report)
    assert moved(document) == {EDUCATION_NAME: "accepted", TECHNICAL_NAME: "still_open"}


@pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed"
)
def test_a_report_saved_by_libreoffice_is_read_alike(first: Path, tmp_path: Path) -> None:
    report = decide(report_on(first), {"D6": ACCEPTED})
    folder = tmp_path / "saved"
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'lo').as_uri()}", "--headless"]
    command += ["--convert-to", "xlsx", "--outdir", str(folder), str(report)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    _, document = recheck(first, folder / report.name)
    assert moved(document) == {EDUCATION_NAME: "accepted", TECHNICAL_NAME: "still_open"}
    assert document["findings"][0]["decision"]["date"] == "2026-11-24"


def test_the_next_report_tells_the_movement_and_carries_the_decisions(
    first: Path, tmp_path: Path
) -> None:
    report = decide(report_on(first), {"D6": ACCEPTED, "E11": {"status": "corrected"}})
    later = Version(typed={EDUCATION: WRONG[EDUCATION]}).write(tmp_path / "later.xlsx")
    result = run("check", later, "--previous", report, "--lang", "en")
    assert result.exit_code == 0
    assert "No difference is open: the one finding has been accepted in review." in result.stdout
    assert "Since budget.report.xlsx: 1 accepted earlier, 1 fixed." in result.stdout
    book = openpyxl.load_workbook(tmp_path / "later.crossfoot.xlsx")
    summary = [str(c.value) for row in book["Summary"].iter_rows() for c in row if c.value]
    start = summary.index("What became of the findings of budget.report.xlsx")
    assert summary[start + 1 : start + 8] == [
        "1",
        "accepted earlier",
        "Käyttötalous!D6 Sivistyspalvelut yhteensä · TP 2019 (−1,000)",
        "Aino Aho (1)",
        "1",
        "fixed",
        "Käyttötalous!E11 Tekniset palvelut yhteensä · TA 2020 (−710)",
    ]
    assert "Nothing to put right." in summary
    row = [cell.value for cell in book["Findings"][FIRST_ROW + 1]]
    assert row[STATUS - 1 : COMMENT_COLUMN] == list(ACCEPTED.values())
    assert not book["Findings"].column_dimensions["C"].hidden
    earlier = [cell.value for cell in book["Earlier findings"][FIRST_ROW]]
    assert earlier[:5] == ["fixed", "Käyttötalous", "E11", TECHNICAL[0], TECHNICAL[1]]
    assert earlier[6:10] == [WRONG[TECHNICAL], -3106210, -710, "corrected"]
    note = book["Käyttötalous"]["D6"].comment
    assert note is not None
    decided = "Decision: accepted: Aino Aho, 2026-11-24, Rounded by hand, see memo 12"
    assert decided in note.text


def test_the_report_may_replace_the_one_it_goes_on_from(first: Path) -> None:
    assert run("check", first, "-q").exit_code == 1
    report = decide(first.with_name("budget.crossfoot.xlsx"), {"D6": ACCEPTED}, "Havainnot")
    result = run("check", first, "--previous", report)
    assert result.exit_code == 1
    assert "is kept as budget.crossfoot.kept-1.xlsx" in result.stderr
    again = openpyxl.load_workbook(report)["Havainnot"]
    statuses = [row[STATUS - 1].value for row in again.iter_rows(min_row=FIRST_ROW)]
    assert statuses == [None, "avoin", None, "hyväksytty"]


def test_the_other_forms_know_what_was_accepted(first: Path) -> None:
    report = decide(report_on(first), {"D6": ACCEPTED})
    common = ("check", first, "--previous", report, "--no-report", "--lang", "en")
    github = run(*common, "--format", "github").stdout
    assert github.count("\n") == 1
    assert "E11" in github
    log = json.loads(run(*common, "--format", "sarif").stdout)
    education, technical = log["runs"][0]["results"]
    assert education["baselineState"] == technical["baselineState"] == "unchanged"
    (suppression,) = education["suppressions"]
    assert suppression == {
        "kind": "external",
        "status": "accepted",
        "justification": "accepted: Aino Aho, 2026-11-24, Rounded by hand, see memo 12",
    }
    assert "suppressions" not in technical
    page = run(*common, "--format", "html").stdout
    assert "What became of the findings of budget.report.xlsx" in page
    assert "accepted: Aino Aho, 2026-11-24, Rounded by hand, see memo 12" in page


def test_python_has_the_decisions_too(first: Path) -> None:
    report = decide(report_on(first), {"D6": ACCEPTED})
    outcome = crossfoot.check(first, previous=report)
    education, technical = outcome.findings
    assert (education.is_settled, technical.is_settled) == (True, False)
    assert education.decision == Decision(
        Status.ACCEPTED, "Aino Aho", "2026-11-24", "Rounded by hand, see memo 12"
    )
    assert [f.id for f in outcome.open_at_least(Severity.NOTE)] == [technical.id]


def test_what_is_no_report_is_refused_in_one_sentence(first: Path, tmp_path: Path) -> None:
    report = report_on(first)
    without = openpyxl.load_workbook(report)
    for row in without["Findings"].iter_rows(min_row=FIRST_ROW - 1):
        row[ID - 1].value = None
    without.save(tmp_path / "without.xlsx")
    lost = openpyxl.load_workbook(report)
    del lost["Findings"]
    lost.save(tmp_path / "lost.xlsx")
    (tmp_path / "text.xlsx").write_text("not a workbook", encoding="utf-8")
    refusals = {
        first: "budget.xlsx is no report of Crossfoot; "
        "name the .crossfoot.xlsx of the time before.",
        tmp_path / "without.xlsx": "without.xlsx has lost the column Fingerprint / Tunniste / "
        "Kännetecken of its findings; take the report as Crossfoot wrote it, with your decisions.",
        tmp_path / "lost.xlsx": "lost.xlsx has lost the table of its findings; "
        "take the report as Crossfoot wrote it, with your decisions.",
        tmp_path / "text.xlsx": "text.xlsx is a text, not a workbook; save it as .xlsx.",
        tmp_path / "none.xlsx": "none.xlsx does not exist; check the path.",
    }
    before = sorted(tmp_path.iterdir())
    for previous, sentence in refusals.items():
        result = run("check", first, "--previous", previous)
        assert (result.exit_code, result.stdout, result.stderr) == (
            2,
            "",
            f"crossfoot: {sentence}\n",
        )
    assert sorted(tmp_path.iterdir()) == before
