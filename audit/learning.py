"""The order of work of ``crossfoot learn``: read, examine, name, write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from audit.errors import OutputError
from audit.outputs import as_output_error, written_whole
from audit.pipeline import limits_of, read_book, rule_settings
from audit.rule_files import default_rule_file
from audit.settings import Settings

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class LearnedFile:
    """A rule file that was made: its text, where it was written, and a sentence about it."""

    text: str
    path: Path | None  # None: it was not written
    summary: str


def learn_rules(
    file: Path,
    settings: Settings,
    *,
    output: Path | None = None,
    is_replaced: bool = False,
    password: str | None = None,
    progress: Progress | None = None,
) -> LearnedFile:
    """Write the relations of the workbook ``file`` as rules to ``output`` (``-``: return them).

    Raises ``InputError`` and ``OutputError``; a rule file that is there is only replaced when
    ``is_replaced`` says so, since a person may have edited it.
    """
    target = output if output is not None else default_rule_file(file)
    is_written = str(target) != "-"
    if is_written:
        with as_output_error(target):
            _refuse(target, file, is_replaced)
    workbook = read_book(file, password, limits_of(settings), progress)
    from reports.words import Words
    from rules.declared.learn import learn
    from rules.declared.writing import rules_as_yaml
    from rules.examine import examine, language_of

    seen = examine(workbook, rule_settings(settings), progress)
    learned = learn(
        workbook.file, seen.tables, seen.places, seen.relations, seen.cells, seen.ledger
    )
    words = Words(settings.lang or language_of(workbook))
    origin = " ".join(learned.rules.learned_from.split()) or workbook.file
    text = rules_as_yaml(
        learned.rules, words.say("learn.head", file=origin), words.say("learn.between")
    )
    said = [words.say("learn.done", count=len(learned.rules), tables=len(learned.rules.tables))]
    if learned.unnamed:
        said.append(words.say("learn.unnamed", count=learned.unnamed))
    if is_written:
        with written_whole(target) as draft:
            draft.write_text(text, encoding="utf-8", newline="\n")
        said.append(words.say("learn.written", path=str(target)))
    return LearnedFile(text, target if is_written else None, " ".join(said))


def _refuse(target: Path, source: Path, is_replaced: bool) -> None:
    """Raise ``OutputError`` where ``target`` cannot become the rule file."""
    if not target.parent.is_dir():
        raise OutputError(
            f"{target} cannot be written, there is no folder {target.parent}; create it first."
        )
    if target.is_dir():
        raise OutputError(f"{target} is a folder; name a file in it.")
    if target.exists() and source.exists() and target.samefile(source):
        raise OutputError(
            f"{target} is the workbook itself, which is never changed; name another file."
        )
    if target.exists() and not is_replaced:
        raise OutputError(
            f"{target} is already there and may have been edited; name another file with -o, or "
            "say --overwrite."
        )
