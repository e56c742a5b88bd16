"""The course of an assessment: its states, and one table of who may move it from which state to which."""

from dataclasses import dataclass
from enum import StrEnum

from evenhand.errors import InputError


class AssessmentState(StrEnum):
    """Where an assessment stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"


@dataclass(frozen=True)
class Transition:
    """A step; ``action`` is the permission it needs, ``needs_complete`` whether every answer must be there."""

    verb: str
    sources: frozenset[AssessmentState]
    target: AssessmentState
    action: str
    needs_complete: bool = False
    needs_comment: bool = False
    by_other_person: bool = False  # never by an author or the submitter


_S = AssessmentState

TRANSITIONS: dict[str, Transition] = {
    transition.verb: transition
    for transition in (
        Transition(
            "submit", frozenset({_S.DRAFT, _S.RETURNED}), _S.SUBMITTED, "assessment.submit", needs_complete=True
        ),
        Transition("withdraw", frozenset({_S.SUBMITTED}), _S.DRAFT, "assessment.withdraw"),
        Transition(
            "return",
            frozenset({_S.SUBMITTED}),
            _S.RETURNED,
            "assessment.return",
            needs_comment=True,
            by_other_person=True,
        ),
        Transition("approve", frozenset({_S.SUBMITTED}), _S.APPROVED, "assessment.approve", by_other_person=True),
        Transition(
            "reject",
            frozenset({_S.SUBMITTED}),
            _S.REJECTED,
            "assessment.reject",
            needs_comment=True,
            by_other_person=True,
        ),
        Transition("supersede", frozenset({_S.APPROVED}), _S.SUPERSEDED, "assessment.supersede"),
    )
}

EDITABLE_STATES = frozenset({_S.DRAFT, _S.RETURNED})


class TransitionError(InputError):
    """The step is unknown, or not possible from this state."""


def transition(verb: str) -> Transition:
    """The step with this name."""
    if verb not in TRANSITIONS:
        raise TransitionError(f"There is no step {verb!r}; choose one of {', '.join(TRANSITIONS)}.", field="step")
    return TRANSITIONS[verb]


def advance(state: AssessmentState | str, verb: str) -> AssessmentState:
    """The state after a step; raises ``TransitionError`` when the step is not possible from here."""
    step, current = transition(verb), AssessmentState(state)
    if current not in step.sources:
        possible = ", ".join(steps_from(current)) or "none"
        raise TransitionError(
            f"An assessment that is {current} cannot be moved by {verb!r}; possible from here: {possible}.",
            field="state",
        )
    return step.target


def steps_from(state: AssessmentState | str) -> tuple[str, ...]:
    """The verbs possible from a state, in the order of the table."""
    current = AssessmentState(state)
    return tuple(verb for verb, step in TRANSITIONS.items() if current in step.sources)


def is_editable(state: AssessmentState | str) -> bool:
    """Whether answers may be changed in this state."""
    return AssessmentState(state) in EDITABLE_STATES
