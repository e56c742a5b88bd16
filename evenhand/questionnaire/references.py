"""References between frameworks: whether ``same_as`` and ``follow_ups`` name what there is."""

from collections.abc import Iterable, Iterator

from evenhand.questionnaire.schema import Framework, Question, SameAs


def check_references(frameworks: Iterable[Framework]) -> tuple[str, ...]:
    """What is wrong with the references among these frameworks, a sentence each; nothing is good.

    A framework loads on its own: what it names elsewhere is checked only here, where all of them are known.
    """
    known = {framework.id: framework for framework in frameworks}
    return tuple(problem for framework in known.values() for problem in _problems(framework, known))


def _problems(framework: Framework, known: dict[str, Framework]) -> Iterator[str]:
    for follow_up in framework.follow_ups:
        if follow_up.framework not in known:
            yield f"{framework.id}: follow-up {follow_up.id}: there is no framework {follow_up.framework!r}."
    for path, question in _asked(framework):
        for same in question.same_as:
            reason = _reason_against(same, known)
            if reason:
                yield f"{framework.id}: {path}: same_as {same.question!r}: {reason}"


def _asked(framework: Framework) -> Iterator[tuple[str, Question]]:
    for question in framework.questions:
        yield question.id, question
        yield from ((f"{question.id}.{part.id}", part) for part in question.questions)


def _reason_against(same: SameAs, known: dict[str, Framework]) -> str | None:
    framework = known.get(same.framework_id)
    if framework is None:
        return f"there is no framework {same.framework_id!r}."
    question = framework.questions_by_id.get(same.question_id)
    if question is None:
        return f"{framework.id} has no question {same.question_id!r}."
    if same.part_id is not None and same.part_id not in question.parts_by_id:
        return f"the question {question.id!r} has no part {same.part_id!r}."
    return None if question.takes_answer else f"{question.id!r} is a note and takes no answer."
