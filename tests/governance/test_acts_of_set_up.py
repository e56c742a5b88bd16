"""What only set-up and operators do: the services refuse everybody else, whichever edge asks."""

from __future__ import annotations

import pytest

from governance import services
from governance.errors import NotAllowedError
from governance.models import Team, User
from tests.people import PASSWORD


def test_nobody_without_administration_makes_accounts(engineer: User, admin: User) -> None:
    with pytest.raises(NotAllowedError):
        services.create_person(email="new@example.org", name="New", password=None, by=engineer)
    assert services.create_person(email="new@example.org", name="New", password=None, by=admin).email


def test_only_operators_make_teams(admin: User) -> None:
    with pytest.raises(NotAllowedError):
        services.create_team(slug="own", name="Own", by=admin)
    operator = User.objects.create_superuser("operator@example.org", PASSWORD)
    assert services.create_team(slug="own", name="Own", by=operator).pk


def test_an_operator_has_no_role_of_any_team(team: Team) -> None:
    operator = User.objects.create_superuser("operator@example.org", PASSWORD)
    for act in (
        lambda: services.grant_role(team=team, user=operator, role="approver", by=operator),
        lambda: services.register_system(team=team, name="A", purpose="B", by=operator),
        lambda: services.issue_token(user=operator, team=team, name="t", scopes=["admin"], by=operator),
    ):
        with pytest.raises(NotAllowedError):
            act()
