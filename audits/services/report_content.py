"""Gathers everything a report says into one frozen value: from the registry, the assessments and the evaluations."""

from dataclasses import replace

from django.conf import settings
from django.utils import timezone

from audits.models import Audit, Evaluation, Report
from audits.reports.content import (
    AuditFacts,
    Fact,
    FileFact,
    Headline,
    Person,
    ReportContent,
    ReportKind,
    RuleFacts,
    SystemFacts,
    VersionFacts,
)
from audits.services.proving import entered_afterwards
from audits.services.report_assessments import assessment_sections
from audits.services.report_cards import card_gaps, card_section
from audits.services.report_evaluations import evaluation_sections, goal_sections
from audits.services.report_summary import headline_of, summary_of
from governance import events
from governance.models import DecisionRule, System, Version

LIMITS = (
    "Counts prove arithmetic, not truth: they show what was counted, and nobody can see from them that the right "
    "people were counted. Each evaluation says by whom and from what it was counted.",
    "Intervals take rows as independent of each other, unless the evaluation says otherwise.",
    "A goal met or not met is met or not met on this data, for these groups, under this decision rule.",
    "A ledger does not stop its own operator from rebuilding all of it; checkpoints that left the house do.",
)


def gather(report: Report) -> ReportContent:
    """Everything this report says, as of now."""
    audit, version = report.audit, report.version
    evaluations = list(Evaluation.objects.of_version(version).order_by("number"))
    of_record = set(Evaluation.objects.of_record().filter(version=version).values_list("pk", flat=True))
    sections = evaluation_sections(evaluations, of_record)
    judged = [evaluation for evaluation in evaluations if evaluation.pk in of_record]
    assessments = assessment_sections(audit.system)
    now = timezone.now().replace(microsecond=0)
    content = ReportContent(
        uid=str(report.uid),
        number=report.label,
        kind=ReportKind(report.kind),
        title=audit.system.name,
        lead=f"Report on {version.model.name}, version {version.name}: what it is for, whom it affects, "
        "whether it treats people evenly, and the proof.",
        organisation=settings.ORGANISATION,
        prepared_by=Person(name=str(audit.opened_by)),
        issued_at=now,
        period_start=timezone.localdate(version.created_at),
        period_end=timezone.localdate(now),
        headline=Headline(state="none", word="", sentence=""),  # said below, from everything else
        summary=(),
        system=_system(audit.system),
        version=_version(version),
        rule=_rule(judged[-1].rule if judged else version.model.rules.filter(is_current=True).first()),
        goals=goal_sections(version, judged),
        card=card_section(version),
        assessments=assessments,
        evaluations=sections,
        limits=LIMITS,
        gaps=_gaps(audit, evaluations, len(assessments)),
        audit=_audit(audit),
        history_notes=_history(audit),
    )
    return replace(content, headline=headline_of(content), summary=summary_of(content))


def overall_sentence(evaluation: Evaluation) -> str:
    """The engine's own sentence over all goals."""
    rows = (evaluation.result or {}).get("verdicts", [])
    return str(next((row["sentence"] for row in rows if row["metric"] is None), ""))


def _system(system: System) -> SystemFacts:
    said = (
        ("What it does", system.purpose),
        ("Who it affects", system.people_affected),
        ("Decision it takes part in", system.decision),
        ("Deployment", system.get_deployment_method_display()),
        ("Hosting", system.get_hosting_display()),
        ("Human oversight", system.human_oversight),
        ("Jurisdictions", ", ".join(system.jurisdictions)),
        ("Team", system.team.name),
        ("Owner", str(system.owner or "")),
        ("State", system.get_status_display().lower() + (f": {system.status_reason}" if system.status_reason else "")),
    )
    return SystemFacts(uid=str(system.uid), name=system.name, tier=system.tier, facts=_facts(said))


def _version(version: Version) -> VersionFacts:
    model = version.model
    said = (
        ("Origin", model.get_origin_display()),
        ("Vendor", model.vendor),
        ("What the model is", model.description),
        ("Registered", f"{timezone.localdate(version.created_at):%-d %B %Y} by {version.registered_by}"),
        ("CI run", version.run_url),
        ("Training data", version.training_data.name if version.training_data else ""),
    )
    return VersionFacts(
        model=model.name,
        uid=str(version.uid),
        name=version.name,
        status=version.get_status_display().lower(),
        change_class=version.get_change_class_display(),
        commit=version.commit,
        facts=_facts(said),
        files=tuple(FileFact(name=file.name, sha256=file.sha256, size=file.size) for file in version.files.all()),
    )


def _facts(said: tuple[tuple[str, str], ...]) -> tuple[Fact, ...]:
    return tuple(Fact(label=label, text=text) for label, text in said if text)


def _rule(rule: DecisionRule | None) -> RuleFacts | None:
    if rule is None:
        return None
    threshold = "" if rule.threshold is None else f"{rule.threshold.normalize():f}"
    span = f"{rule.score_minimum.normalize():f} to {rule.score_maximum.normalize():f}"
    sentence = (
        f"A score of {threshold} or more, on a scale of {span}, is a positive prediction."
        if threshold
        else "The model itself gives the decision; there is no threshold."
    )
    if rule.positive_means:
        sentence += f" Positive means: {rule.positive_means}."
    return RuleFacts(
        number=f"R-{rule.number}",
        name=rule.name,
        sentence=sentence,
        threshold=threshold,
        human_action=rule.human_action,
    )


def _gaps(audit: Audit, evaluations: list[Evaluation], n_assessments: int) -> tuple[str, ...]:
    gaps = list(_lines(audit.population_gaps))
    data_sets = {evaluation.data_set for evaluation in evaluations if evaluation.data_set}
    gaps += [
        f"{data_set.name}: {data_set.gaps}" for data_set in sorted(data_sets, key=lambda row: row.name) if data_set.gaps
    ]
    gaps += [f"{row.label} still waits for its data." for row in evaluations if row.status == "waiting"]
    gaps += card_gaps(audit.version)
    if not n_assessments:
        gaps.append("No impact assessment of this system is on the record.")
    if not evaluations:
        gaps.append("This version has no fairness evaluation.")
    return tuple(gaps)


def _audit(audit: Audit) -> AuditFacts:
    return AuditFacts(
        number=audit.label,
        on=audit.tested_on,
        auditor=Person(name=str(audit.concluded_by or audit.opened_by)),
        scope=audit.scope,
        data_used=_lines(audit.data_used),
        population_gaps=_lines(audit.population_gaps),
        uses=_lines(audit.uses),
        outside=_lines(audit.outside),
        conclusion=audit.conclusion,
        next_on=audit.next_on,
        independence=audit.independence,
        title=audit.title,
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _history(audit: Audit) -> tuple[str, ...]:
    """What was entered afterwards, said as such."""
    return tuple(
        f"{events.label(entry.event)}: claimed for {entry.occurred_on:%-d %B %Y}, entered on "
        f"{timezone.localdate(entry.recorded_at):%-d %B %Y}."
        for entry in entered_afterwards(audit)
    )
