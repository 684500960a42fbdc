"""The catalogue is complete, fresh and used, and each language writes as it should."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from reports.catalogue import LANGUAGES, compile_mo, read_po, source
from reports.words import NBSP, Words
from rules.model import (
    Basis,
    Certainty,
    Message,
    Operation,
    Severity,
    Verdict,
)
from tests.reports.made_up import make_audit
from workbooks.refs import CellRef

ROOT = Path(__file__).parents[2]
CATALOGUES = {language: read_po(source(language).read_text("utf-8")) for language in LANGUAGES}
KEYS = set(CATALOGUES["en"]) - {""}
ENUM_FAMILIES = {
    "verdict": Verdict,
    "severity": Severity,
    "certainty": Certainty,
    "operation": Operation,
    "basis": Basis,
}
# Sent by the rules and by diagnosis; they are worded here before every rule exists.
PROMISED = ("finding.", "note.", "cause.", "cause_name.", "explanation.", "not_checked.")


def code_strings() -> set[str]:
    """Every string constant of the four rooms, joined strings with ``*`` for what varies."""
    found: set[str] = set()
    for room in ("audit", "reports", "rules", "workbooks"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.add(node.value)
                elif isinstance(node, ast.JoinedStr):
                    found.add(
                        "".join(
                            str(part.value) if isinstance(part, ast.Constant) else "*"
                            for part in node.values
                        )
                    )
    return found


def sent_keys() -> set[str]:
    """Keys in calls ``Message("…")`` and ``….say("…")``; in joined strings ``*`` varies."""
    found: set[str] = set()
    for room in ("audit", "reports", "rules", "workbooks"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(node, ast.Call) or not node.args:
                    continue
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                first = node.args[0]
                if name in ("Message", "say") and isinstance(first, ast.Constant):
                    found.add(str(first.value))
    return found


def placeholders(text: str) -> list[tuple[str, str]]:
    """What is put into a text, and how it is shown; the order is the language's own affair."""
    return sorted((name, how or "") for _, name, how, _ in Formatter().parse(text) if name)


@pytest.mark.parametrize("language", LANGUAGES)
def test_compiled_catalogue_is_fresh(language: str) -> None:
    path = source(language)
    assert path.with_suffix(".mo").read_bytes() == compile_mo(CATALOGUES[language]), (
        "run: python -m reports.catalogue"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_key_with_the_same_values(language: str) -> None:
    mine, english = CATALOGUES[language], CATALOGUES["en"]
    assert set(mine) == set(english)
    for key in KEYS:
        assert len(mine[key]) == len(english[key]), key
        assert all(mine[key]), f"{key} is empty"
        for own, original in zip(mine[key], english[key], strict=True):
            assert placeholders(own) == placeholders(original), key


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "en"])
def test_no_translation_is_older_than_its_english_text(language: str) -> None:
    """Above each translation stands the English text that it was made from."""
    text = source(language).read_text("utf-8")
    assert not re.search("^#,.*fuzzy", text, re.MULTILINE)
    english = CATALOGUES["en"]
    made_from = {}
    for block in text.split("\n\n"):
        key = re.search('^msgid "(.+)"$', block, re.MULTILINE)
        if key is not None:
            lines = [line[3:] for line in block.splitlines() if line.startswith("#. ")]
            made_from[key.group(1)] = lines
    stale = {
        key
        for key, forms in english.items()
        if key and made_from.get(key) != [line for form in forms for line in form.split("\n")]
    }
    assert stale == set(), "translate these again, then put the new English text above them"


def test_every_key_in_the_code_has_a_text() -> None:
    assert sent_keys() - KEYS == set()


def test_every_text_is_used() -> None:
    strings = code_strings()
    patterns = [
        re.compile(re.escape(text).replace(r"\*", "[^.]+"))
        for text in strings
        if "*" in text and re.match(r"[a-z_]+\.", text)
    ]
    unused = {
        key
        for key in KEYS
        if key not in strings
        and not key.startswith(PROMISED)
        and not any(pattern.fullmatch(key) for pattern in patterns)
    }
    assert unused == set()


def test_words_of_every_enumeration_exist() -> None:
    for family, values in ENUM_FAMILIES.items():
        assert {f"{family}.{value}" for value in values} <= KEYS
    assert {f"finding.{operation}" for operation in Operation} <= KEYS


def test_unknown_key_and_missing_value_are_errors() -> None:
    words = Words("en")
    with pytest.raises(KeyError, match=r"no\.such\.key"):
        words.say("no.such.key")
    with pytest.raises(KeyError):
        words.say("terminal.report")
    with pytest.raises(ValueError, match="no such language"):
        Words("de")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["−1,433,276", "0", "1,234.5", "0.0364", "3.6%", "+5"]),
        ("fi", ["−1_433_276", "0", "1_234,5", "0,0364", "3,6_%", "+5"]),
        ("sv", ["−1_433_276", "0", "1_234,5", "0,0364", "3,6_%", "+5"]),
    ],
)
def test_numbers_as_the_language_writes_them(language: str, expected: list[str]) -> None:
    words = Words(language)
    shown = [
        words.number(-1433276.0),
        words.number(-0.00000001),
        words.number(1234.5),
        words.number(0.0364),
        words.percent(3.6),
        words.number(5, plus=True),
    ]
    assert shown == [text.replace("_", NBSP) for text in expected]


def test_one_and_many() -> None:
    words = Words("en")
    assert words.say("count.notes", count=1) == "1 note"
    assert words.say("count.notes", count=0) == "0 notes"
    assert Words("fi").say("count.notes", count=2) == "2 huomiota"


def test_amounts_of_a_message_share_the_decimals_of_its_difference() -> None:
    message = Message(
        "finding.difference", {"reported": 10.0, "recomputed": 10.0034, "difference": -0.0034}
    )
    assert "10.0034" in Words("en").text(message)


def test_addresses_are_short_at_home_and_named_abroad() -> None:
    words = Words("en")
    assert words.cell(CellRef("Yksiköt", 4, 2), "Yksiköt") == "B4"
    assert words.cell(CellRef("Yksiköt", 4, 2)) == "Yksiköt!B4"
    assert words.cell(CellRef("It's 5", 4, 2)) == "'It''s 5'!B4"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_made_up_sentence_can_be_said(language: str) -> None:
    words = Words(language)
    outcome, _ = make_audit()
    said = [words.text(cause.explanation) for cause in outcome.root_causes]
    said += [words.text(gap.reason) for gap in outcome.not_checked]
    assert not any("{" in sentence for sentence in said)
