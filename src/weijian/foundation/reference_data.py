"""What a new installation loads once: areas, institutions and code lists of its district, from the content."""

from __future__ import annotations

from weijian import content
from weijian.foundation.areas.services import load_areas
from weijian.foundation.changes.services import change
from weijian.foundation.organisations.services import load_organisations

#: Districts whose reference data ship: code → year of the institution list.
DISTRICTS = {"440113": 2017, "330782": 2020}


def load_reference_data(district: str) -> tuple[int, int]:
    """Load areas and institutions of a district; returns how many of each were written. Safe to run again."""
    with change(f"装载基础数据 {district}"):
        areas = load_areas(content.read_csv(f"areas/cn_{district}.csv"))
        rows = content.read_csv(f"institutions/cn_{district}_{DISTRICTS[district]}.csv")
        organisations = load_organisations(rows, district=district)
    return areas, organisations
