"""Files brought up to date with random changes hold exactly the rows that the last version of each row gives."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from weijian.foundation.snapshots import lake, rewriting
from weijian.foundation.snapshots.reading import CHANGED

SCHEMA = pa.schema([("id", pa.int64()), ("code", pa.string()), ("value", pa.int64())])
WITH_CHANGES = SCHEMA.append(pa.field(CHANGED[0], pa.int64())).append(pa.field(CHANGED[1], pa.bool_()))
TABLE, PARTITION = "drawn_table", "2017-03"


@pytest.fixture(scope="module", autouse=True)
def small_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A lake of its own with files of sixteen rows, so that a few hundred rows make many."""
    folder = tmp_path_factory.mktemp("lake")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lake, "root", lambda: folder)
        patch.setattr(lake, "CHUNK_ROWS", 16)
        yield folder


def _batch(rows: dict[int, int]) -> pa.Table:
    return pa.table([list(rows), [str(one % 3) for one in rows], list(rows.values())], schema=SCHEMA)


def _changed(rows: dict[int, int | None], change: int) -> pa.Table:
    return pa.table(
        [
            list(rows),
            [str(one % 3) for one in rows],
            [0 if value is None else value for value in rows.values()],
            [change] * len(rows),
            [value is None for value in rows.values()],
        ],
        schema=WITH_CHANGES,
    )


def _held(files: list[lake.LakeFile]) -> dict[int, int]:
    found: dict[int, int] = {}
    for file in files:
        rows = pq.read_table(lake.root() / file.path).to_pydict()
        assert len(rows["id"]) == file.rows <= lake.CHUNK_ROWS
        assert not found.keys() & set(rows["id"]), "a row stands in two files"
        found |= dict(zip(rows["id"], rows["value"], strict=True))
    return found


@given(st.integers(0, 100_000))
def test_days_of_new_corrected_and_withdrawn_rows_give_what_a_full_reading_gives(seed: int) -> None:
    rng = random.Random(seed)
    now = {number: rng.randrange(1000) for number in range(rng.randrange(80))}
    files = lake.write_partition(TABLE, PARTITION, _batch(now).to_batches(), SCHEMA)
    for day in range(1, 6):
        new = {1000 * day + number: rng.randrange(1000) for number in range(rng.randrange(20))}
        touched = rng.sample(sorted(now), min(len(now), rng.randrange(4)))
        changes: dict[int, int | None] = {**new, **{one: rng.choice([None, rng.randrange(1000)]) for one in touched}}
        if not changes:
            continue
        table = _changed(changes, day)
        changed = rewriting.write_changed(TABLE, PARTITION, table.to_batches(), table.schema)
        assert changed.changes == {day}
        files = rewriting.put_together([*rewriting.without(files, "id", changed.ids), *changed.files])
        now = {one: value for one, value in {**now, **changes}.items() if value is not None}
        assert _held(files) == now
    small = [file for file in files if file.rows < lake.CHUNK_ROWS // 4]
    assert len(small) <= rewriting.SMALL_FILES + 1


def test_only_files_that_hold_a_changed_row_are_written_again() -> None:
    files = lake.write_partition(TABLE, PARTITION, _batch(dict.fromkeys(range(64), 1)).to_batches(), SCHEMA)
    kept = rewriting.without(files, "id", pa.array([20, 9999], pa.int64()))
    assert len(files) == len(kept) == 4
    assert [one.path == other.path for one, other in zip(files, kept, strict=True)] == [True, False, True, True]
    assert rewriting.without(files, "id", pa.array([9999], pa.int64())) == files
