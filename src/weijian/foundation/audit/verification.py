"""Reads the whole tree again and says what is sealed, what is not yet, and what was changed, removed or put in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from weijian.foundation.audit import heads_log, keys
from weijian.foundation.audit.merkle import Tree
from weijian.foundation.audit.models import AuditLeaf, TreeHead
from weijian.foundation.audit.services import LOCK
from weijian.foundation.audit.statements import canonical, hash_of, head_hash, statement_of

#: Leaves read at a time.
CHUNK = 5000


@dataclass(frozen=True)
class Fault:
    """One finding: ``kind`` of tampering, ``where`` (leaf or head), and what in words."""

    kind: str
    where: str
    what: str


@dataclass
class Verification:
    """What the verifier found; ``whole`` where nothing is broken."""

    sealed: int = 0
    unsealed: int = 0
    heads: int = 0
    exported: int = 0
    root: str = ""
    broken: list[Fault] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """No fault."""
        return not self.broken

    def add(self, kind: str, where: str, what: str) -> None:
        """Note a fault."""
        self.broken.append(Fault(kind, where, what))

    def as_dict(self) -> dict[str, Any]:
        """As one JSON document."""
        return {
            "whole": self.whole,
            "sealed": self.sealed,
            "unsealed": self.unsealed,
            "heads": self.heads,
            "exported": self.exported,
            "root": self.root,
            "broken": [{"kind": one.kind, "where": one.where, "what": one.what} for one in self.broken],
        }


def verify(copy: Path | None = None) -> Verification:
    """Verify every leaf and head; ``copy`` is a copy of ``heads.log`` kept elsewhere, which is held against it too."""
    found = Verification()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        heads = list(TreeHead.objects.order_by("number"))
        _check_chain(heads, found)
        _check_log(heads, heads_log.read(), "heads.log", found)
        if copy is not None:
            _check_log(heads, heads_log.read(copy), copy.name, found)
        _check_leaves(heads, found)
        _check_unsealed(found)
        _check_changes(found)
    return found


def _check_chain(heads: list[TreeHead], found: Verification) -> None:
    """Numbers without a gap, growing sizes, each naming the one before, each signed by a key of this home."""
    before: TreeHead | None = None
    for head in heads:
        where = f"head {head.number}"
        if head.number != (before.number + 1 if before else 1):
            found.add("head_missing", where, "前面的树头缺失")
        elif head.previous != (head_hash(before) if before else ""):
            found.add("head_chain", where, "与前一树头的哈希不符")
        if before is not None and head.size <= before.size:
            found.add("head_size", where, "叶数没有增加")
        if not keys.is_signed(canonical(statement_of(head)), head.signature, head.key_id):
            found.add("head_signature", where, "签名无效")
        before = head
    found.heads = len(heads)
    found.root = heads[-1].root if heads else ""


def _check_log(heads: list[TreeHead], lines: list[dict[str, Any]], name: str, found: Verification) -> None:
    """Each head said outside the database is still there, word for word, and the other way round."""
    by_number = {head.number: head for head in heads}
    said = set()
    for line in lines:
        number = line["number"]
        said.add(number)
        head = by_number.get(number)
        if head is None:
            found.add("head_dropped", f"head {number}", f"{name} 中有此树头,数据库中没有")
        elif canonical(line) != heads_log.line_of(head):
            found.add("head_rewritten", f"head {number}", f"与 {name} 中的树头不一致")
    newest = max(said, default=0)
    for head in heads:
        # Heads after the newest of the log were committed just before a crash: the next seal writes them there.
        if head.number not in said and (head.number < newest or (name == "heads.log" and not said and len(heads) > 1)):
            found.add("log_cut", f"head {head.number}", f"{name} 中缺少此树头")
    if name == "heads.log":
        found.exported = len(said & set(by_number))


def _check_leaves(heads: list[TreeHead], found: Verification) -> None:
    """Hash every sealed leaf again and hold the root of every head against it."""
    pending = iter(heads)
    head = next(pending, None)
    tree = Tree()
    segment_is_broken = False
    for leaf in _sealed_leaves():
        position = int(leaf.position or 0)
        if head is None or position < 0:
            found.add("leaf_inserted", f"leaf {leaf.pk}", "有位置但不在任何树头之内")
            continue
        while position > tree.size:
            # A leaf is gone: name it, and go on from the next head, whose subtree roots stand for what is lost.
            found.add("leaf_missing", f"position {tree.size}", "此位置的记录被删除")
            segment_is_broken = True
            while head is not None and position >= head.size:
                tree, head = _after(head), next(pending, None)
            if head is None:
                break
            tree.size = position
        if head is None:
            found.add("leaf_inserted", f"leaf {leaf.pk}", "有位置但不在任何树头之内")
            continue
        hashed = hash_of(leaf)
        if hashed.hex() != leaf.leaf_hash:
            found.add("leaf_edited", f"leaf {leaf.pk}", "内容与其哈希不符")
            segment_is_broken = True
        found.sealed += 1
        if segment_is_broken:
            tree.size += 1
        else:
            tree.append(hashed)
        if tree.size == head.size:
            if not segment_is_broken and tree.root().hex() != head.root:
                found.add("root", f"head {head.number}", "重算的根与签名的根不同:其中有记录被替换、插入或调换次序")
            tree, head, segment_is_broken = _after(head), next(pending, None), False
    while head is not None:
        found.add("leaf_missing", f"position {tree.size}", f"树头 {head.number} 末尾的记录被删除")
        tree, head = _after(head), next(pending, None)


def _after(head: TreeHead) -> Tree:
    """The tree as the head left it, so that a fault before it does not hide what comes after."""
    try:
        return Tree(head.size, [bytes.fromhex(one) for one in head.frontier])
    except ValueError:
        return Tree(head.size, [b"\x00" * 32] * head.size.bit_count())


def _sealed_leaves() -> Iterator[AuditLeaf]:
    after = -(2**63)
    while True:
        chunk = list(AuditLeaf.objects.filter(position__gt=after).order_by("position")[:CHUNK])
        yield from chunk
        if len(chunk) < CHUNK:
            return
        after = int(chunk[-1].position or 0)


def _check_unsealed(found: Verification) -> None:
    for leaf in AuditLeaf.objects.filter(position=None).order_by("id").iterator(chunk_size=CHUNK):
        found.unsealed += 1
        if hash_of(leaf).hex() != leaf.leaf_hash:
            found.add("leaf_edited", f"leaf {leaf.pk}", "未封存的记录内容与其哈希不符")


def _check_changes(found: Verification) -> None:
    """Each change row since the first leaf has its leaf: a leaf removed before it was sealed leaves its
    change behind."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.id FROM changes_change c LEFT JOIN audit_auditleaf l ON l.change_id = c.id WHERE l.id IS NULL "
            "AND c.id >= (SELECT min(change_id) FROM audit_auditleaf) ORDER BY c.id LIMIT 100"
        )
        for (change_id,) in cursor.fetchall():
            found.add("leaf_missing", f"change {change_id}", "该变更没有审计记录")
