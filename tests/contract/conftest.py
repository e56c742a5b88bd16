"""A team that has one of everything, for tests that go over all there is."""

from __future__ import annotations

import datetime
import hashlib
from typing import Any

import pytest
from django.core.files.base import ContentFile

from assessments import services as assessing
from assessments.models import Assessment
from assessments.services.campaigns import start_campaign
from assessments.services.conditions import set_conditions
from assessments.services.duties import open_duties
from assessments.services.legacy import add_legacy_record
from assessments.services.risks import plan_mitigation, raise_risk
from assessments.web.editor import SKELETON
from audits import recorder
from audits.models import Evaluation, Report
from audits.services.audits import conclude_audit, open_audit
from audits.services.handing_in import hand_in_counts
from audits.services.issuing import render_report
from audits.services.reports import request_report
from evenhand import modelcard
from evenhand.questionnaire.schema import Duty
from evenhand.questionnaire.texts import Text
from governance import events, services
from governance.models import User, Version, VersionFile
from governance.services.versions import FileFacts
from tests.assessments.conftest import draft, edition, own_practice, signed_practice
from tests.audits.conftest import counts, data_set, goal, owed, plan, rule, version, work

__all__ = [
    "counts", "data_set", "draft", "edition", "goal", "owed", "own_practice", "plan", "rule", "signed_practice",
    "version", "work",
]  # fmt: skip
BYTES = b"bytes of a model"


@pytest.fixture
def file(version: Version, engineer: User) -> VersionFile:
    """A file of a version whose bytes are here."""
    facts = FileFacts("m.skops", hashlib.sha256(BYTES).hexdigest(), len(BYTES))
    held, _ = services.register_version(model=version.model, name="2.2", by=engineer, files=[facts])
    return services.attach_file(file=held.files.get(), content=ContentFile(BYTES, name="m.skops"), by=engineer)


@pytest.fixture
def done(version: Version, counts: dict[str, Any], engineer: User, work: Any) -> Evaluation:
    found: Evaluation = work(hand_in_counts(version=version, counts=counts, by=engineer))
    return found


@pytest.fixture
def requested(done: Evaluation, auditor: User, compliance: User) -> Report:
    """A report that waits for a worker."""
    audit = open_audit(
        version=done.version, title="Yearly audit", scope="Rates.", tested_on=datetime.date(2026, 1, 5), by=compliance
    )
    concluded = conclude_audit(audit=audit, conclusion="The goal is not met.", by=auditor)
    return request_report(audit=concluded, by=compliance)


@pytest.fixture
def issued(requested: Report) -> Report:
    """A signed report whose file is here."""
    report = requested
    with events.acting_through("task"):
        render_report(report_id=report.pk)
    report.refresh_from_db()
    assert report.status == "issued", report.error
    return report


@pytest.fixture
def world(
    requested: Report,
    done: Evaluation,
    file: VersionFile,
    draft: Assessment,
    compliance: User,
    engineer: User,
) -> dict[str, Any]:
    """A row for each noun of an address."""
    owner = done.version.model.system
    card = services.publish_card(
        version=done.version, card=modelcard.ModelCard.from_dict({"details": {"summary": "A score."}}), by=engineer
    )
    rows = done.data_set
    assert rows is not None
    services.attach_data(dataset=rows, content=ContentFile(b"a,b\n1,2\n", name="d.csv"), name="d.csv", by=engineer)
    proof = ContentFile(b"proof", name="proof.txt")
    piece = assessing.add_evidence(assessment=draft, question_id="purpose", file=proof, by=compliance)
    notice = services.notify(user=engineer, team=owner.team, kind="mentioned", key="world", title="Yearly audit")
    token, _ = services.issue_token(user=engineer, team=owner.team, name="CI", scopes=["read"], by=engineer)
    campaign = start_campaign(
        team=owner.team, title="Yearly check", asks="inventory", due_on=datetime.date(2099, 1, 1), by=compliance
    )
    risk = raise_risk(
        system=owner, title="Passed over", harm="allocative", falls_on="Women", likelihood_before=4, severity_before=3,
        by=compliance,
    )  # fmt: skip
    told = Duty("tell", "true", Text.of("Tell the people it judges"), starts_on="2026-08-02")
    (duty,) = open_duties(assessment=draft, duties=(told,), by=compliance)
    return {
        "risks": risk,
        "mitigations": plan_mitigation(risk=risk, text="Leave names out.", by=compliance),
        "duties": duty,
        "campaigns": campaign,
        "campaign-items": campaign.items.get(),
        "teams": owner.team,
        "memberships": engineer.memberships.get(),
        "tokens": token,
        "systems": owner,
        "models": done.version.model,
        "rules": done.rule,
        "plans": done.plan,
        "goals": done.plan.goals.get() if done.plan else None,
        "versions": file.version,
        "files": file,
        "cards": card,
        "datasets": rows,
        "evaluations": done,
        "audits": requested.audit,
        "reports": requested,
        "frameworks": draft.edition,
        "framework-drafts": assessing.save_framework_draft(text=SKELETON, team=owner.team, by=compliance),
        "assessments": draft,
        "evidence": piece,
        "library": piece.revision.item if piece.revision else None,
        "evidence-revisions": piece.revision,
        "comments": assessing.add_comment(assessment=draft, text="Which years?", asks_for_change=True, by=compliance),
        "inbox": notice,
        "notices": notice,
        "signoffs": assessing_signoff(draft),
        **deciding_rows(draft, compliance),
        "record": recorder.history(owner.uid)[0],
        "legacy-records": add_legacy_record(
            team=owner.team,
            system=owner,
            title="Review of 2022",
            occurred_on=datetime.date(2022, 3, 9),
            file=ContentFile(b"%PDF-1.4 an old review", name="old.pdf"),
            by=compliance,
        ),
    }


def assessing_signoff(draft: Assessment) -> Any:
    """The sign-off of the organisation's own answers that this assessment copied."""
    source = draft.copied_answers.select_related("source").first()
    assert source is not None
    return source.source.signoffs.get()


def deciding_rows(draft: Assessment, compliance: User) -> dict[str, Any]:
    """A route, who signs and in whose place, a step, and a condition of use."""
    team, signoff = draft.team, assessing_signoff(draft)
    second = services.create_person(email="second@approvers.example", name="Second", password=None, by=None)
    for role in ("approver", "admin"):
        services.grant_role(team=team, user=second, role=role, by=None)
    day = datetime.date(2099, 1, 1)
    set_conditions(signoff, [assessing.NewCondition("Pilot only.", compliance, day)], signoff.person)
    return {
        "routes": assessing.set_route(team=team, by=compliance, steps=[assessing.NewStep(1, "privacy")]),
        "signatories": assessing.name_signatory(team=team, function="privacy", user=second, by=second),
        "delegations": assessing.give_delegation(
            team=team, giver=second, holder=signoff.person, starts_on=day, ends_on=day, by=second
        ),
        "signoff-steps": signoff.step,
        "use-conditions": signoff.use_conditions.get(),
    }
