"""After a crash the next start cleans up by itself: stale pid files, reused pids, orphans and half-made
clusters."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from weijian.foundation.embedded_pg import DatabaseServerError, ensure_running, startup, status, stop
from weijian.foundation.embedded_pg.layout import SOCKET_FILE, Layout
from weijian.foundation.embedded_pg.locks import is_held, run_lock
from weijian.foundation.embedded_pg.processes import postmaster, send, server_processes, wait_until_gone

if TYPE_CHECKING:
    from tests.foundation.embedded_pg.conftest import Query


def kill_postmaster(home: Path) -> None:
    pid = status(home).pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def test_committed_rows_are_there_after_a_kill(home: Path, query: Query) -> None:
    info = ensure_running(home)
    query(info, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS value")
    kill_postmaster(home)
    phases: list[str] = []
    info = ensure_running(home, progress=lambda phase, seconds: phases.append(phase))
    assert query(info, "SELECT count(*) FROM kept") == [(1000,)]
    assert "recovering" in phases


def test_immediate_stop_is_a_crash_that_is_recovered_from(home: Path, query: Query) -> None:
    query(ensure_running(home), "CREATE TABLE kept AS SELECT 1 AS value")
    assert stop(home, "immediate") is True
    assert query(ensure_running(home), "SELECT value FROM kept") == [(1,)]


def test_pid_file_of_a_dead_server_may_name_any_living_process(home: Path, query: Query) -> None:
    """As after a restart of a container, where the numbers begin anew: here the pid is that of this very
    process."""
    ensure_running(home)
    layout = Layout.of(home)
    kill_postmaster(home)
    assert wait_until_gone(layout, 30)
    lines = layout.pid_file.read_text().splitlines()
    layout.pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    assert postmaster(layout) is None
    assert status(home).state == "stopped"
    assert stop(home) is False  # and above all does not signal us
    assert query(ensure_running(home), "SELECT 1") == [(1,)]


def test_pid_file_may_name_another_server(home: Path, query: Query, server: object) -> None:
    ensure_running(home)
    layout = Layout.of(home)
    kill_postmaster(home)
    assert wait_until_gone(layout, 30)
    other = next(p for p in psutil.process_iter() if p.name().startswith("postgres"))
    lines = layout.pid_file.read_text().splitlines()
    layout.pid_file.write_text("\n".join([str(other.pid), *lines[1:]]) + "\n")
    assert query(ensure_running(home), "SELECT 1") == [(1,)]
    assert other.is_running()


@pytest.mark.parametrize("content", ["", "not a number\n"])
def test_cut_off_pid_file_does_not_matter(home: Path, query: Query, content: str) -> None:
    Layout.of(home).pid_file.write_text(content)
    assert query(ensure_running(home), "SELECT 1") == [(1,)]


def test_orphans_of_a_killed_server_are_cleared(home: Path, query: Query, monkeypatch: pytest.MonkeyPatch) -> None:
    """An orphan that is stopped cannot notice that its main process is gone."""
    monkeypatch.setattr("weijian.foundation.embedded_pg.processes.GRACE", 0.5)
    ensure_running(home)
    layout = Layout.of(home)
    main = psutil.Process(status(home).pid)
    orphan = next(child for child in main.children() if "checkpointer" in " ".join(child.cmdline()))
    orphan.suspend()
    os.kill(main.pid, signal.SIGKILL)
    assert is_held(layout.run_lock)
    assert query(ensure_running(home), "SELECT 1") == [(1,)]
    assert orphan.pid not in {process.pid for process in server_processes(layout)}


def test_a_server_that_cannot_be_seen_is_not_joined_by_a_second(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when another container has the same folder: only the lock tells of it."""
    for name in ("GRACE", "LAST_WAIT"):
        monkeypatch.setattr(f"weijian.foundation.embedded_pg.processes.{name}", 0.2)
    with run_lock(Layout.of(home).run_lock) as lock:
        assert lock is not None
        with pytest.raises(DatabaseServerError, match=r"database\.in_use"):
            ensure_running(home)
    assert ensure_running(home)


def test_an_interrupted_first_start_leaves_no_half_database(new_home: Path, query: Query) -> None:
    layout = Layout.of(new_home)
    layout.root.mkdir(parents=True)
    (layout.root / "data.new").mkdir()
    (layout.root / "data.new" / "PG_VERSION").write_text("18\n")
    assert status(new_home).state == "absent"
    assert query(ensure_running(new_home, durability="off"), "SELECT 1") == [(1,)]


def test_a_start_killed_before_the_application_role_is_mended(home: Path, query: Query) -> None:
    info = ensure_running(home)
    query(info, "SELECT 1")
    from weijian.foundation.embedded_pg.roles import admin_connection

    admin = admin_connection(Layout.of(home), info.host)
    query(admin, "DROP DATABASE weijian")
    query(admin, "DROP OWNED BY weijian")
    query(admin, "DROP ROLE weijian")
    assert query(ensure_running(home), "SELECT 1") == [(1,)]


def test_many_starters_at_once_make_one_server(home: Path) -> None:
    program = (
        "import sys; from weijian.foundation.embedded_pg import ensure_running, status;"
        "ensure_running(sys.argv[1]); print(status(sys.argv[1]).pid)"
    )
    starters = [
        subprocess.Popen([sys.executable, "-c", program, str(home)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    pids = {starter.communicate(timeout=120)[0].strip() for starter in starters}
    assert [starter.returncode for starter in starters] == [0] * 3
    assert pids == {str(status(home).pid)}


def test_a_signal_to_all_processes_is_a_clean_shutdown(home: Path) -> None:
    """As systemd ends a service."""
    ensure_running(home)
    main = psutil.Process(status(home).pid)
    for process in [*main.children(recursive=True), main]:
        send(process, signal.SIGTERM)
    assert wait_until_gone(Layout.of(home), 60)
    phases: list[str] = []
    ensure_running(home, progress=lambda phase, seconds: phases.append(phase))
    assert "recovering" not in phases


def test_a_server_whose_socket_was_removed_is_named(home: Path, query: Query, monkeypatch: pytest.MonkeyPatch) -> None:
    info = ensure_running(home)
    Path(info.host, SOCKET_FILE).unlink()
    assert status(home).state == "unresponsive"
    monkeypatch.setattr("weijian.foundation.embedded_pg.startup.SILENCE_MAY_LAST", 0.2)
    with pytest.raises(DatabaseServerError, match=r"database\.silent"):
        ensure_running(home)
    assert stop(home)
    assert query(ensure_running(home), "SELECT 1") == [(1,)]


def test_a_server_that_dies_while_it_is_waited_for_is_started_again(
    home: Path, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at its process and the first connection the server is killed, once."""
    ensure_running(home)
    look, looks = startup.postmaster, 0

    def look_and_kill(layout: Layout) -> psutil.Process | None:
        nonlocal looks
        found = look(layout)
        looks += 1
        if looks == 1:
            assert found is not None
            found.kill()
            found.wait(30)
        return found

    monkeypatch.setattr(startup, "postmaster", look_and_kill)
    monkeypatch.setattr("weijian.foundation.embedded_pg.server._answers", answers_from_the_second_time())
    assert query(ensure_running(home), "SELECT 1") == [(1,)]
    assert looks > 1


def answers_from_the_second_time() -> Callable[..., bool]:
    answers = itertools.chain([False], itertools.repeat(True))
    return lambda *arguments: next(answers)


def test_a_start_has_an_end(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server is stopped in the middle of its work, as on a machine that hangs."""
    monkeypatch.setattr("weijian.foundation.embedded_pg.probe.CONNECT_TIMEOUT", 1)
    ensure_running(home)
    main = psutil.Process(status(home).pid)
    main.suspend()
    try:
        with pytest.raises(DatabaseServerError, match=r"database\.(start_timeout|silent)"):
            ensure_running(home, start_timeout=0.5)
    finally:
        main.resume()
    assert ensure_running(home)
