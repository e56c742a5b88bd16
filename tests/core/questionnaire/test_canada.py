"""Canada's AIA as shipped: complete, worded by us, and scored exactly as the official tool scores."""

import json
from itertools import chain, combinations
from pathlib import Path
from random import Random
from typing import Any

import pytest

from evenhand.cli import main
from evenhand.questionnaire.answers import AnswersError, read_answers
from evenhand.questionnaire.parsing import load_framework, warnings_of
from evenhand.questionnaire.scoring import Result, score
from evenhand.questionnaire.source_answers import read_sourced_answers
from tests.core.questionnaire.canada_scorer import WEIGHTS, figures

CANADA = load_framework("canada-aia")
CASES = json.loads((Path(__file__).parent / "canada_cases.json").read_text(encoding="utf-8"))["cases"]
TYPES = {"radiogroup": "single", "dropdown": "single", "checkbox": "multi", "comment": "longtext", "text": "text"}
SCORED = {name: [item for item in WEIGHTS if item["score"] == name] for name in ("raw", "mitigation")}
MULTI = [item for item in WEIGHTS if item["type"] == "checkbox" and len(item["points"]) <= 8]


def scored(answers: dict[str, Any]) -> Result:
    return score(CANADA, read_sourced_answers(CANADA, answers).answers)


def shown(result: Result) -> tuple[float, float, float, str | None]:
    return (
        result.scores["raw"].value,
        result.scores["mitigation"].value,
        result.values["current"],
        result.outcomes["level"],
    )


# --- what it is made of


def test_every_question_and_choice_keeps_its_official_name_type_and_points() -> None:
    assert len(CANADA.questions) == 295
    ours = {question.source_id: question for question in CANADA.questions}
    for item in WEIGHTS:
        question = ours[item["id"]]
        assert question.type == TYPES[item["type"]]
        if "points" in item:
            points = {str(choice.source_id): sum(number for _, number in choice.points) for choice in question.choices}
            assert points == item["points"], item["id"]
            assert {name for choice in question.choices for name, _ in choice.points} <= {item["score"]}


def test_the_maxima_do_not_move_with_the_answers() -> None:
    for case in CASES:
        totals = scored(case["answers"]).scores
        assert (totals["raw"].maximum, totals["mitigation"].maximum) == (167, 77)


def test_a_page_holds_one_topic_and_follow_ups_stay_with_their_question() -> None:
    ids = [page.id for page in CANADA.pages]
    assert len(ids) == len(set(ids))
    assert 100 <= len(ids) <= 150
    assert max(len(page.questions) for page in CANADA.pages) <= 6
    page_of = {question.id: page.id for page in CANADA.pages for question in page.questions}
    assert page_of["about_system_3c"] == page_of["about_system_3"]
    assert page_of["impact_27yn"] == page_of["impact_26"]


def test_nothing_is_written_that_a_reader_should_be_warned_of() -> None:
    assert warnings_of(CANADA) == ()


def test_french_is_given_for_every_question_and_missing_texts_say_so() -> None:
    assert CANADA.title.localized("fr").text.startswith("Évaluation")
    assert all("fr" in section.title.languages for section in CANADA.sections)
    assert all("fr" in duty.title.languages for duty in CANADA.duties)
    assert [choice.label.localized("fr").text for choice in CANADA.question("impact_3").choices] == ["Oui", "Non"]
    assert all("fr" in question.prompt.languages for question in CANADA.questions)
    assert CANADA.question("project_details_department_ns").choices[0].label.localized("fr").is_fallback


# --- the official figures


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_command_reproduces_the_published_case(
    case: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "answers.json"
    path.write_text(json.dumps(case["answers"]), encoding="utf-8")
    assert main(["score", "canada-aia", str(path), "--json", "-"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["scores"] == {
        "raw": {"value": case["raw"], "max": 167},
        "mitigation": {"value": case["mitigation"], "max": 77},
    }
    assert (found["values"]["current"], found["outcomes"]) == (case["current"], {"level": case["level"]})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_independent_scorer_agrees_with_the_published_case(case: dict[str, Any]) -> None:
    assert figures(case["answers"])[:4] == (case["raw"], case["mitigation"], case["current"], case["level"])


def generated(seed: int) -> dict[str, Any]:
    """Random answers to any question, hidden ones too; of all kinds from nearly empty to nearly full."""
    random = Random(seed)
    filled, best = random.random(), random.random()
    answers: dict[str, Any] = {}
    for item in WEIGHTS:
        if random.random() > filled:
            continue
        choices = item.get("points")
        if choices is None:
            if item["type"] != "dropdown":  # departments have no points and are not listed there
                answers[item["id"]] = f"text {random.randrange(1000)}"
        elif item["type"] == "checkbox":
            answers[item["id"]] = [choice for choice in choices if random.random() < best]
        elif random.random() < best:
            answers[item["id"]] = max(choices, key=choices.__getitem__)
        else:
            answers[item["id"]] = random.choice(list(choices))
    answers["projectDetailsPhase"] = random.choice(["item1", "item2"])
    if random.random() < 0.1:
        del answers["projectDetailsPhase"]
    return answers


@pytest.mark.parametrize("seed", range(200))
def test_generated_answers_score_as_the_independent_scorer_says(seed: int) -> None:
    answers = generated(seed)
    expected, result = figures(answers), scored(answers)
    assert shown(result) == expected[:4]
    source = {question.id: question.source_id for question in CANADA.questions}
    assert {source[question] for question in result.evaluation.visible} == expected.visible


def test_the_generated_answers_reach_every_level_with_and_without_the_cut() -> None:
    reached = {(found.level, found.mitigation >= 62) for found in (figures(generated(seed)) for seed in range(200))}
    assert {level for level, _ in reached} == {"I", "II", "III", "IV"}
    assert {is_cut for _, is_cut in reached} == {True, False}


@pytest.mark.parametrize("item", MULTI, ids=lambda item: item["id"])
def test_every_combination_of_ticks_adds_up(item: dict[str, Any]) -> None:
    base = {"projectDetailsPhase": "item1", "aboutDataSource1": "item1-2", "aboutDataSourceType1": "item1-0"}
    choices = list(item["points"])
    for ticked in chain.from_iterable(combinations(choices, size) for size in range(len(choices) + 1)):
        answers = base | {item["id"]: list(ticked)}
        assert shown(scored(answers)) == figures(answers)[:4]


# --- traps


def answers_worth(raw: int, mitigation: int, *, phase: str = "item1") -> dict[str, Any]:
    """Answers that give exactly so many points: each question the most that still fits."""
    answers: dict[str, Any] = {"projectDetailsPhase": phase}
    for name, wanted in (("raw", raw), ("mitigation", mitigation)):
        for item in SCORED[name]:
            found = figures(answers)
            left = wanted - getattr(found, name) if item["id"] in found.visible else 0
            picked: list[str] = []
            for choice, points in sorted(item["points"].items(), key=lambda pair: -pair[1]):
                if 0 < points <= left and (item["type"] == "checkbox" or not picked):
                    picked.append(choice)
                    left -= points
            if picked:
                answers[item["id"]] = picked if item["type"] == "checkbox" else picked[0]
    found = figures(answers)
    assert (found.raw, found.mitigation) == (raw, mitigation)
    return answers


@pytest.mark.parametrize(("raw", "current"), [(10, 9), (30, 26), (50, 43), (70, 60), (90, 77), (110, 94), (130, 111)])
def test_a_half_is_rounded_upwards(raw: int, current: int) -> None:
    assert shown(scored(answers_worth(raw, 77)))[2] == current


def test_the_cut_needs_sixty_two_points() -> None:
    assert shown(scored(answers_worth(49, 61))) == (49, 61, 49, "II")
    assert shown(scored(answers_worth(100, 62)))[2] == 85


def test_it_is_rounded_before_the_level_is_read() -> None:
    assert shown(scored(answers_worth(49, 62))) == (49, 62, 42, "II")  # 41.65 itself would be level I


@pytest.mark.parametrize(
    ("raw", "level"), [(0, "I"), (41, "I"), (42, "II"), (83, "II"), (84, "III"), (125, "III"), (126, "IV")]
)
def test_levels_begin_just_above_a_quarter_a_half_and_three_quarters(raw: int, level: str) -> None:
    assert shown(scored(answers_worth(raw, 0))) == (raw, 0, raw, level)


def test_the_cut_is_measured_against_one_phase_not_against_both() -> None:
    assert scored(answers_worth(100, 62, phase="item2")).values["mitigated"] is True


def test_answers_of_the_other_phase_are_kept_and_do_not_count() -> None:
    design = answers_worth(100, 77)
    switched = design | {"projectDetailsPhase": "item2"}
    assert shown(scored(switched)) == (100, 0, 100, "III")
    assert "privacy_design_1" in scored(switched).evaluation.answers
    both = switched | answers_worth(0, 77, phase="item2")
    assert shown(scored(both))[1] == 77


def test_a_condition_on_one_choice_does_not_take_a_part_of_its_name_for_it() -> None:
    for choice, follow_up in (
        ("item2-0", "about_system_3a"),
        ("item3-1", "about_system_3b"),
        ("item4-1", "about_system_3c"),
    ):
        visible = scored({"aboutSystem3": choice}).evaluation.visible
        assert {name for name in visible if name.startswith("about_system_3")} == {"about_system_3", follow_up}


def test_free_text_never_scores() -> None:
    texts = {item["id"]: "item1-4" for item in WEIGHTS if item["type"] in ("text", "comment")}
    assert shown(scored(texts))[:2] == (0, 0)


def test_a_choice_the_tool_does_not_know_is_left_out_with_a_note_and_refused_under_our_own_id() -> None:
    found = read_sourced_answers(CANADA, {"impact3": "item9-9"})
    assert (dict(found.answers), len(found.notes)) == ({}, 1)
    with pytest.raises(AnswersError, match="impact_3: 'item9-9' is not one of the choices"):
        read_answers(CANADA, {"impact_3": "item9-9"})


# --- what follows

DUTIES = {
    "I": {"training", "human_quality_assurance", "approval_by_adm"},
    "II": {"peer_review", "gba_plus", "reasons", "training", "human_quality_assurance", "approval_by_adm"},
    "III": {
        "peer_review", "gba_plus", "notice_with_explanation", "reasons", "technical_training", "human_decision",
        "approval_by_deputy_head",
    },
    "IV": {
        "peer_review_by_two", "gba_plus", "notice_with_explanation", "reasons", "technical_training", "human_decision",
        "approval_by_treasury_board",
    },
}  # fmt: skip
ALWAYS = {"publish_assessment", "keep_assessment_current", "notice", "explanation"}


@pytest.mark.parametrize(
    ("raw", "level", "tier"), [(40, "I", "minimal"), (80, "II", "limited"), (120, "III", "high"), (140, "IV", "high")]
)
def test_each_level_has_its_duties_and_its_tier(raw: int, level: str, tier: str) -> None:
    result = scored(answers_worth(raw, 0))
    assert {duty.id for duty in result.duties} == DUTIES[level] | ALWAYS
    assert result.sets["risk_tier"]["value"] == tier
    assert all(duty.refs for duty in result.duties)


def test_a_level_over_open_questions_is_provisional() -> None:
    assert scored({"projectDetailsPhase": "item1"}).is_provisional
    nearly = {item["id"]: _first(item) for item in WEIGHTS if "points" in item}
    assert not scored(nearly).is_provisional


def _first(item: dict[str, Any]) -> Any:
    first = next(iter(item["points"]))
    return [first] if item["type"] == "checkbox" else first
