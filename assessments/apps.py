"""Registers the assessments' events and what they tell the registry's pages."""

from django.apps import AppConfig

EVENTS = {
    "framework.published": "Framework published",
    "framework.drafted": "Draft of a framework saved",
    "framework.discarded": "Draft of a framework discarded",
    "assessment.started": "Assessment started",
    "assessment.changed": "What an assessment is about changed",
    "assessment.upgraded": "Assessment moved to a newer edition",
    "assessment.assigned": "Part of an assessment assigned",
    "assessment.submitted": "Assessment submitted",
    "assessment.withdrawn": "Assessment taken back before a decision",
    "assessment.returned": "Assessment returned for changes",
    "assessment.approved": "Assessment approved",
    "assessment.rejected": "Assessment rejected",
    "assessment.superseded": "Assessment superseded",
    "answer.saved": "Answer saved",
    "answer.copied": "Answer of the organisation taken over",
    "answer.carried": "Answer carried over from the last assessment",
    "answer.imported": "Answer imported from a file",
    "look_again.raised": "Answer to be looked at again",
    "look_again.settled": "Answer looked at again",
    "evidence.added": "Evidence added",
    "evidence.withdrawn": "Evidence withdrawn",
    "evidence_item.added": "Evidence put into the library",
    "evidence_item.changed": "Evidence in the library described anew",
    "evidence_item.revised": "New revision of evidence in the library",
    "evidence_item.retired": "Evidence in the library retired",
    "comment.written": "Comment written",
    "comment.settled": "Comment settled",
    "route.set": "Route of sign-offs set",
    "route.ended": "Route of sign-offs ended",
    "signatory.named": "Signatory named",
    "signatory.removed": "Signatory removed",
    "delegation.given": "Sign-off delegated",
    "delegation.ended": "Delegation ended",
    "step.opened": "Sign-off asked for",
    "step.assigned": "Sign-off given to a person",
    "step.completed": "Sign-off of a function complete",
    "signoff.signed": "Signed off",
    "recusal.declared": "Stepped aside from a sign-off",
    "use_condition.set": "Condition of use set",
    "use_condition.met": "Condition of use met",
    "use_condition.changed": "Condition of use given to another person",
    "risk.raised": "Risk raised",
    "risk.changed": "Risk changed",
    "risk.moved": "Risk moved to another state",
    "mitigation.planned": "Mitigation planned",
    "mitigation.changed": "Mitigation changed",
    "mitigation.done": "Mitigation done",
    "duty.opened": "Duty follows from an assessment",
    "duty.changed": "Duty given to a person or dated",
    "duty.settled": "Duty settled",
    "campaign.started": "Campaign started",
    "campaign.closed": "Campaign closed",
    "campaign_item.settled": "Part of a campaign settled",
    "campaign_item.changed": "Part of a campaign given to a person",
    "legacy.added": "Earlier assessment entered afterwards",
    "tasks.reassigned": "Open tasks given to somebody else",
}


class AssessmentsConfig(AppConfig):
    name = "assessments"

    def ready(self) -> None:
        from assessments import facts as answers
        from assessments import permissions  # noqa: F401 - declares the table
        from assessments.services import campaigns, leaving, looking
        from governance import events, facts

        events.register(EVENTS)
        events.subscribe(looking.follow)
        events.subscribe(campaigns.follow)
        facts.register("system.panels", answers.system_panels)
        facts.register("system.panels", answers.asked_panels)
        facts.register("team.panels", answers.team_panels)
        facts.register("team.tasks", leaving.open_tasks_of)
        facts.register("home.waiting", answers.waiting_for)
        facts.register("home.due", answers.due_for)
        facts.register("search", answers.search)
