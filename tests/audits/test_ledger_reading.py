"""Who reads which entries, in the browser and over HTTP, and what they can prove with them."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from audits import recorder
from audits.services import ledger
from evenhand.ledger.checkpoints import verify_checkpoint
from evenhand.ledger.entries import Entry
from evenhand.ledger.proofs import ConsistencyProof, InclusionProof
from governance import events, services
from governance.models import System, Team, User

ClientOf = Callable[[User], Client]
ApiOf = Callable[..., Any]


def last_entry(row: Any) -> Any:
    return recorder.history(row.uid).last()


@pytest.mark.parametrize(
    ("role", "may_read"),
    [
        ("engineer", True),
        ("compliance", True),
        ("auditor", True),
        ("admin", True),
        ("contributor", False),
        ("approver", False),
    ],
)
def test_who_reads_the_record_of_a_team(
    system: System, team: Team, person: Callable[..., User], role: str, may_read: bool
) -> None:
    reader = person(role, team, f"{role}-who-reads")
    seen = set(ledger.entries(user=reader).values_list("subject_uid", flat=True))
    assert ({system.uid, team.uid} <= seen) is may_read
    if not may_read:
        assert not seen & {system.uid, team.uid}


def test_another_team_sees_nothing_of_it(system: System, engineer: User, stranger: User, other_team: Team) -> None:
    seen = set(ledger.entries(user=stranger).values_list("subject_uid", flat=True))
    assert other_team.uid in seen
    assert stranger.uid in seen
    assert not seen & {system.uid, system.team.uid, engineer.uid}


def test_the_accounts_of_ones_own_team_are_seen(engineer: User, auditor: User) -> None:
    seen = set(ledger.entries(user=auditor).values_list("subject_uid", flat=True))
    assert {engineer.uid, auditor.uid} <= seen


def test_who_left_the_team_reads_no_more(system: System, auditor: User, admin: User) -> None:
    services.revoke_role(membership=auditor.memberships.get(), by=admin)
    assert not ledger.entries(user=auditor).filter(subject_uid=system.uid).exists()


def test_the_list_of_entries(system: System, engineer: User, api_of: ApiOf) -> None:
    services.change_system(system=system, by=engineer, purpose="Another purpose.")
    ledger.seal_ledger()
    answer = api_of(engineer).get("/api/v1/ledger/entries", {"subject": str(system.uid)}).json()
    newest, oldest = answer["results"]
    assert (newest["entry"]["event"], oldest["entry"]["event"]) == ("system.changed", "system.registered")
    assert newest["actor"] == engineer.name
    assert [change["field"] for change in newest["changes"]] == ["purpose"]
    assert newest["leaf_hash"] == Entry.from_json(newest["entry"]).leaf_hash().hex()
    assert newest["entry"]["previous_hash"] == oldest["leaf_hash"]
    assert newest["index"] == oldest["index"] + 1


def test_the_list_is_filtered_and_paged(system: System, engineer: User, api_of: ApiOf) -> None:
    for number in range(3):
        services.change_system(system=system, by=engineer, purpose=f"Purpose {number}.")
    client = api_of(engineer)
    first = client.get("/api/v1/ledger/entries", {"event": "system.changed", "limit": 2}).json()
    second = client.get(first["next"]).json()
    assert [len(first["results"]), len(second["results"])] == [2, 1]
    numbers = [each["entry"]["subject_number"] for each in first["results"] + second["results"]]
    assert numbers == [4, 3, 2]
    kinds = client.get("/api/v1/ledger/entries", {"kind": "team"}).json()["results"]
    assert {each["entry"]["subject_kind"] for each in kinds} == {"team"}
    assert client.get("/api/v1/ledger/entries", {"subject": "no uid"}).status_code == 400


def test_a_strangers_list_is_empty_of_it(system: System, stranger: User, api_of: ApiOf) -> None:
    client = api_of(stranger)
    assert client.get("/api/v1/ledger/entries", {"subject": str(system.uid)}).json()["results"] == []
    proof = client.get("/api/v1/ledger/proofs/inclusion", {"entry": str(last_entry(system).uid)})
    assert proof.status_code == 404
    assert proof["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["entries", "checkpoint", "proofs/inclusion", "proofs/consistency"])
def test_nobody_reads_without_signing_in(db: None, client: Client, path: str) -> None:
    assert client.get(f"/api/v1/ledger/{path}").status_code == 401


def test_the_checkpoint_is_a_signed_note(system: System, auditor: User, api_of: ApiOf) -> None:
    answer = api_of(auditor).get("/api/v1/ledger/checkpoint", headers={"Accept": "text/plain"})
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    signed = verify_checkpoint(answer.content.decode(), recorder.verifier_keys())
    assert signed.size == recorder.tree_size()


def test_the_inclusion_proof_holds(system: System, auditor: User, api_of: ApiOf) -> None:
    uid = last_entry(system).uid
    answer = api_of(auditor).get("/api/v1/ledger/proofs/inclusion", {"entry": str(uid)}).json()
    checkpoint = verify_checkpoint(answer["checkpoint"], recorder.verifier_keys())
    InclusionProof.from_json(answer["proof"]).verify(checkpoint, entry=Entry.from_json(answer["entry"]))


def test_the_consistency_proof_holds(system: System, engineer: User, api_of: ApiOf) -> None:
    first = verify_checkpoint(ledger.seal_ledger(), recorder.verifier_keys())
    services.change_system(system=system, by=engineer, purpose="Another purpose.")
    second = verify_checkpoint(ledger.seal_ledger(), recorder.verifier_keys())
    question = {"first": first.size, "second": second.size}
    answer = api_of(engineer).get("/api/v1/ledger/proofs/consistency", question).json()
    ConsistencyProof.from_json(answer["proof"]).verify(first, second)
    assert verify_checkpoint(answer["second_checkpoint"], recorder.verifier_keys()) == second


@pytest.mark.parametrize(("first", "second", "status"), [(2, 1, 422), (0, 10_000, 422), (-1, 1, 400), ("x", 1, 400)])
def test_impossible_consistency_is_refused(
    system: System, auditor: User, api_of: ApiOf, first: Any, second: Any, status: int
) -> None:
    ledger.seal_ledger()
    answer = api_of(auditor).get("/api/v1/ledger/proofs/consistency", {"first": first, "second": second})
    assert answer.status_code == status


def test_the_page_lists_entries_of_ones_teams(
    system: System, auditor: User, stranger: User, client_of: ClientOf
) -> None:
    text = client_of(auditor).get("/record/").content.decode()
    assert "System registered" in text
    assert system.name in text
    assert "State of the record" in text
    assert system.name not in client_of(stranger).get("/record/").content.decode()


def test_the_page_is_filtered(system: System, engineer: User, client_of: ClientOf) -> None:
    client = client_of(engineer)
    services.change_system(system=system, by=engineer, purpose="Another purpose.")
    about = client.get("/record/", {"about": str(system.uid)}).context["lines"]
    assert [line["event"] for line in about] == ["system.changed", "system.registered"]
    changed = client.get("/record/", {"event": "system.changed"}).context["lines"]
    assert {line["event"] for line in changed} == {"system.changed"}
    assert client.get("/record/", {"about": "nonsense"}).context["lines"] == []
    assert client.get("/record/", {"interface": "api"}).context["lines"] == []


def test_history_entered_afterwards_says_so_on_the_page(team: Team, engineer: User, client_of: ClientOf) -> None:
    with events.claimed_to_have_occurred(datetime.date(2020, 5, 17)):
        services.register_system(team=team, name="Older system", purpose="Was here before.", by=engineer)
    text = client_of(engineer).get("/record/", {"afterwards": "1"}).content.decode()
    assert "Older system" in text
    assert "entered afterwards" in text
    assert "17 May 2020" in text


def test_an_entry_has_a_page(system: System, engineer: User, stranger: User, client_of: ClientOf) -> None:
    services.change_system(system=system, by=engineer, purpose="Another purpose.")
    entry = last_entry(system)
    text = client_of(engineer).get(f"/record/{entry.uid}/").content.decode()
    assert "Another purpose." in text
    assert str(system.uid) in text
    assert client_of(stranger).get(f"/record/{entry.uid}/").status_code == 404


def test_an_erased_entry_says_so(system: System, engineer: User, client_of: ClientOf) -> None:
    entry = last_entry(system)
    ledger.erase_content(entry_uids=[entry.uid])
    text = client_of(engineer).get(f"/record/{entry.uid}/").content.decode()
    assert "The content of this entry was erased" in text
    assert engineer.email not in text


def test_the_signed_head_is_downloaded(system: System, auditor: User, client_of: ClientOf) -> None:
    answer = client_of(auditor).get("/record/checkpoint/")
    assert "attachment" in answer["Content-Disposition"]
    verify_checkpoint(answer.content.decode(), recorder.verifier_keys())


def test_the_systems_page_tells_its_history(system: System, engineer: User, client_of: ClientOf) -> None:
    text = client_of(engineer).get(f"/systems/{system.uid}/").content.decode()
    assert "Every entry about this" in text


def test_a_list_costs_the_same_however_long(system: System, engineer: User, django_assert_max_num_queries: Any) -> None:
    for number in range(12):
        services.change_system(system=system, by=engineer, purpose=f"Purpose {number}.")
    with django_assert_max_num_queries(1):
        lines = [ledger.line_of(entry) for entry in ledger.entries(user=engineer, subject_uid=system.uid)]
    assert len(lines) == 13
