"""Feed mutated files to the reader, odd cells to a whole check, mutated texts to the number parser.

    python -m tests.fuzzing.fuzz_reading --minutes 60 [--seed N] [--finds FOLDER]

A file must be read or refused with one sentence (``InputError``), a text parsed or not, within the
time; anything else is a find, kept in FOLDER with the number that makes it again. With atheris
installed, ``--atheris`` lets the coverage of the number parser steer instead.
"""

from __future__ import annotations

import argparse
import math
import random
import resource
import struct
import sys
import tempfile
import time
import traceback
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from pyexpat import ParserCreate
from xml.sax.saxutils import escape

import numpy as np

from reports.excel_report import write_report
from reports.facts import ReportFacts
from reports.words import Words
from rules.outcome import Outcome
from rules.runner import audit
from tests.fixtures.hostile.damage import wholes
from tests.fixtures.hostile.making import cells_of
from tests.workbooks import old_formats
from tests.workbooks.packages import MAIN, parts_of, relationships, sheet, write
from workbooks import biff
from workbooks.csv_reader import decoded
from workbooks.errors import InputError
from workbooks.formulas import seen_from_cell
from workbooks.grid import Kind, Workbook
from workbooks.numbers import (
    Notation,
    could_be_number,
    infer_notation,
    is_error_text,
    parse_number,
    simple_amounts,
)
from workbooks.ole import Container, DamagedContainer
from workbooks.reader import read_workbook
from workbooks.refs import MAX_COLUMNS, MAX_ROWS, area_of

SLOWEST = 5.0  # processor seconds for one small file

_TOKENS = (
    *"0123456789.,-+()%eE'\" \t\n\u00a0\u202f\u2009−–*¹²³€$£",
    "1 234", "1.234,5", "1,234.5", "..", "-", "NaN", "inf", "1e999", "#REF!", "#DIV/0!", "tkr",
    "milj. €", "MEUR", "(12)", "12-", "0x1F", "٣٤", "\u200b", "\ufeff", "\ud800", "9" * 400,
)  # fmt: skip
_FORMULAS = (
    *("SUM(B2:B4)", "B2+B3-B4", "SUBTOTAL(9,B2:B4)", "IF(B2>0,SUM(B2:B3),0)", "B2/B3*100", "B2"),
    *("'Budget'!B2", "SUM(B:B)", "ROUND(B2,-3)", '"a"&amp;B2', "-(-B2)", "{1,2;3,4}", "[1]x!A1"),
)
_FORMULA_TOKENS = (
    *("(", ")", ",", ";", ":", "!", "'", '"', "&", "{", "}", "[", "]", "#REF!", "%", "-", "+", "^"),
    *("SUM(", "IF(", "A1", "XFD1048576", "$A$0", "1E999", "B2:", "SUM(A:XFD)", "  ", "@", "x"),
)
_NOT_IN_XML = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xD800, 0xFFFE, 0xFFFF])
_XML = (
    "<", ">", "&", "&amp;", "&#0;", "&#x110000;", "<!--", "-->", "<![CDATA[", "]]>", "<?x?>", "'",
    '"', "\0", "\ufffe", "A1", "XFD1048576", "A0", "ZZZZ9", "R1C1", "-1", "0", "4294967296",
    "1e308", "NaN", "t=", "s=", "r=", 't="s"', 't="shared"', 'si="0"', 'ref="A1:XFD1048576"',
    "<f>", "</f>",
    "<v>", "</v>", "<c>", "</c>", "<row>", "</row>", "<is><t>", "</t></is>", "<x:c/>", "xmlns:x=''",
    "<mc:AlternateContent>", "<extLst/>", "</sheetData>", "<sheetData>", "x" * 3000,
)  # fmt: skip


def parts_to_mutate() -> dict[str, str | bytes]:
    """A workbook with a little of everything that the reader reads."""
    cells = (
        '<row r="1" ht="20" hidden="1"><c r="A1" t="s" s="1"><v>0</v></c><c r="B1"><v>1.5</v></c>'
        '<c r="C1" t="str"><f>A1&amp;"x"</f><v>ax</v></c><c r="D1" t="b"><v>1</v></c></row>'
        '<row r="2" outlineLevel="2"><c r="A2" t="inlineStr"><is><t>Total 1 234</t></is></c>'
        '<c r="B2" s="2"><f t="shared" si="0" ref="B2:B4">SUM(B1:B1)</f><v>1.5</v></c>'
        '<c r="C2" t="e"><v>#DIV/0!</v></c><c r="D2" t="d"><v>2024-01-31</v></c></row>'
        '<row r="3"><c r="A3" t="inlineStr"><is><r><t>Net</t></r></is></c>'
        '<c r="B3"><f t="shared" si="0"/><v>3</v></c><c r="C3"><f>B1</f></c></row>'
    )
    before = (
        '<dimension ref="A1:D3"/><sheetViews><sheetView><pane ySplit="1" topLeftCell="A2"/>'
        '</sheetView></sheetViews><cols><col min="1" max="2" width="30" hidden="1"/></cols>'
    )
    after = '<mergeCells><mergeCell ref="A5:B5"/></mergeCells>'
    parts = parts_of(
        sheet(cells, before=before, after=after),
        strings="<si><t>Salaries</t></si><si><r><t>a</t></r><r><t>b</t></r></si>",
        styles='<numFmts><numFmt numFmtId="165" formatCode="0.0%"/></numFmts><fonts><font><b/>'
        '<sz val="11"/><color theme="1" tint="-0.2"/></font></fonts><fills><fill/></fills>'
        '<cellXfs><xf/><xf fontId="0" numFmtId="3"/><xf numFmtId="165"/></cellXfs>',
    )
    parts["xl/comments1.xml"] = (
        f'<comments xmlns="{MAIN}"><commentList><comment ref="A1"><text><t>note</t></text>'
        "</comment></commentList></comments>"
    )
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = relationships(
        ("rId1", "comments", "../comments1.xml")
    )
    return parts


def mutated_text(chance: random.Random, text: str, tokens: tuple[str, ...]) -> str:
    """``text`` with one to six changes: pieces put in, taken out, doubled, moved."""
    for _ in range(chance.randint(1, 6)):
        at, size = chance.randrange(len(text) + 1), chance.choice((0, 1, 1, 3, 20, 200))
        piece = chance.choice((chance.choice(tokens), text[at : at + size] * 2, ""))
        other = chance.randrange(len(text) + 1)
        if chance.random() < 0.2:
            piece = text[other : other + size]
        text = text[:at] + piece + text[at + size :]
    return text


def mutated_bytes(chance: random.Random, data: bytes) -> bytes:
    """``data`` with some bytes changed, a stretch taken out or doubled, or its end cut off."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        if not changed:
            break
        at = chance.randrange(len(changed))
        how = chance.random()
        if how < 0.6:
            changed[at] = chance.choice((0, 1, 127, 128, 255, chance.randrange(256)))
        elif how < 0.8:
            changed[at : at + chance.choice((1, 2, 4, 16))] = b""
        elif how < 0.9:
            changed[at:at] = changed[at : at + chance.choice((4, 64))]
        else:
            wide = chance.choice((0, 1, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)).to_bytes(4, "little")
            changed[at : at + 4] = wide
    return bytes(
        changed[: chance.randrange(len(changed) + 1)] if chance.random() < 0.1 else changed
    )


class Fuzzer:
    """One target after the other; everything follows from the number of the round."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "budget.xlsx"
        self._parts = parts_to_mutate()
        self._whole = write(folder / "whole.xlsx", self._parts).read_bytes()
        stream = old_formats.biff_workbook(
            old_formats.number(0, 0, 1.5) + old_formats.label(1, 0, "Total")
        )
        self._biff = stream
        self._ole = old_formats.container({"Workbook": stream})
        self.targets: dict[str, Callable[[random.Random], None]] = {
            "package": self.package,
            "zip": self.zip,
            "text": self.delimited,
            "number": number_parser,
            "container": self.container,
            "check": self.check,
            "old": self.old,
        }
        self._old = {end: whole for end, whole in wholes().items() if end != "xlsx"}

    def package(self, chance: random.Random) -> None:
        """XML of one or two parts, in a sound zip."""
        parts = dict(self._parts)
        for name in chance.sample(sorted(parts), chance.randint(1, 2)):
            parts[name] = mutated_text(chance, str(parts[name]), _XML).encode(
                "utf-8", "surrogatepass"
            )
        write(self._path, parts)
        read_or_refused(self._path)

    def zip(self, chance: random.Random) -> None:
        """The bytes of the zip itself."""
        self._path.write_bytes(mutated_bytes(chance, self._whole))
        read_or_refused(self._path)

    def delimited(self, chance: random.Random) -> None:
        """A .csv of strange texts."""
        rows = [
            chance.choice(";,\t|").join(
                mutated_text(chance, chance.choice(("Total", "1 234,5", '"a;b"')), _TOKENS)
                for _ in range(chance.randint(1, 5))
            )
            for _ in range(chance.randint(1, 8))
        ]
        encoding = chance.choice(("utf-8", "utf-16", "cp1252", "utf-8-sig"))
        data = chance.choice("\n\r").join(rows).encode(encoding, "replace")
        decoded(data) if data else None
        path = self._path.with_suffix(".csv")
        path.write_bytes(mutated_bytes(chance, data) if data and chance.random() < 0.3 else data)
        read_or_refused(path)

    def check(self, chance: random.Random) -> None:
        """All of a check, report included, of a table with odd values and formulas in it."""
        data = cells_of(tuple(odd_rows(chance)))
        write(self._path, parts_of(sheet(data)))
        book = read_workbook(self._path)
        outcome = audit(book)
        if outcome.crashes:
            raise AssertionError(f"rule {outcome.crashes[0].rule} crashed")
        report = self._path.with_name("report.xlsx")
        written(report, outcome, book)
        with zipfile.ZipFile(report) as package:
            for name in package.namelist():
                ParserCreate().Parse(package.read(name), True)

    def old(self, chance: random.Random) -> None:
        """A damaged .xls, .xlsb or .ods, read in a child process."""
        end = chance.choice(sorted(self._old))
        path = self._path.with_suffix(f".{end}")
        path.write_bytes(mutated_bytes(chance, self._old[end]))
        read_or_refused(path)

    def container(self, chance: random.Random) -> None:
        """The tables of an OLE container and the records of a .xls, as the child reads them."""
        with suppress(DamagedContainer, KeyError):
            Container(mutated_bytes(chance, self._ole)).stream("workbook")
        with suppress(
            biff.Encrypted, IndexError, KeyError, ValueError, OverflowError, struct.error
        ):
            biff.read_looks(mutated_bytes(chance, self._biff))


def read_or_refused(path: Path) -> None:
    """Nothing but a workbook or one sentence may come of it."""
    try:
        book = read_workbook(path)
    except InputError as error:
        if "\n" in str(error) or not str(error).startswith(path.name):
            raise AssertionError("the refusal is not one sentence about the file") from error
        return
    for grid in book.grids:
        count = len(grid.rows)
        if not all(
            len(one) == count for one in (grid.columns, grid.kinds, grid.numbers, grid.styles)
        ):
            raise AssertionError("arrays of different lengths")
        if count and (min(grid.rows) < 1 or min(grid.columns) < 1):
            raise AssertionError("a cell outside the sheet")
        if count and max(grid.styles) >= len(book.styles):
            raise AssertionError("a look that there is not")
        places = [*zip(grid.rows, grid.columns, strict=True), *grid.comments, grid.frozen]
        places += [area[2:] for area in grid.merges]
        if any(row > MAX_ROWS or column > MAX_COLUMNS for row, column in places):
            raise AssertionError("a place outside the sheet")
        amounts = np.isin(grid.kinds, (Kind.AMOUNT, Kind.PERCENTAGE, Kind.DATE))
        if not np.isfinite(grid.numbers[amounts]).all():
            raise AssertionError("an amount that is no number")


def odd_rows(chance: random.Random) -> Iterator[tuple[str | int | float, ...]]:
    """A small table: figures that add up, here and there something else in their place."""
    years = chance.randint(1, 4)
    yield ("Item", *(str(2020 + year) for year in range(years)))
    sums = [0] * years
    for line in range(chance.randint(1, 6)):
        values = [chance.randint(-5000, 5000) for _ in range(years)]
        sums = [a + b for a, b in zip(sums, values, strict=True)]
        yield (chance.choice(("Salaries", "Rents", "Net", "")) + f" {line}", *_odd(chance, values))
    yield ("Total", *_odd(chance, sums))


def _odd(chance: random.Random, values: list[int]) -> Iterator[str | int | float]:
    for value in values:
        how = chance.random()
        if how < 0.6:
            yield value
        elif how < 0.7:
            yield value * 10.0 ** chance.choice((-300, -9, -2, 3, 12, 299))
        elif how < 0.85:
            yield escape("".join(chance.choices(_TOKENS, k=3)).translate(_NOT_IN_XML))
        else:
            formula = mutated_text(chance, chance.choice(_FORMULAS), _FORMULA_TOKENS)
            yield "=" + escape(formula.translate(_NOT_IN_XML))


def written(report: Path, outcome: Outcome, book: Workbook) -> None:
    """Write the report, its texts in English."""
    write_report(
        outcome, book, report, Words("en"), ReportFacts(version="0", settings=(), rule_set="")
    )


def number_parser(chance: random.Random) -> None:
    """Texts of digits, marks and oddities."""
    texts = ["".join(chance.choices(_TOKENS, k=chance.randint(0, 8))) for _ in range(5)]
    check_numbers(texts)


def check_numbers(texts: list[str]) -> None:
    """What the parser gives is a finite number or none, whatever the texts are."""
    notation = infer_notation(texts)
    simple_amounts(texts, notation)
    for text in texts:
        is_error_text(text)
        could_be_number(text)
        for reading in (notation, Notation(), infer_notation(["1,5", "2.000,25"])):
            parsed = parse_number(text, reading)
            if parsed is not None and not math.isfinite(float(parsed.value)):
                raise AssertionError(f"{text[:80]!r} reads as {parsed.value}")
        seen_from_cell(text, 3, 3)
        with suppress(ValueError):
            area_of(text)


def _run(minutes: float, seed: int, finds: Path) -> int:
    warnings.simplefilter("ignore")  # as the command does
    known: Counter[str] = Counter()
    rounds: Counter[str] = Counter()
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    with tempfile.TemporaryDirectory() as folder:
        fuzzer = Fuzzer(Path(folder))
        end = time.monotonic() + minutes * 60
        number = seed
        while time.monotonic() < end:
            number += 1
            chance = random.Random(number)
            name = chance.choice(list(fuzzer.targets))
            rounds[name] += 1
            began, why = time.process_time(), ""
            try:
                fuzzer.targets[name](chance)
            except Exception as error:
                place = traceback.extract_tb(error.__traceback__)[-1]
                why = f"{name}: {type(error).__name__} in {place.name}:{place.lineno}"
            if not why and time.process_time() - began > SLOWEST:
                why = f"{name}: slower than {SLOWEST:.0f} s"
            if why:
                known[why] += 1
                if known[why] == 1:
                    finds.mkdir(exist_ok=True)
                    (finds / f"{number}.txt").write_text(f"{why}\n", encoding="utf-8")
                    print(f"round {number}: {why}", flush=True)
    for name, count in sorted(rounds.items()):
        print(f"{count:9,} {name}")
    print(f"{sum(rounds.values()):9,} rounds after {seed}; {len(known)} finds")
    return 1 if known else 0


def _run_atheris() -> None:
    import atheris

    def one(data: bytes) -> None:
        provider = atheris.FuzzedDataProvider(data)
        check_numbers([provider.ConsumeUnicode(40) for _ in range(3)])

    atheris.instrument_all()
    atheris.Setup([sys.argv[0]], one)
    atheris.Fuzz()


def main() -> None:
    """Run for a while; the exit code is 1 when something was found."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--finds", type=Path, default=Path("fuzz-finds"))
    parser.add_argument("--atheris", action="store_true")
    options = parser.parse_args()
    if options.atheris:
        _run_atheris()
    sys.exit(_run(options.minutes, options.seed, options.finds))


if __name__ == "__main__":
    main()
