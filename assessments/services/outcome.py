"""What follows from the answers of an assessment now: scores, outcomes and why, duties, checks, other assessments."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils import timezone

from assessments.models import Assessment
from assessments.services.standing import Standing, standing_of
from evenhand.questionnaire.explaining import Distance, Driver, Step, chain, distance, drivers
from evenhand.questionnaire.schema import Check, Duty, FollowUp, Outcome, OutcomeOption, Question
from evenhand.questionnaire.scoring import Result, score


@dataclass(frozen=True)
class Figure:
    """A score or value with its name; a value that could not be computed says why."""

    id: str
    title: str
    text: str
    reason: str = ""


@dataclass(frozen=True)
class DatedDuty:
    """A duty that follows now, and whether it is asked already."""

    duty: Duty
    starts_on: datetime.date | None
    ends_on: datetime.date | None

    @property
    def when(self) -> str:
        """``in_force``, ``upcoming`` or ``over``, by today."""
        today = timezone.localdate()
        if self.starts_on is not None and self.starts_on > today:
            return "upcoming"
        return "over" if self.ends_on is not None and self.ends_on < today else "in_force"


@dataclass(frozen=True)
class Conclusion:
    """One outcome: what it is now, and why."""

    outcome: Outcome
    option: OutcomeOption | None
    reason: str  # why it could not be computed
    standing: Standing

    @property
    def title(self) -> str:
        return str(self.outcome.title) or self.outcome.id

    @property
    def label(self) -> str:
        return (str(self.option.label) or self.option.id) if self.option else "not computed"

    @property
    def tier(self) -> str:
        """The tier it would set, once approved."""
        return dict(self.option.sets).get("risk_tier", "") if self.option else ""

    @cached_property
    def drivers(self) -> tuple[Driver, ...]:
        """The answers that drive it, the most points first."""
        return drivers(self.standing.evaluation, self.outcome.id)

    @cached_property
    def distances(self) -> tuple[Distance, ...]:
        """How far each score is from giving another outcome."""
        return distance(self.standing.evaluation, self.outcome.id)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The scores and values it was computed from, in order."""
        return chain(self.standing.evaluation, self.outcome.id)

    def label_of(self, option_id: str | None) -> str:
        """The words of one of its options."""
        return next(
            (str(each.label) or each.id for each in self.outcome.options if each.id == option_id), "not computed"
        )


@dataclass(frozen=True)
class Outlook:
    """Everything that follows from the answers as they are."""

    standing: Standing
    result: Result

    @property
    def is_provisional(self) -> bool:
        """Whether it can still change: required answers are missing, or some wait to be looked at again."""
        return self.standing.assessment.is_open and bool(self.standing.missing)

    @cached_property
    def conclusions(self) -> tuple[Conclusion, ...]:
        return tuple(self._conclusions())

    @cached_property
    def scores(self) -> tuple[Figure, ...]:
        found = ((each, self.result.scores[each.id]) for each in self.result.framework.scores)
        return tuple(
            Figure(each.id, str(each.title) or each.id, f"{total.value:g} of {total.maximum:g}")
            for each, total in found
        )

    @cached_property
    def values(self) -> tuple[Figure, ...]:
        """Values with a title; one without only serves conditions."""
        return tuple(
            Figure(each.id, str(each.title), _plain(self.result.values.get(each.id)), self._why(each.id))
            for each in self.result.framework.values
            if each.title
        )

    @cached_property
    def duties(self) -> tuple[DatedDuty, ...]:
        """Duties in the order of their dates; those without one come first."""
        dated = (DatedDuty(duty, _day(duty.starts_on), _day(duty.ends_on)) for duty in self.result.duties)
        return tuple(sorted(dated, key=lambda each: each.starts_on or datetime.date.min))

    @property
    def checks(self) -> tuple[tuple[Check, tuple[Question, ...]], ...]:
        """What is inconsistent, with the questions it is about."""
        asked = self.standing.framework.questions_by_id
        return tuple(
            (each, tuple(asked[name] for name in each.questions if name in asked)) for each in self.result.checks
        )

    @property
    def follow_ups(self) -> tuple[FollowUp, ...]:
        return self.result.follow_ups

    @cached_property
    def not_computed(self) -> tuple[Figure, ...]:
        """Everything else that could not be computed, with the reason."""
        framework = self.result.framework
        shown = {each.id for each in framework.values if each.title} | {each.id for each in framework.outcomes}
        return tuple(
            Figure(each.id, each.id, "not computed", each.reason)
            for each in self.result.not_computed
            if each.id not in shown
        )

    def _conclusions(self) -> Iterator[Conclusion]:
        for outcome in self.result.framework.outcomes:
            chosen = self.result.outcomes.get(outcome.id)
            option = next((each for each in outcome.options if each.id == chosen), None)
            yield Conclusion(outcome, option, self._why(outcome.id), self.standing)

    def _why(self, name: str) -> str:
        return next((each.reason for each in self.result.not_computed if each.id == name), "")


def outlook_of(standing: Standing) -> Outlook:
    """What follows from answers that have been read."""
    return Outlook(standing, result_of_standing(standing))


def result_of(assessment: Assessment) -> Result:
    """The result of an assessment by its present answers; for an approved one these are the signed ones."""
    return result_of_standing(standing_of(assessment))


def result_of_standing(standing: Standing) -> Result:
    """The result of answers that have been read already."""
    return score(standing.framework, standing.said, evidence=standing.n_evidence, evaluation=standing.evaluation)


def _plain(value: Any) -> str:
    if value is None:
        return "not computed"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    return ", ".join(str(item) for item in value) if isinstance(value, list | tuple) else str(value)


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None
