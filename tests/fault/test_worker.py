"""``kill -9`` of the worker in the middle of a job: the job is taken up again, by whichever worker comes next, and once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from weijian.foundation import embedded_pg

pytestmark = pytest.mark.fault

#: Seconds that a worker gets to begin; generous, because machines are busy. Nothing is concluded from how long it took.
PATIENCE = 120


class Installation:
    """An installation of its own, whose worker can be killed, and a process in it that asks for jobs and counts them."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.desk = self.started("desk", home, stdin=subprocess.PIPE)

    def started(self, verb: str, folder: Path, **given: object) -> subprocess.Popen[str]:
        """A process of the worker's test."""
        environment = {
            **os.environ, "WEIJIAN_HOME": str(self.home), "DJANGO_SETTINGS_MODULE": "weijian.config.settings",
        }  # fmt: skip
        environment.pop("DATABASE_URL", None)
        command = [sys.executable, "-W", "ignore", "-m", "tests.fault.worker_under_fire", verb, str(folder)]
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, **given)  # type: ignore[call-overload]

    def order(self, words: str) -> dict[str, list[object]]:
        """Tell the desk; gives state and attempts of every job by key."""
        assert self.desk.stdin is not None and self.desk.stdout is not None
        self.desk.stdin.write(words + "\n")
        self.desk.stdin.flush()
        return json.loads(self.desk.stdout.readline())

    def work_once(self, folder: Path) -> None:
        """A worker that ends when nothing waits."""
        assert self.started("once", folder).wait(PATIENCE) == 0


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The installation."""
    found = Installation(tmp_path_factory.mktemp("worker"))
    yield found
    assert found.desk.stdin is not None
    found.desk.stdin.close()
    found.desk.wait(PATIENCE)
    embedded_pg.stop(found.home)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the task writes; it waits while the file ``wait`` is there."""
    (tmp_path / "wait").touch()
    return tmp_path


def begun(path: Path, times: int, *workers: subprocess.Popen[str]) -> None:
    """Wait until the task has begun so many times."""
    end = time.monotonic() + PATIENCE
    while not path.exists() or path.read_text().count("begun") < times:
        assert time.monotonic() < end and all(one.poll() is None for one in workers), "no worker took the job up"
        time.sleep(0.05)


def kill(worker: subprocess.Popen[str]) -> None:
    worker.send_signal(signal.SIGKILL)
    worker.wait()


def test_the_next_worker_takes_up_what_a_killed_one_left(place: Installation, folder: Path) -> None:
    place.order("ask left")
    worker = place.started("work", folder)
    begun(folder / "left", 1, worker)
    kill(worker)
    assert place.order("state")["left"] == ["running", 1]
    (folder / "wait").unlink()
    assert "undone" not in place.order("rollback undone")
    place.work_once(folder)
    assert place.order("state")["left"] == ["succeeded", 2]
    assert (folder / "left").read_text() == "begun\n" * 2
    assert not (folder / "undone").exists()  # what is rolled back never runs


def test_a_standing_by_worker_takes_over_at_once(place: Installation, folder: Path) -> None:
    place.order("ask handed")
    first = place.started("work", folder)
    begun(folder / "handed", 1, first)
    second = place.started("work", folder)
    time.sleep(3)  # it must not touch what the first is doing; nothing is measured
    assert (folder / "handed").read_text() == "begun\n"
    kill(first)
    begun(folder / "handed", 2, second)
    (folder / "wait").unlink()
    end = time.monotonic() + PATIENCE
    while place.order("state")["handed"][0] != "succeeded" and time.monotonic() < end:
        time.sleep(0.2)
    assert place.order("state")["handed"] == ["succeeded", 2]
    second.terminate()
    assert second.wait(PATIENCE) == 0


@pytest.mark.long
def test_a_job_that_ends_its_worker_three_times_is_left_for_a_person(place: Installation, folder: Path) -> None:
    place.order("ask deadly")
    for times in (1, 2, 3):
        worker = place.started("work", folder)
        begun(folder / "deadly", times, worker)
        kill(worker)
    place.work_once(folder)
    assert place.order("state")["deadly"] == ["failed", 3]
