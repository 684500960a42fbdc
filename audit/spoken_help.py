"""``--help`` in the language of its reader.

The texts stand in English beside the commands and options that they tell of. Here they are said in
Finnish or Swedish, from ``reports/locale/<language>/commands.po``, as they are laid out: paragraph
by paragraph, and line by line where a paragraph keeps its lines. Commands and settings that a
reader may copy stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache

import click

from audit.terminal import spoken

_KEPT = "\b"  # click's mark of a paragraph that keeps its lines
_LEAD = re.compile(r"(\s*(?:\S+(?: / \S+)*\s{2,})?)(.*)")  # "  130  stopped": what stands before
_TAIL = re.compile(r"((?:\s*\[[^\[\]]*\])*)$")  # "  [default: text]  [required]"
_DEFAULT = re.compile(r"\[default: (.*)\]")
_PLACEHOLDER = re.compile(r"\b[A-Z]{3,}\b")
_FOR_COPYING = re.compile(r"crossfoot |\[\[|[a-z-]+ = ")


class SpokenFormatter(click.HelpFormatter):
    """Lays out the help and translates each piece of it on the way."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The line of usage, its placeholders in the language, too."""
        super().write_usage(prog, placeholders(args), f"{said('Usage:')} ")

    def write_text(self, text: str) -> None:
        """Paragraphs with blank lines between."""
        super().write_text("\n\n".join(map(_paragraph, text.split("\n\n"))))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Names and what they mean; a command is a name, an option has placeholders."""
        told = [
            (placeholders(name) if name.startswith("-") else name, _with_tail(text))
            for name, text in rows
        ]
        super().write_dl(told, col_max, col_spacing)

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        """A heading."""
        with super().section(said(name)):
            yield


class SpokenContext(click.Context):
    """A context whose help is laid out so."""

    formatter_class = SpokenFormatter


def asked_language(arguments: Sequence[str]) -> str | None:
    """The language that a command line asks for, wherever ``--lang`` stands in it.

    >>> asked_language(["check", "--help", "--lang", "fi"]), asked_language(["--lang=sv"])
    ('fi', 'sv')
    """
    for given, following in zip(arguments, [*arguments[1:], ""], strict=False):
        name, equals, value = given.partition("=")
        if name == "--lang":
            return (value if equals else following).lower()
    return None


def said(english: str) -> str:
    """A text of the help in the language of the reader; as it is where that has none."""
    language = spoken()
    return english if language == "en" else _texts(language).get(english, english)


def placeholders(text: str) -> str:
    """The words in capitals, which stand for something to put in, in the language."""
    return _PLACEHOLDER.sub(lambda word: said(word.group()), text)


def pieces(text: str) -> Iterator[str]:
    """What there is to translate in a text: for the test that all of it is."""
    for paragraph in text.split("\n\n"):
        if not paragraph.startswith(_KEPT):
            yield _one_line(paragraph)
            continue
        for line in paragraph.splitlines()[1:]:
            words = _parted(line)[1]
            if words and not _FOR_COPYING.match(words):
                yield words


def plain_help(text: str) -> str:
    """The help of an option without what click adds to it in brackets."""
    return _TAIL.sub("", text)


@cache
def _texts(language: str) -> dict[str, str]:
    from reports.phrases import command_texts

    return command_texts(language)


def _paragraph(paragraph: str) -> str:
    if not paragraph.startswith(_KEPT):
        return said(_one_line(paragraph))
    lines = [lead + said(words) for lead, words in map(_parted, paragraph.splitlines()[1:])]
    return "\n".join((_KEPT, *lines))


def _parted(line: str) -> tuple[str, str]:
    """What stands before the words of a line, and the words."""
    match = _LEAD.fullmatch(line)
    return (match.group(1), match.group(2)) if match is not None else ("", line)


def _with_tail(text: str) -> str:
    plain = plain_help(text)
    tail = text[len(plain) :].replace("[required]", f"[{said('required')}]")
    return said(plain) + _DEFAULT.sub(rf"[{said('default')}: \1]", tail)


def _one_line(paragraph: str) -> str:
    return " ".join(paragraph.split())
