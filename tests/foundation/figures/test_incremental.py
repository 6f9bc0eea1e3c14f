"""What publications leave behind after changes equals a full publication of the last snapshot."""

from __future__ import annotations

import random

import duckdb
import pyarrow.parquet as pq
import pytest

from weijian.foundation.figures import services
from weijian.foundation.figures.catalogue import measures
from weijian.foundation.figures.published import SCHEMA, stored_values
from weijian.foundation.figures.store import current_snapshot, store_of
from weijian.foundation.snapshots import lake
from weijian.foundation.snapshots.models import Snapshot

pytestmark = [pytest.mark.django_db, pytest.mark.long]

#: Facts that plain measures, stocks, joined components and table measures rest on.
TABLES = ("encounters_outpatient_visit", "encounters_discharge", "vital_events_death", "primary_care_contract",
          "gov_services_approval", "quality_dispute")  # fmt: skip


def _changed(rng: random.Random) -> Snapshot:
    """A snapshot like the newest one in which a few rows of some tables have been withdrawn."""
    before = current_snapshot()
    files, meta = lake.read_manifest(before.manifest_sha256)
    for table in rng.sample(TABLES, 2):
        old = rng.choice([one for one in files if one.table == table and one.rows > 5])
        rows = pq.read_table(lake.root() / old.path)
        gone = set(rng.sample(range(rows.num_rows), 3))
        kept = rows.take([place for place in range(rows.num_rows) if place not in gone])
        new = lake.write_file(table, old.partition, kept)
        files = [new if one is old else one for one in files]
    digest = lake.write_manifest(files, meta)
    return Snapshot.objects.create(
        published_at=before.published_at,
        manifest_sha256=digest,
        files=len(files),
        rows=sum(one.rows for one in files),
        last_change_id=0,
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_publishing_what_changed_equals_publishing_everything(small_world: int, seed: int) -> None:
    services.publish_figures()
    rng = random.Random(seed)
    for _day in range(2):
        last = _changed(rng)
        services.publish_figures(last)
    everything = services._computed(store_of(last), last, list(measures().values()), None)
    held = stored_values(list(measures())).drop_columns(["id"])
    with duckdb.connect() as work:
        work.register("fresh", everything)
        work.register("held", held)
        columns = ", ".join(SCHEMA.names)
        for one, other in (("fresh", "held"), ("held", "fresh")):
            rows = work.execute(f"SELECT {columns} FROM {one} EXCEPT SELECT {columns} FROM {other} LIMIT 3").fetchall()
            assert rows == []
