"""For every page, resource and file: another team cannot tell a hidden row from one that does not exist."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.test import Client

from audits.models import Report
from governance import services
from governance.models import Team, User
from tests.contract.addresses import Address, addresses

# Published frameworks are for everybody who is signed in; the checkpoint and its proofs say nothing about anybody.
SHARED = ("frameworks",)
SHARED_LISTS = ("/frameworks/", "/api/v1/frameworks")
ONLY_OWN = {"tokens"}  # for the person, not the team
NEEDS_QUESTION = {"/api/v1/ledger/proofs/inclusion", "/api/v1/ledger/proofs/consistency"}
NEEDS_ANOTHER = {"/api/v1/assessments/{uid}/compare"}  # with which one? there is no older one here
ONLY_POSTED_TO = {"/inbox/read/"}
FILES_OF_REPORTS = tuple(
    f"{start}/reports/{{uid}}/{name}{end}" for start, end in (("", "/"), ("/api/v1", "")) for name in ("file", "bundle")
)
SECRETS = ("Recidivism", "General score", "Yearly audit", "Broward", "Pretrial")


def rows_of_one_team() -> list[Address]:
    return [each for each in addresses() if each.is_about_one_row and each.noun not in SHARED]


def lists() -> list[Address]:
    return [each for each in addresses() if not each.is_about_one_row]


def ask(client: Any, address: Address, uid: object, method: str) -> tuple[int, bytes]:
    options = {"format": "json"} if address.is_api and method not in ("get", "delete") else {}
    response = getattr(client, method)(address.at(uid), **({"data": {}, **options} if options else {}))
    content = response.getvalue()
    return response.status_code, content.replace(str(uid).encode(), b"UID")


def methods_of(address: Address) -> tuple[str, ...]:
    return address.methods if address.is_api else ("get", "post")


def test_every_noun_of_an_address_has_a_row_here(world: dict[str, Any]) -> None:
    assert {each.noun for each in addresses() if each.is_about_one_row} <= set(world)


def test_the_team_itself_sees_them(world: dict[str, Any], engineer: User, client_of: Callable[..., Client]) -> None:
    for role in ("compliance", "approver", "admin", "auditor"):
        services.grant_role(team=world["teams"], user=engineer, role=role, by=None)
    client = client_of(engineer)
    for address in addresses():
        if not address.is_about_one_row or "get" not in address.methods:
            continue
        if address.path in NEEDS_ANOTHER or address.path in FILES_OF_REPORTS:
            continue
        status, _ = ask(client, address, world[address.noun].uid, "get")
        assert status in (200, 302, 405), f"{address.path}: {status}"
        assert status == 200 or not address.is_api, address.path
    for path in NEEDS_ANOTHER:
        assert client.get(path.replace("{uid}", str(world["assessments"].uid))).status_code == 422


def test_another_team_cannot_tell_hidden_from_absent(
    world: dict[str, Any], stranger: User, api_of: Callable[..., Any], client_of: Callable[..., Client]
) -> None:
    api, browser = api_of(stranger, scopes=("admin",)), client_of(stranger)
    for address in rows_of_one_team():
        client = api if address.is_api else browser
        for method in methods_of(address):
            hidden = ask(client, address, world[address.noun].uid, method)
            absent = ask(client, address, uuid.uuid4(), method)
            where = f"{method} {address.path}"
            assert hidden[0] in (404, 405, 400, 422), f"{where}: {hidden}"
            assert hidden[0] == absent[0], where
            if address.is_api:
                assert hidden[1] == absent[1], where


def test_a_token_of_another_team_of_the_same_person_sees_nothing(
    world: dict[str, Any], engineer: User, other_team: Team, api_of: Callable[..., Any]
) -> None:
    services.grant_role(team=other_team, user=engineer, role="engineer", by=None)
    _, secret = services.issue_token(user=engineer, team=other_team, name="CI", scopes=["admin"], by=engineer)
    api = api_of(engineer)
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    for address in rows_of_one_team():
        if address.is_api:
            for method in address.methods:
                hidden = ask(api, address, world[address.noun].uid, method)
                assert hidden[0] in (404, 400, 422), f"{method} {address.path}: {hidden}"
                assert hidden == ask(api, address, uuid.uuid4(), method), f"{method} {address.path}"
    for address in lists():
        if address.is_api and address.path not in NEEDS_QUESTION and "get" in address.methods:
            _, content = ask(api, address, "", "get")
            assert not leaks(content, world, except_for=address), f"{address.path}: {content[:300]!r}"


def test_lists_of_another_team_hold_nothing_of_ours(
    world: dict[str, Any], stranger: User, api_of: Callable[..., Any], client_of: Callable[..., Client]
) -> None:
    api, browser = api_of(stranger, scopes=("admin",)), client_of(stranger)
    for address in lists():
        if address.path in NEEDS_QUESTION or "get" not in address.methods or address.path in ONLY_POSTED_TO:
            continue
        status, content = ask(api if address.is_api else browser, address, "", "get")
        assert status == 200 or (status == 403 and address.path == "/systems/new/"), f"{address.path}: {status}"
        assert not leaks(content, world, except_for=address), address.path
    for words in ("Recidivism", "General", "Yearly", "Broward", str(world["versions"].uid)):
        body = browser.get("/search/", {"q": words}).content
        assert not any(str(row.uid).encode() in body for row in world.values() if str(row.uid) != words)


def test_a_signed_report_is_for_the_team(
    issued: Report, auditor: User, stranger: User, api_of: Callable[..., Any], client_of: Callable[..., Client]
) -> None:
    addressed = [each for each in addresses() if each.path in FILES_OF_REPORTS]
    assert len(addressed) == len(FILES_OF_REPORTS)
    for address in addressed:
        ours, theirs = ((api_of if address.is_api else client_of)(person) for person in (auditor, stranger))
        assert ask(ours, address, issued.uid, "get")[0] == 200, address.path
        assert ask(theirs, address, issued.uid, "get")[0] == 404, address.path
        assert Client().get(address.at(issued.uid)).status_code in (401, 302), address.path


def test_proofs_about_entries_of_another_team_are_not_given(
    world: dict[str, Any], stranger: User, engineer: User, api_of: Callable[..., Any]
) -> None:
    path = f"/api/v1/ledger/proofs/inclusion?entry={world['record'].uid}"
    assert api_of(engineer).get(path).status_code == 200
    assert api_of(stranger).get(path).status_code == 404


def test_who_is_not_signed_in_sees_nothing(world: dict[str, Any], api_of: Callable[..., Any]) -> None:
    for address in addresses():
        for method in methods_of(address):
            uid = world[address.noun].uid if address.is_about_one_row else ""
            response = getattr(Client(), method)(address.at(uid))
            where = f"{method} {address.path}: {response.status_code}"
            if address.is_api:
                assert response.status_code == 401, where
                assert response["Content-Type"] == "application/problem+json", where
            else:
                assert response.status_code == 302, where
                assert response["Location"].startswith("/accounts/login/"), where


def leaks(content: bytes, world: dict[str, Any], *, except_for: Address) -> list[str]:
    """What of the team's rows stands in the answer."""
    shared = {"frameworks"}
    if except_for.noun in ONLY_OWN:
        return [text for text in SECRETS if text.encode() in content]
    uids = [str(row.uid) for noun, row in world.items() if noun not in shared]
    return [text for text in (*uids, *SECRETS) if text.encode() in content]
