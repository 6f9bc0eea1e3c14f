"""``kill -9`` between commit and delivery, and between delivery and its mark: every event arrives, and takes effect once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from weijian.foundation import embedded_pg

pytestmark = pytest.mark.fault


def started(home: Path, verb: str, kill_at: str = "", **given: object) -> subprocess.Popen[str]:
    environment = {**os.environ, "WEIJIAN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "weijian.config.settings"}
    environment |= {"WEIJIAN_KILL_AT": kill_at}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-W", "ignore", "-m", "tests.fault.outbox_under_fire", verb, str(home)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, **given)  # type: ignore[call-overload]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that writes events into an installation of its own, and counts."""
    process = started(tmp_path, "desk", stdin=subprocess.PIPE)
    yield process
    assert process.stdin is not None
    process.stdin.close()
    process.wait()
    embedded_pg.stop(tmp_path)


def order(desk: subprocess.Popen[str], words: str) -> dict[str, list[object]]:
    assert desk.stdin is not None and desk.stdout is not None
    desk.stdin.write(words + "\n")
    desk.stdin.flush()
    return json.loads(desk.stdout.readline())


def test_killed_before_and_after_receiving_each_event_takes_effect_once(
    desk: subprocess.Popen[str], tmp_path: Path
) -> None:
    assert order(desk, "rollback never")["events"] == []
    state = order(desk, "tell first")
    (event,) = state["events"]
    assert (event[0], event[2], state["waiting"]) == ("first", False, 3)  # type: ignore[index]
    for step in ("before", "received", "received", "marked"):
        killed = started(tmp_path, "deliver", kill_at=f"outbox.{step}")
        assert killed.wait() == -signal.SIGKILL
    assert started(tmp_path, "deliver").wait() == 0
    state = order(desk, "state")
    key = event[1]  # type: ignore[index]
    assert state["waiting"] == 0
    assert state["inside"] == [f"heard {key}"]  # in this program: once, though its receiver ran three times
    assert set(state["outside"]) == {key}  # elsewhere: at least once, always under the same key
    assert state["events"] == [["first", key, True]]
    assert started(tmp_path, "deliver").wait() == 0
    assert order(desk, "state") == state
