"""Every page of audits: shown to those who may see it, 404 to everybody else."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audits.models import Audit, Evaluation, Goal, Plan, Report
from audits.services.audits import conclude_audit, open_audit
from audits.services.goals import propose_goal
from audits.services.handing_in import hand_in_counts
from audits.services.reports import request_report
from governance.models import User, Version
from tests.audits.conftest import GOAL

Work = Callable[[Evaluation], Evaluation]


@pytest.fixture
def done(version: Version, counts: dict[str, Any], engineer: User, work: Work) -> Evaluation:
    return work(hand_in_counts(version=version, counts=counts, by=engineer))


@pytest.fixture
def audit(done: Evaluation, compliance: User) -> Audit:
    return open_audit(
        version=done.version,
        title="Yearly audit",
        scope="Error rates by race.",
        tested_on=datetime.date(2026, 1, 5),
        by=compliance,
    )


@pytest.fixture
def report(audit: Audit, compliance: User) -> Report:
    conclude_audit(audit=audit, conclusion="The goal is not met.", by=compliance)
    return request_report(audit=audit, by=compliance)


@pytest.fixture
def pages(report: Report, done: Evaluation) -> dict[str, str]:
    """Each page with a sentence that only those who may see the row may read."""
    model = done.version.model.uid
    return {
        reverse("audits:evaluation-detail", args=[done.uid]): "45 of 100",
        reverse("audits:fairness", args=[done.uid]): "Why not every goal at once",
        reverse("audits:evaluation-file", args=[done.uid]): "African-American",
        reverse("audits:goal-list", args=[model]): "Equal false alarms",
        reverse("audits:audit-detail", args=[report.audit.uid]): "The goal is not met.",
        reverse("audits:report-detail", args=[report.uid]): "Report AR-1",
        reverse("audits:report-job", args=[report.uid]): "Report AR-1",
        reverse("governance:version-detail", args=[done.version.uid]): "45 of 100",
        reverse("governance:system-detail", args=[done.version.model.system.uid]): "Yearly audit",
    }


LISTS = ("evaluation-list", "audit-list", "report-list")


def test_the_team_reads_every_page(client_of: Callable[[User], Client], auditor: User, pages: dict[str, str]) -> None:
    client = client_of(auditor)
    for path, sentence in pages.items():
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert sentence in answer.content.decode(), path


def test_strangers_and_other_teams_see_nothing(
    client_of: Callable[[User], Client], stranger: User, pages: dict[str, str]
) -> None:
    for client in (client_of(stranger), Client()):
        for path, sentence in pages.items():
            answer = client.get(path)
            assert answer.status_code in (404, 302), path
            assert sentence not in answer.content.decode(), path
    for name in LISTS:
        body = client_of(stranger).get(reverse(f"audits:{name}")).content.decode()
        assert "Yearly audit" not in body
        assert "General score" not in body


def test_lists_show_what_there_is(client_of: Callable[[User], Client], auditor: User, report: Report) -> None:
    client = client_of(auditor)
    for name, words in zip(LISTS, ("E-1: General score 2.1", "Yearly audit", "AR-1"), strict=True):
        assert words in client.get(reverse(f"audits:{name}")).content.decode()


def test_a_failed_evaluation_says_why_on_its_page(
    client_of: Callable[[User], Client], owed: Evaluation, engineer: User
) -> None:
    Evaluation.objects.filter(pk=owed.pk).update(status="failed", error="Column 'race' holds 4 empty cells.")
    body = client_of(engineer).get(reverse("audits:evaluation-detail", args=[owed.uid])).content.decode()
    assert "Column &#x27;race&#x27; holds 4 empty cells." in body


def test_a_goal_is_proposed_and_agreed_in_the_browser(
    client_of: Callable[[User], Client], version: Version, engineer: User, compliance: User
) -> None:
    form = {
        "name": "Equal misses", "metric": "false_negative_rate", "by": "race", "kind": "difference",
        "side": "two_sided", "threshold": "0.05", "reference": "race=Caucasian", "why": "Misses matter too.",
    }  # fmt: skip
    propose = reverse("audits:goal-propose", args=[version.model.uid])
    assert client_of(engineer).post(propose, form).status_code == 302
    goal = Goal.objects.get(name="Equal misses")
    assert goal.document["reference"] == {"race": "Caucasian"}
    agree = reverse("audits:goal-agree", args=[goal.uid])
    client_of(engineer).post(agree)
    goal.refresh_from_db()
    assert goal.status == "proposed"
    client_of(compliance).post(agree)
    goal.refresh_from_db()
    assert (goal.status, goal.agreed_by) == ("agreed", compliance)


def test_what_was_typed_is_kept_when_a_goal_is_refused(
    client_of: Callable[[User], Client], version: Version, engineer: User
) -> None:
    form = {"name": "Odd", "metric": "accuracy", "by": "race", "kind": "difference", "side": "at_most",
            "threshold": "7", "why": "A reason to keep."}  # fmt: skip
    answer = client_of(engineer).post(reverse("audits:goal-propose", args=[version.model.uid]), form)
    assert answer.status_code == 422
    assert "A reason to keep." in answer.content.decode()


def test_a_plan_is_set_in_the_browser(
    client_of: Callable[[User], Client], version: Version, goal: Goal, data_set: Any, engineer: User
) -> None:
    form = {"name": "By sex", "data_set": str(data_set.uid), "groups": "race, sex", "label": "y", "prediction": "p",
            "goals": [str(goal.uid)]}  # fmt: skip
    assert client_of(engineer).post(reverse("audits:plan-set", args=[version.model.uid]), form).status_code == 302
    assert Plan.objects.get(name="By sex").columns == {"groups": ["race", "sex"], "label": "y", "prediction": "p"}


def test_an_audit_is_opened_concluded_and_its_report_asked_for(
    client_of: Callable[[User], Client], done: Evaluation, compliance: User
) -> None:
    client, version = client_of(compliance), done.version
    form = {"version": str(version.uid), "title": "First audit", "kind": "internal_audit", "tested_on": "2026-02-01",
            "scope": "Everything."}  # fmt: skip
    opened = client.post(reverse("audits:audit-open", args=[version.model.system.uid]), form)
    audit = Audit.objects.get(title="First audit")
    assert opened["Location"] == reverse("audits:audit-detail", args=[audit.uid])
    assert "claimed: entered on" in client.get(opened["Location"]).content.decode()
    client.post(reverse("audits:audit-conclude", args=[audit.uid]), {"conclusion": "Not met.", "next_on": "2027-02-01"})
    audit.refresh_from_db()
    assert (audit.state, audit.next_on) == ("concluded", datetime.date(2027, 2, 1))
    client.post(reverse("audits:report-request", args=[audit.uid]))
    assert Report.objects.get(audit=audit).status == "queued"


def test_home_says_what_waits_and_for_whom(
    client_of: Callable[[User], Client], version: Version, engineer: User, compliance: User, auditor: User
) -> None:
    propose_goal(model=version.model, document={**GOAL, "id": "misses", "name": "Equal misses"}, by=engineer)
    home = reverse("governance:home")
    assert "Agree the goal Equal misses" in client_of(compliance).get(home).content.decode()
    assert "Agree the goal" not in client_of(engineer).get(home).content.decode()
    assert "hand in counts or predictions" in client_of(engineer).get(home).content.decode()
    assert "hand in counts or predictions" not in client_of(auditor).get(home).content.decode()


def test_the_search_finds_by_number_and_digest_only_for_the_team(
    client_of: Callable[[User], Client], done: Evaluation, auditor: User, stranger: User
) -> None:
    search = reverse("governance:search")
    for text in ("E-1", done.counts_sha256[:16]):
        assert "E-1 of General score 2.1" in client_of(auditor).get(search, {"q": text}).content.decode()
        assert "E-1 of General score 2.1" not in client_of(stranger).get(search, {"q": text}).content.decode()


def test_a_rule_s_threshold_is_a_number_on_the_page(
    client_of: Callable[[User], Client], owed: Evaluation, engineer: User
) -> None:
    assert owed.rule.threshold == Decimal(5)
    body = client_of(engineer).get(reverse("audits:evaluation-detail", args=[owed.uid])).content.decode()
    assert "5 and up" in body
    assert "waits for data" in body
