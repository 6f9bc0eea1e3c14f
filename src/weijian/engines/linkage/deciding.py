"""Who the new identities of a file are: set-based, from the identities that stand already with the same number or name.

Rules, in order:

1. a valid resident number (15 digits upgraded) or another document's number: the subject that has it under a name that may
   be the same, else a new one; where the number is known under wholly different names only, or stands so in one and the same
   file, the desk decides;
2. no number, but name, sex and date of birth: the one subject with the same three, a new subject where there is none
   (a newborn without a number), the desk where there are several;
3. a resident number that fails its check, or too little to go by: no link.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

#: New identities, each with the number that it is going to have.
NEW = pa.schema(
    [
        ("person_id", pa.int64()),
        ("identity_key", pa.string()),
        ("id_type", pa.string()),
        ("id_no", pa.string()),
        ("id_valid", pa.bool_()),
        ("name", pa.string()),
        ("sex", pa.string()),
        ("birth_date", pa.date32()),
    ]
)
#: Identities on record with the number of a new one, and the subject that each stands for now, if any.
SAME_NUMBER = pa.schema(
    [("id_type", pa.string()), ("id_no", pa.string()), ("name", pa.string()), ("subject_id", pa.int64())]
)
#: Subjects of identities on record with name, sex and date of birth of a new one that has no number.
SAME_NAME = pa.schema([("person_id", pa.int64()), ("subject_id", pa.int64())])


@dataclass(frozen=True)
class Decided:
    """``subjects``: subject_id, sex, birth_date. ``links``: person_id, subject_id, evidence. ``questions``: person_id,
    reason, candidates (a JSON list of subject ids). Whoever is in neither of the last two has no link."""

    subjects: pa.Table
    links: pa.Table
    questions: pa.Table


def by_number(new: pa.Table) -> pa.ChunkedArray:
    """Which new identities a number identifies: a valid resident number, or one of another document type altogether."""
    other = pc.invert(pc.is_in(new.column("id_type"), pa.array(["00", "01", "99"])))
    return pc.or_(new.column("id_valid"), pc.and_(other, pc.not_equal(new.column("id_no"), "")))


def by_name(new: pa.Table) -> pa.ChunkedArray:
    """Which new identities have no number, but name, sex and date of birth."""
    named = pc.and_(pc.equal(new.column("id_no"), ""), pc.not_equal(new.column("name"), ""))
    known = pc.and_(new.column("birth_date").is_valid(), pc.is_in(new.column("sex"), pa.array(["1", "2"])))
    return pc.and_(named, known)


def decide(new: pa.Table, same_number: pa.Table, same_name: pa.Table, subject_ids: np.ndarray) -> Decided:
    """Decide all at once; tables as :data:`NEW` (in order of ``person_id``), :data:`SAME_NUMBER`, :data:`SAME_NAME`.

    ``subject_ids`` are numbers for new subjects, at least as many as there are new identities.
    """
    new = new.append_column("by_number", by_number(new)).append_column("by_name", by_name(new))
    spare = pa.table({"place": np.arange(1, len(subject_ids) + 1), "subject_id": subject_ids})
    with duckdb.connect(config={"threads": 2}) as work:
        for name, table in (("new", new), ("same_number", same_number), ("same_name", same_name), ("spare", spare)):
            work.register(name, table)
        for statement in (*_BY_NUMBER, *_BY_NAME):
            work.execute(statement)
        return Decided(*(work.execute(query).to_arrow_table() for query in (_SUBJECTS, _LINKS, _QUESTIONS)))


#: Two names of one number that may be the same person's: one missing, or surname or last character alike.
_AGREES = "({0} = '' OR {1} = '' OR left({0}, 1) = left({1}, 1) OR right({0}, 1) = right({1}, 1))"

_BY_NUMBER = (
    "CREATE TEMP TABLE numbered AS SELECT person_id, id_type, id_no, name, sex, birth_date FROM new WHERE by_number",
    # The best of those on record with the number: first who may have the name, then who has a subject.
    f"""CREATE TEMP TABLE best AS
    SELECT n.person_id, k.subject_id, k.subject_id IS NOT NULL AND {_AGREES.format("k.name", "n.name")} AS agrees
    FROM numbered n JOIN same_number k USING (id_type, id_no)
    QUALIFY row_number() OVER (PARTITION BY n.person_id ORDER BY agrees DESC, k.subject_id NULLS LAST) = 1""",
    """CREATE TEMP TABLE number_of AS
    SELECT n.*, b.subject_id, coalesce(b.agrees, false) AS agrees FROM numbered n LEFT JOIN best b USING (person_id)""",
    """CREATE TEMP TABLE fresh_number AS
    SELECT id_type, id_no, sex, birth_date, first_name, spare.subject_id FROM (
        SELECT id_type, id_no, min(sex) AS sex, min(birth_date) AS birth_date,
            coalesce(arg_min(name, person_id) FILTER (WHERE name <> ''), '') AS first_name,
            row_number() OVER (ORDER BY min(person_id)) AS place
        FROM number_of WHERE subject_id IS NULL GROUP BY id_type, id_no
    ) JOIN spare USING (place)""",
    f"""CREATE TEMP TABLE number_link AS
    SELECT person_id, subject_id, 'id_number' AS evidence FROM number_of WHERE agrees
    UNION ALL
    SELECT k.person_id, f.subject_id, CASE WHEN row_number() OVER (PARTITION BY f.subject_id ORDER BY k.person_id) = 1
        THEN 'new' ELSE 'id_number' END
    FROM number_of k JOIN fresh_number f USING (id_type, id_no)
    WHERE k.subject_id IS NULL AND {_AGREES.format("f.first_name", "k.name")}""",
    """CREATE TEMP TABLE asked_number AS
    SELECT k.person_id, k.id_type, k.id_no FROM number_of k
    WHERE NOT k.agrees AND NOT EXISTS (SELECT 1 FROM number_link l WHERE l.person_id = k.person_id)""",
    """CREATE TEMP TABLE number_candidate AS
    SELECT id_type, id_no, to_json(list_sort(list_distinct(list(subject_id)))) AS candidates FROM (
        SELECT id_type, id_no, subject_id FROM same_number
        UNION ALL SELECT k.id_type, k.id_no, l.subject_id FROM number_of k JOIN number_link l USING (person_id)
    ) WHERE (id_type, id_no) IN (SELECT (id_type, id_no) FROM asked_number) GROUP BY id_type, id_no""",
)

_BY_NAME = (
    """CREATE TEMP TABLE named AS
    SELECT person_id, any_value(sex) AS sex, any_value(birth_date) AS birth_date,
        list_sort(list_distinct(list(subject_id) FILTER (WHERE subject_id IS NOT NULL))) AS subjects
    FROM (
        SELECT n.person_id, n.sex, n.birth_date, k.subject_id FROM new n LEFT JOIN same_name k USING (person_id) WHERE n.by_name
        UNION ALL
        SELECT n.person_id, n.sex, n.birth_date, l.subject_id
        FROM new n JOIN new p ON p.name = n.name AND p.birth_date = n.birth_date AND p.sex = n.sex
        JOIN number_link l ON l.person_id = p.person_id WHERE n.by_name
    ) GROUP BY person_id""",
    """CREATE TEMP TABLE fresh_name AS
    SELECT person_id, sex, birth_date, spare.subject_id FROM (
        SELECT *, (SELECT count(*) FROM fresh_number) + row_number() OVER (ORDER BY person_id) AS place
        FROM named WHERE coalesce(len(subjects), 0) = 0
    ) n JOIN spare USING (place)""",
)

_SUBJECTS = """
SELECT subject_id, sex, birth_date FROM fresh_number UNION ALL SELECT subject_id, sex, birth_date FROM fresh_name
ORDER BY subject_id
"""

_LINKS = """
SELECT person_id, subject_id, evidence FROM number_link
UNION ALL SELECT person_id, subjects[1], 'name_birth' FROM named WHERE len(subjects) = 1
UNION ALL SELECT person_id, subject_id, 'new' FROM fresh_name
ORDER BY person_id
"""

_QUESTIONS = """
SELECT person_id, 'number_with_other_name' AS reason, coalesce(candidates, 'null')::VARCHAR AS candidates
FROM asked_number LEFT JOIN number_candidate USING (id_type, id_no)
UNION ALL SELECT person_id, 'same_name_and_birth', to_json(subjects)::VARCHAR FROM named WHERE len(subjects) > 1
ORDER BY person_id
"""
