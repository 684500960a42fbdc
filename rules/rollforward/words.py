"""The words of balances that are carried forward: opening, closing, what adds, what takes off."""

from __future__ import annotations

import re
from functools import lru_cache

from workbooks.tables.vocabulary import normalised

_PERIOD = r"(?:year|period|month|quarter|fiscal year|financial year|fy)"
_OPENING = re.compile(
    r"(?<!\w)(?:"
    r"opening (?:\w+ )?(?:balance|balances|cash|stock|fund)\w*|opening|"
    r"beginning (?:\w+ )?(?:balance|cash|fund)\w*|"
    rf"(?:at |at the |at start of |as of )?(?:beginning|start)(?: of (?:the )?{_PERIOD})?|"
    r"brought forward|b/f|b/fwd|"
    r"alkusaldo|alkava saldo|(?:vuoden|kauden|tilikauden) alussa|"
    r"(?:per |den )?0?1\.0?1(?:\.(?:\d{4})?)?|(?:1 january|january 1|1 jan|1 januari)(?:,? \d{4})?|"
    r"ingående(?: balans| saldo)?|vid (?:årets|periodens|räkenskapsperiodens) (?:början|ingång)|ib|"
    r"anfangsbestand|inngående (?:balanse|saldo)|"
    r"(?:1 july|july 1|1 april|april 1|1 october|october 1)(?:,? \d{4})?"
    r")(?!\w)"
)
_CLOSING = re.compile(
    r"(?<!\w)(?:"
    r"closing (?:\w+ )?(?:balance|balances|cash|stock|fund)\w*|closing|"
    r"ending (?:\w+ )?(?:balance|cash|fund)\w*|ending|"
    rf"(?:at |at the |as of )?end of (?:the )?{_PERIOD}|"
    r"carried forward|c/f|c/fwd|"
    r"loppusaldo|päättävä saldo|(?:vuoden|kauden|tilikauden) lopussa|"
    r"(?:per |den )?31\.12(?:\.(?:\d{4})?)?|(?:31 december|december 31|31 dec)(?:,? \d{4})?|"
    r"utgående(?: balans| saldo)?|vid (?:årets|periodens|räkenskapsperiodens) (?:slut|utgång)|ub|"
    r"endbestand|utgående (?:balanse|saldo)|"
    r"(?:30 june|june 30|31 march|march 31|30 september|september 30)(?:,? \d{4})?"
    r")(?!\w)"
)
_BALANCE = re.compile(
    r"(?<!\w)(?:balance|balances|cash|fund|funds|stock|debt|reserve|reserves|equity|loans?|"
    r"saldo|balans|rahavarat|kassavarat|lainat|lainakanta|velka|velat|pääoma|rahasto|ylijäämä|"
    r"likvida medel|kassa|lån|lånestock|skuld|kapital|fond|överskott|bestand|beholdning)(?!\w)"
)
_TAKES_OFF = re.compile(
    r"(?<!\w)(?:vähenny\w*|lyhenny\w*|kuoletu\w*|poisto\w*|käyttö|käytetty|palautukset|"
    r"minskning\w*|amortering\w*|avskrivning\w*|uttag|användning|"
    r"disposals?|deductions?|repayments?|payments?|paid|less|decreases?|reductions?|withdrawals?|"
    r"utili[sz]ed|used|written off|depreciation|amorti[sz]ation|transfers? out)(?!\w)"
)
_STOCK = re.compile(
    r"(?<!\w)(?:kertyny\w+|lainakanta|lainamäärä|velkamäärä|rahavarat|kassavarat|ackumulera\w+|"
    r"lånestock\w*|låneskuld\w*|likvida medel|accumulated|cumulative|fund balance|net position|"
    r"debt outstanding|outstanding debt|gross debt|total debt|loan stock|cash balance)(?!\w)"
)
_YEARS = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_EDGES = re.compile(r"[\s,;:–—\-()./]+")


@lru_cache(maxsize=65536)
def is_opening(text: str) -> bool:
    """True for the name of a balance at the beginning of its period.

    >>> is_opening("Rahavarat 1.1."), is_opening("Re-opening of libraries")
    (True, False)
    >>> is_opening("Alkusaldo 1.1.2024"), is_opening("Alkusaldo 2024")
    (True, True)
    """
    plain = normalised(text)
    return _names_a_balance(plain, _OPENING)


@lru_cache(maxsize=65536)
def is_closing(text: str) -> bool:
    """True for the name of a balance at the end of its period.

    >>> is_closing("Lainakanta 31.12."), is_closing("Year-end report")
    (True, False)
    """
    plain = normalised(text)
    return _names_a_balance(plain, _CLOSING) and _OPENING.search(plain) is None


def _names_a_balance(plain: str, words: re.Pattern[str]) -> bool:
    """The words stand at an edge of the name, or in the name of a balance."""
    match = words.search(plain)
    if match is None or (match.start() and plain[match.start() - 1] == "-"):
        return False
    alone = not _EDGES.sub("", _YEARS.sub("", words.sub("", plain)))
    return alone or _BALANCE.search(plain) is not None


@lru_cache(maxsize=65536)
def balance_name(text: str) -> str:
    """What is carried forward, without the words for when.

    >>> balance_name("Rahavarat 31.12."), balance_name("Opening balance")
    ('rahavarat', '')
    """
    plain = _OPENING.sub(" ", normalised(text))
    plain = _YEARS.sub(" ", _CLOSING.sub(" ", plain))
    return _EDGES.sub(" ", plain).strip()


def takes_off(text: str) -> bool:
    """True for a movement that is subtracted where it is printed as a magnitude."""
    return _TAKES_OFF.search(normalised(text)) is not None


def is_stock(text: str) -> bool:
    """True for the name of a balance, also where no date is said."""
    return _STOCK.search(normalised(text)) is not None
