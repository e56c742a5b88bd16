"""The fairness page: other groups, another reference, another threshold, and nothing of it on the record."""

import re
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from django.test import Client
from django.urls import reverse

from audits.models import Evaluation
from audits.models.records import Entry
from audits.services.handing_in import hand_in_counts
from evenhand.fairness import count
from governance.models import User, Version

Work = Callable[[Evaluation], Evaluation]
Open = Callable[..., str]

# race, sex -> for people without and with the outcome, how many have each score
SCORES = {
    ("African-American", "Female"): ({2: 62, 5: 30, 8: 8}, {2: 10, 5: 30, 8: 60}),
    ("African-American", "Male"): ({2: 50, 5: 40, 8: 10}, {2: 10, 5: 20, 8: 70}),
    ("Caucasian", "Female"): ({2: 150, 5: 40, 8: 10}, {2: 20, 5: 40, 8: 40}),
    ("Caucasian", "Male"): ({2: 160, 5: 30, 8: 10}, {2: 30, 5: 30, 8: 40}),
    ("Other", "Male"): ({2: 6, 5: 3}, {8: 4}),
}


def scored_counts() -> dict[str, Any]:
    rows = [
        {"race": race, "sex": sex, "y": label, "decile": score}
        for (race, sex), both in SCORES.items()
        for label, scores in enumerate(both)
        for score, n in scores.items()
        for _ in range(n)
    ]
    counts = count(
        pl.DataFrame(rows), groups=["race", "sex"], label="y", score="decile", threshold=5, score_range=(1, 10)
    )
    return counts.to_json()


@pytest.fixture
def published(version: Version, counts: dict[str, Any], engineer: User, work: Work) -> Evaluation:
    return work(hand_in_counts(version=version, counts=counts, by=engineer))


@pytest.fixture
def scored(version: Version, engineer: User, work: Work) -> Evaluation:
    done = work(hand_in_counts(version=version, counts=scored_counts(), by=engineer))
    assert done.status == "completed", done.error
    return done


@pytest.fixture
def opened(client_of: Callable[[User], Client], auditor: User) -> Open:
    def read(evaluation: Evaluation, **asked: str) -> str:
        answer = client_of(auditor).get(reverse("audits:fairness", args=[evaluation.uid]), asked)
        assert answer.status_code == 200
        body = answer.content.decode()
        return re.sub(r"\s+", " ", re.sub(r"<(?!/?svg)[^>]+>", " ", body.split('id="explored"')[1]))

    return read


def test_page_shows_the_matrix_with_the_verdicts_of_the_record(opened: Open, published: Evaluation) -> None:
    body = opened(published)
    assert "44.8% +21.4" in body
    assert "goal not met" in body
    assert "What another threshold would do" not in body  # no score was counted


def test_base_rates_that_differ_are_said_in_people_and_forced_rates_follow(opened: Open, published: Evaluation) -> None:
    body = opened(published)
    assert "Of 100 African-American people in this data 51 have the outcome, of 100 Caucasian people 39." in body
    # 1,874 of 3,028 flags are right and 993 of 2,867 with the outcome are missed, set equal; base rates stay.
    right, missed = 1874 / 3028, 993 / 2867
    forced = [100 * base / (1 - base) * (1 - right) / right * (1 - missed) for base in (1901 / 3696, 966 / 2454)]
    assert f"African-American 51.4% {forced[0]:.1f}% Caucasian 39.4% {forced[1]:.1f}%" in body


def test_groups_are_crossed_and_compared_with_everyone(opened: Open, scored: Evaluation) -> None:
    body = opened(scored, by="race", **{"and": "sex"}, against="overall")
    # 50 of 100 African-American men without the outcome are flagged; of everyone 181 of 609
    assert f"50.0% +{100 * (50 / 100 - 181 / 609):.1f}" in body
    assert "African-American, Male" in body
    assert "9 of 30" in body  # Other men without the outcome: too few, so no rate


def test_another_confidence_draws_wider_intervals(opened: Open, scored: Evaluation) -> None:
    intervals = [
        re.findall(r"interval ([\d.]+)% to ([\d.]+)%", opened(scored, confidence=each)) for each in ("0.9", "0.99")
    ]
    for narrow, wide in zip(*intervals, strict=True):
        assert float(wide[0]) <= float(narrow[0]) <= float(narrow[1]) <= float(wide[1])
    assert intervals[0] != intervals[1]


def test_another_threshold_is_tried(opened: Open, scored: Evaluation) -> None:
    body = opened(scored, at="8")
    assert "At 8 or more" in body
    # without the outcome and flagged: 20 of 400 and 18 of 200; with it and missed: 120 and 70 of 200
    assert "Caucasian 5.0% 60.0% " in body
    assert "African-American 9.0% 35.0% " in body
    assert "At 5 or more" in opened(scored)  # the threshold in force


def test_a_trial_says_at_which_thresholds_a_goal_would_be_met(opened: Open, scored: Evaluation) -> None:
    # 4 points apart from 8 on, where 5 are agreed; 22 points from 5 on
    assert "Equal false alarms would be met at a threshold of 8" in opened(scored)


@pytest.mark.parametrize(
    "asked",
    [{"by": "age"}, {"and": "race"}, {"against": "<script>"}, {"confidence": "7"}, {"at": "nan"}, {"at": "1e400"}],
)
def test_unknown_choices_fall_back(opened: Open, scored: Evaluation, asked: dict[str, str]) -> None:
    assert opened(scored, **asked) == opened(scored)


def test_trying_out_leaves_nothing_behind(opened: Open, scored: Evaluation) -> None:
    before = (Entry.objects.count(), Evaluation.objects.values().get(pk=scored.pk))
    opened(scored, by="sex", at="8", against="overall", confidence="0.99")
    assert (Entry.objects.count(), Evaluation.objects.values().get(pk=scored.pk)) == before


def test_without_counts_there_is_no_page(client_of: Callable[[User], Client], owed: Evaluation, auditor: User) -> None:
    assert client_of(auditor).get(reverse("audits:fairness", args=[owed.uid])).status_code == 404


def test_evaluation_leads_to_it(client_of: Callable[[User], Client], published: Evaluation, auditor: User) -> None:
    body = client_of(auditor).get(reverse("audits:evaluation-detail", args=[published.uid])).content.decode()
    assert reverse("audits:fairness", args=[published.uid]) in body
