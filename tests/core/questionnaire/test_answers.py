"""What may be saved as an answer, and what is refused with its place."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.errors import InputError
from evenhand.questionnaire.answers import (
    Answer,
    AnswersError,
    AnswerState,
    answers_to_json,
    read_answer,
    read_answers,
)
from evenhand.questionnaire.parsing import parse_framework
from tests.core.questionnaire.hiring import HIRING

FRAMEWORK = parse_framework(HIRING)
SHA = "a" * 64

GOOD = [
    ("phase", "live", "live"),
    ("automated", False, False),
    ("sources", ["test", "cv", "cv"], ["cv", "test"]),
    ("sources", ["none_"], ["none_"]),
    ("people", 12, 12),
    ("people", 12.0, 12),
    ("owner", "  Ada  ", "Ada"),
    ("policy", "https://example.org/policy?a=1", "https://example.org/policy?a=1"),
    ("minutes", {"name": "m.pdf", "sha256": SHA}, {"name": "m.pdf", "sha256": SHA}),
    ("reviewed_on", "2026-02-28", "2026-02-28"),
    ("harms", {"state": "open", "why": "a\r\nb"}, {"state": "open", "why": "a\nb"}),
    ("harms", {"state": {"unknown": True}}, {"state": {"unknown": True}}),
    (
        "harms",
        {"rows": [{"name": "x", "rating": {"likelihood": "often"}}, {}]},
        {"rows": [{"name": "x", "rating": {"likelihood": "often", "severity": None}}]},
    ),
]

BAD = [
    ("phase", "dead", "phase", "not one of the choices: design, live"),
    ("phase", 4, "phase", "not one of the choices"),
    ("phase", ["live"], "phase", "not one of the choices"),
    ("automated", "yes", "automated", "true or false"),
    ("automated", 1, "automated", "true or false"),
    ("sources", "cv", "sources", "list of choices"),
    ("sources", ["cv", "post"], "sources", "'post' is not one"),
    ("sources", ["cv", "none_"], "sources", "rules out"),
    ("people", "12", "people", "must be a number"),
    ("people", True, "people", "must be a number"),
    ("people", float("nan"), "people", "must be a number"),
    ("people", float("inf"), "people", "must be a number"),
    ("people", 1.5, "people", "whole number"),
    ("people", -1, "people", "at least 0"),
    ("people", 1_000_001, "people", "at most 1e+06"),
    ("note", "seen", "note", "takes no answer"),
    ("owner", "Ada\nBob", "owner", "one line"),
    ("owner", "x" * 201, "owner", "at most 200"),
    ("remarks", "x" * 21, "remarks", "at most 20"),
    ("remarks", "a\x00b", "remarks", "cannot be shown"),
    ("remarks", {"not_applicable": "never"}, "remarks", "cannot be set aside"),
    ("policy", "javascript:alert(1)", "policy", "web address"),
    ("policy", "https://", "policy", "web address"),
    ("policy", "https://[", "policy", "web address"),
    ("policy", "https://a b.org", "policy", "web address"),
    ("minutes", {"name": "m.pdf", "sha256": "A" * 64}, "minutes", "hexadecimal"),
    ("minutes", "m.pdf", "minutes", "must be a file"),
    ("reviewed_on", "2026-02-30", "reviewed_on", "a date such as"),
    ("reviewed_on", "20260228", "reviewed_on", "a date such as"),
    ("phase", {"unknown": True, "value": "live"}, "phase", "nothing else"),
    ("phase", {"not_applicable": 3}, "phase", "nothing else"),
    ("harms", "done", "harms", "mapping of parts"),
    ("harms", {"stat": "done"}, "harms.stat", "no such part"),
    ("harms", {"rows": "x"}, "harms.rows", "list of rows"),
    ("harms", {"rows": [{"name": "a"}, {"name": 3}]}, "harms.rows.2.name", "must be text"),
    ("harms", {"rows": [{"rating": {"likelihood": "never"}}]}, "harms.rows.1.rating.likelihood", "not one of"),
    ("harms", {"rows": [{"rating": {"chance": "rare"}}]}, "harms.rows.1.rating", "likelihood and a severity"),
    ("harms", {"rows": [{"name": "a"}] * 201}, "harms.rows", "at most 200"),
]


@pytest.mark.parametrize(("question", "raw", "value"), GOOD)
def test_a_good_answer_is_kept(question: Any, raw: Any, value: Any) -> None:
    assert read_answer(FRAMEWORK.question(question), raw) == Answer(value)


@pytest.mark.parametrize(("question", "raw", "path", "reason"), BAD)
def test_a_bad_answer_is_refused_where_it_is_wrong(question: Any, raw: Any, path: str, reason: str) -> None:
    with pytest.raises(AnswersError) as caught:
        read_answer(FRAMEWORK.question(question), raw)
    assert list(caught.value.fields) == [path]
    assert reason in caught.value.fields[path][0]


@pytest.mark.parametrize("raw", [None, "", "   ", [], {}])
@pytest.mark.parametrize("question", ["owner", "remarks"])
def test_nothing_is_no_answer(question: Any, raw: Any) -> None:
    if isinstance(raw, list | dict):
        with pytest.raises(AnswersError):
            read_answer(FRAMEWORK.question(question), raw)
    else:
        assert read_answer(FRAMEWORK.question(question), raw) is None


@pytest.mark.parametrize(
    ("question", "raw"), [("sources", []), ("harms", {}), ("harms", {"rows": [{}]}), ("minutes", {})]
)
def test_an_empty_list_or_mapping_is_no_answer(question: Any, raw: Any) -> None:
    assert read_answer(FRAMEWORK.question(question), raw) is None


def test_not_applicable_and_unknown_are_answers_of_their_own() -> None:
    question = FRAMEWORK.question("phase")
    assert read_answer(question, {"not_applicable": " No phases "}) == Answer(
        state=AnswerState.NOT_APPLICABLE, reason="No phases"
    )
    assert read_answer(question, {"unknown": True}) == Answer(state=AnswerState.UNKNOWN)


def test_all_wrong_answers_are_told_at_once() -> None:
    with pytest.raises(AnswersError) as caught:
        read_answers(FRAMEWORK, {"phase": "x", "people": "x", "nobody": 1, "owner": "Ada"})
    assert set(caught.value.fields) == {"phase", "people", "nobody"}
    assert "hiring 2.1" in caught.value.fields["nobody"][0]


@pytest.mark.parametrize("document", [[], "x", None, 3])
def test_answers_that_are_no_object_are_refused(document: Any) -> None:
    with pytest.raises(InputError):
        read_answers(FRAMEWORK, document)


def test_source_ids_are_taken_for_questions_and_choices() -> None:
    text = HIRING.replace("      - id: phase\n", "      - id: phase\n        source_id: Q-1\n").replace(
        "{id: live, label: Live", "{id: live, source_id: item2-4, label: Live"
    )
    assert read_answers(parse_framework(text), {"Q-1": "item2-4"}) == {"phase": Answer("live")}


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["state", "why", "rows", "name", "rating", "likelihood", "severity", "unknown", "sha256"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@given(question=st.sampled_from([q.id for q in FRAMEWORK.questions]), raw=_json)
def test_whatever_comes_is_saved_the_same_twice_or_refused_in_words(question: Any, raw: Any) -> None:
    try:
        answer = read_answer(FRAMEWORK.question(question), raw)
    except AnswersError:
        return
    if answer is not None:
        document = answers_to_json({question: answer})
        assert read_answers(FRAMEWORK, document) == {question: answer}
