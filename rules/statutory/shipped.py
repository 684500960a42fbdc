"""The packs that come with Crossfoot, and which of them a workbook may need."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from rules.statutory.pack import Pack, read_pack
from workbooks.tables.model import Table

FOLDER = Path(__file__).parent / "packs"
# In this order: a pack comes after those that it uses.
NAMES = (
    "fi-tuloslaskelma",
    "fi-rahoituslaskelma",
    "fi-tase",
    "fi-sidokset",
    "fi-talousarvio",
    "fi-tunnusluvut",
    "se-resultatrakning",
)
# Words one of which a label has when any of them may apply; no file is read without one.
_HINTS = (
    "toimintakate",
    "vuosikate",
    "rahavir",
    "rahavaro",
    "vastaavaa",
    "vastattavaa",
    "oma pääoma",
    "omahankinta",
    "loppusumma",
    "verksamhetsbidrag",
    "årsbidrag",
    "kassaflöde",
    "likvida medel",
    "aktiva",
    "passiva",
    "eget kapital",
    "egenanskaffning",
    "verksamhetens nettokost",
    "verksamhetens resultat",
)
_COLUMN_HINTS = ("muut", "ändr", "tilläggsbudget")


@cache
def shipped(name: str) -> Pack | None:
    """The pack called ``name``; None where there is none. ``ValueError`` for a broken one."""
    if name not in NAMES:
        return None
    pack, faults = read_pack(text_of(name), shipped)
    if faults:
        raise ValueError(f"the pack {name} is broken: {faults[0]}")
    return pack


def text_of(name: str) -> str:
    """The file of a pack as it is."""
    return (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")


def all_shipped() -> tuple[Pack, ...]:
    """All of them, each after those that it uses."""
    return tuple(pack for name in NAMES if (pack := shipped(name)) is not None)


def found_by_words(tables: Sequence[Table]) -> tuple[Pack, ...]:
    """All packs when a label or heading has a word of theirs, none otherwise."""
    for table in tables:
        labels = "\n".join(line.label for line in table.lines).casefold()
        headings = "\n".join(heading.text for heading in table.headings).casefold()
        if any(hint in labels for hint in _HINTS) or any(h in headings for h in _COLUMN_HINTS):
            return all_shipped()
    return ()
