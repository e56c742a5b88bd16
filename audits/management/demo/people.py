"""The demo's people: one for each role, with passwords and tokens made for this installation only."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from governance import services
from governance.models import Role, Team, User

SCOPES = ("read", "register", "evaluate")


@dataclass(frozen=True)
class People:
    """Who does what in the demo."""

    team: Team
    engineer: User
    compliance: User
    contributor: User
    approver: User
    auditor: User
    admin: User


def ensure_people(accounts: Path) -> People:
    """The team and its people; what is there already stays."""
    team = Team.objects.filter(slug="demo").first() or services.create_team(slug="demo", name="Demo team", by=None)
    found = {role: _person(role) for role in Role.values}
    if all(found.values()):
        return People(team=team, **found)  # type: ignore[arg-type]  # none of them is None here
    written: dict[str, dict[str, str]] = {}
    made: dict[str, User] = {}
    for role in Role.values:
        made[role], written[role] = _make(role, team)
    text = json.dumps(written, indent=2) + "\n"
    transaction.on_commit(lambda: _write_privately(accounts, text))  # no passwords of people who were rolled back
    return People(team=team, **made)


def _address(role: str) -> str:
    return f"{role}@demo.example"


def _person(role: str) -> User | None:
    return User.objects.filter(email=_address(role)).first()


def _make(role: str, team: Team) -> tuple[User, dict[str, str]]:
    password = secrets.token_urlsafe(12)
    user = services.create_person(email=_address(role), name=f"Demo {role}", password=password, by=None)
    services.grant_role(team=team, user=user, role=role, by=None)
    scopes = (*SCOPES, "admin") if role == Role.ADMIN else SCOPES
    _, token = services.issue_token(user=user, team=team, name="demo", scopes=scopes, days=366, by=user)
    return user, {"email": user.email, "password": password, "token": token}


def _write_privately(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
    path.chmod(0o600)
