"""The fairness page: groups by metrics under other choices, a threshold tried out, what excludes what."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse

from audits.models import Evaluation
from audits.services import exploring
from audits.services.exploring import Choices
from audits.web.evaluations import EvaluationPage
from audits.web.matrices import matrix
from governance.web.base import Crumb

MOST_ROWS = 60


class FairnessExplorer(EvaluationPage):
    """Reading only: nothing chosen here is kept."""

    template = "audits/fairness.html"

    def crumbs(self) -> list[Crumb]:
        return [*super().crumbs(), ("Fairness", "")]

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        evaluation = self.open(uid)
        if not evaluation.counts or not evaluation.result:
            raise Http404("This evaluation has no counts yet.")
        choices = exploring.choices_of(evaluation, request.GET)
        found = exploring.explore(evaluation, choices)
        shown = matrix(found.result, ",".join(choices.by))
        rows = shown["rows"]
        return self.show(
            evaluation=evaluation,
            version=evaluation.version,
            title=f"Fairness of {evaluation.version}",
            matrix={**shown, "rows": rows[:MOST_ROWS]},
            left_out=max(0, len(rows) - MOST_ROWS),
            trial=found.trial,
            dilemma=found.dilemma,
            link="?" + urlencode(asked(choices)),
            confidence=f"{100 * choices.confidence:g}%",
            goals=evaluation.goals,
            **choosing(evaluation, choices),
        )


def asked(choices: Choices) -> list[tuple[str, str]]:
    """The choices as they stand in an address."""
    pairs = [
        ("by", choices.by[0]),
        ("and", choices.by[1] if len(choices.by) > 1 else ""),
        ("against", choices.against),
        ("confidence", f"{choices.confidence:g}"),
        ("at", "" if choices.at is None else f"{choices.at:g}"),
    ]
    return [(name, value) for name, value in pairs if value]


def choosing(evaluation: Evaluation, choices: Choices) -> dict[str, Any]:
    """What may be chosen, each with its words and whether it is chosen."""
    attributes, crossed = exploring.attributes_of(evaluation), exploring.crossings_of(evaluation)
    first, second = choices.by[0], choices.by[1] if len(choices.by) > 1 else ""
    others = [name for name in attributes if name != first and frozenset((first, name)) in crossed]
    return {
        "choosing": [
            ("by", "Groups", [(name, _words(name), name == first) for name in attributes]),
            ("and", "and", [("", "no second one", not second)] + [(n, _words(n), n == second) for n in others]),
            (
                "against",
                "Compared with",
                [
                    (value, words, value == choices.against)
                    for value, words in exploring.references_of(evaluation, choices.by)
                ],
            ),
            (
                "confidence",
                "Confidence",
                [(f"{each:g}", f"{100 * each:g}%", each == choices.confidence) for each in exploring.CONFIDENCES],
            ),
        ],
        "kept": [pair for pair in asked(choices) if pair[0] != "at"],
    }


def _words(column: str) -> str:
    text = column.replace("_", " ")
    return text[:1].upper() + text[1:]
