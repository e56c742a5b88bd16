"""Data sets: the data sheet, and where wanted the rows."""

from __future__ import annotations

from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils.text import slugify

from governance.errors import ConflictError, InvalidError
from governance.events import publish, snapshot
from governance.models import DataSet, Team, User
from governance.permissions import require
from governance.services.files import check_upload, digest_of, stored

KNOWN_BY = ("self-reported", "observed", "administrative", "inferred")


@transaction.atomic
def register_dataset(*, team: Team, name: str, by: User, slug: str = "", **fields: Any) -> DataSet:
    """Register a data set with its data sheet. Each group attribute says how it is known."""
    require(by, "dataset.register", team)
    slug = slug or slugify(name)[:80]
    if DataSet.objects.filter(team=team, slug=slug).exists():
        raise ConflictError(
            f"The team {team.name} has a data set with the short name {slug} already.",
            fields={"slug": ["already in use"]},
        )
    for attribute in fields.get("attributes", []):
        if not isinstance(attribute, dict) or "column" not in attribute or attribute.get("known_by") not in KNOWN_BY:
            raise InvalidError(
                f"Each attribute names its column and how it is known: {', '.join(KNOWN_BY)}.",
                fields={"attributes": [f"known_by must be one of {', '.join(KNOWN_BY)}"]},
            )
    dataset = DataSet.objects.create(team=team, slug=slug, name=name, **fields)
    publish("dataset.registered", subject=dataset, by=by)
    return dataset


@transaction.atomic
def attach_data(*, dataset: DataSet, content: File[bytes], name: str, by: User, n_rows: int | None = None) -> DataSet:
    """Keep the rows of a data set here, so that owed evaluations can start by themselves. Once only."""
    dataset = DataSet.objects.select_for_update().get(pk=dataset.pk)
    require(by, "dataset.register", dataset)
    check_upload(content, name, suffixes=(".csv", ".parquet", ".csv.gz"))
    sha256 = digest_of(content)
    if dataset.sha256 and dataset.sha256 != sha256:
        raise ConflictError("This data set has other rows already. Register them as a new data set.")
    if not dataset.sha256:
        before = snapshot(dataset)
        dataset.sha256, dataset.n_rows = sha256, n_rows
        with stored(dataset.content, name, content):
            dataset.save()
            publish("dataset.filled", subject=dataset, by=by, before=before)
    return dataset
