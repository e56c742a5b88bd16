"""API tokens: shown once, hashed, scoped, bound to a team, ending."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from governance import services
from governance.errors import InvalidError
from governance.models import ApiToken, System, Team, User


def api_with(secret: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def test_only_the_hash_is_kept(engineer: User, team: Team) -> None:
    token, secret = services.issue_token(user=engineer, team=team, name="CI", scopes=["read"], by=engineer)
    assert secret not in repr(vars(ApiToken.objects.get(pk=token.pk)))


def test_scope_limits_what_it_does(engineer: User, team: Team) -> None:
    _, secret = services.issue_token(user=engineer, team=team, name="CI", scopes=["read"], by=engineer)
    response = api_with(secret).post("/api/v1/systems", {"name": "x", "purpose": "y"}, format="json")
    assert (response.status_code, response.data["code"]) == (403, "scope_missing")
    assert not System.objects.exists()


def test_it_ends(engineer: User, team: Team) -> None:
    _, secret = services.issue_token(user=engineer, team=team, name="CI", scopes=["read"], days=1, by=engineer)
    assert api_with(secret).get("/api/v1/systems").status_code == 200
    with time_machine.travel(timezone.now() + dt.timedelta(days=2)):
        response = api_with(secret).get("/api/v1/systems")
    assert (response.status_code, response.data["code"]) == (401, "bad_token")


def test_revoked_means_at_once(engineer: User, team: Team) -> None:
    token, secret = services.issue_token(user=engineer, team=team, name="CI", scopes=["read"], by=engineer)
    services.revoke_token(token=token, by=engineer)
    assert api_with(secret).get("/api/v1/systems").status_code == 401


def test_a_token_never_reaches_another_team_of_its_person(
    engineer: User, team: Team, other_team: Team, system: System
) -> None:
    services.grant_role(team=other_team, user=engineer, role="engineer", by=None)
    _, secret = services.issue_token(
        user=engineer, team=other_team, name="CI", scopes=["read", "register"], by=engineer
    )
    assert api_with(secret).get("/api/v1/systems").data["results"] == []
    assert api_with(secret).get(f"/api/v1/systems/{system.uid}").status_code == 404


@pytest.mark.parametrize(("scopes", "days"), [(["fly"], 1), ([], 1), (["read"], 0), (["read"], 400)])
def test_odd_tokens_are_refused(engineer: User, team: Team, scopes: list[str], days: int) -> None:
    with pytest.raises(InvalidError):
        services.issue_token(user=engineer, team=team, name="CI", scopes=scopes, days=days, by=engineer)


def test_the_page_shows_the_secret_once(client_of: Callable[[User], Client], engineer: User) -> None:
    client = client_of(engineer)
    form = {"team": "pretrial", "name": "CI", "scopes": ["read"], "days": 30}
    assert b"evh_" in client.post("/tokens/", form).content
    listed = client.get("/tokens/").content.decode()
    assert ApiToken.objects.get().prefix in listed
    assert "copy it now" not in listed


def test_garbage_is_401_as_problem_json(db: None) -> None:
    response: Any = api_with("evh_nothing").get("/api/v1/systems")
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"


def test_a_token_cannot_name_rows_of_its_persons_other_team(
    engineer: User, team: Team, other_team: Team, system: System
) -> None:
    services.grant_role(team=other_team, user=engineer, role="engineer", by=None)
    _, secret = services.issue_token(
        user=engineer, team=other_team, name="CI", scopes=["read", "register"], by=engineer
    )
    response = api_with(secret).post("/api/v1/models", {"system": str(system.uid), "name": "x"}, format="json")
    assert (response.status_code, response.data["fields"]) == (422, {"system": ["not found"]})
    assert not system.models.exists()
