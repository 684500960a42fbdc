"""The workbooks of a batch: found in folders, by patterns, or at an address that fsspec knows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from glob import glob
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from audit.errors import AuditError, InputError
from audit.outputs import REPORT_SUFFIX

SUFFIXES = frozenset(
    (".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb", ".ods", ".csv")  # what is read
)
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")  # one letter would be a drive of Windows
_PATTERN = re.compile(r"[*?\[]")
_OUR_KEPT = re.compile(r"\.crossfoot\.kept-\d+\.xlsx$")


@dataclass(frozen=True, slots=True)
class Source:
    """One workbook to check."""

    name: str  # from where it was looked for, with "/" between: what the overview calls it
    place: str  # the path, or the address
    size: int  # bytes
    mark: str  # another one when the content is another
    modified: float | None = None  # seconds since 1970


def is_address(place: str) -> bool:
    """Whether a place is to be opened through fsspec.

    >>> is_address("s3://budgets/2025"), is_address("C:/budgets"), is_address("budgets")
    (True, False, False)
    """
    return _ADDRESS.match(place) is not None


def find_sources(places: Sequence[str], out: Path) -> list[Source]:
    """Every workbook at ``places``, once each, by name; nothing below ``out``, no report of ours.

    A place is a folder (with all folders in it), a file, a pattern such as ``2025/**/*.xls*``, or
    the same at an address such as ``s3://bucket/folder``. Raises ``InputError`` for a place with
    no workbook, ``AuditError`` when fsspec is missing.
    """
    found: dict[str, Source] = {}
    for place in places:
        sources = list(_remote(place) if is_address(place) else _local(place, out.resolve()))
        if not sources:
            raise InputError(f"{_shown(place)} has no workbook; check the place or the pattern.")
        if len(places) > 1:
            above = PurePosixPath(_shown(place).replace("\\", "/").rstrip("/")).name
            above = "" if _PATTERN.search(above) or above == sources[0].name else above
            sources = [
                replace(one, name=f"{above}/{one.name}" if above else one.name) for one in sources
            ]
        for source in sources:
            found.setdefault(source.place, source)
    return _with_names_of_their_own(sorted(found.values(), key=lambda source: source.name))


def read_remote(place: str) -> bytes:
    """The content at an address. Raises ``InputError``."""
    try:
        with _fsspec().open(place, "rb") as file:
            content: bytes = file.read()
    except Exception as error:
        raise InputError(_unreachable(place, error)) from error
    return content


def _with_names_of_their_own(sources: list[Source]) -> list[Source]:
    """The same name from two places is told apart by a number."""
    seen: dict[str, int] = {}
    named = []
    for source in sources:
        count = seen[source.name] = seen.get(source.name, 0) + 1
        named.append(source if count == 1 else replace(source, name=f"{source.name} ({count})"))
    return named


def _is_wanted(parts: Sequence[str]) -> bool:
    name = parts[-1]
    return (
        PurePosixPath(name).suffix.lower() in SUFFIXES
        and not name.startswith("~$")  # Excel's mark of an open workbook
        and not name.lower().endswith(REPORT_SUFFIX)
        and not _OUR_KEPT.search(name.lower())
        and not any(part.startswith(".") for part in parts if part not in (".", ".."))
    )


def _local(place: str, out: Path) -> Iterator[Source]:
    path = Path(place)
    if path.is_dir():
        base, files = path, list(path.rglob("*"))
    elif path.exists():
        base, files = path.parent, [path]
    elif _PATTERN.search(place):
        fixed = list(path.parts[:-1])
        cut = next((i for i, part in enumerate(fixed) if _PATTERN.search(part)), len(fixed))
        base = Path(*fixed[:cut]) if cut else Path()
        files = [Path(name) for name in glob(place, recursive=True)]  # noqa: PTH207  (absolute too)
    else:
        raise InputError(f"{place} does not exist; check the path.")
    for file in files:
        inside = file.relative_to(base).parts
        if file.is_file() and _is_wanted(inside) and not file.resolve().is_relative_to(out):
            about = file.stat()
            mark = "" if about.st_size > 1 << 30 else _digest(file)
            yield Source("/".join(inside), str(file), about.st_size, mark, about.st_mtime)


def _digest(file: Path) -> str:
    digest = sha256()
    try:
        with file.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
    except OSError:  # the check of this file will say why
        return ""
    return f"sha256:{digest.hexdigest()}"


def _remote(place: str) -> Iterator[Source]:
    fsspec = _fsspec()
    try:
        system, path = fsspec.core.url_to_fs(place)
        if _PATTERN.search(path):
            found: Mapping[str, Any] = system.glob(path, detail=True)
            base = path[: _PATTERN.search(path).start()].rpartition("/")[0]  # type: ignore[union-attr]
        elif system.isdir(path):
            found, base = system.find(path, detail=True), path
        else:
            found, base = {path: system.info(path)}, path.rpartition("/")[0]
        for name, about in sorted(found.items()):
            inside = name[len(base) :].strip("/") if name.startswith(base) else name
            if about.get("type") == "file" and _is_wanted(inside.split("/")):
                address = system.unstrip_protocol(name)
                yield Source(inside, address, int(about.get("size") or 0), _mark(about))
    except Exception as error:  # every file system raises its own
        raise InputError(_unreachable(place, error)) from error


def _mark(about: Mapping[str, Any]) -> str:
    """What tells one content from the next: the system's own tag, else size and time of change."""
    keys = ("ETag", "etag", "md5", "checksum", "content_hash")
    tag = next((str(about[key]) for key in keys if about.get(key)), None)
    times = ("LastModified", "last_modified", "mtime", "updated", "created")
    when = next((str(about[key]) for key in times if about.get(key)), None)
    return f"{about.get('size')}:{tag or when}" if tag or when else ""


def _fsspec() -> Any:
    try:
        import fsspec
    except ImportError as error:
        raise AuditError(
            "an address needs fsspec, and s3fs for s3://; install crossfoot[remote]"
        ) from error
    return fsspec


def _shown(place: str) -> str:
    """A place without the user and password that an address may hold."""
    return re.sub(r"://[^/@]*@", "://", place)


def _unreachable(place: str, error: Exception) -> str:
    if isinstance(error, ImportError):
        return f"{_shown(place)} needs {error.name or 'a further package'}; install it."
    if isinstance(error, FileNotFoundError):
        return f"{_shown(place)} does not exist; check the address."
    return f"{_shown(place)} cannot be reached ({type(error).__name__}); check address and rights."
