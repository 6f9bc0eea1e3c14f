"""Records as a table: its columns, the order that an address asks for, and the rows with names through the one door."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from weijian.definitions.fields import Field, FieldType
from weijian.definitions.record_kinds import RecordKind
from weijian.foundation.accounts.models import User
from weijian.foundation.ui.components import Cell, Column, Figure, Row, TableQuery
from weijian.kernel.quantities import NumberStyle
from weijian.web.records.addresses import record_url
from weijian.web.records.persons import masked_persons
from weijian.web.records.queries import NEWEST, Order, RecordPage, shown_columns
from weijian.web.records.wording import Names, field_name, kind_name, link_words

_KINDS = {"date": "date", "money": "number", "integer": "number", "decimal": "number"}

#: How amounts are written: every digit, the unit stands in the head.
_MONEY = NumberStyle("", "", decimals=2, grouping=True)


def table_columns(kind: RecordKind, sortable: frozenset[str]) -> tuple[Column, ...]:
    """Columns of a list of the kind; those that can be sorted by carry a link."""
    found = [Column("record", kind_name(kind), fixed=True, optional=False)]
    for one in shown_fields(kind):
        unit = _("元") if one.type is FieldType.MONEY else one.unit
        found.append(
            Column(
                one.column,
                field_name(one),
                _KINDS.get(one.type, "text"),  # type: ignore[arg-type]
                unit,
                sortable=one.column in sortable,
            )
        )
    return (*found, Column("institution", _("报告机构")), Column("link", _("身份关联"), "status"))


def shown_fields(kind: RecordKind) -> list[Field]:
    """Fields of the kind's list that a snapshot holds, in the order of their declaration."""
    shown = shown_columns(kind)
    return [one for one in kind.fields if one.column in shown]


def order_of(kind: RecordKind, query: TableQuery) -> Order:
    """The order that an address asks for; newest first where it asks for none."""
    if not query.sort:
        return NEWEST
    column = "business_date" if query.sort == kind.field(kind.business_date).column else query.sort
    return Order(column, query.descending)


def persons_of(user: User, kind: RecordKind, found: RecordPage) -> dict[int, tuple[str, str]]:
    """Masked names of the rows, where the list shows persons and the reader may see them."""
    person = kind.person
    if person is None or person.column not in shown_columns(kind):
        return {}
    return masked_persons(user, kind.id, {row["id"]: row[person.column] for row in found.rows})


def table_rows(kind: RecordKind, found: RecordPage, persons: dict[int, tuple[str, str]]) -> list[Row]:
    """Rows with codes, institutions and areas by name."""
    names = Names.of(kind, found.rows, persons)
    numbers = _source_numbers(kind, found.rows)
    fields = shown_fields(kind)
    return [
        Row(
            (
                Cell(text=numbers.get(row["id"]) or _("记录 %(number)s") % {"number": row["id"]}),
                *(_cell(one, row[one.column], names) for one in fields),
                names.organisations.get(row["organisation_id"], ""),
                Cell.tag(link_words(row["link_state"]), "info" if row["link_state"] == 1 else "warn")
                if kind.person
                else Cell(),
            ),
            href=record_url(kind.id, row["id"], row["business_date"]),
        )
        for row in found.rows
    ]


def _cell(declared: Field, value: Any, names: Names) -> object:
    """Numbers stay numbers, so that a workbook can add them up; everything else is words."""
    if value is not None and declared.type is FieldType.MONEY:
        return Figure(Decimal(int(value)) / 100, _MONEY)
    if value is not None and declared.type is FieldType.INTEGER:
        return Figure(int(value))
    return names.text(declared, value)


def _source_numbers(kind: RecordKind, rows: Sequence[dict[str, Any]]) -> dict[int, str]:
    """The institutions' own numbers of some rows, by their keys: snapshots do not hold them."""
    if not rows:
        return {}
    day = kind.field(kind.business_date).column
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT f.id, f."{kind.source_id.column}" FROM unnest(%s::date[], %s::bigint[]) AS k(day, id) '
            f'JOIN "{kind.table}" f ON f."{day}" = k.day AND f.id = k.id',
            [[row["business_date"] for row in rows], [row["id"] for row in rows]],
        )
        return dict(cursor.fetchall())
