"""A version owes its evaluations without anybody remembering."""

import pytest

from audits import recorder
from audits.models import Evaluation, Goal, Plan
from audits.services.plans import set_plan
from governance import services
from governance.errors import InvalidError, NotAllowedError
from governance.models import DataSet, DecisionRule, Model, User, Version
from tests.audits.conftest import COLUMNS


def test_registering_a_version_creates_what_it_owes(owed: Evaluation, version: Version, rule: DecisionRule) -> None:
    assert (owed.status, owed.rule, owed.is_extra) == ("waiting", rule, False)
    assert owed.plan is not None
    assert owed.plan.name == "By race"
    assert [entry.event for entry in recorder.history(owed.uid)] == ["evaluation.owed"]


def test_a_plan_made_later_reaches_versions_that_are_there(
    version: Version, data_set: DataSet, goal: Goal, engineer: User
) -> None:
    columns = {"groups": ["race", "sex"], "label": "two_year_recid", "prediction": "flagged"}
    set_plan(model=version.model, name="By race and sex", data_set=data_set, columns=columns, goals=[goal], by=engineer)
    names = Evaluation.objects.owed().filter(version=version).values_list("plan__name", flat=True)
    assert sorted(names) == ["By race", "By race and sex"]


def test_the_same_plan_again_changes_nothing(
    version: Version, data_set: DataSet, goal: Goal, plan: Plan, engineer: User
) -> None:
    same = set_plan(model=version.model, name="By race", data_set=data_set, columns=COLUMNS, goals=[goal], by=engineer)
    assert same == plan
    assert Evaluation.objects.filter(version=version).count() == 1


def test_another_rule_releases_the_old_debt_and_makes_a_new_one(owed: Evaluation, engineer: User) -> None:
    model = owed.version.model
    new = services.set_rule(model=model, name="7 and up", human_action="A judge sees the score.", by=engineer)
    owed.refresh_from_db()
    assert owed.status == "cancelled"
    assert "decision rule was replaced" in owed.error
    assert Evaluation.objects.get(version=owed.version, rule=new).status == "waiting"


def test_a_model_without_a_rule_owes_nothing_until_there_is_one(model: Model, plan: Plan, engineer: User) -> None:
    version, _ = services.register_version(model=model, name="1.0", by=engineer)
    assert not Evaluation.objects.filter(version=version).exists()
    services.set_rule(model=model, name="5 and up", human_action="A judge sees it.", by=engineer)
    assert Evaluation.objects.filter(version=version, status="waiting").count() == 1


def test_a_goal_must_compare_groups_that_the_plan_counts(
    model: Model, data_set: DataSet, goal: Goal, engineer: User
) -> None:
    with pytest.raises(InvalidError, match="race, which the plan does not count"):
        set_plan(
            model=model, name="By sex", data_set=data_set, columns={**COLUMNS, "groups": ["sex"]}, goals=[goal],
            by=engineer,
        )  # fmt: skip
    assert not Plan.objects.filter(name="By sex").exists()


def test_a_stranger_sets_no_plan(model: Model, data_set: DataSet, stranger: User) -> None:
    with pytest.raises(NotAllowedError):
        set_plan(model=model, name="Theirs", data_set=data_set, columns=COLUMNS, by=stranger)
