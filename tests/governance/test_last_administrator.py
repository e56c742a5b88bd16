"""Two administrators who take each other's role away at the same moment: one of them stays."""

from __future__ import annotations

import pytest
from django.db import transaction

from governance import services
from governance.errors import DomainError
from governance.models import Membership, Role
from tests.threads import in_thread


def test_one_administrator_is_left(committed_db: str) -> None:
    team = services.create_team(slug="pretrial", name="Pretrial services", by=None)
    people = [
        services.create_person(email=f"{name}@example.org", name=name, password=None, by=None)
        for name in ("ann", "ben")
    ]
    ann, ben = (services.grant_role(team=team, user=person, role=Role.ADMIN, by=None) for person in people)
    with transaction.atomic():
        services.revoke_role(membership=ben, by=people[0])
        late = in_thread(lambda: services.revoke_role(membership=ann, by=people[1]), wait=False)
    with pytest.raises(DomainError):
        late.result(timeout=30)
    assert Membership.objects.filter(team=team, role=Role.ADMIN, is_active=True).count() == 1
