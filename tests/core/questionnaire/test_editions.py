"""Editions: what changed, and which answers come along."""

from evenhand.questionnaire.answers import read_answers
from evenhand.questionnaire.editions import Change, Difference, answers_digest, carry_over, diff_editions, digest
from evenhand.questionnaire.parsing import parse_framework
from tests.core.questionnaire.hiring import HIRING

OLD = parse_framework(HIRING)
NEWER = (
    HIRING.replace('version: "2.1"', 'version: "2.2"')
    .replace("prompt: Does it decide alone?", "prompt: Does it decide by itself?")
    .replace("          - {id: test, label: Test, points: 2}\n", "")
    .replace(
        "      - {id: reviewed_on, type: date, prompt: Reviewed on}\n",
        "      - {id: extra, type: text, prompt: More}\n",
    )
    .replace("from: 2026-08-02", "from: 2027-08-02")
)


def test_two_editions_differ_where_they_were_changed() -> None:
    found = diff_editions(OLD, parse_framework(NEWER))
    assert set(found) == {
        Difference(Change.CHANGED, "framework", "hiring", ("version",)),
        Difference(Change.CHANGED, "question", "automated", ("prompt",)),
        Difference(Change.CHANGED, "question", "sources", ("choices",)),
        Difference(Change.ADDED, "question", "extra"),
        Difference(Change.REMOVED, "question", "reviewed_on"),
        Difference(Change.CHANGED, "duty", "ask", ("from",)),
    }


def test_an_edition_does_not_differ_from_itself() -> None:
    assert diff_editions(OLD, parse_framework(HIRING)) == ()
    assert digest(OLD) != digest(parse_framework(NEWER))


def test_answers_that_still_fit_come_along_to_be_confirmed() -> None:
    answers = read_answers(
        OLD,
        {
            "phase": "live",
            "sources": ["test"],
            "people": 3,
            "remarks": "x",
            "reviewed_on": "2026-01-01",
            "automated": True,
        },
    )
    text = NEWER.replace("prompt: How many people a year?,", "prompt: How many people a year?, carry: keep,")
    carried = {item.question: item.needs_confirming for item in carry_over(OLD, parse_framework(text), answers)}
    # 'test' is no choice any more, 'remarks' never come along, 'reviewed_on' is gone, 'people' was reworded to keep
    assert carried == {"phase": True, "automated": True, "people": True}
    kept = parse_framework(text)
    assert {item.question for item in carry_over(kept, kept, answers) if not item.needs_confirming} == {"people"}


def test_the_digest_of_answers_does_not_depend_on_their_order() -> None:
    one = read_answers(OLD, {"phase": "live", "people": 3})
    other = read_answers(OLD, {"people": 3, "phase": "live"})
    assert answers_digest(one) == answers_digest(other) != answers_digest({})
