"""Clauses of one framework that are about the same as clauses of another: ``crosswalks/*.csv``, read both ways."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from evenhand.questionnaire.schema import Framework, Question

Key = tuple[str, ...]


@dataclass(frozen=True)
class Link:
    """One line of a crosswalk: two clauses, how they relate, and on whose word."""

    origin: str  # "framework:clause"
    target: str
    relation: str
    basis: str

    def turned(self) -> "Link":
        """The same link read the other way round."""
        return Link(self.target, self.origin, self.relation, self.basis)


@dataclass(frozen=True)
class Related:
    """A clause elsewhere that is related to the one asked for."""

    framework: str
    ref: str
    relation: str
    basis: str

    @property
    def full_ref(self) -> str:
        return f"{self.framework}:{self.ref}"


def related(framework_id: str, clause: str, crosswalk: "Crosswalk | None" = None) -> tuple[Related, ...]:
    """What a clause of a framework is related to elsewhere, whichever side the crosswalk was written from.

    A clause stands for its paragraphs: a link to ``Art. 9`` is found from ``Art. 9(2)``, and the other way round.
    ``crosswalk`` is the one we ship unless given. A clause that no crosswalk names gives nothing.
    """
    links = (crosswalk or shipped_crosswalk()).links_of(f"{framework_id}:{clause}")
    found = {}
    for link in links:
        other, _, ref = link.target.partition(":")
        if other != framework_id:
            found[link.target] = Related(other, ref, link.relation, link.basis)
    return tuple(found.values())


def related_to_question(
    framework: Framework, question: Question, crosswalk: "Crosswalk | None" = None
) -> tuple[Related, ...]:
    """The clauses elsewhere that a question names, and those that a crosswalk relates to its framework's own clauses.

    A crosswalk is not followed on from a clause elsewhere: nobody has vouched for such a chain.
    """
    found: dict[str, Related] = {}
    for ref in full_refs(framework, question):
        owner, _, clause = ref.partition(":")
        if owner != framework.id:
            found.setdefault(ref, Related(owner, clause, "named", f"named by {framework.id}"))
            continue
        for item in related(owner, clause, crosswalk):
            found.setdefault(item.full_ref, item)
    return tuple(found.values())


def full_refs(framework: Framework, question: Question) -> tuple[str, ...]:
    """The clauses a question refers to, each with the framework it belongs to."""
    return tuple(ref if ":" in ref else f"{framework.id}:{ref}" for ref in question.refs)


def ref_key(ref: str) -> Key:
    """A reference without its punctuation: ``eu-ai-act:Art. 9(2)(a)`` is (eu-ai-act, art, 9, 2, a).

    Spellings differ (``Art.9``, ``Art. 9``); a longer key that starts with a shorter one is a paragraph of it.
    """
    framework, _, clause = ref.partition(":")
    return (framework, *re.findall(r"[a-z0-9]+", clause.casefold()))


class Crosswalk:
    """Links, to be found from either side by clause, by paragraph of it, or by what contains it."""

    def __init__(self, links: Iterable[Link]) -> None:
        self.links = tuple(links)
        self._exact: dict[Key, list[Link]] = defaultdict(list)
        self._within: dict[Key, list[Link]] = defaultdict(list)
        for link in (turned for one in self.links for turned in (one, one.turned())):
            key = ref_key(link.origin)
            self._exact[key].append(link)
            for length in range(2, len(key)):
                self._within[key[:length]].append(link)

    def links_of(self, ref: str) -> Iterator[Link]:
        """Links that start at a clause, then at its paragraphs, then at what contains it."""
        key = ref_key(ref)
        yield from self._exact.get(key, ())
        yield from self._within.get(key, ())
        for length in range(len(key) - 1, 1, -1):
            yield from self._exact.get(key[:length], ())


def read_links(text: str) -> tuple[Link, ...]:
    """The links of a CSV file with the columns from, to, relation, basis."""
    return tuple(
        Link(row["from"], row["to"], row["relation"], row["basis"]) for row in csv.DictReader(text.splitlines())
    )


@cache
def shipped_crosswalk() -> Crosswalk:
    """Every crosswalk that comes with the package, as one."""
    folder = files("evenhand.questionnaire") / "crosswalks"
    names = sorted(item.name for item in folder.iterdir() if item.name.endswith(".csv"))
    return Crosswalk(link for name in names for link in read_links((folder / name).read_text(encoding="utf-8")))
