"""Reads of ad-hoc tables: what is owed, how far all are, the consolidation, what stands beside an indicator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from weijian.exchange.adhoc_tables.columns import Column, columns_of
from weijian.exchange.adhoc_tables.models import AdhocRow, AdhocTable, Reply
from weijian.foundation.access.scope import scope_for
from weijian.foundation.accounts.models import User


@dataclass(frozen=True)
class BoundColumn:
    """A column that stands beside an indicator: its table, and its sum over the signed replies."""

    table: AdhocTable
    column: Column
    total: Decimal
    signed: int
    asked: int


def tables_with_progress() -> QuerySet[AdhocTable]:
    """All tables, newest first, with ``asked`` and ``signed`` replies."""
    signed = Count("replies", filter=Q(replies__state=Reply.State.SIGNED))
    return AdhocTable.objects.annotate(asked=Count("replies"), signed=signed).order_by("-id")


def replies_for(user: User) -> QuerySet[Reply]:
    """Replies that a reader may see: all for the bureau, those of its institution otherwise, none without a rule."""
    scope = scope_for(user)
    found = Reply.objects.select_related("table", "organisation").order_by("table__due_on", "id")
    if scope.empty:
        return found.none()
    return found if scope.organisation_ids is None else found.filter(organisation_id__in=scope.organisation_ids)


def own_replies(user: User) -> QuerySet[Reply]:
    """Replies of the account's own institution; an account without one has none."""
    found = replies_for(user)
    return found.none() if user.organisation_id is None else found.filter(organisation_id=user.organisation_id)


def owed_by(user: User) -> QuerySet[Reply]:
    """Open tables that the account's own institution has not signed, by deadline."""
    return own_replies(user).filter(table__state=AdhocTable.State.OPEN).exclude(state=Reply.State.SIGNED)


def late(reply: Reply, today: date) -> bool:
    """Whether the deadline has passed without a signature; computed from dates, no job marks it."""
    return reply.state != Reply.State.SIGNED and reply.table.due_on < today


def totals(table: AdhocTable) -> dict[str, Decimal]:
    """Sum of every numeric column over the signed replies."""
    return {key: sum(amounts.values(), Decimal(0)) for key, amounts in sums_by_institution(table).items()}


def sums_by_institution(table: AdhocTable) -> dict[str, dict[int, Decimal]]:
    """Column key → institution id → sum, for the numeric columns of the signed replies."""
    columns = [one for one in columns_of(table.columns) if one.numeric]
    if not columns:
        return {}
    sums = ", ".join("sum((w.values ->> %s)::numeric)" for _one in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT r.organisation_id, {sums} FROM adhoc_tables_reply r "
            "JOIN adhoc_tables_adhocrow w ON w.reply_id = r.id "
            "WHERE r.table_id = %s AND r.state = %s GROUP BY r.organisation_id",
            [*(one.key for one in columns), table.pk, Reply.State.SIGNED],
        )
        rows = cursor.fetchall()
    return {
        one.key: {row[0]: row[index] for row in rows if row[index] is not None}
        for index, one in enumerate(columns, start=1)
    }


def choice_counts(table: AdhocTable) -> dict[str, dict[str, int]]:
    """Column key → answer → number of rows, for choices and yes/no columns of the signed replies."""
    columns = [one for one in columns_of(table.columns) if one.type in ("choice", "boolean")]
    found: dict[str, dict[str, int]] = {one.key: {} for one in columns}
    for values in signed_rows(table).values_list("values", flat=True):
        for one in columns:
            answer = values.get(one.key)
            if answer is not None:
                word = str(answer) if one.type == "choice" else ("是" if answer else "否")
                found[one.key][word] = found[one.key].get(word, 0) + 1
    return found


def signed_rows(table: AdhocTable) -> QuerySet[AdhocRow]:
    """Rows of the signed replies with their institution, in the order of institution codes."""
    return (
        AdhocRow.objects.filter(reply__table=table, reply__state=Reply.State.SIGNED)
        .select_related("reply__organisation")
        .order_by("reply__organisation__code", "position")
    )


def state_counts(table: AdhocTable) -> dict[str, int]:
    """Number of replies by state."""
    return dict(table.replies.values_list("state").annotate(n=Count("id")).order_by())


def bound_columns(measure_id: str) -> Sequence[BoundColumn]:
    """Columns that are bound to an indicator, newest table first."""
    found = []
    for table in tables_with_progress().filter(measure=measure_id):
        column = next((one for one in columns_of(table.columns) if one.key == table.measure_column), None)
        if column is not None:
            amounts: Any = totals(table)
            found.append(BoundColumn(table, column, amounts.get(column.key, Decimal(0)), table.signed, table.asked))  # type: ignore[attr-defined]
    return found
