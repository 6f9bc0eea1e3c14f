"""Whoever changes the audit with all rights of the database is found: edit, deletion, insertion,
reordering, dropped head."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from weijian.foundation.audit import heads_log
from weijian.foundation.audit.models import AuditLeaf, TreeHead
from weijian.foundation.audit.services import seal, write_leaf
from weijian.foundation.audit.statements import hash_of
from weijian.foundation.audit.verification import verify
from weijian.foundation.changes.services import change

START = datetime(2018, 3, 1, 1, tzinfo=UTC)


@pytest.fixture
def tree(audit_home: Path) -> list[int]:
    """Three heads over 5 + 4 + 3 leaves, and one leaf that waits; ids of the sealed leaves."""
    for count in (5, 4, 3):
        for number in range(count):
            write_leaf(at=START, action="test", detail={"number": number, "of": count})
        assert seal() is not None
    write_leaf(at=START, action="test", detail={"last": True})
    assert verify().whole
    return list(AuditLeaf.objects.exclude(position=None).order_by("position").values_list("pk", flat=True))


def kinds() -> list[tuple[str, str]]:
    return [(one.kind, one.where) for one in verify().broken]


def rehashed(leaf: AuditLeaf) -> None:
    leaf.leaf_hash = hash_of(leaf).hex()
    leaf.save()


def test_edit_names_the_leaf(tree: list[int]) -> None:
    AuditLeaf.objects.filter(pk=tree[6]).update(actor_name="someone else")
    assert kinds() == [("leaf_edited", f"leaf {tree[6]}")]


def test_edit_with_a_fitting_hash_breaks_the_root_of_its_head_only(tree: list[int]) -> None:
    leaf = AuditLeaf.objects.get(pk=tree[6])
    leaf.detail = {"number": 99}
    rehashed(leaf)
    assert kinds() == [("root", "head 2")]


def test_edit_of_a_waiting_leaf(tree: list[int]) -> None:
    AuditLeaf.objects.filter(position=None).update(action="other")
    assert [kind for kind, _where in kinds()] == ["leaf_edited"]


def test_deletion_in_the_middle_names_the_position(tree: list[int]) -> None:
    AuditLeaf.objects.filter(pk=tree[2]).delete()
    assert kinds() == [("leaf_missing", "position 2")]


def test_deletion_of_the_tail(tree: list[int]) -> None:
    AuditLeaf.objects.filter(pk__in=tree[-2:]).delete()
    assert kinds() == [("leaf_missing", "position 10")]


def test_deletion_of_a_whole_head_with_its_leaves(tree: list[int]) -> None:
    AuditLeaf.objects.filter(pk__in=tree[9:]).delete()
    TreeHead.objects.filter(number=3).delete()
    assert kinds() == [("head_dropped", "head 3")]


def test_deletion_over_several_heads(tree: list[int]) -> None:
    AuditLeaf.objects.filter(pk__in=tree[3:10]).delete()
    assert ("leaf_missing", "position 3") in kinds()


def test_insertion_between_leaves(tree: list[int]) -> None:
    after = AuditLeaf.objects.filter(position__gte=5).order_by("-position")
    for leaf in after:
        AuditLeaf.objects.filter(pk=leaf.pk).update(position=leaf.position + 1)  # type: ignore[operator]
    forged = AuditLeaf(at=START, action="forged", position=5)
    rehashed(forged)
    assert kinds()[0] == ("root", "head 2")


def test_insertion_after_the_last_head(tree: list[int]) -> None:
    forged = AuditLeaf(at=START, action="forged", position=12)
    rehashed(forged)
    assert kinds() == [("leaf_inserted", f"leaf {forged.pk}")]


def test_reordering(tree: list[int]) -> None:
    first, second = AuditLeaf.objects.filter(pk__in=tree[5:7]).order_by("position")
    AuditLeaf.objects.filter(pk=first.pk).update(position=100)
    AuditLeaf.objects.filter(pk=second.pk).update(position=5)
    AuditLeaf.objects.filter(pk=first.pk).update(position=6)
    assert kinds() == [("root", "head 2")]


def test_dropped_head_in_the_middle(tree: list[int]) -> None:
    TreeHead.objects.filter(number=2).delete()
    assert ("head_dropped", "head 2") in kinds()
    assert ("head_missing", "head 3") in kinds()


def test_rewritten_head_without_the_key(tree: list[int]) -> None:
    TreeHead.objects.filter(number=3).update(root="00" * 32)
    found = kinds()
    assert ("head_signature", "head 3") in found
    assert ("head_rewritten", "head 3") in found


def test_shortened_log_is_found_by_a_copy_kept_elsewhere(tree: list[int], tmp_path: Path) -> None:
    copy = tmp_path / "copy.log"
    copy.write_bytes(heads_log.path().read_bytes())
    AuditLeaf.objects.filter(pk__in=tree[9:]).delete()
    TreeHead.objects.filter(number=3).delete()
    lines = heads_log.path().read_bytes().splitlines(keepends=True)
    heads_log.path().write_bytes(b"".join(lines[:2]))
    assert verify().whole, "database and log agree: only the copy knows better"
    assert [(one.kind, one.where) for one in verify(copy).broken] == [("head_dropped", "head 3")]


def test_lost_log(tree: list[int]) -> None:
    heads_log.path().unlink()
    assert {kind for kind, _where in kinds()} == {"log_cut"}


def test_leaf_removed_before_it_was_sealed_leaves_its_change(tree: list[int]) -> None:
    with change("留下"):
        pass
    with change("被删") as row:
        pass
    AuditLeaf.objects.filter(change_id=row.id).delete()
    assert ("leaf_missing", f"change {row.id}") in kinds()
