"""Brings the files of one table up to date with the rows that changed, without reading the table of record again.

Files are immutable. Changed rows go into a new file of their partition; only files that hold an older version of such a
row are written again without it. A day's late rows over all months so cost what they weigh, not what the year weighs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from weijian.foundation.snapshots import lake
from weijian.foundation.snapshots.reading import CHANGED

#: A partition keeps at most so many files below a quarter of the full size; then the small ones are put together.
SMALL_FILES = 4


@dataclass(frozen=True)
class Changed:
    """Changed rows of one partition: the files that hold their current versions, the ids of all, and which changes
    wrote them."""

    partition: str
    files: tuple[lake.LakeFile, ...]
    ids: pa.Array
    changes: frozenset[int]


def write_changed(table: str, partition: str, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Changed:
    """Write the current versions of changed rows; rows come with the columns of :data:`reading.CHANGED`."""
    rows = pa.Table.from_batches(list(batches), schema)
    ids = rows.column(0).combine_chunks()
    changes = frozenset(pc.unique(rows.column(CHANGED[0])).to_pylist())
    standing = rows.filter(pc.invert(rows.column(CHANGED[1]))).drop_columns(list(CHANGED))
    files = lake.write_partition(table, partition, standing.to_batches(), standing.schema)
    return Changed(partition, tuple(files), ids, changes)


def without(files: Sequence[lake.LakeFile], key: str, ids: pa.Array) -> list[lake.LakeFile]:
    """The files with those rows taken out; files that hold none of them stay as they are."""
    if not files or not len(ids):
        return list(files)
    found = set(_holding(files, key, ids))
    kept = []
    for file in files:
        if file.path not in found:
            kept.append(file)
            continue
        rows = pq.read_table(lake.root() / file.path)
        rows = rows.filter(pc.invert(pc.is_in(rows.column(key), value_set=ids)))
        if rows.num_rows:
            kept.append(lake.write_file(file.table, file.partition, rows))
    return kept


def _holding(files: Sequence[lake.LakeFile], key: str, ids: pa.Array) -> list[str]:
    """Paths of the files in which one of the ids stands."""
    paths = {str(lake.root() / file.path): file.path for file in files}
    with duckdb.connect(config={"threads": 2}) as work:
        work.register("touched", pa.table({"id": ids}))
        rows = work.execute(
            f'SELECT DISTINCT filename FROM read_parquet(?, filename = true) WHERE "{key}" IN (SELECT id FROM touched)',
            [list(paths)],
        ).fetchall()
    return [paths[str(row[0])] for row in rows]


def put_together(files: Sequence[lake.LakeFile]) -> list[lake.LakeFile]:
    """The files of one partition with its small ones made into one, once there are more than :data:`SMALL_FILES`."""
    small = [file for file in files if file.rows < lake.CHUNK_ROWS // 4]
    if len(small) <= SMALL_FILES:
        return list(files)
    rows = pa.concat_tables([pq.read_table(lake.root() / file.path) for file in small])
    made = lake.write_partition(small[0].table, small[0].partition, rows.to_batches(), rows.schema)
    return [*(file for file in files if file not in small), *made]
