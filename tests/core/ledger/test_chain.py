"""Each way of changing history is found, and the first bad entry is named."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from evenhand.ledger.chain import SealedEntry, first_fault
from tests.core.ledger.stories import heads_of, make_entry, renumbered, sealed_stories, uid

STORIES = st.lists(st.sampled_from(["loans", "hiring", "triage"]), min_size=2, max_size=15)


def resealed(item: SealedEntry, **changes: object) -> SealedEntry:
    """The entry with other content, and a leaf hash forged to fit."""
    entry = replace(item.entry, **changes)  # type: ignore[arg-type]  # any field
    return replace(item, entry=entry, sealed_hash=entry.leaf_hash())


@given(STORIES)
def test_an_honest_history_has_no_fault(subjects: Sequence[str]) -> None:
    sealed = sealed_stories(subjects)
    assert first_fault(sealed, heads=heads_of(sealed)) is None


@given(STORIES, st.data())
def test_an_altered_entry_is_named(subjects: Sequence[str], data: st.DataObject) -> None:
    sealed = sealed_stories(subjects)
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] = replace(sealed[place], entry=replace(sealed[place].entry, event="system.retired"))
    fault = first_fault(sealed)
    assert fault is not None
    assert (fault.kind, fault.entry_uid) == ("altered", sealed[place].entry.uid)


@given(STORIES, st.data())
def test_an_altered_entry_with_a_forged_leaf_is_named(subjects: Sequence[str], data: st.DataObject) -> None:
    sealed = sealed_stories(subjects)
    heads = heads_of(sealed)
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] = resealed(sealed[place], event="system.retired")
    fault = first_fault(sealed, heads=heads)
    assert fault is not None
    assert (fault.kind, fault.entry_uid, fault.index) == ("altered", sealed[place].entry.uid, place)


@given(STORIES, st.data())
def test_a_removed_entry_leaves_a_hole(subjects: Sequence[str], data: st.DataObject) -> None:
    sealed = sealed_stories(subjects)
    place = data.draw(st.integers(0, len(sealed) - 2))
    del sealed[place]
    fault = first_fault(sealed)
    assert fault is not None
    assert (fault.kind, fault.index) == ("removed", place)
    assert f"place {place} is missing" in fault.sentence


@given(STORIES, st.data())
def test_a_removed_entry_is_found_after_closing_the_hole(subjects: Sequence[str], data: st.DataObject) -> None:
    sealed = sealed_stories(subjects)
    heads = heads_of(sealed)
    removed = sealed.pop(data.draw(st.integers(0, len(sealed) - 1)))
    fault = first_fault(renumbered(sealed), heads=heads)
    assert fault is not None
    assert fault.kind in {"removed", "left out"}
    assert fault.subject_uid == removed.entry.subject_uid
    assert str(removed.entry.subject_number) in fault.sentence


def test_an_inserted_entry_is_named(sealed: list[SealedEntry]) -> None:
    forged = make_entry(99, "loans", 2, sealed[0].sealed_hash)
    sealed.insert(4, SealedEntry(4, forged.leaf_hash(), forged))
    fault = first_fault(renumbered(sealed))
    assert fault is not None
    assert (fault.kind, fault.entry_uid, fault.index) == ("inserted", forged.uid, 4)


def test_an_entry_about_an_unknown_subject_was_inserted(sealed: list[SealedEntry]) -> None:
    heads = heads_of(sealed)
    forged = make_entry(99, "pricing", 1, None)
    fault = first_fault([*sealed, SealedEntry(len(sealed), forged.leaf_hash(), forged)], heads=heads)
    assert fault is not None
    assert (fault.kind, fault.entry_uid) == ("inserted", forged.uid)


def test_an_entry_appended_behind_the_head_was_inserted(sealed: list[SealedEntry]) -> None:
    heads = heads_of(sealed)
    forged = make_entry(99, "loans", 5, sealed[-1].sealed_hash)
    fault = first_fault([*sealed, SealedEntry(len(sealed), forged.leaf_hash(), forged)], heads=heads)
    assert fault is not None
    assert (fault.kind, fault.entry_uid) == ("inserted", forged.uid)


def test_two_entries_that_changed_places_are_named(sealed: list[SealedEntry]) -> None:
    sealed[2], sealed[3] = sealed[3], sealed[2]
    fault = first_fault(renumbered(sealed))
    assert fault is not None
    assert (fault.kind, fault.entry_uid) == ("reordered", sealed[2].entry.uid)


def test_places_out_of_order_are_named(sealed: list[SealedEntry]) -> None:
    sealed[5], sealed[6] = sealed[6], sealed[5]
    fault = first_fault(sealed[:5] + sealed[6:] + sealed[5:6])
    assert fault is None or fault.kind in {"removed", "reordered"}
    assert first_fault([*sealed[:5], sealed[4], *sealed[5:]]) is not None


def test_an_entry_left_out_of_a_story_is_named(sealed: list[SealedEntry]) -> None:
    heads = heads_of(sealed)
    fault = first_fault(sealed[:-1], heads=heads)
    assert fault is not None
    assert (fault.kind, fault.subject_uid) == ("left out", uid("loans"))
    assert "Entry 4 about" in fault.sentence


def test_a_whole_story_left_out_is_named(sealed: list[SealedEntry]) -> None:
    heads = heads_of(sealed)
    rest = renumbered([item for item in sealed if item.entry.subject_uid != uid("triage")])
    fault = first_fault(rest, heads=heads)
    assert fault is not None
    assert (fault.kind, fault.subject_uid) == ("left out", uid("triage"))


def test_a_first_entry_follows_nothing() -> None:
    entry = make_entry(0, "loans", 1, bytes(32))
    fault = first_fault([SealedEntry(0, entry.leaf_hash(), entry)])
    assert fault is not None
    assert (fault.kind, fault.entry_uid) == ("altered", entry.uid)


def test_a_false_mark_of_time_is_named(sealed: list[SealedEntry]) -> None:
    sealed[5] = resealed(sealed[5], entered_afterwards=True)
    fault = first_fault(sealed)
    assert fault is not None
    assert "entered afterwards" in fault.sentence


def test_a_window_into_the_ledger_is_checked_by_its_places(sealed: list[SealedEntry]) -> None:
    assert first_fault(sealed[3:], start=3) is None
    fault = first_fault([sealed[3], sealed[5]], start=3)
    assert fault is not None
    assert (fault.kind, fault.index, fault.entry_uid) == ("removed", 4, None)


def test_an_empty_history_has_no_fault() -> None:
    assert first_fault([], heads={}) is None
    assert isinstance(uid("loans"), UUID)
