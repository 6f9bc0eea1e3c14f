"""The tree grown leaf by leaf has the roots of RFC 6962, computed here by the recursive definition of section 2.1."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weijian.foundation.audit.merkle import Tree, leaf_hash, node_hash


def _defined(leaves: list[bytes]) -> bytes:
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(_defined(leaves[:split]), _defined(leaves[split:]))


#: Roots of the test vectors of the Certificate Transparency reference implementation (leaves "", 00, 10, 2021, …).
VECTOR_LEAVES = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
VECTOR_ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def test_published_vectors() -> None:
    tree = Tree()
    for count, content in enumerate(VECTOR_LEAVES, start=1):
        tree.append(leaf_hash(bytes.fromhex(content)))
        if count in VECTOR_ROOTS:
            assert tree.root().hex() == VECTOR_ROOTS[count]


@given(st.lists(st.binary(max_size=4), max_size=70), st.integers(0, 70))
def test_grown_tree_has_the_defined_root_also_when_it_goes_on_from_its_frontier(
    contents: list[bytes], cut: int
) -> None:
    leaves = [leaf_hash(content) for content in contents]
    cut = min(cut, len(leaves))
    first = Tree()
    for leaf in leaves[:cut]:
        first.append(leaf)
    tree = Tree(first.size, first.frontier)
    for leaf in leaves[cut:]:
        tree.append(leaf)
    assert tree.root() == _defined(leaves)


def test_frontier_must_fit_the_size() -> None:
    with pytest.raises(ValueError, match="subtree"):
        Tree(3, [b""])
