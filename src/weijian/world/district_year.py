"""Everything that the generators of single datasets share: calibration, places, people, and who of them is what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from weijian.world.age_sex import read_age_sex
from weijian.world.calibration import (
    Calibration,
    identity_plan,
    plan_before,
    read_calibration,
    village_plan,
    year_plan,
)
from weijian.world.confusions import Confusion, confuse
from weijian.world.draft import join, year_bounds
from weijian.world.frame import day_number
from weijian.world.movements import all_people
from weijian.world.people import People
from weijian.world.places import Attributes, District, read_attributes, read_district
from weijian.world.residents import ServicePlan, complete, outsiders, visiting_newborns
from weijian.world.sampling import half_up, seeded

# Visits per year of a patient from elsewhere, with which the number of such persons is set.
VISITS_OF_OUTSIDER = 2.6

T = TypeVar("T")


@dataclass
class DistrictYear:
    """One district in one year at one scale.

    The first ``locals`` people stood on some basis in the year or the year before; the rest come from elsewhere.
    ``visiting_newborns`` are the positions of children from elsewhere born in the district, by year; ``confusions`` the
    persons whom a registrar cannot tell apart.
    """

    cal: Calibration
    district: District
    attributes: Attributes
    people: People
    seed: int
    locals: int
    visiting_newborns: dict[int, NDArray[np.int64]]
    confusions: list[Confusion] = field(default_factory=list)
    totals: dict[str, int] = field(default_factory=dict)
    _drawn: dict[tuple[object, ...], Any] = field(default_factory=dict, repr=False)

    @property
    def year(self) -> int:
        """The calibrated year."""
        return self.cal.year

    @property
    def scale(self) -> float:
        """Share of persons and their events that is drawn."""
        return self.cal.scale

    @property
    def reform_day(self) -> int:
        """First day of the new service prices, without drug mark-up."""
        return day_number(self.cal.at("fees.reform_on"))

    def rng(self, *names: object) -> np.random.Generator:
        """The random numbers of one part of the world."""
        return seeded(self.seed, self.year, *names)

    def bounds(self, year: int | None = None) -> tuple[int, int]:
        """First and last day of a year."""
        return year_bounds(year or self.year)

    def once(self, key: tuple[object, ...], draw: Callable[[], T]) -> T:
        """What several datasets tell of (births, cases): drawn by the first that asks, the same for the others."""
        if key not in self._drawn:
            self._drawn[key] = draw()
        return cast(T, self._drawn[key])

    def street(self, index: NDArray[np.int64]) -> NDArray[np.int64]:
        """Street number of each person, −1 from elsewhere."""
        village = self.people.village[index]
        streets = self.district.street_of_village[np.maximum(village, 0)].astype(np.int64)
        return np.where(village < 0, -1, streets)

    def standing(self, basis: str, day: int) -> NDArray[np.int64]:
        """Positions of everybody on a basis on a day."""
        return np.flatnonzero(self.people.standing(basis, day))


def build(district: str, year: int, scale: float, seed: int) -> DistrictYear:
    """Read the content of a district and draw its people."""
    cal = read_calibration(district, year, scale)
    places = read_district(district, year)
    table = read_age_sex(district, year)
    drawn = all_people(seeded(seed, year, "people"), year_plan(cal, year), plan_before(cal, year), table)
    share = float(cal.at(f"population.movement_{year}.nonresident_patient_share"))
    general = half_up(cal.at("visits.total") * share / VISITS_OF_OUTSIDER, scale)
    last = year_bounds(year)[1]
    ratio = cal.at(f"births.resident_{year - 1}") / cal.at("births.resident")
    babies = {
        at: visiting_newborns(seed, at, cal.count(cal.at("births.nonresident_in_facility") * factor))
        for at, factor in ((year, 1.0), (year - 1, ratio))
    }
    visitors = join([outsiders(seed, general, last), *babies.values()])
    service = ServicePlan(*year_bounds(year), cal.scaled(f"population.service.year_end_{year - 1}"))
    people = complete(seed, drawn, visitors, village_plan(cal, places, seed), identity_plan(cal, places), service)
    people, confusions = confuse(seed, people, year_bounds(year - 1)[0], cal.at("confusions"))
    starts = np.cumsum([drawn.size + general, *(part.size for part in babies.values())])
    positions = {at: np.arange(starts[n], starts[n + 1]) for n, at in enumerate(babies)}
    return DistrictYear(cal, places, read_attributes(district), people, seed, drawn.size, positions, confusions)
