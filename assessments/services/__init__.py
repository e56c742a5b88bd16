"""All writes of the assessments, one module a noun. Keyword-only, atomic, each publishes its event."""

from assessments.services.answering import discard_draft, mark_not_applicable, save_answer
from assessments.services.assigning import assign
from assessments.services.carrying import carry_answers, confirm_answers
from assessments.services.commenting import add_comment, settle_comment
from assessments.services.conditions import NewCondition, meet_condition, open_conditions
from assessments.services.content import content_of, content_sha256, digests_of
from assessments.services.copying import newest_signed, stale_copies, take_over_answers
from assessments.services.deciding import (
    reject_assessment,
    return_for_changes,
    sign_off,
    supersede_assessment,
)
from assessments.services.delegating import assign_step, end_delegation, give_delegation, recuse
from assessments.services.drafts import (
    Reading,
    discard_framework_draft,
    publish_framework_draft,
    publish_team_framework,
    reading_of,
    save_framework_draft,
)
from assessments.services.editions import load_shipped_frameworks, publish_edition
from assessments.services.evidence import (
    add_evidence,
    attach_from_library,
    take_newest_revision,
    withdraw_evidence,
)
from assessments.services.library import add_item, bring_back_item, change_item, retire_item, revise_item
from assessments.services.looking import compare_facts
from assessments.services.reporting import assessment_for_report, assessments_behind
from assessments.services.routes import NewStep, end_route, name_signatory, remove_signatory, route_for, set_route
from assessments.services.standing import Standing, missing_in, standing_of
from assessments.services.starting import change_assessment, start_assessment
from assessments.services.submitting import open_requests, submit_assessment, withdraw_assessment
from assessments.services.upgrading import (
    Upgrade,
    newer_edition_of,
    plan_upgrade,
    upgrade_assessment,
    what_becomes_of,
)

__all__ = [
    "NewCondition",
    "NewStep",
    "Reading",
    "Standing",
    "Upgrade",
    "add_comment",
    "add_evidence",
    "add_item",
    "assessment_for_report",
    "assessments_behind",
    "assign",
    "assign_step",
    "attach_from_library",
    "bring_back_item",
    "carry_answers",
    "change_assessment",
    "change_item",
    "compare_facts",
    "confirm_answers",
    "content_of",
    "content_sha256",
    "digests_of",
    "discard_draft",
    "discard_framework_draft",
    "end_delegation",
    "end_route",
    "give_delegation",
    "load_shipped_frameworks",
    "mark_not_applicable",
    "meet_condition",
    "missing_in",
    "name_signatory",
    "newer_edition_of",
    "newest_signed",
    "open_conditions",
    "open_requests",
    "plan_upgrade",
    "publish_edition",
    "publish_framework_draft",
    "publish_team_framework",
    "reading_of",
    "recuse",
    "reject_assessment",
    "remove_signatory",
    "retire_item",
    "return_for_changes",
    "revise_item",
    "route_for",
    "save_answer",
    "save_framework_draft",
    "set_route",
    "settle_comment",
    "sign_off",
    "stale_copies",
    "standing_of",
    "start_assessment",
    "submit_assessment",
    "supersede_assessment",
    "take_newest_revision",
    "take_over_answers",
    "upgrade_assessment",
    "what_becomes_of",
    "withdraw_assessment",
    "withdraw_evidence",
]
