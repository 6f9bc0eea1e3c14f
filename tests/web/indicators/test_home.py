"""What indicators put on homes: odd movements by a stated rule, and the director's map."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from django.test import Client

from weijian.foundation.accounts.models import User
from weijian.foundation.figures.store import current_snapshot
from weijian.web.indicators import movements
from weijian.web.indicators.movements import deviations_of, odd_movements

YEAR = [10.0, 11.0, 9.0, 10.0, 12.0, 8.0, 10.0, 11.0, 9.0, 10.0, 10.0, 10.0]


@pytest.mark.parametrize(
    ("value", "before", "count", "expected"),
    [
        (10.0, YEAR, False, 0.0),
        (16.0, YEAR, False, 5.7),
        (16.0, YEAR, True, 1.9),  # a count of ten varies by about three of itself
        (3.0, [0.0, 1.0] * 6, True, 2.5),
        (5.0, YEAR[:5], False, None),  # too little to hold it against
        (5.0, [7.0] * 12, False, None),  # never varied: nothing can be said
    ],
)
def test_how_far_a_month_lies_from_those_before(
    value: float, before: list[float], count: bool, expected: float | None
) -> None:
    found = deviations_of(value, before, count=count)
    assert (None if found is None else round(found, 1)) == expected


@pytest.mark.django_db
def test_homes_show_movements_and_map(client: Client, small_world: int) -> None:
    with patch.object(movements, "number_on", return_value=0.5):
        movements._odd.cache_clear()
        found = odd_movements(current_snapshot())
        assert found and all(abs(one.deviations) >= 0.5 and one.period == "2017-12" for one in found)
        assert [abs(one.deviations) for one in found] == sorted((abs(one.deviations) for one in found), reverse=True)
        client.force_login(User.objects.get(username="statistician"))
        assert "odd-panel" in client.get("/").content.decode()
    client.force_login(User.objects.get(username="director"))
    page = client.get("/").content.decode()
    assert "map-panel" in page and page.count("wj-tile-") >= 16
