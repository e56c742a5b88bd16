"""Registering, changing and moving systems, by service, API and page."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from governance import services
from governance.errors import ConflictError, InvalidError, NotAllowedError
from governance.models import System, Team, User

PURPOSE = "Ranks applications for a clerk."


def test_engineer_registers_a_system(team: Team, engineer: User) -> None:
    system = services.register_system(team=team, name="CV pre-selection", purpose=PURPOSE, by=engineer)
    assert (system.slug, system.status) == ("cv-pre-selection", "proposed")


def test_auditor_may_not_register(team: Team, auditor: User) -> None:
    with pytest.raises(NotAllowedError):
        services.register_system(team=team, name="CV pre-selection", purpose=PURPOSE, by=auditor)
    assert not System.objects.exists()


def test_short_name_is_unique_in_a_team_only(team: Team, other_team: Team, engineer: User, stranger: User) -> None:
    services.register_system(team=team, name="Triage", purpose=PURPOSE, by=engineer)
    services.register_system(team=other_team, name="Triage", purpose=PURPOSE, by=stranger)
    with pytest.raises(ConflictError, match="short name triage already"):
        services.register_system(team=team, name="Triage", purpose=PURPOSE, by=engineer)


def test_purpose_is_required(team: Team, engineer: User) -> None:
    with pytest.raises(InvalidError, match="say what the system is for"):
        services.register_system(team=team, name="Triage", purpose="  ", by=engineer)


def test_tier_and_state_are_not_changed_by_hand(system: System, engineer: User) -> None:
    with pytest.raises(InvalidError, match="tier"):
        services.change_system(system=system, by=engineer, tier="minimal")


def test_only_allowed_moves(system: System, compliance: User) -> None:
    with pytest.raises(ConflictError, match="not retired"):
        services.change_system_status(system=system, status="retired", reason="no longer needed", by=compliance)
    moved = services.change_system_status(system=system, status="not_ai", reason="A lookup table.", by=compliance)
    assert (moved.status, moved.status_reason) == ("not_ai", "A lookup table.")


def test_a_refusing_move_needs_its_reason(system: System, compliance: User) -> None:
    with pytest.raises(InvalidError, match="Say why"):
        services.change_system_status(system=system, status="rejected", reason=" ", by=compliance)


def test_api_registers_with_the_tokens_team(api_of: Callable[..., Any], engineer: User) -> None:
    response = api_of(engineer).post("/api/v1/systems", {"name": "Triage", "purpose": PURPOSE}, format="json")
    assert response.status_code == 201, response.data
    assert response["Location"].endswith(response.data["uid"])
    assert "Evenhand-Receipt" in response


def test_api_names_the_unknown_field(api_of: Callable[..., Any], engineer: User) -> None:
    body = {"name": "Triage", "purpose": PURPOSE, "risk": "none"}
    response = api_of(engineer).post("/api/v1/systems", body, format="json")
    assert (response.status_code, response.data["fields"]) == (422, {"risk": ["unknown field"]})
    assert response["Content-Type"] == "application/problem+json"
    assert not System.objects.exists()


def test_idempotency_key_registers_once(api_of: Callable[..., Any], engineer: User) -> None:
    api = api_of(engineer)
    body = {"name": "Triage", "purpose": PURPOSE}
    first, second = (
        api.post("/api/v1/systems", body, format="json", headers={"Idempotency-Key": "k1"}) for _ in range(2)
    )
    assert first.data["uid"] == second.data["uid"]
    other = api.post("/api/v1/systems", {**body, "name": "Else"}, format="json", headers={"Idempotency-Key": "k1"})
    assert (other.status_code, other.data["code"]) == (409, "idempotency_conflict")


def test_update_on_an_older_state_is_refused(api_of: Callable[..., Any], engineer: User, system: System) -> None:
    api = api_of(engineer)
    path = f"/api/v1/systems/{system.uid}"
    etag = api.get(path)["ETag"]
    changed = api.patch(path, {"decision": "Release"}, format="json", headers={"If-Match": etag})
    assert changed.data["decision"] == "Release"
    stale = api.patch(path, {"decision": "Bail"}, format="json", headers={"If-Match": etag})
    assert (stale.status_code, stale.data["code"]) == (412, "stale")


def test_page_keeps_what_was_typed(client_of: Callable[[User], Client], engineer: User) -> None:
    client = client_of(engineer)
    response = client.post("/systems/new/", {"team": "pretrial", "name": "Triage", "purpose": ""})
    assert response.status_code == 422
    assert b'value="Triage"' in response.content


def test_page_registers(client_of: Callable[[User], Client], engineer: User) -> None:
    client = client_of(engineer)
    form = {"team": "pretrial", "name": "Triage", "purpose": PURPOSE, "jurisdictions": "EU, US (Florida)"}
    response = client.post("/systems/new/", form, follow=True)
    assert response.status_code == 200
    assert System.objects.get().jurisdictions == ["EU", "US (Florida)"]
