"""Inpatient discharges of one institution and year, with length of stay, fee groups and way of leaving."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from weijian.world.datasets.born import NO_DELIVERIES, Deliveries, deliveries
from weijian.world.datasets.case_mix import CaseMix
from weijian.world.datasets.draws import day_weights
from weijian.world.datasets.fees import split_fee
from weijian.world.datasets.patients import PatientPool, patient_columns
from weijian.world.datasets.price_groups import price_group
from weijian.world.datasets.visits import volumes
from weijian.world.district_year import DistrictYear
from weijian.world.frame import Stream, dates, money, month_numbers, stream, text_codes, whole
from weijian.world.identity import numbered
from weijian.world.places import Institution
from weijian.world.sampling import choose

DEATH = "5"
#: Diagnoses of the case mix that stand for a birth: they are not drawn, but come with the births of the year.
DELIVERIES = ("O80", "O82")


@dataclass(frozen=True)
class _Setting:
    """What all institutions of a year share; ``dying`` are persons by sex who died in the year."""

    pool: PatientPool
    weights: NDArray[np.float64]
    year: int
    dying: dict[bool, list[int]]
    deliveries: dict[str, Deliveries]


def discharges(world: DistrictYear, year: int) -> Iterator[Stream]:
    """All discharges of a year, one stream per hospital."""
    cal = world.cal
    setting = _Setting(
        PatientPool(world, year, cal.at("meta.case_mix_inpatient"), apart=DELIVERIES),
        day_weights(year, cal.at("discharges.month_weights"), cal.at("discharges.weekday_weights"), 0.6),
        year,
        _dying(world, year),
        deliveries(world, year),
    )
    counts = volumes(world, year, "discharges")
    for item in world.district.institutions:
        size = counts.get(item.code, 0)
        if size:
            yield _discharges_at(world, setting, item, size)


def _dying(world: DistrictYear, year: int) -> dict[bool, list[int]]:
    """Persons who died in the year, by sex, in random order: a death in hospital is one of these."""
    people = world.people
    first, last = world.bounds(year)
    index = np.flatnonzero((people.died_on >= first + 3) & (people.died_on <= last))
    index = world.rng("dying", year).permutation(index)
    return {male: index[people.male[index] == male].tolist() for male in (True, False)}


def _discharges_at(world: DistrictYear, setting: _Setting, item: Institution, size: int) -> Stream:
    year, mix = setting.year, setting.pool.mix
    rng, cal, people = world.rng("discharges", year, item.code), world.cal, world.people
    first, last = world.bounds(year)
    births = setting.deliveries.get(item.code, NO_DELIVERIES).first(size)
    others = size - births.size
    per_day = rng.multinomial(others, setting.weights)
    left = (first + np.repeat(np.arange(per_day.size), per_day)).astype(np.int32)
    index = setting.pool.draw(rng, item, left)
    row = mix.draw(rng, item, people.age_on(index, left), people.male[index], month_numbers(left))
    fatal = np.flatnonzero(rng.random(others) < mix.factor("fatality_pct")[row] / 100)
    fatal = _let_die(people.male[index], fatal, index, setting.dying)
    left[fatal] = people.died_on[index[fatal]]
    index = np.concatenate([index, births.mother])
    row = np.concatenate([row, _ways_of_birth(mix, rng, births.size)])
    stay = _stay(rng, item, mix.factor("los_factor")[row])
    left = np.concatenate([left, _home_again(births.born, stay[others:], last)])
    admitted = np.maximum(left - stay, people.birth[index]).astype(np.int32)
    admitted[others:] = np.minimum(admitted[others:], births.born)
    ways, chances = cal.weights("discharges.disposition_weights")
    disposition = choose(rng, chances, size)
    disposition[fatal] = len(ways)
    total = _fees(world, rng, item, year, mix.factor("fee_factor")[row], stay)
    group = cal.at("fees.inpatient")[price_group(item)]
    drug = np.where(left < world.reform_day, group["drug_before"], group["drug_after"])
    shares = [drug, group["examination"], group["treatment"], group["material"], group["service"]]
    parts = split_fee(rng, total, shares)
    operated = rng.random(size) < mix.factor("operation_share")[row]
    pay_codes, pay_weights = cal.weights("payment.inpatient_weights")
    columns = {
        "admission_no": numbered(f"ZY{year}", rng.permutation(size) + 1, 7),
        **patient_columns(world, rng, index, left, float(cal.at("dirt.missing_id_share_discharges"))),
        "place": pa.array([item.code]).take(pa.array(np.zeros(size, dtype=np.int64))),
        "admitted_on": dates(admitted),
        "discharged_on": dates(left),
        "department": text_codes(mix.departments, row),
        "diagnosis": text_codes(mix.codes, row),
        "operation_count": whole(np.where(operated, 1 + (rng.random(size) < 0.12), 0)),
        "disposition": text_codes([*ways, DEATH], disposition),
        "total_fee": money(total),
        "drug_fee": money(parts[0]),
        "examination_fee": money(parts[1]),
        "treatment_fee": money(parts[2]),
        "material_fee": money(parts[3]),
        "service_fee": money(parts[4]),
        "payment": text_codes(pay_codes, choose(rng, pay_weights, size)),
    }
    return stream("encounters.discharge", item.code, year, columns, left, index)


def _ways_of_birth(mix: CaseMix, rng: np.random.Generator, size: int) -> NDArray[np.int64]:
    """Rows of the case mix for deliveries, vaginal or by caesarean section in proportion to their weights."""
    rows = np.flatnonzero(np.isin(mix.codes, DELIVERIES))
    return rows[choose(rng, mix.factor("weight")[rows], size)]


def _home_again(born: NDArray[np.int32], stay: NDArray[np.int64], last: int) -> NDArray[np.int32]:
    """Day of discharge after a birth: most of the stay follows it. Nobody is carried over the end of the year."""
    return np.minimum(born + np.maximum(1, np.rint(stay * 0.75)), last).astype(np.int32)


def _let_die(
    male: NDArray[np.bool_], fatal: NDArray[np.int64], index: NDArray[np.int64], dying: dict[bool, list[int]]
) -> NDArray[np.int64]:
    """Put a person who did die in the place of each fatal row's patient; rows for whom none is left survive."""
    done = []
    for at in fatal.tolist():
        waiting = dying[bool(male[at])]
        if waiting:
            index[at] = waiting.pop()
            done.append(at)
    return np.array(done, dtype=np.int64)


def _stay(rng: np.random.Generator, item: Institution, factor: NDArray[np.float64]) -> NDArray[np.int64]:
    """Days in hospital, right-skewed, with the institution's mean."""
    level = item.mean_stay * factor / factor.mean()
    days = rng.gamma(2.2, level / 2.2)
    return np.clip(np.rint(days), 1, 300).astype(np.int64)


def _fees(
    world: DistrictYear,
    rng: np.random.Generator,
    item: Institution,
    year: int,
    factor: NDArray[np.float64],
    stay: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Total fee in 分: by diagnosis and stay, with the mean of the price group."""
    group = world.cal.at("fees.inpatient")[price_group(item)]
    sigma = float(world.cal.at("fees.sigma_inpatient"))
    level = factor * (stay / stay.mean()) ** 0.5 * np.exp(rng.normal(-sigma * sigma / 2, sigma, factor.size))
    total = float(group[f"mean_{year}"]) * level / level.mean()
    return np.maximum(np.rint(total * 100), 10_000).astype(np.int64)
