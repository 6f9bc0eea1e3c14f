"""Where people live and who reports: the villages of a district and its institutions, read from content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from weijian import content
from weijian.kernel.errors import WeijianError

#: Role in the district (the institution types of a record kind) by the nature that content gives.
ROLES = {
    "general": "hospital",
    "specialised": "hospital",
    "mch": "hospital",
    "tcm": "hospital",
    "sanatorium": "hospital",
    "chsc": "community_centre",
    "chss": "community_centre",
    "clinic": "clinic",
    "cdc": "cdc",
    "supervision": "public_health",
    "prevention": "public_health",
    "blood": "public_health",
    "emergency": "emergency",
    "nursing_home": "elderly_care",
    "bureau": "bureau",
    "population_office": "population_office",
    "statistics_office": "statistics_office",
}


@dataclass(frozen=True)
class Institution:
    """One institution as content states it; counts are those of the calibrated year at scale 1."""

    code: str
    zh: str
    type: str
    level: str
    public: bool
    nature: str
    street: str
    parent: str
    beds: int
    staff: int
    visits: int
    discharges: int
    births: int
    mean_stay: float
    vaccination_clinic: bool
    midwifery: str
    alliance: str

    @property
    def role(self) -> str:
        """Which datasets it owes."""
        return ROLES.get(self.nature, "public_health")

    @property
    def licensed_care(self) -> bool:
        """Whether it treats patients at all."""
        return self.visits > 0


@dataclass(frozen=True)
class District:
    """Villages in code order, the street of each, and all institutions valid in the year."""

    code: str
    villages: tuple[str, ...]
    streets: tuple[str, ...]
    street_of_village: NDArray[np.int16]
    urban_rural: tuple[str, ...]
    institutions: tuple[Institution, ...]

    def by_role(self, *roles: str) -> tuple[Institution, ...]:
        """Institutions of these roles in content order."""
        return tuple(item for item in self.institutions if item.role in roles)

    def centre_of_street(self, street: int) -> Institution:
        """The community centre that serves a street; the first centre where the street has none."""
        centres = [item for item in self.institutions if item.nature == "chsc"]
        return next((item for item in centres if item.street == self.streets[street]), centres[0])

    def office(self, role: str) -> Institution:
        """The first institution of an administrative role; an error naming the content where there is none."""
        found = self.by_role(role)
        if not found:
            raise WeijianError(
                "world.no_office", f"No institution has the role {role}.", self.code, "Add it to content."
            )
        return found[0]


def read_district(code: str, year: int) -> District:
    """Areas and institutions of a district as they stood at the end of ``year``."""
    day = f"{year}-12-31"
    areas = [row for row in content.read_csv(f"areas/cn_{code}.csv") if _valid(row, day)]
    streets = tuple(sorted(row["code"] for row in areas if row["level"] == "street"))
    villages = sorted((row for row in areas if row["level"] == "village"), key=lambda row: row["code"])
    position = {street: number for number, street in enumerate(streets)}
    rows = [row for row in content.read_csv(f"institutions/cn_{code}_{year}.csv") if _valid(row, day)]
    return District(
        code=code,
        villages=tuple(row["code"] for row in villages),
        streets=streets,
        street_of_village=np.array([position[row["parent"]] for row in villages], dtype=np.int16),
        urban_rural=tuple(row["urban_rural"] for row in villages),
        institutions=tuple(_institution(row, year) for row in rows),
    )


def _valid(row: dict[str, str], day: str) -> bool:
    return row["valid_from"] <= day and (not row["valid_to"] or row["valid_to"] >= day)


def _institution(row: dict[str, str], year: int) -> Institution:
    def whole(name: str) -> int:
        return int(float(row.get(f"{name}_{year}") or 0))

    return Institution(
        code=row["code"],
        zh=row["zh"],
        type=row["type"],
        level=row["level"],
        public=row["ownership"] == "public",
        nature=row["nature"],
        street=row["street_code"],
        parent=row["parent"],
        beds=whole("open_beds"),
        staff=whole("staff"),
        visits=whole("visits"),
        discharges=whole("discharges"),
        births=whole("births"),
        mean_stay=float(row.get("mean_los") or 7.5),
        vaccination_clinic=row["vaccination_clinic"] == "true",
        midwifery=row["midwifery_level"],
        alliance=row["alliance"],
    )


@dataclass(frozen=True)
class Attributes:
    """Year-end attributes of institutions as content states them, by (institution, day)."""

    rows: dict[tuple[str, date], dict[str, str]]

    def at(self, institution: str, day: date) -> dict[str, str] | None:
        """The attributes of one institution on one reference day, None where it did not report."""
        return self.rows.get((institution, day))


def read_attributes(code: str) -> Attributes:
    """All year-end attributes that content holds for a district."""
    rows = content.read_csv(f"institutions/attributes_cn_{code}.csv")
    return Attributes({(row["code"], date.fromisoformat(row["as_of"])): row for row in rows})
