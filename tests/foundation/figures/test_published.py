"""Figures of the small district: registers exactly as published, values that hold until they change, traces that
add up."""

from __future__ import annotations

from decimal import Decimal

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from weijian.engines.measures.records import record_list
from weijian.engines.measures.rollup import component_values
from weijian.foundation.figures import services
from weijian.foundation.figures.catalogue import components
from weijian.foundation.figures.documents import document_figures
from weijian.foundation.figures.locks import changes_since_lock
from weijian.foundation.figures.models import FigureValue
from weijian.foundation.figures.published import published_table, published_value
from weijian.foundation.figures.queries import figure
from weijian.foundation.figures.store import current_snapshot, store_of
from weijian.foundation.figures.tables import breakdown
from weijian.foundation.figures.tracing import open_code, trace
from weijian.foundation.kinds.registry import kinds
from weijian.foundation.sign_off.owed import unsigned
from weijian.foundation.sign_off.queries import uses_without_signature
from weijian.foundation.snapshots import lake
from weijian.foundation.snapshots.models import Snapshot
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Period

pytestmark = pytest.mark.django_db

#: Document 000's figures over things that do not scale with the district.
REGISTERS = {
    "disputes.total": 58,
    "disputes.disturbance": 2,
    "approvals.accepted": 4899,
    "approvals.zero_visit_items": 14,
    "hazards.found": 283,
    "emergency.events": 13,
    "emergency.food_incidents": 22,
    "institutions.public_medical": 35,
    "institutions.public_hospitals": 14,
    "institutions.medical_elderly_beds": 2681,
    "institutions.tcm_new_beds": 300,
    "institutions.foodborne_sentinels_added": 11,
    "immunization.clinics_digital": 32,
    "alliance.total": 9,
    "institutions.remote_imaging_centres": 7,
    "institutions.mlps_filed": 15,
    "institutions.mlps_assessed": 8,
    "institutions.chronic_drug_pilots": 4,
    "institutions.hardship": 3,
    "institutions.nursing_clinics": 14,
    "institutions.metabolic_centres": 1,
    "institutions.baby_rooms": 2,
    "institutions.renamed": 5,
    "cost.drug_markup_rate": 0,
    "contract.teams": 149,
}


def test_registers_come_out_exactly(small_world: int) -> None:
    assert {name: figure(name, "2017").rounded for name in REGISTERS} == REGISTERS
    assert figure("disputes.growth", "2017").rounded == Decimal("-10.77")


def test_documents_figures_are_within_rounding_or_say_why(small_world: int) -> None:
    rows = document_figures("000")
    assert sum(one.within_rounding is True for one in rows) >= 40
    assert all(one.reason for one in rows if one.computed is None)
    assert {one.reason_zh for one in rows if one.id == "py17-hazard-rate"} != {""}


def test_record_lists_add_up_to_their_cubes(small_world: int) -> None:
    store, period = store_of(current_snapshot()), Period.parse("2017")
    sums = component_values(store, components(), [period])[("2017",)]
    for component in components():
        found = record_list(store, kinds()[component.kind], component, period, limit=1)
        assert found.value == sums.get(component.id, 0), component.id


@pytest.fixture(scope="module")
def published(small_world: int, django_db_blocker) -> int:  # type: ignore[no-untyped-def]
    """All figures of the small district, published once and kept; gives how many values were written."""
    with django_db_blocker.unblock():
        return services.publish_figures().written


def test_published_values_equal_computed_ones_and_a_second_publication_writes_nothing(published: int) -> None:
    assert published > 10_000
    count = FigureValue.objects.count()
    assert services.publish_figures().written == published
    assert FigureValue.objects.count() == count
    for name in ("visits.total", "ehr.coverage", "disputes.growth", "life.expectancy_abridged"):
        stored = published_value(name, "2017")
        assert stored is not None
        assert stored.value == figure(name, "2017").value


def _without_one_dispute(month: str) -> Snapshot:
    """A snapshot like the current one in which one dispute of the month has been withdrawn."""
    before = current_snapshot()
    files, meta = lake.read_manifest(before.manifest_sha256)
    old = next(one for one in files if (one.table, one.partition) == ("quality_dispute", month))
    rows = pq.read_table(lake.root() / old.path)
    kept = rows.filter(pc.not_equal(rows["id"], pc.min(rows.filter(pc.equal(rows["kind"], "1"))["id"])))
    new = lake.write_file("quality_dispute", month, kept)
    digest = lake.write_manifest([new if one is old else one for one in files], meta)
    return Snapshot.objects.create(
        published_at=before.published_at,
        manifest_sha256=digest,
        files=len(files),
        rows=before.rows - 1,
        last_change_id=0,
    )


def test_a_locked_month_shows_what_changed_since(published: int) -> None:
    reasons = {one.institution_id: "试运行,未启用签核" for one in unsigned(["2017-03"])}
    with pytest.raises(WeijianError, match="未签核"):
        services.lock_month("2017-03")
    lock = services.lock_month("2017-03", reasons=reasons)
    assert len(uses_without_signature("lock:2017-03")) >= len(reasons)
    with pytest.raises(WeijianError):
        services.lock_month("2017-03")
    assert changes_since_lock("2017-03") == []
    publication = services.publish_figures(_without_one_dispute("2017-03"))
    found = {one.measure: one for one in changes_since_lock("2017-03")}
    assert found["disputes.total"].locked == found["disputes.total"].now + 1
    records = found["disputes.total"].records
    assert [(one.kind, one.withdrawn, one.late, one.corrected) for one in records] == [("quality.dispute", 1, 0, 0)]
    assert "visits.total" not in found
    assert 0 < publication.written < published // 10  # only disputes and what rests on them
    assert (
        published_value("disputes.total", "2017-03", snapshot_id=lock.snapshot_id).value
        == found["disputes.total"].locked
    )


def test_trace_codes_open_the_same_figure(small_world: int) -> None:
    code = services.trace_code("contract.coverage", "2017")
    assert code == services.trace_code("contract.coverage", "2017")
    opened, direct = open_code(code), trace("contract.coverage", "2017")
    assert opened.value == direct.value and not opened.definition_changed
    numerator = opened.terms[0]
    assert numerator.records is not None and Decimal(numerator.records.value) == opened.numerator
    assert not {"name", "id_no", "birth_date"} & set(numerator.records.columns)
    with pytest.raises(WeijianError):
        open_code("1111111111")


def test_breakdowns_by_place_withhold_small_numbers_of_persons(published: int) -> None:
    for row in breakdown("contract.persons", "2017", "area"):
        assert row.withheld == (row.value is None)
        assert row.withheld or row.numerator == 0 or row.numerator >= 5
    table = published_table(["contract.persons"], ["2017"], grain="street")
    assert all(one.numerator is None or one.numerator == 0 or one.numerator >= 5 for one in table)
    months = breakdown("visits.total", "2017", "month")
    assert [row.key for row in months] == [f"2017-{number:02d}" for number in range(1, 13)]
    assert sum(row.value for row in months) == figure("visits.total", "2017").value
