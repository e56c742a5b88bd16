"""Comments: who is named, who is told, threads, what is asked for and settled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from assessments import services
from assessments.models import Assessment, Comment
from assessments.services.commenting import mentioned_in, people_of
from governance.errors import ConflictError, InvalidError, NotAllowedError
from governance.models import Notice, User

ClientOf = Callable[[User], Client]


def told(comment: Comment) -> set[str]:
    return set(Notice.objects.filter(key=f"mentioned:{comment.uid}").values_list("user__name", flat=True))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@Engineer please look", {"Engineer"}),
        ("(@engineer@pretrial.example)", {"Engineer"}),
        ("Ask @ENGINEER and @Approver.", {"Engineer", "Approver"}),
        ("@Engineers are many", set()),
        ("mail me at me@engineer", set()),
        ("@Engineer@elsewhere.example", set()),
        ("@Stranger and @stranger@benefits.example", set()),
        ("@Approver Second", {"Approver Second"}),
        ("@Approver, second", {"Approver"}),
        ("no at all", set()),
    ],
)
def test_who_is_meant(
    text: str, names: set[str], draft: Assessment, engineer: User, approver: User, stranger: User,
    person: Callable[..., User],
) -> None:  # fmt: skip
    person("contributor", draft.team, "approver second")
    assert {user.name for user in mentioned_in(text, people_of(draft.team))} == names


def test_people_of_the_team_are_told_once_and_nobody_else(
    draft: Assessment, compliance: User, engineer: User, approver: User, stranger: User
) -> None:
    comment = services.add_comment(
        assessment=draft,
        question_id="purpose",
        text="@Engineer and @Stranger: which years? @Compliance",
        mentions=[approver, engineer],
        by=compliance,
    )
    assert set(comment.mentions.all()) == {engineer, approver}
    assert told(comment) == {"Engineer", "Approver"}
    notice = Notice.objects.get(user=engineer)
    assert "Compliance mentions you in" in notice.title
    assert notice.detail.startswith("On USE 1.1: @Engineer")
    assert notice.url == f"/assessments/{draft.uid}/comments/#comment-{comment.uid}"
    with pytest.raises(InvalidError, match="no role in"):
        services.add_comment(assessment=draft, text="Look", mentions=[stranger], by=compliance)
    assert Comment.objects.count() == 1


def test_a_change_asked_for_is_settled_once(draft: Assessment, compliance: User, approver: User, auditor: User) -> None:
    comment = services.add_comment(assessment=draft, text="Name the years.", asks_for_change=True, by=approver)
    with pytest.raises(NotAllowedError):
        services.settle_comment(comment=comment, by=auditor)
    services.settle_comment(comment=comment, by=compliance)
    comment.refresh_from_db()
    assert comment.settled_by == compliance
    with pytest.raises(ConflictError):
        services.settle_comment(comment=comment, by=compliance)


def test_picking_people_and_reading_the_thread_without_script(
    draft: Assessment, compliance: User, engineer: User, client_of: ClientOf
) -> None:
    client, question = client_of(compliance), f"/assessments/{draft.uid}/questions/purpose/"
    page = client.get(question).content.decode()
    assert f'name="mentions" value="{engineer.uid}"' in page
    client.post(
        f"/assessments/{draft.uid}/comments/purpose/", {"text": "Which years?", "mentions": [str(engineer.uid)]}
    )
    client.post(f"/assessments/{draft.uid}/comments/", {"text": "On the whole: fine.", "for_report": "on"})
    thread = client.get(f"/assessments/{draft.uid}/comments/").content.decode()
    assert thread.index("On the whole: fine.") < thread.index("Which years?")
    assert "told: Engineer" in thread
    assert "printed in the report" in thread
    assert "told: Engineer" in client.get(question).content.decode()
    empty = client.post(f"/assessments/{draft.uid}/comments/", {"text": " ", "mentions": [str(engineer.uid)]})
    assert (empty.status_code, Comment.objects.count()) == (422, 2)


def test_settling_in_the_browser(
    draft: Assessment, compliance: User, approver: User, auditor: User, stranger: User, client_of: ClientOf
) -> None:
    comment = services.add_comment(assessment=draft, text="Name the years.", asks_for_change=True, by=approver)
    at = f"/assessments/{draft.uid}/comments/"
    assert "asks for a change" in client_of(auditor).get(at).content.decode()
    assert f"/comments/{comment.uid}/settle/" not in client_of(auditor).get(at).content.decode()
    assert client_of(stranger).post(f"/comments/{comment.uid}/settle/").status_code == 404
    client_of(compliance).post(f"/comments/{comment.uid}/settle/")
    assert "settled</span> by Compliance" in client_of(compliance).get(at).content.decode()


def test_over_the_api(
    draft: Assessment, compliance: User, engineer: User, stranger: User, api_of: Callable[..., Any]
) -> None:
    api, at = api_of(compliance), f"/api/v1/assessments/{draft.uid}/comments"
    made = api.post(at, {"text": "Look", "mentions": [str(engineer.uid)]}, format="json")
    assert made.json()["mentions"] == [str(engineer.uid)]
    refused = api.post(at, {"text": "Look", "mentions": [str(stranger.uid)]}, format="json")
    assert (refused.status_code, refused.json()["fields"]) == (422, {"mentions": ["not found"]})
    settled = api.post(f"/api/v1/comments/{made.json()['uid']}/settle")
    assert settled.json()["settled_by"] == str(compliance.uid)
    assert api_of(stranger).get(f"/api/v1/comments/{made.json()['uid']}").status_code == 404
