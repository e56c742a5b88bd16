"""Unknown actions are mistakes; absence of a role is refusal, with its reason."""

import pytest

from governance import permissions
from governance.errors import NotAllowedError
from governance.models import Team, User


def test_unknown_action_is_an_error(team: Team, engineer: User) -> None:
    with pytest.raises(LookupError, match="no permission table"):
        permissions.allowed(engineer, "system.explode", team)


def test_refusal_says_which_role_it_needs(team: Team, auditor: User) -> None:
    with pytest.raises(NotAllowedError, match="engineer or compliance staff"):
        permissions.require(auditor, "system.register", team)
