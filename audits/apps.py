"""Subscribes the ledger to every event and tells lower pages what audits knows."""

from django.apps import AppConfig

EVENTS: dict[str, str] = {
    "goal.proposed": "Fairness goal proposed",
    "goal.agreed": "Fairness goal agreed",
    "goal.retired": "Fairness goal retired",
    "plan.set": "Evaluation plan set",
    "plan.replaced": "Evaluation plan replaced",
    "evaluation.owed": "Evaluation owed",
    "evaluation.started": "Evaluation started by itself",
    "evaluation.handed_in": "Evidence of an evaluation handed in",
    "evaluation.repeated": "Evaluation repeated",
    "evaluation.completed": "Evaluation completed",
    "evaluation.failed": "Evaluation failed",
    "evaluation.cancelled": "Evaluation cancelled",
    "evaluation.invalidated": "Evaluation invalidated",
    "evaluation.rows_deleted": "Rows handed in for an evaluation deleted",
    "audit.opened": "Audit opened",
    "audit.changed": "Audit changed",
    "audit.concluded": "Audit concluded",
    "report.requested": "Report requested",
    "report.frozen": "Content of a report frozen",
    "report.issued": "Report issued",
    "report.failed": "Report failed",
}


class AuditsConfig(AppConfig):
    name = "audits"

    def ready(self) -> None:
        from audits import permissions, recorder  # noqa: F401  # the permission table declares itself
        from audits.services import assessment_facts, ledger, ledger_checks, owing
        from audits.web import panels, papers, record
        from governance import events, facts

        events.register(EVENTS)
        events.subscribe(recorder.append, is_record=True)  # what reacts to an event stands after it
        facts.register("as_of", ledger.past_state)
        facts.register("health", ledger.health)
        facts.register("findings", ledger_checks.findings)
        events.subscribe(owing.follow)
        facts.register("version.panels", panels.version_panels)
        facts.register("system.panels", panels.system_panels)
        facts.register("version.panels", record.version_history)
        facts.register("system.panels", record.system_history)
        facts.register("home.record", record.home_panels)
        facts.register("home.waiting", panels.waiting)
        facts.register("search", panels.found)
        facts.register("assessment.files", papers.file_links)
        facts.register("assessment.facts", assessment_facts.facts_of)
        facts.register("assessment.evaluations", assessment_facts.evaluations_of)
