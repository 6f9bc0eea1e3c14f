"""Started by root the server is not root, reaches a home below a closed folder, and changes nothing above its
own folder."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from weijian.foundation.embedded_pg import DatabaseServerError, ensure_running, status, stop
from weijian.foundation.embedded_pg import binaries as binaries_module
from weijian.foundation.embedded_pg.account import server_account
from weijian.foundation.embedded_pg.binaries import PACKAGE, Binaries, find_binaries, usable_by
from weijian.foundation.embedded_pg.layout import Layout

if TYPE_CHECKING:
    from tests.foundation.embedded_pg.conftest import Copy, Query


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_the_server_is_never_root(home: Path) -> None:
    ensure_running(home)
    main = psutil.Process(status(home).pid)
    owner = Layout.of(home).data.stat().st_uid
    assert owner != 0
    assert set(main.uids()) == {owner}
    seen = 0
    for process in main.children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # a worker of the server may end between the look and the question
            assert set(process.uids()) == {owner}
            seen += 1
    assert seen >= 3, "checkpointer, writer and log writer at least"


def test_home_below_a_closed_folder(copied: Copy, place: Path, query: Query, as_root: None) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    home = closed / "with 'quotes' and \"spaces\" $HOME 卫健"
    copied(home)
    modes = [stat.S_IMODE(os.stat(folder).st_mode) for folder in (closed, *closed.parents)]
    try:
        assert query(ensure_running(home), "SELECT 1") == [(1,)]
        data = Layout.of(home).data
        assert data.stat().st_uid != 0
        assert data.is_relative_to(closed)
    finally:
        stop(home, "immediate")
    assert modes == [stat.S_IMODE(os.stat(folder).st_mode) for folder in (closed, *closed.parents)]


def test_home_with_a_long_path(copied: Copy, place: Path, query: Query) -> None:
    home = copied(place / ("long" * 30) / ("er" * 40))
    try:
        info = ensure_running(home)
        assert query(info, "SELECT 1") == [(1,)]
        assert ensure_running(home) == info
        assert len(info.host) < 60
        folder = os.lstat(info.host)
        assert stat.S_IMODE(folder.st_mode) == 0o700
        assert folder.st_uid == Layout.of(home).data.stat().st_uid
    finally:
        stop(home, "immediate")
        shutil.rmtree(next(Layout.of(home).socket_folders()))


def test_short_socket_folder_of_somebody_else_is_not_used(
    copied: Copy, place: Path, query: Query, as_root: None
) -> None:
    home = copied(place / ("long" * 30))
    taken = next(Layout.of(home).socket_folders())
    taken.mkdir(mode=0o700)
    os.chown(taken, 12345, 12345)
    try:
        with pytest.raises(DatabaseServerError, match=r"database\.no_socket_folder"):
            ensure_running(home)
        os.chown(taken, Layout.of(home).data.stat().st_uid, -1)
        assert query(ensure_running(home), "SELECT 1") == [(1,)]
    finally:
        stop(home, "immediate")
        shutil.rmtree(taken)


@pytest.mark.parametrize("mode", [0o755, 0o770])
def test_data_that_others_may_enter_are_refused(home: Path, mode: int) -> None:
    Layout.of(home).data.chmod(mode)
    with pytest.raises(DatabaseServerError, match=r"database\.unsafe_folder.*chmod 700"):
        ensure_running(home)
    Layout.of(home).data.chmod(0o700)
    assert ensure_running(home)


def test_server_folder_that_others_may_write_to_is_refused(home: Path) -> None:
    Layout.of(home).root.chmod(0o777)
    with pytest.raises(DatabaseServerError, match=r"database\.unsafe_folder"):
        ensure_running(home)
    Layout.of(home).root.chmod(0o711)


def test_data_of_root_are_refused(home: Path, as_root: None) -> None:
    os.chown(Layout.of(home).data, 0, 0)
    with pytest.raises(DatabaseServerError, match=r"database\.unsafe_folder.*chown"):
        ensure_running(home)


def test_account_can_be_named_and_the_owner_of_the_data_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, as_root: None
) -> None:
    data = tmp_path / "data"
    monkeypatch.setenv("WEIJIAN_DB_ACCOUNT", "nobody")
    assert server_account(data).name == "nobody"
    monkeypatch.setenv("WEIJIAN_DB_ACCOUNT", "root")
    with pytest.raises(DatabaseServerError, match=r"database\.no_account"):
        server_account(data)
    data.mkdir()
    os.chown(data, 12345, 12345)
    assert server_account(data).uid == 12345


def test_programs_that_the_account_cannot_reach_are_copied_once(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch, as_root: None
) -> None:
    wheel = find_binaries()
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    for name in (PACKAGE, f"{PACKAGE}.libs"):
        (closed / name).symlink_to(wheel.root.parent.parent / name)
    unreachable = Binaries(closed / PACKAGE / wheel.root.name, wheel.version)
    monkeypatch.setattr(binaries_module, "COPY_FOLDERS", (open_folder / "lib",))
    account = server_account(open_folder / "data")
    copy = usable_by(unreachable, account)
    assert copy.root.is_relative_to(open_folder / "lib")
    assert copy.root.stat().st_uid == 0
    made = copy.program("postgres").stat().st_mtime_ns, copy.program("postgres").stat().st_ino
    assert usable_by(unreachable, account) == copy
    assert made == (copy.program("postgres").stat().st_mtime_ns, copy.program("postgres").stat().st_ino)
    monkeypatch.setattr(binaries_module, "find_binaries", lambda major=18: unreachable)
    monkeypatch.setattr("weijian.foundation.embedded_pg.server.find_binaries", lambda: unreachable)
    try:
        ensure_running(open_folder / "home", durability="off")
        assert Path(psutil.Process(status(open_folder / "home").pid).exe()).is_relative_to(open_folder / "lib")
    finally:
        stop(open_folder / "home", "immediate")


def test_programs_are_not_run_from_where_others_may_write(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch, as_root: None
) -> None:
    shared = open_folder / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    nothing = Binaries(open_folder / "absent" / "pginstall18", find_binaries().version)
    monkeypatch.setattr(binaries_module, "COPY_FOLDERS", (shared,))
    monkeypatch.setattr(binaries_module, "_runs", lambda binaries, account: False)
    with pytest.raises(DatabaseServerError, match=r"database\.binaries_unreachable"):
        usable_by(nothing, server_account(open_folder / "data"))
    assert list(shared.iterdir()) == []


def test_missing_programs_are_named() -> None:
    with pytest.raises(DatabaseServerError, match=r"database\.no_binaries"):
        find_binaries(9)
