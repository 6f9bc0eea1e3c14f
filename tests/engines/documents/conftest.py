"""The example report, resolved once, and the fonts that ``make assets`` built (the tests fail without them, and say
so)."""

from __future__ import annotations

import pytest

from tests.engines.documents.example import annual_report, lookup
from weijian.engines.documents.fonts import FontSet, find_fonts
from weijian.engines.documents.resolve import ResolvedDocument, resolve


@pytest.fixture(scope="session")
def fonts() -> FontSet:
    return find_fonts()


@pytest.fixture(scope="session")
def report() -> ResolvedDocument:
    return resolve(annual_report(), lookup)
