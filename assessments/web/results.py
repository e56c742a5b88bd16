"""How the answers are distributed over the choices they share. Never an average: the choices have no common measure."""

from dataclasses import dataclass

from assessments.services.standing import Standing
from evenhand.questionnaire.scoring import tallies

OPEN_WORDS = {"not_applicable": "does not apply", "unknown": "don't know yet", "unanswered": "not answered"}


@dataclass(frozen=True)
class Distribution:
    """A small table: a row for each choice, a column for each chapter."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]


def distributions(standing: Standing) -> list[Distribution]:
    """One table for each set of choices that several questions share."""
    framework = standing.framework
    names = {chapter.id: chapter.code or str(chapter.title) for chapter in framework.chapters}
    counts: dict[str, dict[str, dict[str, int]]] = {}
    for tally in tallies(standing.evaluation):
        place = names.get(tally.chapter or "", tally.section)
        entry = counts.setdefault(tally.choice_set, {}).setdefault(place, {})
        for choice, count in tally.counts:
            entry[choice] = entry.get(choice, 0) + count
    return [
        _table(
            str(choice_set.title),
            {choice.id: str(choice.label) for choice in choice_set.choices},
            counts[choice_set.id],
        )
        for choice_set in framework.choice_sets
        if choice_set.id in counts
    ]


def _table(title: str, labels: dict[str, str], counts: dict[str, dict[str, int]]) -> Distribution:
    columns = tuple(counts)
    rows = tuple(
        (label[:1].upper() + label[1:], tuple(counts[column].get(choice, 0) for column in columns))
        for choice, label in {**labels, **OPEN_WORDS}.items()
        if choice in labels or any(counts[column].get(choice, 0) for column in columns)
    )
    return Distribution(title, columns, rows)
