"""The gravest approved outcome sets the system's tier, with every assessment that speaks as its source."""

from __future__ import annotations

from assessments import services
from assessments.models import Assessment
from assessments.services.consequences import tier_basis
from governance.models import System, User
from tests.assessments.classifying import approved_with, published


def start(system: System, by: User, *changes: tuple[str, str]) -> Assessment:
    return services.start_assessment(edition=published("classify", *changes), system=system, by=by)


def test_only_an_approved_outcome_sets_it(system: System, compliance: User, approver: User) -> None:
    started = start(system, compliance)
    system.refresh_from_db()
    assert (system.tier, system.tier_basis) == ("", [])
    approved_with(started, author=compliance, signer=approver)
    system.refresh_from_db()
    assert system.tier == "high"
    assert [line["outcome"] for line in system.tier_basis] == ["Class: High risk"]
    assert system.tier_basis[0]["assessment"] == str(started.uid)


def test_the_gravest_of_several_wins_and_all_are_named(system: System, compliance: User, approver: User) -> None:
    approved_with(start(system, compliance), author=compliance, signer=approver, domain="leisure")
    other = start(
        system, compliance, ("id: class-check", "id: class-check-two"), ("{high: high,", "{high: prohibited,")
    )
    approved_with(other, author=compliance, signer=approver)
    system.refresh_from_db()
    assert system.tier == "prohibited"
    assert [line["tier"] for line in system.tier_basis] == ["prohibited", "minimal"]


def test_it_is_taken_again_when_the_assessment_that_set_it_is_replaced(
    system: System, compliance: User, approver: User
) -> None:
    first = approved_with(start(system, compliance), author=compliance, signer=approver)
    again = services.start_assessment(edition=first.edition, system=system, by=compliance)
    approved_with(
        again,
        author=compliance,
        signer=approver,
        domain="leisure",
        aim="Plays music.",
        people="Listeners.",
        oversight="Nobody.",
        places="Everywhere.",
        log=False,
    )
    system.refresh_from_db()
    assert system.tier == "minimal"
    assert [line["assessment"] for line in tier_basis(system)] == [str(again.uid)]


def test_the_change_is_on_the_record(system: System, compliance: User, approver: User) -> None:
    from audits.models.records import Entry

    approved_with(start(system, compliance), author=compliance, signer=approver)
    assert Entry.objects.filter(event="system.tier_set", subject_uid=system.uid).count() == 1
