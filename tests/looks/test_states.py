"""The one table of states covers every state there is, and a state is never colour alone."""

import re

import pytest
from django.db.models import TextChoices

from config.states import STATES, state_of, tier_of
from config.ui import marks
from governance.models import SystemStatus, VersionStatus

# Assessments, evaluations, findings, verdicts, sign-offs, the gate, as DESIGN.md section 4 names them.
OF_THE_DESIGN = """
draft submitted returned approved superseded waiting queued running completed failed cancelled invalidated
open mitigated accepted closed met not_met inconclusive signed stale may_ship blocked needs_review
"""


@pytest.mark.parametrize("choices", [SystemStatus, VersionStatus])
def test_every_status_of_the_registry_has_a_state(choices: type[TextChoices]) -> None:
    assert set(choices.values) <= set(STATES)


@pytest.mark.parametrize("code", OF_THE_DESIGN.split())
def test_every_state_of_the_design_is_known(code: str) -> None:
    assert state_of(code).word


def test_an_unknown_state_is_a_mistake_not_a_guess() -> None:
    with pytest.raises(KeyError, match="No state is called 'ok'"):
        state_of("ok")


@pytest.mark.parametrize("code", sorted(STATES))
def test_a_state_is_a_mark_and_a_word(code: str) -> None:
    html = marks.state(code)
    assert "<svg" in html
    assert STATES[code].word in html.replace("&#x27;", "'")


def test_a_lone_mark_keeps_its_name() -> None:
    assert '<span class="visually-hidden">not met</span>' in marks.state("not_met", alone=True)


def test_a_word_from_outside_is_escaped() -> None:
    assert "<b>" not in marks.state("met", "<b>met</b>")


def test_good_is_round_bad_is_square() -> None:
    assert all(re.search("circle|player", state.icon) for state in STATES.values() if state.tone == "good")
    assert all(re.search("square|clock", state.icon) for state in STATES.values() if state.tone == "bad")


@pytest.mark.parametrize(
    ("code", "name"),
    [("high", "high"), ("high_risk", "high"), ("", "unclassified"), (None, "unclassified"), ("?", "unclassified")],
)
def test_tiers(code: str | None, name: str) -> None:
    assert tier_of(code)[0] == name
