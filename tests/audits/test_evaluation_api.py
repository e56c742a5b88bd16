"""The API of evaluations, as an engineer's CI uses it."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from audits.models import Evaluation, Goal, Plan
from governance.models import Model, User, Version
from tests.audits.conftest import COLUMNS, GOAL, write_rows

Work = Callable[[Evaluation], Evaluation]


@pytest.fixture
def api(api_of: Callable[..., Any], engineer: User) -> Any:
    return api_of(engineer)


def where(version: Version) -> str:
    return f"/api/v1/versions/{version.uid}/evaluations"


def rates(result: dict[str, Any], metric: str) -> dict[str, float]:
    return {
        row["group"]["race"]: round(100 * row["metrics"][metric]["value"], 2)
        for row in result["groups"]
        if set(row["group"]) == {"race"}
    }


def test_the_compas_figures_come_out_to_the_printed_digit(
    api: Any, version: Version, owed: Evaluation, counts: dict[str, Any], work: Work
) -> None:
    taken = api.post(where(version), {"counts": counts}, format="json")
    assert taken.status_code == 202
    assert taken["Location"] == f"/api/v1/evaluations/{owed.uid}"
    waiting = api.get(taken["Location"]).json()
    assert (waiting["status"], waiting["result"]) == ("queued", None)
    work(owed)
    done = api.get(taken["Location"]).json()
    assert done["status"] == "completed"
    assert done["verdict"] == "not_met"
    assert rates(done["result"], "false_positive_rate") == {"African-American": 44.85, "Caucasian": 23.45}
    assert rates(done["result"], "false_negative_rate") == {"African-American": 27.99, "Caucasian": 47.72}
    assert set(done["result"]) == {
        "counts_sha256", "engine", "n_rows", "confidence", "groups", "comparisons", "verdicts", "warnings",
        "impossibility",
    }  # fmt: skip
    assert done["data_use"] == "This data was not used on this model before."
    assert done["goals"][0]["agreed_before"] is True


def test_a_file_is_taken_and_counted(api: Any, version: Version, owed: Evaluation, work: Work, tmp_path: Any) -> None:
    with write_rows(tmp_path / "predictions.csv").open("rb") as file:
        said = {"group": "race", "label": "two_year_recid", "prediction": "flagged", "control_total": 6150}
        taken = api.post(where(version), {"file": file, **said}, format="multipart")
    assert taken.status_code == 202, taken.json()
    work(owed)
    done = api.get(taken["Location"]).json()
    assert (done["status"], done["grade"]) == ("completed", "server")
    assert done["source"]["name"] == "predictions.csv"
    assert done["source"]["control_total"] == done["source"]["row_total"] == 6150
    assert rates(done["result"], "false_positive_rate") == {"African-American": 44.85, "Caucasian": 23.45}


@pytest.mark.parametrize(
    ("content", "said", "status", "field"),
    [
        (b"race,y\na,1\n", {"group": "race", "label": "two_year_recid"}, 422, "label"),
        (b"", {"group": "race", "label": "y"}, 400, "file"),
        (b"PK\x03\x04zip", {"group": "race", "label": "y"}, 422, "file"),
        (b"race,y,s\na,1,7\n", {"group": "race", "label": "y", "score": "s", "threshold": "4"}, 422, "threshold"),
        (b"race,y\na,1\n", {"group": "race", "label": "y", "colour": "red"}, 422, "colour"),
    ],
)
def test_bad_files_are_problems_that_name_the_field(
    api: Any, version: Version, content: bytes, said: dict[str, str], status: int, field: str
) -> None:
    upload = io.BytesIO(content)
    upload.name = "p.csv"
    answer = api.post(where(version), {"file": upload, **said}, format="multipart")
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert field in answer.json()["fields"]
    assert not Evaluation.objects.exclude(status="waiting").exists()


def test_too_many_bytes_are_refused_before_they_are_read(api: Any, version: Version, settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 10
    upload = io.BytesIO(b"x" * 2_000_000)
    upload.name = "p.csv"
    answer = api.post(where(version), {"file": upload, "group": "race"}, format="multipart")
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"


def test_counts_that_are_none_are_refused_in_words(api: Any, version: Version) -> None:
    answer = api.post(where(version), {"counts": {"schema": "something else"}}, format="json")
    assert answer.status_code == 422
    assert "evenhand count" in answer.json()["detail"]


def test_the_same_request_with_the_same_key_makes_one_evaluation(
    api: Any, version: Version, counts: dict[str, Any]
) -> None:
    first = api.post(where(version), {"counts": counts}, format="json", HTTP_IDEMPOTENCY_KEY="once")
    again = api.post(where(version), {"counts": counts}, format="json", HTTP_IDEMPOTENCY_KEY="once")
    assert first.status_code == again.status_code == 202
    assert first["Location"] == again["Location"]
    assert Evaluation.objects.filter(version=version).count() == 1


def test_the_same_file_with_the_same_key_is_one_upload_and_another_file_a_conflict(api: Any, version: Version) -> None:
    def send(content: bytes) -> Any:
        upload = io.BytesIO(content)
        upload.name = "p.csv"
        said = {"group": "race", "label": "two_year_recid", "prediction": "flagged", "file": upload}
        return api.post(where(version), said, format="multipart", HTTP_IDEMPOTENCY_KEY="once")

    rows = b"race,two_year_recid,flagged\nAsian,1,1\n"
    first, again, other = send(rows), send(rows), send(rows + b"Other,0,0\n")
    assert (first.status_code, again["Location"]) == (202, first["Location"])
    assert other.status_code == 409
    assert Evaluation.objects.exclude(status="waiting").count() == 1


def test_a_token_without_the_scope_hands_nothing_in(
    api_of: Callable[..., Any], engineer: User, version: Version, counts: dict[str, Any]
) -> None:
    answer = api_of(engineer, scopes=("read",)).post(where(version), {"counts": counts}, format="json")
    assert answer.status_code == 403
    assert answer.json()["code"] == "scope_missing"


def test_an_auditor_reads_and_hands_nothing_in(
    api_of: Callable[..., Any], auditor: User, version: Version, owed: Evaluation, counts: dict[str, Any]
) -> None:
    api = api_of(auditor)
    assert api.get(f"/api/v1/evaluations/{owed.uid}").status_code == 200
    assert api.post(where(version), {"counts": counts}, format="json").status_code == 403


def test_goals_and_plans_are_set_by_api(
    api: Any, api_of: Callable[..., Any], model: Model, data_set: Any, compliance: User
) -> None:
    proposed = api.post("/api/v1/goals", {"model": str(model.uid), "document": GOAL}, format="json")
    assert proposed.status_code == 201, proposed.json()
    uid = proposed.json()["uid"]
    assert api.post(f"/api/v1/goals/{uid}/agree").status_code == 403
    agreed = api_of(compliance).post(f"/api/v1/goals/{uid}/agree")
    assert agreed.json()["status"] == "agreed"
    body = {
        "model": str(model.uid),
        "name": "By race",
        "data_set": str(data_set.uid),
        "columns": COLUMNS,
        "goals": [uid],
    }
    plan = api.post("/api/v1/plans", body, format="json")
    assert plan.status_code == 201, plan.json()
    assert plan.json()["goals"] == [uid]
    assert Plan.objects.get().goals.get() == Goal.objects.get()


def test_a_goal_the_engine_does_not_know_is_refused_in_words(api: Any, model: Model) -> None:
    document = {**GOAL, "metric": "niceness"}
    answer = api.post("/api/v1/goals", {"model": str(model.uid), "document": document}, format="json")
    assert answer.status_code == 422
    assert "niceness" in answer.json()["detail"]


def test_lists_leave_the_bulk_out(api: Any, version: Version, owed: Evaluation) -> None:
    rows = api.get(where(version)).json()["results"]
    assert [row["uid"] for row in rows] == [str(owed.uid)]
    assert "result" not in rows[0]


def test_another_team_sees_and_does_nothing(
    api_of: Callable[..., Any], stranger: User, version: Version, owed: Evaluation, counts: dict[str, Any]
) -> None:
    api = api_of(stranger)
    for path in (where(version), f"/api/v1/evaluations/{owed.uid}", f"/api/v1/evaluations/{owed.uid}/counts"):
        answer = api.get(path)
        assert answer.status_code == 404 or answer.json()["results"] == []
    assert api.post(where(version), {"counts": counts}, format="json").status_code == 404
    for name in ("goal-list", "plan-list", "evaluation-list", "audit-list", "report-list"):
        assert api.get(reverse(name)).json()["results"] == []
