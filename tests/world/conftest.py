"""One small world, written once and taken in once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.world.taken_in import TakenIn
from weijian.foundation.kinds.registry import kinds
from weijian.world.calibration import Calibration, read_calibration
from weijian.world.write import write_world

SCALE = 0.0005


@pytest.fixture(scope="session")
def world_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of 番禺区 2017 at the smallest useful scale, with ten times the dirt so that every kind of it occurs."""
    folder = tmp_path_factory.mktemp("world") / "files"
    write_world(SCALE, 2017, folder, dirt=10.0, previous_year="operations", monthly_from_rows=2000)
    return folder


@pytest.fixture(scope="session")
def taken_in(world_folder: Path) -> Iterator[TakenIn]:
    """The same world after the real intake engine."""
    result = TakenIn(world_folder, kinds())
    yield result
    result.engine.close()


@pytest.fixture(scope="session")
def calibration() -> Calibration:
    """What the small world was drawn to."""
    return read_calibration("440113", 2017, SCALE)
