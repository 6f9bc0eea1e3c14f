"""Reads a recognised file as tables of text under the template's names, block by block, whatever its format."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from weijian.definitions.record_kinds import RecordKind
from weijian.engines.intake.files import OpenedFile
from weijian.engines.intake.headers import HeaderMapping, map_headers, template_columns
from weijian.engines.intake.loose_tables import ndjson_table, sheet_table
from weijian.kernel.errors import WeijianError

#: Bytes of CSV read at once from a large file, and rows at once from Parquet or by the patient reader.
BLOCK_BYTES = 16 * 2**20
BLOCK_ROWS = 100_000


def text_tables(file: OpenedFile, kind: RecordKind) -> Iterator[pa.Table]:
    """Tables with ``line_no`` and one text column per template column (NULL where the file lacks it).

    Rows without a single filled cell are left out; line numbers are those a person sees, the header is line 1. Sets
    ``file.mapping``. Raises WeijianError where a required column is missing or the file breaks off.
    """
    if file.format == "csv":
        mapping = _accepted(kind, file, file.headers)
        tables = _csv_tables(file, mapping)
    elif file.format == "parquet":
        mapping = _accepted(kind, file, file.headers)
        tables = _parquet_tables(file.path, mapping)
    else:
        table, first_line = (
            ndjson_table(file.path, file.content) if file.format == "ndjson" else sheet_table(file.path, kind)
        )
        mapping = _accepted(kind, file, table.column_names)
        tables = iter([(table, first_line)])
    for table, first_line in tables:
        yield _under_template(kind, mapping, table, first_line)


def parquet_headers(path: Path) -> tuple[str, ...]:
    """Column names of a Parquet file; a truncated one is refused here."""
    try:
        return tuple(pq.read_schema(path).names)
    except (pa.ArrowException, OSError):
        raise WeijianError("intake.file_broken", "Parquet 文件不完整,无法读取。", "", "重新导出后再报送") from None


def _accepted(kind: RecordKind, file: OpenedFile, headers: Sequence[str]) -> HeaderMapping:
    mapping = file.mapping = file.mapping or map_headers(kind, headers)
    if mapping.missing:
        names = "、".join(column.zh for column in mapping.missing)
        raise WeijianError("intake.missing_column", f"缺少必填列:{names}。", "第1行", "按模板补上这些列")
    return mapping


def _under_template(kind: RecordKind, mapping: HeaderMapping, table: pa.Table, first_line: int | pa.Array) -> pa.Table:
    lines = first_line
    if isinstance(first_line, int):
        lines = pa.array(range(first_line, first_line + table.num_rows), pa.int64())
    columns: dict[str, object] = {"line_no": lines}
    filled = None
    for column in template_columns(kind):
        header = mapping.columns.get(column.name)
        if header is None:
            columns[column.name] = pa.nulls(table.num_rows, pa.string())
            continue
        cells = columns[column.name] = _text_column(table.column(header))
        if filled is None or not pc.all(filled).as_py():
            here = pc.fill_null(pc.not_equal(cells, ""), False)
            filled = here if filled is None else pc.or_(filled, here)
    found = pa.table(columns)
    return found if filled is None or pc.all(filled).as_py() else found.filter(filled)


def _text_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_boolean(column.type):
        return pc.if_else(column, "是", "否")
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.date32(), safe=False)
    try:
        return column.cast(pa.string())
    except pa.ArrowException:
        raise WeijianError("intake.file_type", "文件中有无法读成文本的列。", "", "把各列存为文本、数字或日期") from None


def _csv_tables(file: OpenedFile, mapping: HeaderMapping) -> Iterator[tuple[pa.Table, int | pa.Array]]:
    """Arrow's reader for orderly files; from the first row that it does not understand, the patient one."""
    read = 0
    plain_headers = len(set(file.headers)) == len(file.headers) and not any("\n" in header for header in file.headers)
    if plain_headers and len(file.delimiter.encode()) == 1:
        try:
            for table in _quick_tables(file, mapping):
                yield table, read + 2
                read += table.num_rows
            return
        except pa.ArrowException:
            pass  # ragged rows, empty lines or broken quotes
    yield from _patient_tables(file, mapping, read)


def _quick_tables(file: OpenedFile, mapping: HeaderMapping) -> Iterator[pa.Table]:
    wanted = list(mapping.columns.values())
    parse = pacsv.ParseOptions(
        delimiter=file.delimiter,
        newlines_in_values=file.content is None or b'"' in file.content,
        ignore_empty_lines=False,
    )
    convert = pacsv.ConvertOptions(column_types={name: pa.string() for name in file.headers}, include_columns=wanted)
    if file.content is not None:
        body = file.content.rstrip(b"\r\n")
        if b"\n" not in body:
            return
        options = pacsv.ReadOptions(
            column_names=list(file.headers), skip_rows=1, use_threads=False, block_size=max(len(body), 1024) + 1
        )
        yield pacsv.read_csv(pa.BufferReader(body), options, parse, convert)
        return
    options = pacsv.ReadOptions(column_names=list(file.headers), skip_rows=1, use_threads=True, block_size=BLOCK_BYTES)
    with pacsv.open_csv(str(file.path), options, parse, convert) as reader:
        for batch in reader:
            yield pa.Table.from_batches([batch])


def _patient_tables(file: OpenedFile, mapping: HeaderMapping, skip: int) -> Iterator[tuple[pa.Table, pa.Array]]:
    """Row by row: short rows are filled up, empty lines passed over, and every row keeps its own line number."""
    with _text_stream(file) as stream:
        reader = csv.reader(stream, delimiter=file.delimiter)
        positions = {header: file.headers.index(header) for header in mapping.columns.values()}
        numbered = ((number, row) for number, row in enumerate(_rows(reader), start=1) if number > 1 and row)
        rest: Iterable[tuple[int, list[str]]] = islice(numbered, skip, None)
        while block := list(islice(rest, BLOCK_ROWS)):
            columns = {
                header: pa.array([row[place] if place < len(row) else None for _number, row in block], pa.string())
                for header, place in positions.items()
            }
            yield pa.table(columns), pa.array([number for number, _row in block], pa.int64())


def _rows(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:
            line = reader.line_num  # type: ignore[attr-defined]
            raise WeijianError(
                "intake.file_quotes", "引号不成对,无法分行。", f"第{line}行附近", "核对该行的英文双引号"
            ) from None


def _text_stream(file: OpenedFile) -> io.TextIOBase:
    if file.content is not None:
        return io.StringIO(file.content.decode("utf-8"), newline="")
    return file.path.open(encoding="utf-8-sig", newline="")


def _parquet_tables(path: Path, mapping: HeaderMapping) -> Iterator[tuple[pa.Table, int]]:
    line = 2
    try:
        with pq.ParquetFile(path) as parquet:
            for batch in parquet.iter_batches(BLOCK_ROWS, columns=list(mapping.columns.values())):
                yield pa.Table.from_batches([batch]), line
                line += batch.num_rows
    except (pa.ArrowException, OSError):
        raise WeijianError(
            "intake.file_broken", "Parquet 文件不完整,无法读取。", f"第{line}行之后", "重新导出后再报送"
        ) from None
