"""Doubts about answers: raised when the world has changed since they were given, settled by those who look again."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from assessments.models import Answer, Assessment, LookAgain
from assessments.services.registry_facts import Registry, facts_behind
from evenhand.questionnaire.schema import Question
from governance.events import Event, publish, snapshot
from governance.models import Recorded, System, User

# Which facts an event may have changed, by the first word of their names.
CHANGED_BY: Mapping[str, tuple[str, ...]] = {
    "system.changed": ("system",),
    "system.tier_set": ("system",),
    "model.registered": ("model",),
    "version.registered": ("version", "rule", "card", "datasets"),
    "card.published": ("card",),
    "rule.set": ("rule",),
    "evaluation.completed": ("evaluation",),
    "evaluation.invalidated": ("evaluation",),
    "goal.agreed": ("goals",),
    "goal.retired": ("goals",),
}
LIVE = ("draft", "returned", "submitted", "approved")
LONGEST = 160
OF_ANSWER = tuple(kind for kind in LookAgain.Kind.values if kind != LookAgain.Kind.EVIDENCE_EXPIRED)


@transaction.atomic
def raise_look_again(
    *,
    assessment: Assessment,
    question_id: str,
    kind: str,
    reason: str,
    by: User | None,
    about: str = "",
    source: dict[str, Any] | None = None,
) -> LookAgain:
    """Say that an answer must be looked at again. A doubt stands once; it is told anew when its reason changes."""
    doubt, is_new = LookAgain.objects.get_or_create(
        assessment=assessment,
        question_id=question_id,
        kind=kind,
        about=about,
        settled_at=None,
        defaults={"reason": reason, "source": source},
    )
    before = None if is_new else snapshot(doubt)
    if is_new or (doubt.reason, doubt.source) != (reason, source):
        doubt.reason, doubt.source = reason, source
        doubt.save(update_fields=["reason", "source"])
        publish("look_again.raised", subject=doubt, by=by, before=before)
    return doubt


@transaction.atomic
def settle_look_agains(
    *, assessment: Assessment, question_ids: Collection[str], by: User | None, kinds: Collection[str] = OF_ANSWER
) -> int:
    """Settle the open doubts about these answers; says how many there were."""
    open_ones = LookAgain.objects.filter(
        assessment=assessment, question_id__in=question_ids, kind__in=kinds, settled_at=None
    )
    doubts = list(open_ones.order_by("pk"))
    for doubt in doubts:
        _settle(doubt, by)
    return len(doubts)


def follow(event: Event) -> None:
    """Look, in the transaction of a change, for answers that relied on what has changed."""
    families = CHANGED_BY.get(event.name)
    system = _system_of(event.subject) if families else None
    if families is None or system is None:
        return
    live = Assessment.objects.filter(system=system, status__in=LIVE).select_related("team", "edition", "version")
    for assessment in live.defer("edition__document").order_by("pk"):
        compare_facts(assessment=assessment, families=families, by=event.by, system=system)


@transaction.atomic
def compare_facts(
    *, assessment: Assessment, by: User | None, families: Collection[str] = (), system: System | None = None
) -> None:
    """Compare what answers relied on with what the registry says now; raise doubts, and settle those that are over."""
    system = system or assessment.system
    if system is None:
        return
    relying = {question.id: question for question in assessment.framework.questions if _relies(question, families)}
    if not relying:
        return
    answers = [row for row in assessment.answers.filter(question_id__in=relying) if row.relied_on and not row.is_blank]
    registry = Registry(system, assessment.version, assessment.evaluation_uid)
    names = {name for row in answers for name in row.relied_on if _is_of(name, families)}
    now = registry.values_of(names)
    for answer in answers:
        for name in sorted(names & answer.relied_on.keys()):
            _compare(assessment, answer, name, now.get(name), by)


def relied_on(question: Question, registry: Registry | None) -> dict[str, Any]:
    """What the registry says now of the facts a question relies on; unsaid ones are null."""
    names = set(facts_behind(question))
    if registry is None or not names:
        return {}
    return {name: registry.values_of(names).get(name) for name in sorted(names)}


def fact_words(name: str) -> str:
    """A fact's name as people read it: ``system.people_affected`` is "system: people affected"."""
    family, _, rest = name.partition(".")
    return f"{family}: {rest.replace('_', ' ')}"


def shown_value(value: Any) -> str:
    """A fact's value in one line."""
    if value is None or value == "":
        return "nothing"
    if isinstance(value, list):
        return "; ".join(shown_value(item) for item in value) or "nothing"
    if isinstance(value, dict):
        return ", ".join(f"{key.replace('_', ' ')} {item}" for key, item in value.items())
    return str(value)


def _compare(assessment: Assessment, answer: Answer, name: str, now: Any, by: User | None) -> None:
    before = answer.relied_on[name]
    if before == now:
        raised = assessment.look_agains.filter(question_id=answer.question_id, kind=LookAgain.Kind.FACT_CHANGED)
        for doubt in raised.filter(about=name, settled_at=None):
            _settle(doubt, by, data={"why": "the fact is again what it was"})
        return
    old, new = _where_they_differ(shown_value(before), shown_value(now))
    reason = f"{fact_words(name)}: {old} when this was answered, {new} now."
    source = {"fact": name, "old": before, "new": now}
    raise_look_again(
        assessment=assessment,
        question_id=answer.question_id,
        kind=LookAgain.Kind.FACT_CHANGED,
        about=name,
        reason=reason,
        source=source,
        by=by,
    )


def _settle(doubt: LookAgain, by: User | None, data: dict[str, Any] | None = None) -> None:
    before = snapshot(doubt)
    doubt.settled_at, doubt.settled_by = timezone.now(), by
    doubt.save(update_fields=["settled_at", "settled_by"])
    publish("look_again.settled", subject=doubt, by=by, before=before, data=data)


def _where_they_differ(before: str, now: str) -> tuple[str, str]:
    """Two long texts from a little before the place where they part."""
    same = next((at for at, (old, new) in enumerate(zip(before, now, strict=False)) if old != new), len(before))
    start = max(same - LONGEST // 2, 0) if max(len(before), len(now)) > LONGEST else 0
    return _short(before, start), _short(now, start)


def _short(text: str, start: int) -> str:
    if text == "nothing":
        return text
    cut = text[start : start + LONGEST].strip()
    return f"“{'…' if start else ''}{cut}{'…' if len(text) > start + LONGEST else ''}”"


def _relies(question: Question, families: Collection[str]) -> bool:
    return any(_is_of(name, families) for name in facts_behind(question))


def _is_of(name: str, families: Collection[str]) -> bool:
    return not families or name.partition(".")[0] in families


def _system_of(subject: Recorded) -> System | None:
    """The system a row belongs to, by the way the rows of the registry point to it."""
    return next((step for step in _upwards(subject) if isinstance(step, System)), None)


def _upwards(row: Any) -> Iterator[Any]:
    while row is not None:
        yield row
        row = next((getattr(row, name) for name in ("version", "model", "system") if hasattr(row, name)), None)
