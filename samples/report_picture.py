"""Make the picture of the report that README.md shows, from the sample workbook.

    python -m samples.report_picture [docs/images/report.png]

Needs LibreOffice (soffice), poppler-utils (pdftoppm, pdftotext) and a font as wide as Calibri, such
as Carlito. The picture shows the Summary
down to what is to be put right, and below it the sheet with the root cause that was located.
"""

from __future__ import annotations

import re
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from audit.pipeline import check_workbook
from audit.settings import Settings

Picture = NDArray[np.uint8]  # (height, width, 3)

SAMPLE: Final = Path(__file__).parent / "kemijarvi-2020.xlsx"
PICTURE: Final = Path(__file__).parents[1] / "docs" / "images" / "report.png"
DOTS: Final = 95  # to an inch
MARGIN: Final = 14  # dots around what is shown
FIRST: Final = ("What was not", -10.0)  # the Summary, to above this heading
SECOND: Final = ("Sortteeri", -2.0)  # the sheet Yksiköt, to above this unit
_WORD = re.compile(r'<word [^>]*yMin="([0-9.]+)"[^>]*>([^<]*)</word>')


def main(target: Path = PICTURE) -> None:
    """Write the picture."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        report = folder / "report.xlsx"
        check_workbook(SAMPLE, Settings(lang="en"), output=report)
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", name]
        subprocess.run([*command, str(report)], check=True, capture_output=True)
        parts = [shown(report.with_suffix(".pdf"), *place) for place in (FIRST, SECOND)]
    width = max(part.shape[1] for part in parts)
    target.write_bytes(as_png(np.concatenate([widened(part, width) for part in parts])))


def shown(pdf: Path, words: str, shift: float) -> Picture:
    """The first page with ``words``, from its top to above them, without its white margins.

    ``shift`` is in points, downwards.
    """
    page, height = found(pdf, words)
    made = subprocess.run(
        ["pdftoppm", "-r", str(DOTS), "-f", str(page), "-l", str(page), str(pdf)],
        check=True,
        capture_output=True,
    ).stdout
    _, size, _, pixels = made.split(b"\n", 3)
    columns, rows = (int(number) for number in size.split())
    picture = np.frombuffer(pixels, np.uint8).reshape(rows, columns, 3)
    picture = picture[: int((height + shift) * DOTS / 72)]
    inked = np.min(picture, axis=2) < 250
    across, down = np.flatnonzero(inked.any(axis=0)), np.flatnonzero(inked.any(axis=1))
    left, right = max(across[0] - MARGIN, 0), across[-1] + MARGIN
    return picture[max(down[0] - MARGIN, 0) : down[-1] + MARGIN, left:right]


def found(pdf: Path, words: str) -> tuple[int, float]:
    """The page that first has ``words``, counted from 1, and how far down in points."""
    first, *rest = words.split()
    made = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], check=True, capture_output=True)
    for page, text in enumerate(made.stdout.decode("utf-8").split("<page ")[1:], 1):
        told = _WORD.findall(text)
        for at, (height, word) in enumerate(told):
            if word == first and [w for _, w in told[at + 1 : at + 1 + len(rest)]] == rest:
                return page, float(height)
    raise LookupError(f"the report does not say {words!r}")


def widened(picture: Picture, width: int) -> Picture:
    """White added on the right."""
    return np.pad(picture, ((0, 0), (0, width - picture.shape[1]), (0, 0)), constant_values=255)


def as_png(picture: Picture) -> bytes:
    """The bytes of a PNG, with a palette where the picture has few colours."""
    height, width, _ = picture.shape
    coarse = (picture // 8 * 8 + 7).astype(np.uint8)  # 32 steps of each colour, white stays white
    colours, index = np.unique(coarse.reshape(-1, 3), axis=0, return_inverse=True)
    if len(colours) <= 256:
        rows, kind = index.reshape(height, width).astype(np.uint8), 3
    else:
        rows, kind = picture.reshape(height, width * 3), 2
    raw = np.pad(rows, ((0, 0), (1, 0))).tobytes()  # each line begins with 0: not filtered
    palette = _chunk(b"PLTE", colours.tobytes()) if kind == 3 else b""
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0))
    body = _chunk(b"IDAT", zlib.compress(raw, 9)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + head + palette + body


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
