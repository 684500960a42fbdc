"""How the cells of the findings sheet look."""

from __future__ import annotations

from reports.making import Making
from reports.styles import (
    ACCENT,
    BAD,
    BAD_FILL,
    BAND,
    FONT,
    GOOD,
    GOOD_FILL,
    INFO,
    INFO_FILL,
    INK,
    LINK,
    ON_ACCENT,
    QUIET,
    RULE,
    WARN,
    WARN_FILL,
)
from rules.model import Movement, Severity, Status

TO_FILL_IN = "#FFFDF2"
STATUS_TONES = {
    Status.OPEN: (WARN, WARN_FILL),
    Status.ACCEPTED: (QUIET, BAND),
    Status.CORRECTED: (GOOD, GOOD_FILL),
    Status.NOT_AN_ERROR: (INFO, INFO_FILL),
}
_TONES = {
    Severity.ERROR: (BAD, BAD_FILL),
    Severity.WARNING: (WARN, WARN_FILL),
    Severity.NOTE: (INFO, INFO_FILL),
}
_LOUD = (Movement.NEW, Movement.CAME_BACK, Movement.REOPENED)


class FindingsLooks:
    """Numbers of the looks, by what they are for."""

    def __init__(self, making: Making) -> None:
        style = making.book.style
        base: dict[str, object] = {
            "font_name": FONT,
            "font_size": 10,
            "font_color": INK,
            "valign": "top",
            "bottom": 1,
            "bottom_color": RULE,
        }
        band = base | {"bg_color": BAND, "bold": True, "top": 1, "top_color": QUIET}
        link: dict[str, object] = {"font_color": LINK, "underline": 1}
        wrap: dict[str, object] = {"text_wrap": True}
        after: dict[str, object] = wrap | {"align": "left", "indent": 1}
        self._style, self._base, self._band = style, base, band
        self.title = style({"font_name": FONT, "font_size": 18, "bold": True, "font_color": ACCENT})
        self.hint = style({"font_name": FONT, "font_size": 10, "font_color": QUIET})
        heading: dict[str, object] = {
            "font_name": FONT,
            "font_size": 10,
            "bold": True,
            "font_color": ON_ACCENT,
            "bg_color": ACCENT,
            "text_wrap": True,
            "valign": "vcenter",
        }
        self.heading = style(heading)
        self.heading_right = style(heading | {"align": "right"})
        self.heading_after_number = style(heading | {"align": "left", "indent": 1})
        self.body, self.cause = style(base | wrap), style(band | wrap)
        self.after_number, self.cause_after_number = style(base | after), style(band | after)
        self.number = style(base | {"align": "left", "indent": 1, "font_color": QUIET})
        self.cause_number = style(band | {"align": "left"})
        self.link, self.cause_link = style(base | link | wrap), style(band | link | wrap)
        share: dict[str, object] = {"num_format": "0%"}
        self.share, self.cause_share = style(base | share), style(band | share)
        entry: dict[str, object] = {"bg_color": TO_FILL_IN, "left": 4, "left_color": RULE}
        top: dict[str, object] = {"top": 1, "top_color": QUIET}
        date: dict[str, object] = {"num_format": 14, "align": "left"}
        self.input = style(base | entry | wrap)
        self.date = style(base | entry | wrap | date)
        self.plain_date = style(base | date)
        self.cause_input = style(base | entry | wrap | top)
        self.cause_date = style(base | entry | wrap | date | top)
        self.severity = {
            severity: style(base | {"font_color": ink, "bg_color": fill, "bold": True})
            for severity, (ink, fill) in _TONES.items()
        }
        self.movement = {
            movement: style(base | wrap | ({"bold": True} if movement in _LOUD else {}))
            for movement in Movement
        }

    def amount(self, *values: float | None, share: bool = False, cause: bool = False) -> int:
        """A look for amounts: with decimals when one of ``values`` has any."""
        look = self._band if cause else self._base
        return self._style(look | {"num_format": "0.00%" if share else amount_format(*values)})


def amount_format(*values: float | None) -> str:
    """The number format for amounts that stand together: decimals when one of them has any."""
    known = [value for value in values if value is not None]
    if all(value == int(value) for value in known):
        return "#,##0"
    return "#,##0.0000" if any(0 < abs(value) < 0.01 for value in known) else "#,##0.00"


def amount_width(*values: float | None, least: float = 10.0) -> float:
    """Characters of a column that shows ``values``, so that none is shown as ####."""
    known = [value for value in values if value is not None]
    whole = all(value == int(value) for value in known)
    longest = max((len(f"{value:,.{0 if whole else 2}f}") for value in known), default=0)
    return min(max(least, longest + 1.5), 24.0)
