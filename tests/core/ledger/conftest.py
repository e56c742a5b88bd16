"""A small ledger to test with."""

import pytest

from evenhand.ledger.chain import SealedEntry
from evenhand.ledger.entries import Entry
from tests.core.ledger.stories import make_entry, sealed_stories


@pytest.fixture
def entry() -> Entry:
    return make_entry(0, "loans", 1, None)


@pytest.fixture
def sealed() -> list[SealedEntry]:
    return sealed_stories(["loans", "hiring", "loans", "loans", "hiring", "triage", "loans"])
