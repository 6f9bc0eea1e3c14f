"""The list of records as a file: exactly the columns and the order on the page, names masked, and an audit leaf."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse

from weijian.foundation.accounts.models import User
from weijian.foundation.audit.services import write_leaf
from weijian.foundation.ui.components import Column, TableQuery
from weijian.kernel.time import SystemClock
from weijian.web.indicators.export import export_rows
from weijian.web.records.queries import Question, record_page
from weijian.web.records.table import order_of, persons_of, table_rows

#: Rows of one file at most: what a person can look through, and what one request makes within seconds. Whoever needs
#: all of a large list narrows it by month, street or institution.
EXPORT_ROWS = 20_000

FORMS = ("xlsx", "csv")


def export_list(
    form: str, measure_id: str, question: Question, columns: Sequence[Column], query: TableQuery, user: User
) -> HttpResponse:
    """The first rows of the list in its order; where there are more, the file's name says so.

    Names stand in the file as masked as on the page; the ids of rows whose persons are shown go into one audit leaf, what
    was exported into another, before the file is sent.
    """
    found = record_page(question, offset=0, size=EXPORT_ROWS, order=order_of(question.kind, query))
    persons = persons_of(user, question.kind, found)
    write_leaf(
        at=SystemClock().now(),
        action="export",
        actor_id=user.pk,
        actor_name=user.username,
        object_kind=question.kind.id,
        detail={
            "measure": measure_id,
            "part": question.part.component.id,
            "period": str(question.period),
            "snapshot": question.snapshot.pk,
            "form": form,
            "rows": len(found.rows),
            "total": found.total,
            "columns": list(query.visible),
        },
    )
    name = f"{measure_id}-{question.period}-snapshot{question.snapshot.pk}"
    if found.total > len(found.rows):
        name += f"-first-{len(found.rows)}-of-{found.total}"
    return export_rows(form, name, columns, table_rows(question.kind, found, persons), query)
