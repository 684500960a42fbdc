"""The folders that are measured, and the scoring scripts that come with them."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

BOOK_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")


class CorpusError(Exception):
    """Something of the corpus is missing, or a scoring script failed: one sentence."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """``aggregations`` and ``workbooks`` below ``root``; scoring scripts of workbooks in
    ``score``."""

    root: Path
    score: Path

    @property
    def aggregations(self) -> Path:
        """Annotated tables, copies of them with planted errors, and their scoring scripts."""
        return self._there(self.root / "aggregations")

    @property
    def workbooks(self) -> Path:
        """Real workbooks with the lists of what is known of them."""
        return self._there(self.root / "workbooks")

    @property
    def tables(self) -> list[Path]:
        """The annotated tables."""
        return self._files(self.aggregations / "cases", (".csv",))

    @property
    def planted(self) -> list[Path]:
        """Their copies with one planted error each."""
        return self._files(self.aggregations / "errors" / "injected", (".csv",))

    @property
    def books(self) -> list[Path]:
        """The real workbooks."""
        return self._files(self.workbooks, BOOK_SUFFIXES)

    def script(self, name: str) -> Path:
        """A scoring script: of the tables, or of the workbooks."""
        beside = self.root / "aggregations" / name
        return beside if beside.exists() else self._there(self.score / name)

    def _files(self, folder: Path, suffixes: tuple[str, ...]) -> list[Path]:
        found = [p for p in self._there(folder).iterdir() if p.suffix.lower() in suffixes]
        if not found:
            raise CorpusError(f"{folder} has no {', '.join(suffixes)} files.")
        return sorted(found)

    @staticmethod
    def _there(path: Path) -> Path:
        if not path.exists():
            raise CorpusError(f"{path} is not there: name the folder of the corpus.")
        return path


def run_script(script: Path, *arguments: str | Path) -> str:
    """What a scoring script prints.

    Raises:
        CorpusError: when it fails, with the last line it wrote.
    """
    command = [sys.executable, str(script), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr.strip() or "it wrote nothing").splitlines()[-1]
        raise CorpusError(f"{script.name} failed: {said}")
    return done.stdout
