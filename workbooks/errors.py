"""The one error of reading: the file cannot be audited, said in one sentence with its remedy."""

from __future__ import annotations


class InputError(Exception):
    """Unreadable, locked, encrypted, hostile or not a workbook. The message names the file."""
