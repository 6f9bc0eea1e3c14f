"""Reads the boundaries that are drawn now."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from weijian.foundation.areas.models import Area
from weijian.foundation.today import today
from weijian.web.boundaries.geojson import Street
from weijian.web.boundaries.models import BoundarySet


def current_set() -> BoundarySet | None:
    """The newest set that was not withdrawn; None where maps are tile grids."""
    return BoundarySet.objects.filter(withdrawn=False).order_by("-id").first()


@dataclass(frozen=True)
class Outlines:
    """Where a map reads the boundaries, named in the reader's language, and whose they are."""

    url: str
    source: str


def outlines(lang: str) -> Outlines | None:
    """The boundaries that maps draw; None where there are none."""
    found = BoundarySet.objects.filter(withdrawn=False).order_by("-id").only("public_id", "source").first()
    if found is None:
        return None
    return Outlines(reverse("boundaries_file", args=[found.public_id, "en" if lang == "en" else "zh"]), found.source)


def streets() -> list[Street]:
    """Streets that are valid today, by code."""
    day = today()
    valid = Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gte=day))
    found = Area.objects.filter(valid, level=Area.Level.STREET).order_by("code")
    return [Street(one.code, one.zh, one.en) for one in found]
