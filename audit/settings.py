"""The settings of a check, one record for the command line, ``crossfoot.toml`` and Python.

A value is looked for on the command line, then in the nearest settings file: ``crossfoot.toml``, or
``pyproject.toml`` with a table ``[tool.crossfoot]``, in the workbook's folder or one above it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from audit.choices import parsed_codes, rule_code
from audit.errors import Problem, SettingsError
from audit.packs import parsed_packs, parsed_population
from audit.toml_places import TomlPlaces
from audit.waivers import KEY as WAIVER
from audit.waivers import parsed_waivers

if TYPE_CHECKING:
    from rules.model import Waiver

if TYPE_CHECKING:
    from rules.materiality import Materiality

FORMATS: Final = ("text", "json", "sarif", "github", "html")
LANGUAGES: Final = ("fi", "sv", "en")
SEVERITIES: Final = ("error", "warning", "note")
_PLACE_IN_TOML: Final = re.compile(r"\(at line (\d+), column (\d+)\)$")


class Setting(NamedTuple):
    """What the command line, the settings file and the documents say about one setting."""

    meaning: str
    form: str  # how a value is written: "a|b", "X", "CODES"; empty for yes or no
    parse: Callable[[object], Any]  # a value as typed or as TOML has it; ValueError says why not
    is_evidence: bool  # bears on what is found, so that the report states it


def _setting(
    default: Any,
    meaning: str,
    form: str,
    parse: Callable[[object], Any],
    *,
    is_evidence: bool = False,
) -> Any:
    setting = Setting(meaning, form, parse, is_evidence)
    return field(default=default, metadata={"setting": setting})


def _one_of(choices: tuple[str, ...]) -> Callable[[object], str]:
    def parse(given: object) -> str:
        if isinstance(given, str) and given.lower() in choices:
            return given.lower()
        raise ValueError(f"{given!r} is none of {', '.join(choices)}")

    return parse


def _yes_or_no(given: object) -> bool:
    if isinstance(given, bool):
        return given
    raise ValueError(f"{given!r} is neither true nor false")


def _amount(given: object) -> float:
    """A number from 0 up, with a decimal point or a decimal comma.

    >>> _amount("0,5")
    0.5
    """
    number = math.nan
    if isinstance(given, int | float) and not isinstance(given, bool):
        number = float(given)
    elif isinstance(given, str):
        with suppress(ValueError):
            number = float(given.replace(",", ".", 1))
    if math.isfinite(number) and number >= 0:
        return number
    raise ValueError(f"{given!r} is not a number from 0 up, such as 0 or 0.5")


def _path(given: object) -> Path:
    if isinstance(given, str | Path) and str(given).strip():
        return Path(given)
    raise ValueError(f"{given!r} is not the name of a file")


def _materiality(given: object) -> Materiality:
    """An amount, or a share such as ``0.5%``.

    >>> _materiality("0,5 %")
    Materiality(amount=0.005, is_share=True)
    """
    from rules.materiality import Materiality

    if isinstance(given, Materiality):
        return given
    if isinstance(given, str) and given.rstrip().endswith("%"):
        with suppress(ValueError):
            return Materiality(_amount(given.rstrip()[:-1].rstrip()) / 100, is_share=True)
    else:
        with suppress(ValueError):
            return Materiality(_amount(given))
    raise ValueError(f"{given!r} is neither an amount from 0 up, such as 1000, nor a share, 0.5%")


def _count(given: object) -> int:
    """A whole number from 1 up.

    >>> _count("5000000")
    5000000
    """
    number = 0
    if isinstance(given, int) and not isinstance(given, bool):
        number = given
    elif isinstance(given, str):
        with suppress(ValueError):
            number = int(given)
    if number >= 1:
        return number
    raise ValueError(f"{given!r} is not a whole number from 1 up, such as 100")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a check is asked to do. ``None`` means: not said, decide by the workbook."""

    format: str = _setting(
        "text", "What is printed on standard output.", "|".join(FORMATS), _one_of(FORMATS)
    )
    report: bool = _setting(True, "Write the Excel report; on by default.", "", _yes_or_no)
    ledger: bool = _setting(
        False, "With --format json: list every check and what was not checked.", "", _yes_or_no
    )
    lang: str | None = _setting(
        None,
        "Language of summary and report; by default the workbook's own.",
        "|".join(LANGUAGES),
        _one_of(LANGUAGES),
    )
    tolerance: float | None = _setting(
        None,
        "Largest difference that counts as rounding, in the unit of the table, for every check; "
        "by default worked out from how each column is rounded.",
        "X",
        _amount,
        is_evidence=True,
    )
    materiality: Materiality | None = _setting(  # noqa: RUF009  # a field, as the others
        None,
        "A smaller difference is a warning at most: an amount in the unit of the table, or a share "
        "of the figure that is checked, the larger of what is reported and what its parts give.",
        "X|X%",
        _materiality,
        is_evidence=True,
    )
    fail_on: str = _setting(
        "warning",
        "The least severe finding that makes the exit code 1.",
        "|".join(SEVERITIES),
        _one_of(SEVERITIES),
    )
    select: tuple[str, ...] = _setting(
        (),
        "Only these rules: codes, families (FT) or names, commas between; SHEET:FT for one sheet.",
        "CODES",
        parsed_codes,
        is_evidence=True,
    )
    ignore: tuple[str, ...] = _setting(
        (),
        "Not these rules: codes, families (FT) or names, commas between; SHEET:FT for one sheet.",
        "CODES",
        parsed_codes,
        is_evidence=True,
    )
    timed: bool = _setting(
        False,
        "State in the report how long the run took; its bytes then differ from run to run.",
        "",
        _yes_or_no,
    )
    gx: bool = _setting(
        False,
        "Also judge through Great Expectations and keep its validation result beside the report "
        "(takes some seconds more).",
        "",
        _yes_or_no,
    )

    max_cells: int = _setting(
        5_000_000,
        "Refuse a workbook with more cells with content; by default 5000000.",
        "N",
        _count,
    )
    max_file_mb: int = _setting(512, "Refuse a larger file; by default 512.", "MB", _count)
    max_unpacked_mb: int = _setting(
        1024, "Refuse a workbook that unpacks to more; by default 1024.", "MB", _count
    )
    max_seconds: int = _setting(
        20,
        "Processor time for reading a .xls, .xlsb or .ods, or opening an encrypted workbook; "
        "by default 20.",
        "SECONDS",
        _count,
    )
    max_memory_mb: int = _setting(2048, "Memory for the same; by default 2048.", "MB", _count)
    time_limit: int = _setting(
        600,
        "Give up on a workbook that takes longer, by the clock; by default 600.",
        "SECONDS",
        _count,
    )
    search_budget: int = _setting(
        1000,
        "How much the search for relations may try in a workbook, in million figures; by default "
        "1000, some 20 seconds. Of what is beyond, formulas and words are checked alone.",
        "N",
        _count,
        is_evidence=True,
    )
    pack: tuple[str, ...] = _setting(
        (),
        "Packs of statement rules, by name or file, commas between; by default those whose words "
        "the workbook has (auto); none for no pack.",
        "NAMES",
        parsed_packs,
        is_evidence=True,
    )
    population: tuple[str, ...] = _setting(
        (),
        "Numbers of residents with their dates, for figures per resident.",
        "DATE=N,...",
        parsed_population,
        is_evidence=True,
    )
    rules: Path | None = _setting(  # noqa: RUF009  # a field, as the others
        None,
        "Check exactly the rules of this file, which `crossfoot learn` wrote, and tell what has "
        "changed since.",
        "FILE",
        _path,
    )
    infer: bool = _setting(
        False,
        "With --rules: check what Crossfoot works out by itself as well.",
        "",
        _yes_or_no,
        is_evidence=True,
    )
    waivers: tuple[Waiver, ...] = ()  # of the settings file alone, as [[waiver]] tables

    def evidence(self) -> Iterator[str]:
        """``name = value`` for each setting that changes what is found, as in a settings file."""
        for name, default, setting in described():
            value = getattr(self, name)
            if setting.is_evidence and value != default:
                yield f"{_dashed(name)} = {_as_toml(value)}"


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """A settings file that was found: its table, and its text to find lines in."""

    path: Path
    table: Mapping[str, object]
    text: str

    def place(self, *path: str | int) -> str:
        """The file and, where it can be told, the line on which ``path`` is set."""
        table = ("tool", "crossfoot") if self.path.name == "pyproject.toml" else ()
        line = TomlPlaces(self.text).line(*table, *path)
        return f"{self.path}:{line}" if line is not None else str(self.path)


def described() -> Iterator[tuple[str, Any, Setting]]:
    """Every setting: its name, its default and what is said about it."""
    for entry in fields(Settings):
        if "setting" in entry.metadata:
            yield entry.name, entry.default, entry.metadata["setting"]


def resolve_settings(
    folder: Path, given: Mapping[str, object], config: Path | None = None
) -> tuple[Settings, Path | None]:
    """The settings of a run on a workbook in ``folder``, and the settings file they came from.

    ``given`` holds what was said on the spot, by field name; ``None`` there means not said.
    ``config`` names a settings file; without it the nearest one is looked for. Raises
    ``SettingsError`` with all problems at once.
    """
    file = _open(config) if config is not None else _nearest(folder)
    problems: list[Problem] = []
    values: dict[str, object] = {}
    if file is not None:
        values |= _values_of(file, problems)
    known = {name: setting for name, _, setting in described()}
    for name, value in given.items():
        if value is None:
            continue
        try:
            values[name] = known[name].parse(value)
        except ValueError as error:
            problems.append(Problem(f"--{_dashed(name)}", str(error)))
    if problems:
        raise SettingsError(tuple(problems))
    return Settings(**values), file.path if file else None  # type: ignore[arg-type]  # parsed above


def _values_of(file: SettingsFile, problems: list[Problem]) -> dict[str, object]:
    """The values a settings file sets; what is wrong with them is added to ``problems``."""
    known = {_dashed(name): (name, setting) for name, _, setting in described()}
    values: dict[str, object] = {}
    for key, value in file.table.items():
        if key == WAIVER:
            values["waivers"] = parsed_waivers(value, file.place, rule_code, problems)
            continue
        if key not in known:
            problems.append(Problem(file.place(key), _unknown(key, (*known, WAIVER))))
            continue
        name, setting = known[key]
        try:
            values[name] = setting.parse(value)
        except ValueError as error:
            problems.append(Problem(file.place(key), f"{key}: {error}"))
        if isinstance(values.get(name), Path):  # beside the settings file, wherever that is
            values[name] = file.path.parent / setting.parse(value)
    return values


def _unknown(key: str, known: tuple[str, ...]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(_dashed(key), known, n=1)
    remedy = f"did you mean {near[0]}?" if near else f"the settings are {', '.join(known)}"
    return f"there is no setting {key!r}; {remedy}"


def _as_toml(value: object) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(_as_toml(entry) for entry in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) or str(value).endswith("%"):
        return f'"{value}"'
    return str(value)


def _dashed(name: str) -> str:
    return name.replace("_", "-")


def _nearest(folder: Path) -> SettingsFile | None:
    """The nearest settings file at ``folder`` or above; in one folder ``crossfoot.toml`` wins."""
    absolute = folder.absolute()
    for place in (absolute, *absolute.parents):
        for name in ("crossfoot.toml", "pyproject.toml"):
            if not _is_there(place / name):
                continue
            found = _open(place / name, must_have_table=name == "crossfoot.toml")
            if found is not None:
                return found
    return None


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a folder above that is closed to us holds no settings of ours
        return False


def _open(path: Path, *, must_have_table: bool = True) -> SettingsFile | None:
    """Read one settings file; ``None`` for a ``pyproject.toml`` that is not about Crossfoot."""
    import tomllib

    try:
        text = path.read_text(encoding="utf-8-sig")
        document: dict[str, Any] = tomllib.loads(text)
    except OSError as error:
        fact = f"the settings file cannot be read: {error.strerror}"
        raise SettingsError((Problem(str(path), fact),)) from error
    except ValueError as error:  # not UTF-8, or not TOML; the latter says line and column
        if not must_have_table and "crossfoot" not in _text_of(path):
            return None
        fact = f"the settings file is not valid TOML: {error}"
        if place := _PLACE_IN_TOML.search(str(error)):
            line, column = place.groups()
            fact = f"the settings file is not valid TOML in line {line}, column {column}: {error}"
        raise SettingsError((Problem(str(path), fact),)) from error
    if path.name != "pyproject.toml":
        return SettingsFile(path, document, text)
    tool = document.get("tool", {})
    table = tool.get("crossfoot") if isinstance(tool, dict) else None
    if table is None and not must_have_table:
        return None
    if not isinstance(table, dict):
        fact = "there is no table [tool.crossfoot]; add it, or use a crossfoot.toml"
        raise SettingsError((Problem(str(path), fact),))
    return SettingsFile(path, table, text)


def _text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8", errors="replace")
