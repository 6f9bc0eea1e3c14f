"""Persons whom a registrar cannot tell apart: the linking asks the desk about them, whatever the size of the world."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest

from tests.world.taken_in import TakenIn
from weijian.engines.intake.engine import PERSON_PARTS
from weijian.foundation.changes.services import change
from weijian.records.persons.models import LinkQuestion
from weijian.records.persons.services import COLUMNS, link_identities

REGISTRATION = "persons_registration"
VISITS = "encounters_outpatient_visit"
#: Numberless visitors who stand twice in the register by name, sex and birth, each time under a number that is in order.
NAMESAKES = f"""
SELECT count(*) FROM (
    SELECT v.person_key FROM {VISITS} v JOIN {REGISTRATION} r ON r.person_name = v.patient_name
        AND r.person_sex = v.patient_sex AND r.person_birth_date = v.patient_birth_date AND r.person_id_valid
    WHERE coalesce(v.patient_id_no, '') = '' GROUP BY v.person_key HAVING count(DISTINCT r.person_id_no) > 1)"""


def identities(taken_in: TakenIn, table: str, person: str) -> pa.Table:
    """The distinct identities of a dataset as intake hands them to the linking."""
    parts = ", ".join(f"any_value({person}_{part}) AS {part}" for part in PERSON_PARTS)
    found = taken_in.connection.execute(
        f"SELECT person_key AS identity_key, {parts} FROM {table} WHERE person_key IS NOT NULL GROUP BY person_key"
    ).to_arrow_table()
    return found.select(list(COLUMNS))


@pytest.mark.django_db
def test_the_desk_is_asked_about_every_confusion_that_a_visit_shows(world_folder: Path, taken_in: TakenIn) -> None:
    with change("identities") as row:
        link_identities(identities(taken_in, REGISTRATION, "person"), change_id=row.pk)
    before = LinkQuestion.objects.count()
    with change("visits") as row:
        link_identities(identities(taken_in, VISITS, "patient"), change_id=row.pk)
    asked = Counter(LinkQuestion.objects.values_list("reason", flat=True))
    truth = json.loads((world_folder / "truth" / "confusions.json").read_text(encoding="utf-8"))
    kinds = Counter(one["kind"] for one in truth)
    assert kinds["namesake"] >= 2  # a thousand people hold few pairs of one birthday; larger worlds have all twelve
    assert (kinds["borrowed_card"], kinds["shared_number"]) == (5, 6)
    assert asked["same_name_and_birth"] == taken_in.number(NAMESAKES) >= 1
    # Of a pair under one number the first makes a subject; a mistyped or varied name may spare the desk one or two.
    assert asked["number_with_other_name"] >= 5 + 6 / 2 - 2
    assert LinkQuestion.objects.count() - before >= 6


def test_mistaken_persons_are_adults_who_never_left_and_are_mistaken_once(world_folder: Path) -> None:
    truth = json.loads((world_folder / "truth" / "confusions.json").read_text(encoding="utf-8"))
    subjects = [one["subject"] for one in truth]
    assert len(subjects) == len(set(subjects))
    borrowed = {(one["subject"], one["other"]) for one in truth if one["kind"] == "borrowed_card"}
    assert all(other is not None and other != subject for subject, other in borrowed)
