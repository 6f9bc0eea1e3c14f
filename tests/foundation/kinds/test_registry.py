"""What a model declares becomes a frozen record kind; every kind of the product holds together."""

from __future__ import annotations

import pytest

from weijian import content
from weijian.definitions.fields import FieldType
from weijian.definitions.record_kinds import RecordKind, Severity
from weijian.engines.intake.checks import checks_of
from weijian.foundation.kinds.registry import kind_by_id, kinds
from weijian.foundation.terminology.references import code_lists
from weijian.kernel.errors import WeijianError

KINDS = list(kinds().values())


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
def test_every_kind_names_its_source_and_known_code_lists(kind: RecordKind) -> None:
    assert kind.source, "the docstring needs a line 'Source: …'"
    for field in kind.fields:
        if field.codelist:
            assert field.codelist in code_lists(), field.name


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
def test_every_check_has_its_words_in_both_languages(kind: RecordKind) -> None:
    for check in checks_of(kind):
        assert check.zh and check.en and check.fix_zh and check.fix_en, check.code
    # Errors have a mask of their own and so have warnings: 63 usable bits of a bigint each.
    for severity in Severity:
        assert sum(check.severity is severity for check in checks_of(kind)) <= 63, severity


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
def test_no_personal_field_reaches_a_snapshot(kind: RecordKind) -> None:
    from weijian.definitions.expressions import snapshot_schema

    columns = set(snapshot_schema(kind).names)
    personal = {field.column for field in kind.fields if field.personal or field.type is FieldType.SOURCE_ID}
    assert not columns & personal


def test_fingerprints_differ_and_are_stable() -> None:
    prints = [kind.fingerprint() for kind in KINDS]
    assert len(set(prints)) == len(prints)
    assert prints == [kind.fingerprint() for kind in KINDS]


def test_an_unknown_kind_names_its_neighbours() -> None:
    with pytest.raises(WeijianError, match=r"encounters\.outpatient_visit"):
        kind_by_id("encounters.outpatient_visits")


def test_the_issue_s_first_set_is_there() -> None:
    wanted = {
        "persons.registration", "populations.population_count", "hospital_mgmt.annual_attributes",
        "hospital_mgmt.monthly_operation", "staff.member", "health_records.record", "encounters.outpatient_visit",
        "encounters.discharge", "vital_events.birth", "vital_events.death", "primary_care.team", "primary_care.contract",
        "conditions.registration", "cd_control.case_card", "immunization.dose_summary", "emergency.event",
        "gov_services.approval", "quality.dispute", "facilities_safety.hazard",
    }  # fmt: skip
    assert wanted <= set(kinds())
    assert content.path("SOURCES.md").exists()
