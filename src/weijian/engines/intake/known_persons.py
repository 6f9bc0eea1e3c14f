"""Remembers the persons that this process has linked, and turns checked rows into rows of the kind's table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weijian.definitions.record_kinds import RecordKind
from weijian.engines.intake.distinct import taken
from weijian.engines.intake.engine import PERSON_PARTS, Checked
from weijian.engines.intake.key_index import KeyIndex, Keys, keys_of


class KnownPersons:
    """Person id and link state by identity key. :meth:`forget` after a rollback: those persons do not exist."""

    def __init__(self) -> None:
        self.forget()

    def unknown(self, checked: Checked) -> pa.Table:
        """Different identities of good rows that :meth:`remember` has not been told of: ``identity_key`` and the parts."""
        assert checked.persons is not None and checked.person_no is not None
        used = checked.person_no.filter(checked.good()).unique()
        persons = checked.persons.select(["identity_key", *PERSON_PARTS]).take(used)
        persons = persons.filter(persons.column("identity_key").is_valid())
        keys = _keys(persons.column("identity_key"))
        new = np.flatnonzero(self._index.find(keys) < 0)
        return persons.take(new[keys.take(new).firsts()])

    def remember(self, linked: pa.Table) -> None:
        """Keep ``identity_key, person_id, link_state`` for the batches that follow in this transaction or after it."""
        self._index.add(_keys(linked.column("identity_key")))
        self._person_ids.append(linked.column("person_id").to_numpy())
        self._link_states.append(linked.column("link_state").to_numpy())

    def forget(self) -> None:
        """Drop what was remembered."""
        self._index = KeyIndex()
        self._person_ids: list[np.ndarray] = []
        self._link_states: list[np.ndarray] = []

    def links(self, checked: Checked) -> pa.Table:
        """``person_id, link_state`` of every row; NULL and 0 where nobody is known."""
        assert checked.persons is not None and checked.person_no is not None
        known = checked.persons.column("identity_key")
        places = np.full(len(known), -1, dtype=np.int64)
        places[known.is_valid().to_numpy()] = self._index.find(_keys(known.drop_null()))
        nobody = places < 0
        person_ids = pa.array(_at(self._person_ids, places, np.int64), mask=nobody)
        link_states = pa.array(np.where(nobody, 0, _at(self._link_states, places, np.int16)), pa.int16())
        numbers = checked.person_no.to_numpy(zero_copy_only=False)
        return pa.table({"person_id": taken(person_ids, numbers), "link_state": taken(link_states, numbers)})


def _keys(column: pa.ChunkedArray) -> Keys:
    return keys_of(column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column)


def _at(parts: list[np.ndarray], places: np.ndarray, dtype: type) -> np.ndarray:
    """Values at places of what the parts come to one after the other; anything at -1."""
    if len(parts) > 1:
        parts[:] = [np.concatenate(parts)]
    return parts[0][places] if parts and len(parts[0]) else np.zeros(len(places), dtype)


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
