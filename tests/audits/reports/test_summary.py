"""The summary says what it is, how many people, the goals, the verdicts and what was not tested."""

from dataclasses import replace

from audits.services.report_summary import headline_of, summary_of
from evenhand.fairness import FairnessGoal, evaluate
from tests.audits.reports import builders


def test_summary_of_the_published_case_says_all_five_things() -> None:
    content = builders.report_content()
    text = " ".join(summary_of(content))
    assert "This report is about Decile score, version 2.1, in Pretrial risk." in text
    assert "It was tested on 7,214 people from ProPublica, published table (E-1, declared)." in text
    assert "1 fairness goal was agreed. Not met: Equal false alarms. That was before results were known." in text
    assert "Not tested: any other version, decision rule or data." in text
    assert "Outside this audit: Sentencing." in text
    assert "E-2 failed, so it shows nothing." in text
    assert "The conclusion of audit AU-1: The goal is not met. The next audit is due on 20 May 2027." in text


def test_headline_is_the_finding_of_the_gravest_goal() -> None:
    headline = headline_of(builders.report_content())
    assert (headline.state, headline.word) == ("not_met", "A goal is not met")
    assert "45 of 100 African-American" in headline.sentence


def test_goal_agreed_after_results_is_said_to_be() -> None:
    goal = builders.goal()
    late = replace(goal, agreement=replace(goal.agreement, before_results=False))
    text = " ".join(summary_of(builders.report_content(goals=(late,))))
    assert "Agreed only after results were known: Equal false alarms." in text
    assert "before results" not in text


def test_groups_too_small_for_a_goal_are_named() -> None:
    strict = {**builders.FALSE_ALARMS, "min_denominator": 700, "min_group": 700}
    goals = [FairnessGoal.from_dict(strict)]
    result = evaluate(builders.compas_counts(), goals=goals, **builders.OPTIONS).to_json()
    evaluation = replace(builders.completed_evaluation(), goals=(strict,), result=result)
    content = builders.report_content(goals=(replace(builders.goal(), document=strict),), evaluations=(evaluation,))
    assert "Too few people to judge: all others." in " ".join(summary_of(content))


def test_version_without_goals_and_evaluations_promises_nothing() -> None:
    content = builders.report_content(goals=(), evaluations=(), assessments=(), audit=None)
    assert headline_of(content).state == "none"
    text = " ".join(summary_of(content))
    for said in (
        "It has not been tested: no evaluation of record is complete.",
        "No fairness goal was agreed, so nothing here is a verdict on fairness.",
        "No impact assessment of this system is on the record.",
    ):
        assert said in text
