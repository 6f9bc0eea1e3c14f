"""Cubes: every component of a record kind counted in one pass by month, institution, area, sex and single year of age.

Each query also counts all its rows (column ``n``): where a month has none, a figure is a gap and never a zero.

Flow components (``DURING``, ``MCH_YEAR``, ``LATEST``) are counted in the month of their date. Stock components
(``AS_OF_END``) are counted on month ends; a stock that counts distinct persons counts each subject once, where its
latest record stands, so that areas and institutions still add up to the district.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import ibis
import ibis.expr.datatypes as dt

from weijian.definitions.expressions import snapshot_schema
from weijian.definitions.measures import Component, When
from weijian.definitions.record_kinds import RecordKind

#: Dimensions of every cube. ``age`` is completed years on the component's date, −1 unknown, 100 for 100 and over.
DIMENSIONS = ("month", "organisation_id", "area_id", "sex", "age")

#: The days on which stocks are counted: a table of one column, so that the SQL stays the same from month to month.
MONTH_END_SCHEMA = ibis.schema({"as_of": "date"})
PERSON_SCHEMA = ibis.schema({"identity_id": "int64", "subject_id": "int64", "sex": "string", "birth_date": "date"})


ORGANISATION_SCHEMA = ibis.schema(
    {
        "organisation_id": "int64", "code": "string", "zh": "string", "en": "string", "type": "string",
        "level": "string", "grade": "string", "ownership": "string", "affiliation": "string",
        "category": "string", "nature": "string", "licensed": "boolean", "parent_id": "int64",
        "vaccination_clinic": "boolean", "area_id": "int64", "former_zh": "string", "renamed_on": "date",
        "valid_from": "date", "valid_to": "date",
    }
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class CubeQuery:
    """One aggregation over one kind: the components it answers in column order ``c0, c1, …``, and its expression.

    ``coverage`` names what column ``n`` counts; empty for stocks, whose coverage follows from their first start.
    ``by_file`` says that the cube has the file of the rows as a further dimension (``filename``).
    """

    kind: str
    table: str
    date: str
    components: tuple[Component, ...]
    expression: Any
    coverage: str = ""
    by_file: bool = False

    def sql(self, dialect: str = "duckdb") -> str:
        """SQL text; tables are named as the kind's table, ``person`` and, for stocks, ``month_end``."""
        return compiled(self, dialect)


@cache
def compiled(query: CubeQuery, dialect: str) -> str:
    """SQL of a query, compiled once per process: compiling costs more than counting a small partition."""
    return str(ibis.to_sql(query.expression, dialect=dialect))


#: What a joined component counts, in the dimensions of every cube; ``f`` is the record, ``p`` its person.
_JOINED_GRAIN = """
SELECT {file}CAST(date_trunc('month', f.{day}) AS DATE) AS month, f.organisation_id, f.area_id,
    coalesce(p.sex, '0') AS sex,
    {age} AS age,
    count(*) AS value
{sql}
GROUP BY {file}1, 2, 3, 4, 5
"""


def joined_age(day: str) -> str:
    """Completed years of ``p.birth_date`` on a day as SQL, −1 unknown, 100 for 100 and over, as in every cube."""
    years = (
        f"(year({day}) * 10000 + month({day}) * 100 + day({day})\n"
        "         - year(p.birth_date) * 10000 - month(p.birth_date) * 100 - day(p.birth_date)) / 10000"
    )
    return (
        f"CASE WHEN p.birth_date IS NULL OR p.birth_date > {day} THEN -1 ELSE least(100, CAST(floor(\n"
        f"        {years}) AS INTEGER)) END"
    )


def joined_sql(component: Component, *, by_file: bool = False) -> str:
    """SQL of a joined component's cube, for DuckDB and Spark alike; ``by_file`` adds the dimension ``filename``."""
    if component.sql is None or component.date is None:
        raise ValueError(f"{component.id} joins nothing")
    parts = {"day": component.date, "age": joined_age(f"f.{component.date}"), "sql": component.sql}
    if not by_file:
        return _JOINED_GRAIN.format(**parts, file="")
    return _JOINED_GRAIN.format(**parts, file="f.filename, ").replace(
        "GROUP BY f.filename, 1, 2, 3, 4, 5", "GROUP BY 1, 2, 3, 4, 5, 6"
    )


def coverage_id(kind: str, component: Component) -> str:
    """Name under which all rows are counted from which the component is; stocks and flows have their own."""
    if component.when is When.AS_OF_END:
        return f"*{kind}:{component.starts}:in force"
    day = "business_date" if component.date is None or component.sql is not None else component.date
    return f"*{kind}:{day}"


def filter_table(kind: RecordKind) -> Any:
    """Unbound table with every column that a component's filter may name."""
    columns = dict(snapshot_schema(kind)) | {"as_of": dt.date}
    for name, dtype in (("sex", dt.string), ("age", dt.int64), ("birth_date", dt.date), ("subject_id", dt.int64)):
        columns.setdefault(name, dtype)
    return ibis.table(columns, name=kind.table)


def component_text(kind: RecordKind, component: Component, *, value: bool = True) -> str:
    """Everything that decides what the component counts, as text for fingerprints (its expressions, not their SQL); without
    ``value`` everything that decides which rows it takes."""
    table = filter_table(kind)
    parts = [
        kind.id,
        component.when.value,
        component.date,
        component.starts,
        component.ends,
        component.distinct,
        component.sql,
    ]
    made = (component.where, component.value if value else None)
    parts += [repr(one(table)) for one in made if one is not None]
    if component.organisations is not None:
        parts.append(repr(component.organisations(ibis.table(ORGANISATION_SCHEMA, name="organisation"))))
    return "\n".join(str(part) for part in parts)


def flow_queries(kind: RecordKind, components: Iterable[Component], *, by_file: bool = False) -> tuple[CubeQuery, ...]:
    """One query per date column for all flow components of the kind; ``by_file`` keeps the rows of files apart, so
    that many files are counted in one pass and each cube is remembered for its file."""
    by_date: dict[str, list[Component]] = {}
    for component in components:
        if component.when is not When.AS_OF_END and component.sql is None:
            by_date.setdefault(component.date or "business_date", []).append(component)
    return tuple(_flow_query(kind, column, tuple(found), by_file) for column, found in sorted(by_date.items()))


def stock_queries(kind: RecordKind, components: Iterable[Component]) -> tuple[CubeQuery, ...]:
    """One query per pair of start and end column for all stock components, counted on each day of table
    ``month_end``."""
    groups: dict[tuple[str, str, str], list[Component]] = {}
    for component in components:
        if component.when is When.AS_OF_END:
            key = (str(component.starts), component.ends or "", component.distinct or "")
            groups.setdefault(key, []).append(component)
    return tuple(
        _distinct_stock_query(kind, starts, ends, distinct, tuple(found))
        if distinct
        else _stock_query(kind, starts, ends, tuple(found))
        for (starts, ends, distinct), found in sorted(groups.items())
    )


def _joined(kind: RecordKind, *, by_file: bool = False) -> Any:
    """The kind's snapshot table with ``sex, birth_date, subject_id`` of its person; kinds without one have NULLs.

    A kind's own columns ``sex`` and ``age`` (population tables) win over the person's, and a registered date of birth
    (``born_on`` of births and deaths) stands in where the person's is unknown.
    """
    fact = ibis.table({**dict(snapshot_schema(kind)), **({"filename": dt.string} if by_file else {})}, name=kind.table)
    person = kind.person
    if person is None:
        additions: dict[str, Any] = {"subject_id": ibis.null("int64"), "birth_date": ibis.null("date")}
        if "sex" not in fact.columns:
            additions["sex"] = ibis.null("string")
        return fact.mutate(**additions)
    people = ibis.table(PERSON_SCHEMA, name="person")
    joined = fact.left_join(people, fact[person.column] == people.identity_id).drop("identity_id")
    if "born_on" in fact.columns:
        joined = joined.mutate(birth_date=joined.birth_date.fill_null(joined.born_on))
    return joined


def age_on(birth: Any, day: Any) -> Any:
    """Completed years from ``birth`` to ``day`` as an Ibis expression; NULL where either is.

    Dates as numbers yyyymmdd differ by 10000 for each completed year, birthdays on 29 February included.
    """
    return (_as_number(day) - _as_number(birth)) // 10000


def _as_number(day: Any) -> Any:
    return day.year() * 10000 + day.month() * 100 + day.day()


def _with_dimensions(table: Any, day: Any, own_age: bool) -> Any:
    age = table.age if own_age else age_on(table.birth_date, day)
    # Not truncate: DuckDB gives a timestamp, Spark a date.
    month = ibis.date(day.year(), day.month(), 1)
    table = table.mutate(month=month, sex=table.sex.fill_null("0"), age=age.cast(dt.int32))
    return table.mutate(age=ibis.cases((table.age >= 100, 100), (table.age >= 0, table.age), else_=-1))


def _aggregate(table: Any, components: Sequence[Component], *, by_file: bool = False) -> Any:
    values = {}
    for index, component in enumerate(components):
        condition = component.where(table).fill_null(False) if component.where else None
        total = component.value(table).sum(where=condition) if component.value else table.count(where=condition)
        # A conditional aggregate over nothing is 0 on DuckDB and NULL on Spark.
        values[f"c{index}"] = total.fill_null(0).cast(dt.int64)
    dimensions = [*DIMENSIONS, *(["filename"] if by_file else [])]
    return table.group_by(dimensions).aggregate(n=table.count().cast(dt.int64), **values)


@cache
def _flow_query(kind: RecordKind, column: str, components: tuple[Component, ...], by_file: bool) -> CubeQuery:
    table = _joined(kind, by_file=by_file)
    table = table.filter(table[column].notnull())
    table = _with_dimensions(table, table[column], "age" in snapshot_schema(kind))
    coverage = coverage_id(kind.id, components[0])
    counted = _aggregate(table, components, by_file=by_file)
    return CubeQuery(kind.id, kind.table, column, components, counted, coverage, by_file)


@cache
def _stock_query(kind: RecordKind, starts: str, ends: str, components: tuple[Component, ...]) -> CubeQuery:
    table = _in_force(_joined(kind), starts, ends)
    table = _with_dimensions(table, table.as_of, "age" in snapshot_schema(kind))
    return CubeQuery(kind.id, kind.table, starts, components, _aggregate(table, components))


@cache
def _distinct_stock_query(
    kind: RecordKind, starts: str, ends: str, distinct: str, components: tuple[Component, ...]
) -> CubeQuery:
    """Persons: who stands in the kind once is counted by all components in one pass, the few others by each alone,
    because each has its own choice of the latest among the rows that it counts."""
    people = _repeated(kind, _joined(kind), distinct)
    once = _in_force(people.filter(~people.repeated), starts, ends)
    more = _in_force(people.filter(people.repeated), starts, ends)
    keep = ["as_of", "organisation_id", "area_id", "sex", "birth_date"]
    keep += ["age"] if "age" in snapshot_schema(kind) else []
    everything = range(len(components))
    table = _valued(once, components, everything, keep)
    for index, component in enumerate(components):
        table = table.union(_valued(_latest_of_each(more, starts, component), components, (index,), keep))
    table = _with_dimensions(table, table.as_of, "age" in snapshot_schema(kind))
    sums = {f"c{index}": table[f"v{index}"].sum().fill_null(0).cast(dt.int64) for index in everything}
    cube = table.group_by(list(DIMENSIONS)).aggregate(n=table.count().cast(dt.int64), **sums)
    return CubeQuery(kind.id, kind.table, starts, components, cube)


def _valued(table: Any, components: Sequence[Component], chosen: Sequence[int], keep: Sequence[str]) -> Any:
    """Rows that one of the chosen components counts, with what each counts of them: ``v0, v1, …``."""
    counts = {
        index: components[index].where(table).fill_null(False) if components[index].where else ibis.literal(True)  # type: ignore[misc]
        for index in chosen
    }
    values = {}
    for index, component in enumerate(components):
        amount = component.value(table).cast(dt.int64) if component.value else ibis.literal(1, dt.int64)
        nothing = ibis.literal(0, dt.int64)
        values[f"v{index}"] = ibis.ifelse(counts[index], amount, nothing) if index in counts else nothing
    return table.filter(ibis.or_(*counts.values())).select(*keep, **values)


def _in_force(table: Any, starts: str, ends: str) -> Any:
    """Rows in force on each day of table ``month_end``."""
    table = table.cross_join(ibis.table(MONTH_END_SCHEMA, name="month_end"))
    in_force = table[starts] <= table.as_of
    if ends:
        in_force &= table[ends].isnull() | (table[ends] > table.as_of)
    return table.filter(in_force)


def _repeated(kind: RecordKind, table: Any, distinct: str) -> Any:
    """Mark whom a row counts as and whether they stand there more than once; rows without a subject stand for
    themselves."""
    person = kind.person
    own = -table[person.column] if person else -table.id
    table = table.mutate(counted_as=table[distinct].fill_null(own))
    rows = ibis.window(group_by="counted_as")
    return table.mutate(repeated=table.id.count().over(rows) > 1)


def _latest_of_each(table: Any, starts: str, component: Component) -> Any:
    counted = table.filter(component.where(table).fill_null(False)) if component.where else table
    order = ibis.window(group_by=["as_of", "counted_as"], order_by=[ibis.desc(starts), ibis.desc("id")])
    ranked = counted.mutate(place=ibis.row_number().over(order))
    return ranked.filter(ranked.place == 0).drop("place")


def cube_rows(query: CubeQuery, component: Component) -> tuple[str, str]:
    """Column of a component in a query's cube, and the condition under which a row of the cube says something."""
    column = f"c{query.components.index(component)}"
    # A latest report that says zero must win over an older one that did not.
    return column, "true" if component.when is When.LATEST else f"{column} <> 0"


def organisation_filter(component: Component, column: str = "organisation_id") -> str:
    """`` AND column IN (…)`` for the institutions that the component counts, or nothing."""
    if component.organisations is None:
        return ""
    table = ibis.table(ORGANISATION_SCHEMA, name="organisation")
    chosen = table.filter(component.organisations(table)).select("organisation_id")
    return f" AND {column} IN ({ibis.to_sql(chosen, dialect='duckdb')})"
