"""A snapshot is one state of the database: whole, immutable, and the same again when nothing changed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from weijian.foundation.snapshots import lake
from weijian.foundation.snapshots.models import Snapshot
from weijian.foundation.snapshots.services import STEPS, publish_snapshot


@pytest.fixture
def snapshot(small_world: int, django_db_blocker) -> Snapshot:  # type: ignore[no-untyped-def]
    with django_db_blocker.unblock():
        return Snapshot.objects.get(pk=small_world)


def test_files_have_the_rows_and_hashes_that_the_manifest_names(snapshot: Snapshot) -> None:
    import pyarrow.parquet as pq

    files, _meta = lake.read_manifest(snapshot.manifest_sha256)
    for file in files:
        path = lake.root() / file.path
        assert lake.file_sha256(path) == file.sha256
        assert pq.read_metadata(path).num_rows == file.rows
    assert sum(file.rows for file in files) == snapshot.rows


def test_no_name_number_or_address_stands_in_any_file(snapshot: Snapshot) -> None:
    import pyarrow.parquet as pq

    forbidden = {"name", "id_no", "phone", "address", "identity_key"}
    for file in lake.read_manifest(snapshot.manifest_sha256)[0]:
        names = set(pq.read_schema(lake.root() / file.path).names)
        assert not names & forbidden, file.table


def test_publishing_again_without_a_change_gives_the_same_snapshot(snapshot: Snapshot, django_db_blocker) -> None:  # type: ignore[no-untyped-def]
    with django_db_blocker.unblock():
        newest = Snapshot.objects.order_by("-id").first()
        assert publish_snapshot() == newest


def test_a_changed_manifest_is_refused(snapshot: Snapshot) -> None:
    path = lake.root() / "manifests" / f"{snapshot.manifest_sha256}.json"
    content = path.read_bytes()
    try:
        path.write_bytes(content.replace(b'"rows": ', b'"rows":  ', 1))
        with pytest.raises(ValueError, match="was changed"):
            lake.read_manifest(snapshot.manifest_sha256)
    finally:
        path.write_bytes(content)


KILLED = """
import datetime, os, signal, sys
from weijian.foundation.process import start
step = sys.argv[1]
start(migrate=step == "setup")
from weijian.foundation.bulk.services import mark_dirty
from weijian.foundation.changes.services import change
from weijian.foundation.kinds.registry import kind_by_id
from weijian.foundation.snapshots.models import Snapshot
from weijian.foundation.snapshots.services import publish_snapshot
print(Snapshot.objects.count(), flush=True)
if step not in ("setup", "count"):
    with change("fault test") as row:
        mark_dirty(kind_by_id("quality.dispute"), [datetime.date(2017, 1, 1)], row.pk)
    publish_snapshot(step=lambda name: os.kill(os.getpid(), signal.SIGKILL) if name == step else None)
"""


@pytest.mark.fault
def test_a_publisher_killed_at_any_step_leaves_the_old_or_the_new_snapshot(tmp_path: Path) -> None:
    home = tmp_path / "home"
    environment = {**os.environ, "WEIJIAN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "weijian.config.settings"}
    environment.pop("DATABASE_URL", None)

    def run(step: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-W", "ignore", "-c", KILLED, step]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    from weijian.foundation import embedded_pg

    try:
        assert run("setup").returncode == 0
        counts = []
        for step in STEPS:
            killed = run(step)
            assert killed.returncode == -9, killed.stderr[-2000:]
            counts.append(killed.stdout.strip())
        counts.append(run("count").stdout.strip())
        # Each count is what the kill before it left: nothing until the transaction of the last step is committed.
        assert counts == ["0", "0", "0", "0", "1"]
    finally:
        embedded_pg.stop(home)
