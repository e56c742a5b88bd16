"""Bad input gets a clear problem with the right status, leaves nothing behind, and is recorded where it matters."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from assessments import services as assessing
from assessments.models import Assessment, SignOff
from audits import recorder
from audits.models import Evaluation, Goal
from audits.services.goals import propose_goal
from governance.models import Team, User, Version
from tests.assessments.filling import answer_all
from tests.audits.conftest import GOAL

COLUMNS = {"group": "race", "label": "two_year_recid", "prediction": "flagged"}
HEADER = b"race,two_year_recid,flagged\n"
GOOD = HEADER + b"a,1,1\nb,0,0\n"
Send = Callable[..., Any]


@pytest.fixture
def send(api_of: Callable[..., Any], engineer: User, version: Version) -> Send:
    api = api_of(engineer)

    def hand(content: bytes, name: str = "p.csv", **said: str) -> Any:
        upload = io.BytesIO(content)
        upload.name = name
        return api.post(
            f"/api/v1/versions/{version.uid}/evaluations", {"file": upload, **COLUMNS, **said}, format="multipart"
        )

    return hand


def problem(response: Any, status: int, code: str, *words: str) -> None:
    """The refusal has this status and code, and its sentence names what and where."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["code"] == code
    assert body["status"] == status
    for word in words:
        assert word in body["detail"], body["detail"]


def standing() -> list[tuple[int, str, str]]:
    """Every evaluation as it is: what must be the same before and after."""
    return list(Evaluation.objects.order_by("pk").values_list("pk", "status", "upload"))


@pytest.mark.parametrize(
    ("content", "name", "said", "status", "code", "words"),
    [
        (GOOD, "p.csv", {"group": "colour"}, 422, "invalid", ["p.csv", "'colour'", "race, two_year_recid, flagged"]),
        (b"", "p.csv", {}, 400, "invalid", ["file", "empty"]),
        (b"PK\x03\x04" + b"0" * 60, "p.csv", {}, 422, "invalid", ["p.csv", "called CSV"]),
        (b"\x80\x04pickle", "p.csv", {}, 422, "invalid", ["p.csv", "pickle"]),
        (GOOD, "p.xlsx", {}, 422, "invalid", ["p.xlsx", ".csv"]),
        (GOOD, "p.csv", {"threshold": "4"}, 422, "threshold_contradicts_rule", ["4", "5 and up"]),
    ],
)
def test_files_that_are_refused_at_once(
    send: Send, content: bytes, name: str, said: dict[str, str], status: int, code: str, words: list[str]
) -> None:
    before = standing()
    problem(send(content, name, **said), status, code, *words)
    assert standing() == before


def test_more_than_the_limit(send: Send, settings: Any) -> None:
    before = standing()
    settings.MAX_UPLOAD_BYTES = len(GOOD) - 1
    problem(send(GOOD), 413, "too_large", f"{len(GOOD) - 1:,}")
    assert standing() == before


@pytest.mark.parametrize(
    ("content", "said", "words"),
    [
        (HEADER + b"a,1,1\nb,2,0\nb,0,1\n", {}, ["two_year_recid"]),
        (HEADER + b"a,1,1\na,0,0\nb,NaN,0\n", {}, ["two_year_recid", "nan"]),
        (b"race,two_year_recid,s\na,1,7\nb,0,11\n", {"prediction": "", "score": "s"}, ["s", "11", "10"]),
        (b"race,two_year_recid,s\na,1,7\nb,0,NaN\n", {"prediction": "", "score": "s"}, ["s"]),
        (HEADER, {}, ["no rows to count"]),
    ],
)
def test_rows_that_cannot_be_counted_fail_with_their_reason(
    send: Send, work: Any, api_of: Callable[..., Any], engineer: User, client_of: Callable[..., Client],
    content: bytes, said: dict[str, str], words: list[str],
) -> None:  # fmt: skip
    response = send(content, **said)
    if response.status_code == 422:
        problem(response, 422, "invalid", *words)
        return
    assert response.status_code == 202, response.content
    failed = work(Evaluation.objects.exclude(status="waiting").get())
    assert failed.status == "failed"
    assert (failed.result, failed.counts, failed.verdict) == (None, None, "")
    shown = api_of(engineer).get(response["Location"]).json()
    page = client_of(engineer).get(f"/evaluations/{failed.uid}/").content.decode()
    for word in words:
        assert word in shown["error"]
        assert word in page


def test_a_token_of_another_team(api_of: Callable[..., Any], stranger: User, version: Version) -> None:
    upload = io.BytesIO(GOOD)
    upload.name = "p.csv"
    before = standing()
    path = f"/api/v1/versions/{version.uid}/evaluations"
    problem(api_of(stranger).post(path, {"file": upload, **COLUMNS}, format="multipart"), 404, "not_found")
    body = {"model": str(version.model.uid), "name": "9"}
    problem(api_of(stranger).post("/api/v1/versions", body, format="json"), 422, "invalid", "model")
    assert standing() == before
    assert not Version.objects.filter(name="9").exists()


def test_a_version_registered_twice_with_different_content(
    api_of: Callable[..., Any], engineer: User, version: Version
) -> None:
    api, body = api_of(engineer), {"model": str(version.model.uid), "name": version.name}
    assert api.post("/api/v1/versions", body, format="json").status_code == 200
    story, before = len(recorder.history(version.uid)), standing()
    answer = api.post("/api/v1/versions", {**body, "commit": "another"}, format="json")
    problem(answer, 409, "version_exists", version.name, "other content", "new name")
    assert Version.objects.filter(model=version.model).count() == 1
    assert (len(recorder.history(version.uid)), standing()) == (story, before)


@pytest.fixture
def own_work(draft: Assessment, approver: User, compliance: User) -> Assessment:
    """Handed in by compliance; the approver wrote a part that was assigned to them."""
    answer_all(draft, compliance)
    assessing.assign(assessment=draft, section_id="use_1", assignee=approver, by=compliance)
    assessing.save_answer(assessment=draft, question_id="purpose", value="Mine.", by=approver)
    assessing.submit_assessment(assessment=draft, by=compliance)
    draft.refresh_from_db()
    return draft


def test_an_approver_approving_their_own_work(
    own_work: Assessment, approver: User, api_of: Callable[..., Any], client_of: Callable[..., Client]
) -> None:
    before = SignOff.objects.count()
    path = f"/api/v1/assessments/{own_work.uid}/signoffs"
    problem(api_of(approver).post(path, {}, format="json"), 403, "not_allowed", "You wrote part")
    assert refusals(own_work) == 1
    digest = assessing.content_sha256(own_work)
    form = {"decision": "approved", "function": "reviewer", "confirmed": "on", "seen_sha256": digest}
    client_of(approver).post(f"/assessments/{own_work.uid}/review/", form)
    assert refusals(own_work) == 2
    own_work.refresh_from_db()
    assert (own_work.status, SignOff.objects.count()) == ("submitted", before)


def test_agreeing_a_goal_of_ones_own(
    version: Version, compliance: User, api_of: Callable[..., Any], client_of: Callable[..., Client]
) -> None:
    goal = propose_goal(model=version.model, document={**GOAL, "id": "mine", "name": "Mine"}, by=compliance)
    problem(api_of(compliance).post(f"/api/v1/goals/{goal.uid}/agree"), 403, "not_allowed", "You proposed")
    client_of(compliance).post(f"/goals/{goal.uid}/agree/")
    assert refusals(goal) == 2
    assert Goal.objects.get(pk=goal.pk).status == "proposed"


def test_registering_without_the_role(team: Team, auditor: User, api_of: Callable[..., Any]) -> None:
    body = {"name": "Mine", "purpose": "Mine."}
    problem(api_of(auditor).post("/api/v1/systems", body, format="json"), 403, "not_allowed", "an engineer")
    assert refusals(team) == 1
    assert not team.systems.exists()


def refusals(subject: Any) -> int:
    return sum(entry.event == "attempt.refused" for entry in recorder.history(subject.uid))
