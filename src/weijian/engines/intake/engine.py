"""Checks batches of text rows in DuckDB against reference tables: typed rows out, reasons for the rest."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weijian.definitions.fields import Field, FieldType, FileColumn
from weijian.definitions.record_kinds import RecordKind, Severity
from weijian.engines.intake.cells import ROW_BY_ROW, cell_columns, cell_query, person_query
from weijian.engines.intake.check_sql import judgement
from weijian.engines.intake.checks import checks_of
from weijian.engines.intake.distinct import Combinations, Distinct, combinations, distinct, taken
from weijian.engines.intake.tidiness import undefused, untidy_columns, without_nul
from weijian.kernel.errors import WeijianError

#: Parts of a person as received, in the order of a link's columns.
PERSON_PARTS = ("id_type", "id_no", "id_valid", "name", "sex", "birth_date")


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

    ``rows``: every row in the order given, typed: the kind's columns but the person, ``file_no, line_no, received_seq,
    institution_id, received_on, source_version, voided, row_hash, organisation_id, area_id, errors, warnings`` (masks).
    ``persons``: the different persons of the batch, their parts and ``identity_key`` (several may share a key; NULL: nobody
    known), and ``person_no``, each row's place among them; both None where the kind has no person. ``sent``: the rows with an
    error as they were sent, ``file_no, line_no, errors`` and the texts.
    """

    rows: pa.Table
    persons: pa.Table | None
    person_no: pa.Array | None
    sent: pa.Table

    def without(self, file_nos: Collection[int]) -> Checked:
        """The same without the rows of some files."""
        if not file_nos:
            return self
        dropped = pa.array(sorted(file_nos), pa.int32())
        stays = pc.invert(pc.is_in(self.rows.column("file_no"), dropped))
        person_no = None if self.person_no is None else self.person_no.filter(stays.combine_chunks())
        sent = self.sent.filter(pc.invert(pc.is_in(self.sent.column("file_no"), dropped)))
        return Checked(self.rows.filter(stays), self.persons, person_no, sent)

    def good(self) -> pa.BooleanArray:
        """Which rows have no error."""
        return pc.equal(self.rows.column("errors"), 0).combine_chunks()


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
        self._unfilled: dict[tuple[Field | None, FileColumn], pa.Table] = {}
        for name, table in (
            ("organisation_ref", references.organisations),
            ("area_ref", references.areas),
            ("code_ref", references.codes),
        ):
            self.connection.register("incoming_reference", table)
            self.connection.execute(f"CREATE TABLE {name} AS SELECT * FROM incoming_reference")
            self.connection.unregister("incoming_reference")

    def check(self, kind: RecordKind, rows: pa.Table, files: pa.Table) -> Checked:
        """Type and check ``rows``: ``file_no, line_no`` and one text column for each column of the template.

        ``files`` has ``file_no, institution_id, institution_area_id, received_on``. Raises WeijianError
        ``intake.reference_overlap`` where a code of the reference tables is valid twice on one day.
        """
        columns, persons, person_no, untidy = self._readings(kind, rows)
        columns |= {"file_no": rows.column("file_no"), "line_no": rows.column("line_no")}
        columns["row:place"] = pa.array(np.arange(rows.num_rows, dtype=np.int32))
        self.connection.register("read_row", pa.table(columns))
        self.connection.register("file_ref", files)
        judged = _in_order(self.connection.execute(judgement(kind, untidy)).to_arrow_table(), rows.num_rows)
        self.connection.unregister("read_row")
        for field in kind.fields:
            if f"value:{field.name}" in columns:
                judged = judged.append_column(field.column, columns[f"value:{field.name}"])
        return Checked(judged, persons, person_no, _sent(rows, judged))

    def _readings(
        self, kind: RecordKind, rows: pa.Table
    ) -> tuple[dict[str, object], pa.Table | None, pa.Array | None, frozenset[str]]:
        """Columns of ``read_row``, the persons of the batch, and the names of row-by-row columns with cells to clean."""
        columns: dict[str, object] = {}
        own: list[Distinct] = []
        parts: list[pa.Table] = []
        for field, column in cell_columns(kind):
            found = distinct(rows.column(column.name))
            readings = self._read(field, column, found)
            if field is not None and field.type is FieldType.PERSON:
                own.append(found)
                parts.append(readings)
                continue
            for name, values in zip(readings.column_names, readings.columns, strict=True):
                columns[name] = found.spread(values)
        texts = _tidied(rows.select([field.name for field in kind.fields if field.type in ROW_BY_ROW]))
        columns |= dict(zip(texts.column_names, texts.columns, strict=True))
        if kind.person is None:
            return columns, None, None, untidy_columns(texts)
        together = combinations(own)
        persons = self._persons(kind.person, together, parts)
        for name in persons.column_names:
            columns[f"{kind.person.name}_{name}"] = Distinct(persons.column(name), together.places).spread(
                persons.column(name)
            )
        return columns, persons, together.places, untidy_columns(texts)

    def _read(self, field: Field | None, column: FileColumn, found: Distinct) -> pa.Table:
        if len(found.texts) == 0:
            # Columns that nobody fills are common; what they would give has no row, only types.
            if (field, column) not in self._unfilled:
                self._unfilled[field, column] = self._read_texts(field, column, found)
            return self._unfilled[field, column]
        return self._read_texts(field, column, found)

    def _read_texts(self, field: Field | None, column: FileColumn, found: Distinct) -> pa.Table:
        texts = _tidied(pa.table({"text": found.texts}))
        number = field is not None and field.type is FieldType.PERSON and column.name.endswith("_id_no")
        dirty = bool(untidy_columns(texts, frozenset(["text"]) if number else frozenset()))
        cells = texts.append_column("cell:nth", pa.array(range(texts.num_rows), pa.int32()))
        return self._asked("cell", cells, cell_query(field, column, dirty=dirty))

    def _persons(self, person: Field, together: Combinations, parts: list[pa.Table]) -> pa.Table:
        columns: dict[str, object] = {"cell:nth": pa.array(range(len(together)), pa.int32())}
        for readings, places in zip(parts, together.parts, strict=True):
            for name in readings.column_names:
                columns[name] = taken(readings.column(name), places)
        return self._asked("person_cell", pa.table(columns), person_query(person))

    def _asked(self, name: str, table: pa.Table, query: str) -> pa.Table:
        self.connection.register(name, table)
        answer = self.connection.execute(query).to_arrow_table()
        self.connection.unregister(name)
        return answer

    def close(self) -> None:
        """Release the connection."""
        self.connection.close()


def _tidied(texts: pa.Table) -> pa.Table:
    return undefused(without_nul(texts))


def _in_order(judged: pa.Table, rows: int) -> pa.Table:
    """Rows as they came; joins may hand them out in another order."""
    if judged.num_rows != rows:
        raise WeijianError("intake.reference_overlap", "机构或区划代码的有效期有重叠。", "", "核对机构名录和区划代码表")
    numbers = judged.column("row:place")
    if rows and not pc.all(pc.equal(numbers, pa.array(np.arange(rows, dtype=np.int32)))).as_py():
        judged = judged.take(pc.sort_indices(numbers))
    return judged.drop_columns(["row:place"])


def _sent(rows: pa.Table, judged: pa.Table) -> pa.Table:
    bad = pc.not_equal(judged.column("errors"), 0)
    return _tidied(rows.filter(bad)).append_column("errors", judged.column("errors").filter(bad))


def reasons(kind: RecordKind, mask: int, severity: Severity) -> list[str]:
    """Codes of the checks whose bits are set in a mask of that severity."""
    codes = [check.code for check in checks_of(kind) if check.severity is severity]
    return [code for bit, code in enumerate(codes) if mask >> bit & 1]


def reference_summary(references: References) -> Mapping[str, int]:
    """Rows of each reference table, for the health page."""
    return {
        "organisations": references.organisations.num_rows,
        "areas": references.areas.num_rows,
        "codes": references.codes.num_rows,
    }
