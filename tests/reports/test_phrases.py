"""Errors are told in the language of their reader, and no sentence is without a translation."""

from __future__ import annotations

import ast
import dataclasses
import io
import re
from pathlib import Path
from string import Formatter

import pytest

from audit import progress
from reports.facts import ReportFacts
from reports.phrases import TRANSLATED, language_of, templates, told
from reports.sentences import facts_of
from reports.sheet_remarks import LeftOut, sheet_remarks
from reports.words import Words
from tests.audit.conftest import run
from tests.reports.made_up import make_audit

ROOT = Path(__file__).parents[2]
# Where what a command says on standard error arises, and the calls that it arises in.
PLACES = (
    *("workbooks/**/*.py", "audit/**/*.py", "rules/declared/*.py", "rules/statutory/pack.py"),
    *("reports/earlier_report.py", "reports/writer.py", "reports/annotated_copy/*.py"),
)
CALLS = (
    *("Refused", "Encrypted", "InputError", "OutputError", "NotAReportError", "complain"),
    *("DamagedPart", "_optional", "FinalOutputError", "AuditError", "Problem", "Fault", "fault"),
)
# Facts and remedies that are named before they are told.
NAMED = ("fact", "remedy", "why", "asked")
PASSED_ON = {  # made of others, which are translated themselves
    "",
    "{}",
    "{} {}",
    "{}: {}",
    "{} {}; {}.",
    *("the pack cannot be read: {}{}", "; the packs are {}"),
}


def template(node: ast.expr) -> str | None:
    """A text of the code with ``{}`` for what varies."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(str(p.value) if isinstance(p, ast.Constant) else "{}" for p in node.values)
    return None


def sentences() -> set[str]:
    """Every sentence, fact and remedy in those places."""
    found: set[str] = set()
    for pattern in PLACES:
        for path in ROOT.glob(pattern):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if (
                    isinstance(node, ast.Assign)
                    and isinstance(node.targets[0], ast.Name)
                    and node.targets[0].id in NAMED
                ):
                    choices = [node.value]
                    if isinstance(node.value, ast.IfExp):
                        choices = [node.value.body, node.value.orelse]
                    found |= {text for value in choices if (text := template(value))}
                if isinstance(node, ast.Call):
                    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                    is_setting = name == "ValueError" and path.parent.name == "audit"
                    held = getattr(node.func, "value", None)
                    is_remark = name == "append" and getattr(held, "attr", "") == "_notes"
                    if name in CALLS or is_setting or is_remark:
                        told_of = node.args[-1:] if name == "Problem" else node.args
                        found |= {text for a in told_of if (text := template(a))}
    return found - PASSED_ON


def test_every_sentence_is_in_every_language() -> None:
    assert len(sentences()) > 60
    for language in TRANSLATED:
        missing = sentences() - templates(language).keys()
        assert missing == set(), f"add them to reports/locale/{language}/sentences.po"


DROPPING = (
    "{} cannot hold {}; give it a name in {}.",
    "the settings file is not valid TOML in line {}, column {}: {}",  # the parser speaks English
    "the settings file is not valid TOML: {}",
    "this is no YAML: {}",
)


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_put_in_what_was_there(language: str) -> None:
    for english, text in templates(language).items():
        numbers = {int(name) for _, name, _, _ in Formatter().parse(text) if name is not None}
        assert text, english
        assert numbers <= set(range(english.count("{}"))), english
        dropped = set(range(english.count("{}"))) - numbers
        assert not dropped or english in DROPPING, english
        assert text.endswith(".") == english.endswith("."), english


@pytest.mark.parametrize(
    ("english", "finnish", "swedish"),
    [
        (
            "ta 2026.xlsx is encrypted; save it without a password.",
            "ta 2026.xlsx on salattu; tallenna se ilman salasanaa.",
            "ta 2026.xlsx är krypterad; spara den utan lösenord.",
        ),
        (
            "a; b.xlsx holds more than 5,000 cells with content; "
            "split it into smaller workbooks, or raise the setting max-cells.",
            "a; b.xlsx sisältää yli 5,000 solua, joissa on sisältöä; "
            "jaa se pienempiin työkirjoihin tai suurenna asetusta max-cells.",
            "a; b.xlsx innehåller mer än 5,000 celler med innehåll; "
            "dela upp den i mindre arbetsböcker eller höj inställningen max-cells.",
        ),
        (
            "budget.xls is no .xlsx or .xlsm workbook, so no annotated copy can be made of it; "
            "leave out --annotate and use the report, which shows every sheet with the same marks.",
            "budget.xls ei ole .xlsx- tai .xlsm-työkirja, joten siitä ei voi tehdä merkittyä "
            "kopiota; jätä --annotate pois ja käytä raporttia, jossa joka välilehdellä on samat "
            "merkit.",
            "budget.xls är ingen .xlsx- eller .xlsm-arbetsbok, så ingen märkt kopia kan göras av "
            "den; utelämna --annotate och använd rapporten, som visar alla blad med samma märken.",
        ),
        (
            "crossfoot.toml:3: lang: 'de' is none of fi, sv, en",
            "crossfoot.toml:3: lang: 'de' ei ole mikään näistä: fi, sv, en",
            "crossfoot.toml:3: lang: 'de' är inget av fi, sv, en",
        ),
        (
            "rules.yaml:9: a rule of lines has no 'linee'; did you mean line?",
            "rules.yaml:9: sääntö kohdassa lines: avainta 'linee' ei tunneta; tarkoititko line?",
            "rules.yaml:9: en regel under lines: nyckeln 'linee' är okänd; menade du line?",
        ),
        (
            "ours: the pack cannot be read: No such file or directory; the packs are a, b",
            "ours: pakettia ei voi lukea: tiedostoa tai kansiota ei ole; paketit ovat a, b",
            "ours: paketet kan inte läsas: filen eller mappen finns inte; paketen är a, b",
        ),
        *[
            (text, text, text)
            for text in ("something new; do this", "x.xlsx is odd; check the path")
        ],
    ],
)
def test_sentences_known_and_unknown(english: str, finnish: str, swedish: str) -> None:
    assert told(english, "fi") == finnish
    assert told(english, "sv") == swedish
    assert told(english, "en") == english


def test_the_language_is_the_one_asked_for_else_that_of_the_terminal(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert language_of() == "en"
    missing = tmp_path / "none.xlsx"
    assert run("check", missing).stderr == "crossfoot: none.xlsx does not exist; check the path.\n"
    swedish = "crossfoot: none.xlsx finns inte; kontrollera sökvägen.\n"
    assert run("check", missing, "--lang", "sv").stderr == swedish
    monkeypatch.setenv("LANG", "fi_FI.UTF-8")
    finnish = "crossfoot: none.xlsx ei ole olemassa; tarkista polku.\n"
    assert run("check", missing).stderr == finnish
    assert run("check", missing, "--lang", "sv").stderr == swedish
    (tmp_path / "crossfoot.toml").write_text("lang = 'sv'\n")
    assert run("check", missing).stderr == swedish
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert language_of() == "en"


def test_progress_is_told_in_that_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    stream = io.StringIO()
    progress.ProgressLine(stream, is_shown=True, language="fi")("reading Yksiköt", 0.25)
    assert re.sub(r"\s+", " ", stream.getvalue()).strip() == "luetaan Yksiköt … 25%"


def test_a_report_tells_remarks_on_reading_in_its_own_language() -> None:
    outcome, workbook = make_audit()
    workbook = dataclasses.replace(
        workbook, notes=("Without its formats: xl/styles.xml is damaged.",)
    )
    facts = dict(facts_of(outcome, workbook, Words("sv"), ReportFacts()))
    assert facts["evidence.notes"] == "Läst utan detta: formaten (xl/styles.xml är skadad)."
    grid = dataclasses.replace(workbook.grids[0], left_out="Rows after 1,048,576 were left out.")
    (remark,) = sheet_remarks(Words("fi"), grid, grid.name, LeftOut())
    assert remark.endswith("Rivit 1,048,576 jälkeen jätettiin pois.")
