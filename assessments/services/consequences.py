"""What an approval brings about: the system's tier, and the duties that follow, each with its source."""

from typing import Any

from django.db import transaction

from assessments.models import Assessment, AssessmentStatus
from assessments.services.duties import open_duties
from assessments.services.outcome import result_of
from evenhand.questionnaire.facts import SETTABLE
from governance.models import System, User
from governance.services.systems import set_tier

TIER = "risk_tier"
TIERS = SETTABLE[TIER]  # the gravest first


@transaction.atomic
def after_approval(assessment: Assessment, by: User | None) -> None:
    """Draw the consequences of an approval: open its duties, and let the approved assessments say the system's tier.

    Called in the transaction of the decision, after what it replaces is superseded.
    """
    open_duties(assessment=assessment, duties=result_of(assessment).duties, by=by)
    if assessment.system is not None:
        refresh_tier(system=assessment.system, by=by)


@transaction.atomic
def refresh_tier(*, system: System, by: User | None) -> System:
    """Set the highest tier that any approved assessment of a system gives it; none leaves it without one."""
    basis = tier_basis(system)
    return set_tier(system=system, tier=basis[0]["tier"] if basis else "", basis=basis, by=by)


def tier_basis(system: System) -> list[dict[str, Any]]:
    """Every approved outcome that says a tier, the gravest first, then the newest."""
    rows = Assessment.objects.with_parts().filter(system=system, status=AssessmentStatus.APPROVED)
    found = [line for row in rows.order_by("-decided_at", "-id") if (line := _said_by(row)) is not None]
    return sorted(found, key=lambda line: TIERS.index(line["tier"]))


def _said_by(assessment: Assessment) -> dict[str, Any] | None:
    result = result_of(assessment)
    said = result.sets.get(TIER)
    if said is None:
        return None
    outcome = next(each for each in result.framework.outcomes if each.id == said["outcome"])
    option = next(each for each in outcome.options if each.id == said["option"])
    return {
        "assessment": str(assessment.uid),
        "title": assessment.title,
        "framework": assessment.edition.framework_id,
        "edition": str(assessment.edition),
        "outcome": f"{str(outcome.title) or outcome.id}: {str(option.label) or option.id}",
        "tier": said["value"],
        "approved_on": assessment.decided_at.date().isoformat() if assessment.decided_at else None,
    }
