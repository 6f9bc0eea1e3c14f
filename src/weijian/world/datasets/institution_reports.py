"""What institutions report of themselves: monthly operation, annual attributes, vaccine doses."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date

import numpy as np
import pyarrow as pa

from weijian import content
from weijian.world.datasets.price_groups import price_group
from weijian.world.district_year import DistrictYear
from weijian.world.frame import NONE, Stream, dates, day_number, flags, money, stream, whole
from weijian.world.places import Institution
from weijian.world.sampling import apportion


def operations(world: DistrictYear, year: int) -> Iterator[Stream]:
    """Twelve monthly reports of each hospital and community centre; institutions do not scale."""
    for item in world.district.by_role("hospital", "community_centre"):
        if item.nature == "chss" or not item.visits:
            continue  # stations report through their centre
        yield _operation(world, item, year)


def _operation(world: DistrictYear, item: Institution, year: int) -> Stream:
    rng, cal = world.rng("operations", year, item.code), world.cal
    ends = [date(year, month, calendar.monthrange(year, month)[1]) for month in range(1, 13)]
    days = np.array([end.day for end in ends])
    now, before = _beds(world, item, year)
    beds = np.rint(np.linspace(before, now, 13)[1:]).astype(np.int64)
    open_days = np.rint(beds * days * float(cal.at("operations.open_days_factor"))).astype(np.int64)
    seasonal = np.array(cal.at("discharges.month_weights"), dtype=float)
    growth = 1.0 if year == world.year else 0.965
    stays = item.discharges * growth * item.mean_stay * seasonal / seasonal.sum() * rng.normal(1.0, 0.012, 12)
    occupied = np.minimum(np.rint(stays), np.rint(open_days * 1.22)).astype(np.int64)
    income, drug = _income(world, item, year)
    group = price_group(item)
    share = float(cal.at("operations.subsidy_share_of_income").get(group, 0.1))
    spending = income * (1 + share) * float(cal.at("operations.expenditure_to_income")) * rng.normal(1.0, 0.01, 12)
    staff = spending * float(cal.at(f"operations.staff_share_{year}").get(group, 0.4)) * rng.normal(1.0, 0.008, 12)
    surgical = _surgical(world, item, year)
    business = np.array([day_number(end) for end in ends], dtype=np.int32)
    columns = {
        "report_no": pa.array([f"YB{item.code}{end:%Y%m}" for end in ends]),
        "place": pa.array([item.code] * 12),
        "month_end": dates(business),
        "open_beds": whole(beds),
        "open_bed_days": whole(open_days),
        "occupied_bed_days": whole(occupied),
        "surgical_beds": whole(np.minimum(np.rint(beds * surgical), beds)),
        "medical_income": money(np.rint(income * 100)),
        "drug_income": money(np.rint(drug * 100)),
        "operating_expenditure": money(np.rint(spending * 100)),
        "staff_expenditure": money(np.rint(staff * 100)),
    }
    return stream("hospital_mgmt.monthly_operation", item.code, year, columns, business)


def _beds(world: DistrictYear, item: Institution, year: int) -> tuple[int, int]:
    """Open beds at this and the last year end, so far as attributes tell."""
    now = world.attributes.at(item.code, date(year, 12, 31))
    before = world.attributes.at(item.code, date(year - 1, 12, 31))
    last = int((now or {}).get("beds") or item.beds)
    return last, int((before or {}).get("beds") or last)


def _surgical(world: DistrictYear, item: Institution, year: int) -> float:
    row = world.attributes.at(item.code, date(year, 12, 31)) or {}
    beds = int(row.get("beds") or 0)
    return int(row.get("surgical_beds") or 0) / beds if beds else 0.0


def _income(world: DistrictYear, item: Institution, year: int) -> tuple[np.ndarray, np.ndarray]:
    """Medical and drug income of each month in yuan: expected fees of the institution's visits and discharges."""
    cal = world.cal
    group = price_group(item)
    income, drug = np.zeros(12), np.zeros(12)
    reform = cal.at("fees.reform_on")
    after = (
        np.clip((np.arange(1, 13) - reform.month + 0.5), 0, 1)
        if year == reform.year
        else np.full(12, float(year > reform.year))
    )
    for kind, total, path in (("outpatient", item.visits, "visits"), ("inpatient", item.discharges, "discharges")):
        fees = cal.at(f"fees.{kind}").get(group)
        if not fees or not total:
            continue
        weights = np.array(cal.at(f"{path}.month_weights"), dtype=float)
        growth = 1.0 if year == world.year else 0.965
        amount = total * growth * float(fees[f"mean_{year}"]) * weights / weights.sum()
        income += amount
        drug += amount * (fees["drug_before"] * (1 - after) + fees["drug_after"] * after)
    return income, drug


def attributes(world: DistrictYear, year: int) -> Iterator[Stream]:
    """Year-end attributes of every institution that content knows."""
    end = date(year, 12, 31)
    for item in world.district.institutions:
        row = world.attributes.at(item.code, end)
        if row is not None:
            yield _attributes(world, item, row, end)


def _attributes(world: DistrictYear, item: Institution, row: dict[str, str], end: date) -> Stream:
    def number(name: str) -> pa.Array:
        return whole([int(row.get(name) or 0)])

    def yes(name: str) -> pa.Array:
        return flags([row.get(name) == "true"])

    alliances = _alliances(world, item, end)
    sentinel = row.get("foodborne_sentinel") == "true"
    since = _sentinel_since(world, item, end) if sentinel else None
    business = np.array([day_number(end)], dtype=np.int32)
    columns = {
        "report_no": pa.array([f"NB{item.code}{end.year}"]),
        "place": pa.array([item.code]),
        "year_end": dates(business),
        "approved_beds": number("beds"),
        "open_beds": number("beds"),
        "elderly_care_institution": flags([bool(row.get("elderly_care_mode"))]),
        "elderly_care_beds": number("elderly_care_beds"),
        "midwifery_level": pa.array([item.midwifery or None], pa.string()),
        "vaccination_clinic": flags([item.vaccination_clinic]),
        "vaccination_digital": yes("clinic_digital"),
        "cold_rooms": number("cold_rooms"),
        "temperature_alarms": number("temp_alarms"),
        "direct_report_required": yes("notifiable_reporter"),
        "direct_report_done": yes("direct_report"),
        "plans_required": number("plans_required"),
        "plans_present": number("plans_in_place"),
        "stock_required": number("stock_items_required"),
        "stock_present": number("stock_items_in_place"),
        "alliance": pa.array([";".join(alliances) or None], pa.string()),
        "chest_pain_centre": pa.array([row.get("chest_pain_centre") or None], pa.string()),
        "foodborne_sentinel_since": dates(np.array([NONE if since is None else day_number(since)])),
        "supervised": yes("supervised"),
        "vaccination_4a": yes("clinic_4a"),
        "remote_imaging": yes("remote_imaging"),
        "security_filed": yes("mlps_filed"),
        "security_assessed": yes("mlps_assessed"),
        "chronic_drug_pilot": yes("chronic_drug_pilot"),
        "modern_management_pilot": yes("modern_pilot"),
        "hardship_subsidy": yes("hardship_subsidy"),
        "metabolic_centre": yes("metabolic_centre"),
        "nursing_clinics": number("nursing_clinics"),
        "baby_rooms": number("baby_rooms"),
        "drug_markup_percent": pa.array([_markup(row)], pa.float64()),
    }
    return stream("hospital_mgmt.annual_attributes", item.code, end.year, columns, business, yearly=True)


def _alliances(world: DistrictYear, item: Institution, day: date) -> list[str]:
    """Every alliance that the institution belongs to and that stands on the day, by code."""
    rows = content.read_csv(f"institutions/alliances_cn_{world.district.code}.csv")
    standing = {row["code"] for row in rows if row["valid_from"] <= day.isoformat()}
    return sorted(standing.intersection(item.alliance.split(";")))


def _markup(row: dict[str, str]) -> float | None:
    """Declared mark-up on drugs in percent; none where the institution is not asked."""
    stated = row.get("drug_markup_pct")
    return float(stated) if stated else None


def _sentinel_since(world: DistrictYear, item: Institution, end: date) -> date:
    """Start of foodborne surveillance: in the first year whose report shows it."""
    before = world.attributes.at(item.code, date(end.year - 1, 12, 31))
    earlier = before is None or before.get("foodborne_sentinel") == "true"
    return date(end.year - 3, 1, 1) if earlier else date(end.year, 3, 1)


def doses(world: DistrictYear) -> Iterator[Stream]:
    """Doses due and given by clinic, month, vaccine and dose; due follows the birthdays of resident children."""
    people = world.people
    clinics = [item for item in world.district.institutions if item.vaccination_clinic]
    children = np.flatnonzero(people.birth[: world.locals] >= world.bounds(world.year - 7)[0])
    present = (people.resident_to[children] == NONE) & (people.resident_from[children] < world.bounds()[0] + 180)
    children = children[present]
    street = world.street(children)
    month = people.birth[children].astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    january = (world.year - 1970) * 12
    for number, code in enumerate(world.district.streets):
        own = [item for item in clinics if item.street == code]
        born = month[street == number]
        if own and born.size:
            yield from _clinic_doses(world, own, born, january)


def _clinic_doses(world: DistrictYear, clinics: list[Institution], born: np.ndarray, january: int) -> Iterator[Stream]:
    coverage = world.cal.at("immunization.coverage_by_vaccine")
    sigma = float(world.cal.at("immunization.clinic_sigma"))
    lowest = float(world.cal.at("immunization.lowest_allowed"))
    rng = world.rng("doses", clinics[0].code)
    level = [rng.normal(0.0, sigma) for _clinic in clinics]
    rows: list[list[tuple[int, str, int, int, int]]] = [[] for _clinic in clinics]
    for vaccine in content.read_csv("codes/vaccine.csv"):
        if vaccine["code"] not in coverage:
            continue  # not in the programme of this year
        chance = [min(0.999, max(lowest, float(coverage[vaccine["code"]]) + one)) for one in level]
        for dose, age in enumerate(vaccine["due_months"].split(";"), start=1):
            for at in range(12):
                due = int((born == january + at - int(age)).sum())
                for number, count in enumerate(apportion([clinic.visits for clinic in clinics], due).tolist()):
                    if count:
                        given = int(rng.binomial(count, chance[number]))
                        rows[number].append((at, vaccine["code"], dose, count, given))
    for clinic, own in zip(clinics, rows, strict=True):
        if own:
            yield _dose_stream(world, clinic, own)


def _dose_stream(world: DistrictYear, clinic: Institution, rows: list[tuple[int, str, int, int, int]]) -> Stream:
    ends = [day_number(date(world.year, m, calendar.monthrange(world.year, m)[1])) for m in range(1, 13)]
    business = np.array([ends[row[0]] for row in rows], dtype=np.int32)
    columns = {
        "row_no": pa.array([f"JZ{world.year}{row[0] + 1:02d}{row[1]}{row[2]}" for row in rows]),
        "place": pa.array([clinic.code] * len(rows)),
        "month_end": dates(business),
        "vaccine": pa.array([row[1] for row in rows]),
        "dose_no": whole([row[2] for row in rows]),
        "doses_due": whole([row[3] for row in rows]),
        "doses_given": whole([row[4] for row in rows]),
    }
    return stream("immunization.dose_summary", clinic.code, world.year, columns, business)
