"""What answers may be offered from and rely on: a closed list of facts of the registry, and what outcomes may set."""

from dataclasses import dataclass
from enum import StrEnum


class FactKind(StrEnum):
    """What a fact holds."""

    TEXT = "text"
    LIST = "list"
    DATE = "date"
    NUMBER = "number"
    ROWS = "rows"


@dataclass(frozen=True)
class Fact:
    """A fact of the registry; ``columns`` names the members of each row of ``rows``."""

    name: str
    kind: FactKind
    columns: tuple[str, ...] = ()


CARD_SECTIONS = (
    "details", "intended_use", "out_of_scope", "factors", "metrics", "evaluation_data", "training_data",
    "quantitative_analyses", "ethical_considerations", "caveats", "oversight", "contacts",
)  # fmt: skip

_NAMES: dict[FactKind, tuple[str, ...]] = {
    FactKind.TEXT: (
        "system.name", "system.purpose", "system.people_affected", "system.decision", "system.deployment_method",
        "system.hosting", "system.human_oversight", "system.owner", "system.team", "system.tier",
        "version.name", "version.change_class", "version.commit", "version.run_url", "version.training_data",
        "rule.name", "rule.human_action", "rule.overrides", "rule.post_processing", "evaluation.data_name",
        *(f"card.{section}" for section in CARD_SECTIONS),
    ),
    FactKind.LIST: (
        "system.jurisdictions", "model.names", "model.vendors", "model.descriptions", "version.files",
        "datasets.names", "datasets.descriptions", "evaluation.groups",
        "goals.names", "goals.metrics", "goals.groups", "goals.thresholds", "goals.views",
    ),
    FactKind.DATE: ("evaluation.date",),
    FactKind.NUMBER: ("rule.threshold", "evaluation.n_rows", "evaluation.n_unknown", "evaluation.scoring_median"),
}  # fmt: skip

FACTS: dict[str, Fact] = {
    **{name: Fact(name, kind) for kind, names in _NAMES.items() for name in names},
    "evaluation.selection_rates": Fact(
        "evaluation.selection_rates", FactKind.ROWS, ("group", "n", "selected", "rate", "low", "high")
    ),
    "evaluation.impact_ratios": Fact("evaluation.impact_ratios", FactKind.ROWS, ("group", "ratio", "low", "high")),
}

# what an approved outcome may set on a system, with the values it may take, the gravest first
SETTABLE: dict[str, tuple[str, ...]] = {"risk_tier": ("prohibited", "high", "limited", "minimal")}
