"""Counts from the cubes are the counts of the rows, for every component, place and reader; where they cannot be, none are."""

from __future__ import annotations

import pytest

from weijian.engines.measures.rollup import Scope
from weijian.foundation.access.scope import ReadScope
from weijian.foundation.figures.catalogue import components
from weijian.foundation.figures.store import store_of
from weijian.foundation.snapshots.models import Snapshot
from weijian.kernel.time import Period
from weijian.web.records.counting import counts_from_cubes
from weijian.web.records.queries import Part, Question, _counted_rows, _files

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def places(small_world: int, django_db_blocker) -> dict[str, int]:  # type: ignore[no-untyped-def]
    """The institution and the street with the most visits."""
    with django_db_blocker.unblock():
        store = store_of(Snapshot.objects.get(pk=small_world))
    found = {}
    for name, column in (("organisation_id", "c.organisation_id"), ("area_id", "coalesce(a.street_id, a.area_id)")):
        found[name] = store.execute(
            f"SELECT {column} FROM cube_place c JOIN area a ON a.area_id = c.area_id "
            "WHERE component LIKE 'visit%' GROUP BY 1 ORDER BY sum(value) DESC LIMIT 1"
        ).fetchone()[0]
    return found


@pytest.mark.parametrize(
    "scope",
    [
        {},
        {"organisation_id": 0, "sex": "2"},
        {"area_id": 0, "age_from": 0, "age_to": 59},
        pytest.param({"age_from": 60}, marks=pytest.mark.long),
        pytest.param({"sex": "1", "age_from": 0, "age_to": 6}, marks=pytest.mark.long),
    ],
)
def test_the_cubes_count_the_rows(small_world: int, places: dict[str, int], scope: dict[str, object]) -> None:
    chosen = Scope(**{name: places.get(name, value) for name, value in scope.items()})  # type: ignore[arg-type]
    snapshot, period = Snapshot.objects.get(pk=small_world), Period.parse("2017-H1")
    compared = 0
    for component in components():
        for reader in (ReadScope(None, 5), ReadScope(frozenset({places["organisation_id"]}), 5)):
            asked = Question(Part(component, "numerator"), period, chosen, reader, snapshot)
            found = counts_from_cubes(store_of(snapshot), component, period, chosen, reader, _files(asked))
            if found is not None:
                assert found == {key: one for key, one in _counted_rows(asked).items() if one[0]}, component.id
                compared += bool(found)
    assert compared > (15 if scope else 60)


def test_what_the_reader_may_not_see_is_counted_by_the_rows(small_world: int) -> None:
    snapshot, period = Snapshot.objects.get(pk=small_world), Period.parse("2017")
    component = next(one for one in components() if one.kind == "encounters.outpatient_visit" and one.value is None)
    asked = Question(Part(component, "numerator"), period, Scope(), ReadScope(None, 2), snapshot)
    assert counts_from_cubes(store_of(snapshot), component, period, Scope(), asked.reader, _files(asked)) is None
    assert _counted_rows(asked) == {}
