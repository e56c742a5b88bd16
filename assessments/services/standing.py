"""Where an assessment stands: its answers, what follows from them, and what is still missing. Read in one pass."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from assessments.models import Answer, Assessment, CopiedAnswer, Evidence, LookAgain
from assessments.services.copying import stale_copies
from assessments.services.library import with_newest
from assessments.services.registry_facts import Registry, registry_of
from evenhand.questionnaire.answers import Answer as Said
from evenhand.questionnaire.completeness import Missing, MissingReason, SectionProgress, missing, progress
from evenhand.questionnaire.evaluation import Evaluation, evaluate
from evenhand.questionnaire.schema import Framework, Question, Section

UNCONFIRMED = (LookAgain.Kind.CARRIED, LookAgain.Kind.OFFERED)


@dataclass(frozen=True)
class Standing:
    """An assessment with everything pages, API and rules ask of it."""

    assessment: Assessment
    framework: Framework
    answers: Mapping[str, Answer]
    copied: Mapping[str, CopiedAnswer]
    evidence: Mapping[str, list[Evidence]]
    doubts: Mapping[str, list[LookAgain]]  # open ones, by question
    said: Mapping[str, Said]
    evaluation: Evaluation

    @cached_property
    def n_evidence(self) -> dict[str, int]:
        return {question_id: len(pieces) for question_id, pieces in self.evidence.items()}

    @cached_property
    def missing(self) -> tuple[Missing, ...]:
        """Everything that stands before submission, the organisation's part first."""
        found = missing(self.framework, self.said, evidence=self.n_evidence, evaluation=self.evaluation)
        return (*self._missing_copies(), *found, *self._doubted({item.question for item in found}))

    @cached_property
    def lacking(self) -> frozenset[str]:
        return frozenset(item.question for item in self.missing)

    @cached_property
    def progress(self) -> tuple[SectionProgress, ...]:
        """How far each section is; an answer that must be looked at again is not done."""
        found = progress(self.framework, self.said, evidence=self.n_evidence, evaluation=self.evaluation)
        return tuple(self._without_doubted(row) for row in found)

    @cached_property
    def asked(self) -> tuple[Question, ...]:
        """The questions to answer here, in order."""
        return tuple(question for question in self.evaluation.visible_questions() if question.takes_answer)

    @cached_property
    def registry(self) -> Registry | None:
        """What the registry says, each family of facts read once for everything that is shown."""
        return registry_of(self.assessment)

    @cached_property
    def stale(self) -> Mapping[str, Assessment]:
        return stale_copies(self.assessment)

    def state_of(self, question: Question) -> str:
        """The state of one question, in the words of config/states.py."""
        answer = self.answers.get(question.id)
        if answer is None or answer.is_blank:
            return "not_started"
        doubts = self.doubts.get(question.id, [])
        if any(doubt.kind in UNCONFIRMED for doubt in doubts):
            return "carried"
        if doubts:
            return "look_again"
        if answer.not_applicable:
            return "not_applicable"
        if answer.dont_know:
            return "dont_know"
        return "in_progress" if question.id in self.lacking else "answered"

    def doubted_in(self, section: Section) -> list[str]:
        """The visible questions of a section whose answers must be looked at again."""
        return [question.id for question in section.questions if self._is_doubted(question.id)]

    def _is_doubted(self, question_id: str) -> bool:
        answer = self.answers.get(question_id)
        is_there = answer is not None and not answer.is_blank
        return is_there and question_id in self.doubts and question_id in self.evaluation.visible

    def _doubted(self, named: Collection[str]) -> list[Missing]:
        """Answers that must be looked at again and lack nothing else."""
        return [
            Missing(question.id, question.id, question.label, MissingReason.UNCONFIRMED, f"{question.label} {words}")
            for question in self.asked
            if question.id not in named and self._is_doubted(question.id)
            for words in ["must be confirmed: " + self.doubts[question.id][0].reason]
        ]

    def _without_doubted(self, row: SectionProgress) -> SectionProgress:
        named = {item.question for item in self.missing if item.reason is not MissingReason.UNCONFIRMED}
        n_doubted = len([each for each in self.doubted_in(row.section) if each not in named])
        return replace(row, answered=row.answered - n_doubted, lacking=row.lacking + n_doubted) if n_doubted else row

    def _missing_copies(self) -> list[Missing]:
        if not self.framework.borrowed or self.copied or self.assessment.system_id is None:
            return []
        names = ", ".join(section.code or str(section.title) for section in self.framework.borrowed)
        message = (
            f"{names}: asked once for the whole organisation. {self.assessment.team.name} has no signed assessment of "
            "its own yet, or its answers are not taken over."
        )
        return [Missing("", "", "Organisation", MissingReason.UNANSWERED, message)]


def standing_of(assessment: Assessment) -> Standing:
    """Read an assessment with its answers and evidence, and compute what follows."""
    answers = {answer.question_id: answer for answer in assessment.answers.select_related("answered_by")}
    copies = assessment.copied_answers.select_related("source") if assessment.framework.borrowed else ()
    copied = {copy.question_id: copy for copy in copies}
    evidence: dict[str, list[Evidence]] = {}
    pieces = assessment.evidence.filter(withdrawn_at=None).select_related("added_by", "revision__item")
    for piece in with_newest(pieces):
        evidence.setdefault(piece.question_id, []).append(piece)
    doubts: dict[str, list[LookAgain]] = {}
    for doubt in assessment.look_agains.filter(settled_at=None):
        doubts.setdefault(doubt.question_id, []).append(doubt)
    framework = assessment.framework
    said = {question_id: copy.said() for question_id, copy in copied.items()}
    said |= {question_id: answer.said() for question_id, answer in answers.items() if not answer.is_blank}
    return Standing(
        assessment=assessment,
        framework=framework,
        answers=answers,
        copied=copied,
        evidence=evidence,
        doubts=doubts,
        said=said,
        evaluation=evaluate(framework, said),
    )


def missing_in(assessment: Assessment) -> tuple[Missing, ...]:
    """Everything that stands between an assessment and its submission."""
    return standing_of(assessment).missing
