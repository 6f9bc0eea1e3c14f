"""Recognises a submitted file: its hash, format, encoding and delimiter, before a single row is believed."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from weijian.definitions.record_kinds import RecordKind
from weijian.engines.intake.headers import HeaderMapping, map_headers
from weijian.kernel.errors import WeijianError

#: A workbook may unpack to at most this many bytes, and to this many times its packed size.
XLSX_MAX_BYTES = 600 * 2**20
XLSX_MAX_RATIO = 200

#: Text files up to this size are read once and held; larger ones are streamed from disk.
HELD_BYTES = 16 * 2**20

_CHUNK = 2**20


@dataclass
class OpenedFile:
    """A file ready to be read: how it was recognised, and the headers as they stand in it.

    ``content`` is the UTF-8 text of a small text file; where it is None the rows are read from ``path``.
    """

    path: Path
    sha256: str
    size: int
    format: str
    encoding: str = ""
    delimiter: str = ""
    headers: tuple[str, ...] = ()
    mapping: HeaderMapping | None = None
    notes: list[str] = field(default_factory=list)
    content: bytes | None = None


@contextmanager
def opened(path: Path, kind: RecordKind) -> Iterator[OpenedFile]:
    """Hash the file, recognise it, and hold a UTF-8 copy where it needed transcoding; the copy is gone afterwards.

    Raises WeijianError with a code ``intake.file_…`` where the file cannot be read at all.
    """
    size = path.stat().st_size
    if size == 0:
        raise WeijianError("intake.file_empty", "文件是空的。", path.name, "下载模板后重新填写")
    content = path.read_bytes() if size <= HELD_BYTES else None
    digest = hashlib.sha256(content).hexdigest() if content is not None else _digest(path)
    head = content[:4096] if content is not None else _head(path)
    if head[:4] == b"PAR1":
        from weijian.engines.intake.tables import parquet_headers

        found = OpenedFile(path, digest, size, "parquet", headers=parquet_headers(path))
        found.mapping = map_headers(kind, found.headers)
        yield found
    elif head[:4] == b"PK\x03\x04":
        _refuse_bomb(path, size)
        yield OpenedFile(path, digest, size, "xlsx")
    elif head[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        yield OpenedFile(path, digest, size, "xls")
    elif content is not None:
        text, encoding = _decoded(content)
        yield _text_file(OpenedFile(path, digest, size, "csv", encoding, content=text), kind, text[:65536])
    else:
        with _as_utf8(path) as (readable, encoding):
            yield _text_file(OpenedFile(readable, digest, size, "csv", encoding), kind, _head(readable, 65536))


def sha256_of(path: Path) -> str:
    """Hash of a file, read in blocks."""
    return _digest(path)


def _text_file(found: OpenedFile, kind: RecordKind, head: bytes) -> OpenedFile:
    if head.lstrip(codecs.BOM_UTF8).lstrip()[:1] == b"{":
        found.format = "ndjson"
        return found
    text = head.decode("utf-8-sig", errors="ignore")
    found.delimiter = _delimiter(text)
    found.headers = tuple(next(csv.reader(io.StringIO(text, newline=""), delimiter=found.delimiter), ()))
    found.mapping = map_headers(kind, found.headers)
    return found


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _head(path: Path, size: int = 4096) -> bytes:
    with path.open("rb") as stream:
        return stream.read(size)


def _refuse_bomb(path: Path, size: int) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        raise WeijianError("intake.file_broken", "文件损坏或不完整,无法读取。", "", "重新导出后再报送") from None
    if unpacked > XLSX_MAX_BYTES or unpacked > max(size * XLSX_MAX_RATIO, 2**20):
        raise WeijianError("intake.file_bomb", "压缩文件展开后过大,已拒绝。", "", "改用 CSV 报送")


def _decoded(content: bytes) -> tuple[bytes, str]:
    """The content as UTF-8 without mark, and the encoding that it had."""
    if content.startswith(codecs.BOM_UTF8):
        encoding, body = "utf-8-sig", content[3:]
    elif content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding, body = "utf-16", content
    else:
        encoding, body = "utf-8", content
    for name in (encoding.removesuffix("-sig"), "gb18030"):
        try:
            text = body.decode(name)
        except UnicodeDecodeError:
            continue
        return (body if name == "utf-8" else text.encode("utf-8")), encoding if name != "gb18030" else name
    raise _unknown_encoding()


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
                raise _unknown_encoding() from None
        copy.flush()
        yield Path(copy.name), encoding


def _unknown_encoding() -> WeijianError:
    return WeijianError("intake.file_encoding", "无法识别文件编码。", "", "另存为 UTF-8 编码的 CSV")


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


def _delimiter(text: str) -> str:
    line = text.splitlines()[0] if text.strip() else ""
    counts = {mark: line.count(mark) for mark in (",", "\t", ";", "|", "，")}
    return max(counts, key=lambda mark: counts[mark]) if any(counts.values()) else ","


def csv_bytes(rows: list[list[str]]) -> bytes:
    """Rows as a UTF-8 CSV with BOM for Excel; a leading ``= + - @`` is defused so that no cell runs as a formula."""
    sink = io.StringIO()
    writer = csv.writer(sink)
    for row in rows:
        writer.writerow([f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell for cell in row])
    return codecs.BOM_UTF8 + sink.getvalue().encode("utf-8")
