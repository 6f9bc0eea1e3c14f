"""Checks batches of text rows in DuckDB against reference tables: typed rows out, reasons for the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from weijian.definitions.record_kinds import RecordKind, Severity
from weijian.engines.intake.check_sql import RAW_COLUMNS, statements
from weijian.engines.intake.checks import checks_of
from weijian.engines.intake.headers import template_columns
from weijian.engines.intake.tidiness import undefused, untidy_columns, without_nul

#: Types of the columns of ``raw`` that the product adds.
RAW_TYPES = {
    "file_no": "INTEGER",
    "line_no": "BIGINT",
    "received_seq": "BIGINT",
    "institution_id": "BIGINT",
    "institution_area_id": "BIGINT",
    "received_on": "DATE",
}


#: Parts of a person as received, in the order of a link's columns.
_PERSON_PARTS = ("id_type", "id_no", "id_valid", "name", "sex", "birth_date")


@dataclass(frozen=True)
class References:
    """Reference tables as Arrow: ``organisations`` (code, organisation_id, area_id, valid_from, valid_to), ``areas``
    (code, area_id, valid_from, valid_to), ``codes`` (list, alias, code); open ends are 9999-12-31."""

    organisations: pa.Table
    areas: pa.Table
    codes: pa.Table


@dataclass(frozen=True)
class Checked:
    """Result of one batch.

    ``bad``: ``file_no, line_no, errors`` (mask) of the rows with an error; ``warned``: ``file_no, line_no, warnings`` of
    rows with a warning only.
    """

    bad: pa.Table
    warned: pa.Table


class IntakeEngine:
    """One DuckDB connection with the reference tables; checks one batch at a time."""

    def __init__(self, references: References, *, memory_limit: str = "2GB", threads: int = 2) -> None:
        self.connection = duckdb.connect(
            config={
                "memory_limit": memory_limit,
                "threads": threads,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            }
        )
        for name, table in (
            ("organisation_ref", references.organisations),
            ("area_ref", references.areas),
            ("code_ref", references.codes),
        ):
            self.connection.register("incoming_reference", table)
            self.connection.execute(f"CREATE TABLE {name} AS SELECT * FROM incoming_reference")
            self.connection.unregister("incoming_reference")
        self.connection.execute("CREATE TABLE known_person (person_key UUID, person_id BIGINT, link_state SMALLINT)")
        self._untidy: frozenset[str] | None = None

    def new_batch(self, kind: RecordKind) -> None:
        """Start an empty ``raw`` table of the kind's template columns."""
        names = [f"{name} {RAW_TYPES[name]}" for name in RAW_COLUMNS]
        names += [f'"{column.name}" VARCHAR' for column in template_columns(kind)]
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE raw ({', '.join(names)})")
        self._untidy = None

    def take(self, kind: RecordKind, rows: pa.Table, files: pa.Table) -> None:
        """Make ``rows`` the batch: ``file_no, line_no`` and text columns, with what ``files`` says of each file.

        ``files`` has ``file_no, institution_id, institution_area_id, received_on``. Order of arrival is file, then line.
        """
        rows = undefused(without_nul(rows))
        numbers = frozenset([f"{kind.person.name}_id_no"]) if kind.person else frozenset()
        self._untidy = untidy_columns(rows, numbers)
        names = ", ".join(f't."{column.name}"' for column in template_columns(kind))
        self.connection.register("submitted", rows)
        self.connection.register("submitted_file", files)
        # A view: the cells stay in Arrow and are read once by the checks, once more for the quarantine.
        self.connection.execute(
            "CREATE OR REPLACE TEMP VIEW raw AS SELECT t.file_no, t.line_no, t.file_no * 10000000000 + t.line_no AS "
            f"received_seq, f.institution_id, f.institution_area_id, f.received_on, {names} "
            "FROM submitted t JOIN submitted_file f USING (file_no)"
        )

    def check(self, kind: RecordKind) -> Checked:
        """Check what stands in ``raw``; the rows without an error stay in ``judged`` for :meth:`identities`."""
        for statement in statements(kind, self._untidy):
            self.connection.execute(statement)
        bad = self.connection.execute(
            "SELECT file_no, line_no, errors FROM judged WHERE errors <> 0 ORDER BY file_no, line_no"
        ).to_arrow_table()
        warned = self.connection.execute(
            "SELECT file_no, line_no, warnings FROM judged WHERE errors = 0 AND warnings <> 0"
        ).to_arrow_table()
        return Checked(bad, warned)

    def good(self, kind: RecordKind) -> pa.Table:
        """The rows without an error, typed, with the parts of the person and its ``person_key``."""
        return self.connection.execute(f"SELECT {_good_columns(kind)} FROM judged WHERE errors = 0").to_arrow_table()

    def identities(self, kind: RecordKind) -> pa.Table:
        """Different identities of good rows that :meth:`remember` has not been told of, one row each."""
        assert kind.person is not None
        name = kind.person.name
        parts = ", ".join(f'first(j."{name}_{part}") AS {part}' for part in _PERSON_PARTS)
        return self.connection.execute(
            f"SELECT person_key::VARCHAR AS identity_key, {parts} FROM judged j WHERE errors = 0 AND person_key IS NOT NULL "
            "AND person_key NOT IN (SELECT person_key FROM known_person) GROUP BY person_key"
        ).to_arrow_table()

    def remember(self, linked: pa.Table) -> None:
        """Keep ``identity_key, person_id, link_state`` for the batches that follow in this transaction or after it."""
        self.connection.register("linked", linked)
        self.connection.execute("INSERT INTO known_person SELECT identity_key::UUID, person_id, link_state FROM linked")
        self.connection.unregister("linked")

    def forget(self) -> None:
        """Drop what was remembered: after a rollback those persons do not exist."""
        self.connection.execute("DELETE FROM known_person")

    def batch(self, kind: RecordKind, submissions: pa.Table, columns: Sequence[str]) -> pa.Table:
        """Good rows as ``columns`` of the kind's table, with ``file_no, line_no, received_seq`` for the load.

        ``submissions`` maps ``file_no`` to ``submission_id``. Call after :meth:`identities` where the kind has a person.
        """
        person = kind.person
        self.connection.register("submission_ref", submissions)
        given = {"change_id": "0::BIGINT", "sensitivity": f"{kind.sensitivity}::SMALLINT", "flags": "j.warnings"}
        given |= {"submission_id": "s.submission_id", "link_state": "0::SMALLINT"}
        joined = ""
        if person is not None:
            given |= {person.column: "k.person_id", "link_state": "coalesce(k.link_state, 0)::SMALLINT"}
            joined = " LEFT JOIN known_person k ON k.person_key = j.person_key"
        selected = ", ".join(f'{given.get(name, f"""j."{name}" """)} AS "{name}"' for name in columns)
        found = self.connection.execute(
            f"SELECT {selected}, j.file_no, j.line_no, j.received_seq FROM judged j "
            f"JOIN submission_ref s ON s.file_no = j.file_no{joined} WHERE j.errors = 0"
        ).to_arrow_table()
        self.connection.unregister("submission_ref")
        return found

    def close(self) -> None:
        """Release the connection."""
        self.connection.close()


def reasons(kind: RecordKind, mask: int, severity: Severity) -> list[str]:
    """Codes of the checks whose bits are set in a mask of that severity."""
    codes = [check.code for check in checks_of(kind) if check.severity is severity]
    return [code for bit, code in enumerate(codes) if mask >> bit & 1]


def _good_columns(kind: RecordKind) -> str:
    parts = ["file_no", "line_no", "received_seq", "institution_id", "organisation_id", "area_id", "received_on"]
    parts += ["source_version", "voided", "row_hash", "warnings AS flags"]
    for field in kind.fields:
        if field is kind.person:
            parts += [f'"{field.name}_{part}" AS person_{part}' for part in _PERSON_PARTS]
            parts.append("person_key::VARCHAR AS person_key")
        else:
            parts.append(f'"{field.column}"')
    return ", ".join(parts)


def reference_summary(references: References) -> Mapping[str, int]:
    """Rows of each reference table, for the health page."""
    return {
        "organisations": references.organisations.num_rows,
        "areas": references.areas.num_rows,
        "codes": references.codes.num_rows,
    }
