"""What audits tells lower pages: panels of a version and a system, what waits, what the search finds."""

from django.db.models import Q
from django.urls import reverse

from audits.models import Audit, Evaluation, EvaluationStatus, Goal, GoalStatus, Report
from audits.web.jobs import job_line
from audits.web.verdicts import glance, goal_lines
from governance.facts import Found, Panel, WaitingItem
from governance.models import System, User, Version
from governance.permissions import allowed

LISTED = 20


def version_panels(version: Version, user: User) -> list[Panel]:
    """The verdicts of a version, and every evaluation it has or owes."""
    rows = Evaluation.objects.visible_to(user).of_version(version).defer("counts")
    of_record = Evaluation.objects.visible_to(user).of_record().filter(version=version).order_by("number")
    shown = [(evaluation, goal_lines(evaluation)) for evaluation in of_record]
    judged = [(evaluation, lines) for evaluation, lines in shown if lines]
    context = {
        "version": version,
        "has_rule": version.model.rules.filter(is_current=True).exists(),
        "goals_url": reverse("audits:goal-list", args=[version.model.uid]),
        "glances": [
            {
                "url": reverse("audits:evaluation-detail", args=[evaluation.uid]),
                "glance": glance(evaluation, lines[0]),
                "goals": lines,
                "label": evaluation.label,
            }
            for evaluation, lines in judged
        ],
        "counted": [evaluation for evaluation, lines in shown if not lines],
        "jobs": [job_line(evaluation) for evaluation in sorted(rows, key=lambda row: -row.number)],
    }
    return [Panel("audits/_version_panel.html", context, order=20)]


def system_panels(system: System, user: User) -> list[Panel]:
    """Audits and reports of a system."""
    audits = Audit.objects.visible_to(user).filter(system=system).order_by("-number")
    reports = Report.objects.visible_to(user).filter(audit__system=system).select_related("version").order_by("-number")
    context = {
        "audits": list(audits[:LISTED]),
        "reports": list(reports.defer("content", "proof")[:LISTED]),
        "system": system,
    }
    return [Panel("audits/_system_panel.html", context, order=60)]


def waiting(user: User) -> list[WaitingItem]:
    """Goals to agree, evaluations without data, failed ones, audits to conclude: for those who may act."""
    return [*_goals(user), *_evaluations(user), *_audits(user)]


def _goals(user: User) -> list[WaitingItem]:
    proposed = Goal.objects.visible_to(user).filter(status=GoalStatus.PROPOSED).select_related("model__system__team")
    return [
        WaitingItem(
            title=f"Agree the goal {goal.name}",
            detail=f"{goal.model.name}, proposed by {goal.proposed_by}",
            url=reverse("audits:goal-list", args=[goal.model.uid]),
            verb="Read and agree",
            system_name=goal.model.system.name,
        )
        for goal in proposed
        if allowed(user, "goal.agree", goal)
    ]


def _evaluations(user: User) -> list[WaitingItem]:
    wanting = (EvaluationStatus.WAITING, EvaluationStatus.FAILED)
    rows = Evaluation.objects.visible_to(user).filter(status__in=wanting, replacements__isnull=True)
    rows = rows.select_related("version__model__system__team", "plan", "team").defer("counts", "result")
    return [
        WaitingItem(
            title=f"{evaluation.label}: {evaluation.version}",
            detail=evaluation.error or f"Owed by the plan {evaluation.plan}: hand in counts or predictions.",
            url=reverse("audits:evaluation-detail", args=[evaluation.uid]),
            verb="Look" if evaluation.status == EvaluationStatus.FAILED else "Hand in",
            system_name=evaluation.version.model.system.name,
        )
        for evaluation in rows.order_by("number")[:LISTED]
        if allowed(user, "evaluation.hand_in", evaluation)
    ]


def _audits(user: User) -> list[WaitingItem]:
    rows = Audit.objects.visible_to(user).filter(state="open").select_related("system", "team")
    return [
        WaitingItem(
            title=f"Conclude {audit.label}: {audit.title}",
            detail=f"Opened by {audit.opened_by}",
            url=reverse("audits:audit-detail", args=[audit.uid]),
            verb="Conclude",
            system_name=audit.system.name,
        )
        for audit in rows
        if allowed(user, "audit.conclude", audit)
    ]


def found(user: User, text: str) -> list[Found]:
    """Audits, goals, reports and evaluations by name, number or digest."""
    audits = Audit.objects.visible_to(user).filter(Q(title__icontains=text) | Q(scope__icontains=text))[:LISTED]
    goals = Goal.objects.visible_to(user).filter(name__icontains=text).select_related("model")[:LISTED]
    reports = Report.objects.visible_to(user).filter(Q(file_sha256=text.lower()) | Q(number=_number(text, "AR-")))
    digest = Q(counts_sha256__startswith=text.lower()) | Q(source_sha256__startswith=text.lower())
    evaluations = Evaluation.objects.visible_to(user).filter(Q(number=_number(text, "E-")) | digest)
    hits = [
        *((str(row), row.system.name, "audits:audit-detail", row.uid, "Audit") for row in audits),
        *((row.name, row.model.name, "audits:goal-list", row.model.uid, "Goal") for row in goals),
        *((str(row), row.get_kind_display(), "audits:report-detail", row.uid, "Report") for row in reports[:LISTED]),
        *((str(row), row.status, "audits:evaluation-detail", row.uid, "Evaluation") for row in evaluations[:LISTED]),
    ]
    return [Found(title, detail, reverse(name, args=[uid]), kind) for title, detail, name, uid, kind in hits]


def _number(text: str, prefix: str) -> int:
    digits = text.upper().removeprefix(prefix)
    return int(digits) if text.upper().startswith(prefix) and digits.isdecimal() and len(digits) < 9 else -1
