"""A cluster of the previous major version becomes one of the installed version, with all rows, or stays as it
was."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from weijian.foundation.embedded_pg import DatabaseServerError, ensure_running, server_version, status, stop, upgrade
from weijian.foundation.embedded_pg.account import server_account
from weijian.foundation.embedded_pg.address import socket_folder
from weijian.foundation.embedded_pg.binaries import find_binaries, installed, usable_by
from weijian.foundation.embedded_pg.cluster import prepare_root
from weijian.foundation.embedded_pg.layout import Layout
from weijian.foundation.embedded_pg.roles import application_connection
from weijian.foundation.embedded_pg.server import bring_up
from weijian.foundation.embedded_pg.wait import Wait

if TYPE_CHECKING:
    from tests.foundation.embedded_pg.conftest import Query


@pytest.fixture
def old_home(new_home: Path, query: Query) -> Path:
    """A stopped cluster of the version before, with a table."""
    if 16 not in installed():
        pytest.skip("the wheel no longer carries PostgreSQL 16")
    layout = Layout.of(new_home)
    account = server_account(layout.data)
    prepare_root(layout, account)
    bring_up(layout, account, usable_by(find_binaries(16), account), "off", Wait(60))
    info = application_connection(layout, socket_folder(layout))
    assert server_version(info).major == 16
    query(info, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS value, '番禺' AS name")
    stop(new_home)
    return new_home


def test_upgrade_keeps_rows_and_the_old_data(old_home: Path, query: Query, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DatabaseServerError, match=r"database\.wrong_version.*weijian upgrade"):
        ensure_running(old_home)
    with monkeypatch.context() as patched:
        patched.setattr("weijian.foundation.embedded_pg.major_upgrade.restore", interrupted)
        with pytest.raises(KeyboardInterrupt):
            upgrade(old_home)
    assert status(old_home).version == 16
    result = upgrade(old_home)
    assert (result.from_major, result.to_major) == (16, 18)
    assert result.kept is not None
    assert (result.kept / "PG_VERSION").read_text() == "16\n"
    info = ensure_running(old_home)
    assert server_version(info).major == 18
    assert query(info, "SELECT count(*), min(name) FROM kept") == [(1000, "番禺")]
    assert upgrade(old_home).kept is None
    leftovers = {path.name for path in Layout.of(old_home).root.iterdir()}
    assert leftovers == {"admin-password", "data", "data.16", "password", "run", "running.lock", "start.lock"}


def interrupted(*arguments: object, **options: object) -> None:
    raise KeyboardInterrupt


def test_there_must_be_something_to_upgrade(new_home: Path) -> None:
    new_home.mkdir()
    (new_home / "pg").mkdir(mode=0o700)
    with pytest.raises(DatabaseServerError, match=r"database\.absent"):
        upgrade(new_home)
