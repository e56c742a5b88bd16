"""CISO Assistant libraries read into our format."""

import json
from typing import Any

import pytest

from evenhand.documents import write_yaml
from evenhand.errors import InputError
from evenhand.questionnaire.answers import read_answers
from evenhand.questionnaire.evaluation import evaluate
from evenhand.questionnaire.importing import Imported, Wishes, import_framework
from evenhand.questionnaire.parsing import parse_framework
from evenhand.questionnaire.schema import QuestionType
from evenhand.questionnaire.scoring import score

NODE = "urn:acme:risk:req_node:toy"
HEADING = {"urn": f"{NODE}:1", "assessable": False, "depth": 1, "ref_id": "1", "name": "Access"}


def q(node: str, number: int = 1) -> str:
    return f"{NODE}:{node}:question:{number}"


def c(node: str, choice: int, number: int = 1) -> str:
    return f"{q(node, number)}:choice:{choice}"


def choices(node: str, *given: dict[str, Any], number: int = 1) -> list[dict[str, Any]]:
    return [{"urn": c(node, position, number), **item} for position, item in enumerate(given, start=1)]


def need(node: str, **more: Any) -> dict[str, Any]:
    return {"urn": f"{NODE}:{node}", "assessable": True, "parent_urn": f"{NODE}:1", "depth": 2, "ref_id": node, **more}


def library(*nodes: dict[str, Any], objects: dict[str, Any] | None = None, **framework: Any) -> str:
    whole = json.loads(json.dumps(_library(nodes, objects, framework)))  # no YAML references
    return write_yaml(whole)


def _library(
    nodes: tuple[dict[str, Any], ...], objects: dict[str, Any] | None, framework: dict[str, Any]
) -> dict[str, Any]:
    return {
        "urn": "urn:acme:risk:library:toy",
        "locale": "en",
        "ref_id": "TOY",
        "name": "Toy library",
        "copyright": "CC0",
        "version": 3,
        "provider": "Acme",
        "objects": {
            "framework": {
                "urn": "urn:acme:risk:framework:toy",
                "ref_id": "Toy-1",
                "name": "Toy framework",
                **framework,
                "requirement_nodes": [HEADING, *nodes],
            },
            **(objects or {}),
        },
    }


def imported(*nodes: dict[str, Any], **more: Any) -> Imported:
    found = import_framework(library(*nodes, **more), "ciso-assistant", name="toy.yaml")
    parse_framework(found.to_yaml())  # every import passes our own check, whatever it left out
    return found


def visible(found: Imported, answers: dict[str, Any]) -> set[str]:
    state = evaluate(found.framework, read_answers(found.framework, answers))
    return {item.code or item.id for item in found.framework.questions if item.id in state.visible}


def notes(found: Imported) -> str:
    return "\n".join(str(note) for note in found.notes)


YES_NO = ({"value": "Yes"}, {"value": "No"})


def yes_no(node: str, **more: Any) -> dict[str, Any]:
    return {q(node): {"type": "unique_choice", "text": f"{node}?", "choices": choices(node, *YES_NO), **more}}


# --- shape


def test_headings_are_sections_and_requirements_controls_with_questions() -> None:
    found = imported(
        need("1.1", name="Reviews", description="Review accounts.", typical_evidence="A list", questions=yes_no("1.1"))
    )
    framework = found.framework
    (section,) = framework.sections
    (item,) = section.questions
    assert (framework.id, framework.version, str(framework.title)) == ("toy-1", "3", "Toy framework")
    assert (str(section.title), section.code) == ("Access", "1")
    assert [(control.id, str(control.title)) for control in framework.controls] == [("1.1", "Reviews")]
    assert (item.code, item.refs, item.source_id) == ("1.1", ("1.1",), q("1.1"))
    assert (str(item.prompt), str(item.help)) == ("1.1?", "Reviews\n\nReview accounts.")
    assert str(item.evidence.expected) == "A list"
    assert [choice.source_id for choice in item.choices] == [c("1.1", 1), c("1.1", 2)]
    assert found.notes == ()
    assert parse_framework(found.to_yaml()).questions_by_id.keys() == framework.questions_by_id.keys()


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("unique_choice", QuestionType.SINGLE),
        ("multiple_choice", QuestionType.MULTI),
        ("text", QuestionType.LONGTEXT),
        ("number", QuestionType.NUMBER),
        ("date", QuestionType.DATE),
        ("boolean", QuestionType.BOOLEAN),
    ],
)
def test_every_type_of_question(theirs: str, ours: QuestionType) -> None:
    found = imported(need("1.1", questions=yes_no("1.1") | {q("1.1", 2): {**yes_no("1.1")[q("1.1")], "type": theirs}}))
    assert found.framework.questions[1].type is ours
    assert found.framework.questions[0].topic == found.framework.questions[1].topic  # one page


def test_translations_stand_beside_the_text() -> None:
    translations = {"fr": {"text": "Oui ou non ?"}}
    found = imported(need("1.1", questions=yes_no("1.1", translations=translations)))
    assert found.framework.questions[0].prompt.localized("fr").text == "Oui ou non ?"
    assert found.framework.questions[0].prompt.localized("en").text == "1.1?"


def test_a_framework_without_questions_asks_how_far_each_requirement_is_met() -> None:
    scale = [{"score": 1, "name": "Ad hoc"}, {"score": 4, "name": "Managed", "description": "With figures"}]
    found = imported(need("1.1", name="Reviews"), need("1.2", name="Logs"), scores_definition=scale)
    assert [str(item.prompt) for item in found.framework.questions] == ["Reviews", "Logs"]
    result = score(found.framework, read_answers(found.framework, {f"{NODE}:1.1": "level_4", f"{NODE}:1.2": "level_1"}))
    assert (result.scores["maturity"].value, result.scores["maturity"].maximum) == (5.0, 8.0)
    plain = imported(need("1.1", name="Reviews"))
    assert "compliant" in plain.framework.questions[0].choices_by_id
    assert plain.framework.scores == ()


# --- conditions


def test_depends_on_any_and_all() -> None:
    several = {"type": "multiple_choice", "text": "Which?", "choices": choices("1.1", *[{"value": v} for v in "abc"])}
    any_of = {"question": q("1.1"), "answers": [c("1.1", 1), c("1.1", 2)], "condition": "any"}
    found = imported(
        need("1.1", questions={q("1.1"): several}),
        need("1.2", questions=yes_no("1.2", depends_on=any_of)),
        need("1.3", questions=yes_no("1.3", depends_on=any_of | {"condition": "all"})),
    )
    assert visible(found, {}) == {"1.1"}
    assert visible(found, {q("1.1"): [c("1.1", 2)]}) == {"1.1", "1.2"}
    assert visible(found, {q("1.1"): [c("1.1", 1), c("1.1", 2)]}) == {"1.1", "1.2", "1.3"}


def test_groups_chosen_by_answers_are_conditions_and_groups_chosen_by_hand_are_profiles() -> None:
    deciding = {**YES_NO[0], "select_implementation_groups": ["deep"]}
    groups = [
        {"ref_id": "base", "name": "Base", "default_selected": True},
        {"ref_id": "deep", "name": "Deep"},
        {"ref_id": "extra", "name": "Extra", "description": "If you wish"},
    ]
    found = imported(
        need(
            "1.1",
            implementation_groups=["base"],
            questions={
                q("1.1"): {"type": "unique_choice", "text": "?", "choices": choices("1.1", deciding, YES_NO[1])}
            },
        ),
        need("1.2", implementation_groups=["deep"], questions=yes_no("1.2")),
        need("1.3", implementation_groups=["base", "deep"], questions=yes_no("1.3")),
        need("1.4", implementation_groups=["extra"], questions=yes_no("1.4")),
        implementation_groups_definition=groups,
    )
    assert visible(found, {q("1.1"): c("1.1", 2)}) == {"1.1", "1.3", "1.4"}
    assert visible(found, {q("1.1"): c("1.1", 1)}) == {"1.1", "1.2", "1.3", "1.4"}
    (profile,) = found.document["profiles"]
    assert (profile["id"], profile["title"], len(profile["only"])) == ("base", "Base", 3)


@pytest.mark.parametrize(
    ("expression", "shown", "hidden"),
    [
        ('answers["{q}"].value == true', {"1.2": True}, {"1.2": False}),
        ('answers["1.2:question:1"].value == true', {"1.2": True}, {}),
        ('"{c}" in answers["1.1:question:1"].selected_choices', {"1.1": c("1.1", 1)}, {"1.1": c("1.1", 2)}),
        ('answers["1.1:question:1"].value == "Yes"', {"1.1": c("1.1", 1)}, {"1.1": c("1.1", 2)}),
        ('!(answers["1.1:question:1"].value == "Yes")', {"1.1": c("1.1", 2)}, {"1.1": c("1.1", 1)}),
        ('answers["1.1:question:1"].score >= 5', {"1.1": c("1.1", 1)}, {"1.1": c("1.1", 2)}),
        ('requirements["1.1"].score > 4', {"1.1": c("1.1", 1)}, {"1.1": c("1.1", 2)}),
        ('requirements["1.1"].result == "compliant"', {"1.1": c("1.1", 1)}, {"1.1": c("1.1", 2)}),
        ('ref_ids["1.1"].result != "compliant"', {"1.1": c("1.1", 2)}, {"1.1": c("1.1", 1)}),
        ("assessment.score_sum / assessment.score_max >= 0.8", {"1.1": c("1.1", 1)}, {"1.1": c("1.1", 2)}),
    ],
)
def test_visibility_expressions(expression: str, shown: dict[str, Any], hidden: dict[str, Any]) -> None:
    weighed = (
        {"value": "Yes", "add_score": 5, "compute_result": True},
        {"value": "No", "add_score": 0, "compute_result": "non_compliant"},
    )
    source = expression.replace("{q}", q("1.2")).replace("{c}", "1.1:question:1:choice:1")
    found = imported(
        need("1.1", questions={q("1.1"): {"type": "unique_choice", "text": "?", "choices": choices("1.1", *weighed)}}),
        need("1.2", questions={q("1.2"): {"type": "boolean", "text": "?"}}),
        need("1.3", visibility_expression=source, questions=yes_no("1.3")),
    )
    assert notes(found) == ""
    assert "1.3" in visible(found, {q(node): value for node, value in shown.items()})
    assert "1.3" not in visible(found, {q(node): value for node, value in hidden.items()})


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ('answers["gone"].value == true', "there is no question 'gone'"),
        ("assessment.answered_count == 2", "'assessment.answered_count' has no counterpart"),
        ('"x" in hidden_requirements', "'hidden_requirements' has no counterpart"),
        ('requirements["1.1"].score > 4', "no choice there has points"),
        ("answers[", "expected a value"),
        ("true || " * 400 + "true", "at most 2,000 are allowed"),
    ],
)
def test_an_expression_without_counterpart_is_named(expression: str, why: str) -> None:
    found = imported(
        need("1.1", questions=yes_no("1.1")), need("1.2", visibility_expression=expression, questions=yes_no("1.2"))
    )
    assert why in notes(found)
    assert "requirement_nodes.2.visibility_expression (1.2)" in notes(found)
    assert visible(found, {}) == {"1.1", "1.2"}


# --- results


def test_points_with_their_weight_and_the_result_of_a_requirement() -> None:
    weighed = (
        {"value": "Yes", "add_score": 5, "compute_result": "true"},
        {"value": "Half", "add_score": 2, "compute_result": "partially_compliant"},
        {"value": "No", "add_score": 0, "compute_result": False},
        {"value": "Never mind", "compute_result": "not_applicable"},
    )
    ask = {"type": "unique_choice", "text": "?", "weight": 2}
    found = imported(
        need(
            "1.1",
            questions={
                q("1.1"): ask | {"choices": choices("1.1", *weighed)},
                q("1.1", 2): ask | {"choices": choices("1.1", *weighed, number=2)},
            },
        )
    )
    (outcome,) = found.framework.outcomes

    def result(first: int, second: int | None) -> tuple[float, str | None]:
        given = {q("1.1"): c("1.1", first)} | ({q("1.1", 2): c("1.1", second, 2)} if second else {})
        scored = score(found.framework, read_answers(found.framework, given))
        return scored.scores["score"].value, scored.outcomes[outcome.id]

    assert result(1, 1) == (20.0, "compliant")
    assert result(1, 3) == (10.0, "partially_compliant")
    assert result(2, 1) == (14.0, "partially_compliant")
    assert result(3, 3) == (0.0, "non_compliant")
    assert result(4, 1) == (10.0, "compliant")
    assert result(4, 4) == (0.0, "not_applicable")


def test_outcome_rules_become_one_outcome() -> None:
    weighed = choices("1.1", {"value": "Yes", "add_score": 5}, {"value": "No", "add_score": 0})
    rules = [
        {"ref_id": "gold", "annotation": "Gold", "expression": "assessment.score_sum >= 5"},
        {"ref_id": "late", "expression": "computed_outcomes.size() > 0"},
        {"ref_id": "base", "expression": "true"},
        {"ref_id": "more", "expression": "true"},
    ]
    found = imported(
        need("1.1", questions={q("1.1"): {"type": "unique_choice", "text": "?", "choices": weighed}}),
        outcomes_definition=rules,
    )
    good = score(found.framework, read_answers(found.framework, {q("1.1"): c("1.1", 1)}))
    poor = score(found.framework, read_answers(found.framework, {q("1.1"): c("1.1", 2)}))
    assert (good.outcomes["outcome"], poor.outcomes["outcome"]) == ("gold", "base")
    assert "outcomes_definition.1" in notes(found)
    assert "never reached" in notes(found)


def test_what_has_no_counterpart_is_named() -> None:
    found = imported(
        need("1.1", questions=yes_no("1.1", config={"x": 1})),
        need("1.2", name="Silent", threats=["urn:t"]),
        need("1.3", parent_urn="urn:gone", questions={q("1.3"): {"type": "picture", "text": "Draw"}}),
        objects={"threats": [{"urn": "x"}]},
    )
    told = notes(found)
    for words in (
        "'config' has no counterpart",
        "asks nothing",
        "does not come before it",
        "'picture' is not known",
        "'threats'",
    ):
        assert words in told
    assert "toy.yaml, line" in told


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("catalog: {}", "is not a CISO Assistant library with a framework"),
        ("objects: {framework: {name: x}}", "no 'framework' with 'requirement_nodes'"),
        ("objects: {framework: {requirement_nodes: []}}", "nothing in it can be assessed"),
        ("a: *b", "aliases"),
        ("a: [", "is not valid YAML"),
    ],
)
def test_a_file_that_is_no_library_is_one_clear_sentence(content: str, why: str) -> None:
    with pytest.raises(InputError, match=why) as caught:
        import_framework(content, "ciso-assistant", name="toy.yaml", wishes=Wishes())
    assert caught.value.sentence.startswith("toy.yaml")
