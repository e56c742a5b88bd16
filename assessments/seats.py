"""Who may sign which step: read once for any number of assessments, asked by services, pages and the home page.

A step is open once every step before it is complete. Its seats are those of the person it was given to, or of the
signatories of its function, or of every approver of the team; somebody may sit in a person's place while a delegation
lasts. Authors, submitters and those who stepped aside have no seat, and nobody sits in theirs.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import F, Q
from django.utils import timezone

from assessments.models import (
    AnswerAuthor,
    Assessment,
    AssessmentStatus,
    Decision,
    Delegation,
    Recusal,
    Signatory,
    SignOff,
    SignOffStep,
)
from governance.models import Membership, Role, User

APPROVING = frozenset({Decision.APPROVED, Decision.APPROVED_WITH_CONDITIONS})


@dataclass(frozen=True)
class Seat:
    """A step that a person may sign now, for themselves or in somebody's place."""

    step: SignOffStep
    instead_of: User | None = None

    @property
    def key(self) -> str:
        """Names the seat in a form."""
        return f"{self.step.uid}:{self.instead_of.uid if self.instead_of else ''}"

    def __str__(self) -> str:
        return f"{self.step.function}, for {self.instead_of}" if self.instead_of else self.step.function


def same(function: str, other: str) -> bool:
    """Functions are the same whatever their capitals."""
    return function.casefold() == other.casefold()


@dataclass(frozen=True)
class Table:
    """One assessment at its sign-off: the steps of this round, what was signed, and who is out."""

    assessment: Assessment
    steps: tuple[SignOffStep, ...]
    signoffs: tuple[SignOff, ...]  # of this round
    approvers: dict[int, User]
    signatories: tuple[Signatory, ...]
    delegations: tuple[Delegation, ...]  # that last today
    authors: frozenset[int]
    recused: frozenset[int]
    absent: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "absent", self.authors | self.recused | {self.assessment.submitted_by_id})

    @property
    def is_open(self) -> bool:
        return self.assessment.status == AssessmentStatus.SUBMITTED

    @property
    def open_steps(self) -> tuple[SignOffStep, ...]:
        """The steps that may be signed now: the first position with anything left."""
        left = [step for step in self.steps if step.completed_at is None]
        first = min((step.position for step in left), default=0)
        return tuple(step for step in left if step.position == first) if self.is_open else ()

    def signed(self, step: SignOffStep) -> tuple[SignOff, ...]:
        return tuple(signoff for signoff in self.signoffs if signoff.step_id == step.pk)

    def approvals(self, step: SignOffStep) -> int:
        """How many people agreed to this step."""
        return len({voice_of(signoff) for signoff in self.signed(step) if signoff.decision in APPROVING})

    def members(self, step: SignOffStep) -> list[User]:
        """Those whose signature counts here, before anybody is out: whom it was given to, named, or every approver."""
        if step.assignee_id is not None:
            return [person for pk, person in self.approvers.items() if pk == step.assignee_id]
        named = [row.user_id for row in self.signatories if same(row.function, step.function)]
        return [person for pk, person in self.approvers.items() if not named or pk in named]

    def left(self, step: SignOffStep) -> list[User]:
        """Members who still have their voice in this step."""
        return [person for person in self.members(step) if self._has_voice(person.pk, step)]

    def seats(self, user: User) -> list[Seat]:
        """Every way in which this person may sign now; their own seat comes before others' places."""
        if user.pk not in self.approvers or user.pk in self.absent:
            return []
        found: list[Seat] = []
        for step in self.open_steps:
            if not self._has_voice(user.pk, step):
                continue
            left = self.left(step)
            found += [Seat(step)] if user in left else []
            found += [Seat(step, giver) for giver in left if self._stands_in(user, giver, step)]
        return sorted(found, key=lambda seat: seat.instead_of is not None)

    def stand_ins(self, step: SignOffStep, member: User) -> list[User]:
        """Who may sign this step in the member's place today."""
        holders = (self.approvers.get(each.holder_id) for each in self.delegations)
        return [
            holder
            for holder in dict.fromkeys(holder for holder in holders if holder is not None)
            if self._stands_in(holder, member, step) and self._has_voice(holder.pk, step)
        ]

    def _stands_in(self, holder: User, giver: User, step: SignOffStep) -> bool:
        return any(
            each.holder_id == holder.pk
            and each.giver_id == giver.pk
            and (not each.function or same(each.function, step.function))
            for each in self.delegations
        )

    def _has_voice(self, user_id: int, step: SignOffStep) -> bool:
        """One voice in a round: one step of a function, and no two functions."""
        if user_id in self.absent:
            return False
        mine = [each for each in self.signoffs if user_id in (each.person_id, each.on_behalf_of_id)]
        functions = {found.pk: found.function for found in self.steps}
        return not any(
            each.step_id == step.pk or not same(functions.get(each.step_id or 0, each.function), step.function)
            for each in mine
        )


def voice_of(signoff: SignOff) -> int:
    """Whose voice a sign-off is."""
    return signoff.on_behalf_of_id or signoff.person_id


def table_of(assessment: Assessment) -> Table:
    """The sign-off of one assessment, read anew."""
    return tables_of([assessment])[assessment.pk]


def tables_of(assessments: Iterable[Assessment]) -> dict[int, Table]:
    """The sign-offs of several assessments, in the same few queries."""
    rows = list(assessments)
    ids, teams = [row.pk for row in rows], {row.team_id for row in rows}
    today = timezone.localdate()
    steps = SignOffStep.objects.filter(assessment__in=ids, round=F("assessment__round")).select_related("assignee")
    signoffs = SignOff.objects.filter(assessment__in=ids, step__round=F("assessment__round"))
    people = Membership.objects.filter(
        team__in=teams, role=Role.APPROVER, is_active=True, user__is_active=True
    ).select_related("user")
    return _laid(
        rows,
        steps=list(steps),
        signoffs=list(signoffs.select_related("person", "on_behalf_of").prefetch_related("use_conditions__owner")),
        memberships=list(people.order_by("user__name", "user_id")),
        signatories=list(Signatory.objects.filter(team__in=teams, is_active=True)),
        delegations=list(Delegation.objects.filter(_lasting(today), team__in=teams).order_by("pk")),
        authors=list(AnswerAuthor.objects.filter(assessment__in=ids).values_list("assessment_id", "user_id")),
        recused=list(Recusal.objects.filter(assessment__in=ids).values_list("assessment_id", "user_id")),
    )


def _lasting(today: datetime.date) -> Q:
    return Q(ended_at=None, starts_on__lte=today, ends_on__gte=today)


def _laid(
    rows: list[Assessment],
    *,
    steps: list[SignOffStep],
    signoffs: list[SignOff],
    memberships: list[Membership],
    signatories: list[Signatory],
    delegations: list[Delegation],
    authors: list[tuple[int, int]],
    recused: list[tuple[int, int]],
) -> dict[int, Table]:
    return {
        row.pk: Table(
            assessment=row,
            steps=tuple(step for step in steps if step.assessment_id == row.pk),
            signoffs=tuple(signoff for signoff in signoffs if signoff.assessment_id == row.pk),
            approvers={each.user_id: each.user for each in memberships if each.team_id == row.team_id},
            signatories=tuple(each for each in signatories if each.team_id == row.team_id),
            delegations=tuple(each for each in delegations if each.team_id == row.team_id),
            authors=frozenset(user for assessment, user in authors if assessment == row.pk),
            recused=frozenset(user for assessment, user in recused if assessment == row.pk),
        )
        for row in rows
    }
