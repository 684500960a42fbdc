"""Who does the jobs: processes of this machine, or the workers of a Dask cluster."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from queue import Empty, Queue
from typing import Any

from audit import VERSION
from audit.batch.job import KILLED, Entry, FileLimits, Job
from audit.batch.worker import Answer, Worker
from audit.errors import AuditError

Done = tuple[Job, Entry, bytes | None]


def on_this_machine(
    jobs: Sequence[Job], limits: FileLimits, count: int, place: Path
) -> Iterator[Done]:
    """Each job with its answer, in the order in which they end; ``count`` processes at a time.

    ``place`` is a folder for what the processes need on disk meanwhile.
    """
    waiting: Queue[Job] = Queue()
    for job in jobs:
        waiting.put(job)
    done: Queue[tuple[Job, Answer]] = Queue()
    workers = [Worker(limits, place) for _ in range(min(count, len(jobs)))]

    def serve(worker: Worker) -> None:
        with suppress(Empty):
            while True:
                job = waiting.get_nowait()
                done.put((job, _whatever_comes(worker, job)))
        worker.close()

    threads = [threading.Thread(target=serve, args=(worker,), daemon=True) for worker in workers]
    for thread in threads:
        thread.start()
    try:
        for _ in jobs:
            job, (entry, report) = done.get()
            yield job, entry, report
    finally:
        for worker in workers:
            worker.close()


def _whatever_comes(worker: Worker, job: Job) -> Answer:
    """The answer to a job; that there is none is one too, so that the rest goes on."""
    try:
        return worker.run(job)
    except Exception as error:
        why = f"no process could be started for it ({type(error).__name__})"
        return {"file": job.name, "status": KILLED, "error": why}, None


def on_a_cluster(jobs: Sequence[Job], limits: FileLimits, address: str) -> Iterator[Done]:
    """The same through the Dask scheduler at ``address``.

    A workbook in a folder of this machine is sent along, a report comes back as its bytes. When a
    worker of the cluster is lost, its jobs go to others. Raises ``AuditError``.
    """
    try:
        import distributed
    except ImportError as error:
        raise AuditError("--scheduler needs Dask; install crossfoot[cluster]") from error
    try:
        client: Any = distributed.Client(  # type: ignore[no-untyped-call]
            address, timeout="5s", set_as_default=False
        )
    except Exception as error:
        raise AuditError(f"there is no Dask scheduler at {address}; check the address") from error
    with client, client.as_current():
        _same_version(client)
        total = sum(client.nthreads().values())
        by_key: dict[str, Job] = {}
        rest = iter(jobs)

        def hand_out(some: Iterable[Job]) -> list[Any]:
            futures = []
            for job in some:
                future = client.submit(
                    run_on_worker, _sent_along(job), limits, pure=False, retries=2
                )
                by_key[future.key] = job
                futures.append(future)
            return futures

        try:
            first = hand_out(islice(rest, 2 * total + 2))
            going: Any = distributed.as_completed(first)  # type: ignore[no-untyped-call]
            for future in going:
                job = by_key.pop(future.key)
                entry, report = _answer(future, job)
                future.release()
                going.update(hand_out(islice(rest, 1)))
                yield job, entry, report
        finally:
            with suppress(Exception):
                client.run(end_workers)


def _answer(future: Any, job: Job) -> Answer:
    try:
        answer: Answer = future.result()
    except Exception as error:
        why = f"no worker of the cluster lived to check it ({type(error).__name__})"
        return {"file": job.name, "status": KILLED, "error": why}, None
    return answer


def _sent_along(job: Job) -> Job:
    from dataclasses import replace

    from audit.batch.sources import is_address

    if is_address(job.place):
        return replace(job, report=None)
    try:
        content = Path(job.place).read_bytes()
    except OSError:  # the worker will say why
        return replace(job, report=None)
    return replace(job, report=None, content=content)


def _same_version(client: Any) -> None:
    try:
        versions = client.run(version_there)
    except Exception as error:
        raise AuditError(
            "the workers of the cluster cannot run crossfoot; install it there"
        ) from error
    if not versions:
        raise AuditError("the cluster has no workers; start some")
    others = sorted({str(version) for version in versions.values()} - {VERSION})
    if others:
        raise AuditError(
            f"the workers of the cluster have crossfoot {', '.join(others)}, here is {VERSION}; "
            "install the same"
        )


def version_there() -> str:
    """Runs on a worker of the cluster: its version of Crossfoot."""
    return VERSION


_here = threading.local()
_started: list[Worker] = []


def run_on_worker(job: Job, limits: FileLimits) -> Answer:
    """Runs on a worker of the cluster, in a process beside it that the workbook may kill."""
    worker = getattr(_here, "worker", None)
    if worker is None:
        worker = _here.worker = Worker(limits)
        _started.append(worker)
    answer: Answer = worker.run(job)
    return answer


def end_workers() -> None:
    """Runs on a worker of the cluster at the end: no process stays behind."""
    global _here  # noqa: PLW0603
    _here = threading.local()
    while _started:
        _started.pop().close()
