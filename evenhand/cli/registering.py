"""What ``evenhand register`` does with a card: everything the registration block names, in the order it depends on."""

import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evenhand.client import Client, Json
from evenhand.errors import InputError
from evenhand.modelcard import DataSetFacts, FileFacts, ModelCard, PlannedEvaluation, Registration


@dataclass
class Registered:
    """What the server has now, and what was new."""

    system: Json
    model: Json
    version: Json = field(default_factory=dict)
    created: list[str] = field(default_factory=list)
    uploaded: list[str] = field(default_factory=list)


def register_card(client: Client, registration: Registration, card: ModelCard, *, folder: Path) -> Registered:
    """Register system, model, rule, goals, plan and version; what is there already is left as it is.

    Sending the same card again changes nothing; the server refuses a version with the same name and other content.
    """
    files = [_file(facts, folder) for facts in registration.version.files]
    system, is_new = _system(client, registration)
    model, model_is_new = _model(client, registration, system)
    made = Registered(system, model)
    made.created += ["system"] * is_new + ["model"] * model_is_new
    if registration.rule is not None:
        client.create("rules", {"model": model["uid"], **_said(vars(registration.rule))})
    for planned in registration.plan:
        _plan(client, model, planned, made)
    training = registration.version.training_data
    body: Json = {
        "model": model["uid"],
        "name": registration.version.name,
        "change_class": str(registration.version.change_class),
        "commit": registration.version.commit,
        "run_url": registration.version.run_url,
        "files": [facts for facts, _ in files],
        "card": card.to_dict(),
    }
    if training:
        body["training_data"] = _data_set(client, DataSetFacts(training), made)["uid"]
    known = client.first("versions", model__uid=model["uid"], name=registration.version.name)
    made.version = client.create("versions", body)
    made.created += ["version"] * (known is None)
    _upload_files(client, made, files)
    return made


def _system(client: Client, registration: Registration) -> tuple[Json, bool]:
    said = registration.system
    filters = {"slug": said.slug, **({"team__slug": said.team} if said.team else {})}
    found = client.first("systems", **filters)
    if found:
        return found, False
    if said.is_reference:
        raise InputError(
            f"The server has no system {said.slug}; write its name and purpose into the card to register it."
        )
    body = _said({name: value for name, value in vars(said).items() if name != "team"})
    if said.team:
        body["team"] = _uid_of(client, "teams", said.team)
    return client.create("systems", body), True


def _model(client: Client, registration: Registration, system: Json) -> tuple[Json, bool]:
    said = registration.model
    found = client.first("models", system__uid=system["uid"], slug=said.slug)
    if found:
        return found, False
    body = {**_said(vars(said)), "system": system["uid"], "name": said.name or said.slug}
    return client.create("models", body), True


def _plan(client: Client, model: Json, planned: PlannedEvaluation, made: Registered) -> None:
    data_set = _data_set(client, planned.data_set, made)
    body: Json = {
        "model": model["uid"],
        "name": planned.name,
        "data_set": data_set["uid"],
        "columns": planned.columns.to_json(),
        "goals": [_goal(client, model, goal, made) for goal in planned.goals],
    }
    if planned.filter:
        body["filter"] = planned.filter
    if planned.options:
        body["options"] = dict(planned.options)
    client.create("plans", body)


def _goal(client: Client, model: Json, goal: str | Mapping[str, Any], made: Registered) -> str:
    """The uid of a goal by its name; one written out is proposed if the model has none of that name."""
    name = goal if isinstance(goal, str) else str(goal.get("name") or goal.get("id") or "")
    for found in client.find("goals", model__uid=model["uid"]):
        if name in (found["name"], found["document"].get("id")) and found["status"] != "retired":
            return str(found["uid"])
    if isinstance(goal, str):
        raise InputError(f"The model has no goal called {goal}; write the goal out in the card to propose it.")
    made.created.append(f"goal {name} (proposed: somebody else agrees it)")
    return str(client.create("goals", {"model": model["uid"], "document": dict(goal)})["uid"])


def _data_set(client: Client, said: DataSetFacts, made: Registered) -> Json:
    found = client.first("datasets", slug=said.slug)
    if found:
        return found
    if said.is_reference:
        raise InputError(f"The server has no data set {said.slug}; describe it in the card to register it.")
    made.created.append(f"data set {said.slug}")
    attributes = [dict(attribute) for attribute in said.attributes]
    return client.create("datasets", {**_said(vars(said)), "attributes": attributes})


def _file(facts: FileFacts, folder: Path) -> tuple[Json, Path | None]:
    """A file as it is announced, and where its bytes are if they are here."""
    if not facts.path:
        announced = {"name": facts.name, "sha256": facts.sha256, "size": facts.size, "media_type": facts.media_type}
        return announced, None
    path = folder / facts.path
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}; correct its path in the card.")
    sha256 = hashlib.sha256(content).hexdigest()
    if facts.sha256 and facts.sha256 != sha256:
        raise InputError(f"{path} has SHA-256 {sha256[:12]}..., the card says {facts.sha256[:12]}...")
    media_type = facts.media_type or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return {"name": facts.name, "sha256": sha256, "size": len(content), "media_type": media_type}, path


def _upload_files(client: Client, made: Registered, files: list[tuple[Json, Path | None]]) -> None:
    held = {file["name"]: file["is_here"] for file in made.version.get("files", [])}
    for facts, path in files:
        if path is not None and not held.get(facts["name"]):
            client.upload(f"versions/{made.version['uid']}/files/{facts['name']}", path)
            made.uploaded.append(facts["name"])


def _uid_of(client: Client, resource: str, slug: str) -> str:
    found = client.first(resource, slug=slug)
    if found is None:
        raise InputError(f"The server knows no {resource.removesuffix('s')} {slug} of yours.")
    return str(found["uid"])


def _said(facts: Mapping[str, Any]) -> Json:
    """What was said, as JSON: empty texts are left out, decimals become text."""
    plain = {name: list(value) if isinstance(value, tuple) else value for name, value in facts.items()}
    return {
        name: value if isinstance(value, str | int | list) else str(value)
        for name, value in plain.items()
        if value not in ("", None, [])
    }
