"""What a framework file has declared so far while it is read: ids, controls, and where each expression stands."""

from dataclasses import dataclass, field

from evenhand.documents import Path
from evenhand.questionnaire.schema import Scope
from evenhand.reading import IDENTIFIER, Reader

MAX_QUESTIONS = 2_000


@dataclass
class Declared:
    """Shared by the readers of one file; ``places`` tells where an id or expression stands, for errors found later."""

    places: dict[str, Path] = field(default_factory=dict)
    controls: set[str] = field(default_factory=set)
    scores: set[object] = field(default_factory=set)
    scope: Scope = Scope.SYSTEM
    framework_id: str = ""
    _ids: dict[str, str] = field(default_factory=dict)
    _source_ids: set[str | None] = field(default_factory=set)
    _n_questions: int = 0

    def claim(self, item: Reader, identifier: str, what: str) -> None:
        """Questions, scores, values and outcomes share one space of names: they are the variables of conditions."""
        if not identifier:
            return
        if identifier in self._ids:
            item.problem(f"the id {identifier!r} is already used by a {self._ids[identifier]}.", "id")
        self._ids[identifier] = what
        self.places.setdefault(identifier, item.path)

    def count_question(self, item: Reader, source_id: str | None) -> None:
        """One question more: their number is bounded, and so that answers find theirs, source ids are given once."""
        self._n_questions += 1
        if self._n_questions == MAX_QUESTIONS + 1:
            item.problem(f"is question number {self._n_questions:,}; a framework has at most {MAX_QUESTIONS:,}.")
        if source_id is not None and source_id in self._source_ids:
            item.problem(f"the source id {source_id!r} is given twice.", "source_id")
        self._source_ids.add(source_id)

    def variable(self, item: Reader, what: str) -> str:
        """The id of something conditions can name."""
        identifier = item.required_string("id", pattern=IDENTIFIER)
        item.named(identifier or item.where)
        self.claim(item, identifier, what)
        return identifier

    def expression(self, item: Reader, key: str, where: str, *, required: bool = False) -> str | None:
        """An expression as text; ``true`` and ``false`` need no quotes."""
        value = item.raw(key)
        if isinstance(value, bool):
            value = "true" if value else "false"
        if value is None:
            if required:
                item.problem(f"needs {key!r}.")
            return None
        if not isinstance(value, str):
            item.problem("must be an expression as text; put it in quotes.", key)
            return None
        self.places[where] = (*item.path, key)
        return value.strip()

    def refs(self, item: Reader) -> tuple[str, ...]:
        """References to controls of this file, or to clauses elsewhere."""
        refs = item.strings("refs")
        for ref in refs:
            if ":" not in ref and ref not in self.controls:
                item.problem(f"there is no control {ref!r}; write 'framework:clause' for one elsewhere.", "refs")
        return refs


def listed(item: Reader, seen: set[str], what: str) -> str:
    """The id of something that is only listed, unique among its kind."""
    identifier = item.required_string("id", pattern=IDENTIFIER)
    item.named(identifier or item.where)
    if identifier in seen:
        item.problem(f"the {what} {identifier!r} is given twice.", "id")
    seen.add(identifier)
    return identifier
