"""What holds for every framework and every set of answers."""

import json
from functools import cache
from typing import Any

from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from evenhand.documents import DocumentError, read_document, write_yaml
from evenhand.questionnaire.answers import answers_to_json, read_answer, read_answers
from evenhand.questionnaire.editions import digest
from evenhand.questionnaire.evaluation import Evaluation, evaluate
from evenhand.questionnaire.parsing import framework_from_document, parse_framework
from evenhand.questionnaire.planning import Planner
from evenhand.questionnaire.reachability import unreachable
from evenhand.questionnaire.schema import Framework, NotApplicable, Question, QuestionType
from evenhand.questionnaire.scoring import score
from evenhand.questionnaire.writing import framework_to_document
from tests.core.questionnaire.generated import answer_to, answers_to, frameworks

some = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@cache
def _loaded(text: str) -> Framework:
    return parse_framework(text, name="generated.json")


def load(document: dict[str, Any]) -> Framework:
    """The framework; one with a condition that can never hold is refused, and another is tried."""
    try:
        return _loaded(json.dumps(document))
    except DocumentError as error:
        if any("is never " not in problem.message for problem in error.problems):
            raise
        reject()


def comparable(found: Evaluation) -> dict[str, Any]:
    """All that was computed, so that two evaluations can be compared."""
    read = found.plan.names_read
    return {
        "result": score(found.framework, found.answers, evaluation=found).to_json(),
        "visible": found.visible,
        "failures": found.failures,
        "points": {key: total.by_question for key, total in found.scores.items()},
        "variables": {name: value for name, value in found.context.variables.items() if name in read},
    }


@some
@given(frameworks(), st.data())
def test_scores_never_exceed_their_maximum(document: dict[str, Any], data: st.DataObject) -> None:
    framework = load(document)
    found = evaluate(framework, read_answers(framework, data.draw(answers_to(framework))))
    for total in found.scores.values():
        assert total.value <= total.maximum + 1e-9


@some
@given(frameworks(), st.data())
def test_hidden_answers_never_matter(document: dict[str, Any], data: st.DataObject) -> None:
    framework = load(document)
    given = data.draw(answers_to(framework))
    before = evaluate(framework, read_answers(framework, given))
    hidden = [question for question in framework.questions if question.id not in before.visible]
    without = {key: value for key, value in given.items() if key in before.visible}
    changed = {**without, **{q.id: data.draw(answer_to(q)) for q in hidden if q.takes_answer}}
    after = evaluate(framework, read_answers(framework, changed))
    assert comparable(after) == comparable(before)


@some
@given(frameworks(), st.data())
def test_hidden_parts_and_cells_never_matter(document: dict[str, Any], data: st.DataObject) -> None:
    framework = load(document)
    given = data.draw(answers_to(framework))
    before = evaluate(framework, read_answers(framework, given))
    shown = {key: _shown(before, framework.question(key), raw) for key, raw in given.items()}
    after = evaluate(framework, read_answers(framework, shown))
    assert comparable(after)["result"] == comparable(before)["result"]
    assert (after.visible, comparable(after)["variables"]) == (before.visible, comparable(before)["variables"])


def _shown(state: Evaluation, question: Question, raw: Any) -> Any:
    """An answer without the parts and cells that do not show."""
    if question.type is QuestionType.GROUP:
        return _shown_rows(state, question.id, question, raw)
    if question.type is not QuestionType.PARTS or not isinstance(raw, dict) or question.id not in state.visible:
        return raw
    found = dict(raw)
    for part in question.questions:
        if not state.is_visible(question.id, part.id):
            found.pop(part.id, None)
        elif part.type is QuestionType.GROUP and part.id in found:
            found[part.id] = _shown_rows(state, f"{question.id}.{part.id}", part, found[part.id])
    return found


def _shown_rows(state: Evaluation, path: str, group: Question, rows: Any) -> Any:
    if not isinstance(rows, list):
        return rows
    kept = []
    for row in rows:
        columns = {column.id for column in state.visible_columns(path, group, row)}
        # a cell of "don't know yet" keeps a row from disappearing with its last answer
        kept.append({key: value if key in columns else {"unknown": True} for key, value in row.items()})
    return kept


@some
@given(frameworks(), st.data())
def test_the_order_of_answering_never_matters(document: dict[str, Any], data: st.DataObject) -> None:
    framework = load(document)
    answers = read_answers(framework, data.draw(answers_to(framework)))
    state = evaluate(framework, {})
    for question_id in data.draw(st.permutations(list(answers))):
        state = state.with_answer(question_id, answers[question_id])
    assert comparable(state) == comparable(evaluate(framework, answers))


@some
@given(frameworks(), st.data())
def test_changing_answers_one_by_one_is_the_same_as_evaluating_anew(
    document: dict[str, Any], data: st.DataObject
) -> None:
    framework = load(document)
    state = evaluate(framework, read_answers(framework, data.draw(answers_to(framework))))
    kept = comparable(state)
    first = state
    asked = [question for question in framework.questions if question.takes_answer]
    for question in data.draw(st.lists(st.sampled_from(asked), max_size=6)) if asked else []:
        raw = data.draw(st.none() | answer_to(question))
        state = state.with_answer(question.id, read_answer(question, raw))
        assert comparable(state) == comparable(evaluate(framework, state.answers))
    assert comparable(first) == kept


@some
@given(frameworks(), st.data())
def test_export_then_import_is_identity(document: dict[str, Any], data: st.DataObject) -> None:
    framework = load(document)
    exported = framework_to_document(framework)
    for again in (
        framework_from_document(json.loads(json.dumps(exported))),
        framework_from_document(exported, is_checked=True),
        parse_framework(write_yaml(exported), name="generated.yaml"),
    ):
        assert framework_to_document(again) == exported
        assert digest(again) == digest(framework)
    answers = read_answers(framework, data.draw(answers_to(framework)))
    written = json.loads(json.dumps(answers_to_json(answers)))
    assert read_answers(framework, written) == answers
    assert read_document(write_yaml(written), name="answers.yaml").value == written


@some
@given(frameworks(), st.data())
def test_what_a_profile_leaves_out_never_matters(document: dict[str, Any], data: st.DataObject) -> None:
    framework = load(document)
    part = framework.for_profile("part")
    answers = read_answers(framework, data.draw(answers_to(framework)))
    kept = {key: answer for key, answer in answers.items() if key in part.questions_by_id}
    one, other = evaluate(part, answers), evaluate(part, kept)
    assert score(part, answers, evaluation=one).to_json() == score(part, kept, evaluation=other).to_json()
    assert one.visible == other.visible


@some
@given(frameworks(), st.data())
def test_setting_aside_a_question_never_raises_a_score(document: dict[str, Any], data: st.DataObject) -> None:
    """Where nothing else depends on it: no points, and no maximum unless it counts as zero."""
    framework = load(document)
    answers = read_answers(framework, data.draw(answers_to(framework)))
    state = evaluate(framework, answers)
    for question in framework.questions:
        aside = question.takes_answer and question.na is not NotApplicable.NEVER and question.id in state.visible
        if not aside or state.plan.readers_of(question.id) != _scores_of(state, question.id):
            continue
        blank = state.with_answer(question.id, None)
        after = state.with_answer(question.id, read_answer(question, {"not_applicable": "x"}))
        for item in framework.scores:
            assert after.scores[item.id].value == blank.scores[item.id].value
            if item.na_counts_zero or isinstance(item.maximum, float):
                assert after.scores[item.id].maximum == blank.scores[item.id].maximum
            else:
                assert after.scores[item.id].maximum <= blank.scores[item.id].maximum


def _scores_of(state: Evaluation, question_id: str) -> tuple[str, ...]:
    return tuple(node.id for node in state.plan.nodes if node.id in state.scores and question_id in node.reads)


@settings(some, max_examples=100)
@given(frameworks(), st.data())
def test_what_is_refused_as_never_reached_is_never_reached(document: dict[str, Any], data: st.DataObject) -> None:
    planner = Planner(framework_from_document(document, is_checked=True))
    refused = {fault.where for fault in unreachable(planner.plan(), planner.variables)}
    for _ in range(8 if refused else 0):
        answers = read_answers(planner.framework, data.draw(answers_to(planner.framework)))
        found = evaluate(planner.framework, answers)
        reached = {f"{identifier}.visible_if" for identifier in found.visible}
        reached |= {f"{outcome}.{option}.if" for outcome, option in found.outcomes.items()}
        assert not refused & reached
