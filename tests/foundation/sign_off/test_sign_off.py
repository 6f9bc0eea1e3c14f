"""A figure is final where everything owed beneath it is signed: which datasets, months and institutions that is."""

from __future__ import annotations

from datetime import date

import pytest

from tests.exchange.sending import HOSPITAL, VISITS
from weijian.engines.measures.rollup import Scope
from weijian.exchange.submissions.models import DatasetPeriod
from weijian.exchange.submissions.periods.services import expect_year, report_zero_many, sign_many
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.changes.services import change
from weijian.foundation.figures.catalogue import measure_by_id
from weijian.foundation.figures.services import check_lockable
from weijian.foundation.organisations.models import Organisation
from weijian.foundation.sign_off.owed import unsigned
from weijian.foundation.sign_off.queries import sign_off_of, unsigned_beneath, uses_of
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Period

pytestmark = pytest.mark.django_db

MARCH = Period.parse("2017-03")


@pytest.fixture
def visits(db: None) -> list[DatasetPeriod]:
    """Visits of 2017 as owed, two institutions only."""
    expect_year(2017)
    kept = list(DatasetPeriod.objects.filter(dataset=VISITS).values_list("institution_id", flat=True).distinct()[:2])
    hospital = Organisation.objects.get(code=HOSPITAL).pk
    kept = [hospital, next(pk for pk in kept if pk != hospital)]
    with change("tests: two institutions"):
        DatasetPeriod.objects.exclude(dataset=VISITS, institution_id__in=kept).delete()
    return list(DatasetPeriod.objects.all())


def people() -> list[User]:
    return [User.objects.create(username=role, role=role) for role in (Role.CLERK, Role.REVIEWER, Role.RESPONSIBLE)]


def test_uses_follow_the_definition() -> None:
    growth = uses_of(measure_by_id("disputes.growth"), Period.parse("2017"))
    assert {(use.dataset, use.since) for use in growth} == {
        ("quality.dispute", date(2017, 1, 1)),
        ("quality.dispute", date(2016, 1, 1)),
    }
    rate = {use.dataset for use in uses_of(measure_by_id("birth.rate_resident"), Period.parse("2017"))}
    assert {"vital_events.birth", "populations.population_count"} <= rate
    table = {use.dataset for use in uses_of(measure_by_id("life.expectancy_abridged"), Period.parse("2017"))}
    assert {"vital_events.death", VISITS} <= table  # a function may read anything: all of it has to be signed


def test_final_only_when_all_owed_institution_months_are_signed(visits: list[DatasetPeriod]) -> None:
    clerk, reviewer, head = people()
    march = [one for one in visits if one.period == "2017-03"]
    assert (sign_off_of("visits.total", "2017").owed, sign_off_of("visits.total", MARCH).owed) == (24, 2)
    assert not sign_off_of("visits.total", "2016").final  # nothing owed: nothing can be final
    assert report_zero_many(march, clerk) == 2
    assert sign_many(march, head) == 0  # not the turn of the last
    for person in (clerk, reviewer, head):
        assert sign_many(march[:1], person) == 1
    assert sign_many(march[:1], head) == 0
    state = sign_off_of("visits.total", MARCH)
    assert (state.owed, state.signed, state.final, state.share) == (2, 1, False, 0.5)
    place = march[0].institution_id
    assert sign_off_of("visits.total", MARCH, Scope(organisation_id=place)).final
    for person in (clerk, reviewer, head):
        sign_many(march, person)
    assert sign_off_of("visits.total", MARCH).final
    assert not sign_off_of("visits.total", "2017-Q1").final


def test_one_person_signs_one_step_only(visits: list[DatasetPeriod]) -> None:
    clerk, _reviewer, _head = people()
    report_zero_many(visits, clerk)
    assert sign_many(visits, clerk) == 24
    clerk.role = Role.REVIEWER
    assert sign_many(visits, clerk) == 0


def test_a_month_with_unsigned_data_needs_a_reason_for_each_institution(visits: list[DatasetPeriod]) -> None:
    places = {one.institution_id for one in unsigned(["2017-03"])}
    assert len(places) == 2
    with pytest.raises(WeijianError, match="2家机构") as error:
        check_lockable("2017-03")
    assert error.value.code == "figures.unsigned_month"
    first, second = places
    with pytest.raises(WeijianError, match="1家机构"):
        check_lockable("2017-03", {first: "停业整顿", second: "  "})
    check_lockable("2017-03", {first: "停业整顿", second: "信息系统故障"})


def test_unsigned_beneath_names_only_what_the_figures_use(visits: list[DatasetPeriod]) -> None:
    one = visits[0].institution_id
    measure = measure_by_id("visits.total")
    assert len(unsigned_beneath([(measure, MARCH, Scope())])) == 2
    assert {found.institution_id for found in unsigned_beneath([(measure, MARCH, Scope(organisation_id=one))])} == {one}
    assert unsigned_beneath([(measure_by_id("disputes.total"), MARCH, Scope())]) == []
