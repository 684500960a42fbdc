"""A batch on a Dask cluster: a real scheduler and two workers, one of which is killed midway."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from audit.batch.job import Entry
from audit.batch.run import Crew, run_batch
from audit.errors import AuditError
from audit.settings import Settings

pytest.importorskip("distributed", reason="dask.distributed is not installed")

PROJECT = Path(__file__).parents[3]
_PATIENCE = 60.0  # seconds for a scheduler or a worker to appear


class Cluster:
    """A scheduler and its workers, each a process of its own on this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "scheduler.json"
        self.workers: list[subprocess.Popen[bytes]] = []
        options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show"]
        self._scheduler = self._start("scheduler", *options)
        end = time.monotonic() + _PATIENCE
        while not self._file.is_file() and time.monotonic() < end:
            time.sleep(0.05)
        self.address = str(json.loads(self._file.read_text())["address"])
        for _ in range(2):
            options = ["--host", "127.0.0.1", "--nthreads", "1", "--no-dashboard", "--no-nanny"]
            self.workers.append(self._start("worker", *options))

    def _start(self, kind: str, *options: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", kind, "--scheduler-file", self._file, *options],
            cwd=self._folder,
            env={**os.environ, "PYTHONPATH": str(PROJECT)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def wait_for_workers(self) -> None:
        from distributed import Client

        client: Any = Client(self.address, set_as_default=False)  # type: ignore[no-untyped-call]
        with client:
            client.wait_for_workers(2, timeout=_PATIENCE)

    def stop(self) -> None:
        for process in (*self.workers, self._scheduler):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    place = tmp_path / "cluster"
    place.mkdir()
    started = Cluster(place)
    try:
        started.wait_for_workers()
        yield started
    finally:
        started.stop()


def test_nothing_is_lost_when_a_worker_is_killed(
    cluster: Cluster, folder: Path, tmp_path: Path
) -> None:
    (folder / "letter.xlsx").unlink()
    for number in range(10):
        shutil.copy(folder / "wrong.xlsx", folder / f"more-{number}.xlsx")
    expected = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("[mruw]*.xlsx"))
    out, told = tmp_path / "out", []

    def kill_one(done: int, entry: Entry) -> None:
        told.append(entry["file"])
        if done == 2:
            cluster.workers[0].kill()

    crew = Crew(scheduler=cluster.address)
    batch = run_batch([str(folder)], out, Settings(lang="en"), crew=crew, told=kill_one)
    assert sorted(told) == expected
    assert {entry["status"] for entry in batch.entries} == {"findings", "clean"}
    assert len(batch.entries) == 12
    here = tmp_path / "here"
    run_batch([str(folder)], here, Settings(lang="en"), crew=Crew(processes=1))
    for entry in batch.entries:
        assert (out / entry["report"]).read_bytes() == (here / entry["report"]).read_bytes()
    alone = {entry["file"]: entry for entry in map(json.loads, (here / "results.jsonl").open())}
    for entry in batch.entries:
        assert entry["result"] == alone[entry["file"]]["result"]


def test_no_scheduler_is_one_sentence(folder: Path, tmp_path: Path) -> None:
    crew = Crew(scheduler="tcp://127.0.0.1:9")
    with pytest.raises(AuditError, match="there is no Dask scheduler at tcp:"):
        run_batch([str(folder)], tmp_path / "out", Settings(), crew=crew)
