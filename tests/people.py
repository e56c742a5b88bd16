"""Named people, so that tests read as sentences. Stranger belongs to another team."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client
from rest_framework.test import APIClient

from governance import services
from governance.models import Model, System, Team, User, Version

# The real hasher, at the least cost it allows: what costs time here is not what is tested.
Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 1, 8, 1

PASSWORD = "correct horse battery staple"


@pytest.fixture
def team(db: None) -> Team:
    return services.create_team(slug="pretrial", name="Pretrial services", by=None)


@pytest.fixture
def other_team(db: None) -> Team:
    return services.create_team(slug="benefits", name="Benefits", by=None)


@pytest.fixture
def person(db: None) -> Callable[..., User]:
    """person("engineer", team) makes somebody with a role in a team."""

    def make(role: str, team: Team, name: str = "") -> User:
        label = name or role
        user = services.create_person(
            email=f"{label}@{team.slug}.example", name=label.title(), password=PASSWORD, by=None
        )
        services.grant_role(team=team, user=user, role=role, by=None)
        return user

    return make


@pytest.fixture
def engineer(person: Callable[..., User], team: Team) -> User:
    return person("engineer", team)


@pytest.fixture
def compliance(person: Callable[..., User], team: Team) -> User:
    return person("compliance", team)


@pytest.fixture
def contributor(person: Callable[..., User], team: Team) -> User:
    return person("contributor", team)


@pytest.fixture
def approver(person: Callable[..., User], team: Team) -> User:
    return person("approver", team)


@pytest.fixture
def auditor(person: Callable[..., User], team: Team) -> User:
    return person("auditor", team)


@pytest.fixture
def admin(person: Callable[..., User], team: Team) -> User:
    return person("admin", team)


@pytest.fixture
def stranger(person: Callable[..., User], other_team: Team) -> User:
    """Has every role that writes, in another team."""
    user = person("compliance", other_team, "stranger")
    for role in ("engineer", "approver", "auditor", "admin"):
        services.grant_role(team=other_team, user=user, role=role, by=None)
    return user


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """A signed-in browser session, without the browser."""

    def make(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return make


@pytest.fixture
def api_of() -> Callable[..., Any]:
    """An API client with a real token of the person's first team."""

    def make(user: User, scopes: tuple[str, ...] = ("read", "register", "evaluate")) -> APIClient:
        membership = user.memberships.select_related("team").first()
        assert membership is not None
        _, secret = services.issue_token(user=user, team=membership.team, name="test", scopes=scopes, by=user)
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
        return client

    return make


@pytest.fixture
def system(team: Team, engineer: User) -> System:
    return services.register_system(
        team=team,
        name="Recidivism risk score",
        purpose="Gives people who await trial a number from 1 to 10.",
        by=engineer,
    )


@pytest.fixture
def model(system: System, engineer: User) -> Model:
    return services.register_model(system=system, name="General score", origin="vendor", vendor="Example", by=engineer)


@pytest.fixture
def version(model: Model, engineer: User) -> Version:
    services.set_rule(model=model, name="5 and up", human_action="A judge sees the score.", by=engineer)
    made, _ = services.register_version(model=model, name="1.0", by=engineer)
    return made
