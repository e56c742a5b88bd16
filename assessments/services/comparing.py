"""Two assessments of one subject side by side: answers, scores, outcomes, and what changed between the editions."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from assessments.models import Assessment
from assessments.services.outcome import result_of_standing
from assessments.services.standing import Standing, standing_of
from assessments.services.wording import DONT_KNOW, Words, words_of
from evenhand.questionnaire.answers import AnswerState
from evenhand.questionnaire.editions import Difference, diff_editions
from evenhand.questionnaire.schema import Question
from evenhand.questionnaire.scoring import Result
from governance.errors import InvalidError


@dataclass(frozen=True)
class AnswerChange:
    """One question whose answer differs; a side that was not asked has no question."""

    question: Question
    change: str  # "added", "removed", "changed", "same"
    before: tuple[Words, ...]
    after: tuple[Words, ...]
    asked_before: bool
    asked_after: bool


@dataclass(frozen=True)
class FigureChange:
    """A score or an outcome before and after."""

    id: str
    title: str
    before: str
    after: str

    @property
    def is_same(self) -> bool:
        return self.before == self.after


@dataclass(frozen=True)
class Comparison:
    """What differs between an older and a newer assessment."""

    older: Assessment
    newer: Assessment
    answers: tuple[AnswerChange, ...]
    n_same: int
    scores: tuple[FigureChange, ...]
    outcomes: tuple[FigureChange, ...]
    edition: tuple[Difference, ...]

    @property
    def is_same_edition(self) -> bool:
        return self.older.edition_id == self.newer.edition_id


def compare_assessments(older: Assessment, newer: Assessment) -> Comparison:
    """Compare two assessments of the same subject by the same framework, whatever their editions and profiles."""
    if (older.team_id, older.system_id) != (newer.team_id, newer.system_id):
        raise InvalidError("These assessments are about different subjects.", fields={"with": ["of another subject"]})
    if older.edition.framework_id != newer.edition.framework_id:
        raise InvalidError(
            f"{older.title} answers another framework than {newer.title}.", fields={"with": ["of another framework"]}
        )
    before, after = standing_of(older), standing_of(newer)
    changes = list(_answers(before, after))
    first, second = result_of_standing(before), result_of_standing(after)
    return Comparison(
        older=older,
        newer=newer,
        answers=tuple(change for change in changes if change.change != "same"),
        n_same=sum(change.change == "same" for change in changes),
        scores=tuple(_scores(first, second)),
        outcomes=tuple(_outcomes(first, second)),
        edition=()
        if older.edition_id == newer.edition_id
        else diff_editions(older.edition.framework, newer.edition.framework),
    )


def comparable(assessment: Assessment) -> Any:
    """Other assessments of the same subject by the same framework, the newest first."""
    rows = Assessment.objects.with_parts().filter(
        team=assessment.team, system=assessment.system, edition__framework_id=assessment.edition.framework_id
    )
    return rows.exclude(pk=assessment.pk).order_by("-created_at", "-id")


def _answers(before: Standing, after: Standing) -> Iterator[AnswerChange]:
    """Every question either asks, in the order of the newer one, those asked no longer last."""
    newer = after.framework.questions_by_id
    ids = [*newer, *(question_id for question_id in before.framework.questions_by_id if question_id not in newer)]
    for question_id in ids:
        old, new = _asked(before, question_id), _asked(after, question_id)
        question = new or old
        if question is None or not question.takes_answer:
            continue
        was, now = _said(before, old), _said(after, new)
        yield AnswerChange(question, _change(was, now), was, now, old is not None, new is not None)


def _asked(standing: Standing, question_id: str) -> Question | None:
    """The question, where it is asked and shown."""
    is_shown = question_id in standing.framework.questions_by_id and question_id in standing.evaluation.visible
    return standing.framework.question(question_id) if is_shown else None


def _said(standing: Standing, question: Question | None) -> tuple[Words, ...]:
    said = standing.said.get(question.id) if question else None
    if question is None or said is None:
        return ()
    if said.state is AnswerState.NOT_APPLICABLE:
        return (Words("Does not apply", said.reason),)
    return (Words("", DONT_KNOW),) if said.state is AnswerState.UNKNOWN else words_of(question, said)


def _change(was: tuple[Words, ...], now: tuple[Words, ...]) -> str:
    if was == now:
        return "same"
    return "changed" if was and now else "added" if now else "removed"


def _scores(before: Result, after: Result) -> Iterator[FigureChange]:
    titles = {score.id: str(score.title) or score.id for result in (before, after) for score in result.framework.scores}
    for score_id, title in titles.items():
        was, now = before.scores.get(score_id), after.scores.get(score_id)
        yield FigureChange(score_id, title, _of(was), _of(now))


def _of(total: Any) -> str:
    return "" if total is None else f"{total.value:g} of {total.maximum:g}"


def _outcomes(before: Result, after: Result) -> Iterator[FigureChange]:
    titles = {
        outcome.id: str(outcome.title) or outcome.id
        for result in (before, after)
        for outcome in result.framework.outcomes
    }
    for outcome_id, title in titles.items():
        yield FigureChange(outcome_id, title, _chosen(before, outcome_id), _chosen(after, outcome_id))


def _chosen(result: Result, outcome_id: str) -> str:
    outcome = next((each for each in result.framework.outcomes if each.id == outcome_id), None)
    if outcome is None:
        return ""
    chosen = result.outcomes.get(outcome_id)
    return next((str(each.label) or each.id for each in outcome.options if each.id == chosen), "not computed")
