"""``crossfoot packs``: the declared packs, one of them, or what is wrong with a file."""

from __future__ import annotations

import click

from audit.terminal import CLEAN, guarded, language_option, print_text

_EPILOG = """\b
Examples:
  crossfoot packs
  crossfoot packs fi-tuloslaskelma > ours.yaml
  crossfoot packs ours.yaml
  crossfoot check budget.xlsx --pack auto,ours.yaml

\b
docs/writing-a-pack.md teaches writing one.
"""


@click.command(epilog=_EPILOG, short_help="List the packs of statement rules, or check one.")
@click.argument("name", required=False)
@language_option
@guarded
def packs(name: str | None, lang: str | None) -> int:
    """List the packs; print the pack NAME; or say all that is wrong with the file NAME.

    A pack declares what the lines of a statement must come to, under all the names that they have.
    """
    from audit.packs import pack_as_text, packs_as_text
    from reports.phrases import language_of

    print_text(packs_as_text() if name is None else pack_as_text(name, language_of(lang)))
    return CLEAN
