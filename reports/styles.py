"""How the report looks: its own palette, the looks of a source workbook, and the marks on figures.

Marks are told apart three ways, so that they survive colour blindness and grey print: by the tone
of the fill, by the line round the cell and by a sign before the figure. The sign is part of the
number format: the cell still holds a number, and formulas can use it.
"""

from __future__ import annotations

import re
from enum import IntEnum

from workbooks.grid import Style

FONT = "Calibri"
INK = "#1B2733"
QUIET = "#5B6B7A"
RULE = "#C9D3DC"
BAND = "#EEF2F6"
ACCENT = "#17456B"
ON_ACCENT = "#FFFFFF"
LINK = "#0B5CAD"
GOOD, GOOD_FILL = "#1B6B4A", "#E3F3EB"
WARN, WARN_FILL = "#7A5900", "#FFF0C2"
BAD, BAD_FILL = "#A3260F", "#FBDDD4"
INFO, INFO_FILL = "#1F5FA8", "#E1EDF9"
GREY, GREY_FILL = "#6E6E6E", "#E4E4E4"


class Mark(IntEnum):
    """What the audit says of a figure, the gravest last."""

    NONE = 0
    PROVED = 1
    PART = 2  # of a total that does not agree
    NOTE = 3
    WARNING = 4
    ERROR = 5
    SUSPECT = 6  # the figure behind a root cause


SIGNS = {
    Mark.NONE: "",
    Mark.PROVED: "✓",
    Mark.PART: "·",
    Mark.NOTE: "i",
    Mark.WARNING: "?",
    Mark.ERROR: "≠",
    Mark.SUSPECT: "✗",
}
LEGEND = (
    (Mark.SUSPECT, "legend.suspect"),
    (Mark.ERROR, "legend.error"),
    (Mark.WARNING, "legend.warning"),
    (Mark.NOTE, "legend.note"),
    (Mark.PART, "legend.part"),
    (Mark.PROVED, "legend.proved"),
)
LOOKS: dict[Mark, dict[str, object]] = {
    Mark.NONE: {},
    Mark.PROVED: {},
    Mark.PART: {"bottom": 4, "bottom_color": BAD, "top": 4, "top_color": BAD},
    Mark.NOTE: {"bg_color": INFO_FILL, "font_color": INK, "border": 4, "border_color": INFO},
    Mark.WARNING: {"bg_color": WARN_FILL, "font_color": INK, "border": 3, "border_color": WARN},
    Mark.ERROR: {"bg_color": BAD_FILL, "font_color": INK, "border": 1, "border_color": BAD},
    Mark.SUSPECT: {
        "bg_color": "#F2A48F",
        "font_color": "#000000",
        "bold": True,
        "border": 5,
        "border_color": BAD,
    },
}

_BORDERS = {
    "thin": 1,
    "medium": 2,
    "dashed": 3,
    "dotted": 4,
    "thick": 5,
    "double": 6,
    "hair": 7,
    "mediumDashed": 8,
    "dashDot": 9,
    "mediumDashDot": 10,
    "dashDotDot": 11,
    "mediumDashDotDot": 12,
    "slantDashDot": 13,
}
_HORIZONTAL = {
    "left": "left",
    "center": "center",
    "right": "right",
    "fill": "fill",
    "justify": "justify",
    "centerContinuous": "center_across",
    "distributed": "distributed",
}
_VERTICAL = {
    "top": "top",
    "center": "vcenter",
    "bottom": "bottom",
    "justify": "vjustify",
    "distributed": "vdistributed",
}
_SIDES = ("left", "right", "top", "bottom")
_HEX = re.compile("[0-9A-Fa-f]{6}")
_SECTION = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|[^;"\\_*\[]')
_PLAIN_CODES = re.compile(
    r"""(?:"[^"]*"|\\.|_.|\*.|\[\$[^\]]*\]|[-+#0?,. %()€$£/'’\u00a0\u202f−–]|E\+)*"""
)
_BRACKETS = re.compile(r"\s*((?:\[[^$\]][^\]]*\])*)")  # colours and conditions, not currencies
LONGEST_FORMAT = 255  # letters of a number format


def look_of(style: Style) -> dict[str, object]:
    """XlsxWriter properties of a cell's style in the source."""
    wanted: dict[str, object] = {
        "num_format": "" if style.number_format == "General" else style.number_format,
        "font_name": style.font,
        "font_size": style.size,
        "bold": style.bold,
        "italic": style.italic,
        "text_wrap": style.wrap,
        "underline": int(style.underline),
        "font_strikeout": style.strike,
        "rotation": style.rotation,
        "font_color": f"#{style.colour}" if _HEX.fullmatch(style.colour) else "",
        "bg_color": f"#{style.fill}" if _HEX.fullmatch(style.fill) else "",
        "indent": min(style.indent, 15),
        "align": _HORIZONTAL.get(style.horizontal),
        "valign": _VERTICAL.get(style.vertical),
    }
    look = {name: value for name, value in wanted.items() if value}
    for side, colour in zip(_SIDES, style.border.colours, strict=True):
        line = _BORDERS.get(getattr(style.border, side), 0)
        if line:
            look[side] = line
            if _HEX.fullmatch(colour):
                look[f"{side}_color"] = f"#{colour}"
    return look


def marked(look: dict[str, object], mark: Mark, *, is_number: bool) -> dict[str, object]:
    """A look with a mark laid over it."""
    over = LOOKS[mark]
    if "border" in over:
        look = {name: value for name, value in look.items() if name not in _BORDER_KEYS}
    look = look | over
    if is_number and SIGNS[mark]:
        number_format = str(look.get("num_format", "General"))
        signed = with_sign(number_format, SIGNS[mark], keep_colour=mark < Mark.NOTE)
        if signed:
            look = look | {"num_format": signed}
    return look


_BORDER_KEYS = frozenset({*_SIDES, *(f"{side}_color" for side in _SIDES)})


def greyed(look: dict[str, object]) -> dict[str, object]:
    """The look of a cell that is hidden in the source."""
    return look | {"font_color": GREY, "bg_color": GREY_FILL}


def with_sign(number_format: str, sign: str, *, keep_colour: bool = True) -> str:
    """A number format that shows ``sign`` before every number.

    Empty when the format is of a kind (dates, conditions, text) that is better left alone.

    >>> with_sign("#,##0", "✓")
    '"✓ "#,##0;"✓ "-#,##0'
    """
    sections = _sections(number_format)
    if sections is None:
        return ""
    numbers = sections[:3]
    if len(numbers) == 1:
        colour, rest = _without_brackets(numbers[0])
        numbers = [numbers[0], f"{colour}-{rest}"]
    signed = [_signed(section, sign, keep_colour=keep_colour) for section in numbers]
    if None in signed:
        return ""
    result = ";".join([section or "" for section in signed] + sections[3:])
    return result if len(result) <= LONGEST_FORMAT else ""


def _sections(number_format: str) -> list[str] | None:
    """The sections of a number format; none when it cannot be read."""
    sections, current, at = [], "", 0
    while at < len(number_format):
        if number_format[at] == ";":
            sections.append(current)
            current = ""
            at += 1
            continue
        match = _SECTION.match(number_format, at)
        if match is None:
            return None
        current += match.group()
        at = match.end()
    return [*sections, current]


def _without_brackets(section: str) -> tuple[str, str]:
    """Colour and condition at the start of a section, and what follows."""
    match = _BRACKETS.match(section)
    return (match.group(1), section[match.end() :]) if match else ("", section)


def _signed(section: str, sign: str, *, keep_colour: bool) -> str | None:
    """One section with the sign; none where it should be left alone."""
    colour, section = _without_brackets(section)
    if re.search(r"[<>=]|DBNum|[hms]\]", colour):
        return None
    if section in ("@", "-@"):
        section = section.replace("@", "General")
    codes = section.removeprefix("-")
    if codes.casefold() != "general" and not _PLAIN_CODES.fullmatch(codes):
        return None
    if not section:
        return colour  # such figures are hidden; a sign alone would be a riddle
    padding = re.match(r"_.|\*.", section)  # accounting formats pad first, then show the figure
    lead = ""
    while padding:
        lead += padding.group()
        section = section[padding.end() :]
        padding = re.match(r"_.|\*.", section)
    mark = f'"{sign} {section[1:]}' if section.startswith('"') else f'"{sign} "{section}'
    return f"{colour if keep_colour else ''}{lead}{mark}"
