"""Versions: immutable once registered, with files known by their digest."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

import rfc8785
from django.core.files import File
from django.db import transaction

from evenhand.modelcard import ModelCard as CardDocument
from governance.errors import ConflictError, InvalidError
from governance.events import publish, snapshot
from governance.models import ChangeClass, DataSet, Model, User, Version, VersionFile
from governance.permissions import require
from governance.services.cards import publish_card
from governance.services.files import PICKLE_REFUSED, PICKLE_SUFFIXES, check_upload, digest_of, stored


@dataclass(frozen=True)
class FileFacts:
    """A file of a version as it is announced: the bytes may follow or stay at home."""

    name: str
    sha256: str
    size: int
    media_type: str = ""


@transaction.atomic
def register_version(
    *,
    model: Model,
    name: str,
    by: User,
    change_class: str = ChangeClass.FIRST,
    commit: str = "",
    run_url: str = "",
    files: Sequence[FileFacts] = (),
    training_data: DataSet | None = None,
    card: CardDocument | None = None,
) -> tuple[Version, bool]:
    """Register a version; the second value says whether it is new.

    The same content under the same name is the same version again; other content is a conflict.
    What subscribes to `version.registered` attaches the evaluations it owes, in the same transaction.
    """
    model = Model.objects.select_for_update().get(pk=model.pk)
    require(by, "version.register", model)
    _check(name, change_class, files)
    content = _content_sha256(change_class, commit, files, training_data, card)
    existing = Version.objects.filter(model=model, name=name).first()
    if existing is not None:
        if existing.content_sha256 == content:
            return existing, False
        raise ConflictError(
            f"{model.name} {name} is registered already with other content. A version never changes: "
            "give this one a new name.",
            code="version_exists",
            fields={"name": ["registered with other content"]},
        )
    version = Version.objects.create(
        model=model,
        name=name,
        change_class=change_class,
        commit=commit,
        run_url=run_url,
        training_data=training_data,
        content_sha256=content,
        registered_by=by,
    )
    for facts in files:
        VersionFile.objects.create(version=version, **vars(facts))
    publish("version.registered", subject=version, by=by, data={"files": [vars(facts) for facts in files]})
    if card is not None:
        publish_card(version=version, card=card, by=by)
    return version, True


@transaction.atomic
def attach_file(*, file: VersionFile, content: File[bytes], by: User) -> VersionFile:
    """Hand in the bytes of an announced file; they must have the announced digest."""
    file = VersionFile.objects.select_for_update().get(pk=file.pk)
    require(by, "version.upload", file)
    check_upload(content, file.name)
    found = digest_of(content)
    if found != file.sha256:
        raise InvalidError(
            f"{file.name}: the bytes have SHA-256 {found[:12]}..., announced was {file.sha256[:12]}... "
            "Nothing was kept.",
            code="digest_mismatch",
            fields={"file": ["digest differs"]},
        )
    if not file.content:
        before = snapshot(file)
        with stored(file.content, file.name, content):
            file.save(update_fields=["content"])
            publish("version_file.attached", subject=file, by=by, before=before)
    return file


def _check(name: str, change_class: str, files: Sequence[FileFacts]) -> None:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,79}", name):
        raise InvalidError(
            "A version's name has letters, digits, dots, dashes and plus signs, at most 80.",
            fields={"name": ["not a name"]},
        )
    if change_class not in ChangeClass.values:
        raise InvalidError(
            f"{change_class} is no change class; choose one of {', '.join(ChangeClass.values)}.",
            fields={"change_class": ["unknown"]},
        )
    names = [facts.name for facts in files]
    if len(set(names)) != len(names):
        raise InvalidError("Two files have the same name.", fields={"files": ["duplicate name"]})
    for facts in files:
        if not facts.name.isprintable() or facts.name.startswith("/") or ".." in facts.name.split("/"):
            raise InvalidError(
                "A file's name has no control characters and stays in its folder.", fields={"files": ["not a name"]}
            )
        if not re.fullmatch(r"[0-9a-f]{64}", facts.sha256):
            raise InvalidError(f"{facts.name}: sha256 must be 64 hexadecimal digits.", fields={"files": ["bad sha256"]})
        if facts.name.lower().endswith(PICKLE_SUFFIXES):
            raise InvalidError(PICKLE_REFUSED.format(name=facts.name), fields={"files": ["pickle refused"]})


def _content_sha256(
    change_class: str, commit: str, files: Sequence[FileFacts], training_data: DataSet | None, card: CardDocument | None
) -> str:
    content = {
        "change_class": change_class,
        "commit": commit,
        "files": sorted([facts.name, facts.sha256] for facts in files),
        "training_data": str(training_data.uid) if training_data else "",
        "card": card.sha256 if card else "",
    }
    return hashlib.sha256(rfc8785.dumps(content)).hexdigest()
