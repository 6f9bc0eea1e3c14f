"""Remembers the persons that this process has linked, and turns checked rows into rows of the kind's table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from weijian.definitions.record_kinds import RecordKind
from weijian.engines.intake.distinct import taken
from weijian.engines.intake.engine import PERSON_PARTS, Checked


class KnownPersons:
    """Person id and link state by identity key. :meth:`forget` after a rollback: those persons do not exist."""

    def __init__(self) -> None:
        self._lake = duckdb.connect(config={"threads": 1, "memory_limit": "1GB"})
        self._lake.execute("CREATE TABLE known_person (key UUID, person_id BIGINT, link_state SMALLINT)")

    def unknown(self, checked: Checked) -> pa.Table:
        """Different identities of good rows that :meth:`remember` has not been told of: ``identity_key`` and the parts."""
        assert checked.persons is not None and checked.person_no is not None
        used = checked.person_no.filter(checked.good()).unique()
        self._lake.register("person", checked.persons.take(used))
        parts = ", ".join(f"first({part}) AS {part}" for part in PERSON_PARTS)
        found = self._lake.execute(
            f"SELECT identity_key, {parts} FROM person WHERE identity_key IS NOT NULL AND NOT EXISTS "
            "(SELECT 1 FROM known_person WHERE key = identity_key::UUID) GROUP BY identity_key"
        ).to_arrow_table()
        self._lake.unregister("person")
        return found

    def remember(self, linked: pa.Table) -> None:
        """Keep ``identity_key, person_id, link_state`` for the batches that follow in this transaction or after it."""
        self._lake.register("linked", linked)
        self._lake.execute("INSERT INTO known_person SELECT identity_key::UUID, person_id, link_state FROM linked")
        self._lake.unregister("linked")

    def forget(self) -> None:
        """Drop what was remembered."""
        self._lake.execute("DELETE FROM known_person")

    def close(self) -> None:
        """Release the connection."""
        self._lake.close()

    def links(self, checked: Checked) -> pa.Table:
        """``person_id, link_state`` of every row; NULL and 0 where nobody is known."""
        assert checked.persons is not None and checked.person_no is not None
        places = pa.array(range(checked.persons.num_rows), pa.int32())
        self._lake.register("person", checked.persons.select(["identity_key"]).append_column("place", places))
        found = self._lake.execute(
            "SELECT k.person_id, coalesce(k.link_state, 0)::SMALLINT AS link_state FROM person p "
            "LEFT JOIN known_person k ON k.key = p.identity_key::UUID ORDER BY p.place"
        ).to_arrow_table()
        self._lake.unregister("person")
        numbers = checked.person_no.to_numpy(zero_copy_only=False)
        return pa.table({name: taken(found.column(name), numbers) for name in found.column_names})


def facts(
    kind: RecordKind, checked: Checked, links: pa.Table | None, submissions: Mapping[int, int], columns: Sequence[str]
) -> pa.Table:
    """Good rows as ``columns`` of the kind's table, with ``file_no, line_no, received_seq`` for the load.

    ``links`` comes from :meth:`KnownPersons.links` where the kind has a person; ``submissions`` maps ``file_no`` to the id of
    its submission. ``change_id`` is 0: the load fills it.
    """
    rows = checked.rows
    count = rows.num_rows
    numbers = rows.column("file_no")
    known = pa.array(submissions.keys(), pa.int32())
    given: dict[str, object] = {
        "change_id": pa.repeat(pa.scalar(0, pa.int64()), count),
        "sensitivity": pa.repeat(pa.scalar(int(kind.sensitivity), pa.int16()), count),
        "flags": rows.column("warnings"),
        "submission_id": pa.array(submissions.values(), pa.int64()).take(pc.index_in(numbers, known)),
        "link_state": pa.repeat(pa.scalar(0, pa.int16()), count),
    }
    if links is not None and kind.person is not None:
        given |= {kind.person.column: links.column("person_id"), "link_state": links.column("link_state")}
    names = [*columns, "file_no", "line_no", "received_seq"]
    found = pa.table({name: given[name] if name in given else rows.column(name) for name in names})
    good = checked.good()
    return found if pc.all(good).as_py() else found.filter(good)
