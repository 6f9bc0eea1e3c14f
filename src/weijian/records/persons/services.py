"""Links persons to subjects, set-based, inside the transaction of an intake."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from weijian.engines.linkage.deciding import NEW, SAME_NAME, SAME_NUMBER, Decided, by_name, by_number, decide
from weijian.foundation.bulk.copying import copy_in, fetch_table
from weijian.kernel.public_ids import new_public_ids

#: Two intakes that meet the same new person must not both create a subject.
_LOCK = 7_310_002

#: Columns of the identities handed to :func:`link_identities`.
COLUMNS = ("identity_key", "id_type", "id_no", "id_valid", "name", "sex", "birth_date")


#: What :func:`link_identities` tells of each identity.
STATES = pa.schema([("identity_key", pa.string()), ("person_id", pa.int64()), ("link_state", pa.int16())])


@dataclass(frozen=True)
class LinkCounts:
    """What a batch added: persons never seen before, new subjects, and questions for the desk."""

    persons: int
    subjects: int
    questions: int


def link_identities(identities: pa.Table, *, change_id: int) -> tuple[pa.Table, LinkCounts]:
    """Give every distinct identity its person and link new ones to subjects; the caller holds transaction and change.

    ``identities`` has :data:`COLUMNS`, each ``identity_key`` once. The rules stand in ``engines.linkage.deciding``; here the
    database is asked what stands beside the new ones, and what was decided is written, each table in one COPY.

    Returns a table ``identity_key, person_id, link_state`` (0 none, 1 linked, 2 ambiguous) and the counts.
    """
    lock_links()
    known = _known(identities.column("identity_key"))
    unknown = pc.invert(pc.is_in(identities.column("identity_key"), known.column("identity_key")))
    new = _numbered(identities.filter(unknown))
    if new.num_rows == 0:
        return known, LinkCounts(0, 0, 0)
    subject_ids = _drawn("persons_subject_id_seq", new.num_rows)
    same_number, same_name = _same_number(new), _same_name(new)
    with ThreadPoolExecutor(1, thread_name_prefix="linkage") as aside:
        deciding = aside.submit(decide, new, same_number, same_name, subject_ids)
        _write_persons(new, change_id)  # meanwhile: who they are does not depend on whom they stand for
        decided = deciding.result()
    _write_links(decided, change_id)
    with connection.cursor() as cursor:
        mark_links_changed(cursor, change_id)
    counts = LinkCounts(new.num_rows, decided.subjects.num_rows, decided.questions.num_rows)
    return pa.concat_tables([known, _states(new, decided)]), counts


def lock_links() -> None:
    """Wait until no other transaction changes links; held to the end of this one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def lock_links_to_decide() -> None:
    """As :func:`lock_links`, and let running intakes know that what they remember of persons may no longer hold."""
    lock_links()
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('persons_decisions')")


def decisions_so_far() -> int:
    """A number that grows with every decision about links; read it under :func:`lock_links`, and none is under way.

    A sequence, because it must not wait for anybody's commit; a decision that was rolled back makes it grow for nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM persons_decisions")
        return int(cursor.fetchone()[0])


def mark_links_changed(cursor, change_id: int) -> None:  # type: ignore[no-untyped-def]
    """Let the next snapshot write persons and their subjects again."""
    cursor.execute(_MARK_DIRTY, {"change": change_id})


def _known(keys: pa.ChunkedArray) -> pa.Table:
    """State of the identities that have a person already."""
    return _asked(pa.table({"identity_key": keys}), "identity_key uuid", _KNOWN, STATES)


def _numbered(identities: pa.Table) -> pa.Table:
    """New identities in the order of their keys, so that the index of keys grows page by page, with their numbers."""
    ordered = identities.sort_by("identity_key")
    filled = {
        "person_id": pa.array(_drawn("persons_person_id_seq", ordered.num_rows)),
        **{name: ordered.column(name) for name in COLUMNS},
        **{name: pc.fill_null(ordered.column(name), "") for name in ("id_no", "name")},
        "id_valid": pc.fill_null(ordered.column("id_valid"), False),
    }
    return pa.table([filled[name] for name in NEW.names], names=NEW.names).cast(NEW)


def _drawn(sequence: str, count: int) -> np.ndarray:
    """The next numbers of a sequence."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(n), max(n) FROM (SELECT nextval(%s) AS n FROM generate_series(1, %s)) drawn", [sequence, count]
        )
        first, last = cursor.fetchone()
        if count == 0 or last - first + 1 == count:
            return np.arange(first or 0, (first or 0) + count, dtype=np.int64)
        # Somebody drew between: whole runs are asked for until one comes in one piece.
    return _drawn(sequence, count)


def _same_number(new: pa.Table) -> pa.Table:
    """Identities on record with the number of a new one."""
    numbers = new.filter(by_number(new)).group_by(["id_type", "id_no"]).aggregate([])
    return _asked(numbers, "id_type text, id_no text", _SAME_NUMBER, SAME_NUMBER)


def _same_name(new: pa.Table) -> pa.Table:
    """Subjects with name, sex and date of birth of a new identity that has no number."""
    names = new.filter(by_name(new)).select(["person_id", "name", "sex", "birth_date"])
    return _asked(names, "person_id bigint, name text, sex text, birth_date date", _SAME_NAME, SAME_NAME)


def _asked(questions: pa.Table, definition: str, query: str, schema: pa.Schema) -> pa.Table:
    """Answers of the database to a table of questions, which the query calls ``asked``."""
    if questions.num_rows == 0:
        return schema.empty_table()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS asked")
        cursor.execute(f"CREATE TEMP TABLE asked ({definition}) ON COMMIT DROP")
    copy_in("asked", questions, questions.column_names)
    return fetch_table(query, schema)


def _write_persons(new: pa.Table, change_id: int) -> None:
    persons = new.rename_columns(["id", *NEW.names[1:]])
    persons = persons.append_column("name_grams", pa.repeat("", new.num_rows))
    persons = persons.append_column("created_change_id", _repeated(change_id, new))
    copy_in("persons_person", persons, persons.column_names)


def _write_links(decided: Decided, change_id: int) -> None:
    subjects = decided.subjects.rename_columns(["id", "sex", "birth_date"])
    subjects = subjects.append_column("public_id", pa.array(new_public_ids(subjects.num_rows), pa.string()))
    subjects = subjects.append_column("created_change_id", _repeated(change_id, subjects))
    copy_in("persons_subject", subjects, subjects.column_names)
    links = decided.links.append_column("start_change_id", _repeated(change_id, decided.links))
    copy_in("persons_personlink", links, links.column_names)
    questions = decided.questions.append_column("state", pa.repeat("open", decided.questions.num_rows))
    questions = questions.append_column("opened_change_id", _repeated(change_id, questions))
    copy_in("persons_linkquestion", questions, questions.column_names)


def _repeated(change_id: int, table: pa.Table) -> pa.Array:
    return pa.repeat(pa.scalar(change_id, pa.int64()), table.num_rows)


def _states(new: pa.Table, decided: Decided) -> pa.Table:
    person_ids = new.column("person_id")
    linked = pc.is_in(person_ids, decided.links.column("person_id"))
    asked = pc.is_in(person_ids, decided.questions.column("person_id"))
    states = pc.if_else(linked, 1, pc.if_else(asked, 2, 0)).cast(pa.int16())
    return pa.table([new.column("identity_key"), person_ids, states], schema=STATES)


# OFFSET 0 keeps each question one probe of an index: joined freely, a file of some thousand new persons was planned as a
# sort of all persons.

_KNOWN = """
SELECT a.identity_key::text, p.id,
    CASE WHEN l.id IS NOT NULL THEN 1 WHEN q.id IS NOT NULL THEN 2 ELSE 0 END
FROM asked a
CROSS JOIN LATERAL (SELECT id FROM persons_person WHERE identity_key = a.identity_key OFFSET 0) p
LEFT JOIN LATERAL (SELECT id FROM persons_personlink WHERE person_id = p.id AND end_change_id IS NULL OFFSET 0) l ON true
LEFT JOIN LATERAL (SELECT id FROM persons_linkquestion WHERE person_id = p.id AND state = 'open' OFFSET 0) q ON true
"""

_SAME_NUMBER = """
SELECT a.id_type, a.id_no, p.name, l.subject_id
FROM asked a
CROSS JOIN LATERAL (
    SELECT id, name FROM persons_person WHERE id_no = a.id_no AND id_no <> '' AND id_type = a.id_type OFFSET 0
) p
LEFT JOIN LATERAL (
    SELECT subject_id FROM persons_personlink WHERE person_id = p.id AND end_change_id IS NULL OFFSET 0
) l ON true
"""

_SAME_NAME = """
SELECT a.person_id, l.subject_id
FROM asked a
CROSS JOIN LATERAL (
    SELECT id FROM persons_person WHERE name = a.name AND birth_date = a.birth_date AND sex = a.sex OFFSET 0
) p
CROSS JOIN LATERAL (
    SELECT subject_id FROM persons_personlink WHERE person_id = p.id AND end_change_id IS NULL OFFSET 0
) l
"""

_MARK_DIRTY = """
INSERT INTO snapshots_dirtypartition (table_name, partition, change_id) VALUES ('person', 'all', %(change)s)
ON CONFLICT DO NOTHING
"""
