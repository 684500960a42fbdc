"""Examples of the documents, so that tests run what readers read."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def example(page: str, name: str) -> str:
    """The block of ``page`` below the mark ``<!-- example: NAME -->``."""
    text = (DOCS / page).read_text(encoding="utf-8")
    found = re.search(rf"<!-- example: {name} -->\n```\w+\n(.*?)```", text, re.DOTALL)
    assert found is not None, f"{page} has no example {name}"
    return found.group(1)
