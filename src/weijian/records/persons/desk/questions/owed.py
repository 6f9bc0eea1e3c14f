"""Who owes an answer to open questions: the institution whose file asked, or the bureau where it was referred or nobody asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Min, Q
from django.urls import reverse

from weijian.foundation.obligations.models import Obligation
from weijian.foundation.obligations.services import Owed, close_obligations, open_obligations
from weijian.foundation.organisations.models import Organisation
from weijian.kernel.time import start_of_day
from weijian.records.persons.models import LinkQuestion

#: Days within which a question should be decided: the product's own rule, no standard names one.
DAYS_TO_DECIDE = 15


_BUREAU = "bureau"


def owe_answers(institutions: Iterable[int | None], *, on: date, by: str, change_id: int) -> None:
    """Bring the obligations of some institutions, and the bureau's, into line with the questions that are open.

    The caller holds the change. One obligation stands for all open questions of one institution.
    """
    own = {one for one in institutions if one is not None}
    open_questions = LinkQuestion.objects.filter(state=LinkQuestion.State.OPEN)
    found = open_questions.filter(institution_id__in=own, referred=False).values("institution_id")
    since = {int(row["institution_id"] or 0): row["since"] for row in found.annotate(since=Min("opened_on"))}
    bureau = open_questions.filter(Q(referred=True) | Q(institution_id=None))
    owed = [_of_institution(one, since[one.pk] or on) for one in Organisation.objects.filter(pk__in=since)]
    if bureau.exists():
        owed.append(_of_bureau(bureau.aggregate(since=Min("opened_on"))["since"] or on))
    open_obligations(owed, change_id=change_id)
    settled = [_subject(one) for one in own - set(since)] + ([] if bureau.exists() else [_BUREAU])
    close_obligations(Obligation.Kind.DESK, settled, on=on, by=by, change_id=change_id)


def _of_institution(institution: Organisation, since: date) -> Owed:
    return Owed(
        kind=Obligation.Kind.DESK,
        subject=_subject(institution.pk),
        title=f"有人员身份待判定({institution})",
        opened_on=since,
        due_at=_due(since),
        organisation_id=institution.pk,
        role="clerk",
        url=reverse("desk"),
        source=f"报送后 {DAYS_TO_DECIDE} 天内",
    )


def _of_bureau(since: date) -> Owed:
    return Owed(
        kind=Obligation.Kind.DESK,
        subject=_BUREAU,
        title="有人员身份待区局判定",
        opened_on=since,
        due_at=_due(since),
        role="statistician",
        url=reverse("desk"),
        source=f"报送后 {DAYS_TO_DECIDE} 天内",
    )


def _subject(institution_id: int) -> str:
    return f"institution:{institution_id}"


def _due(since: date) -> datetime:
    return start_of_day(since + timedelta(days=DAYS_TO_DECIDE + 1))
