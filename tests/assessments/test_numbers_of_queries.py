"""Pages people write on all day stay cheap, whatever stands beside the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from assessments import services
from assessments.models import Assessment
from assessments.services.looking import raise_look_again
from governance.models import System, User
from tests.assessments.classifying import published

MOST = 12


@pytest.fixture
def crowded(signed_practice: Assessment, system: System, compliance: User, engineer: User) -> Assessment:
    """An assessment whose first question has offers of both kinds, evidence with a newer revision, remarks, a doubt."""
    prefilled = (
        "  - id: purpose\n",
        '  - id: purpose\n    prefill: system.purpose\n    same_as: [{question: "second-check:who", basis: Alike.}]\n',
    )
    edition = published("small", ('version: "1"', 'version: "2"'), prefilled)
    second = services.start_assessment(edition=published("second"), system=system, by=compliance)
    services.save_answer(assessment=second, question_id="who", value="Applicants.", by=compliance)
    assessment = services.start_assessment(edition=edition, system=system, by=compliance)
    services.save_answer(assessment=assessment, question_id="purpose", value="Sorts.", by=engineer)
    for number in range(3):
        piece = services.add_evidence(
            assessment=assessment, question_id="purpose", by=engineer,
            file=ContentFile(f"paper {number}".encode(), name=f"paper{number}.txt"),
        )  # fmt: skip
        assert piece.revision is not None
        services.revise_item(
            item=piece.revision.item, by=engineer, file=ContentFile(f"newer {number}".encode(), name=f"p{number}.txt")
        )
        remark = services.add_comment(
            assessment=assessment, question_id="purpose", text=f"Which {number}?", asks_for_change=True,
            mentions=[engineer], by=compliance,
        )  # fmt: skip
        if number:
            services.settle_comment(comment=remark, by=engineer)
    raise_look_again(
        assessment=assessment, question_id="purpose", kind="fact_changed", about="system.purpose",
        reason="The registry says something else now.", source={}, by=engineer,
    )  # fmt: skip
    return assessment


@pytest.mark.parametrize("page", ["questions/purpose", "sections/use_1"])
def test_a_page_with_everything_beside_it_needs_few_queries(
    page: str,
    crowded: Assessment,
    compliance: User,
    client_of: Callable[[User], Client],
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    client = client_of(compliance)
    at = f"/assessments/{crowded.uid}/{page}/"
    shown = client.get(at).content.decode()
    with django_assert_max_num_queries(MOST):
        client.get(at)
    if page.startswith("questions"):
        for words in (
            "Applicants.",
            "Pretrial",
            "Revision 2 is in the library",
            "Which 2?",
            "The registry says something else now.",
        ):
            assert words in shown, words
