"""The twelve sections of a model card and the fields each may have, as one table."""

from dataclasses import dataclass
from enum import StrEnum


class FieldKind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    LIST = "list"
    DATE = "date"
    RESULTS = "results"  # rows of metric, value, group and so on


@dataclass(frozen=True)
class FieldSpec:
    """A field of a section; prose is shown without its label."""

    id: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    is_prose: bool = False


@dataclass(frozen=True)
class SectionSpec:
    """A section; ``asks`` says what belongs in it."""

    id: str
    title: str
    asks: str
    fields: tuple[FieldSpec, ...]
    also_called: tuple[str, ...] = ()

    @property
    def fields_by_id(self) -> dict[str, FieldSpec]:
        return {spec.id: spec for spec in self.fields}


RESULT_COLUMNS = ("metric", "value", "group", "data_set", "low", "high")
DESCRIPTION = "description"


def _prose(field_id: str, label: str) -> FieldSpec:
    return FieldSpec(field_id, label, is_prose=True)


def _text(field_id: str, label: str) -> FieldSpec:
    return FieldSpec(field_id, label)


def _list(field_id: str, label: str) -> FieldSpec:
    return FieldSpec(field_id, label, FieldKind.LIST)


_BODY = _prose(DESCRIPTION, "Description")

SECTIONS: tuple[SectionSpec, ...] = (
    SectionSpec(
        "details",
        "Model details",
        "What the model is, who made it and when.",
        (
            _prose("summary", "Summary"),
            _BODY,
            _text("developer", "Developer"),
            _text("type", "Type"),
            _text("architecture", "Architecture"),
            _text("inputs", "Inputs"),
            _text("outputs", "Outputs"),
            FieldSpec("released_on", "Released on", FieldKind.DATE),
            _list("base_models", "Built on"),
        ),
        ("details", "overview", "model description"),
    ),
    SectionSpec(
        "intended_use",
        "Intended use",
        "What it is for, and who should use it.",
        (_prose("primary", "Main use"), _BODY, _list("uses", "Uses"), _list("users", "Users")),
        ("uses", "use"),
    ),
    SectionSpec(
        "out_of_scope",
        "Uses to avoid",
        "What it must not be used for.",
        (_BODY, _list("uses", "Not for")),
        ("out of scope", "out of scope use", "out of scope uses", "misuse"),
    ),
    SectionSpec(
        "factors",
        "Factors and groups",
        "Groups and conditions under which it may behave differently.",
        (_BODY, _list("groups", "Groups"), _text("instrumentation", "Instruments"), _text("environment", "Setting")),
        ("factors", "groups"),
    ),
    SectionSpec(
        "metrics",
        "Metrics and thresholds",
        "How performance is measured, and where the threshold lies.",
        (
            _BODY,
            _list("measures", "Metrics"),
            _list("thresholds", "Thresholds"),
            _text("uncertainty", "How doubt is expressed"),
        ),
        ("metrics", "thresholds"),
    ),
    SectionSpec(
        "evaluation_data",
        "Evaluation data",
        "On which data it was tested, and how well they fit.",
        (
            _BODY,
            _list("data_sets", "Data sets"),
            _text("motivation", "Why these data"),
            _text("preprocessing", "Preparation"),
        ),
        ("testing data", "test data"),
    ),
    SectionSpec(
        "training_data",
        "Training data",
        "On which data it was trained, or why that is not known.",
        (_BODY, _list("data_sets", "Data sets"), _text("preprocessing", "Preparation")),
    ),
    SectionSpec(
        "quantitative_analyses",
        "Quantitative analyses",
        "Results, overall and by group.",
        (_BODY, FieldSpec("results", "Results", FieldKind.RESULTS)),
        ("results", "quantitative analysis", "evaluation results"),
    ),
    SectionSpec(
        "ethical_considerations",
        "Ethical considerations",
        "Whom it could harm and what was done about it.",
        (
            _BODY,
            _list("risks", "Risks"),
            _list("mitigations", "What was done"),
            _text("sensitive_data", "Sensitive data"),
        ),
        ("ethics", "bias and risks"),
    ),
    SectionSpec(
        "caveats",
        "Caveats and advice",
        "Known limits, and advice for those who use it.",
        (_prose("limits", "Limits"), _BODY, _list("advice", "Advice")),
        ("caveats", "caveats and recommendations", "limitations", "recommendations"),
    ),
    SectionSpec(
        "oversight",
        "Oversight and appeal",
        "Who watches it, who may override it, how people contest a result.",
        (_BODY, _text("overseen_by", "Overseen by"), _text("override", "Override"), _text("appeal", "Appeal")),
        ("oversight", "human oversight", "appeal"),
    ),
    SectionSpec(
        "contacts",
        "Contacts and licence",
        "Whom to ask, and on which terms it may be used.",
        (_BODY, _list("contacts", "Contacts"), _text("licence", "Licence"), _text("citation", "Citation")),
        ("contact", "contacts", "licence", "license", "contacts and license"),
    ),
)

SECTIONS_BY_ID = {section.id: section for section in SECTIONS}
