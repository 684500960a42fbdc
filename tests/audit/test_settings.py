"""Settings from the command line and from a file: one record, every problem at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from audit.errors import SettingsError
from audit.pipeline import limits_of
from audit.settings import Settings, described, resolve_settings
from audit.toml_places import TomlPlaces
from reports.phrases import told
from rules.materiality import Materiality
from rules.model import Waiver
from workbooks.package import Limits


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
    assert told(line, "fi") == (
        f"{file}: asetustiedosto ei ole kelvollista TOMLia rivillä 1, sarakkeessa 8"
    )


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


def test_a_rule_can_be_chosen_for_one_sheet(tmp_path: Path) -> None:
    _write(tmp_path / "crossfoot.toml", 'ignore = ["RT", "Units 1:ft103", "Inv*:NT"]')
    settings, _ = resolve_settings(tmp_path, {"select": "'It''s, new':FT, nt"})
    assert settings.ignore == ("RT", "Units 1:FT103", "Inv*:NT")
    assert settings.select == ("It's, new:FT", "NT")


@pytest.mark.parametrize(
    ("value", "fact"),
    [("Units:ZZ1", "no rule 'ZZ1'"), (":FT", "names no sheet"), ("Units:", "no rule ''")],
)
def test_a_choice_for_a_sheet_needs_a_sheet_and_a_rule(
    tmp_path: Path, value: str, fact: str
) -> None:
    with pytest.raises(SettingsError, match=fact):
        resolve_settings(tmp_path, {"ignore": value})


WAIVER = """
[[waiver]]
rule = "net-not-revenue-less-expense"
sheet = "Units"
line = "Net"
reason = "Known"
by = "M. Laine"
until = 2027-12-31

[[waiver]]  # another
cell = "$b$12"
difference = -36
reason = "Known"
by = "M. Laine"
until = "2026-01-31"
"""


@pytest.mark.parametrize("name", ["crossfoot.toml", "pyproject.toml"])
def test_waivers_are_read_with_their_place(tmp_path: Path, name: str) -> None:
    text = WAIVER if name == "crossfoot.toml" else WAIVER.replace("[[", "[[tool.crossfoot.")
    file = _write(tmp_path / name, text)
    assert resolve_settings(tmp_path, {})[0].waivers == (
        Waiver(
            "Known",
            "M. Laine",
            until=date(2027, 12, 31),
            rule="NT201",
            sheet="Units",
            line="Net",
            place=f"{file}:2",
        ),
        Waiver(
            "Known", "M. Laine", date(2026, 1, 31), cell="B12", difference=-36.0, place=f"{file}:10"
        ),
    )


def test_all_problems_of_waivers_are_told_at_once_each_with_its_place(tmp_path: Path) -> None:
    file = _write(
        tmp_path / "crossfoot.toml",
        """lang = "de"

[[waiver]]
rule = "ZZ101"
reason = "Known"
by = 7
until = "soon"

[[waiver]]
sheet = "Units"
reason = "Known"

[[waiver]]
cell = "12B"
finding = "F-1"
difference = "much"
lines = "Net"
reason = "Known"
by = "M. Laine"
until = 2027-12-31
""",
    )
    assert _problems(tmp_path) == [
        f"{file}:1: lang: 'de' is none of fi, sv, en",
        f"{file}:6: by: 7 is not a text in quotes",
        f"{file}:4: rule: there is no rule 'ZZ101'; `crossfoot rules` lists them all",
        f"{file}:7: until: 'soon' is no date like 2027-12-31",
        f"{file}:9: a waiver needs by, until: why, who accepted it, and its last day",
        f"{file}:9: a waiver names what it is about: rule, finding, line or cell",
        f"{file}:17: waiver: there is no key 'lines'; did you mean line?",
        f"{file}:14: cell: '12B' is no address like B12",
        f"{file}:15: finding: 'F-1' is no id as reports show it, like F-3a91c2d0",
        f"{file}:16: difference: 'much' is no number",
    ]


def test_waivers_that_are_no_tables_are_told(tmp_path: Path) -> None:
    file = _write(tmp_path / "crossfoot.toml", 'waiver = "FT101"')
    assert _problems(tmp_path) == [
        f"{file}:1: waiver: waivers are written as tables, [[waiver]] for each"
    ]


LINES = """\
lang = "fi"
[a]
b = 1
c.d = 2
[text]
long = \"\"\"
b = 7
\"\"\"
last = 1
['q w']
[[list]]
x = 3
[[list]]
x = 4
[list.deep]
y = 5
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("lang",), 1),
        (("a", "b"), 3),
        (("a", "c", "d"), 4),
        (("text", "last"), 9),
        (("text", "b"), 5),
        (("q w",), 10),
        (("list", 0, "x"), 12),
        (("list", 1, "x"), 14),
        (("list", 1, "z"), 13),
        (("list", 1, "deep", "y"), 16),
        (("nothing",), None),
    ],
)
def test_the_line_of_a_value_in_toml(path: tuple[str | int, ...], line: int | None) -> None:
    assert TomlPlaces(LINES).line(*path) == line


def test_the_limits_of_the_reader_are_settings(tmp_path: Path) -> None:
    (tmp_path / "crossfoot.toml").write_text("max-cells = 7\nmax-memory-mb = 64\n")
    given = {"max_file_mb": "3", "max_unpacked_mb": "4", "max_seconds": 5}
    settings, _ = resolve_settings(tmp_path, given)
    assert limits_of(settings) == Limits(
        max_cells=7,
        max_file_bytes=3 << 20,
        max_unpacked_bytes=4 << 20,
        child_seconds=5,
        child_bytes=64 << 20,
    )
    assert limits_of(Settings()) == Limits()
    assert list(settings.evidence()) == []
    for wrong in ("0", "-1", "1.5", "many", True):
        with pytest.raises(SettingsError, match="is not a whole number from 1 up"):
            resolve_settings(tmp_path, {"max_cells": wrong})
