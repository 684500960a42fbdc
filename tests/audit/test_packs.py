"""Packs on the command line and in settings; the example of the document, run."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

import crossfoot
from audit.errors import SettingsError
from audit.packs import loaded_packs, parsed_packs, parsed_population
from audit.settings import resolve_settings
from reports.words import Words
from rules.statutory import pack as pack_form
from rules.statutory.shipped import NAMES, text_of
from tests.audit.conftest import run
from tests.audit.documents import DOCS, example
from tests.rules.test_runner import saved

SCHEMA = json.loads(Path(pack_form.__file__).with_name("pack.schema.json").read_text("utf-8"))


def sheet(text: str) -> list[list[object]]:
    rows: list[list[object]] = []
    for line in text.strip("\n").splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        rows.append([float(c) if re.fullmatch(r"-?\d+", c) else c for c in cells])
    return rows


@pytest.fixture
def swedish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The pack and the workbook of the document, in the folder that the test runs in."""
    monkeypatch.chdir(tmp_path)
    Path("se-resultat.yaml").write_text(example("writing-a-pack.md", "pack"), encoding="utf-8")
    return saved(tmp_path / "bokslut.xlsx", sheet(example("writing-a-pack.md", "table")))


def test_the_example_of_the_document_runs_as_told(swedish: Path) -> None:
    told = run("packs", "se-resultat.yaml")
    assert told.output == example("writing-a-pack.md", "packs")
    result = run("check", swedish, "--pack", "se-resultat.yaml", "--lang", "en", "--no-report")
    assert result.exit_code == 1
    said = " ".join(result.output.split())
    outcome = crossfoot.check(swedish, config=_config(swedish, 'pack = ["se-resultat.yaml"]'))
    (found,) = [f for f in outcome.findings if f.rule == "ST901" and f.reported == -4591]
    assert Words("en").text(found.message) + "\n" == example("writing-a-pack.md", "finding")
    assert "B5" not in said
    (root,) = outcome.root_causes
    assert [(s.cell.a1, s.suggested) for s in root.cells] == [("C5", -4519.0)]


def _config(book: Path, text: str) -> Path:
    path = book.with_name("crossfoot.toml")
    path.write_text(text, encoding="utf-8")
    return path


def test_no_finnish_pack_takes_a_swedish_statement(swedish: Path) -> None:
    findings = crossfoot.check(swedish).findings
    told = [Words("en").text(f.message) for f in findings if f.rule.startswith("ST")]
    assert [text.partition(":")[0] for text in told] == ["SE-1", "SE-5"]


def test_every_block_of_yaml_in_the_document_is_sound() -> None:
    text = (DOCS / "writing-a-pack.md").read_text("utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert len(blocks) == 6
    for block in blocks:
        head = "" if "crossfoot-pack" in block else "crossfoot-pack: 1\nname: x\ntitle: x\n"
        Draft202012Validator(SCHEMA).validate(YAML(typ="safe").load(head + block))
        pack, faults = pack_form.read_pack(head + block, lambda name: loaded_packs((name,))[-1])  # type: ignore[index]
        assert faults == []
        assert pack.title


@pytest.mark.parametrize("name", NAMES)
def test_the_shipped_packs_fit_the_schema(name: str) -> None:
    Draft202012Validator(SCHEMA).validate(YAML(typ="safe").load(text_of(name)))


def test_the_schema_and_the_reader_know_the_same_keys() -> None:
    assert set(SCHEMA["properties"]) == {*pack_form._HEAD, *pack_form._SECTIONS}
    line = SCHEMA["$defs"]["named"]["additionalProperties"]["properties"]
    assert set(line) == {"is", *pack_form._LANGUAGES}
    assert set(line["is"]["enum"]) == set(pack_form.Sign)
    assert set(SCHEMA["$defs"]["indicator"]["properties"]["form"]["enum"]) == set(pack_form._FORMS)


def test_packs_are_listed_and_printed() -> None:
    listed = run("packs").output
    assert [line.split()[0] for line in listed.splitlines()] == list(NAMES)
    assert run("packs", "fi-tase").output == text_of("fi-tase")
    wrong = run("packs", "fi-tose")
    assert (wrong.exit_code, wrong.stderr) == (
        2,
        "crossfoot: there is no pack 'fi-tose'; did you mean fi-tase? "
        "`crossfoot packs` lists them all\n",
    )


def test_all_faults_of_all_files_are_told_with_their_places(swedish: Path) -> None:
    text = example("writing-a-pack.md", "pack").replace("is: income", "is: incom")
    Path("a.yaml").write_text(text, encoding="utf-8")
    result = run("check", swedish, "--pack", "a.yaml,b.yaml", "--no-report")
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        "crossfoot: a.yaml:12: is: there is no 'incom' here; did you mean income?",
        "crossfoot: a.yaml:24: is: there is no 'incom' here; did you mean income?",
        "crossfoot: a.yaml:27: is: there is no 'incom' here; did you mean income?",
        "crossfoot: b.yaml: the pack cannot be read: No such file or directory",
    ]


def test_which_packs_are_used() -> None:
    assert loaded_packs(()) is None
    assert loaded_packs(("auto",)) is None
    assert loaded_packs(("none",)) == ()
    asked = loaded_packs(("fi-sidokset",))
    assert asked is not None
    assert [pack.name for pack in asked] == [
        "fi-tuloslaskelma",
        "fi-rahoituslaskelma",
        "fi-tase",
        "fi-sidokset",
    ]


def test_a_file_stands_beside_the_packs_found_by_words(swedish: Path) -> None:
    packs = loaded_packs(("auto", str(swedish.with_name("se-resultat.yaml"))))
    assert packs is not None
    assert [pack.name for pack in packs] == [*NAMES, "se-resultat"]
    taken = swedish.with_name("own.yaml")
    taken.write_text(text_of("fi-tase"), encoding="utf-8")
    with pytest.raises(SettingsError, match="fi-tase is the name of a pack of Crossfoot"):
        loaded_packs((str(taken),))


@pytest.mark.parametrize(
    "given",
    [
        "2022-12-31=7301, 31.12.2023=7 271",
        ["2023-12-31=7271", "2022-12-31=7301"],
        {"2022-12-31": 7301, "2023-12-31": 7271},
    ],
)
def test_a_population_has_dates(given: object) -> None:
    assert parsed_population(given) == ("2022-12-31=7301", "2023-12-31=7271")


@pytest.mark.parametrize(
    ("given", "fact"),
    [
        ("2023=7271", "'2023' is no date"),
        ("2023-12-31=0", "'0' is no number of residents"),
        ("2023-12-31=many", "'many' is no number"),
        ("2023-12-31=5,2023-01-01=6", "2023 has two dates"),
        (7271, "'7271' is no date"),
    ],
)
def test_a_population_that_is_wrong_is_told(given: object, fact: str) -> None:
    with pytest.raises(ValueError, match=re.escape(fact)):
        parsed_population(given)


def test_settings_and_evidence(tmp_path: Path) -> None:
    text = 'pack = ["auto", "ours.yaml"]\n[population]\n"2023-12-31" = 7271\n'
    (tmp_path / "crossfoot.toml").write_text(text, encoding="utf-8")
    settings, _ = resolve_settings(tmp_path, {})
    assert list(settings.evidence()) == [
        'pack = ["auto", "ours.yaml"]',
        'population = ["2023-12-31=7271"]',
    ]
    (tmp_path / "crossfoot.toml").write_text(text.replace("7271", '"x"'), encoding="utf-8")
    with pytest.raises(SettingsError, match=r"crossfoot.toml:2: population: 'x' is no number"):
        resolve_settings(tmp_path, {})


def test_none_stands_alone() -> None:
    with pytest.raises(ValueError, match="none stands alone"):
        parsed_packs("none,fi-tase")
    with pytest.raises(ValueError, match="not a list of packs"):
        parsed_packs(7)


def test_the_example_of_limits_runs(tmp_path: Path) -> None:
    pack = tmp_path / "sitovuus.yaml"
    pack.write_text(example("writing-a-pack.md", "limits"), encoding="utf-8")
    assert run("packs", pack, "--lang", "en").output.endswith("4 lines and 1 rule, nothing wrong\n")
    text = """
    Toimiala   | Muutettu talousarvio 2023 | Toteuma 2023
    Koulutoimi | -5200                     | -5260
    Kirjasto   | -310                      | -309
    """
    book = saved(tmp_path / "toteuma.xlsx", sheet(text))
    outcome = crossfoot.check(book, config=_config(book, f'pack = ["{pack}"]'))
    (found,) = outcome.findings
    assert (found.rule, found.cell.a1) == ("ST907", "C2")
    assert Words("en").text(found.message) == (
        "B-1: Koulutoimi is −5,260, beyond the −5,200 that binds it by 60 "
        "(decision of the council, 13 November 2022). Whether that was authorised is for people "
        "to say."
    )
