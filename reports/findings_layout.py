"""Where everything stands on the findings sheet: for writing it, and for reading it back.

A report is read back by the words of its headings, in any of the languages, so that a reviewer may
sort, filter, move columns and save it with another program.
"""

from __future__ import annotations

from rules.model import Movement, Status

HEADER_ROW = 4
FIRST_ROW = HEADER_ROW + 1
COLUMNS = (  # key of the heading, width; amounts are as wide as their longest
    ("head.number", 4.5),
    ("head.severity", 10.5),
    ("head.movement", 10.0),
    ("head.place", 13.0),
    ("head.label", 17.0),
    ("head.column", 9.0),
    ("head.reported", 0.0),
    ("head.recomputed", 0.0),
    ("head.difference", 0.0),
    ("head.tolerance", 8.0),
    ("head.what", 34.0),
    ("head.suggested", 0.0),
    ("head.confidence", 9.0),
    ("head.rule", 7.0),
    ("head.status", 10.5),
    ("head.reviewer", 9.0),
    ("head.date", 9.5),
    ("head.comment", 14.0),
    ("head.sheet", 16.0),
    ("head.id", 14.0),
)
(
    NUMBER,
    SEVERITY,
    MOVEMENT,
    PLACE,
    LABEL,
    COLUMN,
    REPORTED,
    RECOMPUTED,
    DIFFERENCE,
    TOLERANCE,
    WHAT,
    SUGGESTED,
    CONFIDENCE,
    RULE_CODE,
    STATUS,
    REVIEWER,
    DATE,
    COMMENT,
    SHEET,
    ID,
) = range(1, len(COLUMNS) + 1)
LAST_PRINTED = COMMENT
AMOUNTS = (REPORTED, RECOMPUTED, DIFFERENCE, SUGGESTED)
RIGHT = (*AMOUNTS, TOLERANCE, CONFIDENCE)

EARLIER_COLUMNS = (  # of the sheet of findings that are gone
    ("head.movement", 18.0),
    ("head.sheet", 16.0),
    ("head.place", 8.0),
    ("head.label", 26.0),
    ("head.column", 12.0),
    ("head.rule", 8.0),
    ("head.reported", 13.0),
    ("head.recomputed", 13.0),
    ("head.difference", 12.0),
    ("head.status", 12.0),
    ("head.reviewer", 14.0),
    ("head.date", 10.5),
    ("head.comment", 34.0),
    ("head.id", 14.0),
)

# Defined names over the two tables, the same in every language.
TABLE_NAME = "crossfoot_findings"
EARLIER_NAME = "crossfoot_earlier"

STATUSES = {status: f"status.{status}" for status in Status}
MOVEMENTS = {movement: f"movement.{movement}" for movement in Movement}
FIXED_BEFORE = "movement.fixed_before"  # gone already in the report before
