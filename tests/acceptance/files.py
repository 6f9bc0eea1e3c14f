"""Makes the institutions' files of the drawn district: CSV in two encodings and Excel, under the templates' headers."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import xlsxwriter

from tests.acceptance import district as drawn
from weijian.foundation.kinds.registry import kind_by_id
from weijian.kernel.identifiers import make_resident_id

#: A made-up area code, so that no number of the drawing can be a real person's.
NUMBERS_FROM = "449999"
Row = dict[str, str]
#: dataset → institution → rows.
Sendings = dict[str, dict[str, list[Row]]]


def first_sendings() -> Sendings:
    """What was sent in January 2019, with its flaws."""
    found: Sendings = {}
    everyone = _persons()
    for number, (basis, day, village, men, women) in enumerate(drawn.cells(drawn.POPULATION, 5)):
        for sex, persons in (("1", men), ("2", women)):
            _add(
                found, "populations.population_count", drawn.STATISTICS, row_no=f"N{number}-{sex}", basis=basis,
                village=drawn.VILLAGES[village], reference_on=day, sex=sex, age="30", persons=persons,
            )  # fmt: skip
    for key, person in everyone.items():
        if key[0] == "p" and key not in ("p23", "p24", "p25"):
            _add(
                found, "persons.registration", drawn.POPULATION_OFFICE, registration_no=f"RK-{key}", household_type="1",
                village=person["village"], resident_from="2010-01-01" if key != "p09" else "2013-07-07",
                resident_to="2018-04-10" if key == "p08" else "", updated_on="2018-12-31", **_as("person", person),
            )  # fmt: skip
    _add(
        found, "primary_care.team", drawn.CENTRE, team_no="T1", team_name="市桥一队", place=drawn.CENTRE,
        village=drawn.VILLAGES["德"], members="4", formed_on="2016-01-01",
    )  # fmt: skip
    _visits(found, ([*cells, "", ""] for cells in drawn.cells(drawn.VISITS, 7)), everyone)
    _discharges(found, everyone)
    _vital_events(found, everyone)
    _stocks(found, everyone)
    _bureau(found)
    return found


def later_sendings() -> Sendings:
    """What was sent later: mended, corrected, late, withdrawn. Mended discharges come from the exported quarantine."""
    found: Sendings = {}
    everyone = _persons()
    _visits(found, drawn.cells(drawn.VISITS_LATER, 9), everyone)
    return found


def write(folder: Path, sendings: Sendings) -> list[Path]:
    """One file for each dataset and institution: the hospital writes UTF-8, 市桥医院 GB18030, all others Excel."""
    paths = []
    for dataset, by_institution in sendings.items():
        headers = {column.name: column.zh for column in kind_by_id(dataset).file_columns()}
        headers |= {"source_version": "版本号", "voided": "作废"}
        for institution, rows in by_institution.items():
            table = [list(headers.values()), *([row.get(name, "") for name in headers] for row in rows)]
            suffix = "csv" if institution in (drawn.HOSPITAL, drawn.SECONDARY) else "xlsx"
            path = folder / dataset / f"{institution}.{suffix}"
            path.parent.mkdir(parents=True, exist_ok=True)
            if suffix == "csv":
                encoding = "utf-8-sig" if institution == drawn.HOSPITAL else "gb18030"
                with path.open("w", encoding=encoding, newline="") as stream:
                    csv.writer(stream).writerows(table)
            else:
                _write_xlsx(path, table)
            paths.append(path)
    return paths


def _write_xlsx(path: Path, table: list[list[str]]) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("数据")
        for number, row in enumerate(table):
            sheet.write_row(number, 0, row)


def _persons() -> dict[str, Row]:
    found = {}
    for order, (key, name, sex, born, village) in enumerate(drawn.cells(drawn.PERSONS, 5), start=1):
        number = make_resident_id(NUMBERS_FROM, date.fromisoformat(born), order * 2 + (sex == "1"))
        found[key] = {
            "id_type": "01", "id_no": number, "name": name, "sex": sex, "birth_date": born,
            "village": drawn.VILLAGES[village],
        }  # fmt: skip
        if key[0] == "b":
            found[key] |= {"id_type": "", "id_no": ""}  # newborns have no number yet
    found["p23"] |= {"id_type": "03", "id_no": "E12345678"}
    wrong = "0" if found["p25"]["id_no"][-1] != "0" else "1"
    found["p25"]["id_no"] = found["p25"]["id_no"][:-1] + wrong
    return found


def _as(field: str, person: Row) -> Row:
    return {f"{field}_{part}": value for part, value in person.items() if part != "village"}


def _add(found: Sendings, dataset: str, institution: str, **row: str) -> None:
    found.setdefault(dataset, {}).setdefault(institution, []).append(row)


def _visits(found: Sendings, rows: Iterator[list[str]], everyone: dict[str, Row]) -> None:
    for no, who, place, day, kind, fee, drug, version, voided in rows:
        person = dict(everyone[who])
        if no == "V07":  # the same man under the fifteen digits of his first card
            person["id_no"] = person["id_no"][:6] + person["id_no"][8:17]
        code = drawn.PLACES[place]
        _add(
            found, "encounters.outpatient_visit", code, visit_no=no, place=code, visit_on=day, visit_type=kind,
            department="03", diagnosis="J06", total_fee=fee, drug_fee=drug, examination_fee="0", service_fee="0",
            payment="1", source_version=version, voided=voided, **_as("patient", person),
        )  # fmt: skip


def _discharges(found: Sendings, everyone: dict[str, Row]) -> None:
    for no, who, place, admitted, discharged, fee, drug in drawn.cells(drawn.DISCHARGES, 7):
        code = drawn.PLACES[place]
        _add(
            found, "encounters.discharge", code, admission_no=no, place=code, admitted_on=admitted,
            discharged_on=discharged, department="03", diagnosis="J18", disposition="1", total_fee=fee, drug_fee=drug,
            examination_fee="0", treatment_fee="0", material_fee="0", service_fee="0", payment="1",
            **_as("patient", everyone[who]),
        )  # fmt: skip


def _vital_events(found: Sendings, everyone: dict[str, Row]) -> None:
    for no, who, place, registered, resident in drawn.cells(drawn.BIRTHS, 5):
        child = everyone[who]
        _add(
            found, "vital_events.birth", drawn.PLACES[place] or drawn.POPULATION_OFFICE, certificate_no=no,
            place=drawn.PLACES[place], born_on=child["birth_date"], residence=child["village"],
            registered_household=registered, resident=resident, policy_compliant="是", birth_weight="3200",
            **_as("child", child),
        )  # fmt: skip
    for no, who, day, registered, resident, cause in drawn.cells(drawn.DEATHS, 6):
        dead = everyone[who]
        _add(
            found, "vital_events.death", drawn.CDC, certificate_no=no, died_on=day, born_on=dead["birth_date"],
            residence=dead["village"], registered_household=registered, resident=resident, cause=cause,
            maternal="否", **_as("deceased", dead),
        )  # fmt: skip


def _stocks(found: Sendings, everyone: dict[str, Row]) -> None:
    for no, who, signed, valid, ended, groups in drawn.cells(drawn.CONTRACTS, 6):
        _add(
            found, "primary_care.contract", drawn.CENTRE, contract_no=no, place=drawn.CENTRE, team_no="T1",
            village=everyone[who]["village"], signed_on=signed, valid_to=valid, ended_on=ended, key_groups=groups,
            **_as("person", everyone[who]),
        )  # fmt: skip
    for no, who, established, status, closed, groups in drawn.cells(drawn.HEALTH_RECORDS, 6):
        _add(
            found, "health_records.record", drawn.CENTRE, record_no=no, place=drawn.CENTRE,
            village=everyone[who]["village"], established_on=established, status=status, closed_on=closed,
            key_groups=groups, updated_on=max("2018-12-31", established), **_as("person", everyone[who]),
        )  # fmt: skip


def _bureau(found: Sendings) -> None:
    for no, kind, day in drawn.cells(drawn.DISPUTES, 3):
        _add(found, "quality.dispute", drawn.BUREAU, case_no=no, place=drawn.HOSPITAL, kind=kind, occurred_on=day)
    for no, place, day, rectified in drawn.cells(drawn.HAZARDS, 4):
        _add(
            found, "facilities_safety.hazard", drawn.BUREAU, hazard_no=no, place=drawn.PLACES[place], kind="1",
            found_on=day, rectified_on=rectified,
        )  # fmt: skip
    for no, item, accepted, due, decided in drawn.cells(drawn.APPROVALS, 5):
        _add(
            found, "gov_services.approval", drawn.BUREAU, case_no=no, item=item, accepted_on=accepted, legal_days="20",
            due_on=due, decided_on=decided, result="1" if decided else "", valid_complaint="否", zero_visit="否",
        )  # fmt: skip
