"""A full disk is said plainly, loses nothing that was confirmed, and is over when space returns."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from weijian.foundation.embedded_pg import DatabaseServerError, disk_free, dump, ensure_running, stop
from weijian.foundation.embedded_pg.configuration import MIB

if TYPE_CHECKING:
    from tests.foundation.embedded_pg.conftest import Query


def mounted(folder: Path, size: int) -> None:
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"this machine does not permit a small file system: {done.stderr.strip()}")


@pytest.fixture
def small_disk(tmp_path: Path, as_root: None) -> Iterator[Path]:
    """A file system of 300 MiB."""
    folder = tmp_path / "small"
    mounted(folder, 300 * MIB)
    yield folder
    stop(folder / "home", "immediate")
    subprocess.run(["umount", str(folder)], check=True)


def fill(folder: Path, leave: int = 0) -> Path:
    """Write a file that takes all space but ``leave`` bytes."""
    filler = folder / "filler"
    size = disk_free(folder).free - leave
    with open(filler, "wb") as file:
        os.posix_fallocate(file.fileno(), 0, size)
    return filler


def test_a_new_database_needs_room(small_disk: Path) -> None:
    fill(small_disk, leave=100 * MIB)
    with pytest.raises(DatabaseServerError, match=r"database\.disk_full"):
        ensure_running(small_disk / "home")
    assert not (small_disk / "home" / "pg" / "data").exists()


def test_writing_fails_cleanly_and_goes_on_when_space_returns(small_disk: Path, query: Query) -> None:
    info = ensure_running(small_disk / "home")
    query(info, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS value")
    filler = fill(small_disk, leave=4 * MIB)
    with pytest.raises(psycopg.Error):  # DiskFull, or a broken connection when the log itself has no room
        query(info, "CREATE TABLE large AS SELECT repeat('x', 1000) FROM generate_series(1, 100000)")
    filler.unlink()
    info = ensure_running(small_disk / "home")
    assert query(info, "SELECT count(*) FROM kept") == [(1000,)]
    assert query(info, "SELECT to_regclass('large')") == [(None,)]


def test_a_start_without_space_says_so(small_disk: Path, query: Query) -> None:
    info = ensure_running(small_disk / "home")
    query(info, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS value")
    stop(small_disk / "home", "immediate")
    filler = fill(small_disk)
    with pytest.raises(DatabaseServerError, match=r"database\.disk_full"):
        ensure_running(small_disk / "home")
    filler.unlink()
    assert query(ensure_running(small_disk / "home"), "SELECT count(*) FROM kept") == [(1000,)]


def test_a_backup_without_space_leaves_the_earlier_one(home: Path, small_disk: Path, query: Query) -> None:
    info = ensure_running(home)
    query(info, "CREATE TABLE kept AS SELECT 1 AS value")
    backup = dump(info, small_disk / "latest.dump")
    before = backup.path.read_bytes()
    query(info, "CREATE TABLE noise AS SELECT md5(n::text) FROM generate_series(1, 50000) AS n")
    fill(small_disk, leave=MIB // 2)
    with pytest.raises(DatabaseServerError, match=r"database\.disk_full"):
        dump(info, small_disk / "latest.dump")
    assert backup.path.read_bytes() == before
    assert sorted(os.listdir(small_disk)) == ["filler", "latest.dump"]
