"""``kill -9`` of an intake at named steps and random instants: nothing acknowledged is lost or doubled."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fault.intake_under_fire import ROWS
from weijian.exchange.submissions.services import STEPS
from weijian.foundation import embedded_pg

pytestmark = pytest.mark.fault

NOTHING = {"visits": 0, "different": 0, "submissions": 0, "accepted": 0, "quarantined": 0, "persons": 0, "links": 0}
ALL = {
    "visits": ROWS - 1,
    "different": ROWS - 1,
    "submissions": 1,
    "accepted": ROWS - 1,
    "quarantined": 1,
    "persons": ROWS - 1,
    "links": ROWS - 1,
}


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An installation of its own, so that its processes can be killed."""
    home = tmp_path_factory.mktemp("fire")
    yield home
    embedded_pg.stop(home)


def fire(home: Path, trials: list[dict[str, object]]) -> list[dict[str, object]]:
    """Run trials in a process of their own and return their counts."""
    environment = {**os.environ, "WEIJIAN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "weijian.config.settings"}
    environment.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.fault.intake_under_fire"],
        input="\n".join(map(json.dumps, trials)),
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def judge(result: dict[str, object]) -> None:
    """All or nothing; all where it was acknowledged; and all exactly once after the file is sent again."""
    assert result["first"] in (NOTHING, ALL), result
    if result["acknowledged"]:
        assert result["first"] == ALL
    second = dict(result["second"])  # type: ignore[call-overload]
    assert second.pop("submissions") == (2 if result["first"] == ALL else 1)
    assert second == {name: count for name, count in ALL.items() if name != "submissions"}


def instants(count: int, seed: int) -> list[dict[str, object]]:
    """Random instants of an intake, every fourth of which ends the database server instead of the process."""
    chance = random.Random(seed)
    shares = [round(chance.uniform(0.0, 1.6), 3) for _ in range(count)]
    return [{"at": share, "victim": "process" if turn % 4 else "server"} for turn, share in enumerate(shares, start=1)]


def tell(trials: list[dict[str, object]], results: list[dict[str, object]]) -> None:
    """Print what the trials came to (``pytest -s``)."""
    for victim in ("process", "server"):
        own = [one for trial, one in zip(trials, results, strict=True) if trial.get("victim", "process") == victim]
        acknowledged = sum(bool(one["acknowledged"]) for one in own)
        there = sum(one["first"] == ALL for one in own)
        lost = sum(bool(one["acknowledged"]) and one["first"] != ALL for one in own)
        torn = sum(one["first"] not in (NOTHING, ALL) for one in own)
        doubled = sum(one["second"]["visits"] != ALL["visits"] for one in own)  # type: ignore[index]
        print(
            f"{len(own)} kills of the {victim}: {acknowledged} acknowledged before, {there} there whole, "
            f"{len(own) - there} nothing there; {lost} lost, {torn} torn, {doubled} doubled"
        )


def test_killed_at_every_step_and_at_twelve_instants(installation: Path) -> None:
    trials: list[dict[str, object]] = [{"step": step} for step in STEPS]
    trials += instants(12, 20171231)
    results = fire(installation, trials)
    assert len(results) == len(trials)
    tell(trials, results)
    for result in results:
        judge(result)
    by_step = dict(zip(STEPS, results, strict=False))
    assert by_step["receipted"]["first"] == NOTHING
    assert by_step["committed"]["first"] == ALL


@pytest.mark.long
def test_killed_at_a_hundred_instants(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("fire100")
    trials = instants(100, 20180101)
    try:
        results = fire(home, trials)
        assert len(results) == len(trials)
        tell(trials, results)
        for result in results:
            judge(result)
    finally:
        embedded_pg.stop(home)
