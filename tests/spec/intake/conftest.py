"""One check engine for the tables of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.spec.intake.small_kind import references
from weijian.engines.intake.engine import IntakeEngine


@pytest.fixture(scope="module")
def engine() -> Iterator[IntakeEngine]:
    """The engine with the small reference tables."""
    found = IntakeEngine(references())
    yield found
    found.close()
