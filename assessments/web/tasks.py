"""The task list of an assessment, who does which part, and what was taken over from the organisation."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from assessments import services
from assessments.models import Assessment, Assignment
from assessments.services.outcome import outlook_of
from assessments.services.standing import Standing
from assessments.web.base import AssessmentPage
from assessments.web.pages import label_of, pages_of
from assessments.web.results import distributions
from evenhand.questionnaire.completeness import MissingReason, SectionProgress
from evenhand.questionnaire.schema import Section
from governance import facts
from governance.models import User
from governance.permissions import allowed


@dataclass(frozen=True)
class TaskRow:
    """One section in the task list."""

    name: str
    what: str
    url: str
    state: str
    word: str
    note: str
    done: int
    total: int
    who: str
    due_on: Any


@dataclass(frozen=True)
class SectionState:
    """The state of a section, by its key in config/states.py, with other words where they say more."""

    key: str
    word: str = ""


@dataclass(frozen=True)
class Place:
    """Something to go to: what stands before submitting, or the next question."""

    text: str
    url: str


@dataclass(frozen=True)
class TaskGroup:
    """The sections under one heading."""

    title: str
    rows: tuple[TaskRow, ...]


class AssessmentDetail(AssessmentPage):
    """The sections as tasks, and what stands before submitting."""

    template = "assessments/assessment_detail.html"

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        assessment = self.open(uid)
        standing = services.standing_of(assessment)
        signoffs = list(assessment.signoffs.select_related("person"))
        present = services.content_sha256(assessment) if signoffs else ""
        return self.show(
            assessment=assessment,
            file_panels=facts.ask("assessment.files", assessment, self.user),
            standing=standing,
            groups=task_groups(standing, self.user),
            outlook=outlook_of(standing),
            n_doubted=sum(len(standing.doubted_in(section)) for section in standing.framework.sections),
            n_asked=len(standing.asked),
            n_answered=sum(row.answered for row in standing.progress),
            before=before_submitting(standing),
            open_words=open_words(standing),
            go_on=next_to_answer(standing, self.user),
            distributions=distributions(standing),
            signoffs=[(signoff, signoff.signed_sha256 != present) for signoff in signoffs],
            title="",
            page_title=f"{assessment.title}, {assessment.subject_name}",
        )


def next_to_answer(standing: Standing, user: User) -> Place | None:
    """The first page that lacks something this person may answer, with its address."""
    may_all = allowed(user, "assessment.answer", standing.assessment)
    mine = [part for part in _assignments(standing.assessment) if part.assignee_id == user.pk]
    sections = {part.section_id for part in mine if not part.question_id}
    questions = {part.question_id for part in mine}
    for page in pages_of(standing):
        is_mine = may_all or page.section.id in sections or any(asked.id in questions for asked in page.questions)
        if is_mine and any(question.id in standing.lacking for question in page.questions):
            url = reverse("assessments:assessment-question", args=[standing.assessment.uid, page.id])
            return Place(label_of(page), url)
    return None


def task_groups(standing: Standing, user: User) -> list[TaskGroup]:
    """Sections by chapter; what the organisation answers once stands first."""
    chapters = {chapter.id: str(chapter.title) for chapter in standing.framework.chapters}
    groups: dict[str, list[TaskRow]] = {}
    for section, row in [*_together(list(_copied_rows(standing))), *_own_rows(standing, user)]:
        groups.setdefault(chapters.get(section.chapter or "", ""), []).append(row)
    return [TaskGroup(title, tuple(rows)) for title, rows in groups.items()]


def _own_rows(standing: Standing, user: User) -> Iterator[tuple[Section, TaskRow]]:
    parts = _assignments(standing.assessment)
    given = {part.section_id: part for part in parts if not part.question_id}
    comments = dict(standing.assessment.comments.values_list("question_id").annotate(Count("id")))
    for progress in standing.progress:
        part = given.get(progress.section.id)
        state = section_state(standing, progress, parts, user)
        yield (
            progress.section,
            TaskRow(
                **_named(progress.section),
                url=reverse("assessments:assessment-section", args=[standing.assessment.uid, progress.section.id]),
                state=state.key,
                word=state.word,
                note=_note(progress, comments, len(standing.doubted_in(progress.section))),
                done=progress.answered,
                total=progress.total,
                who=str(part.assignee) if part and part.assignee else "",
                due_on=part.due_on if part else None,
            ),
        )


def section_state(
    standing: Standing, progress: SectionProgress, parts: Sequence[Assignment], user: User
) -> SectionState:
    """Not started, in progress, needs review, done, or waiting for somebody else."""
    if progress.is_done:
        return SectionState("done")
    doubted = standing.doubted_in(progress.section)
    if (progress.unknown or doubted) and progress.answered + progress.unknown + len(doubted) >= progress.total:
        return SectionState("needs_review")
    theirs = [part for part in parts if part.section_id == progress.section.id and part.assignee_id]
    whole = next((part for part in theirs if not part.question_id), None)
    open_ones = [part for part in theirs if part.question_id in standing.lacking]
    awaited = [part for part in ([whole] if whole else open_ones) if part is not None]
    if awaited and standing.assessment.is_open and all(part.assignee_id != user.pk for part in awaited):
        return SectionState("waiting", f"waiting for {awaited[0].assignee}")
    return SectionState(progress.state)


def _copied_rows(standing: Standing) -> Iterator[tuple[Section, TaskRow]]:
    url = reverse("assessments:assessment-copied", args=[standing.assessment.uid])
    for section in standing.framework.borrowed:
        ids = [question.id for question in section.questions if question.takes_answer]
        done = sum(question_id in standing.copied for question_id in ids)
        stale = sum(question_id in standing.stale for question_id in ids)
        state = "stale" if stale else "inherited" if done else "waiting"
        yield (
            section,
            TaskRow(
                **_named(section),
                url=url,
                state=state,
                word="" if done else "waiting for the organisation",
                note=f"{stale} newer signed" if stale else "",
                done=done,
                total=len(ids),
                who="Organisation",
                due_on=None,
            ),
        )


def _together(rows: list[tuple[Section, TaskRow]]) -> list[tuple[Section, TaskRow]]:
    """One line for all that the organisation answered, where all of it is in the same state."""
    if len(rows) < 2 or len({row.state for _, row in rows}) > 1 or len({each.chapter for each, _ in rows}) > 1:
        return rows
    first, last = rows[0], rows[-1]
    merged = replace(
        first[1],
        name=f"{first[1].name} to {last[1].name.rpartition(' ')[2]}",
        what="Answered once for the whole organisation",
        done=sum(row.done for _, row in rows),
        total=sum(row.total for _, row in rows),
    )
    return [(first[0], merged)]


def _named(section: Section) -> dict[str, str]:
    return {
        "name": section.code or str(section.title),
        "what": str(section.title) if section.code else str(section.help),
    }


def _note(progress: SectionProgress, comments: Mapping[str, int], n_doubted: int) -> str:
    said = sum(comments.get(question.id, 0) for question in progress.section.questions)
    notes = [
        f"{n_doubted} to confirm" if n_doubted else "",
        f"{progress.unknown} don't know yet" if progress.unknown else "",
        f"{progress.not_applicable} not applicable" if progress.not_applicable else "",
        f"{said} comment{'s' if said > 1 else ''}" if said else "",
    ]
    return ", ".join(note for note in notes if note)


def _assignments(assessment: Assessment) -> list[Assignment]:
    return list(assessment.assignments.select_related("assignee"))


def open_words(standing: Standing) -> str:
    """What is left to do, counted as the list beside the tasks counts it: by question, the organisation's apart."""
    left = len({item.question for item in standing.missing if item.question})
    own = f"{left} question{'' if left == 1 else 's'} to settle" if left else ""
    copied = any(not item.question for item in standing.missing)
    return " and ".join(part for part in (own, "the organisation's own answers to take over" if copied else "") if part)


def before_submitting(standing: Standing) -> list[Place]:
    """What stands before submitting, and what a reviewer will look at, each as a link."""
    check = reverse("assessments:assessment-check", args=[standing.assessment.uid])
    own = {item.question for item in standing.missing if item.question}
    unconfirmed = [item for item in standing.missing if item.reason is MissingReason.UNCONFIRMED]
    counts = (
        (
            len(unconfirmed),
            "answer waits to be confirmed",
            "answers wait to be confirmed",
            "#missing",
        ),
        (
            len(own) - _count(standing, "dont_know") - len(unconfirmed),
            "answer is missing or not complete",
            "answers are missing or not complete",
            "#missing",
        ),
        (_count(standing, "dont_know"), 'answer is "don\'t know yet"', 'answers are "don\'t know yet"', "#missing"),
        (
            _count(standing, "not_applicable"),
            'answer is "does not apply", with its reason',
            'answers are "does not apply", each with its reason',
            "#not-applicable",
        ),
        (
            sum(piece.is_expired for pieces in standing.evidence.values() for piece in pieces),
            "piece of evidence has expired",
            "pieces of evidence have expired",
            "#answers",
        ),
    )
    lines = [
        Place(f"{count} {one if count == 1 else many}", check + anchor) for count, one, many, anchor in counts if count
    ]
    if any(not item.question for item in standing.missing):
        url = reverse("assessments:assessment-copied", args=[standing.assessment.uid])
        lines.insert(0, Place("The organisation's own answers are not signed or not taken over", url))
    return lines


def _count(standing: Standing, state: str) -> int:
    return sum(standing.state_of(question) == state for question in standing.asked)
