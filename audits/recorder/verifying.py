"""Recomputes the whole ledger from its tables, streaming, and says what does not hold.

Two passes, each with memory that does not grow with the ledger: in the order of the tree, and in the order of the
subjects' stories.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, islice

from django.db import connection, transaction

from audits.recorder.story_check import story_faults
from audits.recorder.tree_check import tree_faults
from audits.recorder.verification import Verification


def verify(*, max_faults: int = 100, kept_checkpoints: tuple[str, ...] = ()) -> Verification:
    """Recompute everything. `kept_checkpoints` are notes from outside the house, which the tree must continue."""
    result = Verification()
    with _one_snapshot():
        faults = chain(tree_faults(result, kept_checkpoints), story_faults(result))
        result.faults.extend(islice(faults, max_faults))
    return result


@contextmanager
def _one_snapshot() -> Iterator[None]:
    """One view of all tables, however long it takes and whoever writes meanwhile."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
