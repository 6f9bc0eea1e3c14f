"""COPY of Arrow tables through Django's own connection, inside its current transaction."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.csv as pacsv
from django.db import connection

#: Rows of one CSV block handed to COPY; bounds the memory of a large load.
BLOCK_ROWS = 65_536


def copy_in(table: str, data: pa.Table, columns: Sequence[str]) -> int:
    """COPY ``columns`` of ``data`` into ``table`` as CSV blocks; returns the number of rows.

    NULL is the unquoted empty field, an empty text the quoted one, which is how Arrow writes CSV and PostgreSQL reads it.
    The caller holds the transaction and the change context.
    """
    if data.num_rows == 0:
        return 0
    names = ", ".join(f'"{name}"' for name in columns)
    statement = f'COPY "{table}" ({names}) FROM STDIN (FORMAT csv)'
    options = pacsv.WriteOptions(include_header=False, quoting_style="needed")
    selected = _copyable(data.select(list(columns)))
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for start in range(0, selected.num_rows, BLOCK_ROWS):
            sink = io.BytesIO()
            pacsv.write_csv(selected.slice(start, BLOCK_ROWS), sink, write_options=options)
            copy.write(sink.getbuffer())
    return int(selected.num_rows)


def fetch_table(query: str, schema: pa.Schema) -> pa.Table:
    """Result of a query as an Arrow table of that schema, columns in the query's order.

    ``COPY … TO`` hands its rows to Python one message each; one result set is ten times faster.
    """
    with connection.cursor() as cursor:
        cursor.execute(query)
        rows = cursor.fetchall()
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in schema]
    return pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema
    )


def _copyable(data: pa.Table) -> pa.Table:
    """Arrow's CSV writer has no decimals or binaries: those columns become text first."""
    columns = []
    for index, field in enumerate(data.schema):
        column = data.column(index)
        if pa.types.is_decimal(field.type) or pa.types.is_dictionary(field.type):
            column = column.cast(pa.string())
        columns.append(column)
    return pa.table(columns, names=data.schema.names)
