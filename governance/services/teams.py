"""Teams, people and the roles they have."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from governance.errors import ConflictError, InvalidError, NotAllowedError
from governance.events import publish, snapshot
from governance.models import Membership, Role, Team, User
from governance.permissions import require


@transaction.atomic
def create_team(*, slug: str, name: str, by: User | None) -> Team:
    """Create a team. Only set-up and operators do this; its first administrator is granted by them."""
    if by is not None and not by.is_superuser:
        raise NotAllowedError("Only the operator of this installation makes teams.", action="team.create")
    if Team.objects.filter(slug=slug).exists():
        raise ConflictError(f"A team with the short name {slug} exists already.", fields={"slug": ["already in use"]})
    team = Team.objects.create(slug=slug, name=name)
    publish("team.created", subject=team, by=by)
    return team


@transaction.atomic
def create_person(*, email: str, name: str, password: str | None, by: User | None) -> User:
    """Create an account. Without a password the person signs in by single sign-on or a reset link."""
    if by is not None and not (by.is_superuser or administers_any(by)):
        raise NotAllowedError("Accounts are made by an administrator of a team.", action="user.create")
    email = email.strip().lower()
    if User.objects.filter(email=email).exists():
        raise ConflictError(f"There is an account for {email} already.", fields={"email": ["already in use"]})
    if password is not None:
        try:
            validate_password(password, User(email=email, name=name))
        except ValidationError as problem:
            raise InvalidError(" ".join(problem.messages), fields={"password": list(problem.messages)})
    person = User.objects.create_user(email, password, name=name)
    publish("user.created", subject=person, by=by)
    return person


@transaction.atomic
def grant_role(*, team: Team, user: User, role: str, by: User | None) -> Membership:
    """Give a person a role in a team. `by=None` is set-up; everybody else needs to administer the team."""
    if by is not None:
        require(by, "team.manage", team)
    if role not in Role.values:
        raise InvalidError(f"{role} is no role. Roles are {', '.join(Role.values)}.", fields={"role": ["unknown role"]})
    membership = Membership.objects.select_for_update().filter(team=team, user=user, role=role).first()
    if membership and membership.is_active:
        return membership
    before = snapshot(membership) if membership else None
    membership = membership or Membership(team=team, user=user, role=role)
    membership.is_active = True
    membership.save()
    user.forget_roles()
    publish("role.granted", subject=membership, by=by, before=before)
    return membership


@transaction.atomic
def revoke_role(*, membership: Membership, by: User) -> Membership:
    """Take a role away. The last administrator of a team stays."""
    Team.objects.select_for_update(no_key=True).get(pk=membership.team_id)  # one at a time: the last one must stay
    membership = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
    by.forget_roles()
    require(by, "team.manage", membership)
    others = Membership.objects.filter(team=membership.team, role=Role.ADMIN, is_active=True).exclude(pk=membership.pk)
    if membership.role == Role.ADMIN and not others.exists():
        raise ConflictError("This is the team's last administrator. Give somebody else that role first.")
    before = snapshot(membership)
    membership.is_active = False
    membership.save(update_fields=["is_active"])
    membership.user.forget_roles()
    publish("role.revoked", subject=membership, by=by, before=before)
    return membership


def administers_any(user: User) -> bool:
    """Whether the person administers a team: accounts belong to none."""
    return user.is_active and user.memberships.filter(role=Role.ADMIN, is_active=True).exists()
