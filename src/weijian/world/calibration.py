"""The calibration of a district-year: whole numbers at scale 1, read from content and brought to the world's scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from weijian import content
from weijian.kernel.errors import WeijianError
from weijian.world.movements import YearPlan
from weijian.world.places import District
from weijian.world.rates import Rates
from weijian.world.residents import IdentityPlan, VillagePlan
from weijian.world.sampling import apportion, half_up, seeded


@dataclass(frozen=True)
class Calibration:
    """One district-year. ``values`` is the calibration file; counts of persons and events go through :meth:`scaled`."""

    values: dict[str, Any]
    scale: float
    year: int

    def at(self, path: str) -> Any:
        """The value under a dotted path; an error naming the path where the file has none."""
        value: Any = self.values
        for part in path.split("."):
            if part not in value:
                raise WeijianError("world.calibration", f"The calibration has no {path}.", str(self.year))
            value = value[part]
        return value

    def scaled(self, path: str) -> int:
        """A count at the scale of the world, rounded half up."""
        return half_up(self.at(path), self.scale)

    def scaled_list(self, path: str, total: int | None = None) -> tuple[int, ...]:
        """Counts that add up to their scaled total."""
        values = self.at(path)
        return tuple(apportion(values, half_up(sum(values), self.scale) if total is None else total).tolist())

    def weights(self, path: str) -> tuple[tuple[str, ...], NDArray[np.float64]]:
        """Names and weights of a table of weights."""
        table = self.at(path)
        return tuple(table), np.array([float(value) for value in table.values()])

    def count(self, number: float) -> int:
        """Any number brought to scale."""
        return half_up(number, self.scale)


def read_calibration(district: str, year: int, scale: float) -> Calibration:
    """The calibration that content holds for a district and year."""
    return Calibration(content.read_toml(f"world/cn_{district}_{year}.toml"), scale, year)


def year_plan(cal: Calibration, year: int) -> YearPlan:
    """Population movement of the calibrated year."""
    births = _births(cal, year)
    registered = sum(births[0])
    deaths = (cal.scaled("deaths.registered"), cal.scaled("deaths.resident") - cal.scaled("deaths.registered"))
    child = cal.at("child_deaths")
    infant = child["registered_infant_monthly"]
    toddler = child["registered_1_to_4_monthly"]
    boys = cal.scaled("births.registered_boys")
    return YearPlan(
        year=year,
        start={
            basis: cal.scaled(f"population.{basis}.year_end_{year - 1}")
            for basis in ("registered", "resident", "service")
        },
        end={
            basis: cal.scaled(f"population.{basis}.year_end_{year}") for basis in ("registered", "resident", "service")
        },
        births=births,
        boys=(min(boys, registered), cal.scaled("births.resident_boys") - boys),
        deaths=deaths,
        infant_deaths=(
            (cal.count(sum(infant[3:])), cal.count(child[f"registered_infant_oct_dec_{year}"])),
            _split(cal.count(child[f"other_resident_infant_{year}"])),
        ),
        child_deaths=(
            (cal.count(sum(toddler[3:])), cal.count(child[f"registered_1_to_4_oct_dec_{year}"])),
            _split(cal.count(child[f"other_resident_1_to_4_{year}"])),
        ),
        departures=cal.scaled(f"population.movement_{year}.resident_out"),
        registered_gains=cal.scaled(f"population.movement_{year}.registered_in"),
        death_season=tuple(cal.at("deaths.month_weights")),
    )


def plan_before(cal: Calibration, year: int) -> YearPlan:
    """Births and deaths of the year before; its last quarter belongs to the maternal-and-child year of ``year``.

    Where the calibration states nothing (January–September), the same months of ``year`` stand in.
    """
    this = year_plan(cal, year)
    births = _births(cal, year - 1)
    child = cal.at("child_deaths")
    deaths = cal.scaled(f"deaths.registered_{year - 1}")
    ratio = sum(births[0]) / max(1, sum(this.births[0]))
    return YearPlan(
        year=year - 1,
        start={},
        end={},
        births=births,
        boys=tuple(half_up(b * sum(births[at]) / max(1, sum(this.births[at]))) for at, b in enumerate(this.boys)),  # type: ignore[arg-type]
        deaths=(deaths, cal.scaled(f"deaths.resident_{year - 1}") - deaths),
        infant_deaths=(
            (half_up(this.infant_deaths[0][0] * ratio), cal.count(sum(child["registered_infant_monthly"][:3]))),
            this.infant_deaths[1],
        ),
        child_deaths=(
            (half_up(this.child_deaths[0][0] * ratio), cal.count(sum(child["registered_1_to_4_monthly"][:3]))),
            this.child_deaths[1],
        ),
        departures=0,
        registered_gains=0,
        death_season=this.death_season,
    )


def _births(cal: Calibration, year: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    registered = cal.at(f"births.monthly.registered_{year}")
    resident = cal.at(f"births.monthly.resident_{year}")
    total = cal.count(sum(registered))
    other = [all_ - own for all_, own in zip(resident, registered, strict=True)]
    return (
        tuple(apportion(registered, total).tolist()),
        tuple(apportion(other, cal.count(sum(resident)) - total).tolist()),
    )


def _split(total: int) -> tuple[int, int]:
    """January–September and October–December of a count."""
    late = half_up(total / 4)
    return total - late, late


def village_plan(cal: Calibration, district: District, seed: int) -> VillagePlan:
    """Relative sizes of villages: weight of the street, kind of village, and chance."""
    kinds = cal.at("population.street_weights.village_weight")
    sigma = float(cal.at("population.street_weights.village_sigma"))
    columns = []
    for basis in ("registered", "resident"):
        rng = seeded(seed, "villages", basis)
        weight = np.array([float(kinds.get(code, 1.0)) for code in district.urban_rural])
        weight = weight * np.exp(rng.normal(0.0, sigma, weight.size))
        streets = cal.at(f"population.street_weights.{basis}")
        for number, street in enumerate(district.streets):
            rows = district.street_of_village == number
            weight[rows] *= float(streets.get(street, 0.0)) / max(float(weight[rows].sum()), 1e-9)
        columns.append(weight / weight.sum())
    registered_share = cal.at("population.registered.average") / cal.at("population.resident.average")
    other = np.maximum(columns[1] - registered_share * columns[0], 0.02 * columns[1])
    return VillagePlan(columns[0], other)


def identity_plan(cal: Calibration, district: District) -> IdentityPlan:
    """Document plan. Prefixes end in 99, which GB/T 2260 gives to no county, so that no number can be a real one."""
    provinces = (36, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 34, 61)
    return IdentityPlan(
        local=int(district.code[:4] + "99"),
        elsewhere=tuple(province * 10_000 + 9_900 + part for province in provinces for part in (97, 98)),
        other_document_share=float(cal.at("dirt.other_document_share")),
        first_generation_share=float(cal.at("dirt.old_15_digit_share")) * 5,
    )


def dirt_rates(cal: Calibration, strength: float = 1.0) -> Rates:
    """Dirt of the calibration times ``strength`` (0 makes a clean world)."""
    dirt = {name: value * strength for name, value in cal.at("dirt").items() if name != "source"}
    return Rates(
        duplicate_within=dirt["duplicate_row_share"] / 2,
        duplicate_across=dirt["duplicate_row_share"] / 2,
        corrected=dirt["corrected_row_share"],
        late=dirt["late_row_share"],
        impossible=dirt["impossible_date_share"] + dirt["fee_sum_broken_share"] + dirt["unknown_code_share"] / 2,
        unknown_code=dirt["unknown_code_share"] / 2,
        overtaken=dirt["correction_before_original_share"],
        id_typo=dirt["mistyped_id_share"],
        name_variant=dirt["name_variant_share"],
        full_width=dirt["full_width_share"],
        missing_code=dirt["missing_diagnosis_share"],
        late_file=dirt["missing_month_share"],
        resent_file=dirt["resent_file_share"],
        tardy_file=dirt["tardy_file_share"],
    )
