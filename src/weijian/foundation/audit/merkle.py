"""The Merkle tree of RFC 6962 (section 2.1), kept as the roots of its perfect subtrees so that it grows
leaf by leaf."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def leaf_hash(content: bytes) -> bytes:
    """Hash of a leaf: SHA-256(0x00 ‖ content)."""
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node: SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A growing tree: ``size`` leaves, and the roots of its perfect subtrees, largest first."""

    def __init__(self, size: int = 0, frontier: Sequence[bytes] = ()) -> None:
        if size.bit_count() != len(frontier):
            raise ValueError("as many subtree roots as ones in the binary size")
        self.size = size
        self.frontier = list(frontier)

    def append(self, leaf: bytes) -> None:
        """Add the hash of one leaf: equal subtrees merge as carries do in binary addition."""
        carried, size = leaf, self.size
        while size & 1:
            carried = node_hash(self.frontier.pop(), carried)
            size >>= 1
        self.frontier.append(carried)
        self.size += 1

    def root(self) -> bytes:
        """The Merkle tree hash; of an empty tree the hash of nothing."""
        if not self.frontier:
            return hashlib.sha256(b"").digest()
        found = self.frontier[-1]
        for subtree in reversed(self.frontier[:-1]):
            found = node_hash(subtree, found)
        return found
