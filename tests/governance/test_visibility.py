"""What a person may not see does not exist: lists are empty, details and files answer 404."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from evenhand import modelcard
from governance import services
from governance.models import Model, System, User, Version
from governance.services.versions import FileFacts

BYTES = b"bytes"


@pytest.fixture
def rows(system: System, model: Model, version: Version, engineer: User) -> dict[str, Any]:
    """One of everything that a page or a file shows."""
    sha256 = hashlib.sha256(BYTES).hexdigest()
    held, _ = services.register_version(
        model=model, name="1.1", by=engineer, files=[FileFacts("m.skops", sha256, len(BYTES))]
    )
    file = services.attach_file(file=held.files.get(), content=ContentFile(BYTES, name="m.skops"), by=engineer)
    card = services.publish_card(
        version=version, card=modelcard.ModelCard.from_dict({"details": {"summary": "A score."}}), by=engineer
    )
    dataset = services.register_dataset(team=system.team, name="Broward", by=engineer)
    services.attach_data(dataset=dataset, content=ContentFile(b"a,b\n1,2\n", name="d.csv"), name="d.csv", by=engineer)
    return {
        "system": system, "model": model, "version": version, "file": file, "card": card, "dataset": dataset,
        "team": system.team, "rule": model.rules.get(),
    }  # fmt: skip


PAGES = [
    "/systems/{system}/", "/systems/{system}/change/", "/systems/{system}/models/new/", "/models/{model}/",
    "/versions/{version}/", "/versions/{version}/card/", "/files/{file}/", "/datasets/{dataset}/",
    "/datasets/{dataset}/file/", "/teams/{team}/",
]  # fmt: skip
RESOURCES = ["teams", "systems", "models", "rules", "versions", "cards", "datasets"]


def at(path: str, rows: dict[str, Any]) -> str:
    return path.format(**{name: row.uid for name, row in rows.items()})


@pytest.mark.parametrize("path", PAGES)
def test_pages_and_files(
    path: str, rows: dict[str, Any], engineer: User, auditor: User, stranger: User, client_of: Callable[[User], Client]
) -> None:
    for seeing in (engineer, auditor):
        response = client_of(seeing).get(at(path, rows))
        assert response.status_code == 200
        response.getvalue()  # a file that is read to its end is closed
    assert client_of(stranger).get(at(path, rows)).status_code == 404
    assert Client().get(at(path, rows)).status_code == 302


def test_a_card_revision_leads_to_the_card_of_its_version(
    rows: dict[str, Any], auditor: User, stranger: User, client_of: Callable[[User], Client]
) -> None:
    led = client_of(auditor).get(at("/cards/{card}/", rows))
    assert (led.status_code, led.headers["Location"]) == (302, at("/versions/{version}/card/", rows))
    assert client_of(stranger).get(at("/cards/{card}/", rows)).status_code == 404


def test_who_may_not_register_is_told_so_at_once(
    rows: dict[str, Any], engineer: User, auditor: User, client_of: Callable[[User], Client]
) -> None:
    assert client_of(engineer).get("/systems/new/").status_code == 200
    assert 'href="/systems/new/"' in client_of(engineer).get("/").content.decode()
    refused = client_of(auditor).get("/systems/new/")
    assert (refused.status_code, "needs an engineer" in refused.content.decode()) == (403, True)
    assert 'href="/systems/new/"' not in client_of(auditor).get("/").content.decode()


@pytest.mark.parametrize("resource", RESOURCES)
def test_resources(
    resource: str, rows: dict[str, Any], engineer: User, stranger: User, api_of: Callable[..., Any]
) -> None:
    row = rows[resource.removesuffix("s")]
    mine, theirs = api_of(engineer), api_of(stranger)
    assert mine.get(f"/api/v1/{resource}/{row.uid}").status_code == 200
    assert theirs.get(f"/api/v1/{resource}/{row.uid}").status_code == 404
    seen = {found["uid"] for found in mine.get(f"/api/v1/{resource}").data["results"]}
    hidden = {found["uid"] for found in theirs.get(f"/api/v1/{resource}").data["results"]}
    assert str(row.uid) in seen
    assert str(row.uid) not in hidden


def test_lists_and_search_show_the_own_team_only(
    rows: dict[str, Any], engineer: User, stranger: User, client_of: Callable[[User], Client]
) -> None:
    for path in ("/", "/systems/", "/search/?q=recidivism"):
        assert b"Recidivism risk score" in client_of(engineer).get(path).content
        assert b"Recidivism risk score" not in client_of(stranger).get(path).content
