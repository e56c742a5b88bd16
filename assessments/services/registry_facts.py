"""What the registry says now of the facts that answers are offered from and rely on."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from assessments.models import Assessment
from evenhand.modelcard import ModelCard as CardDocument
from evenhand.questionnaire.schema import Framework, Question
from governance import facts
from governance.models import ChangeClass, DataSet, DecisionRule, ModelCard, System, Version

PLAIN = ("name", "purpose", "people_affected", "decision", "human_oversight", "jurisdictions", "tier")


@dataclass(frozen=True)
class Registry:
    """The facts about one system, each family read at most once and only when it is asked for."""

    system: System
    chosen_version: Version | None = None
    evaluation_uid: uuid.UUID | None = None

    def values_of(self, names: Iterable[str]) -> dict[str, Any]:
        """The facts of these names that say something; the others are left out."""
        wanted = set(names)
        found: dict[str, Any] = {}
        for family in sorted({name.partition(".")[0] for name in wanted} & set(self.families)):
            if family not in self.read:
                self.read[family] = self.families[family]()
            found |= self.read[family]
        return {name: found[name] for name in wanted if _says_something(found.get(name))}

    @cached_property
    def read(self) -> dict[str, dict[str, Any]]:
        """The families that were asked for so far."""
        return {}

    @cached_property
    def families(self) -> dict[str, Any]:
        return {
            "system": self._system,
            "model": self._models,
            "version": self._version,
            "rule": self._rule,
            "card": self._card,
            "datasets": self._datasets,
            "evaluation": lambda: self._measured,
            "goals": lambda: self._measured,
        }

    @cached_property
    def version(self) -> Version | None:
        """The version the assessment is about, or else the newest of the system."""
        if self.chosen_version is not None:
            return self.chosen_version
        rows = Version.objects.filter(model__system=self.system).select_related("model", "training_data")
        return rows.order_by("-created_at", "-id").first()

    def _system(self) -> dict[str, Any]:
        system = self.system
        return {
            **{f"system.{name}": getattr(system, name) for name in PLAIN},
            "system.deployment_method": system.get_deployment_method_display(),
            "system.hosting": system.get_hosting_display(),
            "system.owner": str(system.owner) if system.owner else "",
            "system.team": system.team.name,
        }

    def _models(self) -> dict[str, Any]:
        models = list(self.system.models.order_by("pk"))
        return {
            "model.names": [model.name for model in models],
            "model.vendors": list(dict.fromkeys(model.vendor for model in models if model.vendor)),
            "model.descriptions": [f"{model.name}: {model.description}" for model in models if model.description],
        }

    def _version(self) -> dict[str, Any]:
        version = self.version
        if version is None:
            return {}
        return {
            "version.name": str(version),
            "version.change_class": ChangeClass(version.change_class).label,
            "version.commit": version.commit,
            "version.run_url": version.run_url,
            "version.files": [f"{file.name}, SHA-256 {file.sha256}" for file in version.files.all()],
            "version.training_data": str(version.training_data) if version.training_data else "",
        }

    def _rule(self) -> dict[str, Any]:
        rules = DecisionRule.objects.filter(model__system=self.system, is_current=True)
        if self.version is not None:
            rules = rules.filter(model=self.version.model_id)
        rule = rules.order_by("-created_at", "-id").first()
        if rule is None:
            return {}
        threshold = None if rule.threshold is None else float(rule.threshold)
        texts = {
            f"rule.{name}": getattr(rule, name) for name in ("name", "human_action", "overrides", "post_processing")
        }
        return {**texts, "rule.threshold": threshold}

    def _card(self) -> dict[str, Any]:
        card = ModelCard.objects.filter(version=self.version).order_by("-number").first() if self.version else None
        if card is None:
            return {}
        sections = CardDocument.from_dict(card.document).sections
        return {f"card.{section.id}": "\n\n".join(section.lines) for section in sections if section.is_filled}

    def _datasets(self) -> dict[str, Any]:
        rows = DataSet.objects.filter(trained_versions__model__system=self.system).distinct().order_by("name")
        found = list(rows)
        return {
            "datasets.names": [row.name for row in found],
            "datasets.descriptions": [f"{row.name}: {row.description}" for row in found if row.description],
        }

    @cached_property
    def _measured(self) -> dict[str, Any]:
        """What the app above knows of evaluations and goals."""
        told = facts.ask("assessment.facts", self.system, self.chosen_version, self.evaluation_uid)
        return {fact.name: fact.value for fact in told}


def registry_of(assessment: Assessment) -> Registry | None:
    """What the registry can say to an assessment; nothing where it is about the organisation itself."""
    if assessment.system is None:
        return None
    return Registry(assessment.system, assessment.version, assessment.evaluation_uid)


def facts_behind(question: Question) -> Iterator[str]:
    """Every fact a question or one of its parts relies on."""
    yield from question.relies_on
    for part in question.questions:
        yield from part.relies_on


def facts_used(framework: Framework) -> frozenset[str]:
    """Every fact any question of a framework is offered from or relies on."""
    return frozenset(
        name
        for question in framework.questions
        for asked in (question, *question.questions)
        for name in (*asked.relies_on, *((asked.prefill,) if asked.prefill else ()))
    )


def _says_something(value: Any) -> bool:
    return value is not None and value != "" and value != []
