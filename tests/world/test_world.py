"""A small dirty world: same bytes by seed, readable files, receipts as foretold, and counts as calibrated."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import duckdb
import pytest

from tests.world.taken_in import TakenIn
from weijian.foundation.kinds.registry import kinds
from weijian.kernel.errors import WeijianError
from weijian.world.calibration import Calibration, read_calibration
from weijian.world.files import FileFormat
from weijian.world.truth import Outcome, Soil
from weijian.world.write import write_world


def hashes(folder: Path) -> dict[str, str]:
    """Content hash of every file; workbooks carry their time of creation and are left out."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".xlsx")
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_seed_writes_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("first", "second", "other")]
    for folder, seed in zip(folders, (1, 1, 2), strict=True):
        write_world(0.0001, 2017, folder, seed=seed, dirt=10.0, previous_year="none", monthly_from_rows=10_000)
    first, second, other = (hashes(folder) for folder in folders)
    assert first == second
    assert first != other


def test_the_manifest_lists_every_file_once_in_an_order_that_puts_right_later(world_folder: Path) -> None:
    files = json.loads((world_folder / "manifest.json").read_text(encoding="utf-8"))["files"]
    assert [entry["order"] for entry in files] == list(range(1, len(files) + 1))
    written = (path for path in world_folder.rglob("*") if path.is_file() and path.parent.name != "truth")
    on_disk = {str(path.relative_to(world_folder)) for path in written}
    assert {entry["file"] for entry in files} == on_disk - {"manifest.json"}
    assert {entry["format"] for entry in files} == set(FileFormat)
    for dataset, institution in {(entry["dataset"], entry["institution"]) for entry in files}:
        own = [entry for entry in files if (entry["dataset"], entry["institution"]) == (dataset, institution)]
        versions = [entry["file"] for entry in own if "-v" in entry["file"]]
        for again in versions:
            original = again.split("-v")[0]
            assert next(entry["order"] for entry in own if entry["file"].startswith(original + ".")) < next(
                entry["order"] for entry in own if entry["file"] == again
            )


def test_every_kind_of_dirt_occurs(world_folder: Path) -> None:
    found = duckdb.sql(f"SELECT DISTINCT soil FROM read_parquet('{world_folder}/truth/*.parquet')").fetchall()
    assert {row[0] for row in found} == {int(soil) for soil in Soil}


def test_receipts_are_as_the_truth_foretells(world_folder: Path, taken_in: TakenIn) -> None:
    expected = json.loads((world_folder / "truth" / "receipts.json").read_text(encoding="utf-8"))
    assert taken_in.receipts == expected
    for counts in expected.values():
        assert counts["received"] == sum(counts.values()) - counts["received"]


def test_no_file_tells_of_days_after_it_was_sent(taken_in: TakenIn) -> None:
    assert not {code for code in taken_in.warnings if code.endswith(".future")}
    assert {"patient.check_digit", "no_diagnosis", "payment.invalid"} <= taken_in.warnings


def test_each_row_has_the_outcome_that_the_truth_foretells(world_folder: Path, taken_in: TakenIn) -> None:
    """Row by row for the last dataset taken in, not only in total."""
    truth = f"read_parquet('{world_folder}/truth/vital_events.death.parquet')"
    files = [(entry["order"], entry["file"]) for entry in taken_in.files]
    taken_in.connection.execute("CREATE OR REPLACE TEMP TABLE file_names (file_no INTEGER, file VARCHAR)")
    taken_in.connection.executemany("INSERT INTO file_names VALUES (?, ?)", files)
    differing = taken_in.number(
        f"""SELECT count(*) FROM {truth} t JOIN file_names USING (file)
        JOIN outcomes o ON o.file_no = file_names.file_no AND o.line_no = t.row + 1
        WHERE o.outcome <> ['accepted', 'duplicate', 'superseded', 'quarantined'][t.outcome + 1]"""
    )
    joined = taken_in.number(f"SELECT count(*) FROM {truth} t JOIN file_names USING (file)")
    assert joined > 0
    assert differing == 0


@pytest.mark.parametrize(
    ("path", "sql"),
    [
        ("visits.total", "SELECT count(*) FROM encounters_outpatient_visit WHERE year(visit_on) = 2017"),
        ("discharges.total", "SELECT count(*) FROM encounters_discharge WHERE year(discharged_on) = 2017"),
        ("births.resident", "SELECT count(*) FROM vital_events_birth WHERE resident AND year(born_on) = 2017"),
        (
            "births.registered",
            "SELECT count(*) FROM vital_events_birth WHERE registered_household AND year(born_on) = 2017",
        ),
        (
            "births.resident_policy_compliant",
            "SELECT count(*) FROM vital_events_birth WHERE resident AND policy_compliant AND year(born_on) = 2017",
        ),
        ("births.resident_2016", "SELECT count(*) FROM vital_events_birth WHERE resident AND year(born_on) = 2016"),
        ("deaths.resident", "SELECT count(*) FROM vital_events_death WHERE resident AND year(died_on) = 2017"),
        (
            "deaths.registered",
            "SELECT count(*) FROM vital_events_death WHERE registered_household AND year(died_on) = 2017",
        ),
        ("deaths.resident_2016", "SELECT count(*) FROM vital_events_death WHERE resident AND year(died_on) = 2016"),
        ("health_records.records", "SELECT count(*) FROM health_records_record WHERE closed_on IS NULL"),
        (
            "contracts.in_force",
            "SELECT count(*) FROM primary_care_contract WHERE ended_on IS NULL AND valid_to > DATE '2017-12-31'",
        ),
        (
            "contracts.key_in_force",
            "SELECT count(*) FROM primary_care_contract WHERE ended_on IS NULL AND key_groups IS NOT NULL",
        ),
        (
            "contracts.key_population",
            "SELECT count(*) FROM health_records_record WHERE closed_on IS NULL AND key_groups <> ''",
        ),
        (
            "conditions.mental_disorder",
            "SELECT count(*) FROM conditions_registration WHERE condition = '3' AND closed_on IS NULL",
        ),
        (
            "population.resident.year_end_2017",
            "SELECT sum(persons) FROM populations_population_count WHERE basis = 'resident' "
            "AND reference_on = DATE '2017-12-31'",
        ),
    ],
)
def test_persons_and_their_events_scale_to_the_calibrated_number(
    taken_in: TakenIn, calibration: Calibration, path: str, sql: str
) -> None:
    assert taken_in.number(sql) == calibration.scaled(path)


@pytest.mark.parametrize("basis", ["registered", "resident", "service"])
def test_year_end_populations_are_official_and_agree_with_the_register(
    taken_in: TakenIn, calibration: Calibration, basis: str
) -> None:
    official = taken_in.number(
        "SELECT sum(persons) FROM populations_population_count "
        f"WHERE basis = '{basis}' AND reference_on = DATE '2017-12-31'"
    )
    register = taken_in.number(
        f"""SELECT count(*) FROM persons_registration WHERE {basis}_from <= DATE '2017-12-31'
        AND ({basis}_to IS NULL OR {basis}_to > DATE '2017-12-31')"""
    )
    assert official == register == calibration.scaled(f"population.{basis}.year_end_2017")


@pytest.mark.parametrize(
    ("expected", "sql"),
    [
        (4899, "SELECT count(*) FROM gov_services_approval WHERE year(accepted_on) = 2017 AND decided_on < due_on"),
        (58, "SELECT count(*) FROM quality_dispute WHERE kind IN ('1', '2', '3', '4') AND year(occurred_on) = 2017"),
        (65, "SELECT count(*) FROM quality_dispute WHERE kind IN ('1', '2', '3', '4') AND year(occurred_on) = 2016"),
        (283, "SELECT count(*) FROM facilities_safety_hazard WHERE year(found_on) = 2017"),
        (280, "SELECT count(*) FROM facilities_safety_hazard WHERE year(found_on) = 2017 AND rectified_on IS NOT NULL"),
        (13, "SELECT count(*) FROM emergency_event WHERE year(occurred_on) = 2017 AND grade <> '9'"),
        (22, "SELECT count(*) FROM emergency_event WHERE year(occurred_on) = 2017 AND food_related"),
        (149, "SELECT count(*) FROM primary_care_team"),
        (
            32,
            "SELECT count(*) FROM hospital_mgmt_annual_attributes WHERE year(year_end) = 2017 AND vaccination_digital",
        ),
        (
            6,
            "SELECT count(*) FROM hospital_mgmt_annual_attributes WHERE year(year_end) = 2017 AND alliance LIKE '%;%'",
        ),
        (
            15,
            "SELECT count(*) FROM hospital_mgmt_annual_attributes WHERE year(year_end) = 2017 AND security_filed",
        ),
        (
            14,
            "SELECT count(*) FROM hospital_mgmt_annual_attributes WHERE foodborne_sentinel_since <= DATE '2017-12-31' "
            "AND year(year_end) = 2017",
        ),
    ],
)
def test_matters_and_institutions_do_not_scale(taken_in: TakenIn, expected: int, sql: str) -> None:
    assert taken_in.number(sql) == expected


def test_key_groups_fit_the_persons_who_carry_them(taken_in: TakenIn) -> None:
    """65 and over, women, children up to six; where a world this small lacks such people a few others fill up."""
    wrong = taken_in.number(
        """SELECT count(*) FROM health_records_record
        WHERE (key_groups LIKE '%03%' AND person_birth_date < DATE '2010-12-31')
        OR (key_groups = '01' AND person_birth_date > DATE '1952-12-31') OR (key_groups = '02' AND person_sex = '1')"""
    )
    total = taken_in.number("SELECT count(*) FROM health_records_record WHERE key_groups <> ''")
    assert wrong < 0.05 * total


def test_visits_happen_while_the_person_lives(taken_in: TakenIn) -> None:
    wrong = taken_in.number("SELECT count(*) FROM encounters_outpatient_visit WHERE patient_birth_date > visit_on")
    assert wrong == 0


def test_a_clean_world_has_nothing_to_put_right(tmp_path: Path) -> None:
    write_world(0.0002, 2017, tmp_path / "clean", dirt=0.0, previous_year="none", monthly_from_rows=10_000)
    receipts = json.loads((tmp_path / "clean" / "truth" / "receipts.json").read_text(encoding="utf-8"))
    assert all(counts["accepted"] == counts["received"] for counts in receipts.values())


def test_a_scale_out_of_range_and_a_used_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(WeijianError, match=r"world\.scale"):
        write_world(1.5, 2017, tmp_path / "new")
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "file").write_text("x")
    with pytest.raises(WeijianError, match=r"world\.folder_in_use"):
        write_world(0.001, 2017, tmp_path / "used")


def test_a_second_district_needs_data_only(tmp_path: Path) -> None:
    """义乌市 2020: every dataset is written; births, deaths, discharges and populations are taken in as foretold."""
    folder = tmp_path / "yiwu"
    write_world(0.0003, 2020, folder, district="330782", previous_year="none", monthly_from_rows=10_000)
    taken = ("vital_events.birth", "vital_events.death", "encounters.discharge", "populations.population_count")
    result = TakenIn(folder, kinds(), skip=tuple(set(kinds()) - set(taken)))
    expected = json.loads((folder / "truth" / "receipts.json").read_text(encoding="utf-8"))
    assert result.receipts == {name: expected[name] for name in taken}
    wanted = read_calibration("330782", 2020, 0.0003)
    births = "SELECT count(*) FROM vital_events_birth WHERE registered_household AND year(born_on) = 2020"
    assert result.number(births) == wanted.scaled("births.registered")
    result.engine.close()


def test_births_in_an_institution_are_deliveries_of_a_woman_of_the_stated_age(taken_in: TakenIn) -> None:
    """Each has a stay at the place around the day; of the ward's births as many as the dirt leaves recognisable."""
    tied = taken_in.number(
        """SELECT count(DISTINCT b.certificate_no) FROM vital_events_birth b JOIN encounters_discharge d
        ON d.place_id = b.place_id AND d.diagnosis IN ('O80', 'O82') AND b.born_on BETWEEN d.admitted_on AND d.discharged_on
        AND date_part('year', age(b.born_on, d.patient_birth_date)) = b.mother_age
        WHERE b.place_id IS NOT NULL AND year(b.born_on) = 2017"""
    )
    born = taken_in.number(
        "SELECT count(*) FROM vital_events_birth WHERE place_id IS NOT NULL AND year(born_on) = 2017"
    )
    stays = taken_in.number("SELECT count(*) FROM encounters_discharge WHERE diagnosis IN ('O80', 'O82')")
    assert 0.8 * born <= tied <= born  # at ten times the dirt 8 % of the diagnoses are missing
    assert stays <= born


def test_a_notifiable_case_has_its_visit_at_the_reporting_place_on_the_day(taken_in: TakenIn) -> None:
    tied = taken_in.number(
        """SELECT count(DISTINCT c.card_no) FROM cd_control_case_card c JOIN encounters_outpatient_visit v
        ON v.place_id = c.place_id AND v.visit_on = c.diagnosed_on AND v.patient_birth_date = c.patient_birth_date
        WHERE year(c.diagnosed_on) = 2017"""
    )
    cards = taken_in.number("SELECT count(*) FROM cd_control_case_card WHERE year(diagnosed_on) = 2017")
    assert tied >= 0.8 * cards  # a place with a handful of visits a year cannot have seen more


def test_a_matter_is_sent_open_and_its_end_follows(world_folder: Path, taken_in: TakenIn) -> None:
    outcomes = duckdb.sql(
        f"SELECT DISTINCT outcome FROM read_parquet('{world_folder}/truth/*.parquet') WHERE soil = {Soil.STILL_OPEN:d}"
    ).fetchall()
    assert outcomes == [(int(Outcome.SUPERSEDED),)]
    assert taken_in.number("SELECT count(*) FROM gov_services_approval WHERE decided_on IS NULL") == 0
    assert taken_in.number("SELECT count(*) FROM quality_dispute WHERE closed_on IS NULL") == 0
