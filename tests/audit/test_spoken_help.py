"""``--help`` and complaints of wrong usage are told in the language of their reader."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import click
import pytest

from audit.cli import cli
from audit.spoken_help import asked_language, pieces, plain_help
from reports.phrases import TRANSLATED, command_texts
from tests.audit.conftest import run

COMMANDS = {"": cli, **cli.commands}


def texts(command: click.Command) -> Iterator[str]:
    """All that the help of a command says."""
    for text in (command.help, command.epilog, command.short_help):
        if text:
            yield from pieces(inspect.cleandoc(text))
    context = click.Context(command, help_option_names=["-h", "--help"])
    for param in command.get_params(context):
        if isinstance(param, click.Option):
            yield plain_help(param.help or "")


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_of_the_help_is_in_every_language(language: str) -> None:
    known = command_texts(language)
    for name, command in COMMANDS.items():
        missing = [text for text in texts(command) if text not in known]
        assert missing == [], f"{name}: add them to reports/locale/{language}/commands.po"
    assert all(known.values())


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_text_of_the_help_is_left_over(language: str) -> None:
    used = {text for command in COMMANDS.values() for text in texts(command)}
    words = {text for text in command_texts(language) if re.fullmatch("[A-Z]{3,}", text)}
    chrome = {"Usage:", "Options", "Commands", "default", "required"}
    assert command_texts(language).keys() - used - words - chrome == set()


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("language", TRANSLATED)
def test_help_has_no_english_left(language: str, name: str) -> None:
    """Neither click's own words nor placeholders, whatever the order of the options."""
    arguments = [name] if name else []
    shown = run(*arguments, "--help", "--lang", language).stdout
    for word in (
        "Usage",
        "Options",
        "default:",
        "required",
        "Show this",
        "OPTIONS",
        "FILE",
        "[ARGS",
    ):
        assert word not in shown, word
    prose = re.sub(r'".*"', "", shown)  # values of settings, which a reader may copy
    assert not set(re.findall(r"\b(?:the|which|with|what|where)\b", prose))


def test_help_of_check_in_three_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert run("check", "--help").stdout.startswith("Usage: crossfoot check [OPTIONS] FILE\n")
    swedish = run("check", "--help", "--lang=sv").stdout
    assert swedish.startswith("Användning: crossfoot check [FLAGGOR] FIL\n")
    assert "  -h, --help                      Visa denna hjälp och avsluta.\n" in swedish
    assert "crossfoot check budget.xlsx --annotate" in swedish
    monkeypatch.setenv("LANG", "fi_FI.UTF-8")
    finnish = run("check", "--help").stdout
    assert finnish.startswith("Käyttö: crossfoot check [VALITSIMET] TIEDOSTO\n")
    assert "    130  keskeytetty Ctrl-C:llä\n" in finnish
    assert run("check", "--help", "--lang", "en").stdout.startswith("Usage: ")


WRONG = {
    ("chekc",): (
        "komentoa 'chekc' ei ole. Tarkoititko 'check'?; ks. crossfoot --help",
        "kommandot 'chekc' finns inte. Menade du 'check'?; se crossfoot --help",
    ),
    ("check",): (
        "argumentti 'TIEDOSTO' puuttuu; ks. crossfoot check --help",
        "argumentet 'FIL' saknas; se crossfoot check --help",
    ),
    ("check", "a.xlsx", "--zebra"): (
        "valitsinta '--zebra' ei ole; ks. crossfoot check --help",
        "flaggan '--zebra' finns inte; se crossfoot check --help",
    ),
    ("batch", "here"): (
        "valitsin '-o' / '--output' puuttuu; ks. crossfoot batch --help",
        "flaggan '-o' / '--output' saknas; se crossfoot batch --help",
    ),
    ("selftest", "a.xlsx", "--count", "0"): (
        "valitsimen '--count' arvo ei kelpaa: 0 ei ole välillä 1<=x<=1000; "
        "ks. crossfoot selftest --help",
        "ogiltigt värde för '--count': 0 ligger inte i intervallet 1<=x<=1000; "
        "se crossfoot selftest --help",
    ),
    ("tie", "a.xlsx", "b.xlsx", "--format", "xml"): (
        "valitsimen '--format' arvo ei kelpaa: 'xml' ei ole mikään näistä: 'text', 'json'; "
        "ks. crossfoot tie --help",
        "ogiltigt värde för '--format': 'xml' är inget av 'text', 'json'; se crossfoot tie --help",
    ),
    ("explain", "FT101", "FT102"): (
        "ylimääräinen argumentti (FT102); ks. crossfoot explain --help",
        "ett argument för mycket (FT102); se crossfoot explain --help",
    ),
    ("explain", "FT1O1"): (
        "sääntöä 'FT1O1' ei ole; tarkoititko",
        "regeln 'FT1O1' finns inte; menade du",
    ),
}


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_wrong_usage_is_told_in_the_language(arguments: tuple[str, ...]) -> None:
    for language, expected in zip(("fi", "sv"), WRONG[arguments], strict=True):
        result = run(*arguments, "--lang", language)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.lower().startswith(f"crossfoot: {expected.lower()}"), language


def test_the_asked_language_is_found_wherever_it_stands() -> None:
    assert asked_language(["check", "a.xlsx", "--lang", "FI"]) == "fi"
    assert asked_language(["--lang"]) == ""
    assert asked_language(["check", "--language"]) is None
