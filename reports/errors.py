"""The one error of reporting: a report cannot be written, said in one sentence with its remedy."""

from __future__ import annotations


class OutputError(Exception):
    """The report could not be written; nothing is left half-made. The message names the file."""
