"""The risk register of a system: raised, rated, mitigated, accepted, closed."""

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from assessments.models import Assessment, HarmKind, Mitigation, Risk, RiskStatus
from governance.errors import ConflictError, InvalidError
from governance.events import publish, snapshot
from governance.models import System, User
from governance.permissions import require

CHANGEABLE = (
    "title", "description", "harm", "falls_on", "likelihood_before", "severity_before", "likelihood_after",
    "severity_after", "owner", "due_on",
)  # fmt: skip
RATINGS = ("likelihood_before", "severity_before", "likelihood_after", "severity_after")
MOVES: dict[str, tuple[str, ...]] = {
    RiskStatus.OPEN: ("mitigated", "accepted", "closed"),
    RiskStatus.MITIGATED: ("open", "accepted", "closed"),
    RiskStatus.ACCEPTED: ("open", "closed"),
    RiskStatus.CLOSED: ("open",),
}


@transaction.atomic
def raise_risk(
    *,
    system: System,
    title: str,
    harm: str,
    falls_on: str,
    likelihood_before: int,
    severity_before: int,
    by: User,
    assessment: Assessment | None = None,
    question_id: str = "",
    **more: Any,
) -> Risk:
    """Put a possible harm into a system's register: on whom it falls, how likely and how bad it is."""
    require(by, "risk.raise", system)
    unknown = sorted(set(more) - set(CHANGEABLE))
    if unknown:
        raise InvalidError(f"A risk has no {', '.join(unknown)}.", fields={name: ["unknown"] for name in unknown})
    _check_source(system, assessment, question_id)
    risk = Risk(
        system=system,
        assessment=assessment,
        question_id=question_id,
        title=title.strip(),
        harm=harm,
        falls_on=falls_on.strip(),
        likelihood_before=likelihood_before,
        severity_before=severity_before,
        raised_by=by,
        **more,
    )
    _check(risk)
    risk.save()
    publish("risk.raised", subject=risk, by=by)
    return risk


@transaction.atomic
def change_risk(*, risk: Risk, by: User, **changes: Any) -> Risk:
    """Describe or rate a risk anew. A closed one is opened first."""
    risk = _locked(risk)
    require(by, "risk.change", risk)
    unknown = sorted(set(changes) - set(CHANGEABLE))
    if unknown:
        raise InvalidError(f"A risk has no {', '.join(unknown)}.", fields={name: ["unknown"] for name in unknown})
    if risk.status == RiskStatus.CLOSED:
        raise ConflictError("This risk is closed. Open it again before you change it.")
    before = snapshot(risk)
    for name, value in changes.items():
        setattr(risk, name, value.strip() if isinstance(value, str) else value)
    _check(risk)
    if snapshot(risk) != before:
        risk.save()
        publish("risk.changed", subject=risk, by=by, before=before)
    return risk


@transaction.atomic
def move_risk(*, risk: Risk, status: str, reason: str, by: User) -> Risk:
    """Call a risk mitigated, accepted, closed, or open again, and say why. Accepting it is an approver's decision."""
    risk = _locked(risk)
    require(by, "risk.accept" if status == RiskStatus.ACCEPTED else "risk.change", risk)
    if status not in MOVES[risk.status]:
        raise ConflictError(f"A risk that is {risk.status} can become {', '.join(MOVES[risk.status])}, not {status}.")
    if not reason.strip():
        raise InvalidError("Say why: the reason goes on the record.", fields={"reason": ["required"]})
    if status == RiskStatus.MITIGATED and None in (risk.likelihood_after, risk.severity_after):
        raise InvalidError(
            "Rate the risk as it is after what was done, then call it mitigated.",
            fields={"likelihood_after": ["required"], "severity_after": ["required"]},
        )
    before = snapshot(risk)
    risk.status, risk.status_reason = status, reason.strip()
    risk.save(update_fields=["status", "status_reason"])
    publish("risk.moved", subject=risk, by=by, before=before)
    return risk


@transaction.atomic
def plan_mitigation(
    *, risk: Risk, text: str, by: User, owner: User | None = None, due_on: datetime.date | None = None
) -> Mitigation:
    """Plan one thing to do about a risk, with its owner and date."""
    risk = _locked(risk)
    require(by, "risk.change", risk)
    if risk.status == RiskStatus.CLOSED:
        raise ConflictError("This risk is closed. Open it again before you plan anything.")
    if not text.strip():
        raise InvalidError("Say what is to be done.", fields={"text": ["required"]})
    _check_person(risk.system, owner)
    mitigation = Mitigation.objects.create(risk=risk, text=text.strip(), owner=owner, due_on=due_on)
    publish("mitigation.planned", subject=mitigation, by=by)
    return mitigation


@transaction.atomic
def complete_mitigation(*, mitigation: Mitigation, by: User) -> Mitigation:
    """Say that a mitigation is done. Saying it twice changes nothing."""
    rows = Mitigation.objects.select_related("risk__system__team", "owner").select_for_update(of=("self",))
    mitigation = rows.get(pk=mitigation.pk)
    if mitigation.owner_id != by.pk:
        require(by, "risk.change", mitigation.risk)
    if mitigation.done_at is None:
        before = snapshot(mitigation)
        mitigation.done_at, mitigation.done_by = timezone.now(), by
        mitigation.save(update_fields=["done_at", "done_by"])
        publish("mitigation.done", subject=mitigation, by=by, before=before)
    return mitigation


def _check(risk: Risk) -> None:
    problems: dict[str, list[str]] = {}
    if not risk.title or len(risk.title) > 200:
        problems["title"] = ["name the harm in at most 200 characters"]
    if risk.harm not in HarmKind.values:
        problems["harm"] = [f"choose one of {', '.join(HarmKind.values)}"]
    if not risk.falls_on:
        problems["falls_on"] = ["say on whom it falls"]
    for name in RATINGS:
        value = getattr(risk, name)
        may_lack = name.endswith("_after")
        if value is None and may_lack:
            continue
        if not isinstance(value, int) or not 1 <= value <= 5:
            problems[name] = ["choose 1 to 5"]
    if (risk.likelihood_after is None) != (risk.severity_after is None):
        problems["severity_after"] = ["rate both likelihood and severity afterwards, or neither"]
    if problems:
        first = next(iter(problems))
        raise InvalidError(f"{first.replace('_', ' ')}: {problems[first][0]}.", fields=problems)
    _check_person(risk.system, risk.owner)


def _check_person(system: System, person: User | None) -> None:
    if person is not None and not person.roles_in(system.team):
        raise InvalidError(
            f"{person} has no role in {system.team.name}. Give one first.", fields={"owner": ["not in the team"]}
        )


def _check_source(system: System, assessment: Assessment | None, question_id: str) -> None:
    if assessment is None:
        return
    if assessment.system_id != system.pk:
        raise InvalidError("This assessment is about another system.", fields={"assessment": ["of another system"]})
    if question_id and question_id not in assessment.edition.framework.questions_by_id:
        raise InvalidError(f"{question_id} is no question of {assessment.edition}.", fields={"question": ["unknown"]})


def _locked(risk: Risk) -> Risk:
    rows = Risk.objects.select_related("system__team", "owner").select_for_update(of=("self",))
    found: Risk = rows.get(pk=risk.pk)
    return found
