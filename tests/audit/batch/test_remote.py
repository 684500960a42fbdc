"""Workbooks at an address: a server that speaks S3, started by the test on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from audit.batch.run import Crew, run_batch
from audit.batch.sources import find_sources
from audit.errors import InputError
from audit.settings import Settings
from tests.audit.conftest import run

moto_server = pytest.importorskip("moto.server", reason="moto[s3] and flask are not installed")
pytest.importorskip("s3fs", reason="s3fs is not installed")


@pytest.fixture
def bucket(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """s3://budgets with the workbooks of ``folder``; the client to change it with."""
    import boto3
    import s3fs

    server = moto_server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()
    client = boto3.client("s3", endpoint_url=f"http://{host}:{port}")
    client.create_bucket(Bucket="budgets")
    for path in folder.rglob("*.xlsx"):
        key = f"2025/{path.relative_to(folder).as_posix()}"
        client.put_object(Bucket="budgets", Key=key, Body=path.read_bytes())
    yield client
    s3fs.S3FileSystem.clear_instance_cache()
    server.stop()


def forget() -> None:
    """Let the next look at the bucket see what has changed."""
    import s3fs

    s3fs.S3FileSystem.clear_instance_cache()


def test_a_bucket_is_checked_and_only_changes_again(
    bucket: Any, folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    told: list[str] = []

    def checked() -> list[str]:
        told.clear()
        forget()
        run_batch(
            ["s3://budgets/2025"],
            out,
            Settings(lang="en"),
            crew=Crew(processes=2),
            told=lambda _, entry: told.append(entry["file"]),
        )
        return sorted(told)

    assert checked() == ["letter.xlsx", "units/right.xlsx", "wrong.xlsx"]
    reports = sorted(path.name for path in (out / "reports").rglob("*") if path.is_file())
    assert reports == ["right.crossfoot.xlsx", "wrong.crossfoot.xlsx"]
    assert sorted(path.name for path in out.iterdir()) == [
        "overview.xlsx",
        "reports",
        "results.jsonl",
    ]
    assert checked() == []
    changed = (folder / "units" / "right.xlsx").read_bytes()
    bucket.put_object(Bucket="budgets", Key="2025/wrong.xlsx", Body=changed)
    assert checked() == ["wrong.xlsx"]


def test_patterns_and_single_objects(bucket: Any, tmp_path: Path) -> None:
    def found(place: str) -> list[str]:
        return [source.name for source in find_sources([place], tmp_path)]

    assert found("s3://budgets") == ["2025/letter.xlsx", "2025/units/right.xlsx", "2025/wrong.xlsx"]
    assert found("s3://budgets/2025/w*.xlsx") == ["wrong.xlsx"]
    assert found("s3://budgets/2025/**/r*.xlsx") == ["units/right.xlsx"]
    assert found("s3://budgets/2025/wrong.xlsx") == ["wrong.xlsx"]
    with pytest.raises(InputError, match=r"^s3://budgets/2024 (does not exist|has no workbook)"):
        found("s3://budgets/2024")


def test_from_the_command_line(bucket: Any, tmp_path: Path) -> None:
    ended = run("batch", "s3://budgets/2025/units", "-o", tmp_path / "out", "--lang", "en")
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert ended.stdout.startswith("1 workbook: 1 without findings")


def test_an_address_that_nothing_knows_is_one_sentence_without_its_password(tmp_path: Path) -> None:
    ended = run("batch", "nonsense://me:secret@host/x", "-o", tmp_path / "out")
    assert ended.exit_code == 2
    assert ended.stderr.startswith("crossfoot: nonsense://host/x cannot be reached")
    assert "secret" not in ended.stderr
    assert ended.stderr.count("\n") == 1
