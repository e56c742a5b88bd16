"""Each attack is made with SQL by the tables' owner, triggers disabled, and `verify_ledger` names what was done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction

from audits import recorder
from governance import services
from governance.models import Team

Attack = Callable[[Any], None]
TABLES = ("audits_entry", "audits_revision", "audits_leaf", "audits_subtree", "audits_checkpoint", "audits_unsealed")


@contextmanager
def attacking() -> Iterator[Any]:
    """The owner's hand in the tables: all our triggers off, no foreign keys in the way."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        yield cursor
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def verify(*options: str) -> tuple[str, str]:
    """What the command prints, and its refusal."""
    out, faults = StringIO(), StringIO()
    try:
        call_command("verify_ledger", *options, stdout=out, stderr=faults)
    except CommandError as refusal:
        return out.getvalue(), f"{faults.getvalue()}{refusal}"
    assert faults.getvalue() == ""
    return out.getvalue(), ""


@pytest.fixture
def teams(committed_db: str) -> list[Team]:
    """Twelve sealed entries: eight teams, four of them with somebody in it."""
    made = [services.create_team(slug=f"team-{number}", name=f"Team {number}", by=None) for number in range(8)]
    recorder.sealed_checkpoint()
    people = [
        services.create_person(email=f"p{number}@example.org", name=f"P {number}", password=None, by=None)
        for number in range(2)
    ]
    for person in people:
        services.grant_role(team=made[0], user=person, role="auditor", by=None)
    recorder.sealed_checkpoint()
    return made


def entry_at(place: int) -> Any:
    from audits.models.records import Leaf

    return Leaf.objects.select_related("entry").get(index=place).entry


def test_an_honest_ledger_holds(teams: list[Team]) -> None:
    out, refusal = verify()
    assert refusal == ""
    assert "12 entries in the tree, 0 not sealed yet, 12 subjects, 2 checkpoints, 0 contents erased" in out
    assert "only a checkpoint kept outside can show" in out


def test_an_honest_ledger_with_unsealed_entries_holds(teams: list[Team]) -> None:
    services.create_team(slug="late", name="Late", by=None)
    out, refusal = verify()
    assert refusal == ""
    assert "1 not sealed yet" in out


def test_an_erased_content_is_not_a_fault(teams: list[Team]) -> None:
    recorder.erase_content(entry_uids=[entry_at(3).uid])
    out, refusal = verify()
    assert refusal == ""
    assert "1 contents erased" in out


@pytest.mark.parametrize(
    "change",
    [
        "event = 'team.closed'",
        "actor_kind = 'user'",
        "recorded_at = recorded_at - interval '1 year'",
        "occurred_on = '2020-01-01'",
        "entered_afterwards = true",
        "subject_kind = 'system'",
        "interface = 'web'",
        "after_digest = context_digest",
    ],
)
def test_an_edited_entry_is_named(teams: list[Team], change: str) -> None:
    victim = entry_at(5)
    with attacking() as cursor:
        cursor.execute(f"UPDATE audits_entry SET {change} WHERE id = %s", [victim.pk])
    _, refusal = verify()
    assert f"First: Entry {victim.uid} at place 5 was altered" in refusal


def test_an_edited_content_is_named(teams: list[Team]) -> None:
    victim = entry_at(5)
    with attacking() as cursor:
        cursor.execute("UPDATE audits_revision SET after = '{}' WHERE entry_id = %s", [victim.pk])
    _, refusal = verify()
    assert f"First: The content of entry {victim.uid} at place 5 was altered" in refusal


def test_a_removed_content_is_named(teams: list[Team]) -> None:
    victim = entry_at(5)
    with attacking() as cursor:
        cursor.execute("DELETE FROM audits_revision WHERE entry_id = %s", [victim.pk])
    _, refusal = verify()
    assert f"First: The content of entry {victim.uid} was removed" in refusal


def test_an_edited_entry_with_a_forged_leaf_is_noticed(teams: list[Team]) -> None:
    victim = entry_at(5)
    with attacking() as cursor:
        cursor.execute("UPDATE audits_entry SET event = 'team.closed' WHERE id = %s", [victim.pk])
        victim.refresh_from_db(using="owner")
        cursor.execute("UPDATE audits_leaf SET hash = %s WHERE index = 5", [victim.as_sealable().leaf_hash()])
    _, refusal = verify()
    assert f"Entry {victim.uid} at place 5 was altered: the end of its subject's story has another hash" in refusal
    assert "The tree differs from its stored parts at places 4 to 5" in refusal
    assert "Checkpoint 1 was signed over another history" in refusal


def remove(cursor: Any, place: int) -> None:
    """An entry with its content and its leaf."""
    cursor.execute("DELETE FROM audits_leaf WHERE index = %s RETURNING entry_id", [place])
    (entry_id,) = cursor.fetchone()
    cursor.execute("DELETE FROM audits_revision WHERE entry_id = %s", [entry_id])
    cursor.execute("DELETE FROM audits_entry WHERE id = %s", [entry_id])


def test_a_removed_entry_is_named_by_its_place(teams: list[Team]) -> None:
    with attacking() as cursor:
        remove(cursor, 5)
    _, refusal = verify()
    assert "First: The entry at place 5 is missing" in refusal


def test_a_removed_entry_with_the_hole_closed_is_named(teams: list[Team]) -> None:
    subject = entry_at(5).subject_uid
    with attacking() as cursor:
        remove(cursor, 5)
        for place in range(6, 12):
            cursor.execute("UPDATE audits_leaf SET index = %s WHERE index = %s", [place - 1, place])
    _, refusal = verify()
    assert f"All 1 entries about {subject} were left out" in refusal
    assert "rolled back: checkpoint 2 covers 12 entries, and only 11 are left" in refusal
    assert "The tree differs from its stored parts at places 4 to 5" in refusal


def test_an_inserted_entry_is_named(teams: list[Team]) -> None:
    """Into the story of the first team, behind its only entry, with the following places moved up."""
    victim = entry_at(0)
    with attacking() as cursor:
        for place in reversed(range(3, 12)):
            cursor.execute("UPDATE audits_leaf SET index = %s WHERE index = %s", [place + 1, place])
        forged = entry_at(0)
        forged.pk, forged.uid, forged.subject_number = None, teams[1].uid, 2
        forged.previous_hash = victim.as_sealable().leaf_hash()
        forged._state.adding = True
        forged.save(using="owner", force_insert=True)
        leaf_hash = forged.as_sealable().leaf_hash()
        cursor.execute("INSERT INTO audits_leaf (index, hash, entry_id) VALUES (3, %s, %s)", [leaf_hash, forged.pk])
        cursor.execute("INSERT INTO audits_revision (entry_id) VALUES (%s)", [forged.pk])
    _, refusal = verify()
    assert f"Entry {forged.uid} about {teams[0].uid} was added: its story has 1 entries, not 2" in refusal
    assert "The tree differs from its stored parts at places 2 to 3" in refusal


def test_reordered_entries_are_named(teams: list[Team]) -> None:
    with attacking() as cursor:
        cursor.execute("UPDATE audits_leaf SET index = 100 WHERE index = 4")
        cursor.execute("UPDATE audits_leaf SET index = 4 WHERE index = 6")
        cursor.execute("UPDATE audits_leaf SET index = 6 WHERE index = 100")
    _, refusal = verify()
    assert "First: The tree differs from its stored parts at places 4 to 5" in refusal


def test_reordered_entries_of_one_story_are_named(committed_db: str) -> None:
    team = services.create_team(slug="team", name="Team", by=None)
    person = services.create_person(email="p@example.org", name="P", password=None, by=None)
    services.grant_role(team=team, user=person, role="admin", by=None)
    system = services.register_system(team=team, name="System", purpose="Scores.", by=person)
    for number in range(3):
        services.change_system(system=system, by=person, purpose=f"Purpose {number}")
    recorder.sealed_checkpoint()
    victim = entry_at(5)
    with attacking() as cursor:
        cursor.execute("UPDATE audits_leaf SET index = 100 WHERE index = 4")
        cursor.execute("UPDATE audits_leaf SET index = 4 WHERE index = 5")
        cursor.execute("UPDATE audits_leaf SET index = 5 WHERE index = 100")
    _, refusal = verify()
    assert f"reordered: Entry {victim.uid} about {system.uid} stands before the entry it follows" in refusal


def test_a_rolled_back_tail_is_named(teams: list[Team]) -> None:
    """Entries, leaves, subtrees and heads of the last four are gone; the checkpoint remembers them."""
    with attacking() as cursor:
        for place in (11, 10, 9, 8):
            remove(cursor, place)
        cursor.execute("DELETE FROM audits_subtree WHERE (place + 1) << level::int > 8")
        cursor.execute("DELETE FROM audits_subjecthead WHERE subject_uid NOT IN (SELECT subject_uid FROM audits_entry)")
        cursor.execute("DELETE FROM audits_sealedhead WHERE subject_uid NOT IN (SELECT subject_uid FROM audits_entry)")
    _, refusal = verify()
    assert "First: The ledger was rolled back: checkpoint 2 covers 12 entries, and only 8 are left" in refusal


def test_a_rollback_of_the_checkpoint_too_shows_against_one_kept_outside(teams: list[Team], tmp_path: Path) -> None:
    latest = recorder.latest_checkpoint()
    assert latest is not None
    kept = tmp_path / "checkpoint.txt"
    kept.write_text(latest.note)
    _, refusal = verify("--checkpoint", str(kept))
    assert refusal == ""
    with attacking() as cursor:
        for place in (11, 10, 9, 8):
            remove(cursor, place)
        cursor.execute("DELETE FROM audits_subtree WHERE (place + 1) << level::int > 8")
        cursor.execute("DELETE FROM audits_subjecthead WHERE subject_uid NOT IN (SELECT subject_uid FROM audits_entry)")
        cursor.execute("DELETE FROM audits_sealedhead WHERE subject_uid NOT IN (SELECT subject_uid FROM audits_entry)")
        cursor.execute("DELETE FROM audits_checkpoint WHERE size > 8")
    _, refusal = verify()
    assert refusal == ""  # this is what no ledger can show by itself
    _, refusal = verify("--checkpoint", str(kept))
    assert "rolled back: the checkpoint of 12 entries kept outside covers 12 entries, and only 8 are left" in refusal


def test_an_unsealed_tail_cut_off_is_named(teams: list[Team]) -> None:
    late = services.create_team(slug="late", name="Late", by=None)
    with attacking() as cursor:
        cursor.execute("DELETE FROM audits_unsealed")
        cursor.execute("DELETE FROM audits_revision WHERE entry_id = (SELECT max(id) FROM audits_entry)")
        cursor.execute("DELETE FROM audits_entry WHERE id = (SELECT max(id) FROM audits_entry)")
    _, refusal = verify()
    assert f"First: All 1 entries about {late.uid} were left out" in refusal


def test_an_entry_taken_out_of_the_queue_is_named(teams: list[Team]) -> None:
    late = services.create_team(slug="late", name="Late", by=None)
    (entry,) = recorder.history(late.uid)
    with attacking() as cursor:
        cursor.execute("DELETE FROM audits_unsealed")
    _, refusal = verify()
    assert f"First: Entry {entry.uid} has no place in the tree and does not wait for one" in refusal


def test_a_checkpoint_signed_by_another_key_is_named(teams: list[Team]) -> None:
    from evenhand.ledger.checkpoints import read_checkpoint
    from evenhand.ledger.notes import SignerKey

    latest = recorder.latest_checkpoint()
    assert latest is not None
    forged = read_checkpoint(latest.note).sign(SignerKey.generate(recorder.signer().name))
    with attacking() as cursor:
        cursor.execute("UPDATE audits_checkpoint SET note = %s WHERE id = %s", [forged, latest.pk])
    _, refusal = verify()
    assert f"First: Checkpoint {latest.pk} does not hold: No trusted key signed this note" in refusal


def test_an_edited_checkpoint_row_is_named(teams: list[Team]) -> None:
    latest = recorder.latest_checkpoint()
    assert latest is not None
    with attacking() as cursor:
        cursor.execute("UPDATE audits_checkpoint SET heads_size = 3 WHERE id = %s", [latest.pk])
    _, refusal = verify()
    assert f"Checkpoint {latest.pk} does not say what its signed note says" in refusal


def test_another_ledgers_checkpoint_is_refused(teams: list[Team], tmp_path: Path) -> None:
    kept = tmp_path / "other.txt"
    kept.write_text("not a note")
    with pytest.raises(CommandError, match="is not one of this ledger"):
        call_command("verify_ledger", "--checkpoint", str(kept), stdout=StringIO())
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("verify_ledger", "--checkpoint", str(tmp_path / "missing"), stdout=StringIO())
