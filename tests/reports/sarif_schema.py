"""The part of SARIF 2.1.0 that our logs use, written down from the standard (OASIS, 2020).

It is stricter than the standard where it can be: a property that is not listed here is an error.
"""

from __future__ import annotations

from typing import Any


def record(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    """An object with these properties and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def listed(items: Any, least: int = 0) -> dict[str, Any]:
    """An array without repetitions."""
    return {"type": "array", "items": items, "minItems": least, "uniqueItems": True}


TEXT = {"type": "string"}
NUMBER = {"type": ["number", "null"]}
FROM_ONE = {"type": "integer", "minimum": 1}
FROM_ZERO = {"type": "integer", "minimum": 0}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
MESSAGE = record(("text",), text={"type": "string", "minLength": 1})
ADDRESS = record((), uri={"type": "string", "format": "uri-reference"}, index=FROM_ZERO)
PHYSICAL = record(
    ("artifactLocation",),
    artifactLocation=ADDRESS,
    region=record(("startLine",), startLine=FROM_ONE, startColumn=FROM_ONE),
)
LOCATION = record(
    (),
    id=FROM_ZERO,
    physicalLocation=PHYSICAL,
    logicalLocations=listed(record((), name=TEXT, fullyQualifiedName=TEXT, kind=TEXT)),
)
SUPPRESSION = record(
    ("kind",),
    kind={"enum": ["inSource", "external"]},
    status={"enum": ["accepted", "underReview", "rejected"]},
    justification=TEXT,
)
RESULT = record(
    ("message", "ruleId"),
    ruleId=TEXT,
    ruleIndex=FROM_ZERO,
    kind={"enum": ["notApplicable", "pass", "fail", "review", "open", "informational"]},
    level=LEVEL,
    message=MESSAGE,
    rank={"type": "number", "minimum": 0, "maximum": 100},
    locations=listed(LOCATION),
    relatedLocations=listed(LOCATION),
    partialFingerprints={"type": "object", "additionalProperties": TEXT},
    baselineState={"enum": ["new", "unchanged", "updated", "absent"]},
    suppressions=listed(SUPPRESSION),
    properties=record(
        (),
        label=TEXT,
        column=TEXT,
        reported=NUMBER,
        recomputed=NUMBER,
        difference=NUMBER,
        tolerance=NUMBER,
        rootCause={"type": ["string", "null"]},
        movement=TEXT,
    ),
)
# A result with a kind other than "fail" has the level "none" (3.27.9).
RESULT["if"] = {"required": ["kind"], "properties": {"kind": {"not": {"const": "fail"}}}}
RESULT["then"] = {"properties": {"level": {"const": "none"}}}
DRIVER = record(
    ("name",), name=TEXT, version=TEXT, rules=listed(record(("id",), id=TEXT, name=TEXT))
)
ARTIFACT = record(
    (),
    location=ADDRESS,
    hashes=record((), **{"sha-256": {"type": "string", "pattern": "^[0-9a-f]{64}$"}}),
)
INVOCATION = record(
    ("executionSuccessful",),
    executionSuccessful={"type": "boolean"},
    toolExecutionNotifications=listed(record(("message",), level=LEVEL, message=MESSAGE)),
)
RUN = record(
    ("tool",),
    tool=record(("driver",), driver=DRIVER),
    language={"type": "string", "pattern": "^[a-z]{2}(-[A-Z]{2})?$"},
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    artifacts=listed(ARTIFACT),
    invocations=listed(INVOCATION),
    results=listed(RESULT),
)
SARIF = record(
    ("version", "runs"),
    **{"$schema": {"type": "string", "format": "uri"}},
    version={"const": "2.1.0"},
    runs={"type": "array", "items": RUN},
)
