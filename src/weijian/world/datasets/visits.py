"""Outpatient and emergency visits, check-ups and other treatment of one institution and year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from weijian.world.codes import by_slug
from weijian.world.datasets.cases import NO_CASES, SeenCases, seen_cases
from weijian.world.datasets.draws import day_weights
from weijian.world.datasets.fees import split_fee
from weijian.world.datasets.patients import PatientPool, patient_columns
from weijian.world.datasets.price_groups import price_group
from weijian.world.district_year import DistrictYear
from weijian.world.frame import Stream, dates, money, month_numbers, stream, text_codes
from weijian.world.identity import numbered, sequence_within
from weijian.world.places import Institution
from weijian.world.sampling import apportion, choose

CHECKUP_CODE = "Z00"
#: Departments of check-ups, of notifiable cases and of emergencies.
PREVENTION, INFECTIOUS, EMERGENCY = "01", "16", "20"
#: Visits of the year before against the calibrated year, where the calibration does not state them.
EARLIER_VOLUME = 0.965


@dataclass(frozen=True)
class _Setting:
    """What all institutions of a year share."""

    pool: PatientPool
    weights: NDArray[np.float64]
    year: int
    seen: dict[str, SeenCases]


def volumes(world: DistrictYear, year: int, name: str) -> dict[str, int]:
    """Visits or discharges of each institution at the scale of the world, exact in total."""
    items = [item for item in world.district.institutions if getattr(item, name) > 0]
    factor = 1.0 if year == world.year else EARLIER_VOLUME
    total = world.cal.count(world.cal.at(f"{name}.total") * factor)
    counts = apportion([getattr(item, name) for item in items], total)
    return {item.code: int(count) for item, count in zip(items, counts, strict=True)}


def visits(world: DistrictYear, year: int) -> Iterator[Stream]:
    """All visits of a year, one stream per submitting institution; stations report through their centre."""
    cal = world.cal
    setting = _Setting(
        PatientPool(world, year, cal.at("meta.case_mix_outpatient")),
        day_weights(
            year,
            cal.at("visits.month_weights"),
            cal.at("visits.weekday_weights"),
            cal.at("visits.public_holiday_factor"),
        ),
        year,
        seen_cases(world, year),
    )
    counts = volumes(world, year, "visits")
    for submitter, members in _submitters(world).items():
        parts = [_visits_at(world, setting, item, counts.get(item.code, 0)) for item in members]
        parts = [part for part in parts if part[1].size]
        if parts:
            yield _assemble(world, submitter, year, parts)


def _submitters(world: DistrictYear) -> dict[str, list[Institution]]:
    """Institutions by the one that sends their data."""
    result: dict[str, list[Institution]] = {}
    for item in world.district.institutions:
        if item.visits:
            result.setdefault(item.parent if item.nature == "chss" and item.parent else item.code, []).append(item)
    return result


Part = tuple[dict[str, pa.Array], NDArray[np.int32], NDArray[np.int64]]


def _visits_at(world: DistrictYear, setting: _Setting, item: Institution, size: int) -> Part:
    """Columns, days and persons of the visits at one place, in order of the day."""
    rng, cal, people = world.rng("visits", setting.year, item.code), world.cal, world.people
    first = world.bounds(setting.year)[0]
    seen = setting.seen.get(item.code, NO_CASES).first(size)
    on_day = np.bincount(seen.day - first, minlength=setting.weights.size)
    per_day = rng.multinomial(size - seen.size, setting.weights) + on_day
    days = (first + np.repeat(np.arange(per_day.size), per_day)).astype(np.int32)
    index = setting.pool.draw(rng, item, days)
    ill = (np.cumsum(per_day) - on_day)[seen.day - first] + sequence_within(seen.day.astype(np.int64))
    index[ill] = seen.patient
    age = people.age_on(index, days)
    row = setting.pool.mix.draw(rng, item, age, people.male[index], month_numbers(days))
    kinds, weights = cal.weights("visits.type_weights")
    kind = choose(rng, _type_weights(kinds, weights, item), size)
    kind[ill[kind[ill] == kinds.index("checkup")]] = kinds.index("outpatient")
    treated = np.isin(kind, [kinds.index("outpatient"), kinds.index("emergency")])
    factor = setting.pool.mix.factor("fee_factor")[row] * np.where(kind == kinds.index("emergency"), 1.15, 1.0)
    total = _fees(world, rng, item, setting.year, factor, treated)
    drug, examination, service = _groups(world, rng, item, days, total)
    mix = setting.pool.mix
    codes = [*mix.codes, CHECKUP_CODE, *seen.codes]
    departments = [*mix.departments, PREVENTION, INFECTIOUS, EMERGENCY]
    diagnosis = np.where(kind == kinds.index("checkup"), len(mix.codes), row)
    department = diagnosis.copy()
    diagnosis[ill] = len(mix.codes) + 1 + seen.icd10
    department[ill] = len(departments) - 2
    department[kind == kinds.index("emergency")] = len(departments) - 1
    pay_codes, pay_weights = cal.weights("payment.outpatient_weights")
    columns = {
        **patient_columns(world, rng, index, days, float(cal.at("dirt.missing_id_share_visits"))),
        "place": pa.array([item.code]).take(pa.array(np.zeros(size, dtype=np.int64))),
        "visit_on": dates(days),
        "visit_type": text_codes([by_slug("visit_type")[name] for name in kinds], kind),
        "department": text_codes(departments, department),
        "diagnosis": text_codes(codes, diagnosis),
        "total_fee": money(total),
        "drug_fee": money(drug),
        "examination_fee": money(examination),
        "service_fee": money(service),
        "payment": text_codes(pay_codes, choose(rng, pay_weights, size)),
    }
    return columns, days, index


def _type_weights(kinds: tuple[str, ...], weights: NDArray[np.float64], item: Institution) -> NDArray[np.float64]:
    """Clinics and stations have no emergency department; hospitals take the whole of it."""
    factor = np.ones(len(kinds))
    factor[kinds.index("emergency")] = 1.35 if item.role in ("hospital", "emergency") else 0.0
    return weights * factor


def _fees(
    world: DistrictYear,
    rng: np.random.Generator,
    item: Institution,
    year: int,
    factor: NDArray[np.float64],
    treated: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Total fee in 分: log-normal around the mean of the price group, which the treated visits keep on average."""
    group = world.cal.at("fees.outpatient")[price_group(item)]
    sigma = float(world.cal.at("fees.sigma_outpatient"))
    mean = float(group[f"mean_{year}"])
    level = factor / (factor[treated].mean() if treated.any() else 1.0)
    total = mean * level * np.exp(rng.normal(-sigma * sigma / 2, sigma, factor.size))
    absurd = rng.random(factor.size) < float(world.cal.at("fees.absurd_share"))
    total[absurd] = 68_888.0
    return np.maximum(np.rint(total * 100), 100).astype(np.int64)


def _groups(
    world: DistrictYear, rng: np.random.Generator, item: Institution, days: NDArray[np.int32], total: NDArray[np.int64]
) -> tuple[NDArray[np.int64], ...]:
    group = world.cal.at("fees.outpatient")[price_group(item)]
    drug = np.where(days < world.reform_day, group["drug_before"], group["drug_after"])
    return split_fee(rng, total, [drug, group["examination"], group["service"]])


def _assemble(world: DistrictYear, submitter: str, year: int, parts: list[Part]) -> Stream:
    """One stream with numbers in order of the day."""
    columns = {name: pa.concat_arrays([part[0][name] for part in parts]) for name in parts[0][0]}
    days = np.concatenate([part[1] for part in parts])
    index = np.concatenate([part[2] for part in parts])
    if len(parts) > 1:
        order = np.argsort(days, kind="stable")
        columns = {name: column.take(pa.array(order)) for name, column in columns.items()}
        days, index = days[order], index[order]
    numbers = numbered(f"MZ{year}", np.arange(1, days.size + 1), 8)
    return stream("encounters.outpatient_visit", submitter, year, {"visit_no": numbers, **columns}, days, index)
