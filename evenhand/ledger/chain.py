"""Checks a sequence of sealed entries and names the first that is altered, removed, inserted, reordered or left out.

Two orders are looked at. In the order of the tree, every place is filled and every entry still has the hash that was
sealed. In the order of each subject's story, the running numbers are complete, each entry names the hash of the one
before, and the story ends where the heads tree says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from evenhand.ledger.entries import Entry, is_entered_afterwards
from evenhand.ledger.heads import Head

FaultKind = Literal["altered", "removed", "inserted", "reordered", "left out"]


@dataclass(frozen=True, slots=True)
class SealedEntry:
    """An entry in its place.

    Attributes
    ----------
    index
        Place in the tree, from 0.
    sealed_hash
        Leaf hash that was sealed there.
    entry
        The entry as it is now.
    """

    index: int
    sealed_hash: bytes
    entry: Entry


@dataclass(frozen=True, slots=True)
class Link:
    """What a story is checked by: the part of a sealed entry that ties it to the one before.

    Attributes
    ----------
    index, entry_uid, number, previous_hash, sealed_hash
        As in `SealedEntry` and `Entry`.
    """

    index: int
    entry_uid: UUID
    number: int
    previous_hash: bytes | None
    sealed_hash: bytes


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with the history.

    Attributes
    ----------
    kind
        What was done to it.
    index
        Place in the tree where it shows.
    entry_uid, subject_uid
        The entry that is bad, or the subject whose story is; None where nothing is left to name.
    sentence
        The finding in plain words.
    """

    kind: FaultKind
    index: int
    entry_uid: UUID | None
    subject_uid: UUID | None
    sentence: str


def check_sealed(sealed: Iterable[SealedEntry], *, start: int = 0) -> Iterator[Fault]:
    """Check entries in the order of the tree, streaming.

    Parameters
    ----------
    sealed
        Entries as they stand, in the order of their places.
    start
        Place the first one must have.

    Yields
    ------
    Fault
        A gap, a place taken twice or out of order, an entry that no longer has its sealed hash.
    """
    expected = start
    for item in sealed:
        uid = item.entry.uid
        if item.index > expected:
            yield _missing_places(expected, item.index)
        elif item.index < expected:
            sentence = f"Entry {uid} stands at place {item.index} although place {expected} is next."
            yield Fault("reordered", item.index, uid, item.entry.subject_uid, sentence)
        expected = max(expected, item.index + 1)
        if item.entry.leaf_hash() != item.sealed_hash:
            yield _altered(item.index, uid, item.entry.subject_uid, "it no longer has the hash that was sealed")
        elif not _is_honest_about_time(item.entry):
            yield _altered(item.index, uid, item.entry.subject_uid, "its mark 'entered afterwards' is wrong")


def check_story(subject_uid: UUID, links: Iterable[Link], *, head: Head | None = None) -> Iterator[Fault]:
    """Check one subject's entries in the order of their numbers, streaming.

    Parameters
    ----------
    subject_uid
        The subject.
    links
        Its entries by number (equal numbers by place).
    head
        Where the story must end, if known.

    Yields
    ------
    Fault
        What is missing, doubled, out of order, or not tied to what precedes it.
    """
    last: Link | None = None
    for link in links:
        fault = _check_link(subject_uid, last, link)
        if fault is not None:
            yield fault
        if fault is None or fault.kind != "inserted":
            last = link
    if head is not None:
        fault = _check_end(subject_uid, last, head)
        if fault is not None:
            yield fault


def first_fault(
    sealed: Sequence[SealedEntry], *, heads: Mapping[UUID, Head] | None = None, start: int = 0
) -> Fault | None:
    """Check a sequence that fits into memory, in both orders, and return what shows first.

    Parameters
    ----------
    sealed
        Entries in the order of their places.
    heads
        Where each subject's story must end; None to leave the ends unchecked.
    start
        Place the first entry must have; stories are checked from their beginning only when it is 0.

    Returns
    -------
    Fault | None
        The fault at the lowest place; None when all is well.
    """
    faults = list(check_sealed(sealed, start=start))
    if start == 0:
        faults += _check_stories(sealed, heads)
    return min(faults, key=lambda fault: fault.index, default=None)


def _check_stories(sealed: Sequence[SealedEntry], heads: Mapping[UUID, Head] | None) -> Iterator[Fault]:
    stories: defaultdict[UUID, list[Link]] = defaultdict(list)
    for item in sealed:
        stories[item.entry.subject_uid].append(link_of(item))
    for subject_uid in sorted(set(stories) | set(heads or ())):
        links = sorted(stories[subject_uid], key=lambda link: (link.number, link.index))
        head = heads.get(subject_uid) if heads is not None else None
        yield from check_story(subject_uid, links, head=head)
        if heads is not None and head is None:
            sentence = f"There are entries about {subject_uid}, which the heads of this ledger do not know."
            yield Fault("inserted", links[0].index, links[0].entry_uid, subject_uid, sentence)


def link_of(item: SealedEntry) -> Link:
    """Return the part of a sealed entry that `check_story` looks at.

    Parameters
    ----------
    item
        The sealed entry.

    Returns
    -------
    Link
        Its link.
    """
    entry = item.entry
    return Link(item.index, entry.uid, entry.subject_number, entry.previous_hash, item.sealed_hash)


def _check_link(subject_uid: UUID, last: Link | None, link: Link) -> Fault | None:
    number, previous = (last.number, last.sealed_hash) if last else (0, None)
    if link.number <= number:
        sentence = f"Entry {link.entry_uid} is a second entry number {link.number} about {subject_uid}."
        return Fault("inserted", link.index, link.entry_uid, subject_uid, sentence)
    if link.number > number + 1:
        missing = _numbers(number + 1, link.number - 1)
        sentence = f"Entry {missing} about {subject_uid} is missing before entry {link.entry_uid}."
        return Fault("removed", link.index, link.entry_uid, subject_uid, sentence)
    if last is not None and link.index <= last.index:
        sentence = f"Entry {link.entry_uid} about {subject_uid} stands before the entry it follows."
        return Fault("reordered", link.index, link.entry_uid, subject_uid, sentence)
    if link.previous_hash != previous:
        if last is None:
            return _altered(link.index, link.entry_uid, subject_uid, "as a first entry it cannot follow another")
        return _altered(last.index, last.entry_uid, subject_uid, f"its successor {link.entry_uid} follows another hash")
    return None


def _check_end(subject_uid: UUID, last: Link | None, head: Head) -> Fault | None:
    number, index, uid = (last.number, last.index, last.entry_uid) if last else (0, 0, None)
    if number < head.number:
        missing = _numbers(number + 1, head.number)
        sentence = f"Entry {missing} about {subject_uid} was left out: its story has {head.number} entries."
        return Fault("left out", index, uid, subject_uid, sentence)
    if number > head.number:
        sentence = f"Entry {uid} about {subject_uid} was added: its story has {head.number} entries, not {number}."
        return Fault("inserted", index, uid, subject_uid, sentence)
    if last is not None and last.sealed_hash != head.entry_hash:
        return _altered(index, last.entry_uid, subject_uid, "the end of its subject's story has another hash")
    return None


def _is_honest_about_time(entry: Entry) -> bool:
    claimed = is_entered_afterwards(recorded_at=entry.recorded_at, occurred_on=entry.occurred_on)
    return entry.entered_afterwards == claimed


def _altered(index: int, uid: UUID, subject_uid: UUID, reason: str) -> Fault:
    return Fault("altered", index, uid, subject_uid, f"Entry {uid} at place {index} was altered: {reason}.")


def _missing_places(first: int, following: int) -> Fault:
    places = _numbers(first, following - 1)
    return Fault("removed", first, None, None, f"The entry at place {places} is missing.")


def _numbers(first: int, last: int) -> str:
    return str(first) if first == last else f"{first} to {last}"
