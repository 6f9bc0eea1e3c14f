"""The lake: immutable Parquet files and manifests under the home; a file is never changed, only superseded."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings


@dataclass(frozen=True)
class LakeFile:
    """One Parquet file: its table, partition, path below the lake, rows and content hash."""

    table: str
    partition: str
    path: str
    rows: int
    sha256: str


def root() -> Path:
    """Folder of the lake."""
    return Path(settings.HOME) / "lake"


#: Rows of one file at most. A correction rewrites the one file that holds its row, so files must not be large; a month
#: of a district's visits takes a handful of them.
CHUNK_ROWS = 262_144


def write_partition(table: str, partition: str, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> list[LakeFile]:
    """Write rows of one partition as files of at most :data:`CHUNK_ROWS` rows; no rows, no file."""
    files: list[LakeFile] = []
    held: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        while batch.num_rows:
            part = batch.slice(0, CHUNK_ROWS - rows)
            batch = batch.slice(part.num_rows)
            held.append(part)
            rows += part.num_rows
            if rows == CHUNK_ROWS:
                files.append(write_file(table, partition, pa.Table.from_batches(held, schema)))
                held, rows = [], 0
    if rows:
        files.append(write_file(table, partition, pa.Table.from_batches(held, schema)))
    return files


def write_file(table: str, partition: str, rows: pa.Table) -> LakeFile:
    """Write one file under a name that carries its hash; equal content gives the same file."""
    folder = root() / "data" / table
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".{partition}.{os.getpid()}.{os.urandom(4).hex()}.part"
    try:
        pq.write_table(
            rows,
            temporary,
            compression="zstd",
            compression_level=1,
            # A dictionary of a row's own numbers costs more than it saves; codes and places repeat.
            use_dictionary=[field.name for field in rows.schema if _repeats(field)],
        )
        digest = file_sha256(temporary)
        target = folder / f"{partition}-{digest[:16]}.parquet"
        _sync(temporary)
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
    return LakeFile(table, partition, str(target.relative_to(root())), rows.num_rows, digest)


def _repeats(field: pa.Field) -> bool:
    return pa.types.is_string(field.type) or field.name in ("institution_id", "organisation_id", "area_id", "place_id")


def write_manifest(files: list[LakeFile], meta: dict[str, object]) -> str:
    """Write the manifest of all files under its own hash and return the hash."""
    content = json.dumps(
        {"meta": meta, "files": [asdict(file) for file in sorted(files, key=lambda f: (f.table, f.partition, f.path))]},
        ensure_ascii=False,
        sort_keys=True,
    ).encode()
    digest = hashlib.sha256(content).hexdigest()
    for table in {file.table for file in files}:
        _sync(root() / "data" / table)  # the names of all files are durable before the manifest names them
    folder = root() / "manifests"
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{digest}.json"
    if not target.exists():
        temporary = folder / f".{digest}.{os.getpid()}.part"
        temporary.write_bytes(content)
        _sync(temporary)
        os.replace(temporary, target)
        _sync(folder)
    return digest


def read_manifest(sha256: str) -> tuple[list[LakeFile], dict[str, object]]:
    """Files and meta of a manifest; its content must still have the hash that names it."""
    content = (root() / "manifests" / f"{sha256}.json").read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ValueError(f"manifest {sha256} was changed")
    data = json.loads(content)
    return [LakeFile(**file) for file in data["files"]], data["meta"]


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
