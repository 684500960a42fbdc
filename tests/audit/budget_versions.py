"""A small budget in versions, as a finance department sends them: made with openpyxl."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl

HEADINGS = ("TP 2018", "TA 2019", "TP 2019", "TA 2020")
UNITS = {
    "Sivistyspalvelut": {
        "Varhaiskasvatus": (-1204311, -1190450, -1231877, -1250200),
        "Perusopetus": (-3410977, -3388120, -3461209, -3500410),
        "Lukiokoulutus": (-811432, -802310, -798655, -805120),
        "Kirjasto": (-402118, -399870, -411023, -415300),
    },
    "Tekniset palvelut": {
        "Kadut ja puistot": (-911235, -921140, -954377, -960310),
        "Tilapalvelut": (-1822411, -1810220, -1835902, -1844700),
        "Vesihuolto": (-310556, -305440, -298713, -301200),
    },
}
TOTAL = "yhteensä"


@dataclass
class Version:
    """One version of the budget. ``typed`` holds figures that stand there instead of the right
    ones, by label and column heading; ``added`` further lines by the unit that they are of."""

    sheet: str = "Käyttötalous"
    typed: Mapping[tuple[str, str], int] = field(default_factory=dict)
    added: Mapping[str, Mapping[str, tuple[int, ...]]] = field(default_factory=dict)
    rows_above: int = 0

    def write(self, path: Path) -> Path:
        """Write it as a workbook."""
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.title = self.sheet
        for _ in range(self.rows_above):
            sheet.append(["Kaupunginhallitus on käsitellyt esityksen"])
        sheet.append(["Toimintakate", *HEADINGS])
        for unit, usual in UNITS.items():
            lines = usual | dict(self.added.get(unit, {}))
            for label, figures in lines.items():
                sheet.append([label, *self._with_typed(label, figures)])
            total = f"{unit} {TOTAL}"
            sums = tuple(sum(line[k] for line in lines.values()) for k in range(len(HEADINGS)))
            sheet.append([total, *self._with_typed(total, sums)])
            sheet.append([])
        book.save(path)
        return path

    def _with_typed(self, label: str, figures: tuple[int, ...]) -> list[int]:
        return [
            self.typed.get((label, heading), figure)
            for heading, figure in zip(HEADINGS, figures, strict=True)
        ]


EDUCATION = ("Sivistyspalvelut yhteensä", "TP 2019")
TECHNICAL = ("Tekniset palvelut yhteensä", "TA 2020")
WRONG = {EDUCATION: -5903764, TECHNICAL: -3106920}  # off by −1 000 and −710
