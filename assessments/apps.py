"""Registers the assessments' events and what they tell the registry's pages."""

from django.apps import AppConfig

EVENTS = {
    "framework.published": "Framework published",
    "assessment.started": "Assessment started",
    "assessment.assigned": "Part of an assessment assigned",
    "assessment.submitted": "Assessment submitted",
    "assessment.withdrawn": "Assessment taken back before a decision",
    "assessment.returned": "Assessment returned for changes",
    "assessment.approved": "Assessment approved",
    "assessment.superseded": "Assessment superseded",
    "answer.saved": "Answer saved",
    "answer.copied": "Answer of the organisation taken over",
    "evidence.added": "Evidence added",
    "evidence.withdrawn": "Evidence withdrawn",
    "comment.written": "Comment written",
    "signoff.signed": "Signed off",
}


class AssessmentsConfig(AppConfig):
    name = "assessments"

    def ready(self) -> None:
        from assessments import facts as answers
        from assessments import permissions  # noqa: F401 - declares the table
        from governance import events, facts

        events.register(EVENTS)
        facts.register("system.panels", answers.system_panels)
        facts.register("home.waiting", answers.waiting_for)
        facts.register("home.due", answers.due_for)
        facts.register("search", answers.search)
