"""The picture of the report in README.md: what it is cut from, and the file that is written."""

from __future__ import annotations

import shutil
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

from samples.report_picture import as_png, main, widened

needs_programs = pytest.mark.skipif(
    not all(map(shutil.which, ("soffice", "pdftoppm", "pdftotext"))),
    reason="LibreOffice (soffice) or poppler-utils is not installed: no page can be drawn",
)


def test_a_png_holds_the_pixels() -> None:
    picture = np.full((2, 3, 3), 255, np.uint8)
    picture[1, 2] = (199, 7, 15)
    data = as_png(widened(picture, 4))
    assert struct.unpack(">II", data[16:24]) == (4, 2)
    at = data.index(b"PLTE")
    size = struct.unpack(">I", data[at - 4 : at])[0]
    palette = np.frombuffer(data[at + 4 : at + 4 + size], np.uint8).reshape(-1, 3)
    at = data.index(b"IDAT")
    size = struct.unpack(">I", data[at - 4 : at])[0]
    lines = np.frombuffer(zlib.decompress(data[at + 4 : at + 4 + size]), np.uint8).reshape(2, 5)
    assert (lines[:, 0] == 0).all()
    shown = palette[lines[:, 1:]]
    assert (shown[1, 2] == (199, 7, 15)).all()
    assert (shown[:, 3] == 255).all()


@needs_programs
def test_the_picture_is_made_from_the_sample(tmp_path: Path) -> None:
    target = tmp_path / "report.png"
    main(target)
    width, height = struct.unpack(">II", target.read_bytes()[16:24])
    assert 800 < width < 1200
    assert 700 < height < 1400
