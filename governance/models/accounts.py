"""People, teams, roles and API tokens."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from governance.models.base import Recorded


class Role(models.TextChoices):
    ENGINEER = "engineer"
    COMPLIANCE = "compliance"
    CONTRIBUTOR = "contributor"
    APPROVER = "approver"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Scope(models.TextChoices):
    READ = "read"
    REGISTER = "register"
    EVALUATE = "evaluate"
    ADMIN = "admin"


class Team(Recorded):
    """A part of the organisation that owns systems; roles are given per team."""

    KIND = "team"
    TEAM_PATH = "self"

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, *, name: str = "", **fields: object) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), name=name, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, *, name: str = "") -> "User":
        return self.create_user(email, password, name=name, is_staff=True, is_superuser=True)


class User(AbstractBaseUser, PermissionsMixin, Recorded):
    """A person. Being a superuser opens the operator's admin pages, never another team's records."""

    KIND = "user"
    UNRECORDED = frozenset({"id", "password", "last_login", "is_superuser"})

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]  # people are found by address

    class Meta:
        ordering = ["name", "email"]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return str(self)

    @property
    def initials(self) -> str:
        words = str(self).split("@")[0].replace(".", " ").split()
        return "".join(word[0] for word in words[:2]).upper()

    def record_team(self) -> Team | None:
        return None

    def roles_in(self, team: Team) -> frozenset[str]:
        """The person's roles in a team. Read once for each user object."""
        if not hasattr(self, "_roles"):
            self._roles: dict[int, set[str]] = {}
            for team_id, role in self.memberships.filter(is_active=True).values_list("team_id", "role"):
                self._roles.setdefault(team_id, set()).add(role)
        return frozenset(self._roles.get(team.pk, ()))

    def forget_roles(self) -> None:
        """Call after a role was given or taken."""
        self.__dict__.pop("_roles", None)


class Membership(Recorded):
    """A role that a person has in a team."""

    KIND = "membership"

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "team", "role"], name="membership_once")]
        ordering = ["team", "user", "role"]

    def __str__(self) -> str:
        return f"{self.user} as {self.role} in {self.team}"


class ApiToken(Recorded):
    """A key for the API: stored only as a hash, with scopes, a team and an end."""

    KIND = "token"
    UNRECORDED = frozenset({"id", "token_hash", "last_used_at"})

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    team = models.ForeignKey(Team, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12)
    token_hash = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope.choices))
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}...)"

    @property
    def is_usable(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()
