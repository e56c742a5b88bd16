"""The registration block of a card: what ``evenhand register`` tells the server beside the card itself."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from evenhand.modelcard.reading import REGISTRATION_KEYS
from evenhand.reading import SHA256, SLUG, Reader

COLUMN_ROLES = ("label", "prediction", "score", "decision", "unit", "weight")
_VERSION_NAME = re.compile(r"[^\s/][^\n/]{0,79}")


class DeploymentMethod(StrEnum):
    BATCH = "batch"
    ONLINE = "online"


class Hosting(StrEnum):
    INTERNAL = "internal"
    CLOUD = "cloud"


class Origin(StrEnum):
    OWN = "own"
    VENDOR = "vendor"
    OPEN_WEIGHT = "open_weight"
    GENERATIVE = "generative"


class ChangeClass(StrEnum):
    FIRST = "first"
    SAME_DATA = "same_data"
    NEW_DATA = "new_data"
    NEW_FEATURE = "new_feature"
    NEW_USE = "new_use"
    VENDOR_UPDATE = "vendor_update"


class KnownBy(StrEnum):
    """How a group attribute is known."""

    SELF_REPORTED = "self-reported"
    OBSERVED = "observed"
    ADMINISTRATIVE = "administrative"
    INFERRED = "inferred"


@dataclass(frozen=True)
class SystemFacts:
    """The system a model belongs to. With a slug only, it must be registered already."""

    slug: str
    name: str = ""
    purpose: str = ""
    people_affected: str = ""
    decision: str = ""
    deployment_method: str = ""
    hosting: str = ""
    human_oversight: str = ""
    jurisdictions: tuple[str, ...] = ()
    team: str = ""

    @property
    def is_reference(self) -> bool:
        return not self.name and not self.purpose


@dataclass(frozen=True)
class ModelFacts:
    slug: str
    name: str = ""
    origin: str = Origin.OWN
    vendor: str = ""
    description: str = ""


@dataclass(frozen=True)
class FileFacts:
    """A file of the version: a path to read, or a name with its SHA-256 and size."""

    name: str
    path: str = ""
    sha256: str = ""
    size: int | None = None
    media_type: str = ""


@dataclass(frozen=True)
class VersionFacts:
    name: str
    change_class: str = ChangeClass.FIRST
    commit: str = ""
    run_url: str = ""
    training_data: str = ""
    files: tuple[FileFacts, ...] = ()


@dataclass(frozen=True)
class RuleFacts:
    """How a score becomes a decision, and what people do with it."""

    name: str
    human_action: str
    threshold: Decimal | None = None
    score_minimum: Decimal | None = None
    score_maximum: Decimal | None = None
    positive_means: str = ""
    post_processing: str = ""
    overrides: str = ""


@dataclass(frozen=True)
class DataSetFacts:
    """A data set with its sheet. With a slug only, it must be registered already."""

    slug: str
    name: str = ""
    description: str = ""
    source: str = ""
    collected: str = ""
    representation: str = ""
    gaps: str = ""
    attributes: tuple[Mapping[str, str], ...] = ()

    @property
    def is_reference(self) -> bool:
        return not self.name


@dataclass(frozen=True)
class Columns:
    """Which column holds what."""

    groups: tuple[str, ...]
    label: str = ""
    prediction: str = ""
    score: str = ""
    positive: str = ""
    decision: str = ""
    unit: str = ""
    weight: str = ""
    features: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        named = {role: getattr(self, role) for role in (*COLUMN_ROLES, "positive")}
        found: dict[str, Any] = {"groups": list(self.groups), **{key: value for key, value in named.items() if value}}
        return found | ({"features": list(self.features)} if self.features else {})


@dataclass(frozen=True)
class PlannedEvaluation:
    """An evaluation that every version owes. A goal is the name of an agreed one, or a goal written out."""

    name: str
    data_set: DataSetFacts
    columns: Columns
    goals: tuple[str | Mapping[str, Any], ...] = ()
    filter: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Registration:
    """Everything ``evenhand register`` needs; what is left out is not touched on the server."""

    system: SystemFacts
    model: ModelFacts
    version: VersionFacts
    rule: RuleFacts | None = None
    plan: tuple[PlannedEvaluation, ...] = ()


def read_registration(root: Reader) -> Registration | None:
    """The registration block of a card, or None where there is none; problems go to the reader."""
    given = [key for key in REGISTRATION_KEYS if key in root and not (key == "version" and not _is_block(root, key))]
    if not given:
        return None
    for key in (key for key in ("system", "model", "version") if key not in given):
        root.problem(f"to register, a card needs {key!r} beside {', '.join(given)}.", *([key] if key in root else []))
    return Registration(
        system=_read_system(root),
        model=_read_model(root),
        version=_read_version(root),
        rule=_read_rule(root),
        plan=tuple(_read_plan(root)),
    )


def _is_block(root: Reader, key: str) -> bool:
    return isinstance(root.raw(key), dict)


def _block(root: Reader, key: str) -> Reader | None:
    return root.mapping(key) if _is_block(root, key) else None


def _slug_or_block(root: Reader, key: str) -> tuple[str, Reader | None]:
    """A thing by its slug alone, or a mapping with ``slug`` in it."""
    value = root.raw(key)
    if value is None:
        return "", None
    if isinstance(value, str):
        return root.string(key, pattern=SLUG) or "", None
    item = root.child(value, key)
    return item.required_string("slug", pattern=SLUG), item


def _read_system(root: Reader) -> SystemFacts:
    slug, item = _slug_or_block(root, "system")
    if item is None:
        return SystemFacts(slug)
    system = SystemFacts(
        slug=slug,
        name=item.string("name", max_length=200) or "",
        purpose=item.string("purpose") or "",
        people_affected=item.string("people_affected") or "",
        decision=item.string("decision") or "",
        deployment_method=_word(item, "deployment_method", DeploymentMethod),
        hosting=_word(item, "hosting", Hosting),
        human_oversight=item.string("human_oversight") or "",
        jurisdictions=item.strings("jurisdictions"),
        team=item.string("team", pattern=SLUG) or "",
    )
    if bool(system.name) != bool(system.purpose):
        item.problem("needs both 'name' and 'purpose', or neither when the system is registered already.")
    item.close()
    return system


def _read_model(root: Reader) -> ModelFacts:
    slug, item = _slug_or_block(root, "model")
    if item is None:
        return ModelFacts(slug)
    model = ModelFacts(
        slug=slug,
        name=item.string("name", max_length=200) or "",
        origin=str(item.one_of("origin", Origin, Origin.OWN)),
        vendor=item.string("vendor", max_length=200) or "",
        description=item.string("description") or "",
    )
    item.close()
    return model


def _read_version(root: Reader) -> VersionFacts:
    item = _block(root, "version")
    if item is None:
        return VersionFacts("")
    version = VersionFacts(
        name=item.required_string("name", pattern=_VERSION_NAME),
        change_class=str(item.one_of("change_class", ChangeClass, ChangeClass.FIRST)),
        commit=item.string("commit", max_length=200) or "",
        run_url=item.string("run_url", max_length=500) or "",
        training_data=item.string("training_data", pattern=SLUG) or "",
        files=tuple(_read_files(item)),
    )
    if version.run_url and not version.run_url.startswith(("http://", "https://")):
        item.problem("must be a web address.", "run_url")
    item.close()
    return version


def _read_files(version: Reader) -> Iterator[FileFacts]:
    seen: set[str] = set()
    for item in version.items("files", most=200):
        path = item.string("path", max_length=500) or ""
        name = item.string("name", max_length=300) or path.rsplit("/", 1)[-1]
        found = FileFacts(
            name=name,
            path=path,
            sha256=item.string("sha256", pattern=SHA256) or "",
            size=item.whole("size", least=1, most=10**15),
            media_type=item.string("media_type", max_length=120) or "",
        )
        if not path and not (name and "sha256" in item and "size" in item):
            item.problem("needs a 'path', or a 'name' with 'sha256' and 'size'.")
        if name in seen:
            item.problem(f"the file {name!r} is given twice.")
        seen.add(name)
        item.close()
        yield found


def _read_rule(root: Reader) -> RuleFacts | None:
    item = root.mapping("rule")
    if item is None:
        return None
    rule = RuleFacts(
        name=item.required_string("name", max_length=200),
        human_action=item.required_string("human_action"),
        threshold=_decimal(item, "threshold"),
        score_minimum=_decimal(item, "score_minimum"),
        score_maximum=_decimal(item, "score_maximum"),
        positive_means=item.string("positive_means", max_length=200) or "",
        post_processing=item.string("post_processing") or "",
        overrides=item.string("overrides") or "",
    )
    low, high = rule.score_minimum or Decimal(0), rule.score_maximum if rule.score_maximum is not None else Decimal(1)
    if low >= high:
        item.problem("must be below 'score_maximum'.", "score_minimum")
    elif rule.threshold is not None and not low <= rule.threshold <= high:
        item.problem(f"lies outside the scores, {low} to {high}.", "threshold")
    item.close()
    return rule


def _decimal(item: Reader, key: str) -> Decimal | None:
    number = item.number(key)
    return None if number is None else Decimal(str(item.raw(key)))


def _read_plan(root: Reader) -> Iterator[PlannedEvaluation]:
    seen: set[str] = set()
    for item in root.items("plan", most=50):
        slug, data = _slug_or_block(item, "data_set")
        if not slug and data is None and "data_set" not in item:
            item.problem("needs 'data_set': a slug, or a mapping with slug and name.")
        name = item.string("name", max_length=200) or slug
        if name in seen:
            item.problem(f"the planned evaluation {name!r} is given twice; name them apart.")
        seen.add(name)
        options: dict[str, Any] = {"reference": item.raw("reference"), "confidence": item.number("confidence")}
        yield PlannedEvaluation(
            name=name,
            data_set=_read_data_set(slug, data),
            columns=_read_columns(item),
            goals=tuple(_read_goals(item)),
            filter=item.string("filter", max_length=500) or "",
            options={key: value for key, value in options.items() if value is not None},
        )
        item.close()


def _read_data_set(slug: str, item: Reader | None) -> DataSetFacts:
    if item is None:
        return DataSetFacts(slug)
    found = DataSetFacts(
        slug=slug,
        name=item.string("name", max_length=200) or "",
        description=item.string("description") or "",
        source=item.string("source") or "",
        collected=item.string("collected", max_length=200) or "",
        representation=item.string("representation") or "",
        gaps=item.string("gaps") or "",
        attributes=tuple(_read_attributes(item)),
    )
    item.close()
    return found


def _read_attributes(data_set: Reader) -> Iterator[Mapping[str, str]]:
    for item in data_set.items("attributes", most=100):
        column = item.required_string("column", max_length=200)
        if "known_by" not in item and item.is_mapping:
            item.problem(f"needs 'known_by', one of {', '.join(KnownBy)}.")
        known_by = item.one_of("known_by", KnownBy, KnownBy.OBSERVED)
        yield {"column": column, "label": item.string("label", max_length=200) or column, "known_by": str(known_by)}
        item.close()


def _read_columns(plan: Reader) -> Columns:
    item = plan.mapping("columns")
    if item is None:
        plan.problem("needs 'columns' with 'groups', 'label' and 'prediction' or 'score'.")
        return Columns(())
    columns = Columns(
        groups=item.strings("groups"),
        **{role: item.string(role, max_length=200) or "" for role in COLUMN_ROLES},
        positive=str(item.raw("positive")) if item.raw("positive") is not None else "",
        features=item.strings("features"),
    )
    if not columns.groups:
        item.problem("needs 'groups', at least one column.")
    if not columns.prediction and not columns.score:
        item.problem("needs 'prediction' or 'score'.")
    item.close()
    return columns


def _read_goals(item: Reader) -> Iterator[str | Mapping[str, Any]]:
    """Goals are names or mappings; what a goal may say is checked where goals are defined."""
    goals = item.raw("goals")
    if goals is None:
        return
    if not isinstance(goals, list):
        item.problem("must be a list of names or goals.", "goals")
        return
    for position, goal in enumerate(goals):
        if isinstance(goal, str | dict) and goal:
            yield goal
        else:
            item.problem("must be the name of a goal, or a goal written out.", "goals", position)


def _word(item: Reader, key: str, options: type[StrEnum]) -> str:
    """One of a few words, or nothing."""
    return str(item.one_of(key, options, next(iter(options)))) if key in item else ""
