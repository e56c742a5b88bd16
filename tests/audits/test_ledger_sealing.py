"""The sequencer takes every committed entry, in whatever order they commit, and signs what it sealed."""

import stat
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections, transaction

from audits import recorder
from audits.errors import LedgerError
from audits.recorder.keys import _key_path
from audits.services import ledger
from audits.tasks import seal_ledger
from evenhand.ledger.checkpoints import verify_checkpoint
from evenhand.ledger.entries import Entry
from evenhand.ledger.heads import Head, heads_root
from evenhand.ledger.merkle import leaf_hash, root_of
from evenhand.ledger.proofs import ConsistencyProof, HeadsProof, InclusionProof
from governance import events, services
from governance.models import System, Team, User
from tests.threads import in_thread


def last_entry(row: Any) -> Any:
    return recorder.history(row.uid).last()


def make_teams(*names: str) -> list[Team]:
    return [services.create_team(slug=name, name=name.title(), by=None) for name in names]


def test_sealing_gives_every_entry_a_leaf(db: None) -> None:
    make_teams("a", "b", "c")
    assert recorder.age_of_oldest_unsealed() > 0
    assert recorder.seal() == 3
    assert (recorder.tree_size(), recorder.age_of_oldest_unsealed()) == (3, 0.0)
    assert recorder.seal() == 0


def test_the_checkpoint_signs_roots_computed_from_the_entries(db: None) -> None:
    teams = make_teams("a", "b", "c", "d", "e")
    note = ledger.seal_ledger()
    signed = verify_checkpoint(note, recorder.verifier_keys())
    entries = [last_entry(team).as_sealable() for team in teams]
    assert signed.size == 5
    assert signed.root == root_of(leaf_hash(entry.canonical_bytes()) for entry in entries)
    heads = sorted(
        (Head(entry.subject_uid, 1, entry.leaf_hash()) for entry in entries), key=lambda head: head.subject_uid
    )
    assert (signed.heads_size, signed.heads_root) == heads_root(heads)


def test_nothing_new_is_not_signed_again(db: None) -> None:
    make_teams("a")
    assert ledger.seal_ledger() == ledger.seal_ledger()


def test_the_task_seals(db: None) -> None:
    make_teams("a", "b")
    seal_ledger(0)
    latest = recorder.latest_checkpoint()
    assert latest is not None
    assert latest.size == 2


def test_an_entry_that_commits_late_is_not_forgotten(committed_db: str) -> None:
    """Its id is lower than one sealed before it was committed."""
    with transaction.atomic():
        (slow,) = make_teams("slow")
        (fast,) = in_thread(lambda: make_teams("fast"))
        in_thread(recorder.seal)
        assert in_thread(recorder.tree_size) == 1
    assert recorder.seal() == 1
    slow_entry, fast_entry = (last_entry(team) for team in (slow, fast))
    assert slow_entry.pk < fast_entry.pk
    assert slow_entry.leaf.index > fast_entry.leaf.index


def test_what_is_rolled_back_leaves_no_trace(committed_db: str) -> None:
    with transaction.atomic():
        make_teams("gone")
        transaction.set_rollback(True)
    make_teams("here")
    assert recorder.seal() == 1
    assert recorder.verify().holds


def test_sealers_do_not_seal_twice(committed_db: str) -> None:
    make_teams(*(f"team-{number}" for number in range(20)))
    with transaction.atomic():
        assert recorder.seal() == 20
        other = in_thread(recorder.seal, wait=False)
    assert other.result(timeout=20) == 0
    assert recorder.tree_size() == 20


def test_many_writers_of_one_story_leave_no_gap(committed_db: str) -> None:
    """Each writer waits for the story's head, so numbers are complete and every entry follows the one before."""
    (team,) = make_teams("busy")

    def write() -> None:
        for number in range(8):
            with transaction.atomic():
                events.publish("attempt.refused", subject=team, by=None, data={"number": number})
            recorder.seal()

    for writing in [in_thread(write, wait=False) for _ in range(4)]:
        writing.result(timeout=60)
    recorder.sealed_checkpoint()
    assert [entry.subject_number for entry in recorder.history(team.uid)] == list(range(1, 34))
    assert recorder.tree_size() == 33
    assert recorder.verify().holds


def test_large_batches_make_the_same_tree(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audits.recorder.sealing.BATCH", 3)
    make_teams(*(f"team-{number}" for number in range(11)))
    assert recorder.seal() == 11
    assert recorder.checkpoint().size == 11
    assert recorder.verify().holds


def test_forgotten_entries_are_listed_again(committed_db: str) -> None:
    make_teams("a", "b")
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM audits_unsealed")
    assert recorder.seal() == 0
    assert not recorder.verify().holds
    assert recorder.queue_forgotten() == 2
    assert recorder.seal() == 2
    assert recorder.verify().holds


def test_a_contradicting_history_is_not_signed(committed_db: str) -> None:
    make_teams("a", "b", "c")
    recorder.sealed_checkpoint()
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE audits_leaf DISABLE TRIGGER USER")
        cursor.execute("UPDATE audits_leaf SET hash = decode(repeat('00', 32), 'hex') WHERE index = 2")
        cursor.execute("ALTER TABLE audits_leaf ENABLE TRIGGER USER")
    make_teams("d")
    with pytest.raises(LedgerError, match="does not continue its checkpoint of 3"):
        recorder.sealed_checkpoint()


def test_the_key_is_private(db: None) -> None:
    make_teams("a")
    assert stat.S_IMODE(_key_path().stat().st_mode) == 0o600


def test_a_lost_key_is_not_replaced(db: None, settings: object, tmp_path: Path) -> None:
    make_teams("a")
    recorder.sealed_checkpoint()
    settings.KEYS_DIR = tmp_path / "elsewhere"  # type: ignore[attr-defined]  # pytest-django's wrapper
    with pytest.raises(LedgerError, match="Restore it from your backup"):
        recorder.ensure_keys()


def test_a_new_installation_makes_its_key(db: None, settings: object, tmp_path: Path) -> None:
    settings.KEYS_DIR = tmp_path / "keys"  # type: ignore[attr-defined]  # pytest-django's wrapper
    made = recorder.ensure_keys()
    assert recorder.ensure_keys() == made
    assert (tmp_path / "keys" / "ledger.pub").read_text().strip() == str(made)


def test_every_entry_is_proven_in_the_checkpoint(system: System, engineer: User) -> None:
    for number in range(6):
        services.change_system(system=system, by=engineer, purpose=f"Purpose {number}.")
    for entry in recorder.history(system.uid):
        evidence = ledger.inclusion_evidence(entry)
        checkpoint = verify_checkpoint(evidence["checkpoint"], recorder.verifier_keys())
        InclusionProof.from_json(evidence["proof"]).verify(checkpoint, entry=Entry.from_json(evidence["entry"]))


def test_a_whole_story_is_proven(system: System, engineer: User) -> None:
    services.change_system(system=system, by=engineer, purpose="Another purpose.")
    evidence = ledger.story_evidence(system)
    checkpoint = verify_checkpoint(evidence["checkpoint"], recorder.verifier_keys())
    proof = HeadsProof.from_json(evidence["proof"])
    proof.verify(checkpoint)
    last = Entry.from_json(evidence["entries"][-1])
    assert (proof.head.number, len(evidence["entries"])) == (2, 2)
    assert proof.head.entry_hash == last.leaf_hash()


def test_an_older_checkpoint_proves_its_own_story(system: System, engineer: User) -> None:
    older = recorder.sealed_checkpoint()
    services.change_system(system=system, by=engineer, purpose="Another purpose.")
    recorder.sealed_checkpoint()
    proof = recorder.prove_head(system.uid, older)
    assert proof is not None
    assert proof.head.number == 1
    proof.verify(verify_checkpoint(older.note, recorder.verifier_keys()))


def test_the_ledger_continues_every_older_checkpoint(db: None) -> None:
    older = [recorder.sealed_checkpoint() for _ in make_teams("a")]
    for name in ("b", "c", "d", "e", "f"):
        make_teams(name)
        older.append(recorder.sealed_checkpoint())
    keys = recorder.verifier_keys()
    last = verify_checkpoint(older[-1].note, keys)
    for each in older:
        proof = recorder.prove_consistency(each.size, last.size)
        ConsistencyProof.from_json(proof.to_json()).verify(verify_checkpoint(each.note, keys), last)


def test_health_says_how_old_the_oldest_unsealed_entry_is(db: None) -> None:
    (health,) = ledger.health()
    assert (health.ok, health.detail) == (True, "all entries are sealed")
    make_teams("a")
    (health,) = ledger.health()
    assert health.ok
    assert "oldest unsealed entry" in health.detail
    assert settings.KEYS_DIR
