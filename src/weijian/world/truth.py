"""What only tests may know: whose row each is, how it was soiled, and what a correct intake makes of it."""

from __future__ import annotations

import enum
import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
from numpy.typing import NDArray


class Soil(enum.IntEnum):
    """What is wrong with a submitted row."""

    CLEAN = 0
    DUPLICATE_WITHIN = 1
    DUPLICATE_ACROSS = 2
    BEFORE_CORRECTION = 3
    LATE = 4
    IMPOSSIBLE = 5
    ID_TYPO = 6
    NAME_VARIANT = 7
    FULL_WIDTH = 8
    MISSING_CODE = 9
    RESENT_FILE = 10
    UNKNOWN_CODE = 11
    OVERTAKEN = 12  # the first version of a row whose second version came before it
    STILL_OPEN = 13  # a matter sent while it was open; how it ended follows in a later file


class Outcome(enum.IntEnum):
    """State of a submitted row once every file has been taken in. The four add up to the rows received."""

    ACCEPTED = 0
    DUPLICATE = 1
    SUPERSEDED = 2
    QUARANTINED = 3


SCHEMA = pa.schema(
    [
        ("file", pa.dictionary(pa.int32(), pa.string())),
        ("row", pa.int32()),
        ("source_id", pa.string()),
        ("subject", pa.int64()),
        ("soil", pa.int8()),
        ("outcome", pa.int8()),
    ]
)


class TruthWriter:
    """Writes one Parquet file per dataset under ``truth/`` and the expected receipts; use as a context manager."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._folder.mkdir(parents=True, exist_ok=True)
        self._writers: dict[str, parquet.ParquetWriter] = {}
        self.receipts: dict[str, Counter[str]] = defaultdict(Counter)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        for writer in self._writers.values():
            writer.close()

    def add(
        self,
        dataset: str,
        file: str,
        source_ids: pa.Array,
        subjects: NDArray[np.int64],
        soil: NDArray[np.int8],
        outcome: NDArray[np.int8],
    ) -> None:
        """Record the rows of one file in the order in which they stand there."""
        rows = len(source_ids)
        name = pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, dtype=np.int32)), pa.array([file]))
        columns = [name, pa.array(np.arange(1, rows + 1, dtype=np.int32)), source_ids]
        columns += [pa.array(subjects), pa.array(soil), pa.array(outcome)]
        table = pa.Table.from_arrays(columns, schema=SCHEMA)
        if dataset not in self._writers:
            self._writers[dataset] = parquet.ParquetWriter(
                self._folder / f"{dataset}.parquet", SCHEMA, compression="zstd"
            )
        self._writers[dataset].write_table(table)
        counts = np.bincount(outcome, minlength=len(Outcome))
        self.receipts[dataset].update({"received": rows})
        self.receipts[dataset].update({state.name.lower(): int(counts[state]) for state in Outcome})

    def write_json(self, name: str, value: object) -> None:
        """A further truth document, for example the totals that were drawn."""
        text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
        (self._folder / name).write_text(text, encoding="utf-8")
