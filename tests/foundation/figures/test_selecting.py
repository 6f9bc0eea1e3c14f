"""A record list counts exactly what the cubes count, for every component of the catalogue."""

from __future__ import annotations

import random
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from weijian.definitions.expressions import snapshot_schema
from weijian.definitions.fields import FieldType
from weijian.definitions.record_kinds import Partition, RecordKind
from weijian.engines.measures.rollup import component_values
from weijian.engines.measures.selecting import selection_sql, wanted_partition
from weijian.engines.measures.store import SnapshotFiles, build_store, open_store
from weijian.foundation.figures.catalogue import components
from weijian.foundation.kinds.registry import kinds
from weijian.foundation.terminology.references import code_table
from weijian.kernel.time import Period

pytestmark = pytest.mark.django_db

ROWS = 200
_ARROW = {
    "int64": pa.int64(),
    "int16": pa.int16(),
    "string": pa.string(),
    "date": pa.date32(),
    "boolean": pa.bool_(),
    "float64": pa.float64(),
}


@cache
def _codes(name: str) -> list[str]:
    table = code_table().to_pydict()
    return sorted({code for one, code in zip(table["list"], table["code"], strict=True) if one == name})


def _value(rng: random.Random, kind: RecordKind, column: str, dtype: str) -> object:
    declared = next((one for one in kind.fields if one.column == column), None)
    if declared is not None and not declared.required and rng.random() < 0.2:
        return None
    if declared is not None and declared.type is FieldType.CODE:
        return rng.choice(_codes(str(declared.codelist)))
    if dtype == "date":
        return date(2016, 12, 1) + timedelta(days=rng.randrange(90))
    if column in ("institution_id", "organisation_id"):
        return rng.randrange(1, 6)
    if column == "area_id":
        return rng.randrange(1, 4)
    if dtype == "boolean":
        return rng.random() < 0.5
    if dtype == "float64":
        return round(rng.random() * 100, 2)
    if dtype in ("int64", "int16"):
        return rng.randrange(0, 120)
    return rng.choice(_codes("icd10")) if rng.random() < 0.5 else "2"


def _write(folder: Path, kind: RecordKind, rng: random.Random) -> list[tuple[str, Path]]:
    """Random rows of a kind in the files that its partitions would have."""
    schema = {name: dtype for name, dtype in snapshot_schema(kind).items() if name != "business_date"}
    rows = [
        {name: _value(rng, kind, name, str(dtype).lower().lstrip("!")) for name, dtype in schema.items()}
        for _ in range(ROWS)
    ]
    for number, row in enumerate(rows, start=1):
        row["id"] = number
    by_partition: dict[str, list[dict[str, object]]] = {}
    for row in rows:
        day = row[kind.field(kind.business_date).column]
        key = {Partition.MONTH: f"{day:%Y-%m}", Partition.YEAR: f"{day:%Y}", Partition.NONE: "all"}[kind.partition]
        by_partition.setdefault(key, []).append(row)
    fields = pa.schema([(name, _ARROW[str(dtype).lower().lstrip("!")]) for name, dtype in schema.items()])
    found = []
    for key, chosen in sorted(by_partition.items()):
        path = folder / f"{kind.table}-{key}.parquet"
        pq.write_table(pa.Table.from_pylist(chosen, schema=fields), path)
        found.append((key, path))
    return found


def _dimensions(folder: Path, rng: random.Random) -> dict[str, Path]:
    organisation = pa.Table.from_pylist(
        [
            {
                "organisation_id": pk,
                "code": f"O{pk}",
                "zh": f"机构{pk}",
                "en": f"O{pk}",
                "type": "hospital" if pk < 3 else "community_centre",
                "level": "2" if pk < 3 else "1",
                "grade": "",
                "ownership": "public" if pk % 2 else "private",
                "affiliation": "district",
                "category": "hospital" if pk < 3 else "primary",
                "nature": "",
                "licensed": True,
                "parent_id": None,
                "vaccination_clinic": pk == 4,
                "area_id": 1,
                "former_zh": "",
                "renamed_on": None,
                "valid_from": date(2000, 1, 1),
                "valid_to": date(2017, 1, 31) if pk % 5 == 0 else None,  # closed before the period ends
            }
            for pk in range(1, 6)
        ]
    )
    organisation = organisation.cast(
        pa.schema(
            [
                (
                    f.name,
                    {"parent_id": pa.int64(), "renamed_on": pa.date32(), "valid_to": pa.date32()}.get(f.name, f.type),
                )
                for f in organisation.schema
            ]
        )
    )
    area = pa.table(
        {
            "area_id": pa.array([1, 2, 3], pa.int64()),
            "code": ["1", "2", "3"],
            "zh": ["甲", "乙", "丙"],
            "en": ["A", "B", "C"],
            "level": ["street", "village", "village"],
            "parent_id": pa.array([None, 1, 1], pa.int64()),
            "valid_from": pa.array([date(2000, 1, 1)] * 3),
            "valid_to": pa.array([None] * 3, pa.date32()),
            "street_id": pa.array([1, 1, 1], pa.int64()),
        }
    )
    person = pa.Table.from_pylist(
        [
            {
                "identity_id": pk,
                "subject_id": None if pk % 7 == 0 else pk // 2,
                "sex": rng.choice(["1", "2", None]),
                "birth_date": None if pk % 11 == 0 else date(1920 + rng.randrange(97), 1 + pk % 12, 1 + pk % 28),
            }
            for pk in range(120)
        ],
        schema=pa.schema(
            [("identity_id", pa.int64()), ("subject_id", pa.int64()), ("sex", pa.string()), ("birth_date", pa.date32())]
        ),
    )
    paths = {}
    for name, table in (("organisation", organisation), ("area", area), ("person", person)):
        paths[name] = folder / f"{name}.parquet"
        pq.write_table(table, paths[name])
    return paths


@pytest.fixture(scope="module")
def opened(
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
    django_db_blocker,  # type: ignore[no-untyped-def]
) -> tuple[duckdb.DuckDBPyConnection, dict[str, list[tuple[str, Path]]]]:
    """A cube store over random records of every kind, and the files by table."""
    folder = tmp_path_factory.mktemp("snapshot")
    rng = random.Random(20170101)
    with django_db_blocker.unblock():  # code lists may have been added to by the bureau
        files = {kind.table: _write(folder, kind, rng) for kind in kinds().values()}
    named = {table: [(path, path.name) for _key, path in found] for table, found in files.items()}
    named |= {name: [(path, name)] for name, path in _dimensions(folder, rng).items()}
    snapshot = SnapshotFiles(named)
    build_store(
        snapshot,
        kinds(),
        components(),
        months=(date(2016, 12, 1), date(2017, 2, 1)),
        cache=folder / "cubes",
        target=folder / "store.duckdb",
    )
    return open_store(folder / "store.duckdb", snapshot, kinds()), files


@pytest.mark.parametrize(
    "code",
    ["2017-02YTD", pytest.param("2017-02", marks=pytest.mark.long), pytest.param("2016", marks=pytest.mark.long)],
)
def test_every_component_lists_what_the_cubes_count(opened, code: str) -> None:  # type: ignore[no-untyped-def]
    connection, files = opened
    period = Period.parse(code)
    counted = component_values(connection, components(), [period]).get((code,), {})
    compared = 0
    for component in components():
        kind = kinds()[component.kind]
        paths = [str(path) for key, path in files[kind.table] if wanted_partition(kind, component, period, key)]
        total = 0
        if paths:
            sql = selection_sql(kind, component, period, (), by_file=True)
            source = (
                f'WITH "{kind.table}" AS (SELECT *, "{kind.field(kind.business_date).column}" AS business_date '
                f"FROM read_parquet({paths}, filename = true)) "
            )
            total = connection.execute(f"{source} SELECT coalesce(sum(counted), 0)::BIGINT FROM ({sql}) r").fetchone()[
                0
            ]
        assert total == counted.get(component.id, 0), component.id
        compared += total > 0
    assert compared > 60  # the random records reach most components
