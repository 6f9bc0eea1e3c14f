"""The arithmetic of the demonstration district: whole numbers that print as document 000 prints them."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from weijian import content
from weijian.kernel.identifiers.credit_code import check_credit_code
from weijian.kernel.quantities.published import within_rounding
from weijian.kernel.quantities.rounding import growth_rate, ratio

WORLD = content.read_toml("world/cn_440113_2017.toml")
FIGURES = {row["id"]: row for row in content.read_csv("figures/document_000.csv")}
INSTITUTIONS = content.read_csv("institutions/cn_440113_2017.csv")
ATTRIBUTES = [row for row in content.read_csv("institutions/attributes_cn_440113.csv") if row["as_of"] == "2017-12-31"]
BIRTHS, CONTRACTS, CHILD = WORLD["births"], WORLD["contracts"], WORLD["child_deaths"]


def average(basis: str) -> int:
    return int(WORLD["population"][basis]["average"])


def share(numerator: int, denominator: int, per: int) -> Any:
    value = ratio(numerator, denominator, per)
    assert value is not None
    return value


def change(current: int, base: int) -> Any:
    value = growth_rate(current, base)
    assert value is not None
    return value


COUNTED: dict[str, Any] = {
    "py17-visits-total": WORLD["visits"]["total"],
    "py17-discharges": WORLD["discharges"]["total"],
    "py17-births-hukou": BIRTHS["registered"],
    "py17-birthrate-hukou": share(BIRTHS["registered"], average("registered"), 1000),
    "py17-policybirth-hukou": share(BIRTHS["registered_policy_compliant"], BIRTHS["registered"], 100),
    "py17-births-resident": BIRTHS["resident"],
    "py17-birthrate-resident": share(BIRTHS["resident"], average("resident"), 1000),
    "py17-policybirth-resident": share(BIRTHS["resident_policy_compliant"], BIRTHS["resident"], 100),
    "py17-imr": share(CHILD["registered_infant"], CHILD["registered_live_births_mch_year"], 1000),
    "py17-u5mr": share(CHILD["registered_under5"], CHILD["registered_live_births_mch_year"], 1000),
    "py17-maternal-deaths": CHILD["registered_maternal"],
    "py17-ehr-records": WORLD["health_records"]["records"],
    "py17-ehr-rate": share(WORLD["health_records"]["records"], WORLD["population"]["service"]["year_end_2017"], 100),
    "py17-fd-coverage": share(CONTRACTS["in_force"], WORLD["population"]["service"]["year_end_2017"], 100),
    "py17-fd-key-coverage": share(CONTRACTS["key_in_force"], CONTRACTS["key_population"], 100),
    "py17-fd-teams": CONTRACTS["teams"],
    "py17-smi-registered": WORLD["conditions"]["mental_disorder"],
    "py17-smi-severe": WORLD["conditions"]["mental_disorder_severe"],
    "py17-approvals": WORLD["approvals"]["total"],
    "py17-disputes": sum(WORLD["disputes"]["disputes_2017"].values()),
    "py17-disputes-yoy": change(
        sum(WORLD["disputes"]["disputes_2017"].values()), sum(WORLD["disputes"]["disputes_2016"].values())
    ),
    "py17-complaints-yoy": change(WORLD["disputes"]["complaints_2017"], WORLD["disputes"]["complaints_2016"]),
    "py17-unlicensed-complaints-yoy": change(
        WORLD["disputes"]["unlicensed_complaints_2017"], WORLD["disputes"]["unlicensed_complaints_2016"]
    ),
    "py17-hazards": WORLD["hazards"]["found"],
    "py17-phe-incidents": WORLD["events"]["graded"],
    "py17-food-incidents": WORLD["events"]["graded_food"] + WORLD["events"]["ungraded_food"],
}


@pytest.mark.parametrize("figure", sorted(COUNTED))
def test_calibration_prints_as_published(figure: str) -> None:
    row = FIGURES[figure]
    assert within_rounding(COUNTED[figure], Decimal(row["value"]), Decimal(row["half_unit"]))


def test_what_the_document_contradicts_stays_unreachable() -> None:
    printed, half = Decimal("98.8"), Decimal(FIGURES["py17-hazard-rate"]["half_unit"])
    assert not any(within_rounding(share(done, 283, 100), printed, half) for done in range(284))
    printed, half = Decimal("1.48"), Decimal(FIGURES["py17-u5mr"]["half_unit"])
    births = range(21_850, 21_950)
    assert not any(within_rounding(share(dead, born, 1000), printed, half) for born in births for dead in (31, 32, 33))


def test_parts_sum_to_their_whole() -> None:
    monthly = BIRTHS["monthly"]
    assert sum(monthly["registered_2017"]) == BIRTHS["registered"]
    assert sum(monthly["resident_2017"]) == BIRTHS["resident"]
    assert sum(monthly["registered_2016"]) == BIRTHS["registered_2016"]
    mch_year = monthly["registered_2016"][9:] + monthly["registered_2017"][:9]
    assert sum(mch_year) == CHILD["registered_live_births_mch_year"]
    assert sum(CHILD["registered_infant_monthly"]) == CHILD["registered_infant"]
    assert CHILD["registered_infant"] + sum(CHILD["registered_1_to_4_monthly"]) == CHILD["registered_under5"]
    assert BIRTHS["resident_in_facility"] + BIRTHS["resident_elsewhere"] == BIRTHS["resident"]
    assert BIRTHS["resident_in_facility"] + BIRTHS["nonresident_in_facility"] == BIRTHS["facility_births"]
    first = CONTRACTS["key_first"].values()
    assert sum(group["persons"] for group in first) == CONTRACTS["key_population"]
    assert sum(group["contracted"] for group in first) == CONTRACTS["key_in_force"]
    assert sum(CONTRACTS["teams_by_street"].values()) == CONTRACTS["teams"]
    items = content.read_csv("codes/approval_item.csv")
    assert sum(int(row["cases_2017"]) for row in items) == WORLD["approvals"]["total"]


@pytest.mark.parametrize(("district", "year"), [("440113", 2017), ("330782", 2020)])
def test_people_are_nested_by_basis(district: str, year: int) -> None:
    world = content.read_toml(f"world/cn_{district}_{year}.toml")
    rows = content.read_csv(f"world/age_sex_cn_{district}_{year}.csv")
    assert len(rows) == 202
    for basis in ("registered", "resident", "service"):
        assert sum(int(row[basis]) for row in rows) == world["population"]["age_sex"][f"{basis}_total"]
        whole = world["population"][basis]
        assert 2 * whole["average"] == whole[f"year_end_{year - 1}"] + whole[f"year_end_{year}"]
    assert all(int(row["registered"]) <= int(row["service"]) <= int(row["resident"]) for row in rows)


@pytest.mark.parametrize("name", ["cn_440113_2017", "cn_330782_2020"])
def test_institutions_have_valid_codes_and_sum_up(name: str) -> None:
    year = name[-4:]
    rows = content.read_csv(f"institutions/{name}.csv")
    world = content.read_toml(f"world/{name}.toml")
    codes = {row["code"] for row in rows}
    areas = {row["code"] for row in content.read_csv(f"areas/{name[:9]}.csv")}
    assert len(codes) == len({row["credit_code"] for row in rows}) == len(rows)
    for row in rows:
        assert check_credit_code(row["credit_code"]).valid, row["code"]
        assert row["credit_code"][8:17] == row["code"]
        assert row["street_code"] in areas
        assert not row["parent"] or row["parent"] in codes
    assert sum(int(row[f"visits_{year}"]) for row in rows) == world["visits"]["total"]
    assert sum(int(row[f"discharges_{year}"]) for row in rows) == world["discharges"]["total"]
    assert sum(int(row[f"births_{year}"]) for row in rows) == world["births"]["facility_births"]


def test_institutions_carry_the_published_counts() -> None:
    medical = [
        row
        for row in INSTITUTIONS
        if (row["ownership"], row["affiliation"], row["licensed"], row["parent"]) == ("public", "district", "true", "")
    ]
    flags = Counter(name for row in ATTRIBUTES for name, value in row.items() if value == "true")
    published = {
        "py17-qm-institutions": len(medical),
        "py17-qm-hospitals": sum(row["category"] == "hospital" for row in medical),
        "py17-vacc-clinics": flags["clinic_digital"],
        "py17-midwifery-v": sum(row["midwifery_level"] == "5" for row in INSTITUTIONS),
        "py17-midwifery-iv": sum(row["midwifery_level"] == "4" for row in INSTITUTIONS),
        "py17-medelder-institutions": sum(int(row["elderly_care_beds"]) > 0 for row in ATTRIBUTES),
        "py17-medelder-beds": sum(int(row["elderly_care_beds"]) for row in ATTRIBUTES),
        "py17-cold-rooms": sum(int(row["cold_rooms"]) for row in ATTRIBUTES),
        "py17-temp-alarms": sum(int(row["temp_alarms"]) for row in ATTRIBUTES),
        "py17-foodborne-hosp-total": flags["foodborne_sentinel"],
        "py17-mlps-filed": flags["mlps_filed"],
        "py17-mlps-assessed": flags["mlps_assessed"],
        "py17-remote-imaging-sites": flags["remote_imaging"],
        "py17-chronic-drug-chsc": flags["chronic_drug_pilot"],
        "py17-hardship-hospitals": flags["hardship_subsidy"],
        "py17-nursing-clinics": sum(int(row["nursing_clinics"]) for row in ATTRIBUTES),
        "py17-alliances": len(content.read_csv("institutions/alliances_cn_440113.csv")),
        "py17-renamed-hospitals": sum(bool(row["former_zh"]) for row in INSTITUTIONS),
    }
    assert published == {figure: int(FIGURES[figure]["value"]) for figure in published}
    assert sum(row["vaccination_clinic"] == "true" for row in INSTITUTIONS) == 32
    assert sum(row["nature"] == "chsc" for row in INSTITUTIONS) == 16


def test_beds_grow_as_published() -> None:
    rows = content.read_csv("institutions/attributes_cn_440113.csv")
    beds = {(row["code"], row["as_of"][:4]): int(row["beds"]) for row in rows}
    code = {row["short_zh"]: row["code"] for row in INSTITUTIONS}
    assert beds[code["祈福医院"], "2016"] == 600
    assert beds[code["祈福医院"], "2017"] == 2100
    assert beds[code["区中医院"], "2017"] - beds[code["区中医院"], "2016"] == 300


def test_second_world_prints_its_core_figures() -> None:
    world = content.read_toml("world/cn_330782_2020.toml")
    figures = {row["id"]: row for row in content.read_csv("figures/document_001.csv")}
    rows = content.read_csv("institutions/cn_330782_2020.csv")
    visits = Counter[str]()
    for row in rows:
        visits[row["category"]] += int(row["visits_2020"])
    computed: dict[str, Any] = {
        "yw20-births-hukou": world["births"]["registered"],
        "yw19-cdr": share(world["deaths"]["registered_2019"], world["population"]["registered"]["average_2019"], 1000),
        "yw20-fd-teams": world["contracts"]["teams"],
        "yw20-primary-visit-rate": share(visits["primary"], visits.total(), 100),
    }
    for figure, value in computed.items():
        assert within_rounding(value, Decimal(figures[figure]["value"]), Decimal(figures[figure]["half_unit"])), figure
