"""Campaigns: owners confirm or hand in by a date, are chased, and one page shows who has not."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from assessments import services
from assessments.models import Assessment, Campaign, CampaignItem
from assessments.services import campaigns, chasing
from assessments.tasks import remind_campaign, sweep_campaigns
from audits import recorder
from evenhand.questionnaire.parsing import parse_framework
from governance import services as registry
from governance.errors import ConflictError, InvalidError, NotAllowedError
from governance.models import Notice, System, Team, User
from tests.assessments.filling import answer_all

START = datetime.datetime(2026, 11, 2, 9, tzinfo=datetime.UTC)
DUE = datetime.date(2026, 11, 30)
HOUSE_RULES = """
evenhand_framework: 1
framework: {id: house-rules, version: "1", title: House rules, scope: organisation}
sections:
- id: one
  title: One
  questions:
  - {id: policy, type: boolean, prompt: Is there a policy?}
"""


@pytest.fixture
def clock() -> object:
    """Tests move it; it stands on the day the campaign starts."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def owned(system: System, engineer: User) -> System:
    return registry.change_system(system=system, owner=engineer, by=engineer)


@pytest.fixture
def orphan(team: Team, engineer: User) -> System:
    """A system that has no owner."""
    return registry.register_system(team=team, name="Bed planning", purpose="Plans beds.", by=engineer)


@pytest.fixture
def campaign(clock: object, owned: System, orphan: System, team: Team, compliance: User) -> Campaign:
    return campaigns.start_campaign(
        team=team, title="Yearly check", asks="inventory", due_on=DUE, message="Thank you.", by=compliance
    )


def item_of(campaign: Campaign, system: System) -> CampaignItem:
    return CampaignItem.objects.select_related("campaign__team", "system", "owner").get(
        campaign=campaign, system=system
    )


def events_of(row: object) -> list[str]:
    return [entry.event for entry in recorder.history(row.uid)]  # type: ignore[attr-defined]  # any recorded row


def told(user: User) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("title", flat=True))


def test_it_asks_every_running_system_and_tells_each_person_once(
    campaign: Campaign, owned: System, orphan: System, engineer: User, compliance: User
) -> None:
    assert {(item.system, item.owner) for item in campaign.items.all()} == {(owned, engineer), (orphan, None)}
    assert told(engineer) == ["Yearly check: Recidivism risk score waits for you"]
    assert told(compliance) == ["Yearly check: Bed planning waits for you"]
    detail = Notice.objects.get(user=compliance).detail
    assert "by 30 November 2026" in detail
    assert "Thank you." in detail
    assert "it has no owner" in detail


def test_one_message_tells_of_all_systems_of_a_person(
    clock: object, owned: System, orphan: System, team: Team, compliance: User, engineer: User
) -> None:
    registry.change_system(system=orphan, owner=engineer, by=engineer)
    campaigns.start_campaign(team=team, title="Check", asks="inventory", due_on=DUE, by=compliance)
    assert told(engineer) == ["Check: 2 systems wait for you"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title": " "}, "Give it a title"),
        ({"due_on": datetime.date(2026, 11, 1)}, "is past"),
        ({"asks": "money"}, "Choose inventory or assessment"),
        ({"asks": "assessment"}, "Choose the framework"),
        ({"asks": "assessment", "framework_id": "no-such-thing"}, "Choose the framework"),
        ({"systems": []}, "at least one system"),
        ({"message": "x" * 2001}, "2,000"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    clock: object, change: dict[str, object], words: str, owned: System, team: Team, compliance: User
) -> None:
    wanted = {"team": team, "title": "Check", "asks": "inventory", "due_on": DUE, **change}
    with pytest.raises(InvalidError, match=words):
        campaigns.start_campaign(by=compliance, **wanted)  # type: ignore[arg-type]  # wrong on purpose
    assert not Campaign.objects.exists()


def test_systems_of_others_and_retired_ones_are_not_asked(
    clock: object, owned: System, orphan: System, team: Team, other_team: Team, stranger: User, compliance: User
) -> None:
    theirs = registry.register_system(team=other_team, name="Benefit check", purpose="Checks.", by=stranger)
    with pytest.raises(InvalidError, match="another team"):
        campaigns.start_campaign(
            team=team, title="Check", asks="inventory", due_on=DUE, systems=[theirs], by=compliance
        )
    registry.change_system_status(system=orphan, status="not_ai", reason="A table.", by=compliance)
    made = campaigns.start_campaign(team=team, title="Check", asks="inventory", due_on=DUE, by=compliance)
    assert [item.system for item in made.items.all()] == [owned]


def test_only_those_who_lead_start_remind_and_close(
    campaign: Campaign, owned: System, team: Team, engineer: User, stranger: User
) -> None:
    for person in (engineer, stranger):
        with pytest.raises(NotAllowedError):
            campaigns.start_campaign(team=team, title="Check", asks="inventory", due_on=DUE, by=person)
        with pytest.raises(NotAllowedError):
            campaigns.close_campaign(campaign=campaign, by=person)
        with pytest.raises(NotAllowedError):
            chasing.remind_campaign(campaign=campaign, by=person)
        with pytest.raises(NotAllowedError):
            campaigns.give_item(item=item_of(campaign, owned), owner=None, by=person)


def test_the_owner_confirms_and_the_record_keeps_what_the_entry_said(
    campaign: Campaign, owned: System, engineer: User
) -> None:
    item = campaigns.confirm_item(item=item_of(campaign, owned), by=engineer, note=" Checked. ")
    assert (item.settled_by, item.note) == (engineer, "Checked.")
    entry = list(recorder.history(owned.uid))[-1]
    assert entry.event == "system.confirmed"
    assert "campaign_item.settled" in events_of(item)
    with pytest.raises(ConflictError, match="settled already by Engineer"):
        campaigns.confirm_item(item=item, by=engineer)


def test_nobody_confirms_for_somebody_else_except_those_who_lead(
    campaign: Campaign, owned: System, contributor: User, auditor: User, compliance: User
) -> None:
    for person in (contributor, auditor):
        with pytest.raises(NotAllowedError):
            campaigns.confirm_item(item=item_of(campaign, owned), by=person)
    assert campaigns.confirm_item(item=item_of(campaign, owned), by=compliance).settled_by == compliance


def test_an_item_goes_to_somebody_else_who_is_told(
    campaign: Campaign, orphan: System, contributor: User, auditor: User, compliance: User, stranger: User
) -> None:
    item = item_of(campaign, orphan)
    for person in (auditor, stranger):
        with pytest.raises(InvalidError, match="cannot be asked"):
            campaigns.give_item(item=item, owner=person, by=compliance)
    given = campaigns.give_item(item=item, owner=contributor, by=compliance)
    assert given.owner == contributor
    assert told(contributor) == ["Yearly check: Bed planning is yours to answer"]
    assert campaigns.confirm_item(item=given, by=contributor).settled_at is not None


def test_the_item_follows_the_system_to_its_new_owner(
    campaign: Campaign, owned: System, orphan: System, contributor: User, engineer: User, compliance: User
) -> None:
    registry.change_system(system=orphan, owner=contributor, by=engineer)
    assert item_of(campaign, orphan).owner == contributor
    campaigns.give_item(item=item_of(campaign, owned), owner=compliance, by=compliance)
    registry.change_system(system=owned, owner=contributor, by=engineer)
    assert item_of(campaign, owned).owner == compliance  # given to a person, so it stays with them


def test_a_system_that_ends_is_asked_no_more(campaign: Campaign, orphan: System, compliance: User) -> None:
    registry.change_system_status(system=orphan, status="rejected", reason="Not needed.", by=compliance)
    assert item_of(campaign, orphan).note == "The system is rejected."


def test_reminders_come_a_week_and_a_day_before_and_every_week_after_each_once(
    campaign: Campaign, clock: time_machine.Traveller, engineer: User, orphan: System, compliance: User
) -> None:
    campaigns.confirm_item(item=item_of(campaign, orphan), by=compliance)
    counts = {}
    for day in range(45):
        clock.move_to(START + datetime.timedelta(days=day))
        before = len(told(engineer))
        remind_campaign(campaign.pk)
        remind_campaign(campaign.pk)
        if len(told(engineer)) != before:
            counts[timezone.localdate().isoformat()] = len(told(engineer)) - before
    assert counts == {"2026-11-23": 1, "2026-11-29": 1, "2026-12-01": 1, "2026-12-08": 1, "2026-12-15": 1}
    assert told(engineer)[-1] == "Yearly check: Recidivism risk score waits for you, 15 days late"
    assert len(told(compliance)) == 1  # settled at once, so never chased


def test_days_on_which_nobody_looked_are_made_good_by_the_next_sweep(
    campaign: Campaign, clock: time_machine.Traveller, engineer: User
) -> None:
    clock.move_to(START + datetime.timedelta(days=24))
    assert chasing.remind_due(campaign) == 2
    assert len(told(engineer)) == 2


def test_who_was_asked_within_the_same_days_is_not_reminded_at_once(
    clock: time_machine.Traveller, owned: System, team: Team, compliance: User
) -> None:
    soon = campaigns.start_campaign(
        team=team, title="Soon", asks="inventory", due_on=datetime.date(2026, 11, 6), by=compliance
    )
    clock.move_to(START + datetime.timedelta(days=1))
    assert chasing.remind_due(soon) == 0
    clock.move_to(START + datetime.timedelta(days=3))
    assert chasing.remind_due(soon) == 1


def test_the_daily_sweep_nudges_each_open_campaign_that_is_near(
    campaign: Campaign, clock: time_machine.Traveller, compliance: User
) -> None:
    assert chasing.sweep_campaigns() == 0
    clock.move_to(START + datetime.timedelta(days=25))
    assert chasing.sweep_campaigns() == 1
    campaigns.close_campaign(campaign=campaign, by=compliance)
    assert chasing.sweep_campaigns() == 0
    assert chasing.chase_campaign(campaign_id=campaign.pk) == 0
    sweep_campaigns()
    remind_campaign(campaign.pk + 1_000_000)  # a row that is gone


def test_by_hand_at_most_once_a_day(
    campaign: Campaign, clock: time_machine.Traveller, owned: System, engineer: User, compliance: User
) -> None:
    item = item_of(campaign, owned)
    assert chasing.remind_item(item=item, by=compliance) == [engineer]
    with pytest.raises(ConflictError, match="today already"):
        chasing.remind_item(item=item, by=compliance)
    assert chasing.reminded_today(campaign, campaign.items.all()) == {item.pk}
    assert chasing.remind_campaign(campaign=campaign, by=compliance) == 1  # the one that nobody owns
    assert chasing.remind_campaign(campaign=campaign, by=compliance) == 0
    clock.move_to(START + datetime.timedelta(days=1))
    assert chasing.remind_item(item=item, by=compliance) == [engineer]


def test_an_owner_who_left_is_not_chased_but_compliance_staff_are(
    campaign: Campaign, owned: System, engineer: User, admin: User, compliance: User
) -> None:
    registry.revoke_role(membership=engineer.memberships.get(), by=admin)
    item = item_of(campaign, owned)
    assert chasing.asked_people(item, chasing.leads_of(campaign.team)) == [compliance]
    assert chasing.remind_item(item=item, by=compliance) == [compliance]


def test_closing_ends_it(campaign: Campaign, owned: System, engineer: User, compliance: User) -> None:
    closed = campaigns.close_campaign(campaign=campaign, by=compliance)
    item = item_of(campaign, owned)
    with pytest.raises(ConflictError, match="closed"):
        campaigns.confirm_item(item=item, by=engineer)
    with pytest.raises(ConflictError, match="closed"):
        chasing.remind_item(item=item, by=compliance)
    with pytest.raises(ConflictError, match="closed already"):
        campaigns.close_campaign(campaign=closed, by=compliance)


@pytest.fixture
def asked(clock: object, draft: Assessment, owned: System, team: Team, compliance: User) -> Campaign:
    return campaigns.start_campaign(
        team=team,
        title="Assess again",
        asks="assessment",
        framework_id=draft.edition.framework_id,
        due_on=DUE,
        by=compliance,
    )


def test_handing_in_settles_it_and_a_return_asks_again(
    asked: Campaign, draft: Assessment, owned: System, compliance: User, approver: User
) -> None:
    answer_all(draft, compliance)
    services.submit_assessment(assessment=draft, by=compliance)
    item = item_of(asked, owned)
    assert (item.assessment, item.settled_by) == (draft, compliance)
    services.return_for_changes(assessment=draft, by=approver, comment="Say more.")
    item = item_of(asked, owned)
    assert (item.assessment, item.settled_at) == (None, None)
    with pytest.raises(ConflictError, match="when the assessment is handed in"):
        campaigns.confirm_item(item=item, by=compliance)


def test_what_already_waits_for_a_decision_counts(
    clock: object, submitted: Assessment, owned: System, team: Team, compliance: User
) -> None:
    made = campaigns.start_campaign(
        team=team,
        title="Assess",
        asks="assessment",
        framework_id=submitted.edition.framework_id,
        due_on=DUE,
        by=compliance,
    )
    assert item_of(made, owned).assessment == submitted


def test_a_framework_that_asks_nothing_about_a_system_is_refused(
    clock: object, owned: System, team: Team, compliance: User
) -> None:
    only = services.publish_edition(framework=parse_framework(HOUSE_RULES.encode(), name="house.yaml"), by=None)
    with pytest.raises(InvalidError, match="asks nothing about a system"):
        campaigns.start_campaign(
            team=team, title="x", asks="assessment", framework_id=only.framework_id, due_on=DUE, by=compliance
        )


def test_home_shows_what_is_asked(
    campaign: Campaign, engineer: User, compliance: User, client_of: Callable[[User], Client]
) -> None:
    mine = client_of(engineer).get("/").content.decode()
    assert "Yearly check: Recidivism risk score" in mine
    assert "Yearly check: Bed planning" not in mine
    assert "Yearly check: Bed planning" in client_of(compliance).get("/").content.decode()


def test_pages_from_the_start_to_the_last_confirmation(
    clock: object,
    owned: System,
    orphan: System,
    team: Team,
    engineer: User,
    compliance: User,
    client_of: Callable[[User], Client],
) -> None:
    office, owner = client_of(compliance), client_of(engineer)
    assert office.get("/campaigns/start/").status_code == 200
    wrong = office.post("/campaigns/start/", {"title": "Check all", "asks": "inventory", "due_on": "2026-10-01"})
    assert wrong.status_code == 422
    assert b"Check all" in wrong.content
    sent = {"title": "Check all", "asks": "inventory", "due_on": "2026-11-30", "systems": [owned.uid, orphan.uid]}
    assert office.post("/campaigns/start/", sent).status_code == 302
    made = Campaign.objects.get()
    url = f"/campaigns/{made.uid}/"
    page = office.get(url).content.decode()
    assert "0 of 2 are confirmed; 2 are not, with 28 days left." in page
    assert "1 system has no owner" in page
    item = item_of(made, owned)
    assert office.post(f"/campaign-items/{item.uid}/remind/")["Location"] == url
    assert "reminded today" in office.get(url).content.decode()
    at_item = owner.get(f"/campaign-items/{item.uid}/").content.decode()
    assert "Is this entry still right?" in at_item
    assert f"/systems/{owned.uid}/change/" in at_item
    assert owner.post(f"/campaign-items/{item.uid}/", {"note": ""}).status_code == 302
    other = item_of(made, orphan)
    given = office.post(f"/campaign-items/{other.uid}/give/", {"owner": engineer.uid})
    assert given.status_code == 302
    assert item_of(made, orphan).owner == engineer
    assert "1 of 2 is confirmed; 1 is not" in office.get(url).content.decode()
    assert office.get(f"{url}close/").status_code == 200
    assert office.post(f"{url}close/").status_code == 302
    assert "the campaign is closed" in office.get(url).content.decode()
    assert owner.get("/campaigns/start/").status_code == 403


def test_the_list_shows_late_ones_and_what_waits_for_me(
    campaign: Campaign, clock: time_machine.Traveller, engineer: User, client_of: Callable[[User], Client]
) -> None:
    clock.move_to(START + datetime.timedelta(days=30))
    page = client_of(engineer).get("/campaigns/").content.decode()
    assert "1 system waits for you" in page
    assert "overdue" in page
    assert "2 are not, 2 days late." in client_of(engineer).get(f"/campaigns/{campaign.uid}/").content.decode()


def test_another_team_sees_none_of_it(
    campaign: Campaign, owned: System, stranger: User, client_of: Callable[[User], Client]
) -> None:
    client = client_of(stranger)
    assert "Yearly check" not in client.get("/campaigns/").content.decode()
    for url in (f"/campaigns/{campaign.uid}/", f"/campaign-items/{item_of(campaign, owned).uid}/"):
        assert client.get(url).status_code == 404


def test_the_api_runs_a_campaign(
    clock: object,
    owned: System,
    orphan: System,
    engineer: User,
    compliance: User,
    stranger: User,
    api_of: Callable[..., APIClient],
) -> None:
    office, owner = api_of(compliance), api_of(engineer)
    wanted = {"title": "Yearly check", "asks": "inventory", "due_on": "2026-11-30", "systems": [str(owned.uid)]}
    assert owner.post("/api/v1/campaigns", wanted, format="json").status_code == 403
    missing = office.post("/api/v1/campaigns", {**wanted, "systems": [str(stranger.uid)]}, format="json")
    assert (missing.status_code, missing.json()["fields"]) == (422, {"systems": [f"not found: {stranger.uid}"]})
    made = office.post("/api/v1/campaigns", wanted, format="json", HTTP_IDEMPOTENCY_KEY="one")
    again = office.post("/api/v1/campaigns", wanted, format="json", HTTP_IDEMPOTENCY_KEY="one")
    assert (made.status_code, made.json()["n_items"], made.json()["n_settled"]) == (201, 1, 0)
    assert again.json()["uid"] == made.json()["uid"]
    url = f"/api/v1/campaigns/{made.json()['uid']}"
    (item,) = owner.get(f"{url}/items").json()
    assert (item["system"], item["owner"], item["settled_at"]) == (str(owned.uid), str(engineer.uid), None)
    own = f"/api/v1/campaign-items/{item['uid']}"
    assert office.post(f"{url}/remind").json() == {"n_told": 1}
    assert office.post(f"{own}/remind").status_code == 409
    given = office.post(f"{own}/give", {"owner": str(compliance.uid)}, format="json")
    assert given.json()["owner"] == str(compliance.uid)
    assert owner.post(f"{own}/confirm", {}, format="json").status_code == 403
    confirmed = office.post(f"{own}/confirm", {"note": "Checked."}, format="json")
    assert (confirmed.status_code, confirmed.json()["note"]) == (200, "Checked.")
    assert office.post(f"{own}/confirm", {}, format="json").status_code == 409
    assert office.get(url).json()["n_settled"] == 1
    assert office.post(f"{url}/close").json()["closed_at"] is not None
    assert api_of(stranger).get(url).status_code == 404
