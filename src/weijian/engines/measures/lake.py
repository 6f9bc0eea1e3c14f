"""A snapshot opened for computing: DuckDB views over the Parquet files that a manifest names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import ibis

from weijian.definitions.expressions import snapshot_schema
from weijian.definitions.record_kinds import RecordKind
from weijian.engines.measures.cubes import ORGANISATION_SCHEMA, PERSON_SCHEMA

AREA_SCHEMA = ibis.schema(
    {
        "area_id": "int64", "code": "string", "zh": "string", "en": "string", "level": "string",
        "parent_id": "int64", "valid_from": "date", "valid_to": "date", "street_id": "int64",
    }
)  # fmt: skip


def connect(memory_limit: str = "4GB", threads: int = 2) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection bounded in memory and threads that never reaches for an extension."""
    return duckdb.connect(
        config={
            "memory_limit": memory_limit,
            "threads": threads,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "preserve_insertion_order": False,
        }
    )


def open_tables(
    connection: duckdb.DuckDBPyConnection, files: Mapping[str, Sequence[Path]], kinds: Iterable[RecordKind]
) -> None:
    """Create one view per kind and dimension; a table without files is an empty one of the right types."""
    for kind in kinds:
        open_kind(connection, kind, files.get(kind.table, ()))
    for name, schema in (("person", PERSON_SCHEMA), ("organisation", ORGANISATION_SCHEMA), ("area", AREA_SCHEMA)):
        _view(connection, name, schema, files.get(name, ()), "")


def open_kind(
    connection: duckdb.DuckDBPyConnection, kind: RecordKind, files: Sequence[Path], *, with_filename: bool = False
) -> None:
    """(Re)create the view of one kind over some of its files; ``with_filename`` adds each row's file."""
    date_column = kind.field(kind.business_date).column
    addition = f', "{date_column}" AS business_date'
    _view(connection, kind.table, snapshot_schema(kind), files, addition, with_filename=with_filename)


def _view(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    schema: ibis.Schema,
    files: Sequence[Path],
    addition: str,
    *,
    with_filename: bool = False,
) -> None:
    if files:
        names = ", ".join(f"'{quoted(path)}'" for path in files)
        option = ", filename = true" if with_filename else ""
        connection.execute(
            f'CREATE OR REPLACE VIEW "{name}" AS SELECT *{addition}{_later(connection, schema, files[0])} '
            f"FROM read_parquet([{names}]{option})"
        )
        return
    columns = ", ".join(f'NULL::{_duckdb_type(dtype)} AS "{column}"' for column, dtype in schema.items())
    connection.execute(f'CREATE OR REPLACE VIEW "{name}" AS SELECT {columns} WHERE false')


def _later(connection: duckdb.DuckDBPyConnection, schema: ibis.Schema, file: Path) -> str:
    """Columns that were declared after the snapshot was published: nothing is known of them there."""
    found = connection.execute(f"DESCRIBE SELECT * FROM read_parquet('{quoted(file)}')").fetchall()
    known = {str(row[0]) for row in found} | {"business_date"}
    return "".join(
        f', NULL::{_duckdb_type(dtype)} AS "{column}"' for column, dtype in schema.items() if column not in known
    )


def quoted(path: Path) -> str:
    """The path inside single quotes of SQL."""
    return str(path).replace("'", "''")


def _duckdb_type(dtype: Any) -> str:
    names = {"int64": "BIGINT", "int32": "INTEGER", "int16": "SMALLINT", "string": "VARCHAR", "date": "DATE"}
    return names.get(str(dtype).lower(), {"boolean": "BOOLEAN", "float64": "DOUBLE"}.get(str(dtype).lower(), "VARCHAR"))
