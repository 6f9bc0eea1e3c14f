"""Which row of the fee tables an institution follows."""

from __future__ import annotations

from weijian.world.places import Institution


def price_group(item: Institution) -> str:
    """Key of ``fees.outpatient`` and ``fees.inpatient`` in the calibration."""
    if item.role == "clinic":
        return "clinic"
    if item.role == "community_centre":
        return "community"
    if item.nature == "sanatorium":
        return "sanatorium"
    if item.role == "hospital":
        if not item.public:
            return "private_hospital"
        return f"hospital_{item.level}" if item.level in ("1", "2", "3") else "hospital_2"
    return "clinic" if item.role == "elderly_care" else "public_health"
