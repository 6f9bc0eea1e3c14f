"""Which records a component of a measure counts, as SQL over the snapshot's files.

The same rules as the cubes, row by row instead of added up; a test holds both equal for every component.
Persons are joined only where the component asks for sex, age or subject: a list of 13 million visits must not
read two million persons to show its first fifty rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import ibis
import ibis.expr.datatypes as dt
from ibis.common.exceptions import IbisError

from weijian.definitions.expressions import snapshot_schema
from weijian.definitions.measures import Component, When
from weijian.definitions.record_kinds import Partition, RecordKind
from weijian.engines.measures.cubes import ORGANISATION_SCHEMA, PERSON_SCHEMA, age_on, joined_age, organisation_filter
from weijian.engines.measures.lake import AREA_SCHEMA
from weijian.engines.measures.narrowing import narrowed
from weijian.engines.measures.rollup import Scope, months
from weijian.kernel.time import Period
from weijian.kernel.time.months import last_of_month

#: Columns of every selected row beside those that the kind shows.
FIXED = ("id", "business_date", "organisation_id", "area_id", "sensitivity", "link_state", "flags")


def counts_whole_table(component: Component) -> bool:
    """Whether a row's place depends on other rows, so that files cannot be read one by one."""
    return component.when is When.LATEST or component.distinct is not None or component.sql is not None


def selection_sql(
    kind: RecordKind,
    component: Component,
    period: Period,
    columns: Sequence[str],
    scope: Scope = Scope(),
    *,
    by_file: bool = False,
    dialect: str = "duckdb",
) -> str:
    """SQL giving the counted rows: :data:`FIXED`, ``columns``, ``counted`` (1 or what is summed), with ``by_file`` also
    ``filename``.

    It reads relations named as the kind's table (with ``business_date``, and ``filename`` where asked), ``person``, ``area``
    and ``organisation``.
    """
    wanted = tuple(dict.fromkeys((*FIXED, *columns)))
    if component.sql is not None:
        return _joined_sql(component, period, scope, (*wanted, *(("filename",) if by_file else ())))
    fact = ibis.table({**dict(snapshot_schema(kind)), **({"filename": dt.string} if by_file else {})}, name=kind.table)
    asked = narrowed(component, scope)
    try:
        rows = _counted(asked, _own_dimensions(fact), period)
    except (AttributeError, IbisError):  # the component asks for something of the person
        rows = _counted(asked, _with_person(kind, fact, asked, period), period)
    rows = _placed(rows, scope).select(*wanted, "counted", *(("filename",) if by_file else ()))
    return str(ibis.to_sql(rows, dialect=dialect))


def _placed(rows: Any, scope: Scope) -> Any:
    """Rows of the institution and of the street or village that are asked for."""
    if scope.organisation_id is not None:
        rows = rows.filter(rows.organisation_id == scope.organisation_id)
    if scope.area_id is not None:
        area = ibis.table(AREA_SCHEMA, name="area")
        inside = area.filter((area.area_id == scope.area_id) | (area.street_id == scope.area_id))
        rows = rows.filter(rows.area_id.isin(inside.area_id))
    return rows


def _joined_sql(component: Component, period: Period, scope: Scope, columns: Sequence[str]) -> str:
    """Rows of a component that says itself what it joins; ``f`` is the record, ``p`` its person."""
    first, last = months(component, period)
    day = f"f.{component.date}"
    parts = [f"{day} BETWEEN DATE '{first}' AND DATE '{last_of_month(last)}'"]
    if scope.organisation_id is not None:
        parts.append(f"f.organisation_id = {int(scope.organisation_id)}")
    if scope.area_id is not None:
        area = int(scope.area_id)
        parts.append(f"f.area_id IN (SELECT area_id FROM area WHERE area_id = {area} OR street_id = {area})")
    if scope.sex is not None:
        parts.append("f.counted_sex = '" + scope.sex.replace("'", "''") + "'")
    if scope.age_from is not None:
        parts.append(f"f.counted_age >= {int(scope.age_from)}")
    if scope.age_to is not None:
        parts.append(f"f.counted_age BETWEEN 0 AND {int(scope.age_to)}")
    rows = f"SELECT f.*, coalesce(p.sex, '0') AS counted_sex, {joined_age(day)} AS counted_age {component.sql}"
    shown = ", ".join(f'f."{name}"' for name in columns)
    condition = " AND ".join(parts) + organisation_filter(component, "f.organisation_id")
    counted = (
        shown.replace('f."filename"', '1 AS counted, f."filename"')
        if "filename" in columns
        else f"{shown}, 1 AS counted"
    )
    return f"SELECT {counted} FROM ({rows}) f WHERE {condition}"


def wanted_partition(kind: RecordKind, component: Component, period: Period, partition: str) -> bool:
    """Whether a partition's file can hold rows that the component counts in the period."""
    if (
        component.sql is not None
        or component.when is When.AS_OF_END
        or component.date not in (None, "business_date", kind.business_date)
    ):
        return True
    first, last = months(component, period)
    if kind.partition is Partition.MONTH:
        return f"{first:%Y-%m}" <= partition <= f"{last:%Y-%m}"
    return kind.partition is Partition.NONE or f"{first:%Y}" <= partition <= f"{last:%Y}"


def _counted(component: Component, table: Any, period: Period) -> Any:
    first, last = months(component, period)
    end = last_of_month(last)
    if component.when is When.AS_OF_END:
        table = _in_force(component, table, end)
    else:
        day = table[component.date or "business_date"]
        table = table.filter(day.between(_day(first), _day(end)))
    if component.when is When.LATEST:
        table = _latest(table, component.date or "business_date", end)
    if component.where is not None:
        table = table.filter(component.where(table).fill_null(False))
    if component.distinct:
        table = _one_row_each(table, component)
    if component.organisations is not None:
        known = ibis.table(ORGANISATION_SCHEMA, name="organisation")
        chosen = known.filter(component.organisations(known))
        table = table.filter(table.organisation_id.isin(chosen.organisation_id))
    value = component.value(table).cast(dt.int64) if component.value is not None else ibis.literal(1, dt.int64)
    return table.mutate(counted=value)


def _in_force(component: Component, table: Any, day: date) -> Any:
    starts = table[str(component.starts)]
    inside = starts <= _day(day)
    if component.ends:
        inside &= table[component.ends].isnull() | (table[component.ends] > _day(day))
    return table.filter(inside).mutate(as_of=_day(day))


def _latest(table: Any, column: str, end: date) -> Any:
    """Rows of each institution's last month inside the period, of institutions that are not closed before its end."""
    known = ibis.table(ORGANISATION_SCHEMA, name="organisation")
    closed = known.filter(known.valid_to < _day(end))
    table = table.filter(~table.organisation_id.isin(closed.organisation_id))
    table = table.mutate(report_month=table[column].truncate("M"))
    table = table.mutate(last_month=table.report_month.max().over(ibis.window(group_by="organisation_id")))
    return table.filter(table.report_month == table.last_month)


def _one_row_each(table: Any, component: Component) -> Any:
    """The latest counted row of each subject; who has no subject stands for himself."""
    order = [ibis.desc(str(component.starts)), ibis.desc("id")]
    place = ibis.row_number().over(ibis.window(group_by=table[f"{component.distinct}_key"], order_by=order))
    return table.mutate(place=place).filter(ibis._.place == 0)


def _own_dimensions(table: Any) -> Any:
    """A kind's own sex and age as the cubes see them: unknown sex 0, unknown age −1, 100 for 100 and over."""
    if "sex" in table.columns:
        table = table.mutate(sex=table.sex.fill_null("0"))
    if "age" in table.columns:
        table = table.mutate(age=ibis.cases((table.age >= 100, 100), (table.age >= 0, table.age), else_=-1))
    return table


def _with_person(kind: RecordKind, fact: Any, component: Component, period: Period) -> Any:
    person = kind.person
    own_age = "age" in fact.columns
    if person is None:
        additions: dict[str, Any] = {"subject_id": ibis.null("int64"), "birth_date": ibis.null("date")}
        if "sex" not in fact.columns:
            additions["sex"] = ibis.null("string")
        table = fact.mutate(**additions).mutate(subject_id_key=-fact.id)
    else:
        people = ibis.table(PERSON_SCHEMA, name="person")
        table = fact.left_join(people, fact[person.column] == people.identity_id).drop("identity_id")
        if "born_on" in fact.columns:
            table = table.mutate(birth_date=table.birth_date.fill_null(table.born_on))
        table = table.mutate(subject_id_key=table.subject_id.fill_null(-table[person.column]))
    if component.when is When.AS_OF_END:
        day: Any = _day(last_of_month(months(component, period)[1]))
    else:
        day = table[component.date or "business_date"]
    age = table.age if own_age else age_on(table.birth_date, day)
    table = table.mutate(sex=table.sex.fill_null("0"), age=age.cast(dt.int32))
    return table.mutate(age=ibis.cases((table.age >= 100, 100), (table.age >= 0, table.age), else_=-1))


def _day(day: date) -> Any:
    return ibis.literal(day, dt.date)
