"""The errors of reporting, one sentence each: a report cannot be written, or not be read back."""

from __future__ import annotations


class OutputError(Exception):
    """The report could not be written; nothing is left half-made. The message names the file."""


class NotAReportError(Exception):
    """A file is no report of Crossfoot, or has lost a part of it. The message names the file."""


class FinalOutputError(OutputError):
    """One whose message is the whole sentence: whoever passes it on adds nothing."""
