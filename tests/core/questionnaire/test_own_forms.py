"""Our own forms as shipped: screening, fairness goal, incident and end-user feedback."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from evenhand.fairness.judging.goals import FairnessGoal
from evenhand.fairness.judging.presets import presets
from evenhand.questionnaire.answers import read_answers
from evenhand.questionnaire.parsing import load_framework, warnings_of
from evenhand.questionnaire.schema import Question, QuestionType
from evenhand.questionnaire.scoring import Result, score
from evenhand.questionnaire.texts import Text

SCREENING, GOAL = load_framework("screening"), load_framework("fairness-goal")
INCIDENT, FEEDBACK = load_framework("incident"), load_framework("end-user-feedback")
OURS = (SCREENING, GOAL, INCIDENT, FEEDBACK)

MINIMAL: dict[str, Any] = {
    "purpose": "Sorts incoming mail by topic so that it reaches the right desk sooner.",
    "method": "learned",
    "simpler": {"state": "would_not_do", "tried": "A list of words sent every fourth letter to the wrong desk."},
    "affected": "Staff at the mail desk.",
    "role": "none_",
    "effect": "small",
    "areas": ["none_"],
    "personal_data": "none_",
    "places": ["eu"],
    "consulted": {"groups": ["users"], "what": "They wanted a desk for letters that fit nowhere."},
}
GOAL_ANSWERS: dict[str, Any] = {
    "view": "person",
    "harm": {"kind": "allocative", "who": "Applicants who would pay back."},
    "selected_means": "benefit",
    "metric": "equal_opportunity_difference",
    "outcome_seen": "all",
    "mark": {"kind": "difference", "side": "two_sided", "threshold": 0.05, "reference": "all_pairs"},
}


def screened(**changes: Any) -> Result:
    return score(SCREENING, read_answers(SCREENING, {**MINIMAL, **changes}))


def follow_ups(result: Result) -> set[str]:
    return {item.framework for item in result.follow_ups}


def checks(result: Result) -> set[str]:
    return {check.id for check in result.checks}


@pytest.mark.parametrize("framework", OURS, ids=lambda framework: framework.id)
def test_each_form_is_without_doubts_and_computes_everything_from_nothing(framework: Any) -> None:
    result = score(framework, {})
    assert warnings_of(framework) == ()
    assert [item for item in result.not_computed if not item.is_waiting] == []
    assert set(result.outcomes.values()) == {None}
    assert (result.duties, result.follow_ups, result.checks) == ((), (), ())
    assert [item.id for item in result.not_computed] == []


def test_three_forms_may_be_open_several_times_and_the_screening_once() -> None:
    assert [framework.repeats for framework in OURS] == [False, True, True, True]


# --- screening


def test_a_system_of_minimal_risk_ends_here_with_its_tier() -> None:
    result = screened()
    assert (result.outcomes["result"], result.missing, result.follow_ups) == ("minimal", (), ())
    assert result.sets["risk_tier"]["value"] == "minimal"


def every_path() -> Iterator[dict[str, Any]]:
    for method, role, effect, data, area, place in product(
        ("rules", "learned", "generative", "unknown_method"),
        ("none_", "prepares", "decides", "unsure"),
        ("none_", "small", "serious", "unsure"),
        ("none_", "ordinary", "sensitive", "unsure"),
        ("none_", "talks", "hiring", "unsure"),
        ("eu", "canada_federal", "new_york_city", "elsewhere"),
    ):
        yield {
            "method": method, "role": role, "effect": effect, "personal_data": data, "areas": [area], "places": [place],
        }  # fmt: skip


def test_on_every_path_a_minimal_system_sees_at_most_twelve_questions() -> None:
    seen: dict[str, set[int]] = {}
    for path in every_path():
        result = screened(**path)
        outcome = str(result.outcomes["result"])
        assert outcome in {"further", "minimal", "not_ai"}
        assert (outcome == "further") == bool(result.follow_ups)
        assert bool(result.sets) == (outcome == "minimal")
        assert result.not_computed == ()
        seen.setdefault(outcome, set()).add(len(result.evaluation.visible_questions()))
    assert seen == {"minimal": {11, 12}, "not_ai": {10, 11}, "further": {10, 11, 12, 13}}


def test_no_path_to_minimal_leaves_a_weighty_answer_behind() -> None:
    for path in every_path():
        if screened(**path).outcomes["result"] == "minimal":
            assert path["effect"] in ("none_", "small")
            assert path["areas"][0] in ("none_", "talks")
            assert path["personal_data"] in ("none_", "ordinary")


def words_shown(question: Question) -> int:
    texts = [question.prompt, question.help, question.why, question.who]
    texts += [text for choice in question.choices for text in (choice.label, choice.help)]
    return sum(len(str(text).split()) for text in texts) + sum(words_shown(part) for part in question.questions)


def boxes(question: Question) -> list[Question]:
    return [box for part in question.questions for box in boxes(part)] if question.questions else [question]


def test_a_minimal_system_takes_a_quarter_of_an_hour() -> None:
    """At 200 words a minute, a minute and a half for each text to write and 20 seconds for each choice."""
    longest = screened(role="prepares", places=["elsewhere"])
    assert longest.outcomes["result"] == "minimal"
    shown = longest.evaluation.visible_questions()
    writing = (QuestionType.LONGTEXT, QuestionType.TEXT)
    boxes_shown = [box for question in shown for box in boxes(question)]
    seconds = sum(words_shown(question) for question in shown) * 60 / 200
    seconds += sum(90 if box.type in writing else 20 for box in boxes_shown if box.prefill is None)
    assert 5 * 60 < seconds <= 15 * 60


def test_something_simpler_stops_it_whatever_else_is_said() -> None:
    result = screened(simpler={"state": "would_do", "tried": "A form with a list."}, effect="grave", areas=["hiring"])
    assert (result.outcomes["result"], result.follow_ups, result.sets) == ("stop", (), {})


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"method": "generative"}, {"eu-ai-act"}),
        ({"areas": ["talks"]}, {"eu-ai-act"}),
        ({"areas": ["talks"], "places": ["elsewhere"]}, set()),
        (
            {"places": ["canada_federal"], "role": "decides", "method": "rules"},
            {"canada-aia"},
        ),
        (
            {"places": ["uk"], "role": "decides", "personal_data": "ordinary"},
            {"gdpr-automated-decisions", "iso-42005-record"},
        ),
        (
            {"places": ["new_york_city"], "areas": ["hiring"], "role": "prepares"},
            {"nyc-local-law-144", "nist-ai-rmf", "iso-42005-record", "fairness-goal"},
        ),
        (
            {"role": "prepares", "effect": "serious", "personal_data": "ordinary"},
            {"eu-ai-act", "gdpr-automated-decisions", "nist-ai-rmf", "iso-42005-record", "fairness-goal"},
        ),
        ({"effect": "unsure", "places": ["elsewhere"]}, {"nist-ai-rmf", "iso-42005-record"}),
    ],
)
def test_which_others_apply(changes: dict[str, Any], expected: set[str]) -> None:
    result = screened(**changes)
    assert follow_ups(result) == expected
    assert all(len(str(item.why)) > 40 for item in result.follow_ups)


def test_those_it_fails_count_more_than_the_usual_case() -> None:
    rows = [{"who": "Blind staff", "how": "Scanned pages are never sorted.", "how_bad": "serious"}]
    result = screened(fails=rows)
    assert (result.outcomes["result"], "worse_for_some" in checks(result)) == ("further", True)
    assert "remedy" in result.evaluation.visible
    assert screened(fails=[{**rows[0], "how_bad": "small"}]).outcomes["result"] == "minimal"


def test_nobody_asked_and_a_forbidden_use_are_pointed_out() -> None:
    result = screened(consulted={"groups": ["nobody"]}, areas=["forbidden"])
    assert "nobody_asked" in checks(result)
    assert "ask_legal_first" in {duty.id for duty in result.duties}
    assert result.missing == ()


def texts_of(value: Any) -> Iterator[Text]:
    if isinstance(value, Text):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from texts_of(item)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            if not name.startswith("_") and name not in ("evaluation", "plan"):
                yield from texts_of(getattr(value, name))


def test_the_screening_is_complete_in_french_and_the_others_have_french_titles() -> None:
    shown = [text for text in texts_of(SCREENING) if text]
    assert len(shown) > 130
    assert [str(text) for text in shown if set(text.languages) != {"en", "fr"}] == []
    for framework in OURS:
        for title in (framework.title, *(section.title for section in framework.sections)):
            assert not title.localized("fr").is_fallback


# --- fairness goal


def agreed(**changes: Any) -> Result:
    return score(GOAL, read_answers(GOAL, {**GOAL_ANSWERS, **changes}))


def test_every_metric_offered_is_one_a_goal_can_name_and_every_preset_is_offered() -> None:
    offered = set(GOAL.question("metric").choices_by_id) - {"other", "reported_only"}
    for metric in offered:
        is_ratio = "mark" in agreed(metric=metric).evaluation.visible and metric.endswith("_ratio")
        kind, threshold = ("ratio", 0.8) if is_ratio else ("difference", 0.05)
        goal = FairnessGoal.from_dict(
            {"id": "g", "metric": metric, "by": "sex", "kind": kind, "threshold": threshold, "side": "two_sided"}
        )
        assert goal.metric == metric
    assert {fields["metric"] for each in presets().values() for fields in each.fields} <= offered


def test_every_metric_belongs_to_one_family() -> None:
    families = ("about_selection", "about_mistakes", "about_meaning", "about_quality")
    for metric in set(GOAL.question("metric").choices_by_id) - {"other", "reported_only"}:
        values = agreed(metric=metric).values
        assert sum(values[family] is True for family in families) == 1


@pytest.mark.parametrize(
    ("view", "metric", "fit"),
    [
        ("person", "equal_opportunity_difference", "fits"),
        ("person", "false_positive_rate", "fits"),
        ("person", "predictive_parity_difference", "does_not_fit"),
        ("decision_maker", "predictive_parity_difference", "fits"),
        ("decision_maker", "calibration_error", "fits"),
        ("decision_maker", "impact_ratio", "does_not_fit"),
        ("public", "impact_ratio", "fits"),
        ("public", "equalized_odds_difference", "does_not_fit"),
        ("public", "accuracy_equality_difference", "does_not_fit"),
        ("public", "reported_only", "reported"),
        ("public", "other", "own"),
    ],
)
def test_whether_the_metric_answers_the_view(view: str, metric: str, fit: str) -> None:
    result = agreed(view=view, metric=metric)
    assert result.outcomes["fit"] == fit
    warned = {"view_of_the_person", "view_of_the_decision_maker", "view_of_the_public", "accuracy_and_allocation"}
    assert bool(checks(result) & warned) == (fit == "does_not_fit")


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"harm": {"kind": "quality_of_service"}, "metric": "impact_ratio"}, "shares_and_service"),
        ({"harm": {"kind": "representational"}}, "showing_people"),
        ({"selected_means": "burden"}, "burden_and_found"),
        ({"metric": "false_positive_rate"}, "benefit_and_wrongly_selected"),
        ({"outcome_seen": "selected"}, "outcome_of_the_selected_only"),
        ({"outcome_seen": "nobody"}, "no_outcome"),
        ({"metric": "impact_ratio"}, "ratio_metric"),
        ({"mark": {"kind": "ratio", "threshold": 0.8}}, "difference_metric"),
        ({"mark": {"kind": "difference", "threshold": 5}}, "margin_too_wide"),
        ({"mark": {"kind": "difference", "side": "two_sided", "threshold": -0.1}}, "margin_below_nothing"),
        ({"rejected": [{"metric": "equal_opportunity_difference"}]}, "chosen_and_rejected"),
        ({"groups": [{"attribute": "origin", "known": "inferred"}]}, "guessed_groups"),
        ({"asked_communities": {"state": "not_asked"}}, "communities_not_asked"),
        ({"label": {"differs": "not_tested"}}, "label_not_tested"),
    ],
)
def test_answers_that_do_not_go_together_are_pointed_out(changes: dict[str, Any], check: str) -> None:
    assert checks(agreed()) == set()
    assert check in checks(agreed(**changes))


def test_each_of_the_five_is_asked_how_and_when() -> None:
    for who in ("technical", "legal", "product", "communities", "users"):
        result = agreed(**{f"asked_{who}": {"state": "asked"}})
        missing = {item.path for item in result.missing if item.question == f"asked_{who}"}
        assert missing == {f"asked_{who}.how", f"asked_{who}.when", f"asked_{who}.said"}
        assert f"asked_{who}.why_not" in agreed(**{f"asked_{who}": {"state": "not_asked"}}).evaluation.visible


def test_a_figure_that_is_only_reported_needs_no_mark_but_a_reason() -> None:
    visible = agreed(metric="reported_only").evaluation.visible
    assert ("mark" in visible, "not_judged_why" in visible) == (False, True)


# --- incident


def reported(**changes: Any) -> Result:
    answers = {"harms": ["health"], "link": "likely", "eu_high_risk": "yes", "our_role": "provider", **changes}
    return score(INCIDENT, read_answers(INCIDENT, answers))


@pytest.mark.parametrize(
    ("changes", "within", "duty"),
    [
        ({}, "fifteen_days", "report_15"),
        ({"harms": ["rights"]}, "fifteen_days", "report_15"),
        ({"harms": ["death", "health"]}, "ten_days", "report_10"),
        ({"harms": ["death", "infrastructure"]}, "two_days", "report_2"),
        ({"harms": ["widespread"]}, "two_days", "report_2"),
        ({"eu_high_risk": "unsure"}, "fifteen_days", "report_15"),
        ({"harms": ["money"]}, "none_", None),
        ({"link": "ruled_out"}, "none_", None),
        ({"eu_high_risk": "no"}, "none_", None),
    ],
)
def test_the_clock_of_article_73(changes: dict[str, Any], within: str, duty: str | None) -> None:
    result = reported(**changes)
    duties = {item.id for item in result.duties}
    assert result.outcomes["report_within"] == within
    assert duties & {"report_2", "report_10", "report_15"} == ({duty} if duty else set())


def test_a_deployer_tells_the_provider_and_does_not_report_first() -> None:
    assert {item.id for item in reported(our_role="deployer").duties} == {"tell_provider"}


def test_days_that_cannot_be_and_a_blind_goal_are_seen() -> None:
    times = {"began_on": "2026-11-20", "noticed_on": "2026-11-19", "ended_on": "2026-11-18"}
    result = reported(times=times, doubts=["goal_blind"])
    assert {"order_of_days", "end_before_begin"} <= checks(result)
    assert follow_ups(result) == {"fairness-goal"}


# --- feedback


def test_feedback_is_short_and_becomes_an_incident_where_it_must() -> None:
    answers: dict[str, Any] = {"kind": "contest", "weight": "serious", "looked": {"state": "changed"}}
    result = score(FEEDBACK, read_answers(FEEDBACK, answers))
    assert len(FEEDBACK.questions) <= 12
    assert (result.outcomes["result"], follow_ups(result)) == ("incident", {"incident"})
    calm = score(FEEDBACK, read_answers(FEEDBACK, {**answers, "weight": "small", "looked": {"state": "open"}}))
    assert (calm.outcomes["result"], calm.duties, calm.follow_ups) == ("waiting", (), ())


def test_a_contested_result_that_matters_is_owed_a_person_and_a_reason() -> None:
    answers = {"kind": "contest", "weight": "serious", "looked": {"state": "open"}}
    duties = {duty.id for duty in score(FEEDBACK, read_answers(FEEDBACK, answers)).duties}
    assert duties == {"person_looks", "explain"}
