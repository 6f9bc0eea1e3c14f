"""``weijian check``: re-reads what the database itself does not enforce, because facts carry no foreign keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import F

from weijian.definitions.fields import FieldType
from weijian.exchange.submissions.keeping import kept_path
from weijian.exchange.submissions.models import QuarantinedRow, Submission
from weijian.foundation.areas.models import Area
from weijian.foundation.audit.verification import verify
from weijian.foundation.changes.models import Change
from weijian.foundation.kinds.registry import kinds
from weijian.foundation.organisations.models import Organisation
from weijian.foundation.snapshots import lake
from weijian.foundation.snapshots.models import Snapshot
from weijian.records.persons.models import Person


@dataclass(frozen=True)
class Finding:
    """One thing that does not hold."""

    check: str
    where: str
    count: int
    what: str


@dataclass
class CheckReport:
    """All findings, and their number by check."""

    by_check: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """As one JSON document."""
        return {
            "whole": not self.findings,
            "by_check": self.by_check,
            "findings": [vars(one) for one in self.findings],
        }


def check_installation(*, deep: bool = False) -> CheckReport:
    """Check references, receipts, kept files, snapshots and audit; ``deep`` also hashes every submitted file again."""
    report = CheckReport()
    for name, findings in (
        ("references", _references()),
        ("receipts", _receipts()),
        ("submissions", _kept_files(deep)),
        ("snapshots", _snapshots()),
        ("audit", _audit()),
    ):
        found = list(findings)
        report.by_check[name] = len(found)
        report.findings += found
    return report


#: What a column of a fact must name.
_TARGETS = {
    "institution_id": Organisation._meta.db_table,
    "organisation_id": Organisation._meta.db_table,
    "area_id": Area._meta.db_table,
    "submission_id": Submission._meta.db_table,
    "change_id": Change._meta.db_table,
}
_BY_TYPE = {
    FieldType.PERSON: Person._meta.db_table,
    FieldType.ORGANISATION: Organisation._meta.db_table,
    FieldType.AREA: Area._meta.db_table,
}


def _references() -> Iterator[Finding]:
    for kind in kinds().values():
        targets = dict(_TARGETS)
        targets |= {one.column: _BY_TYPE[one.type] for one in kind.fields if one.type in _BY_TYPE}
        for column, target in targets.items():
            with connection.cursor() as cursor:
                # An anti-join over the distinct values: one pass over the facts, whatever their number.
                cursor.execute(
                    f'SELECT count(*), sum(v.n)::bigint FROM (SELECT "{column}" AS id, count(*) AS n '
                    f'FROM "{kind.table}" WHERE "{column}" IS NOT NULL GROUP BY 1) v '
                    f'LEFT JOIN "{target}" t ON t.id = v.id WHERE t.id IS NULL'
                )
                missing, rows = cursor.fetchone()
            if missing:
                yield Finding("references", f"{kind.id}.{column}", rows, f"{missing} 个编号在 {target} 中不存在")


def _receipts() -> Iterator[Finding]:
    """received = accepted + duplicate + superseded + quarantined; every quarantined row is kept with its reasons."""
    wrong = Submission.objects.exclude(
        received=F("accepted") + F("duplicate") + F("superseded") + F("quarantined")
    ).values_list("public_id", flat=True)
    for public_id in wrong:
        yield Finding("receipts", public_id, 1, "收到的行数不等于各项之和")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT s.public_id, s.quarantined, count(q.id) FROM {Submission._meta.db_table} s "
            f"LEFT JOIN {QuarantinedRow._meta.db_table} q ON q.submission_id = s.id GROUP BY s.id "
            "HAVING s.quarantined <> count(q.id)"
        )
        for public_id, said, kept in cursor.fetchall():
            yield Finding("receipts", public_id, abs(said - kept), f"隔离 {said} 行,保存 {kept} 行")


def _kept_files(deep: bool) -> Iterator[Finding]:
    for sha256, size in Submission.objects.values_list("sha256", "size").distinct():
        path = kept_path(sha256)
        if not path.is_file():
            yield Finding("submissions", sha256, 1, "报送原件缺失")
        elif path.stat().st_size != size or (deep and lake.file_sha256(path) != sha256):
            yield Finding("submissions", sha256, 1, "报送原件已改变")


def _snapshots() -> Iterator[Finding]:
    """Every file of every snapshot is there with its hash; a file that several snapshots share is read once."""
    read: dict[str, str] = {}
    for snapshot in Snapshot.objects.order_by("id"):
        try:
            files, _meta = lake.read_manifest(snapshot.manifest_sha256)
        except (OSError, ValueError):
            yield Finding("snapshots", f"snapshot {snapshot.pk}", 1, "清单缺失或已改变")
            continue
        for file in files:
            path = lake.root() / file.path
            if file.path not in read:
                read[file.path] = lake.file_sha256(path) if path.is_file() else ""
            if read[file.path] != file.sha256:
                yield Finding("snapshots", f"snapshot {snapshot.pk}", 1, f"{file.path} 缺失或已改变")


def _audit() -> Iterator[Finding]:
    for fault in verify().broken:
        yield Finding("audit", fault.where, 1, f"{fault.kind}: {fault.what}")
