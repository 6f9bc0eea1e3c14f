"""Homes with an embedded server for these tests: a cluster is made once and copied, so that each test may
break its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from weijian.foundation.embedded_pg import ConnectionInfo, ensure_running, stop
from weijian.foundation.embedded_pg.layout import Layout

ROOM = 4 << 30
"""Bytes of free memory for the homes of all these tests, which are some forty megabytes each."""

Query = Callable[..., list[tuple[object, ...]]]
Copy = Callable[[Path], Path]


@pytest.fixture(scope="session")
def ground() -> Iterator[Path]:
    """A closed folder for homes, in memory where there is room: these tests wait for servers, not for the
    disk."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > ROOM
    folder = Path(tempfile.mkdtemp(dir=memory if roomy else None))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def place(ground: Path) -> Iterator[Path]:
    """A folder for one test, removed afterwards."""
    folder = Path(tempfile.mkdtemp(dir=ground))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def prepared_home(ground: Path) -> Path:
    """A stopped durable cluster, ready to be copied; made without waiting for the disk, which no test depends
    on."""
    home = ground / "prepared"
    ensure_running(home, durability="off")
    stop(home)
    Layout.of(home).throw_away_mark.unlink()
    return home


@pytest.fixture(scope="session")
def copied(prepared_home: Path) -> Copy:
    """Copy the prepared home to a place that does not exist yet."""

    def copy(to: Path) -> Path:
        to.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-a", str(prepared_home), str(to)], check=True)
        return to

    return copy


@pytest.fixture
def home(copied: Copy, place: Path) -> Iterator[Path]:
    """A home of its own with a stopped durable cluster; its server is stopped afterwards."""
    yield copied(place / "home")
    stop(place / "home", "immediate")


@pytest.fixture
def new_home(place: Path) -> Iterator[Path]:
    """A home without anything in it."""
    yield place / "new"
    stop(place / "new", "immediate")


@pytest.fixture(scope="session")
def server(ground: Path) -> Iterator[ConnectionInfo]:
    """One running throw-away server for tests that leave it running."""
    yield ensure_running(ground / "throw-away", durability="off")
    stop(ground / "throw-away", "immediate")


@pytest.fixture(scope="session")
def query() -> Query:
    """Run one statement in its own transaction and fetch what it returns."""

    def run(info: ConnectionInfo, statement: str, *values: object) -> list[tuple[object, ...]]:
        with psycopg.connect(info.as_libpq_dsn(), autocommit=True) as connection:
            cursor = connection.execute(statement.encode(), values or None)
            return cursor.fetchall() if cursor.description else []

    return run


@pytest.fixture
def as_root() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can start the server as another account")
