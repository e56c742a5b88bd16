"""Giving sections and single questions to people: they are told, answer only that, and see it at home."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from assessments import facts, services
from assessments.models import Assessment, Assignment
from governance.errors import InvalidError, NotAllowedError
from governance.models import Notice, User

ClientOf = Callable[[User], Client]
DUE = datetime.date(2026, 12, 4)


def test_who_gets_a_part_is_told_each_time_it_becomes_theirs(
    draft: Assessment, compliance: User, contributor: User, engineer: User
) -> None:
    def give(person: User | None, due_on: datetime.date | None = DUE) -> None:
        services.assign(assessment=draft, section_id="use_1", assignee=person, due_on=due_on, by=compliance)

    give(contributor)
    give(contributor)
    give(contributor, None)  # another date is no news of a new part
    (notice,) = Notice.objects.filter(user=contributor)
    assert notice.title == "Your part: USE 1 of Small check"
    assert "Compliance gave it to you, for Recidivism risk score. It is due on 4 December 2026." in notice.detail
    give(engineer)
    give(contributor)
    give(None)
    give(compliance)  # one's own act
    counts = {person.name: Notice.objects.filter(user=person).count() for person in (contributor, engineer, compliance)}
    assert counts == {"Contributor": 2, "Engineer": 1, "Compliance": 0}


def test_a_contributor_answers_a_single_question_and_no_other(
    draft: Assessment, compliance: User, contributor: User
) -> None:
    part: dict[str, Any] = {"assessment": draft, "section_id": "use_1", "by": compliance}
    services.assign(question_id="in_place", assignee=contributor, **part)
    services.save_answer(assessment=draft, question_id="in_place", value="partly", by=contributor)
    for question_id in ("purpose", "automatic"):
        with pytest.raises(NotAllowedError):
            services.save_answer(assessment=draft, question_id=question_id, value="x", by=contributor)
    with pytest.raises(InvalidError, match="no question of use_1"):
        services.assign(question_id="watched", assignee=contributor, **part)


def test_giving_sections_and_questions_in_the_browser(
    draft: Assessment, compliance: User, contributor: User, client_of: ClientOf
) -> None:
    client, at = client_of(compliance), f"/assessments/{draft.uid}/people/"
    assert f"{at}?section=use_1" in client.get(at).content.decode()
    page = client.get(f"{at}?section=use_1").content.decode()
    assert 'name="in_place-assignee"' in page
    assert 'name="watched-assignee"' not in page
    form = {"in_place-assignee": str(contributor.uid), "in_place-due_on": "2026-12-04"}
    saved = client.post(f"{at}?section=use_1", form)
    assert saved.headers["Location"] == f"/assessments/{draft.uid}/"
    (part,) = Assignment.objects.all()
    assert (part.section_id, part.question_id, part.assignee, part.due_on) == ("use_1", "in_place", contributor, DUE)
    assert "Some questions are given on their own" in client.get(at).content.decode()
    bad = client.post(f"{at}?section=use_1", {"in_place-due_on": "some day"})
    assert (bad.status_code, 'value="some day"' in bad.content.decode()) == (422, True)
    assert client.get(f"{at}?section=elsewhere").status_code == 404


def test_a_contributor_s_home_shows_what_is_theirs_until_it_is_done(
    draft: Assessment, compliance: User, contributor: User, client_of: ClientOf
) -> None:
    assert facts.waiting_for(contributor) == []
    services.assign(
        assessment=draft, section_id="use_1", question_id="in_place", assignee=contributor, by=compliance, due_on=DUE
    )
    (item,) = facts.waiting_for(contributor)
    assert (item.verb, item.detail, item.due_on) == ("Answer", "Your part: USE 1.2, given to you", DUE)
    assert item.url == f"/assessments/{draft.uid}/questions/in_place/"
    assert "Your part: USE 1.2" in client_of(contributor).get("/").content.decode()
    services.save_answer(assessment=draft, question_id="in_place", value="partly", by=contributor)
    assert facts.waiting_for(contributor) == []
