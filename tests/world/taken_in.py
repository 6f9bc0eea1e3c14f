"""Takes a written world in with the real intake engine, without a database, and settles which version counts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from weijian import content
from weijian.definitions.record_kinds import RecordKind, Severity
from weijian.engines.intake.engine import PERSON_PARTS, Checked, IntakeEngine, References, reasons
from weijian.engines.intake.files import opened
from weijian.engines.intake.tables import text_tables

OPEN_END = date(9999, 12, 31)


def references(district: str, year: int) -> References:
    """Institutions, areas and codes of the content; ids are positions."""
    institutions = content.read_csv(f"institutions/cn_{district}_{year}.csv")
    areas = content.read_csv(f"areas/cn_{district}.csv")
    return References(
        organisations=_table(
            institutions, {"organisation_id": range(len(institutions)), "area_id": [0] * len(institutions)}
        ),
        areas=_table(areas, {"area_id": range(len(areas))}),
        codes=_codes(),
    )


def _codes() -> pa.Table:
    """Every code list with codes and Chinese names as aliases; ICD-10 blocks such as ``W00-W19`` by their members."""
    rows: dict[tuple[str, str], str] = {}
    for name in {row["id"] for row in content.read_csv("codes/index.csv")} - {"icd10_chapters"}:
        for row in content.read_csv(f"codes/{name}.csv"):
            listed = "icd10" if name == "icd10_3char" else name
            first, _dash, last = row["code"].partition("-") if listed == "icd10" else (row["code"], "", "")
            for code in _members(first, last) if last else [row["code"]]:
                rows[listed, code.upper()] = code
            rows.setdefault((listed, row["zh"].upper()), row["code"])
    columns = zip(*((name, alias, code) for (name, alias), code in rows.items()), strict=True)
    return pa.table(dict(zip(("list", "alias", "code"), (pa.array(column) for column in columns), strict=True)))


def _members(first: str, last: str) -> list[str]:
    letters = [chr(letter) for letter in range(ord(first[0]), ord(last[0]) + 1)]
    return [code for letter in letters for number in range(100) if first <= (code := f"{letter}{number:02d}") <= last]


def _table(rows: list[dict[str, str]], ids: Mapping[str, object]) -> pa.Table:
    columns: dict[str, pa.Array] = {"code": pa.array([row["code"] for row in rows])}
    columns |= {name: pa.array(list(values), pa.int64()) for name, values in ids.items()}  # type: ignore[call-overload]
    columns["valid_from"] = pa.array([date.fromisoformat(row["valid_from"]) for row in rows])
    columns["valid_to"] = pa.array(
        [date.fromisoformat(row["valid_to"]) if row["valid_to"] else OPEN_END for row in rows]
    )
    return pa.table(columns)


def _file_table(files: list[dict[str, object]], codes: list[str]) -> pa.Table:
    return pa.table(
        {
            "file_no": pa.array([int(str(entry["order"])) for entry in files], pa.int32()),
            "institution_id": pa.array([codes.index(str(entry["institution"])) for entry in files], pa.int64()),
            "institution_area_id": pa.array([0 for _entry in files], pa.int64()),
            "received_on": pa.array([date.fromisoformat(str(entry["sent_on"])) for entry in files], pa.date32()),
        }
    )


def _with_person(kind: RecordKind, checked: Checked) -> pa.Table:
    """All typed columns, the parts of the person among them."""
    rows = checked.rows
    if kind.person is not None and checked.persons is not None:
        persons = checked.persons.take(checked.person_no)
        for part in PERSON_PARTS:
            rows = rows.append_column(f"{kind.person.name}_{part}", persons.column(part))
        rows = rows.append_column("person_key", persons.column("identity_key"))
    return rows


class TakenIn:
    """Every dataset of a world after intake: ``<table>`` holds the rows that count, ``outcomes`` every row's fate."""

    def __init__(self, folder: Path, kinds: Mapping[str, RecordKind], skip: tuple[str, ...] = ()) -> None:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        self.engine = IntakeEngine(references(manifest["district"], manifest["year"]))
        self.connection: duckdb.DuckDBPyConnection = self.engine.connection
        codes = [
            row["code"] for row in content.read_csv(f"institutions/cn_{manifest['district']}_{manifest['year']}.csv")
        ]
        self.files = sorted(manifest["files"], key=lambda entry: entry["order"])
        self.warnings: set[str] = set()
        self.receipts: dict[str, dict[str, int]] = {}
        for dataset in sorted({entry["dataset"] for entry in self.files} - set(skip)):
            own = [entry for entry in self.files if entry["dataset"] == dataset]
            self.receipts[dataset] = self._take_in(folder, kinds[dataset], own, codes)

    def _take_in(
        self, folder: Path, kind: RecordKind, files: list[dict[str, object]], codes: list[str]
    ) -> dict[str, int]:
        tables = []
        for entry in files:
            with opened(folder / str(entry["file"]), kind) as file:
                found = list(text_tables(file, kind))
            assert sum(table.num_rows for table in found) == entry["rows"], entry["file"]
            number = pa.scalar(int(str(entry["order"])), pa.int32())
            tables += [table.append_column("file_no", pa.repeat(number, table.num_rows)) for table in found]
        checked = self.engine.check(kind, pa.concat_tables(tables), _file_table(files, codes))
        self.connection.register("incoming_rows", _with_person(kind, checked))
        self.connection.execute("CREATE OR REPLACE TEMP TABLE judged AS SELECT * FROM incoming_rows")
        self.connection.unregister("incoming_rows")
        masks = self.connection.execute("SELECT DISTINCT warnings FROM judged WHERE errors = 0").fetchall()
        self.warnings |= {code for (mask,) in masks for code in reasons(kind, mask, Severity.WARNING)}
        return self._settle(kind)

    def _settle(self, kind: RecordKind) -> dict[str, int]:
        """The highest version, else the last received, wins; equal content is a duplicate, other content superseded."""
        key = f'institution_id, "{kind.source_id.name}"'
        self.connection.execute(
            f"""CREATE OR REPLACE TEMP TABLE outcomes AS
            SELECT file_no, line_no, CASE WHEN errors <> 0 THEN 'quarantined' WHEN nth > 1 THEN 'duplicate'
              WHEN row_hash = winner THEN 'accepted' ELSE 'superseded' END AS outcome
            FROM (SELECT *, row_number() OVER (PARTITION BY {key}, row_hash, errors ORDER BY received_seq) AS nth,
              first_value(row_hash) OVER (PARTITION BY {key}, errors <> 0
                ORDER BY source_version DESC, received_seq DESC) AS winner FROM judged)"""
        )
        self.connection.execute(
            f"CREATE OR REPLACE TABLE {kind.table} AS SELECT judged.* FROM judged JOIN outcomes "
            "USING (file_no, line_no) WHERE outcome = 'accepted'"
        )
        counts = dict(self.connection.execute("SELECT outcome, count(*) FROM outcomes GROUP BY 1").fetchall())
        names = ("accepted", "duplicate", "superseded", "quarantined")
        return {name: counts.get(name, 0) for name in names} | {"received": sum(counts.values())}

    def number(self, sql: str) -> int:
        """One whole number."""
        row = self.connection.execute(sql).fetchone()
        assert row is not None
        return int(row[0] or 0)
