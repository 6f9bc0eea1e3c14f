"""What the drawn year comes to, computed by hand from ``district.py``; nothing here is read off the product.

Where a sum is not plain from the drawing, the line says how it was reckoned.
"""

from __future__ import annotations

#: Figures of 2018 after everything has been sent (mended, corrected, late, withdrawn).
FIGURES: dict[str, str | None] = {
    "visits.total": "26",  # H 9 + S 8 + C 9
    "visits.outpatient": "19",
    "visits.emergency": "5",  # V03 V07 V11 V20 V23
    "visits.checkup": "1",
    "visits.primary_share": "34.62",  # 9 / 26
    "visits.nonlocal_share": "8.00",  # V09 (p08 moved that day) and V23 of 25 linked
    "quality.unlinked_share": "3.03",  # V27 of 26 visits + 7 discharges
    "discharges.total": "7",  # A1 A2 A3 A4 A5 A7 A8
    "discharges.los_mean": "6.6",  # (10+3+1+6+11+10+5) / 7 = 46 / 7
    "discharges.readmission_31d": "14.29",  # A1 is followed by A8 after 21 days
    "cost.outpatient_per_visit": "141.25",  # 3390 / 24
    "cost.outpatient_per_visit_public_l3": "228.75",  # 1830 / 8
    "cost.outpatient_per_visit_public_l2": "97.50",  # (1175 + 385) / 16
    "cost.outpatient_per_visit_growth_l3": "-8.50",  # 228.75 / 250 − 1
    "cost.outpatient_drug_share": "44.40",  # 1505 / 3390
    "cost.inpatient_per_discharge": "4285.71",  # 30000 / 7
    "cost.inpatient_per_discharge_public_l3": "5000.00",  # 20000 / 4
    "cost.inpatient_per_discharge_growth_l3": "0.00",
    "cost.inpatient_per_day": "652.17",  # 30000 / 46
    "cost.inpatient_drug_share": "27.00",  # 8100 / 30000
    "population.resident_average": "1000",
    "population.registered_average": "500",
    "births.resident": "6",
    "births.registered": "4",
    "birth.rate_resident": "6.00",
    "birth.rate_registered": "8.00",
    "birth.sex_ratio_resident": "200.00",
    "birth.sex_ratio_registered": "100.00",
    "birth.hospital_delivery_rate": "83.33",  # B5 was born at home: 5 / 6
    "mortality.live_births_mch_year": "5",  # B7 B8 B1 B2 B4, 1 October 2017 to 30 September 2018
    "mortality.infant_rate": "200.00",  # D1 of 5
    "mortality.under5_rate": "400.00",  # D1 D7 of 5
    "mortality.infant_rate_calendar": "250.00",  # D2 of B1 B2 B4 B5
    "mortality.deaths_resident": "5",  # D2 D3 D4 D5 D7
    "mortality.crude_rate_resident": "5.00",
    "mortality.crude_rate_registered": "8.00",  # D2 D4 D5 D7 of 500
    "life.expectancy_abridged": None,  # people died at ages at which the population table has nobody
    "mortality.injury_rate": "100.00",  # D7 of 1000; D6 is no resident
    "contract.teams": "1",
    "contract.persons": "7",  # K1 K2 K3 K4 K5 K6 K9
    "contract.coverage": "31.82",  # 7 / 22
    "contract.key_persons": "3",  # K1 K2 K5
    "contract.key_coverage": "60.00",  # of p01 p02 p06 p12 p13
    "ehr.records": "11",  # p01 once, p02 p05 p06 p07 p10 p12 p13 p18 p22 p23
    "ehr.coverage": "50.00",
    "disputes.total": "5",
    "disputes.growth": "-37.50",  # 5 after 8
    "disputes.complaints": "2",
    "disputes.complaints_growth": "100.00",
    "hazards.found": "4",
    "hazards.rectified": "3",
    "hazards.rectification_rate": "75.00",
    "approvals.accepted": "4",
    "approvals.on_time_rate": "66.67",  # W1 W2 of W1 W2 W3
    "approvals.early_rate": "33.33",  # W1
}

#: What stood before anything was mended, corrected or late; the other figures were the same.
BEFORE = {
    "visits.total": "25",  # without V24 V25, with V26
    "visits.outpatient": "18",
    "visits.primary_share": "36.00",  # 9 / 25
    "visits.nonlocal_share": "8.33",  # 2 / 24
    "quality.unlinked_share": "3.23",  # 1 / 31
    "discharges.total": "6",
    "discharges.los_mean": "6.0",  # 36 / 6
    "discharges.readmission_31d": "16.67",
    "cost.outpatient_per_visit": "143.70",  # (3390 + 20 − 95 − 55 + 45) / 23
    "cost.outpatient_per_visit_public_l3": "231.25",  # 1850 / 8
    "cost.outpatient_per_visit_public_l2": "97.00",  # (1080 + 375) / 15
    "cost.outpatient_per_visit_growth_l3": "-7.50",
    "cost.outpatient_drug_share": "44.02",  # (1505 − 45 − 35 + 30) / 3305
    "cost.inpatient_per_discharge": "4583.33",  # 27500 / 6
    "cost.inpatient_per_day": "763.89",  # 27500 / 36
    "cost.inpatient_drug_share": "26.91",  # 7400 / 27500
}

#: While p22 and p23 stand for one woman.
MERGED = {"contract.persons": "6", "contract.coverage": "27.27", "ehr.records": "10", "ehr.coverage": "45.45"}

#: (measure, dimension) → cell → value; None is a gap: nobody reported a birth in that month, and nobody stated zero.
TABLES: dict[tuple[str, str], dict[str, str | None]] = {
    ("visits.total", "institution"): {"PY0000014": "9", "PY0000049": "8", "PY000025X": "9"},
    ("visits.total", "area"): {"440113007": "17", "440113010": "9"},
    ("visits.total", "month"): dict(
        zip([f"2018-{month:02d}" for month in range(1, 13)], "333222212213", strict=True)
    ),
    ("visits.total", "sex"): {"1": "15", "2": "11"},
    ("visits.total", "age"): dict(
        zip(map(str, (1, 5, 15, 20, 25, 30, 35, 40, 45, 50, 55, 65, 75)), "1121233121252", strict=True)
    ),
    ("discharges.total", "institution"): {"PY0000014": "4", "PY0000049": "3"},
    ("cost.inpatient_per_discharge", "institution"): {"PY0000014": "5000.00", "PY0000049": "3333.33"},
    ("births.resident", "month"): {
        "2018-01": "1", "2018-03": "1", "2018-05": "1", "2018-09": "1", "2018-10": "1", "2018-11": "1",
        **{f"2018-{month:02d}": None for month in (2, 4, 6, 7, 8, 12)},
    },
    ("hazards.found", "institution"): {"PY0000014": "1", "PY0000049": "1", "PY000025X": "2"},
}  # fmt: skip

#: Lights of the 2018 plan over this year: target, first while the woman counts twice, then while she counts once.
LIGHTS = {
    "py17-fd-target-all": ("good", "bad"),  # at least 30 %: 31.82 %, then 27.27 %, further off than 5 % of 30
    "py17-fd-target-key": ("good", "good"),  # at least 60 %: 60.00 %
}
