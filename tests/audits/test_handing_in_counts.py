"""Counts made at home fill what is owed, and what contradicts the record is refused."""

from collections.abc import Callable
from typing import Any

import pytest

from audits import recorder
from audits.models import Evaluation, Goal
from audits.services.evaluations import invalidate_evaluation
from audits.services.goals import agree_goal, propose_goal
from audits.services.handing_in import Provenance, hand_in_counts
from audits.services.usage import usage_sentence
from evenhand.errors import InputError
from evenhand.fairness import count
from governance.errors import InvalidError, NotAllowedError
from governance.models import User, Version
from tests.audits.conftest import GOAL, published_counts, result_of, write_rows

Work = Callable[[Evaluation], Evaluation]


def rate(evaluation: Evaluation, race: str, metric: str) -> float:
    group = next(row for row in result_of(evaluation)["groups"] if row["group"] == {"race": race})
    return float(round(100 * group["metrics"][metric]["value"], 2))


def test_counts_fill_the_evaluation_they_are_owed_for(
    version: Version, owed: Evaluation, counts: dict[str, Any], engineer: User, work: Work
) -> None:
    handed = hand_in_counts(version=version, counts=counts, by=engineer)
    assert handed == owed
    assert (handed.status, handed.grade) == ("queued", "declared")
    done = work(handed)
    assert done.status == "completed"
    assert done.verdict == "not_met"
    assert rate(done, "African-American", "false_positive_rate") == 44.85
    assert rate(done, "Caucasian", "false_positive_rate") == 23.45
    assert rate(done, "African-American", "false_negative_rate") == 27.99
    assert rate(done, "Caucasian", "false_negative_rate") == 47.72


def test_the_story_of_an_evaluation_is_on_the_record(
    version: Version, counts: dict[str, Any], engineer: User, work: Work
) -> None:
    done = work(hand_in_counts(version=version, counts=counts, by=engineer))
    story = [entry.event for entry in recorder.history(done.uid)]
    assert story == ["evaluation.owed", "evaluation.handed_in", "evaluation.completed"]


def test_counts_of_a_file_known_by_its_digest_are_graded_as_counted_by_the_client(
    version: Version, engineer: User, tmp_path: Any
) -> None:
    made = count(write_rows(tmp_path / "p.csv"), groups=["race"], label="two_year_recid", prediction="flagged")
    handed = hand_in_counts(version=version, counts=made.to_json(), by=engineer)
    assert (handed.grade, handed.source_name, handed.row_total) == ("client", "p.csv", 6150)
    assert len(handed.source_sha256) == 64


def test_other_groups_make_an_extra_evaluation_and_leave_the_debt(
    version: Version, owed: Evaluation, engineer: User, tmp_path: Any
) -> None:
    path = tmp_path / "sex.csv"
    path.write_text("sex,y,p\n" + "f,1,1\nm,0,1\nf,0,0\nm,1,0\n" * 40)
    made = count(path, groups=["sex"], label="y", prediction="p")
    extra = hand_in_counts(version=version, counts=made.to_json(), by=engineer)
    owed.refresh_from_db()
    assert (extra.is_extra, extra.plan, owed.status) == (True, None, "waiting")


def test_a_threshold_that_contradicts_the_rule_is_refused(version: Version, engineer: User, tmp_path: Any) -> None:
    path = tmp_path / "scores.csv"
    path.write_text("race,two_year_recid,score\n" + "a,1,7\nb,0,3\na,0,6\nb,1,2\n" * 40)
    made = count(path, groups=["race"], label="two_year_recid", score="score", threshold=6, score_range=(1, 10))
    with pytest.raises(InvalidError, match="6 contradicts the decision rule 5 and up, which sets 5"):
        hand_in_counts(version=version, counts=made.to_json(), by=engineer)
    assert not Evaluation.objects.exclude(status="waiting").exists()


def test_a_control_total_must_reconcile(version: Version, counts: dict[str, Any], engineer: User) -> None:
    with pytest.raises(InvalidError, match="6,150 rows but the control total is 6,151"):
        hand_in_counts(version=version, counts=counts, by=engineer, provenance=Provenance(control_total=6151))
    handed = hand_in_counts(version=version, counts=counts, by=engineer, provenance=Provenance(control_total=6150))
    assert handed.control_total == handed.row_total == 6150


def test_counts_that_do_not_add_up_are_refused_whole(version: Version, counts: dict[str, Any], engineer: User) -> None:
    counts["cells"][0][3] += 1
    with pytest.raises(InputError, match="add up to 6151"):
        hand_in_counts(version=version, counts=counts, by=engineer)


def test_evidence_that_comes_again_replaces_and_says_how_often_it_was_used(
    version: Version, counts: dict[str, Any], engineer: User, work: Work
) -> None:
    first = work(hand_in_counts(version=version, counts=counts, by=engineer))
    again = work(hand_in_counts(version=version, counts=counts, by=engineer))
    assert again.replaces == first
    assert first.replaced_by == again
    assert list(Evaluation.objects.of_record().filter(version=version)) == [again]
    assert usage_sentence(first) == "This data was not used on this model before."
    assert usage_sentence(again) == f"This data was used once before on this model: {first.label}."


def test_a_goal_agreed_after_the_data_judges_again_and_is_marked(
    version: Version, counts: dict[str, Any], engineer: User, compliance: User, work: Work, plan: Any
) -> None:
    first = work(hand_in_counts(version=version, counts=counts, by=engineer))
    assert [goal["agreed_before"] for goal in first.goals] == [True]
    late = propose_goal(
        model=version.model, document={**GOAL, "id": "misses", "metric": "false_negative_rate"}, name="Equal misses",
        by=engineer,
    )  # fmt: skip
    plan.goals.add(late)
    agree_goal(goal=late, by=compliance)
    again = Evaluation.objects.get(replaces=first)
    assert (again.status, again.handed_in_at) == ("queued", first.handed_in_at)
    done = work(again)
    assert {goal["name"]: goal["agreed_before"] for goal in done.goals} == {
        "Equal false alarms": True,
        "Equal misses": False,
    }


def test_handing_the_same_data_in_again_does_not_make_a_late_goal_early(
    version: Version, counts: dict[str, Any], engineer: User, compliance: User, work: Work, plan: Any
) -> None:
    work(hand_in_counts(version=version, counts=counts, by=engineer))
    late = propose_goal(
        model=version.model, document={**GOAL, "id": "misses", "metric": "false_negative_rate"}, name="Late",
        by=engineer,
    )  # fmt: skip
    plan.goals.add(late)
    agree_goal(goal=late, by=compliance)
    again = work(hand_in_counts(version=version, counts=counts, by=engineer))
    assert {goal["name"]: goal["agreed_before"] for goal in again.goals}["Late"] is False


def test_without_an_agreed_goal_it_is_counted_and_has_no_verdict(
    version: Version, goal: Goal, counts: dict[str, Any], engineer: User, work: Work, plan: Any
) -> None:
    plan.goals.clear()
    done = work(hand_in_counts(version=version, counts=counts, by=engineer))
    assert (done.status, done.verdict, done.goals) == ("completed", "", [])
    assert result_of(done)["groups"]


def test_an_invalidated_evaluation_stays_and_is_no_longer_of_record(
    version: Version, counts: dict[str, Any], engineer: User, compliance: User, work: Work
) -> None:
    done = work(hand_in_counts(version=version, counts=counts, by=engineer))
    with pytest.raises(NotAllowedError):
        invalidate_evaluation(evaluation=done, reason="Wrong year", by=engineer)
    invalidate_evaluation(evaluation=done, reason="Wrong year", by=compliance)
    assert not Evaluation.objects.of_record().filter(version=version).exists()
    assert Evaluation.objects.get(pk=done.pk).error == "Wrong year"


def test_others_hand_nothing_in(version: Version, stranger: User, auditor: User) -> None:
    for person in (stranger, auditor):
        with pytest.raises(NotAllowedError):
            hand_in_counts(version=version, counts=published_counts(), by=person)
