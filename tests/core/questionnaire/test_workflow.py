"""The course of an assessment, written out by hand."""

from typing import Any

import pytest

from evenhand.questionnaire.workflow import (
    TRANSITIONS,
    AssessmentState,
    TransitionError,
    advance,
    is_editable,
    steps_from,
    transition,
)

# state, step, state after it (None: refused)
TABLE = [
    ("draft", "submit", "submitted"), ("draft", "withdraw", None), ("draft", "return", None),
    ("draft", "approve", None), ("draft", "reject", None), ("draft", "supersede", None),
    ("submitted", "submit", None), ("submitted", "withdraw", "draft"), ("submitted", "return", "returned"),
    ("submitted", "approve", "approved"), ("submitted", "reject", "rejected"), ("submitted", "supersede", None),
    ("returned", "submit", "submitted"), ("returned", "withdraw", None), ("returned", "return", None),
    ("returned", "approve", None), ("returned", "reject", None), ("returned", "supersede", None),
    ("approved", "submit", None), ("approved", "withdraw", None), ("approved", "return", None),
    ("approved", "approve", None), ("approved", "reject", None), ("approved", "supersede", "superseded"),
    ("rejected", "submit", None), ("rejected", "withdraw", None), ("rejected", "return", None),
    ("rejected", "approve", None), ("rejected", "reject", None), ("rejected", "supersede", None),
    ("superseded", "submit", None), ("superseded", "withdraw", None), ("superseded", "return", None),
    ("superseded", "approve", None), ("superseded", "reject", None), ("superseded", "supersede", None),
]  # fmt: skip


def test_the_table_names_every_state_and_step() -> None:
    assert {(state, step) for state, step, _ in TABLE} == {(s, t) for s in AssessmentState for t in TRANSITIONS}


@pytest.mark.parametrize(("state", "step", "after"), TABLE)
def test_a_step_leads_where_it_should_or_is_refused(state: str, step: str, after: Any) -> None:
    if after is None:
        with pytest.raises(TransitionError, match=f"that is {state} cannot be moved by '{step}'"):
            advance(state, step)
    else:
        assert advance(state, step) == after
        assert step in steps_from(state)


def test_an_unknown_step_is_refused() -> None:
    with pytest.raises(TransitionError, match="no step 'sign'"):
        transition("sign")


def test_answers_change_in_draft_and_after_a_return_only() -> None:
    assert [state for state in AssessmentState if is_editable(state)] == ["draft", "returned"]


def test_what_each_step_needs() -> None:
    assert {verb for verb, step in TRANSITIONS.items() if step.by_other_person} == {"return", "approve", "reject"}
    assert {verb for verb, step in TRANSITIONS.items() if step.needs_complete} == {"submit"}
    assert {verb for verb, step in TRANSITIONS.items() if step.needs_comment} == {"return", "reject"}
    assert {verb: step.action for verb, step in TRANSITIONS.items()} == {
        verb: f"assessment.{verb}" for verb in TRANSITIONS
    }
