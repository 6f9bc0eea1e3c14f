"""Leaves are written in the transaction they witness, sealed in order, and exported outside the database."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import Error, transaction

from weijian.foundation.areas.models import Area
from weijian.foundation.audit import heads_log
from weijian.foundation.audit.models import AuditLeaf, TreeHead
from weijian.foundation.audit.services import record_reading, seal, seal_if_due, write_leaf
from weijian.foundation.audit.verification import verify
from weijian.foundation.changes.services import change
from weijian.kernel.time import FixedClock

START = datetime(2018, 3, 1, 1, tzinfo=UTC)


def leaves(count: int) -> None:
    for number in range(count):
        write_leaf(at=START, action="test", detail={"number": number})


def test_change_leaves_one_leaf_with_the_tables_it_touched(audit_home: Path) -> None:
    with change("两个村", source="page", actor_id=7, actor_name="zhang") as row:
        for code in ("1", "2"):
            Area.objects.create(code=code, zh="村", en="V", level=Area.Level.VILLAGE, valid_from="2010-01-01")
    leaf = AuditLeaf.objects.get()
    assert (leaf.change_id, leaf.actor_id, leaf.actor_name, leaf.object_kind) == (
        row.id,
        7,
        "zhang",
        "areas_area",
    )
    assert leaf.detail == {"reason": "两个村", "source": "page", "tables": {"areas_area": {"inserted": 2}}}


def test_nested_changes_count_their_own_rows(audit_home: Path) -> None:
    with change("外"):
        Area.objects.create(code="1", zh="村", en="V", level=Area.Level.VILLAGE, valid_from="2010-01-01")
        with change("内"):
            Area.objects.filter(code="1").update(zh="新村")
    inner, outer = AuditLeaf.objects.order_by("id")
    assert inner.detail["tables"] == {"areas_area": {"updated": 1}}
    assert outer.detail["tables"] == {"areas_area": {"inserted": 1, "updated": 1}}


def test_failed_change_leaves_nothing(audit_home: Path) -> None:
    with pytest.raises(RuntimeError), change("中断"):
        raise RuntimeError
    assert AuditLeaf.objects.count() == 0


def test_page_with_persons_is_one_leaf_and_an_empty_one_none(audit_home: Path) -> None:
    assert record_reading(None, "persons.list", []) is None
    leaf = record_reading(None, "persons.list", [3, 1, 2])
    assert leaf is not None
    assert leaf.detail == {"ids": [3, 1, 2]}
    assert leaf.object_kind == "persons.list"


def test_heads_chain_and_stand_outside_the_database(audit_home: Path) -> None:
    leaves(3)
    first = seal(clock=FixedClock(START))
    leaves(4)
    second = seal(clock=FixedClock(START))
    assert first is not None
    assert second is not None
    assert (first.size, second.size) == (3, 7)
    assert [line["number"] for line in heads_log.read()] == [1, 2]
    key = audit_home / "audit" / "signing.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    found = verify()
    assert (found.sealed, found.unsealed, found.heads, found.exported, found.whole) == (7, 0, 2, 2, True)


def test_nothing_to_seal_makes_no_head(audit_home: Path) -> None:
    assert seal() is None
    assert TreeHead.objects.count() == 0


def test_sealer_waits_a_minute_or_a_thousand_leaves(audit_home: Path) -> None:
    leaves(1)
    assert seal_if_due(clock=FixedClock(START + timedelta(seconds=59))) is None
    assert seal_if_due(clock=FixedClock(START + timedelta(seconds=60))) is not None
    leaves(1000)
    assert seal_if_due(clock=FixedClock(START + timedelta(seconds=1))) is not None


def test_head_that_a_crash_kept_from_the_log_is_written_by_the_next_seal(audit_home: Path) -> None:
    leaves(1)
    seal()
    before = heads_log.path().read_bytes()
    leaves(1)
    seal()
    heads_log.path().write_bytes(before + b'{"number":2,"ro')  # cut off in the middle of the line
    assert verify().whole
    leaves(1)
    seal()
    assert [line["number"] for line in heads_log.read()] == [1, 2, 3]
    assert verify().whole


def test_table_refuses_to_change_or_remove_a_leaf(audit_home: Path, guarded: None) -> None:
    leaves(2)
    with pytest.raises(Error, match="never changed"), transaction.atomic():
        AuditLeaf.objects.update(action="other")
    with pytest.raises(Error, match="never changed"), transaction.atomic():
        AuditLeaf.objects.all().delete()
    assert seal() is not None
    with pytest.raises(Error, match="never changed"), transaction.atomic():
        AuditLeaf.objects.update(position=9)
