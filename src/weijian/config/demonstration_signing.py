"""The demonstration's people state zeros and sign the year through the ordinary services, and leave a few months open."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from weijian.exchange.submissions.models import DatasetPeriod
from weijian.exchange.submissions.periods.services import expect_year, report_zero_many, sign_many
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.organisations.models import Organisation
from weijian.kernel.time import Clock, FixedClock

#: Signed by nobody but the clerk: the reviewer of the demonstration's hospital finds them on the home.
HALF_SIGNED = ("encounters.outpatient_visit", "encounters.discharge")

#: Sent or zero, and signed by nobody.
UNSIGNED = "vital_events.death"

_SIGNERS = (Role.CLERK, Role.REVIEWER, Role.RESPONSIBLE)


def sign_demonstration_year(year: int) -> int:
    """Open the year, state zeros, and have three people sign everything but December's open ends; returns how many.

    The three accounts of one hospital sign for all institutions here, because a demonstration has no account for each.
    """
    people = {role: User.objects.filter(role=role, is_active=True).order_by("pk").first() for role in _SIGNERS}
    clerk = people[Role.CLERK]
    if clerk is None or None in people.values():
        return 0
    expect_year(year)
    clock = FixedClock.at_noon(date(year + 1, 1, 20))
    owed = _owed(year)
    report_zero_many(owed.filter(state=DatasetPeriod.State.NOT_SENT), clerk, clock=clock)
    signed = 0
    for role in _SIGNERS:
        person = people[role]
        assert person is not None  # looked at above
        left = _left_open(year, clerk.organisation, half=role is not Role.CLERK)
        signed = sign_many(owed.exclude(left), person, clock=_later(clock, role))
    return signed


def _owed(year: int) -> QuerySet[DatasetPeriod]:
    """The year and the small sets of the years before it that growth compares with."""
    return DatasetPeriod.objects.filter(period__lt=f"{year + 1}")


def _left_open(year: int, hospital: Organisation | None, *, half: bool) -> Q:
    december = f"{year}-12"
    centres = Organisation.objects.filter(type=Organisation.Type.COMMUNITY_CENTRE).order_by("code")[:2]
    left = Q(period=december, dataset=UNSIGNED, institution_id__in=[one.pk for one in centres])
    if half and hospital is not None:
        left |= Q(period=december, dataset__in=HALF_SIGNED, institution=hospital)
    return left


def _later(clock: FixedClock, role: Role) -> Clock:
    """Each signs on the day after the one before."""
    return FixedClock.at_noon(clock.today().replace(day=20 + _SIGNERS.index(role)))
