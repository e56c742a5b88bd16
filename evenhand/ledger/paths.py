"""Inclusion and consistency paths of the RFC 9162 tree: making them from stored subtrees, and checking them."""

from __future__ import annotations

from collections.abc import Sequence

from evenhand.errors import ProofError
from evenhand.ledger.merkle import EMPTY_ROOT, Span, SubtreeStore, hash_spans, node_hash

_HASH_BYTES = 32


def inclusion_path(index: int, size: int, store: SubtreeStore) -> list[bytes]:
    """Return the path that proves a leaf to be in the tree (RFC 9162, section 2.1.3.1).

    Parameters
    ----------
    index
        Number of the leaf, from 0.
    size
        Number of leaves of the tree it is proven in.
    store
        The full subtrees; about log2(size) of them are fetched, at once.

    Returns
    -------
    list[bytes]
        Sibling hashes, from the leaf up.

    Raises
    ------
    ValueError
        When the tree has no such leaf.
    ProofError
        When the store lacks a subtree.
    """
    if not 0 <= index < size:
        raise ValueError(f"A tree of {size} leaves has no leaf number {index}.")
    siblings, span = [], Span(0, size)
    while span.end - span.start > 1:
        middle = _split(span)
        left, right = Span(span.start, middle), Span(middle, span.end)
        span, sibling = (left, right) if index < middle else (right, left)
        siblings.append(sibling)
    return hash_spans(siblings[::-1], store)


def consistency_path(first: int, second: int, store: SubtreeStore) -> list[bytes]:
    """Return the path that proves a tree to be a continuation of a smaller one (RFC 9162, section 2.1.4.1).

    Parameters
    ----------
    first, second
        Numbers of leaves of the older and the newer tree. From an empty tree, or from a tree to itself, the path
        is empty.
    store
        The full subtrees.

    Returns
    -------
    list[bytes]
        The hashes, in the order of the RFC.

    Raises
    ------
    ValueError
        When the first is larger than the second.
    ProofError
        When the store lacks a subtree.
    """
    if not 0 <= first <= second:
        raise ValueError(f"A tree of {second} leaves cannot continue one of {first} leaves.")
    if first in (0, second):
        return []
    siblings, span = [], Span(0, second)
    while span.end != first:
        middle = _split(span)
        left, right = Span(span.start, middle), Span(middle, span.end)
        span, sibling = (left, right) if first <= middle else (right, left)
        siblings.append(sibling)
    known_already = span.start == 0
    return hash_spans((siblings if known_already else [*siblings, span])[::-1], store)


def root_from_inclusion(hashed: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """Return the root that an inclusion path leads to (RFC 9162, section 2.1.3.2).

    Parameters
    ----------
    hashed
        The leaf's hash.
    index, size
        Number of the leaf, and of all leaves.
    path
        Sibling hashes, from the leaf up.

    Returns
    -------
    bytes
        To be compared with the root of a signed checkpoint of that size.

    Raises
    ------
    ProofError
        When the path has the wrong length for this index and size.
    """
    if not 0 <= index < size:
        raise ProofError(f"The proof is malformed: a tree of {size} leaves has no leaf number {index}.")
    node, last, result = index, size - 1, hashed
    for sibling in _checked(path):
        if last == 0:
            raise ProofError(f"The proof is malformed: its path is too long for leaf {index} of {size}.")
        if node & 1 or node == last:
            result = node_hash(sibling, result)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        node, last = node >> 1, last >> 1
    if last != 0:
        raise ProofError(f"The proof is malformed: its path is too short for leaf {index} of {size}.")
    return result


def verify_inclusion(hashed: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Check that a leaf is in the tree with this root.

    Parameters
    ----------
    hashed, index, size, path
        See `root_from_inclusion`.
    root
        The root to arrive at.

    Raises
    ------
    ProofError
        When it is not.
    """
    if root_from_inclusion(hashed, index, size, path) != root:
        raise ProofError(f"Leaf {index} is not part of the tree of {size} leaves with root {root.hex()}.")


def verify_consistency(first: int, second: int, path: Sequence[bytes], first_root: bytes, second_root: bytes) -> None:
    """Check that a tree continues an older one without changing it (RFC 9162, section 2.1.4.2).

    Parameters
    ----------
    first, second
        Numbers of leaves of the older and the newer tree.
    path
        The consistency path; empty from an empty tree and between equal trees.
    first_root, second_root
        Their roots.

    Raises
    ------
    ProofError
        When the newer tree does not contain the older one, or the path is malformed.
    """
    if not 0 <= first <= second:
        raise ProofError(f"The proof is malformed: {second} leaves cannot continue {first} leaves.")
    if first in (0, second):
        if path:
            raise ProofError("The proof is malformed: no path is needed here, but one was given.")
        expected = EMPTY_ROOT if first == 0 else second_root
        roots = (expected, second_root)
    else:
        roots = _roots_from_consistency(first, second, _checked(path), first_root)
    if roots != (first_root, second_root):
        raise ProofError(f"The ledger of {second} entries does not continue the one of {first}: history was changed.")


def _roots_from_consistency(first: int, second: int, path: Sequence[bytes], first_root: bytes) -> tuple[bytes, bytes]:
    is_full = first & (first - 1) == 0
    hashes = [first_root, *path] if is_full else list(path)
    if not hashes:
        raise ProofError("The proof is malformed: its path is empty.")
    node, last = first - 1, second - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            raise ProofError("The proof is malformed: its path is too long.")
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    if last != 0:
        raise ProofError("The proof is malformed: its path is too short.")
    return old, new


def _split(span: Span) -> int:
    """Where the RFC splits a run: after the largest power of two smaller than its length."""
    return span.start + (1 << ((span.end - span.start - 1).bit_length() - 1))


def _checked(path: Sequence[bytes]) -> Sequence[bytes]:
    if any(len(hashed) != _HASH_BYTES for hashed in path):
        raise ProofError(f"The proof is malformed: every hash of a path has {_HASH_BYTES} bytes.")
    return path
