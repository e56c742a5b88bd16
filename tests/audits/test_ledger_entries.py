"""Every change leaves an entry, in the same transaction, with its content beside it."""

import datetime
import json
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from audits import recorder
from evenhand.ledger.canonical import canonical_bytes, salted_digest
from evenhand.ledger.receipts import verify_receipt
from governance import events, services
from governance.models import System, Team, User


def last_entry(row: Any) -> Any:
    return recorder.history(row.uid).last()


def test_a_change_leaves_an_entry(system: System, engineer: User) -> None:
    entry = last_entry(system)
    assert (entry.event, entry.subject_kind, entry.subject_number) == ("system.registered", "system", 1)
    assert (entry.actor_kind, entry.actor_uid, entry.team_uid) == ("user", engineer.uid, system.team.uid)
    assert entry.previous_hash is None


def test_entries_about_one_subject_follow_each_other(system: System, engineer: User) -> None:
    services.change_system(system=system, by=engineer, purpose="Another purpose.")
    first, second = (entry.as_sealable() for entry in recorder.history(system.uid))
    assert second.subject_number == 2
    assert second.previous_hash == first.leaf_hash()


def test_no_personal_data_is_in_the_entry(engineer: User, system: System) -> None:
    created = last_entry(engineer)
    for entry in (created, last_entry(system)):
        text = entry.as_sealable().canonical_bytes().decode()
        assert engineer.email not in text
        assert engineer.name not in text
    assert engineer.email in created.revision.after


def test_the_revision_holds_only_what_changed(system: System, engineer: User) -> None:
    before = system.purpose
    services.change_system(system=system, by=engineer, purpose="Another purpose.")
    revision = last_entry(system).revision
    assert json.loads(revision.before) == {"purpose": before}
    assert json.loads(revision.after) == {"purpose": "Another purpose."}


def test_the_digests_are_those_of_the_revision(system: System, engineer: User) -> None:
    services.change_system(system=system, by=engineer, purpose="Another purpose.")
    entry = last_entry(system)
    for name in ("before", "after", "context"):
        text = getattr(entry.revision, name)
        assert text.encode() == canonical_bytes(json.loads(text))
        expected = salted_digest(text.encode(), salt=bytes(entry.revision.salt))
        assert bytes(getattr(entry, f"{name}_digest")) == expected


def test_the_receipt_is_signed_by_the_ledger(system: System, engineer: User) -> None:
    with events.acting_through("api") as acting:
        services.change_system(system=system, by=engineer, purpose="Another purpose.")
    receipt, entry = acting.receipts[-1], last_entry(system)
    assert receipt.entry_uid == entry.uid
    assert receipt.leaf_hash == entry.as_sealable().leaf_hash().hex()
    key = recorder.ensure_keys()
    leaf_hash = bytes.fromhex(receipt.leaf_hash)
    verify_receipt(key, entry_uid=receipt.entry_uid, leaf_hash=leaf_hash, signature=receipt.signature)


def test_the_interface_and_the_request_are_noted(system: System, engineer: User) -> None:
    request = uuid.uuid4()
    with events.acting_through("api", correlation_uid=request):
        services.change_system(system=system, by=engineer, purpose="Another purpose.")
    entry = last_entry(system)
    assert (entry.interface, entry.correlation_uid) == ("api", request)


def test_without_an_entry_there_is_no_change(system: System, engineer: User) -> None:
    with connection.cursor() as cursor:  # the next number is taken already, so the entry cannot be written
        cursor.execute("UPDATE audits_subjecthead SET number = 0 WHERE subject_uid = %s", [system.uid])
    with pytest.raises(IntegrityError), transaction.atomic():
        services.change_system(system=system, by=engineer, purpose="Another purpose.")
    system.refresh_from_db()
    assert system.purpose != "Another purpose."


def test_the_clock_cannot_be_set(system: System, engineer: User) -> None:
    from audits.models.records import Entry

    template = last_entry(system)
    before = datetime.datetime.now(datetime.UTC)
    forged = Entry.objects.create(
        uid=uuid.uuid4(),
        event=template.event,
        actor_kind="user",
        interface="web",
        subject_kind="system",
        subject_uid=uuid.uuid4(),
        subject_number=1,
        recorded_at=datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC),
        occurred_on=datetime.date(2020, 1, 1),
        entered_afterwards=False,
    )
    assert forged.recorded_at >= before
    assert forged.entered_afterwards is True


def test_history_entered_afterwards_says_so(team: Team, engineer: User) -> None:
    yesterday = datetime.datetime.now(datetime.UTC).date() - datetime.timedelta(days=1)
    with events.claimed_to_have_occurred(yesterday):
        late = services.register_system(team=team, name="Older system", purpose="Was here before.", by=engineer)
    entry = last_entry(late)
    assert (entry.occurred_on, entry.entered_afterwards) == (yesterday, True)
    assert entry.recorded_at.date() > yesterday


def test_what_is_claimed_for_today_is_not_entered_afterwards(team: Team, engineer: User) -> None:
    with events.claimed_to_have_occurred(datetime.datetime.now(datetime.UTC).date()):
        today = services.register_system(team=team, name="New system", purpose="Is here now.", by=engineer)
    assert last_entry(today).entered_afterwards is False


def test_a_refused_attempt_has_no_content(system: System, auditor: User) -> None:
    with transaction.atomic():
        events.publish("attempt.refused", subject=system, by=auditor, data={"action": "system.change"})
    entry = last_entry(system)
    assert (entry.before_digest, entry.after_digest) == (None, None)
    assert json.loads(entry.revision.context)["data"] == {"action": "system.change"}


def test_erasing_leaves_the_entry_and_its_digests(system: System) -> None:
    entry = last_entry(system)
    leaf_hash = entry.as_sealable().leaf_hash()
    assert recorder.erase_content(entry_uids=[entry.uid]) == 1
    erased = last_entry(system)
    assert (erased.revision.after, erased.revision.context, erased.revision.salt) == (None, None, None)
    assert erased.as_sealable().leaf_hash() == leaf_hash
    assert erased.after_digest is not None
