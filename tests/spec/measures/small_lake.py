"""A snapshot small enough to read: a few record kinds, rows as dicts, and the figures that the engine makes of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from weijian.definitions.expressions import snapshot_schema
from weijian.definitions.fields import Field, FieldType
from weijian.definitions.measures import Component, Measure
from weijian.definitions.record_kinds import Frequency, Partition, RecordKind
from weijian.engines.measures.cubes import ORGANISATION_SCHEMA, PERSON_SCHEMA
from weijian.engines.measures.evaluate import Figure, TableFunction, evaluate
from weijian.engines.measures.lake import AREA_SCHEMA
from weijian.engines.measures.rollup import Scope
from weijian.engines.measures.store import SnapshotFiles, build_store, open_store
from weijian.kernel.time import Period

NUMBER = Field("number", FieldType.SOURCE_ID, "编号", "Number")
PERSON = Field("person", FieldType.PERSON, "人员", "Person")
PLACE = Field("place", FieldType.ORGANISATION, "机构", "Institution")


def _kind(kind_id: str, day: str, *fields: Field, partition: Partition = Partition.MONTH) -> RecordKind:
    return RecordKind(
        id=kind_id, zh=kind_id, en=kind_id, source="", doc="", table=kind_id.replace(".", "_"),
        fields=(NUMBER, *fields), rules=(), business_date=day, partition=partition, frequency=Frequency.MONTHLY,
        sensitivity=1, list_columns=(day,),
    )  # fmt: skip


VISIT = _kind(
    "test.visit", "visit_on", PERSON, PLACE, Field("visit_on", FieldType.DATE, "日期", "Day"),
    Field("type", FieldType.CODE, "类型", "Type"), Field("fee", FieldType.MONEY, "费用", "Fee"),
)  # fmt: skip
CONTRACT = _kind(
    "test.contract", "signed_on", PERSON, PLACE, Field("signed_on", FieldType.DATE, "签约", "Signed"),
    Field("ended_on", FieldType.DATE, "解约", "Ended", required=False), partition=Partition.YEAR,
)  # fmt: skip
REPORT = _kind(
    "test.report", "year_end", PLACE, Field("year_end", FieldType.DATE, "年末", "Year end"),
    Field("beds", FieldType.INTEGER, "床位", "Beds"), partition=Partition.YEAR,
)  # fmt: skip
POPULATION = _kind(
    "populations.population_count", "reference_on", Field("basis", FieldType.CODE, "口径", "Basis"),
    Field("village", FieldType.AREA, "区划", "Area"), Field("reference_on", FieldType.DATE, "日", "Day"),
    Field("sex", FieldType.CODE, "性别", "Sex"), Field("age", FieldType.INTEGER, "年龄", "Age"),
    Field("persons", FieldType.INTEGER, "人数", "Persons"), partition=Partition.YEAR,
)  # fmt: skip
KINDS = {kind.id: kind for kind in (VISIT, CONTRACT, REPORT, POPULATION)}
TABLES = {kind.table: snapshot_schema(kind) for kind in KINDS.values()} | {
    "person": PERSON_SCHEMA, "organisation": ORGANISATION_SCHEMA, "area": AREA_SCHEMA,
}  # fmt: skip
_DAYS = {kind.table: kind.field(kind.business_date).column for kind in KINDS.values()}

#: Two streets (10, 20) with a village each (11, 21); a hospital (1, tertiary, private) and a centre (2, primary,
#: public).
AREAS = (
    {"area_id": 10, "level": "street", "street_id": 10, "parent_id": 1},
    {"area_id": 11, "level": "village", "street_id": 10, "parent_id": 10},
    {"area_id": 20, "level": "street", "street_id": 20, "parent_id": 1},
    {"area_id": 21, "level": "village", "street_id": 20, "parent_id": 20},
)
ORGANISATIONS = (
    {"organisation_id": 1, "code": "H", "level": "3", "category": "hospital", "ownership": "private", "area_id": 10},
    {"organisation_id": 2, "code": "C", "level": "0", "category": "primary", "ownership": "public", "area_id": 20},
)


@dataclass
class SmallLake:
    """Rows by table, and where their files and cubes go."""

    folder: Path
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    months: tuple[date, date] = (date(2016, 1, 1), date(2017, 12, 1))

    def __post_init__(self) -> None:
        self.rows.setdefault("area", list(AREAS))
        self.rows.setdefault("organisation", list(ORGANISATIONS))

    def add(self, table: str, **row: Any) -> SmallLake:
        """One row; ids count up, a place is where a fact counts."""
        rows = self.rows.setdefault(table, [])
        if table in _DAYS:
            row.setdefault("id", len(rows) + 1)
            row.setdefault("organisation_id", row.get("place_id", 1))
            row.setdefault("area_id", row.get("village_id", 11))
            row.setdefault("link_state", 1)
        rows.append(row)
        return self

    def person(self, identity: int, subject: int | None = None, sex: str = "1", born: date | None = None) -> SmallLake:
        return self.add("person", identity_id=identity, subject_id=subject, sex=sex, birth_date=born)

    def files(self) -> SnapshotFiles:
        found: dict[str, list[tuple[Path, str]]] = {}
        for table, schema in TABLES.items():
            for partition, rows in sorted(self._partitions(table).items()):
                data = arrow_table(schema, rows)
                path = self.folder / f"{table}-{partition}.parquet"
                pq.write_table(data.drop(["business_date"]) if "business_date" in data.schema.names else data, path)
                found.setdefault(table, []).append((path, hashlib.sha256(path.read_bytes()).hexdigest()))
        return SnapshotFiles(found)

    def _partitions(self, table: str) -> dict[str, list[dict[str, Any]]]:
        day = _DAYS.get(table)
        parts: dict[str, list[dict[str, Any]]] = {}
        for row in self.rows.get(table, []):
            parts.setdefault(f"{row[day]:%Y-%m}" if day else "all", []).append(row)
        return parts

    def store(self, components: Sequence[Component], name: str = "store") -> duckdb.DuckDBPyConnection:
        files = self.files()
        target = self.folder / f"{name}.duckdb"
        build_store(files, KINDS, components, months=self.months, cache=self.folder / "cubes", target=target)
        return open_store(target, files, KINDS)

    def figures(
        self,
        measures: Sequence[Measure],
        *periods: str,
        by: Sequence[str] = (),
        scope: Scope = Scope(),
        functions: Mapping[str, TableFunction] | None = None,
    ) -> list[Figure]:
        catalogue = {one.id: one for one in measures}
        store = self.store([term for one in measures for term in one.components()])
        asked = [Period.parse(code) for code in periods]
        return evaluate(store, measures, asked, catalogue=catalogue, functions=functions or {}, by=by, scope=scope)

    def value(self, measure: Measure, period: str, *others: Measure, **given: Any) -> Any:
        """The value of one measure, or its reason where there is none."""
        found = [one for one in self.figures([measure, *others], period, **given) if one.measure == measure.id]
        assert len(found) == 1
        return found[0].reason if found[0].value is None else found[0].value


def arrow_table(schema: ibis.Schema, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    return pa.table(
        {name: pa.array([row.get(name) for row in rows], _ARROW[str(dtype)]) for name, dtype in schema.items()}
    )


_ARROW = {
    "int64": pa.int64(), "int16": pa.int16(), "string": pa.string(), "date": pa.date32(), "boolean": pa.bool_(),
    "float64": pa.float64(),
}  # fmt: skip


def measure(measure_id: str = "test.measure", form: str = "count", **given: Any) -> Measure:
    """A measure with only what a test is about."""
    given.setdefault("decimals", 2)
    return Measure(
        id=measure_id, zh="", en="", unit="", form=form, definition_zh="", definition_en="", source="", **given
    )
