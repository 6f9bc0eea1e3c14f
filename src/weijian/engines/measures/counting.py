"""Counts cubes of a snapshot's files and remembers them by content, so that only files that changed are counted again.

Flows are counted file by file in one pass over all files that are new. Stocks and components that join whole tables are
counted over the table. A cube that depends on who the persons are names the files of persons that it was counted with:
it holds while all of them are still there, because a new identity only adds a file and a new link replaces one.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from weijian.definitions.measures import Component
from weijian.definitions.record_kinds import RecordKind
from weijian.engines.measures.cubes import CubeQuery, joined_sql
from weijian.engines.measures.lake import open_kind, quoted

_PERSON = "person"


@dataclass(frozen=True)
class SnapshotFiles:
    """Files of one snapshot by table: path and content hash in partition order."""

    files: Mapping[str, Sequence[tuple[Path, str]]]

    def paths(self) -> dict[str, list[Path]]:
        """Paths only."""
        return {table: [path for path, _hash in found] for table, found in self.files.items()}

    def digest(self, tables: Sequence[str]) -> str:
        """One hash over the contents of some tables."""
        text = "".join(digest for table in tables for _path, digest in self.files.get(table, ()))
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class CubeCache:
    """Counts over one snapshot through a connection that has its tables open; ``folder`` keeps the cubes as Parquet.

    Files in the folder are named by content and may be removed at any time.
    """

    connection: duckdb.DuckDBPyConnection
    snapshot: SnapshotFiles
    folder: Path

    def flows(self, kind: RecordKind, query: CubeQuery) -> list[Path]:
        """Cubes of a flow query, one for each file of the kind."""
        return self._by_file(kind, query.sql(), kind.table, "", persons=False)

    def stock(self, kind: RecordKind, query: CubeQuery, days: Sequence[date]) -> Path:
        """Cube of a stock query on the days of table ``month_end``."""
        digest = self.snapshot.digest([kind.table]) + str(days)
        return self._whole(query.sql(), kind.table, digest, persons=bool(query.components[0].distinct))

    def joined(self, kind: RecordKind, component: Component) -> list[Path]:
        """Cubes of a component that joins tables: by file of its kind where it reads the kind's table once."""
        others = [table for table in component.tables if table not in (kind.table, _PERSON)]
        name = f"{kind.table}-joined"
        if len(re.findall(rf"\b{kind.table}\b", component.sql or "")) == 1:
            sql = joined_sql(component, by_file=True)
            return self._by_file(kind, sql, name, self.snapshot.digest(others), persons=_PERSON in component.tables)
        digest = self.snapshot.digest([kind.table, *others])
        return [self._whole(joined_sql(component), name, digest, persons=_PERSON in component.tables)]

    def _by_file(self, kind: RecordKind, sql: str, name: str, others: str, *, persons: bool) -> list[Path]:
        files = list(self.snapshot.files.get(kind.table, ()))
        targets = {path: self._path(sql, name, digest + others) for path, digest in files}
        missing = [path for path, target in targets.items() if not self._holds(target, persons)]
        if missing:
            open_kind(self.connection, kind, missing, with_filename=True)
            self.connection.execute(f"CREATE OR REPLACE TEMP TABLE by_file AS {sql}")
            open_kind(self.connection, kind, [path for path, _digest in files])
            for path in missing:
                rows = f"SELECT * EXCLUDE (filename) FROM by_file WHERE filename = '{quoted(path)}'"
                self._write(rows, targets[path], persons)
            self.connection.execute("DROP TABLE by_file")
        return list(targets.values())

    def _whole(self, sql: str, name: str, digest: str, *, persons: bool) -> Path:
        target = self._path(sql, name, digest)
        if not self._holds(target, persons):
            self._write(sql, target, persons)
        return target

    def _holds(self, target: Path, persons: bool) -> bool:
        if not target.exists():
            return False
        if not persons:
            return True
        counted_with = target.with_suffix(".persons")
        return counted_with.exists() and set(counted_with.read_text().split()) <= self._person_files()

    def _write(self, sql: str, target: Path, persons: bool) -> None:
        temporary = target.with_suffix(f".{os.getpid()}.part")
        if persons:
            # Before the cube itself: one that is there without its list is counted again.
            temporary.write_text("\n".join(sorted(self._person_files())))
            target.unlink(missing_ok=True)
            os.replace(temporary, target.with_suffix(".persons"))
        self.connection.execute(f"COPY ({sql}) TO '{quoted(temporary)}' (FORMAT parquet, COMPRESSION zstd)")
        os.replace(temporary, target)

    def _person_files(self) -> set[str]:
        return {digest for _path, digest in self.snapshot.files.get(_PERSON, ())}

    def _path(self, sql: str, name: str, digest: str) -> Path:
        content = hashlib.sha256(digest.encode()).hexdigest()[:16]
        fingerprint = hashlib.sha256(sql.encode()).hexdigest()[:16]
        return self.folder / f"{name}-{content}-{fingerprint}.parquet"
