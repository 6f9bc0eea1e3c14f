"""COPY of Arrow tables through Django's own connection, inside its current transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pyarrow.csv as pacsv
from django.db import connection

#: Rows of one CSV block handed to COPY; bounds the memory of a large load.
BLOCK_ROWS = 32_768


def copy_in(table: str, data: pa.Table, columns: Sequence[str]) -> int:
    """COPY ``columns`` of ``data`` into ``table`` as CSV blocks; returns the number of rows.

    NULL is the unquoted empty field, an empty text the quoted one, which is how Arrow writes CSV and PostgreSQL reads it.
    The caller holds the transaction and the change context. Raises Django's database errors.
    """
    if data.num_rows == 0:
        return 0
    names = ", ".join(f'"{name}"' for name in columns)
    statement = f'COPY "{table}" ({names}) FROM STDIN (FORMAT csv)'
    # The copy itself is psycopg's own: without the wrapper, a full disk would not come as Django's error.
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for block in _blocks(data, columns):
            copy.write(block)
    return int(data.num_rows)


def _blocks(data: pa.Table, columns: Sequence[str]) -> Iterator[memoryview]:
    """CSV blocks; the next one is written while the server takes the one before."""
    starts = range(0, data.num_rows, BLOCK_ROWS)
    if len(starts) == 1:
        yield _csv(data, columns)
        return
    with ThreadPoolExecutor(1, thread_name_prefix="copy") as writer:
        waiting = writer.submit(_csv, data.slice(0, BLOCK_ROWS), columns)
        for start in starts[1:]:
            block = waiting.result()
            waiting = writer.submit(_csv, data.slice(start, BLOCK_ROWS), columns)
            yield block
        yield waiting.result()


def _csv(rows: pa.Table, columns: Sequence[str]) -> memoryview:
    block = pa.table([_copyable(rows.column(name)) for name in columns], list(columns))
    sink = pa.BufferOutputStream()
    pacsv.write_csv(block, sink, write_options=pacsv.WriteOptions(include_header=False, quoting_style="needed"))
    return memoryview(sink.getvalue())


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


def plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column with its values in their places instead of a dictionary."""
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def _copyable(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Arrow's CSV writer has no decimals: such a column becomes text first."""
    column = plain(column)
    return column.cast(pa.string()) if pa.types.is_decimal(column.type) else column
