"""The result of a questionnaire: scores, values, outcomes, duties, checks, and how the answers are distributed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from evenhand.questionnaire.answers import Answer, Answers, AnswerState, is_unknown
from evenhand.questionnaire.completeness import Missing, missing
from evenhand.questionnaire.conditions import Condition
from evenhand.questionnaire.evaluation import Evaluation, Failure, evaluate
from evenhand.questionnaire.points import ScoreTotal, whole_if_whole
from evenhand.questionnaire.schema import Check, Duty, FollowUp, Framework, Question

OPEN_STATES = ("not_applicable", "unknown", "unanswered")


@dataclass(frozen=True)
class Tally:
    """How often each choice of a shared set was picked in one section; open states beside it."""

    choice_set: str
    section: str
    chapter: str | None
    counts: tuple[tuple[str, int], ...]

    @property
    def total(self) -> int:
        return sum(count for _, count in self.counts)


@dataclass(frozen=True, eq=False)
class Result:
    """All that follows from the answers. ``is_provisional`` while anything required is missing."""

    framework: Framework
    evaluation: Evaluation
    scores: Mapping[str, ScoreTotal]
    values: Mapping[str, Any]
    outcomes: Mapping[str, str | None]
    duties: tuple[Duty, ...]
    checks: tuple[Check, ...]
    follow_ups: tuple[FollowUp, ...]
    missing: tuple[Missing, ...]
    not_computed: tuple[Failure, ...]
    tallies: tuple[Tally, ...]

    @property
    def is_provisional(self) -> bool:
        return bool(self.missing)

    @property
    def sets(self) -> dict[str, dict[str, str]]:
        """What the outcomes set on the system once approved: fact -> value, with the outcome it comes from."""
        found: dict[str, dict[str, str]] = {}
        for outcome in self.framework.outcomes:
            for option in outcome.options:
                if option.id == self.outcomes.get(outcome.id):
                    for fact, value in option.sets:
                        found[fact] = {"value": value, "outcome": outcome.id, "option": option.id}
        return found

    def to_json(self) -> dict[str, Any]:
        """The JSON that ``evenhand score`` prints."""
        return {
            "framework": self.framework.id,
            "version": self.framework.version,
            "scope": str(self.framework.only_scope or self.framework.scope),
            "scores": {score_id: score.to_json() for score_id, score in self.scores.items()},
            "values": {value_id: _plain(value) for value_id, value in self.values.items()},
            "outcomes": dict(self.outcomes),
            "duties": [_duty_json(duty) for duty in self.duties],
            "missing": [item.to_json() for item in self.missing],
            "provisional": self.is_provisional,
            "follow_ups": [_follow_up_json(item) for item in self.follow_ups],
            "checks": [_check_json(check) for check in self.checks],
            "not_computed": [
                {"id": item.id, "kind": str(item.kind), "reason": item.reason} for item in self.not_computed
            ],
            "distribution": distribution_json(self.tallies),
        }


def score(
    framework: Framework,
    answers: Answers,
    *,
    evidence: Mapping[str, int] | None = None,
    evaluation: Evaluation | None = None,
) -> Result:
    """Evaluate the answers to a framework. ``evidence`` counts the pieces attached to each question."""
    state = evaluation or evaluate(framework, answers)
    failures = [failure for failure in state.failures if not failure.is_waiting or failure.id in _results(framework)]
    duties = tuple(duty for duty in framework.duties if _holds(state, duty, failures))
    checks = tuple(check for check in framework.checks if _holds(state, check, failures))
    follow_ups = tuple(item for item in framework.follow_ups if _holds(state, item, failures))
    return Result(
        framework=framework,
        evaluation=state,
        scores={item.id: state.scores[item.id] for item in framework.scores},
        values={item.id: state.values.get(item.id) for item in framework.values},
        outcomes={item.id: state.outcomes.get(item.id) for item in framework.outcomes},
        duties=duties,
        checks=checks,
        follow_ups=follow_ups,
        missing=missing(framework, answers, evidence=evidence, evaluation=state),
        not_computed=tuple(failures),
        tallies=tallies(state),
    )


def tallies(evaluation: Evaluation) -> tuple[Tally, ...]:
    """The distribution of tallied answers by section. Never an average: the choices have no common measure."""
    found: dict[tuple[str, str], Tally] = {}
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for item in evaluation.plan.tallied:
        if not evaluation.is_visible(item.question.id, item.part.id if item.part else None):
            continue
        key = (item.section.id, item.choice_set)
        if key not in counts:
            choices = evaluation.framework.choice_sets_by_id[item.choice_set].choices
            counts[key] = dict.fromkeys([*(choice.id for choice in choices), *OPEN_STATES], 0)
            found[key] = Tally(item.choice_set, item.section.id, item.section.chapter, ())
        counts[key][_state_or_choice(evaluation.answers.get(item.question.id), item.part)] += 1
    return tuple(replace(tally, counts=tuple(counts[key].items())) for key, tally in found.items())


def distribution_json(found: tuple[Tally, ...]) -> dict[str, Any]:
    """Tallies as ``{choice_set: {"total": counts, "chapters": {id: counts}, "sections": {id: counts}}}``."""
    result: dict[str, Any] = {}
    for tally in found:
        entry = result.setdefault(tally.choice_set, {"total": {}, "chapters": {}, "sections": {}})
        entry["sections"][tally.section] = dict(tally.counts)
        _add(entry["total"], tally)
        if tally.chapter is not None:
            _add(entry["chapters"].setdefault(tally.chapter, {}), tally)
    return result


def _add(counts: dict[str, int], tally: Tally) -> None:
    for choice, count in tally.counts:
        counts[choice] = counts.get(choice, 0) + count


def _state_or_choice(answer: Answer | None, part: Question | None) -> str:
    if answer is None:
        return "unanswered"
    if answer.state is not AnswerState.ANSWERED:
        return str(answer.state)
    value = answer.value if part is None else answer.value.get(part.id)
    return "unanswered" if value is None else "unknown" if is_unknown(value) else str(value)


def _results(framework: Framework) -> set[str]:
    """Ids whose failure is always worth telling, also while answers are missing."""
    return {item.id for item in framework.values} | {item.id for item in framework.outcomes}


def _holds(state: Evaluation, item: Duty | Check | FollowUp, failures: list[Failure]) -> bool:
    kind, conditions = _conditions_of(state, item)
    holds = state.holds(conditions.get(item.id))
    if isinstance(holds, bool):
        return holds
    failures.append(Failure(item.id, kind, holds.reason, holds.is_waiting))
    return False


def _conditions_of(state: Evaluation, item: Duty | Check | FollowUp) -> tuple[str, Mapping[str, Condition]]:
    match item:
        case Duty():
            return "duty", state.plan.duties
        case Check():
            return "check", state.plan.checks
        case FollowUp():
            return "follow_up", state.plan.follow_ups


def _duty_json(duty: Duty) -> dict[str, Any]:
    return {
        "id": duty.id,
        "title": str(duty.title),
        "from": duty.starts_on,
        "until": duty.ends_on,
        "owner": duty.owner,
        "refs": list(duty.refs),
    }


def _check_json(check: Check) -> dict[str, Any]:
    level = "error" if check.is_error else "warning"
    return {"id": check.id, "level": level, "message": str(check.message), "questions": list(check.questions)}


def _follow_up_json(item: FollowUp) -> dict[str, Any]:
    return {"id": item.id, "framework": item.framework, "title": str(item.title), "why": str(item.why)}


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return whole_if_whole(value)
    return [_plain(item) for item in value] if isinstance(value, list) else value
