"""Homes with an embedded server for these tests: a cluster is made once and copied, so that each test may
break its own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from weijian.foundation.embedded_pg import ConnectionInfo, ensure_running, stop
from weijian.foundation.embedded_pg.layout import Layout

Query = Callable[..., list[tuple[object, ...]]]


@pytest.fixture(scope="session")
def prepared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stopped durable cluster, ready to be copied; made without waiting for the disk, which no test depends
    on."""
    home = tmp_path_factory.mktemp("prepared")
    ensure_running(home, durability="off")
    stop(home)
    Layout.of(home).throw_away_mark.unlink()
    return home


@pytest.fixture
def home(prepared_home: Path, tmp_path: Path) -> Iterator[Path]:
    """A home of its own with a stopped durable cluster; its server is stopped afterwards."""
    place = tmp_path / "home"
    subprocess.run(["cp", "-a", str(prepared_home), str(place)], check=True)
    yield place
    stop(place, "immediate")


@pytest.fixture
def new_home(tmp_path: Path) -> Iterator[Path]:
    """A home without anything in it."""
    yield tmp_path / "new"
    stop(tmp_path / "new", "immediate")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConnectionInfo]:
    """One running throw-away server for tests that leave it running."""
    place = tmp_path_factory.mktemp("throw-away")
    yield ensure_running(place, durability="off")
    stop(place, "immediate")


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
