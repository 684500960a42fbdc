"""The words of budget tables: totals, nets, revenue, expense, changes, memo lines, scenarios.

One small table per idea, in the languages that budget workbooks are written in (Finnish, Swedish
and English in full, others by their commonest words). Words weigh; none is ever required.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Flag, auto
from functools import lru_cache


class Idea(Flag):
    """What the words of a label or heading say. Several may hold at once."""

    NONE = 0
    TOTAL = auto()
    NET = auto()
    REVENUE = auto()
    EXPENSE = auto()
    MEMO = auto()  # "of which": part of the line above, never an addend
    CHANGE = auto()
    PERCENT = auto()
    SHARE = auto()
    AVERAGE = auto()
    PER_UNIT = auto()  # per resident and the like
    OTHER = auto()  # "other …", which is an addend although it resembles a total
    CODE = auto()  # heading of a column of account numbers, row numbers or note references
    REMARK = auto()
    OPENING = auto()
    CLOSING = auto()

    # Asked of every line many times: what was combined before is looked up, as `Flag` does in the
    # end, without the steps on the way.
    def __and__(self, other: Idea) -> Idea:
        return _combined(self._value_ & other._value_)

    def __or__(self, other: Idea) -> Idea:
        return _combined(self._value_ | other._value_)


_COMBINED: dict[int, Idea] = {}


def _combined(value: int) -> Idea:
    known = _COMBINED.get(value)
    if known is None:
        known = _COMBINED[value] = Idea(value)
    return known


def _words(*lines: str) -> str:
    words = sorted({w for line in lines for w in line.split("|")}, key=len, reverse=True)
    return "|".join(re.escape(w).replace(r"\*", r"\w*") for w in words)


# A word ending in * also matches its longer forms (tuotot, toimintatuotot by "*tuotot").
_TABLE: dict[Idea, tuple[str, ...]] = {
    Idea.TOTAL: (
        "yhteensä|yht|yhteissumma|summa|loppusumma|välisumma|kokonaissumma|kaikki|koko maa",
        "totalt|sammanlagt|summa|delsumma|tillsammans|samtliga|inalles",
        "total|totals|subtotal|sub-total|sub total|grand total|sum|overall|all|whole|both",
        "gesamt*|insgesamt|zusammen|summe|gesamtsumme|total général|sous-total|ensemble|totaux",
        "összesen|mindösszesen|összesítve|i alt|ialt|sum|totaal|totale|suma|razem|celkem|kokku",
    ),
    Idea.NET: (
        "netto|nettomeno*|nettotulo*|toimintakate|kate|vuosikate|jäämä|ylijäämä|alijäämä|tulos",
        "netto*|saldo|överskott|underskott|resultat|årsbidrag|verksamhetsbidrag|balans",
        "net|surplus|deficit|balance|excess|margin|result|deficiency",
        "saldo|überschuss|fehlbetrag|ergebnis|solde|excédent|déficit|egyenleg|netto*",
    ),
    Idea.REVENUE: (
        "tulot|*tuotot|tuotot|tulo|tuloarvio|*intäkter|*inkomster|revenue*|income|receipts|inflows",
        "ertrag|erträge|einnahmen|erlöse|recettes|produits|bevétel*|inntekter|indtægter",
    ),
    Idea.EXPENSE: (
        "menot|*kulut|kulut|määrärahat|*kostnader|*utgifter|anslag|expenditure*|expense*|cost|costs",
        "outlays|appropriations|disbursements|outflows|aufwand|aufwendungen|ausgaben|kosten",
        "dépenses|charges|kiadás*|utgifter|udgifter",
    ),
    Idea.MEMO: (
        "josta|joista|siitä|sis|sisältää|ml|varav|därav|of which|including|included|incl|memo",
        "darunter|davon|dont|ebből|herav|heraf|waarvan|thereof",
    ),
    Idea.CHANGE: (
        "muutos|ero|erotus|poikkeama|poikk|kasvu|lisäys|vähennys|käyttämättä|jäljellä|ylitys|alitus",
        "förändring*|ändring|skillnad|differens|avvikelse*|budgetavvikelse|tillväxt",
        "change*|variance|difference|diff|increase|decrease|incr|inc|dec|growth|over|under|chg|var",
        "veränderung|abweichung|variation|écart|változás|eltérés|endring|ændring|verschil",
    ),
    Idea.PERCENT: (
        "prosentti*|pros|procent|percent*|per cent|pct|prozent|pourcentage|százalék|prosent",
    ),
    Idea.SHARE: (
        "osuus|käyttö|toteutuma|tot|andel|share|ratio|rate|proportion|anteil|quote|part|index|indeksi",
        "utilisation|utilization|realised|of total|distribution|arány",
    ),
    Idea.AVERAGE: (
        "keskiarvo|keskim|keskimäärin|ka|average|averages|avg|avgs|ave|mean|means|medel*|genomsnitt*",
        "durchschnitt*|moyenne|átlag|gjennomsnitt|gennemsnit|snitt",
    ),
    Idea.PER_UNIT: (
        "asukas|asukasta|as|invånare|inv|per capita|per resident|per|einwohner|habitant|innbygger",
    ),
    Idea.OTHER: ("muu|muut|övrig|övriga|andra|other|others|sonstige|übrige|autres|egyéb|annet",),
    Idea.CODE: (
        "tili|tilinro|koodi|nro|no|nr|konto|kod|code|account|acct|id|object|line|row|rivi|rad|zeile",
        "kod|kód|sorszám|kostenstelle|fund|org|dept|#|nummer|number|key|funktion|function|fonction",
    ),
    Idea.REMARK: (
        "huom|huomautus*|selite|perustelu*|lisätieto*|not|note|notes|anm|remarks|comment*|source",
        "bemerkung*|anmerkung|kommentar|megjegyzés|viite|liite|bilaga|ref",
    ),
    Idea.OPENING: ("alkusaldo|1.1|opening|beginning|start|ingående|ib|anfangsbestand|nyitó",),
    Idea.CLOSING: ("loppusaldo|31.12|closing|ending|end|utgående|ub|endbestand|záró",),
}

_PATTERNS: tuple[tuple[Idea, re.Pattern[str]], ...] = tuple(
    (idea, re.compile(rf"(?<!\w)(?:{_words(*lines)})(?!\w)")) for idea, lines in _TABLE.items()
)
_CAMEL = re.compile(r"(?<=[a-zåäöé])(?=[A-ZÅÄÖ])")


def normalised(text: str) -> str:
    """A label for comparing: NFKC, single spaces, case folded, closing ``:`` and ``.`` off.

    >>> normalised(" TA  + \\nMUUTOS : ")
    'ta + muutos'
    """
    flat = " ".join((text if text.isascii() else unicodedata.normalize("NFKC", text)).split())
    return flat.rstrip(":. ").casefold()


_COUNT = re.compile(r"(?<!\w)(?:numbers?|nos?\.?|#) of\b")  # a quantity, where "number" is a code


_LONG_NUMBER = re.compile(r"[0-9]{3,}")


def ideas(text: str) -> Idea:
    """What the words of ``text`` say; camelCase labels are taken apart first.

    >>> Idea.TOTAL in ideas("Hallinto- ja tukipalvelut yhteensä")
    True
    >>> Idea.TOTAL in ideas("Yhteistoiminta")
    False
    """
    # No word has three digits, so lines that differ in such a number say the same.
    return _ideas(_LONG_NUMBER.sub("000", text))


@lru_cache(maxsize=65536)
def _ideas(text: str) -> Idea:
    plain = normalised(_CAMEL.sub(" ", text) if " " not in text.strip() else text)
    found = Idea.NONE
    for idea, pattern in _PATTERNS:
        if pattern.search(plain):
            found |= idea
    if "%" in plain:
        found |= Idea.PERCENT
    if Idea.CODE in found and _COUNT.search(plain):
        found &= ~Idea.CODE
    if plain.startswith("=") or plain.startswith("***"):
        found |= Idea.TOTAL
    return found


_YEAR = re.compile(r"(?<!\d)(19[4-9]\d|20\d\d)(?!\d)")
_SHORT_YEAR = re.compile(r"(?<=[^\W\d])[-'’ ]?(\d\d)(?!\d)")


@lru_cache(maxsize=65536)
def years(text: str) -> tuple[int, ...]:
    """The years a heading names, four digits or two glued to letters (``TA20``, ``TP-19``).

    >>> years("TA20/TP18"), years("2019-2020")
    ((2020, 2018), (2019, 2020))
    """
    full = tuple(int(y) for y in _YEAR.findall(text))
    return full or tuple(2000 + int(y) for y in _SHORT_YEAR.findall(text))


_SCENARIOS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (role, re.compile(rf"(?<!\w)(?:{_words(words)})(?!\w)"))
    for role, words in (
        (
            "amended budget",
            "ta+m|ta+muutos|ta + muutos|ta+muut|ta + muut|bu+muutos|muutettu talousarvio|ta+lta|"
            "budget efter ändringar|ändrad budget|reviderad budget|final budget|amended budget|"
            "revised budget|current budget|amended|revised",
        ),
        (
            "actual",
            "tp|tilinp|tilinpäätös|toteuma|toteutuma|toteutunut|tot|kirjanpito|bokslut|utfall|"
            "actual|actuals|audited|outturn|ytd|ist|rechnung|jahresrechnung|regnskap",
        ),
        (
            "proposal",
            "tae|talousarvioesitys|talousarvioehdotus|kehys|raami|förslag|budgetförslag|ram|"
            "proposed|recommended|requested|request|esitys",
        ),
        ("use plan", "ks|käyttösuunnitelma|käyttösuun|dispositionsplan"),
        ("forecast", "enn|ennuste|tpe|arvio|prognos|forecast|estimate|estimated|projected"),
        ("plan", "ts|taloussuunnitelma|tts|sv|suunnitelmavuosi|plan|ekonomiplan|outlook"),
        (
            "budget",
            "ta|talousarvio|budjetti|budj|bu|budget|bg|adopted|original|approved|voranschlag|soll|"
            "ansatz|budsjett|előirányzat",
        ),
    )
)


def scenario(text: str) -> str:
    """The scenario a heading names: ``actual``, ``budget`` …; empty when it names none."""
    plain = normalised(text)
    for role, pattern in _SCENARIOS:
        if pattern.search(plain):
            return role
    return ""


_UNITS: tuple[tuple[str, float, re.Pattern[str]], ...] = (
    ("per resident", 1.0, re.compile(r"/\s?(?:asukas|as\b|inv)|per (?:capita|resident|asukas)")),
    ("%", 1.0, re.compile(r"%|prosentt|procent|percent")),
    (
        "money",
        1e6,
        re.compile(
            r"1[ .,]?000[ .,]?000\s?(?:€|eur|kr|sek|chf|\$)|"
            r"milj|miljoon|\bm€|\bmeur\b|\bmn€|\bmnkr\b|\bmkr\b|\bmsek\b|million|\bmio\b|\$m\b"
        ),
    ),
    (
        "money",
        1e3,
        re.compile(
            r"1[ .,]?000\s?(?:€|eur|e\b|kr|sek|chf|\$)|(?:€|eur|\$)\s?1[ .,]?000(?![ .,]?\d)|"
            r"['’]000s?\b|\bt€|\bteur\b|tuhatta|\btkr\b|tusen|\bksek\b|thousand|"
            r"\$?000s\b|\(000\)|in 1000|ezer ft"
        ),
    ),
    ("money", 1.0, re.compile(r"€|\beur|\bkr\b|\bsek\b|\$|\busd\b|£|\bchf\b|\bft\b")),
)


def unit(text: str) -> tuple[str, float]:
    """Measure and scale that ``text`` names, e.g. ``("money", 1000.0)``; ``("", 1.0)`` for none."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    for measure, scale, pattern in _UNITS:
        if pattern.search(plain):
            return measure, scale
    return "", 1.0


_SCOPE = re.compile(
    r"(?<!\w)(?:sisältä\w*|sis\.|ml\.|ei sisällä|pl\.|exkl\w*|inkl\w*|excluding|excl\.|excludes|"
    r"including|incl\.|includes|omfattar|innehåller|ohne|hors)(?!\w)"
)


def limits_scope(text: str) -> bool:
    """True for a note that says what a column or table includes or leaves out."""
    return _SCOPE.search(normalised(text) + ".") is not None


_LANGUAGE_HINTS = {
    "fi": re.compile(
        r"(?<!\w)(?:yhteensä|menot|tulot|talousarvio|tilinpäätös|muutos|palvelut|ja|kulut|tuotot|"
        r"toimintakate|vuosi|kaupunki|kunta|tunnusluvut|määrärahat)(?!\w)"
    ),
    "sv": re.compile(
        r"(?<!\w)(?:summa|och|kostnader|intäkter|budget|bokslut|förändring|kommun|nämnden|totalt|"
        r"verksamhet|avvikelse|utfall|år)(?!\w)"
    ),
    "en": re.compile(
        r"(?<!\w)(?:total|and|of|the|budget|expenditure|expenditures|revenue|revenues|change|actual|"
        r"year|net|fund|for)(?!\w)"
    ),
}


def language(texts: list[str]) -> str:
    """The language that most texts speak: ``fi``, ``sv`` or ``en`` (also for anything else)."""
    votes = {
        lang: sum(1 for text in texts if pattern.search(normalised(text)))
        for lang, pattern in _LANGUAGE_HINTS.items()
    }
    best = max(votes, key=lambda lang: votes[lang])
    return best if votes[best] > 0 else "en"
