"""A leaver's tasks: what somebody has open in a team, and giving all of it to somebody else."""

from collections import Counter
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Count
from django.urls import reverse

from assessments.services.open_tasks import KINDS
from governance.errors import InvalidError
from governance.events import publish
from governance.facts import OpenTask
from governance.models import System, Team, User
from governance.permissions import require
from governance.services import notify

NAMED = 20


@dataclass(frozen=True)
class Reassigned:
    """What became of somebody's tasks: given to the receiver, or left without anybody and why."""

    given: tuple[OpenTask, ...]
    left: tuple[tuple[OpenTask, str], ...] = field(default=())


def open_tasks_of(user: User, team: Team) -> list[OpenTask]:
    """Everything a person has open in a team, kind by kind."""
    return [kind.as_task(row) for kind in KINDS for row in kind.open_for(user, team)]


def open_counts(team: Team) -> Counter[int]:
    """How many open tasks each person has in a team, by the person's key; those who left the team too."""
    counts: Counter[int] = Counter()
    for kind in KINDS:
        rows = kind.rows(team).exclude(**{kind.person: None}).order_by()
        counts.update(dict(rows.values_list(kind.person).annotate(n=Count("pk"))))
    return counts


@transaction.atomic
def reassign_tasks(*, team: Team, giver: User, receiver: User, by: User) -> Reassigned:
    """Give everything a person has open in a team to somebody else: all of it, or nothing.

    Nobody gets a sign-off of an assessment they had a hand in: it is left to everybody who may sign, and said so.
    """
    require(by, "tasks.reassign", team)
    if giver == receiver:
        raise InvalidError("Choose somebody else to give the tasks to.", fields={"receiver": ["the same person"]})
    if not receiver.is_active or not receiver.roles_in(team):
        raise InvalidError(
            f"{receiver} has no role in {team.name}. Give one first.", fields={"receiver": ["not in the team"]}
        )
    list(System.objects.select_for_update(no_key=True).filter(team=team, owner=giver).order_by("pk"))
    given: list[OpenTask] = []
    left: list[tuple[OpenTask, str]] = []
    for kind in KINDS:
        for row in kind.open_for(giver, team):
            why = kind.give(row=row, receiver=receiver, by=by)
            left.extend([(kind.as_task(row), why)] if why else [])
            given.extend([] if why else [kind.as_task(row)])
    if not given and not left:
        raise InvalidError(f"{giver} has nothing open in {team.name}.", fields={"giver": ["no open task"]})
    facts = {"giver": str(giver.uid), "receiver": str(receiver.uid), "left": len(left)}
    receipt = publish(
        "tasks.reassigned", subject=team, by=by, data={**facts, "given": dict(Counter(task.kind for task in given))}
    )
    if given and receiver != by:
        _tell(team, giver, receiver, given, since=str(receipt.entry_uid))
    return Reassigned(tuple(given), tuple(left))


def _tell(team: Team, giver: User, receiver: User, given: list[OpenTask], *, since: str) -> None:
    more = [f"- and {len(given) - NAMED} more"] if len(given) > NAMED else []
    what = f"{len(given)} tasks of {giver} are" if len(given) > 1 else f"A task of {giver} is"
    notify(
        user=receiver,
        team=team,
        kind="tasks",
        key=f"tasks:{since}",
        title=f"{what} yours now",
        detail="\n".join([*(f"- {task.kind}: {task.title}" for task in given[:NAMED]), *more]),
        url=f"{reverse('assessments:team-tasks', args=[team.uid])}?person={receiver.uid}",
    )
