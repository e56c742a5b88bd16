"""A version is immutable: the same again is the same answer, other content is a conflict."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from governance import services
from governance.errors import ConflictError, InvalidError, NotAllowedError
from governance.models import Model, User, Version, VersionFile
from governance.services.versions import FileFacts

CONTENT = b"not really a model, but bytes with a digest"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def facts(name: str = "model.skops", sha256: str = SHA256) -> FileFacts:
    return FileFacts(name, sha256, len(CONTENT), "application/octet-stream")


def test_same_content_is_the_same_version(model: Model, engineer: User) -> None:
    first, is_new = services.register_version(model=model, name="2.1", by=engineer, files=[facts()])
    again, is_new_again = services.register_version(model=model, name="2.1", by=engineer, files=[facts()])
    assert (first.pk, is_new, is_new_again) == (again.pk, True, False)


def test_other_content_under_the_name_is_a_conflict(model: Model, engineer: User) -> None:
    services.register_version(model=model, name="2.1", by=engineer, files=[facts()])
    with pytest.raises(ConflictError, match="A version never changes"):
        services.register_version(model=model, name="2.1", by=engineer, files=[facts(sha256="0" * 64)])
    assert VersionFile.objects.get().sha256 == SHA256


def test_compliance_does_not_register_versions(model: Model, compliance: User) -> None:
    with pytest.raises(NotAllowedError):
        services.register_version(model=model, name="2.1", by=compliance)


@pytest.mark.parametrize("name", ["model.pkl", "model.joblib", "weights.PT"])
def test_pickles_are_refused(model: Model, engineer: User, name: str) -> None:
    with pytest.raises(InvalidError, match="pickle"):
        services.register_version(model=model, name="2.1", by=engineer, files=[facts(name)])
    assert not Version.objects.exists()


@pytest.mark.parametrize("name", ["", "a b", "../x", "x" * 81], ids=["empty", "space", "path", "long"])
def test_odd_names_are_refused(model: Model, engineer: User, name: str) -> None:
    with pytest.raises(InvalidError, match="version's name"):
        services.register_version(model=model, name=name, by=engineer)


def test_bytes_must_have_the_announced_digest(model: Model, engineer: User) -> None:
    version, _ = services.register_version(model=model, name="2.1", by=engineer, files=[facts()])
    file = version.files.get()
    with pytest.raises(InvalidError, match="Nothing was kept"):
        services.attach_file(file=file, content=ContentFile(b"other bytes", name="model.skops"), by=engineer)
    kept = services.attach_file(file=file, content=ContentFile(CONTENT, name="model.skops"), by=engineer)
    with kept.content.open() as held:
        assert held.read() == CONTENT


def test_api_answers_201_then_200_then_409(api_of: Callable[..., Any], model: Model, engineer: User) -> None:
    api = api_of(engineer)
    body = {"model": str(model.uid), "name": "2.1", "commit": "a41f9c2"}
    statuses = [
        api.post("/api/v1/versions", {**body, **change}, format="json").status_code
        for change in ({}, {}, {"commit": "b"})
    ]
    assert statuses == [201, 200, 409]


def test_api_takes_the_bytes_of_a_file(api_of: Callable[..., Any], model: Model, engineer: User) -> None:
    version, _ = services.register_version(model=model, name="2.1", by=engineer, files=[facts()])
    api = api_of(engineer)
    path = f"/api/v1/versions/{version.uid}/files/model.skops"
    response = api.put(path, {"file": SimpleUploadedFile("model.skops", CONTENT)}, format="multipart")
    assert response.status_code == 200, response.data
    assert response.data["is_here"] is True


def test_a_disguised_pickle_is_refused(model: Model, engineer: User) -> None:
    content = b"\x80\x04K\x01."
    sha256 = hashlib.sha256(content).hexdigest()
    version, _ = services.register_version(model=model, name="2.1", by=engineer, files=[facts(sha256=sha256)])
    with pytest.raises(InvalidError, match="pickle"):
        services.attach_file(file=version.files.get(), content=ContentFile(content, name="m"), by=engineer)
