"""The packs of a run: those that were named, read with every problem and its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from audit.errors import AuditError, Problem, SettingsError

if TYPE_CHECKING:
    from rules.statutory.pack import Pack

AUTO: Final = "auto"  # the packs whose words the workbook has
NONE: Final = "none"
_LARGEST = 1 << 20  # bytes of a pack; the shipped ones have some ten thousand


def parsed_packs(given: object) -> tuple[str, ...]:
    """Names or files of packs, typed with commas between or listed; ``ValueError`` says why not.

    >>> parsed_packs("auto, ours.yaml")
    ('auto', 'ours.yaml')
    """
    if isinstance(given, str):
        given = [given]
    if not isinstance(given, list | tuple) or not all(isinstance(name, str) for name in given):
        raise ValueError(f"{given!r} is not a list of packs, such as fi-tuloslaskelma or ours.yaml")
    names = tuple(name.strip() for text in given for name in text.split(",") if name.strip())
    if NONE in names and len(names) > 1:
        raise ValueError(f"{NONE} stands alone: no pack at all")
    return names


def parsed_population(given: object) -> tuple[str, ...]:
    """Numbers of residents with their dates, as ``DATE=N`` texts in order of date.

    >>> parsed_population({"2023-12-31": 7271}), parsed_population("31.12.2022=7301")
    (('2023-12-31=7271',), ('2022-12-31=7301',))
    """
    if isinstance(given, str):
        given = given.split(",")
    if isinstance(given, list | tuple):
        pairs = [str(text).partition("=")[::2] for text in given]
    else:
        counts = given if isinstance(given, Mapping) else {given: ""}
        pairs = [(str(day), str(count)) for day, count in counts.items()]
    found: dict[date, int] = {}
    for text, count in pairs:
        day = _day(text.strip())
        found[day] = _residents(count.strip())
    years = [day.year for day in found]
    twice = next((year for year in years if years.count(year) > 1), None)
    if twice is not None:
        raise ValueError(f"{twice} has two dates; a year has one number of residents")
    return tuple(f"{day.isoformat()}={found[day]}" for day in sorted(found))


def _day(text: str) -> date:
    try:
        if text.count(".") == 2:
            day, month, year = (int(part) for part in text.split("."))
            return date(year, month, day)
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no date such as 2023-12-31") from None


def _residents(text: str) -> int:
    digits = text.replace(" ", "").replace("\u00a0", "").replace("_", "")
    if not digits.isascii() or not digits.isdigit() or int(digits) == 0:
        raise ValueError(f"{text!r} is no number of residents such as 7271")
    return int(digits)


def residents_of(population: tuple[str, ...]) -> dict[int, float]:
    """The number of residents by year.

    >>> residents_of(("2023-12-31=7271",))
    {2023: 7271.0}
    """
    pairs = [text.partition("=")[::2] for text in population]
    return {date.fromisoformat(day).year: float(count) for day, count in pairs}


def loaded_packs(names: tuple[str, ...]) -> tuple[Pack, ...] | None:
    """The packs that ``names`` mean, each after those that it uses; ``None``: found by the words.

    A file may use the shipped packs, and files named before it. Raises ``SettingsError`` with all
    that is wrong with all files.
    """
    if not names or names == (AUTO,):
        return None
    from rules.statutory.shipped import NAMES, all_shipped, shipped

    packs: dict[str, Pack] = {}
    problems: list[Problem] = []
    for name in names:
        if name == NONE:
            return ()
        if name == AUTO:
            packs |= {pack.name: pack for pack in all_shipped()}
        elif name in NAMES:
            packs |= {pack.name: pack for pack in _with_used(name)}
        else:
            pack, wrong = read_pack_file(Path(name), packs)
            problems += wrong
            for used in pack.uses:
                if used not in packs and (own := shipped(used)) is not None:
                    packs |= {one.name: one for one in _with_used(own.name)}
            packs[pack.name] = pack
    if problems:
        raise SettingsError(tuple(problems))
    return tuple(packs.values())


def _with_used(name: str) -> Iterator[Pack]:
    """A shipped pack after all that it uses."""
    from rules.statutory.shipped import shipped

    pack = shipped(name)
    if pack is not None:
        for used in pack.uses:
            yield from _with_used(used)
        yield pack


def read_pack_file(
    path: Path, others: Mapping[str, Pack] | None = None
) -> tuple[Pack, tuple[Problem, ...]]:
    """The pack in a file, and all that is wrong with it, each with its line."""
    from rules.statutory.pack import Pack, read_pack
    from rules.statutory.shipped import NAMES, shipped

    known = dict(others or {})
    try:
        if path.stat().st_size > _LARGEST:
            return Pack(), (Problem(str(path), "the pack is too large"),)
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        remedy = f"; the packs are {', '.join(NAMES)}" if "." not in path.name else ""
        fact = f"the pack cannot be read: {error.strerror}{remedy}"
        return Pack(), (Problem(str(path), fact),)
    except UnicodeDecodeError:
        return Pack(), (Problem(str(path), "the pack is no text in UTF-8; save it as UTF-8"),)
    pack, faults = read_pack(text, lambda name: known.get(name) or shipped(name))
    problems = [Problem(f"{path}:{fault.line}", fault.fact) for fault in faults]
    if pack.name in NAMES and not faults:
        problems.append(Problem(str(path), f"{pack.name} is the name of a pack of Crossfoot"))
    return pack, tuple(problems)


def pack_evidence(names: tuple[str, ...]) -> Iterator[str]:
    """Which files were used as packs, each with its SHA-256."""
    import hashlib
    from contextlib import suppress

    for name in names:
        with suppress(OSError):  # a name, or gone in the meantime
            if (path := Path(name)).is_file():
                digest = hashlib.sha256(path.read_bytes()).hexdigest()
                yield f"pack = {path.name} (SHA-256 {digest})"


def packs_as_text() -> str:
    """The shipped packs, one line each: name and title."""
    from rules.statutory.shipped import all_shipped

    packs = all_shipped()
    width = max(len(pack.name) for pack in packs)
    return "\n".join(f"{pack.name:{width}}  {pack.title}" for pack in packs)


def pack_as_text(name: str, language: str = "en") -> str:
    """The file of a shipped pack as it is, or what a file of one's own declares in ``language``.

    Raises ``SettingsError`` with all that is wrong with a file, ``AuditError`` for an unknown name.
    """
    from difflib import get_close_matches

    from reports.words import Words
    from rules.statutory.shipped import NAMES, text_of

    if name in NAMES:
        return text_of(name)
    path = Path(name)
    if not path.is_file() and not path.suffix:
        near = get_close_matches(name, NAMES, n=1)
        asked = f"did you mean {near[0]}? " if near else ""
        raise AuditError(f"there is no pack {name!r}; {asked}`crossfoot packs` lists them all")
    pack, problems = read_pack_file(path)
    if problems:
        raise SettingsError(problems)
    told = (pack.identities, pack.ties, pack.indicators, pack.plans, pack.limits)
    equations = sum(map(len, told))
    names = len(pack.lines) + len(pack.columns)
    words = Words(language)
    return words.say(
        "packs.nothing_wrong",
        path=str(path),
        title=pack.title,
        lines=words.say("count.lines", count=names),
        rules=words.say("count.rules", count=equations),
    )
