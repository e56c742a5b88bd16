"""Checks the record in the order of the subjects: numbers, links, ends of stories, the heads tree."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, groupby
from typing import Any
from uuid import UUID

from audits.models.records import SEALED_FIELDS, Checkpoint
from audits.recorder.streams import ENTRY_COLUMNS, entry_of, stream
from audits.recorder.verification import Verification
from evenhand.ledger.chain import Fault, Link, check_story
from evenhand.ledger.heads import Head
from evenhand.ledger.merkle import Frontier

IN_STORY_ORDER = f"""
SELECT leaf.index, leaf.hash, unsealed.entry_id, head.number, head.hash, {ENTRY_COLUMNS}
FROM audits_entry AS entry
LEFT JOIN audits_leaf AS leaf ON leaf.entry_id = entry.id
LEFT JOIN audits_unsealed AS unsealed ON unsealed.entry_id = entry.id
LEFT JOIN audits_subjecthead AS head ON head.subject_uid = entry.subject_uid
ORDER BY entry.subject_uid, entry.subject_number, leaf.index
"""  # noqa: S608  # only names of our own fields are put in
HEADS_WITHOUT_STORY = """
SELECT head.subject_uid, head.number FROM audits_subjecthead AS head
WHERE NOT EXISTS (SELECT 1 FROM audits_entry AS entry WHERE entry.subject_uid = head.subject_uid)
ORDER BY head.subject_uid
"""
_N_BEFORE_ENTRY = 5
_SUBJECT = _N_BEFORE_ENTRY + SEALED_FIELDS.index("subject_uid")
_UID, _NUMBER, _PREVIOUS = (SEALED_FIELDS.index(name) for name in ("uid", "subject_number", "previous_hash"))


def story_faults(result: Verification) -> Iterator[Fault]:
    """What does not hold in the order of the stories. Comes after the tree's pass, which counts the entries."""
    latest = Checkpoint.objects.order_by("-size", "-id").first()
    end, heads = result.n_entries, Frontier()
    for subject_uid, rows in groupby(stream(IN_STORY_ORDER), key=lambda row: row[_SUBJECT]):
        story = _Story(subject_uid, latest.size if latest else 0, end, result)
        yield from story.check(rows)
        if story.sealed_head is not None:
            heads.push(story.sealed_head.leaf_hash())
    for subject_uid, number in stream(HEADS_WITHOUT_STORY):
        sentence = f"All {number} entries about {subject_uid} were left out."
        yield Fault("left out", end, None, subject_uid, sentence)
    if latest is not None and (heads.size, heads.root()) != (latest.heads_size, bytes(latest.heads_root)):
        sentence = f"Checkpoint {latest.pk} was signed over other ends of stories than the entries have."
        yield Fault("left out", end, None, None, sentence)


class _Story:
    """One subject's rows, turned into links while they stream by."""

    def __init__(self, subject_uid: UUID, checkpoint_size: int, end: int, result: Verification) -> None:
        self._subject_uid = subject_uid
        self._checkpoint_size = checkpoint_size
        self._next_place = end
        self._result = result
        self._unlisted: list[Fault] = []
        self.sealed_head: Head | None = None
        result.n_subjects += 1

    def check(self, rows: Iterator[tuple[Any, ...]]) -> Iterator[Fault]:
        """The counter row and the last entry must agree: a tail cut off before it was sealed shows there."""
        first = next(rows)
        number, hashed = first[3:_N_BEFORE_ENTRY]
        links = self._links(chain([first], rows))
        if number is None:
            link = next(links)
            sentence = f"There are entries about {self._subject_uid}, which the heads of this ledger do not know."
            yield Fault("inserted", link.index, link.entry_uid, self._subject_uid, sentence)
            yield from check_story(self._subject_uid, chain([link], links))
        else:
            head = Head(self._subject_uid, number, bytes(hashed or b""))
            yield from check_story(self._subject_uid, links, head=head)
        yield from self._unlisted

    def _links(self, rows: Iterator[tuple[Any, ...]]) -> Iterator[Link]:
        for index, hashed, unsealed_id, _head_number, _head_hash, *values in rows:
            uid, number, previous = values[_UID], values[_NUMBER], values[_PREVIOUS]
            sealed_hash = entry_of(values).leaf_hash() if hashed is None else bytes(hashed)
            if index is not None and index < self._checkpoint_size:
                self.sealed_head = Head(self._subject_uid, number, sealed_hash)
            place = self._place_of_unsealed(uid, is_listed=unsealed_id is not None) if index is None else index
            yield Link(place, uid, number, None if previous is None else bytes(previous), sealed_hash)

    def _place_of_unsealed(self, entry_uid: UUID, *, is_listed: bool) -> int:
        """Behind all places, in the order of the story."""
        self._result.n_unsealed += 1
        place, self._next_place = self._next_place, self._next_place + 1
        if not is_listed:
            sentence = f"Entry {entry_uid} has no place in the tree and does not wait for one: its leaf was removed."
            self._unlisted.append(Fault("removed", place, entry_uid, self._subject_uid, sentence))
        return place
