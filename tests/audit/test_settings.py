"""Settings from the command line and from a file: one record, every problem at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.errors import SettingsError
from audit.settings import Settings, described, resolve_settings
from rules.materiality import Materiality


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def _problems(folder: Path, given: dict[str, object] | None = None) -> list[str]:
    with pytest.raises(SettingsError) as refusal:
        resolve_settings(folder, given or {})
    return str(refusal.value).splitlines()


def test_nothing_said_gives_the_defaults(tmp_path: Path) -> None:
    assert resolve_settings(tmp_path, {"lang": None}) == (Settings(), None)


def test_nearest_file_above_the_workbook_is_used(tmp_path: Path) -> None:
    _write(tmp_path / "crossfoot.toml", 'lang = "sv"')
    near = _write(tmp_path / "year" / "pyproject.toml", '[tool.crossfoot]\nlang = "fi"')
    (tmp_path / "year" / "draft").mkdir()
    settings, file = resolve_settings(tmp_path / "year" / "draft", {})
    assert (settings.lang, file) == ("fi", near)


def test_crossfoot_toml_wins_over_pyproject_beside_it(tmp_path: Path) -> None:
    _write(tmp_path / "pyproject.toml", '[tool.crossfoot]\nlang = "fi"')
    _write(tmp_path / "crossfoot.toml", 'lang = "en"')
    assert resolve_settings(tmp_path, {})[0].lang == "en"


@pytest.mark.parametrize("text", ['[project]\nname = "other"', "[tool.ruff]\n", "= not toml"])
def test_a_pyproject_of_something_else_is_passed_over(tmp_path: Path, text: str) -> None:
    _write(tmp_path / "crossfoot.toml", 'lang = "sv"')
    _write(tmp_path / "books" / "pyproject.toml", text)
    assert resolve_settings(tmp_path / "books", {})[0].lang == "sv"


def test_what_is_said_on_the_spot_wins(tmp_path: Path) -> None:
    _write(tmp_path / "crossfoot.toml", 'lang = "sv"\ntolerance = 2\ngx = true')
    given = {"lang": "fi", "tolerance": "0", "gx": False}
    settings, _ = resolve_settings(tmp_path, given)
    assert (settings.lang, settings.tolerance, settings.gx) == ("fi", 0.0, False)


def test_every_form_of_value(tmp_path: Path) -> None:
    _write(
        tmp_path / "crossfoot.toml",
        """
        format = "json"
        report = false
        ledger = true
        fail-on = "error"
        select = ["ft", "NT201, XF"]
        ignore = "net-not-revenue-less-expense"
        materiality = 1000.5
        """,
    )
    settings, _ = resolve_settings(tmp_path, {})
    assert settings == Settings(
        format="json",
        report=False,
        ledger=True,
        fail_on="error",
        select=("FT", "NT201", "XF"),
        ignore=("NT201",),
        materiality=Materiality(1000.5),
    )


def test_all_problems_are_told_at_once_each_with_its_place(tmp_path: Path) -> None:
    file = _write(
        tmp_path / "crossfoot.toml",
        '# ours\nlang = "de"\ntolerance = -1\n\nfail_on = "error"\n'
        "gx = 1\nselect = [7]\nzebra = 0\n",
    )
    lines = _problems(tmp_path, {"materiality": "much", "format": "xml"})
    assert [line.partition(": ")[0] for line in lines] == [
        *(f"{file}:{number}" for number in (2, 3, 5, 6, 7, 8)),
        "--materiality",
        "--format",
    ]
    assert "'de' is none of fi, sv, en" in lines[0]
    assert "did you mean fail-on?" in lines[2]
    assert "the settings are" in lines[5]


def test_place_in_pyproject_is_inside_its_own_table(tmp_path: Path) -> None:
    file = _write(
        tmp_path / "pyproject.toml",
        '[tool.other]\nlang = "de"\n[ tool.crossfoot ]\nlang = "de"\n'
        "[tool.crossfoot.deep]\nx = 1\n",
    )
    assert [line.partition(": ")[0] for line in _problems(tmp_path)] == [f"{file}:4", f"{file}:5"]


@pytest.mark.parametrize("value", ["'FT999'", "['NT', 'no-such-rule']", "'-'"])
def test_a_rule_that_is_not_there_is_told(tmp_path: Path, value: str) -> None:
    _write(tmp_path / "crossfoot.toml", f"ignore = {value}")
    assert "there is no rule" in _problems(tmp_path)[0]


@pytest.mark.parametrize("value", ["nan", "inf", "true", '"-1"', '"1e400"', "[1]"])
def test_an_amount_is_a_finite_number_from_0_up(tmp_path: Path, value: str) -> None:
    _write(tmp_path / "crossfoot.toml", f"tolerance = {value}")
    assert "is not a number from 0 up" in _problems(tmp_path)[0]


@pytest.mark.parametrize(
    ("typed", "limit", "evidence"),
    [
        ('"0.5%"', Materiality(0.005, is_share=True), 'materiality = "0.5%"'),
        ('"0,5 %"', Materiality(0.005, is_share=True), 'materiality = "0.5%"'),
        ('"1000"', Materiality(1000.0), "materiality = 1000"),
        ("0", Materiality(0.0), "materiality = 0"),
    ],
)
def test_materiality_is_an_amount_or_a_share(
    tmp_path: Path, typed: str, limit: Materiality, evidence: str
) -> None:
    _write(tmp_path / "crossfoot.toml", f"materiality = {typed}")
    settings, _ = resolve_settings(tmp_path, {})
    assert settings.materiality == limit
    assert list(settings.evidence()) == [evidence]


@pytest.mark.parametrize("typed", ["x%", "%", "-1%", "-1", "inf%", "5%%"])
def test_what_is_no_materiality_is_told(tmp_path: Path, typed: str) -> None:
    (line,) = _problems(tmp_path, {"materiality": typed})
    assert line == (
        f"--materiality: {typed!r} is neither an amount from 0 up, such as 1000, nor a share, 0.5%"
    )


def test_broken_toml_says_where(tmp_path: Path) -> None:
    file = _write(tmp_path / "crossfoot.toml", "lang = fi\n")
    (line,) = _problems(tmp_path)
    assert line.startswith(f"{file}: the settings file is not valid TOML")
    assert "line 1" in line


def test_a_named_file_is_used_instead_of_the_nearest(tmp_path: Path) -> None:
    _write(tmp_path / "crossfoot.toml", 'lang = "sv"')
    named = _write(tmp_path / "other" / "strict.toml", 'lang = "fi"')
    assert resolve_settings(tmp_path, {}, named) == (Settings(lang="fi"), named)


def test_a_named_file_that_is_missing_or_about_something_else(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        resolve_settings(tmp_path, {}, tmp_path / "none.toml")
    other = _write(tmp_path / "pyproject.toml", "[tool.ruff]\n")
    with pytest.raises(SettingsError, match=r"no table \[tool.crossfoot\]"):
        resolve_settings(tmp_path, {}, other)


def test_a_folder_that_is_closed_holds_no_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "is_file", refuse)
    assert resolve_settings(tmp_path, {}) == (Settings(), None)


def test_every_setting_says_what_it_means() -> None:
    for name, _, setting in described():
        assert setting.meaning.endswith((".", ")")) or "default" in setting.meaning, name


def test_evidence_has_what_changes_the_findings_and_no_more() -> None:
    settings = Settings(format="json", lang="fi", tolerance=0.0, ignore=("FT", "NT201"))
    assert list(settings.evidence()) == ["tolerance = 0.0", 'ignore = ["FT", "NT201"]']
