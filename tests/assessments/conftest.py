"""A small framework with every kind of question, the NIST one, and assessments in each state."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from assessments import services
from assessments.models import Assessment, FrameworkEdition
from evenhand.questionnaire.parsing import load_framework, parse_framework
from governance.models import System, Team, User
from tests.assessments.filling import answer_all

SMALL = Path(__file__).with_name("small.yaml")


@pytest.fixture
def edition(db: None) -> FrameworkEdition:
    """A framework small enough to see through, with an organisation's part and every kind of question."""
    return services.publish_edition(framework=parse_framework(SMALL.read_bytes(), name="small.yaml"), by=None)


@pytest.fixture
def nist(db: None) -> FrameworkEdition:
    return services.publish_edition(framework=load_framework("nist-ai-rmf"), by=None)


@pytest.fixture
def own_practice(edition: FrameworkEdition, team: Team, compliance: User) -> Assessment:
    """The organisation's own assessment, in draft."""
    return services.start_assessment(edition=edition, team=team, by=compliance)


@pytest.fixture
def signed_practice(own_practice: Assessment, compliance: User, approver: User) -> Assessment:
    """The organisation's own assessment, signed."""
    answer_all(own_practice, compliance)
    services.submit_assessment(assessment=own_practice, by=compliance)
    services.sign_off(assessment=own_practice, by=approver)
    own_practice.refresh_from_db()
    return own_practice


@pytest.fixture
def draft(signed_practice: Assessment, edition: FrameworkEdition, system: System, compliance: User) -> Assessment:
    """A system's assessment, just started, with the organisation's answers copied."""
    return services.start_assessment(edition=edition, system=system, by=compliance)


@pytest.fixture
def complete(draft: Assessment, compliance: User) -> Assessment:
    """A system's assessment that lacks nothing."""
    answer_all(draft, compliance)
    return draft


@pytest.fixture
def submitted(complete: Assessment, compliance: User) -> Assessment:
    services.submit_assessment(assessment=complete, by=compliance)
    complete.refresh_from_db()
    return complete


@pytest.fixture
def approved(submitted: Assessment, approver: User) -> Assessment:
    services.sign_off(assessment=submitted, by=approver)
    submitted.refresh_from_db()
    return submitted


@pytest.fixture
def second_officer(person: Callable[..., User], team: Team) -> User:
    """Compliance staff who wrote nothing."""
    return person("compliance", team, "second-officer")
