"""Opens a submitted file of any of the four formats as text rows in DuckDB: encoding, delimiter and size checked first."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa
import python_calamine

from weijian.definitions.record_kinds import RecordKind
from weijian.engines.intake.headers import HeaderMapping, map_headers, template_columns
from weijian.kernel.errors import WeijianError

#: A workbook may unpack to at most this many bytes, and to this many times its packed size.
XLSX_MAX_BYTES = 600 * 2**20
XLSX_MAX_RATIO = 200

_CHUNK = 2**20


@dataclass
class OpenedFile:
    """A file ready to be read: how it was recognised, and the headers as they stand in it."""

    path: Path
    sha256: str
    size: int
    format: str
    encoding: str = ""
    delimiter: str = ""
    mapping: HeaderMapping | None = None
    notes: list[str] = field(default_factory=list)


@contextmanager
def opened(path: Path, kind: RecordKind) -> Iterator[OpenedFile]:
    """Hash the file, recognise it, and hold a UTF-8 copy where it needed transcoding; the copy is gone afterwards.

    Raises WeijianError with a code ``intake.file_…`` where the file cannot be read at all.
    """
    size = path.stat().st_size
    if size == 0:
        raise WeijianError("intake.file_empty", "文件是空的。", path.name, "下载模板后重新填写")
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    with path.open("rb") as stream:
        head = stream.read(4096)
    if head[:4] == b"PAR1":
        found = OpenedFile(path, digest, size, "parquet")
        found.mapping = map_headers(kind, _parquet_headers(path))
        yield found
    elif head[:4] == b"PK\x03\x04":
        _refuse_bomb(path, size)
        yield OpenedFile(path, digest, size, "xlsx")
    elif head[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        yield OpenedFile(path, digest, size, "xls")
    else:
        with _as_utf8(path) as (readable, encoding):
            if head.lstrip(codecs.BOM_UTF8).lstrip()[:1] == b"{":
                yield OpenedFile(readable, digest, size, "ndjson", encoding)
            else:
                delimiter = _delimiter(readable)
                found = OpenedFile(readable, digest, size, "csv", encoding, delimiter)
                found.mapping = map_headers(kind, _csv_headers(readable, delimiter))
                yield found


def load_raw(
    connection: duckdb.DuckDBPyConnection,
    kind: RecordKind,
    file: OpenedFile,
    *,
    file_no: int,
    institution: tuple[int, int],
    received_on: str,
    received_seq: int,
) -> int:
    """Append the file's rows to ``raw`` and return their number; required columns must be there.

    ``institution`` is (id, area id) of the submitter. Line numbers are those a person sees: the header is line 1.
    """
    relation, headers = _relation(connection, kind, file)
    mapping = file.mapping or map_headers(kind, headers)
    file.mapping = mapping
    if mapping.missing:
        names = "、".join(column.zh for column in mapping.missing)
        raise WeijianError("intake.missing_column", f"缺少必填列:{names}。", "第1行", "按模板补上这些列")
    columns = []
    for column in template_columns(kind):
        header = mapping.columns.get(column.name)
        columns.append(f'"{_escape(header)}"::VARCHAR' if header is not None else "NULL")
    before = connection.execute("SELECT count(*) FROM raw").fetchone()
    connection.execute(
        f"INSERT INTO raw SELECT {file_no}, line_no, {received_seq} + line_no, {institution[0]}, {institution[1]}, "
        f"DATE '{received_on}', {', '.join(columns)} FROM (SELECT row_number() OVER () + 1 AS line_no, * FROM {relation})"
        + (f" WHERE NOT ({' AND '.join(f'{name} IS NULL' for name in columns if name != 'NULL')})")
    )
    after = connection.execute("SELECT count(*) FROM raw").fetchone()
    assert before is not None and after is not None
    return int(after[0] - before[0])


def _relation(connection: duckdb.DuckDBPyConnection, kind: RecordKind, file: OpenedFile) -> tuple[str, list[str]]:
    name = str(file.path).replace("'", "''")
    if file.format == "csv":
        sql = (
            f"read_csv('{name}', all_varchar = true, header = true, delim = '{file.delimiter}', quote = '\"', "
            f"escape = '\"', null_padding = true, strict_mode = false, max_line_size = 4000000)"
        )
        return _checked(connection, sql, file), _csv_headers(file.path, file.delimiter)
    if file.format == "parquet":
        return _checked(connection, f"read_parquet('{name}')", file), _parquet_headers(file.path)
    if file.format == "ndjson":
        table = _ndjson_table(file.path)
    else:
        table = _sheet_table(file.path, kind)
    connection.register("submitted", table)
    return "submitted", table.column_names


def _checked(connection: duckdb.DuckDBPyConnection, sql: str, file: OpenedFile) -> str:
    try:
        connection.execute(f"SELECT * FROM {sql} LIMIT 0")
    except duckdb.Error:
        raise WeijianError("intake.file_broken", "文件损坏或不完整,无法读取。", "", "重新导出后再报送") from None
    return sql


def _csv_headers(path: Path, delimiter: str) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return next(csv.reader(stream, delimiter=delimiter), [])


def _parquet_headers(path: Path) -> list[str]:
    import pyarrow.parquet as pq

    try:
        return list(pq.read_schema(path).names)
    except (pa.ArrowException, OSError):
        raise WeijianError("intake.file_broken", "Parquet 文件不完整,无法读取。", "", "重新导出后再报送") from None


def _ndjson_table(path: Path) -> pa.Table:
    rows: list[dict[str, object]] = []
    with path.open(encoding="utf-8-sig") as stream:
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except json.JSONDecodeError:
                raise WeijianError("intake.file_json", f"第{number}行不是有效的JSON。", f"第{number}行", "每行一个JSON对象") from None
            if not isinstance(row, dict):
                raise WeijianError("intake.file_json", f"第{number}行不是JSON对象。", f"第{number}行", "每行一个JSON对象")
            rows.append(row)
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pa.table({name: pa.array([_text(row.get(name)) for row in rows], pa.string()) for name in names})


def _sheet_table(path: Path, kind: RecordKind) -> pa.Table:
    """The first sheet that has the kind's headers within its first ten rows (title rows and merged cells above are passed)."""
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
    except python_calamine.CalamineError:
        raise WeijianError("intake.file_broken", "Excel 文件损坏或有密码,无法读取。", "", "另存为新的 .xlsx 后再报送") from None
    best: tuple[int, list[str], list[list[object]]] | None = None
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for index, row in enumerate(rows[:10]):
            headers = [_text(cell) or "" for cell in row]
            score = len(map_headers(kind, headers).columns)
            if score > (best[0] if best else 0):
                best = (score, headers, rows[index + 1 :])
    if best is None:
        raise WeijianError("intake.file_header", "工作簿中没有找到模板的表头。", "", "使用下载的模板填写")
    _score, headers, rows = best
    names = _unique(headers)
    return pa.table(
        {
            name: pa.array([_text(row[index]) if index < len(row) else None for row in rows], pa.string())
            for index, name in enumerate(names)
        }
    )


def _unique(headers: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    names = []
    for index, header in enumerate(headers):
        name = header or f"_{index}"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return names


def _text(cell: object) -> str | None:
    """A cell as the text that a person typed: whole floats without a fraction, dates in ISO form."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if hasattr(cell, "isoformat"):
        return str(cell.isoformat())[:10]
    return str(cell)


def _refuse_bomb(path: Path, size: int) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        raise WeijianError("intake.file_broken", "文件损坏或不完整,无法读取。", "", "重新导出后再报送") from None
    if unpacked > XLSX_MAX_BYTES or unpacked > size * XLSX_MAX_RATIO:
        raise WeijianError("intake.file_bomb", "压缩文件展开后过大,已拒绝。", "", "改用 CSV 报送")


@contextmanager
def _as_utf8(path: Path) -> Iterator[tuple[Path, str]]:
    """The file itself where it is UTF-8, else a UTF-8 copy of its GB18030 (or UTF-16) text."""
    encoding = _encoding(path)
    if encoding in ("utf-8", "utf-8-sig"):
        yield path, encoding
        return
    with tempfile.NamedTemporaryFile("wb", suffix=".csv") as copy:
        with path.open(encoding=encoding, newline="", errors="strict") as stream:
            try:
                while block := stream.read(_CHUNK):
                    copy.write(block.encode("utf-8"))
            except UnicodeDecodeError:
                raise WeijianError("intake.file_encoding", "无法识别文件编码。", "", "另存为 UTF-8 编码的 CSV") from None
        copy.flush()
        yield Path(copy.name), encoding


def _encoding(path: Path) -> str:
    with path.open("rb") as stream:
        head = stream.read(4)
        if head.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        stream.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")("strict")
        try:
            while block := stream.read(_CHUNK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "gb18030"
    return "utf-8"


def _delimiter(path: Path) -> str:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        line = stream.readline()
    counts = {mark: line.count(mark) for mark in (",", "\t", ";", "|", ",")}
    return max(counts, key=lambda mark: counts[mark]) if any(counts.values()) else ","


def _escape(header: str) -> str:
    return header.replace('"', '""')


def csv_bytes(rows: list[list[str]]) -> bytes:
    """Rows as a UTF-8 CSV with BOM for Excel; a leading ``= + - @`` is defused so that no cell runs as a formula."""
    sink = io.StringIO()
    writer = csv.writer(sink)
    for row in rows:
        writer.writerow([f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell for cell in row])
    return codecs.BOM_UTF8 + sink.getvalue().encode("utf-8")
