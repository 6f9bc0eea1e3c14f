"""Links persons to subjects, set-based, inside the transaction of an intake."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
from django.db import connection
from django.db.backends.utils import CursorWrapper

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

    Rules, in order, for identities never seen before:

    1. a valid resident number (15 digits upgraded) or another document's number: the subject that has it under a name
       that may be the same, else a new one; where the number is known under wholly different names only, or stands so in
       one and the same file, the desk decides;
    2. no number, but name, sex and date of birth: the one subject with the same three, a new subject where there is none
       (a newborn without a number), the desk where there are several;
    3. a resident number that fails its check, or too little to go by: no link.

    Returns a table ``identity_key, person_id, link_state`` (0 none, 1 linked, 2 ambiguous) and the counts.
    """
    with connection.cursor() as cursor:
        lock_links()
        cursor.execute("DROP TABLE IF EXISTS incoming_person")
        cursor.execute(
            "CREATE TEMP TABLE incoming_person (identity_key uuid, id_type text, id_no text, id_valid boolean, "
            "name text, sex text, birth_date date) ON COMMIT DROP"
        )
        copy_in("incoming_person", identities, COLUMNS)
        cursor.execute("ANALYZE incoming_person")
        _run(cursor, _NEW_PERSONS, change_id)
        _spare_public_ids(cursor)
        for step in (_NUMBERED, _NAMED):
            _run(cursor, step, change_id)
        cursor.execute(_COUNTS, {"change": change_id})
        counts = LinkCounts(*cursor.fetchone())
        if counts.persons:
            cursor.execute(_MARK_DIRTY, {"change": change_id})
    return fetch_table(_STATES, STATES), counts


def _spare_public_ids(cursor: CursorWrapper) -> None:
    """Table ``spare_id``: a public id for every subject that may be new; drawn here, many at once, in the one alphabet."""
    cursor.execute("SELECT count(*) FROM new_person")
    count = cursor.fetchone()[0]
    cursor.execute("DROP TABLE IF EXISTS spare_id")
    cursor.execute("CREATE TEMP TABLE spare_id (place bigint, public_id text) ON COMMIT DROP")
    copy_in(
        "spare_id", pa.table({"place": range(1, count + 1), "public_id": new_public_ids(count)}), ("place", "public_id")
    )
    cursor.execute("ANALYZE spare_id")


def lock_links() -> None:
    """Wait until no other transaction changes links; held to the end of this one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def mark_links_changed(cursor, change_id: int) -> None:  # type: ignore[no-untyped-def]
    """Let the next snapshot write persons and their subjects again."""
    cursor.execute(_MARK_DIRTY, {"change": change_id})


def _run(cursor: CursorWrapper, statements: tuple[str, ...], change_id: int) -> None:
    for statement in statements:
        cursor.execute(statement, {"change": change_id})


_NEW_PERSONS = (
    "DROP TABLE IF EXISTS new_person",
    """CREATE TEMP TABLE new_person ON COMMIT DROP AS
    WITH added AS (
        INSERT INTO persons_person (identity_key, id_type, id_no, id_valid, name, name_grams, sex, birth_date, created_change_id)
        SELECT DISTINCT ON (identity_key) identity_key, id_type, coalesce(id_no, ''), coalesce(id_valid, false),
            coalesce(name, ''), '', sex, birth_date, %(change)s
        FROM incoming_person
        ON CONFLICT (identity_key) DO NOTHING
        RETURNING id, id_type, id_no, id_valid, name, sex, birth_date
    ) SELECT * FROM added""",
    "ANALYZE new_person",
)

#: A number identifies where it is a valid resident number, or of another document type altogether.
_IDENTIFIES = "(n.id_valid OR (n.id_no <> '' AND n.id_type NOT IN ('00', '01', '99')))"

#: Two names of one number that may be the same person's: one missing, or surname or last character alike.
_AGREES = "({0} = '' OR {1} = '' OR left({0}, 1) = left({1}, 1) OR right({0}, 1) = right({1}, 1))"

_NUMBERED = (
    "DROP TABLE IF EXISTS known_number",
    f"""CREATE TEMP TABLE known_number ON COMMIT DROP AS
    SELECT DISTINCT ON (n.id) n.id AS person_id, n.id_type, n.id_no, n.name, n.sex, n.birth_date, l.subject_id,
        l.subject_id IS NOT NULL AND {_AGREES.format("p.name", "n.name")} AS name_agrees
    FROM new_person n
    LEFT JOIN persons_person p ON p.id_no = n.id_no AND p.id_no <> '' AND p.id <> n.id AND p.id_type = n.id_type
        AND NOT EXISTS (SELECT 1 FROM new_person other WHERE other.id = p.id)
    LEFT JOIN persons_personlink l ON l.person_id = p.id AND l.end_change_id IS NULL
    WHERE {_IDENTIFIES}
    ORDER BY n.id, name_agrees DESC, l.subject_id NULLS LAST""",
    """INSERT INTO persons_personlink (person_id, subject_id, evidence, start_change_id)
    SELECT person_id, subject_id, 'id_number', %(change)s FROM known_number WHERE name_agrees""",
    "DROP TABLE IF EXISTS fresh_number",
    """CREATE TEMP TABLE fresh_number ON COMMIT DROP AS
    SELECT id_type, id_no, nextval('persons_subject_id_seq') AS subject_id,
        row_number() OVER () AS place, min(sex) AS sex, min(birth_date) AS birth_date,
        (array_agg(name ORDER BY name = '', person_id))[1] AS first_name
    FROM known_number WHERE subject_id IS NULL GROUP BY id_type, id_no""",
    """INSERT INTO persons_subject (id, public_id, sex, birth_date, created_change_id)
    SELECT subject_id, public_id, sex, birth_date, %(change)s FROM fresh_number JOIN spare_id USING (place)""",
    f"""INSERT INTO persons_personlink (person_id, subject_id, evidence, start_change_id)
    SELECT k.person_id, f.subject_id, CASE WHEN row_number() OVER (PARTITION BY f.subject_id ORDER BY k.person_id) = 1
        THEN 'new' ELSE 'id_number' END, %(change)s
    FROM known_number k JOIN fresh_number f USING (id_type, id_no)
    WHERE k.subject_id IS NULL AND {_AGREES.format("f.first_name", "k.name")}""",
    "DROP TABLE IF EXISTS asked_number",
    f"""CREATE TEMP TABLE asked_number ON COMMIT DROP AS
    SELECT k.person_id, k.id_type, k.id_no FROM known_number k LEFT JOIN fresh_number f USING (id_type, id_no)
    WHERE NOT k.name_agrees AND (k.subject_id IS NOT NULL OR NOT {_AGREES.format("f.first_name", "k.name")})""",
    """INSERT INTO persons_linkquestion (person_id, reason, candidates, state, opened_change_id)
    SELECT a.person_id, 'number_with_other_name', (SELECT jsonb_agg(DISTINCT l.subject_id) FROM persons_person p
        JOIN persons_personlink l ON l.person_id = p.id AND l.end_change_id IS NULL
        WHERE p.id_no = a.id_no AND p.id_type = a.id_type), 'open', %(change)s
    FROM asked_number a""",
)

_NAMED = (
    "DROP TABLE IF EXISTS named",
    """CREATE TEMP TABLE named ON COMMIT DROP AS
    SELECT n.id AS person_id, n.name, n.sex, n.birth_date,
        array_agg(DISTINCT l.subject_id) FILTER (WHERE l.subject_id IS NOT NULL) AS subjects
    FROM new_person n
    LEFT JOIN persons_person p ON p.name = n.name AND p.birth_date = n.birth_date AND p.sex = n.sex AND p.id <> n.id
    LEFT JOIN persons_personlink l ON l.person_id = p.id AND l.end_change_id IS NULL
    WHERE n.id_no = '' AND n.name <> '' AND n.birth_date IS NOT NULL AND n.sex IN ('1', '2')
    GROUP BY n.id, n.name, n.sex, n.birth_date""",
    """INSERT INTO persons_personlink (person_id, subject_id, evidence, start_change_id)
    SELECT person_id, subjects[1], 'name_birth', %(change)s FROM named WHERE cardinality(subjects) = 1""",
    "DROP TABLE IF EXISTS fresh_name",
    """CREATE TEMP TABLE fresh_name ON COMMIT DROP AS
    SELECT person_id, sex, birth_date, nextval('persons_subject_id_seq') AS subject_id,
        (SELECT count(*) FROM fresh_number) + row_number() OVER () AS place FROM named WHERE subjects IS NULL""",
    """INSERT INTO persons_subject (id, public_id, sex, birth_date, created_change_id)
    SELECT subject_id, public_id, sex, birth_date, %(change)s FROM fresh_name JOIN spare_id USING (place)""",
    """INSERT INTO persons_personlink (person_id, subject_id, evidence, start_change_id)
    SELECT person_id, subject_id, 'new', %(change)s FROM fresh_name""",
    """INSERT INTO persons_linkquestion (person_id, reason, candidates, state, opened_change_id)
    SELECT person_id, 'same_name_and_birth', to_jsonb(subjects), 'open', %(change)s
    FROM named WHERE cardinality(subjects) > 1""",
)

_COUNTS = """
SELECT (SELECT count(*) FROM new_person), (SELECT count(*) FROM fresh_number) + (SELECT count(*) FROM fresh_name),
    (SELECT count(*) FROM asked_number) + (SELECT count(*) FROM named WHERE cardinality(subjects) > 1)
"""

_MARK_DIRTY = """
INSERT INTO snapshots_dirtypartition (table_name, partition, change_id) VALUES ('person', 'all', %(change)s)
ON CONFLICT DO NOTHING
"""

_STATES = """
SELECT DISTINCT p.identity_key::text AS identity_key, p.id AS person_id,
    CASE WHEN l.id IS NOT NULL THEN 1 WHEN q.id IS NOT NULL THEN 2 ELSE 0 END AS link_state
FROM incoming_person i JOIN persons_person p ON p.identity_key = i.identity_key
LEFT JOIN persons_personlink l ON l.person_id = p.id AND l.end_change_id IS NULL
LEFT JOIN persons_linkquestion q ON q.person_id = p.id AND q.state = 'open'
"""
