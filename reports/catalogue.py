"""The message catalogue: ``locale/<language>/LC_MESSAGES/crossfoot.po`` is written by people, the
``.mo`` beside it is compiled from it by ``python -m reports.catalogue``.

A message is known by its key (``finding.sum``), never by its English text, so that a better
English sentence leaves the translations alone.
"""

from __future__ import annotations

import ast
import struct
from pathlib import Path

LANGUAGES = ("en", "fi", "sv")
DOMAIN = "crossfoot"
FOLDER = Path(__file__).parent / "locale"

Entry = tuple[str, ...]  # the text; of a message with plural forms, each form


def source(language: str) -> Path:
    """The ``.po`` file of ``language``."""
    return FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read_po(text: str) -> dict[str, Entry]:
    """Entries of a ``.po`` file by key; the header has the empty key.

    >>> read_po('msgid "a"\\nmsgstr "one "\\n"line"\\n')
    {'a': ('one line',)}
    """
    entries: dict[str, Entry] = {}
    fields: dict[str, str] = {}
    field = ""

    def close() -> None:
        if "msgid" in fields:
            forms = sorted(name for name in fields if name.startswith("msgstr"))
            entries[fields["msgid"]] = tuple(fields[name] for name in forms)
        fields.clear()

    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if not line.startswith('"'):
            name, _, line = line.partition(" ")
            if name == "msgid":
                close()
            field = name
            fields[field] = ""
        try:
            fields[field] += str(ast.literal_eval(line))
        except (SyntaxError, ValueError, KeyError) as error:
            raise ValueError(f"line {number} of the catalogue cannot be read: {raw!r}") from error
    close()
    return entries


def compile_mo(entries: dict[str, Entry]) -> bytes:
    """The bytes of a GNU ``.mo`` file: the same entries give the same bytes."""
    pairs = sorted(
        (f"{key}\0{key}".encode() if len(forms) > 1 else key.encode(), "\0".join(forms).encode())
        for key, forms in entries.items()
    )
    table, texts = 28, 28 + 16 * len(pairs)
    keys_index, texts_index, blob = b"", b"", b""
    for key, _ in pairs:
        keys_index += struct.pack("<II", len(key), texts + len(blob))
        blob += key + b"\0"
    for _, text in pairs:
        texts_index += struct.pack("<II", len(text), texts + len(blob))
        blob += text + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), table, table + 8 * len(pairs), 0, texts)
    return head + keys_index + texts_index + blob


def compile_all() -> None:
    """Write the ``.mo`` of every language."""
    for language in LANGUAGES:
        path = source(language)
        path.with_suffix(".mo").write_bytes(compile_mo(read_po(path.read_text("utf-8"))))


if __name__ == "__main__":
    compile_all()
