"""The stored full subtrees of the tree: level 0 are the leaves, the levels above have a table of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db.models import Max, Q

from audits.models.records import Leaf, Subtree
from evenhand.ledger.merkle import Position


class DatabaseSubtreeStore:
    """Fetches any set of full subtrees in two queries."""

    def fetch(self, positions: Sequence[Position]) -> Mapping[Position, bytes]:
        """Return the hashes at these positions."""
        leaves = [position.offset for position in positions if position.level == 0]
        places: defaultdict[int, list[int]] = defaultdict(list)
        for position in positions:
            if position.level:
                places[position.level].append(position.offset)
        found: dict[Position, bytes] = {}
        if leaves:
            for index, hashed in Leaf.objects.filter(index__in=leaves).values_list("index", "hash"):
                found[Position(0, index)] = bytes(hashed)
        if places:
            wanted = Q()
            for level, offsets in places.items():
                wanted |= Q(level=level, place__in=offsets)
            for level, place, hashed in Subtree.objects.filter(wanted).values_list("level", "place", "hash"):
                found[Position(level, place)] = bytes(hashed)
        return found


def tree_size() -> int:
    """Number of sealed entries."""
    last = Leaf.objects.aggregate(last=Max("index"))["last"]
    return 0 if last is None else int(last) + 1
