"""The civil day that pages take for today: Beijing's, or in a demonstration the day on which its story stands."""

from __future__ import annotations

import json
from datetime import date, datetime
from functools import cache

from django.conf import settings

from weijian.kernel.time import BEIJING, Clock, SystemClock, beijing_date


def today(clock: Clock | None = None) -> date:
    """Today in Beijing; in a demonstration 3 April of the year after its records, the day its report was published."""
    shown = _demonstration_day()
    if shown is not None and clock is None:
        return shown
    return beijing_date((clock or SystemClock()).now())


def now() -> datetime:
    """This instant, moved in a demonstration to the day that :func:`today` gives; what clocks on pages count from."""
    real = SystemClock().now()
    shown = _demonstration_day()
    return real if shown is None else datetime.combine(shown, real.astimezone(BEIJING).time(), BEIJING)


@cache
def _demonstration_day() -> date | None:
    if not getattr(settings, "DEMO", False):  # the gallery of components has no installation at all
        return None
    mark = settings.HOME / "demo"
    if not mark.exists():
        return None
    return date(int(json.loads(mark.read_text())["year"]) + 1, 4, 3)
