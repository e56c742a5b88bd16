"""Requests made to break in, to fill the disk or to fall over: each gets a plain refusal."""

from __future__ import annotations

import io
import json
import secrets
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.core.files.base import ContentFile
from django.db import DataError, transaction
from django.test import Client, override_settings
from rest_framework.test import APIClient

from governance import services
from governance.models import DataSet, Model, System, Team, User
from tests.people import PASSWORD


def bearer(user: User, team: Team, *scopes: str) -> APIClient:
    _, secret = services.issue_token(user=user, team=team, name="CI", scopes=scopes or ["register"], by=user)
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


@pytest.fixture
def quiet(engineer: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(engineer)
    return client


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=2000)
def test_a_json_body_beyond_the_limit_is_refused(engineer: User, team: Team) -> None:
    body = {"name": "Triage", "purpose": "x" * 3000}
    answer = bearer(engineer, team).post("/api/v1/systems", body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert not System.objects.exists()


def test_json_nested_beyond_all_reason_is_refused(engineer: User, team: Team) -> None:
    deep = "[" * 200_000 + "]" * 200_000
    answer = bearer(engineer, team).post("/api/v1/systems", deep, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")


def test_a_zero_byte_in_json_is_refused(engineer: User, model: Model, team: Team) -> None:
    body = {"name": "Outcomes", "attributes": [{"column": "a\x00b", "known_by": "observed"}]}
    answer = bearer(engineer, team).post("/api/v1/datasets", body, format="json")
    assert answer.status_code in (400, 422)
    assert not DataSet.objects.exists()


@pytest.mark.parametrize("path", ["/accounts/login/", "/", "/api/v1/systems"])
@override_settings(MAX_UPLOAD_BYTES=1000)
def test_an_upload_beyond_the_limit_is_refused_before_it_is_read(db: None, path: str) -> None:
    form = {"file": io.BytesIO(b"x" * 1_200_000)}
    assert Client().post(path, form).status_code == 413


def test_an_idempotency_key_too_long_is_refused(engineer: User, team: Team) -> None:
    body = {"name": "Triage", "purpose": "Sorts."}
    client = bearer(engineer, team)
    answer = client.post("/api/v1/systems", body, format="json", headers={"Idempotency-Key": "k" * 300})
    assert answer.status_code == 422


def test_an_idempotency_key_does_not_carry_an_answer_to_another_token(
    engineer: User, team: Team, other_team: Team
) -> None:
    services.grant_role(team=other_team, user=engineer, role="engineer", by=None)
    engineer.forget_roles()
    body, key = {"name": "Triage", "purpose": "Sorts."}, {"Idempotency-Key": secrets.token_hex(8)}
    first = bearer(engineer, team).post("/api/v1/systems", body, format="json", headers=key)
    second = bearer(engineer, other_team).post("/api/v1/systems", body, format="json", headers=key)
    assert first.status_code == 201
    assert second.status_code == 409
    assert "Triage" not in json.dumps(second.json())


def test_nobody_takes_another_address_for_their_account(quiet: Client, engineer: User) -> None:
    quiet.post("/accounts/email/", {"action_add": "", "email": "director@example.org"})
    quiet.post("/accounts/email/", {"action_primary": "", "email": "director@example.org"})
    engineer.refresh_from_db()
    assert engineer.email == "engineer@pretrial.example"
    assert not User.objects.filter(email="director@example.org").exists()
    assert quiet.get("/accounts/email/").status_code == 404


def test_operator_pages_change_nothing(db: None) -> None:
    operator = User.objects.create_superuser("operator@example.org", PASSWORD)
    client = Client()
    client.force_login(operator)
    request: Any = client.get("/operator/").wsgi_request
    for model, page in admin.site._registry.items():
        allowed = [
            page.has_add_permission(request),
            page.has_change_permission(request),
            page.has_delete_permission(request),
        ]
        assert not any(allowed), model.__name__


def test_a_zero_byte_in_an_address_is_refused(quiet: Client) -> None:
    for path in ("/search/?q=%00", "/systems/?q=%00", "/record/?event=%00"):
        assert quiet.get(path).status_code < 500


def test_rows_do_not_stay_behind_a_change_that_was_rolled_back(engineer: User, team: Team, settings: Any) -> None:
    dataset = services.register_dataset(team=team, name="Outcomes", by=engineer)
    rows = ContentFile(b"a,b\n1,2\n", name="rows.csv")
    with pytest.raises(DataError), transaction.atomic():
        services.attach_data(dataset=dataset, content=rows, name="rows.csv", by=engineer, n_rows=2**70)
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("name", ["../../keys/ledger.key", "/etc/passwd", "a\r\nSet-Cookie: b.bin"])
def test_a_file_of_a_version_is_not_named_as_a_place_elsewhere(
    engineer: User, team: Team, model: Model, name: str
) -> None:
    file = {"name": name, "sha256": "0" * 64, "size": 1}
    body = {"model": str(model.uid), "name": "2.0", "files": [file]}
    answer = bearer(engineer, team).post("/api/v1/versions", body, format="json")
    assert answer.status_code in (400, 422)
    assert not model.versions.exists()
