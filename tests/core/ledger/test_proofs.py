"""Proofs in their JSON form: written, read back, checked against checkpoints, and refused when they are false."""

from dataclasses import replace
from typing import Any

import pytest

from evenhand.errors import ProofError, SignatureError
from evenhand.ledger.canonical import canonical_bytes
from evenhand.ledger.chain import SealedEntry
from evenhand.ledger.checkpoints import Checkpoint
from evenhand.ledger.heads import Head, heads_path, heads_root
from evenhand.ledger.merkle import MemorySubtreeStore, root_at
from evenhand.ledger.notes import SignerKey
from evenhand.ledger.paths import consistency_path, inclusion_path
from evenhand.ledger.proofs import ConsistencyProof, HeadsProof, InclusionProof
from evenhand.ledger.receipts import sign_receipt, verify_receipt
from tests.core.ledger.stories import heads_of, uid


@pytest.fixture
def store(sealed: list[SealedEntry]) -> MemorySubtreeStore:
    store = MemorySubtreeStore()
    store.extend(item.sealed_hash for item in sealed)
    return store


def sorted_heads(sealed: list[SealedEntry]) -> list[Head]:
    return sorted(heads_of(sealed).values(), key=lambda head: head.subject_uid)


def checkpoint_at(size: int, sealed: list[SealedEntry], store: MemorySubtreeStore) -> Checkpoint:
    count, root = heads_root(sorted_heads(sealed[:size]))
    return Checkpoint("ledger.example", size, root_at(size, store), count, root)


def inclusion(place: int, sealed: list[SealedEntry], store: MemorySubtreeStore) -> InclusionProof:
    item, size = sealed[place], len(sealed)
    return InclusionProof(item.entry.uid, item.sealed_hash, place, size, tuple(inclusion_path(place, size, store)))


def heads_proof(subject: str, sealed: list[SealedEntry]) -> HeadsProof:
    found = heads_path(sorted_heads(sealed), uid(subject))
    assert found is not None
    index, size, head, path = found
    return HeadsProof(head, index, size, tuple(path))


def test_inclusion(sealed: list[SealedEntry], store: MemorySubtreeStore) -> None:
    checkpoint = checkpoint_at(len(sealed), sealed, store)
    for place, item in enumerate(sealed):
        proof = InclusionProof.from_json(inclusion(place, sealed, store).to_json())
        proof.verify(checkpoint, entry=item.entry)


def test_inclusion_of_an_altered_entry(sealed: list[SealedEntry], store: MemorySubtreeStore) -> None:
    checkpoint = checkpoint_at(len(sealed), sealed, store)
    altered = replace(sealed[2].entry, event="system.retired")
    with pytest.raises(ProofError, match="was altered"):
        inclusion(2, sealed, store).verify(checkpoint, entry=altered)


def test_inclusion_in_another_tree(sealed: list[SealedEntry], store: MemorySubtreeStore) -> None:
    proof = inclusion(2, sealed, store)
    with pytest.raises(ProofError, match="a tree of 7, the checkpoint about one of 6"):
        proof.verify(checkpoint_at(6, sealed, store))
    with pytest.raises(ProofError, match="not part of the tree"):
        proof.verify(replace(checkpoint_at(7, sealed, store), root=bytes(32)))


def test_consistency(sealed: list[SealedEntry], store: MemorySubtreeStore) -> None:
    for first in range(8):
        proof = ConsistencyProof(first, 7, tuple(consistency_path(first, 7, store)))
        again = ConsistencyProof.from_json(proof.to_json())
        again.verify(checkpoint_at(first, sealed, store), checkpoint_at(7, sealed, store))


def test_consistency_of_a_rewritten_history(sealed: list[SealedEntry], store: MemorySubtreeStore) -> None:
    proof = ConsistencyProof(5, 7, tuple(consistency_path(5, 7, store)))
    kept = replace(checkpoint_at(5, sealed, store), root=b"k" * 32)
    with pytest.raises(ProofError, match="history was changed"):
        proof.verify(kept, checkpoint_at(7, sealed, store))


def test_consistency_between_two_ledgers(sealed: list[SealedEntry], store: MemorySubtreeStore) -> None:
    first = replace(checkpoint_at(5, sealed, store), origin="other.example")
    with pytest.raises(ProofError, match="different ledgers"):
        ConsistencyProof(5, 7, ()).verify(first, checkpoint_at(7, sealed, store))


def test_heads(sealed: list[SealedEntry], store: MemorySubtreeStore) -> None:
    checkpoint = checkpoint_at(7, sealed, store)
    for subject, number in [("loans", 4), ("hiring", 2), ("triage", 1)]:
        proof = HeadsProof.from_json(heads_proof(subject, sealed).to_json())
        assert proof.head.number == number
        proof.verify(checkpoint)


def test_heads_of_a_shortened_story(sealed: list[SealedEntry], store: MemorySubtreeStore) -> None:
    proof = heads_proof("loans", sealed)
    shortened = replace(proof, head=replace(proof.head, number=3, entry_hash=sealed[3].sealed_hash))
    with pytest.raises(ProofError, match="ends with number 3"):
        shortened.verify(checkpoint_at(7, sealed, store))


def test_an_unknown_subject_has_no_heads_proof(sealed: list[SealedEntry]) -> None:
    assert heads_path(sorted_heads(sealed), uid("pricing")) is None


def test_heads_must_be_sorted(sealed: list[SealedEntry]) -> None:
    with pytest.raises(ValueError, match="not sorted"):
        heads_root(reversed(sorted_heads(sealed)))


def test_a_heads_leaf_is_canonical_json() -> None:
    head = Head(uid("loans"), 12, bytes(range(32)))
    assert head.canonical_bytes() == canonical_bytes([str(uid("loans")), 12, bytes(range(32)).hex()])


@pytest.mark.parametrize(
    "change",
    [
        {"format": "other/1"},
        {"index": -1},
        {"index": True},
        {"size": "7"},
        {"leaf_hash": "00"},
        {"leaf_hash": None},
        {"leaf_hash": "zz"},
        {"path": "00"},
        {"path": ["00"]},
        {"path": ["00" * 32] * 129},
        {"entry_uid": "x"},
        {"entry_uid": None},
    ],
)
def test_malformed_proofs_are_refused(
    sealed: list[SealedEntry], store: MemorySubtreeStore, change: dict[str, Any]
) -> None:
    with pytest.raises(ProofError):
        InclusionProof.from_json({**inclusion(0, sealed, store).to_json(), **change})


def test_a_receipt_binds_the_ledger_to_the_entry(sealed: list[SealedEntry]) -> None:
    signer, (entry, hashed) = SignerKey.generate("ledger.example"), (sealed[0].entry.uid, sealed[0].sealed_hash)
    signature = sign_receipt(signer, entry_uid=entry, leaf_hash=hashed)
    verify_receipt(signer.verifier, entry_uid=entry, leaf_hash=hashed, signature=signature)
    for wrong in ({"leaf_hash": bytes(32)}, {"signature": "AAAA"}, {"signature": "?"}, {"entry_uid": uid("other")}):
        arguments: dict[str, Any] = {"entry_uid": entry, "leaf_hash": hashed, "signature": signature, **wrong}
        with pytest.raises(SignatureError):
            verify_receipt(signer.verifier, **arguments)
