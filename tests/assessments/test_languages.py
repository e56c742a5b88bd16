"""Reading the questions in one's own language, with what is missing in it marked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from assessments import services
from assessments.models import Assessment, FrameworkEdition
from evenhand.questionnaire.parsing import load_framework
from governance.models import System, User

ClientOf = Callable[[User], Client]


def html(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def screening(db: None) -> FrameworkEdition:
    return services.publish_edition(framework=load_framework("screening"), by=None)


@pytest.fixture
def screened(screening: FrameworkEdition, system: System, compliance: User) -> Assessment:
    return services.start_assessment(edition=screening, system=system, by=compliance)


def test_the_language_is_chosen_once_and_remembered(
    screened: Assessment, compliance: User, client_of: ClientOf
) -> None:
    client, at = client_of(compliance), f"/assessments/{screened.uid}/questions/method/"
    assert "How does it come to its results?" in html(client.get(at))
    french = html(client.get(f"{at}?lang=fr"))
    assert '<span lang="fr">Comment parvient-il à ses résultats ?</span>' in french
    assert "How does it come" not in french
    again = html(client.get(f"/assessments/{screened.uid}/questions/affected/"))
    assert '<h1><span lang="fr">Qui subit les résultats' in again
    assert '<a href="?lang=en" lang="en" hreflang="en">English</a>' in again
    assert "Is AI needed" not in html(client.get(f"/assessments/{screened.uid}/"))
    assert "How does it come to its results?" in html(client.get(f"{at}?lang=en"))


def test_answers_given_in_french_are_the_same_answers(
    screened: Assessment, compliance: User, client_of: ClientOf
) -> None:
    client = client_of(compliance)
    client.get(f"/assessments/{screened.uid}/questions/method/?lang=fr")
    saved = client.post(f"/assessments/{screened.uid}/questions/method/", {"a-method": "rules", "go": "next"})
    assert saved.status_code == 302
    assert screened.answers.get(question_id="method").value == "rules"
    refused = client.post(
        f"/assessments/{screened.uid}/questions/method/", {"a-method": "magic", "method-revision": "1"}
    )
    assert (refused.status_code, "Comment parvient-il" in html(refused)) == (422, True)


def test_a_text_without_the_language_says_in_which_it_is(system: System, compliance: User, client_of: ClientOf) -> None:
    edition = services.publish_edition(framework=load_framework("incident"), by=None)
    assessment = services.start_assessment(edition=edition, system=system, by=compliance)
    page = html(client_of(compliance).get(f"/assessments/{assessment.uid}/questions/headline/?lang=fr"))
    assert '<h1><span lang="en">What happened in one line?</span> <span class="note">in English</span></h1>' in page


def test_a_framework_in_one_language_offers_no_switch_and_ignores_the_choice(
    draft: Assessment, compliance: User, client_of: ClientOf
) -> None:
    page = html(client_of(compliance).get(f"/assessments/{draft.uid}/questions/purpose/?lang=fr"))
    assert ("Language of the questions" in page, "in English" in page) == (False, False)
    assert "<h1>What is the system for?</h1>" in page


@pytest.mark.parametrize("wanted", ["xx yy", "<script>", "", "français"])
def test_an_odd_language_changes_nothing(
    screened: Assessment, compliance: User, client_of: ClientOf, wanted: str
) -> None:
    page = client_of(compliance).get(f"/assessments/{screened.uid}/questions/method/", {"lang": wanted})
    assert (page.status_code, "How does it come to its results?" in html(page)) == (200, True)
