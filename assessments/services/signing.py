"""One signature: by somebody with a seat, over exactly what was handed in, with the words they agreed to."""

from dataclasses import dataclass

from django.utils import timezone

from assessments.models import Assessment, Decision, SignOff, SignOffStep
from assessments.seats import Seat, Table, same, table_of
from assessments.services.conditions import NewCondition, checked_conditions, set_conditions
from assessments.services.content import content_sha256
from assessments.services.routes import checked_function
from governance.errors import ConflictError, InvalidError, NotAllowedError
from governance.events import publish, snapshot
from governance.models import User

SIGNED_WORDS = "I have read the answers and the evidence. I wrote none of them."
LONGEST = 20_000


@dataclass(frozen=True)
class SignedWith:
    """What a person says when they sign."""

    function: str = ""
    comment: str = ""
    minutes: str = ""
    attestation: str = SIGNED_WORDS
    instead_of: User | None = None
    conditions: tuple[NewCondition, ...] = ()


def signed(assessment: Assessment, by: User, decision: Decision, words: SignedWith) -> SignOff:
    """Write down a decision in the person's seat, with its conditions. The step is complete once enough agreed."""
    seat = seat_of(table_of(assessment), by, words)
    _check(seat.step, decision, words)
    conditions = checked_conditions(assessment.team_id, words.conditions)
    signoff = SignOff.objects.create(
        assessment=assessment,
        step=seat.step,
        function=_function(seat.step, words),
        person=by,
        on_behalf_of=seat.instead_of,
        decision=decision,
        conditions="\n".join(str(condition) for condition in conditions),
        comment=words.comment.strip(),
        minutes=words.minutes.strip(),
        attestation=words.attestation.strip(),
        signed_sha256=content_sha256(assessment),
        signed_at=timezone.now(),
    )
    publish("signoff.signed", subject=signoff, by=by)
    set_conditions(signoff, conditions, by)
    return signoff


def complete_if_agreed(assessment: Assessment, step: SignOffStep, by: User) -> Table:
    """Close the step once as many people agreed as it asks for; the sign-off as it stands then."""
    table = table_of(assessment)
    if table.approvals(step) < step.quorum:
        return table
    before = snapshot(step)
    step.completed_at = timezone.now()
    step.save(update_fields=["completed_at"])
    publish("step.completed", subject=step, by=by, before=before)
    return table_of(assessment)


def seat_of(table: Table, by: User, words: SignedWith) -> Seat:
    """Where this person signs. The function and whose place may be named; else it is the first seat they have."""
    seats = table.seats(by)
    if not seats:
        raise NotAllowedError(why_no_seat(table, by), action="assessment.approve", subject=table.assessment)
    fitting = [
        seat
        for seat in seats
        if (not words.function or _free(seat.step) or same(seat.step.function, words.function.strip()))
        and (words.instead_of is None or seat.instead_of == words.instead_of)
    ]
    if not fitting:
        named = "; ".join(str(seat) for seat in seats)
        raise InvalidError(f"You cannot sign there now. You may sign as: {named}.", fields={"function": ["not yours"]})
    return fitting[0]


def why_no_seat(table: Table, user: User) -> str:
    """The sentence that says why somebody cannot sign now."""
    if user.pk in table.recused:
        return "You stepped aside from this assessment, so somebody else decides on it."
    if any(user.pk in (signoff.person_id, signoff.on_behalf_of_id) for signoff in table.signoffs):
        return "You have signed in this round already; one person signs in one function."
    waiting = ", ".join(step.function for step in table.open_steps)
    return f"It waits for {waiting}, and you are not among those who sign there." if waiting else "Nothing is to sign."


def _free(step: SignOffStep) -> bool:
    """Without a route of its own a team names the function as it signs."""
    return step.route_id is None


def _function(step: SignOffStep, words: SignedWith) -> str:
    return checked_function(words.function) if _free(step) and words.function.strip() else step.function


def _check(step: SignOffStep, decision: Decision, words: SignedWith) -> None:
    if not words.attestation.strip():
        raise InvalidError("Say that you have read what you sign.", fields={"attestation": ["required"]})
    if step.needs_minutes and not words.minutes.strip() and decision != Decision.RETURNED:
        raise InvalidError(
            f"{step.function[:1].upper()}{step.function[1:]} decides with minutes: say who met, when, and what was "
            "said.",
            fields={"minutes": ["required"]},
        )
    for name, text in (("comment", words.comment), ("minutes", words.minutes), ("attestation", words.attestation)):
        if len(text) > LONGEST:
            raise InvalidError(f"{name.capitalize()}: at most {LONGEST:,} characters.", fields={name: ["too long"]})
    if decision == Decision.APPROVED_WITH_CONDITIONS and not words.conditions:
        raise InvalidError("Name at least one condition, with its owner and its day.", fields={"conditions": ["none"]})
    if decision != Decision.APPROVED_WITH_CONDITIONS and words.conditions:
        raise InvalidError(
            "Conditions belong to the decision 'approve with conditions'.", fields={"conditions": ["not here"]}
        )


def check_content(assessment: Assessment, seen_sha256: str) -> None:
    """What is signed is what was handed in, and what the person read."""
    present = content_sha256(assessment)
    if present != assessment.answers_sha256:
        raise ConflictError("The answers are not those that were handed in. Return the assessment and have it checked.")
    if seen_sha256 and seen_sha256 != present:
        raise ConflictError("The assessment is not the one you read. Read it again before you sign.")
