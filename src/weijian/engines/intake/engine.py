"""Checks batches of text rows in DuckDB against reference tables: typed rows out, reasons for the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from weijian.definitions.record_kinds import RecordKind, Severity
from weijian.engines.intake.check_sql import RAW_COLUMNS, statements
from weijian.engines.intake.checks import checks_of
from weijian.engines.intake.headers import template_columns

#: Types of the columns of ``raw`` that the product adds.
RAW_TYPES = {
    "file_no": "INTEGER",
    "line_no": "BIGINT",
    "received_seq": "BIGINT",
    "institution_id": "BIGINT",
    "institution_area_id": "BIGINT",
    "received_on": "DATE",
}


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

    ``good``: rows without an error; ``bad``: ``file_no, line_no, errors`` (mask) of the others; ``warned``: ``file_no,
    line_no, warnings`` of good rows with a warning.
    """

    good: pa.Table
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

    def new_batch(self, kind: RecordKind) -> None:
        """Start an empty ``raw`` table of the kind's template columns."""
        names = [f"{name} {RAW_TYPES[name]}" for name in RAW_COLUMNS]
        names += [f'"{column.name}" VARCHAR' for column in template_columns(kind)]
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE raw ({', '.join(names)})")

    def check(self, kind: RecordKind) -> Checked:
        """Check what stands in ``raw``."""
        for statement in statements(kind):
            self.connection.execute(statement)
        good = self.connection.execute(f"SELECT {_good_columns(kind)} FROM judged WHERE errors = 0").to_arrow_table()
        bad = self.connection.execute(
            "SELECT file_no, line_no, errors FROM judged WHERE errors <> 0 ORDER BY file_no, line_no"
        ).to_arrow_table()
        warned = self.connection.execute(
            "SELECT file_no, line_no, warnings FROM judged WHERE errors = 0 AND warnings <> 0"
        ).to_arrow_table()
        return Checked(good, bad, warned)

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
            name = field.name
            identity = " || chr(31) || ".join(
                f"coalesce(\"{name}_{part}\"::VARCHAR, '')" for part in ("id_type", "id_no", "name", "sex", "birth_date")
            )
            parts += [f'"{name}_{part}" AS person_{part}' for part in ("id_type", "id_no", "id_valid", "name", "sex", "birth_date")]
            parts.append(f"md5({identity}) AS person_key")
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
