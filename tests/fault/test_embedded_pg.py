"""Killing the embedded server again and again while clients write: every commit that a client was told of is
there afterwards, whole and once, and every page of every file has its checksum."""

from __future__ import annotations

import itertools
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg
import pytest

from weijian.foundation.embedded_pg import ConnectionInfo, ensure_running, status, stop
from weijian.foundation.embedded_pg.account import server_account
from weijian.foundation.embedded_pg.binaries import find_binaries, usable_by
from weijian.foundation.embedded_pg.layout import Layout

WRITERS = 6
HALVES = 3
"""Rows of one transaction: seeing some of them but not all is a torn commit."""

Entry = tuple[int, int]


@dataclass
class Writer:
    """One client: commits numbered transactions, and keeps a log of those that the server confirmed."""

    number: int
    info: ConnectionInfo
    confirmed: list[Entry] = field(default_factory=list)
    tried: int = 0

    def work(self, ended: threading.Event) -> None:
        while not ended.is_set():
            try:
                with psycopg.connect(self.info.as_libpq_dsn()) as connection:
                    self._commit_until_killed(connection, ended)
            except psycopg.OperationalError:
                time.sleep(0.05)  # the server is down: try again, as every client does

    def _commit_until_killed(self, connection: psycopg.Connection[tuple[object, ...]], ended: threading.Event) -> None:
        while not ended.is_set():
            self.tried += 1
            entry = (self.number, self.tried)
            for half in range(HALVES):
                connection.execute("INSERT INTO entry VALUES (%s, %s, %s)", [*entry, half])
            connection.commit()
            self.confirmed.append(entry)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "home"
    stop(tmp_path / "home", "immediate")


def kill_main_process(home: Path) -> None:
    os.kill(main_process(home).pid, signal.SIGKILL)


def kill_everything(home: Path) -> None:
    main = main_process(home)
    for process in [main, *main.children(recursive=True)]:
        with_no_such_process_ignored(process)


def kill_one_session(home: Path) -> None:
    """The server then ends all sessions and recovers by itself."""
    sessions = [
        child for child in main_process(home).children() if "INSERT" in title(child) or "COMMIT" in title(child)
    ]
    for session in sessions[:1]:
        with_no_such_process_ignored(session)


def stop_at_once(home: Path) -> None:
    stop(home, "immediate")


def main_process(home: Path) -> psutil.Process:
    pid = status(home).pid
    assert pid is not None
    return psutil.Process(pid)


def title(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


def with_no_such_process_ignored(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return


FAULTS = [kill_main_process, kill_everything, kill_one_session, kill_main_process, stop_at_once]


@pytest.mark.fault
@pytest.mark.parametrize("kills", [pytest.param(5), pytest.param(50, marks=pytest.mark.long)])
def test_no_confirmed_commit_is_lost(home: Path, kills: int) -> None:
    info = ensure_running(home)
    with psycopg.connect(info.as_libpq_dsn()) as connection:
        connection.execute("CREATE TABLE entry (writer int, number int, half int, PRIMARY KEY (writer, number, half))")
    writers = [Writer(number, info) for number in range(WRITERS)]
    confirmed_at_kills = written_under_fire(home, writers, kills)

    with psycopg.connect(ensure_running(home).as_libpq_dsn()) as connection:
        rows = connection.execute("SELECT writer, number, half FROM entry").fetchall()
        counted = connection.execute("SELECT count(*) FROM entry").fetchone()
    found = Counter((int(writer), int(number)) for writer, number, _ in rows)
    confirmed = {entry for writer in writers for entry in writer.confirmed}
    lost = confirmed - found.keys()
    torn = {entry for entry, halves in found.items() if halves != HALVES}
    unknown = len(found.keys() - confirmed)
    print(
        f"{kills} kills, {len(confirmed)} confirmed commits, {len(lost)} lost, {len(torn)} torn, {unknown} unconfirmed"
    )
    assert lost == set()
    assert torn == set()
    assert counted == (len(found) * HALVES,)
    assert unknown <= kills * WRITERS  # at most the one in flight of each client may be there unconfirmed
    assert all(later > earlier for earlier, later in itertools.pairwise(confirmed_at_kills))  # work went on in between
    assert_checksums_are_right(home)


def written_under_fire(home: Path, writers: list[Writer], kills: int) -> list[int]:
    """Let the writers work through ``kills`` faults; how many commits were confirmed at each."""
    chance = random.Random(20170101)
    ended = threading.Event()
    threads = [threading.Thread(target=writer.work, args=[ended]) for writer in writers]
    for thread in threads:
        thread.start()
    confirmed = []
    try:
        for number in range(kills):
            before = sum(len(writer.confirmed) for writer in writers)
            wait_for_commits(writers, before + chance.randrange(20, 200))
            FAULTS[number % len(FAULTS)](home)
            confirmed.append(sum(len(writer.confirmed) for writer in writers))
            ensure_running(home)
        wait_for_commits(writers, confirmed[-1] + 20)
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    return confirmed


def wait_for_commits(writers: list[Writer], number: int) -> None:
    gives_up = time.monotonic() + 300
    while sum(len(writer.confirmed) for writer in writers) < number:
        assert time.monotonic() < gives_up, "the clients no longer get anything confirmed"
        time.sleep(0.002)


def assert_checksums_are_right(home: Path) -> None:
    stop(home)
    layout = Layout.of(home)
    account = server_account(layout.data)
    program = usable_by(find_binaries(), account).program("pg_checksums")
    code, output = account.run([program, "--check", "-D", account.folder_argument(layout.data)], layout.data)
    assert code == 0, output
    assert "Bad checksums:  0" in output
