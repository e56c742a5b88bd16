"""Matrix: published figures with what a goal says of them. Impossibility: what the identity forces."""

import pytest

from evenhand.errors import InputError
from evenhand.fairness.judging.impossibility import impossibility
from evenhand.fairness.plots import Question, impossibility_plot, interval_plot, matrix_plot
from evenhand.fairness.plots.matrix import matrix_columns
from tests.core.fairness.plots import samples


def test_matrix_shows_rate_distance_and_verdict() -> None:
    plot = matrix_plot(samples.compas_result(), ["race"])
    said = samples.texts(plot)
    assert {"44.8%", "+21.4", "58.8%", "23 of 30", "Wrongly flagged"} <= set(said)
    row = plot.table.rows[0]
    at = plot.table.head.index("Wrongly flagged")
    assert row[0] == "African-American"
    assert row[at : at + 4] == ("44.8%", "42.6% to 47.2%", "+21.4", "not met")
    assert "Goal not met for African-American." in plot.alt


def test_only_the_column_with_a_goal_is_judged() -> None:
    columns = {each.metric: each for each in matrix_columns(samples.compas_result().to_json(), ["race"])}
    assert columns["false_positive_rate"].goals == ("alarms",)
    assert columns["accuracy"].goals == ()
    assert {row.state for row in columns["accuracy"].rows} == {"not_judged", "reference", "too_few"}
    assert columns["false_positive_rate"].rows[0].state == "not_met"


def test_matrix_of_metrics_that_were_not_measured_is_refused() -> None:
    with pytest.raises(InputError, match="none of auc by race"):
        matrix_plot(samples.compas_result(), ["race"], metrics=["auc"])


def test_goal_of_a_result_brings_its_line() -> None:
    question = Question.of_goal(samples.compas_result(), "alarms")
    assert question.limit_label == "at most +5"
    plot = interval_plot(samples.compas_result(), question)
    assert "goal: at most +5" in samples.texts(plot)
    assert plot.table.rows[0][-3:] == ("+21.4", "+18.2 to +24.5", "not met")
    with pytest.raises(InputError, match="its goals are alarms"):
        Question.of_goal(samples.compas_result(), "other")


def test_impossibility_shows_what_equal_meaning_and_misses_force() -> None:
    found = impossibility(samples.compas(), "race", positive_predictive_value=0.61, false_negative_rate=0.37)
    plot = impossibility_plot(found)
    forced = {row[0]: row[2:] for row in plot.table.rows}
    assert forced["African-American"] == ("51.4%", "44.8%", "42.7%")  # Chouldechova 2017, on ProPublica's counts
    assert forced["Caucasian"] == ("39.4%", "23.5%", "26.1%")
    assert plot.alt.startswith(found.sentence)
    assert {"42.7%", "26.1%", "as seen"} <= set(samples.texts(plot))


def test_rates_that_cannot_be_are_said_in_words() -> None:
    found = impossibility(samples.compas(), "race", positive_predictive_value=0.2, false_negative_rate=0.05)
    plot = impossibility_plot(found)
    assert "more than 100%, which cannot be" in samples.texts(plot)
    assert "none possible" in {row[-1] for row in plot.table.rows}
