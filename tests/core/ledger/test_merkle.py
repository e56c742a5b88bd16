"""The tree against published vectors, an independent implementation, and its own definition."""

import hashlib
from collections.abc import Mapping, Sequence

import pymerkle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.errors import ProofError
from evenhand.ledger.merkle import (
    EMPTY_ROOT,
    Frontier,
    MemorySubtreeStore,
    Position,
    leaf_hash,
    node_hash,
    root_at,
    root_of,
)
from evenhand.ledger.paths import consistency_path, inclusion_path, verify_consistency, verify_inclusion

# The vectors of Certificate Transparency's own reference implementation (RFC 6962 trees; RFC 9162 keeps them).
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
NODE = {
    "1": "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "2-3": "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "4": "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "4-5": "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "4-7": "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    "6-7": "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
}
INCLUSION = [
    (0, 1, []),
    (0, 8, [NODE["1"], NODE["2-3"], NODE["4-7"]]),
    (5, 8, [NODE["4"], NODE["6-7"], ROOTS[3]]),
    (2, 3, [ROOTS[1]]),
    (1, 5, [ROOTS[0], NODE["2-3"], NODE["4"]]),
]
CONSISTENCY = [
    (1, 1, []),
    (1, 8, [NODE["1"], NODE["2-3"], NODE["4-7"]]),
    (6, 8, [NODE["4-5"], NODE["6-7"], ROOTS[3]]),
    (2, 5, [NODE["2-3"], NODE["4"]]),
]


class CountingStore(MemorySubtreeStore):
    """Remembers how often and how much it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[int] = []

    def fetch(self, positions: Sequence[Position]) -> Mapping[Position, bytes]:
        self.calls.append(len(positions))
        return super().fetch(positions)


def tree_of(leaves: Sequence[bytes]) -> MemorySubtreeStore:
    store = MemorySubtreeStore()
    store.extend(leaf_hash(leaf) for leaf in leaves)
    return store


def root_by_definition(hashes: Sequence[bytes]) -> bytes:
    """MTH of RFC 9162, section 2.1.1, word for word."""
    if len(hashes) == 1:
        return hashes[0]
    middle = 1
    while middle * 2 < len(hashes):
        middle *= 2
    return node_hash(root_by_definition(hashes[:middle]), root_by_definition(hashes[middle:]))


@pytest.fixture
def published() -> MemorySubtreeStore:
    return tree_of([bytes.fromhex(leaf) for leaf in LEAVES])


def test_the_empty_tree() -> None:
    assert root_at(0, MemorySubtreeStore()) == EMPTY_ROOT == hashlib.sha256().digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_published_roots(published: MemorySubtreeStore, size: int) -> None:
    assert root_at(size, published).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(("index", "size", "path"), INCLUSION)
def test_published_inclusion_paths(published: MemorySubtreeStore, index: int, size: int, path: list[str]) -> None:
    assert [item.hex() for item in inclusion_path(index, size, published)] == path


@pytest.mark.parametrize(("first", "second", "path"), CONSISTENCY)
def test_published_consistency_paths(published: MemorySubtreeStore, first: int, second: int, path: list[str]) -> None:
    assert [item.hex() for item in consistency_path(first, second, published)] == path


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 13, 33])
def test_agrees_with_an_independent_implementation(size: int) -> None:
    leaves = [f"entry {number}".encode() for number in range(size)]
    oracle = pymerkle.InmemoryTree.init_from_entries(leaves, algorithm="sha256")
    store = tree_of(leaves)
    assert root_at(size, store) == oracle.get_root()
    for index in range(size):
        proof = oracle.prove_inclusion(index + 1, size)
        pymerkle.verify_inclusion(oracle.get_leaf(index + 1), root_at(size, store), proof)
        assert root_of_pymerkle_path(proof.path) == inclusion_path(index, size, store)


def root_of_pymerkle_path(path: Sequence[bytes]) -> list[bytes]:
    return list(path[1:])  # pymerkle's path begins with the leaf itself


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=70), st.data())
def test_every_leaf_and_every_older_tree_can_be_proven(leaves: list[bytes], data: st.DataObject) -> None:
    store, hashes = tree_of(leaves), [leaf_hash(leaf) for leaf in leaves]
    second = data.draw(st.integers(1, len(leaves)))
    first, index = data.draw(st.integers(0, second)), data.draw(st.integers(0, second - 1))
    root = root_at(second, store)
    assert root == root_by_definition(hashes[:second]) == root_of(hashes[:second])
    verify_inclusion(hashes[index], index, second, inclusion_path(index, second, store), root)
    verify_consistency(first, second, consistency_path(first, second, store), root_at(first, store), root)


@given(st.integers(2, 70), st.data())
def test_a_changed_proof_does_not_hold(size: int, data: st.DataObject) -> None:
    store = tree_of([bytes([number]) for number in range(size)])
    index, root = data.draw(st.integers(0, size - 1)), root_at(size, store)
    path = inclusion_path(index, size, store)
    broken = data.draw(st.integers(0, len(path) - 1))
    path[broken] = bytes([path[broken][0] ^ 1]) + path[broken][1:]
    with pytest.raises(ProofError):
        verify_inclusion(leaf_hash(bytes([index])), index, size, path, root)


@given(st.integers(2, 70), st.data())
def test_a_changed_history_is_not_consistent(size: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, size - 1))
    changed = data.draw(st.integers(0, first - 1))
    before = tree_of([bytes([number]) for number in range(size)])
    after = tree_of([bytes([number]) if number != changed else b"changed" for number in range(size)])
    path = consistency_path(first, size, after)
    with pytest.raises(ProofError):
        verify_consistency(first, size, path, root_at(first, before), root_at(size, after))


@pytest.mark.parametrize("path", [[], [b"x" * 32], [b"x" * 32] * 9, [b"short"] * 3])
def test_a_path_of_wrong_length_is_malformed(published: MemorySubtreeStore, path: list[bytes]) -> None:
    root = root_at(8, published)
    with pytest.raises(ProofError, match="malformed"):
        verify_inclusion(leaf_hash(b""), 0, 8, path, root)
    with pytest.raises(ProofError, match="malformed"):
        verify_consistency(3, 8, path, root_at(3, published), root)


@pytest.mark.parametrize(("index", "size"), [(-1, 4), (4, 4), (0, 0)])
def test_a_leaf_outside_the_tree_has_no_proof(published: MemorySubtreeStore, index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf number"):
        inclusion_path(index, size, published)
    with pytest.raises(ProofError, match="no leaf number"):
        verify_inclusion(leaf_hash(b""), index, size, [], EMPTY_ROOT)


def test_a_shorter_tree_continues_nothing(published: MemorySubtreeStore) -> None:
    with pytest.raises(ValueError, match="cannot continue"):
        consistency_path(5, 4, published)
    with pytest.raises(ProofError, match="cannot continue"):
        verify_consistency(5, 4, [], EMPTY_ROOT, EMPTY_ROOT)


def test_equal_sizes_need_equal_roots_and_no_path(published: MemorySubtreeStore) -> None:
    with pytest.raises(ProofError, match="history was changed"):
        verify_consistency(4, 4, [], root_at(4, published), root_at(5, published))
    with pytest.raises(ProofError, match="no path is needed"):
        verify_consistency(4, 4, [EMPTY_ROOT], root_at(4, published), root_at(4, published))


def test_proofs_in_a_large_tree_fetch_few_subtrees_at_once() -> None:
    store = CountingStore()
    store.extend(leaf_hash(str(number).encode()) for number in range(10_000))
    store.calls.clear()
    inclusion_path(4_321, 10_000, store)
    consistency_path(4_321, 10_000, store)
    root_at(9_999, store)
    assert len(store.calls) == 3
    assert max(store.calls) <= 2 * 14


def test_a_tree_can_be_continued_from_its_store(published: MemorySubtreeStore) -> None:
    for size in range(9):
        assert Frontier.load(size, published).root() == root_at(size, published)


def test_a_missing_subtree_is_named(published: MemorySubtreeStore) -> None:
    del published.hashes[Position(2, 1)]
    with pytest.raises(ProofError, match="subtree of leaves 4 to 7 is missing"):
        inclusion_path(0, 8, published)
