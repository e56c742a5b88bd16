"""The tree of requirement nodes of a CISO Assistant framework."""

from dataclasses import dataclass
from typing import Any

from evenhand.documents import Path
from evenhand.questionnaire.importing.imported import Notes

MOST_NODES = 5_000
_READ = frozenset(
    word
    for line in (
        "urn parent_urn assessable depth ref_id name description annotation typical_evidence implementation_groups",
        "questions visibility_expression translations order_id",
    )
    for word in line.split()
)


@dataclass(frozen=True, eq=False)
class Node:
    """One requirement, or a heading over some."""

    item: dict[str, Any]
    path: Path
    urn: str
    parent: "Node | None"

    @property
    def is_assessable(self) -> bool:
        return self.item.get("assessable") is True

    @property
    def reference(self) -> str:
        """What to call it: its number, or the end of its URN."""
        return str(self.item.get("ref_id") or node_id(self.urn) or self.urn)

    @property
    def code(self) -> str | None:
        """Its number as the source writes it, where it is short enough to stand beside a question."""
        code = str(self.item.get("ref_id") or "").strip()
        return code if 0 < len(code) <= 60 and "\n" not in code else None

    @property
    def groups(self) -> tuple[str, ...]:
        given = self.item.get("implementation_groups")
        return tuple(str(group) for group in given) if isinstance(given, list) else ()


def node_id(urn: str) -> str:
    """The part of a URN that names the node: all after the fifth colon."""
    return ":".join(urn.split(":")[5:])


def nodes_of(items: list[Any], path: Path, notes: Notes) -> list[Node]:
    """The nodes in the order of the file, each with its parent."""
    found: dict[str, Node] = {}
    for position, item in enumerate(items[:MOST_NODES]):
        here = (*path, position)
        urn = str(item.get("urn") or f"node{position + 1}") if isinstance(item, dict) else ""
        if not isinstance(item, dict) or urn in found:
            notes.add(here, "this node is left out: not a mapping, or its urn is given twice.", name=urn)
            continue
        parent = item.get("parent_urn")
        if parent and parent not in found:
            notes.add(here, f"its parent {parent!r} does not come before it; it is read without one.", name=urn)
        for key in (key for key in item if key not in _READ and item[key]):
            notes.add(
                (*here, key), f"'{key}' has no counterpart here and is left out.", name=str(item.get("ref_id", urn))
            )
        found[urn] = Node(item, here, urn, found.get(str(parent)))
    if len(items) > MOST_NODES:
        notes.add(path, f"only the first {MOST_NODES:,} of {len(items):,} nodes are read.")
    return list(found.values())


def section_owner(node: Node) -> Node | None:
    """The nearest heading above a requirement."""
    owner = node.parent
    while owner is not None and owner.is_assessable:
        owner = owner.parent
    return owner
