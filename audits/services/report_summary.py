"""What a report says first, in plain sentences: what it is, how many people, goals, verdicts, what was not tested."""

from collections.abc import Iterator, Sequence

from audits.reports.content import EvaluationSection, GoalSection, Headline, ReportContent
from audits.reports.goal_limits import kind_of, metrics_of, minimum_of
from audits.reports.goal_verdicts import goal_verdict
from evenhand.fairness.plots.rows import Partition, interval_rows

HEADLINES = {
    "not_met": "A goal is not met",
    "inconclusive": "Not settled",
    "met": "Goals met",
    "none": "No goal judged",
}
VERDICTS = {
    "not_met": "Not met",
    "inconclusive": "Cannot be decided on this data",
    "met": "Met",
    "none": "Not judged by any completed evaluation",
}
Judged = tuple[GoalSection, str, str]  # a goal, its verdict, the sentence of its verdict


def headline_of(content: ReportContent) -> Headline:
    """The gravest verdict, with the finding in the engine's own sentence."""
    judged = _judged(content)
    state = next((found for found in VERDICTS if any(verdict == found for _, verdict, _ in judged)), "none")
    if state == "none":
        sentence = "No completed evaluation has judged a fairness goal of this version."
        return Headline(state=state, word=HEADLINES[state], sentence=sentence)
    sentences = [sentence for _, verdict, sentence in judged if verdict == state]
    more = f" {_counted(len(sentences), 'goal')} came out like this; this is the first." if len(sentences) > 1 else ""
    return Headline(state=state, word=HEADLINES[state], sentence=sentences[0] + more)


def summary_of(content: ReportContent) -> tuple[str, ...]:
    """The paragraphs of the summary."""
    return tuple(
        " ".join(sentences)
        for sentences in (
            list(_what_it_is(content)),
            list(_who_was_tested(content)),
            list(_verdicts(content)),
            list(_not_tested(content)),
            list(_conclusion(content)),
        )
        if sentences
    )


def _what_it_is(content: ReportContent) -> Iterator[str]:
    said = {fact.label: fact.text for fact in content.system.facts}
    yield f"This report is about {content.version.model}, version {content.version.name}, in {content.system.name}."
    for label, before in (
        ("What it does", "What the system does:"),
        ("Who it affects", "Who it affects:"),
        ("Decision it takes part in", "The decision it takes part in:"),
    ):
        if said.get(label):
            yield f"{before} {_closed(said[label])}"


def _who_was_tested(content: ReportContent) -> Iterator[str]:
    tested = _of_record(content)
    for evaluation in tested:
        people = (evaluation.result or {}).get("n_rows") or evaluation.row_total or 0
        source = f" from {evaluation.source}" if evaluation.source else ""
        yield f"It was tested on {people:,} people{source} ({evaluation.number}, {evaluation.grade})."
    if not tested:
        yield "It has not been tested: no evaluation of record is complete."


def _verdicts(content: ReportContent) -> Iterator[str]:
    judged = _judged(content)
    if not judged:
        yield "No fairness goal was agreed, so nothing here is a verdict on fairness."
        return
    yield f"{_counted(len(judged), 'fairness goal')} {'was' if len(judged) == 1 else 'were'} agreed."
    for state, word in VERDICTS.items():
        names = [goal.name for goal, verdict, _ in judged if verdict == state]
        if names:
            yield f"{word}: {', '.join(names)}."
    late = [goal.name for goal, _, _ in judged if not goal.agreement.before_results]
    if late:
        yield f"Agreed only after results were known: {', '.join(late)}."
    else:
        yield "All were agreed before results were known." if len(judged) > 1 else "That was before results were known."


def _not_tested(content: ReportContent) -> Iterator[str]:
    yield "Not tested: any other version, decision rule or data."
    few = _too_few(content)
    if few:
        yield f"Too few people to judge: {', '.join(few)}."
    outside = content.audit.outside if content.audit else ()
    if outside:
        yield f"Outside this audit: {_closed('; '.join(outside))}"
    for status, said in (("waiting", "still waits for its data"), ("failed", "failed, so it shows nothing")):
        numbers = [evaluation.number for evaluation in content.evaluations if evaluation.status == status]
        if numbers:
            yield f"{_closed(f'{_listed(numbers)} {said}')}"


def _conclusion(content: ReportContent) -> Iterator[str]:
    if content.audit is not None and content.audit.conclusion:
        yield f"The conclusion of audit {content.audit.number}: {_closed(content.audit.conclusion)}"
        if content.audit.next_on is not None:
            day = content.audit.next_on
            yield f"The next audit is due on {day.day} {day:%B %Y}."
    n_assessments = len(content.assessments)
    if n_assessments:
        printed = "is" if n_assessments == 1 else "are"
        yield f"{_counted(n_assessments, 'impact assessment')} {printed} printed in section 5, with every answer."
    else:
        yield "No impact assessment of this system is on the record."


def _of_record(content: ReportContent) -> list[EvaluationSection]:
    return [found for found in content.evaluations if found.of_record and found.result is not None]


def _judged(content: ReportContent) -> list[Judged]:
    """Each goal with its verdict and sentence; "none" where no completed evaluation judged it."""
    results = {evaluation.number: evaluation.result for evaluation in content.evaluations}
    rows = ((goal, goal_verdict(results.get(goal.evaluation), goal.key)) for goal in content.goals)
    return [(goal, row.get("verdict") or "none", row.get("sentence") or "") for goal, row in rows]


def _too_few(content: ReportContent) -> list[str]:
    """The groups that some goal could not judge, each once, in the order they come up."""
    results = {evaluation.number: evaluation.result for evaluation in content.evaluations}
    found: dict[str, None] = {}
    for goal in content.goals:
        result = results.get(goal.evaluation)
        for metric in metrics_of(goal.document) if result else ():
            shown = Partition(
                metric=metric, by=goal.by, kind=kind_of(goal.document), goal=goal.key, minimum=minimum_of(goal.document)
            )
            rows = interval_rows(result or {}, shown)
            found.update(dict.fromkeys(row.label for row in rows if row.state == "too_few"))
    return list(found)


def _closed(text: str) -> str:
    """The text with a full stop, unless it ends a sentence already."""
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _listed(numbers: Sequence[str]) -> str:
    return ", ".join(numbers)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
