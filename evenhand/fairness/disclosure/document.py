"""The document of a public edition: written as JSON values, and read back with every check an outside file needs."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from evenhand.fairness.counts.columns import Columns, Filter
from evenhand.fairness.counts.columns_document import columns_in, columns_out, filter_in
from evenhand.fairness.counts.groups import Group
from evenhand.fairness.counts.values import group, listed, optional, string, whole
from evenhand.fairness.disclosure.public import Excluded, Omission, PublicGroup, Shown
from evenhand.fairness.disclosure.scores_document import refuse, scores_in, scores_out
from evenhand.fairness.disclosure.shape import CELLS, LABEL, PREDICTION, N, Shape

SCHEMA = "evenhand.public/1"
SOURCE_FIELDS = ("name", "extracted_on", "note")
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")


def written(
    *,
    columns: Columns,
    n_rows: int,
    minimum: int,
    order: int,
    groups: Sequence[PublicGroup],
    filters: Sequence[Filter],
    sources: Sequence[Mapping[str, str]],
    shown: Sequence[Shown],
    excluded: Sequence[Excluded],
    left_out: Sequence[Omission],
    preset: str | None,
    commitment: str | None,
) -> dict[str, Any]:
    """The document. A part of a group that is ``null`` is withheld."""
    parts = Shape.of(columns).parts
    return {
        "schema": SCHEMA,
        "n_rows": n_rows,
        "minimum": minimum,
        "order": order,
        "preset": preset,
        "commitment": commitment,
        "columns": columns_out(columns),
        "filters": [{"column": each.column, "operator": each.operator, "value": each.value} for each in filters],
        "sources": [dict(each) for each in sources],
        "groups": [_group_out(each, parts) for each in groups],
        "shown": [{"group": each.group, "reason": each.reason} for each in shown],
        "excluded": [{"group": each.group, "reason": each.reason} for each in excluded],
        "left_out": [{"what": each.what, "why": each.why} for each in left_out],
    }


def read(value: Any) -> dict[str, Any]:
    """The fields of an edition, each checked, and checked against each other."""
    if not isinstance(value, dict) or value.get("schema") != SCHEMA:
        refuse(f'it does not say "schema": "{SCHEMA}"; make it with evenhand publish')
    columns = columns_in(value.get("columns"))
    groups = tuple(_group_in(row, columns) for row in listed(value, "groups"))
    found = {
        "columns": columns,
        "n_rows": whole(value.get("n_rows"), "n_rows"),
        "minimum": whole(value.get("minimum"), "minimum"),
        "order": whole(value.get("order"), "order"),
        "groups": groups,
        "filters": tuple(filter_in(each) for each in listed(value, "filters")),
        "sources": tuple(_source_in(each) for each in listed(value, "sources")),
        "shown": tuple(Shown(*_said(each, columns, "reason")) for each in listed(value, "shown")),
        "excluded": tuple(Excluded(*_said(each, columns, "reason")) for each in listed(value, "excluded")),
        "left_out": tuple(
            Omission(string(each.get("what"), "what was left out"), string(each.get("why"), "why it was left out"))
            for each in _objects(value, "left_out")
        ),
        "preset": optional(value.get("preset"), "preset"),
        "commitment": _digest(value.get("commitment")),
    }
    _check_groups(groups, found)
    return found


def _group_out(each: PublicGroup, parts: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {"by": list(each.by), "group": list(each.key)}
    found |= {part: list(each.parts[part]) if part in each.parts else None for part in parts}
    found[N] = each.n
    return found if each.scores is None else found | {"scores": scores_out(each.scores)}


def _group_in(row: Any, columns: Columns) -> PublicGroup:
    if not isinstance(row, dict):
        refuse("a group is not an object")
    by = tuple(string(name, "a column of a group") for name in listed(row, "by"))
    if any(name not in columns.groups for name in by) or len(set(by)) != len(by):
        refuse(f"a group names {', '.join(by)}, which are not group columns, each once")
    shape = Shape.of(columns)
    parts: dict[str, tuple[int, ...]] = {}
    for part in shape.parts:
        if row.get(part) is None:
            continue
        numbers = [row[part]] if part == N else listed(row, part)
        if len(numbers) != len(shape.blocks[part]):
            refuse(f"the {part} of a group has not {len(shape.blocks[part])} numbers")
        parts[part] = tuple(whole(each, f"a number of {part}") for each in numbers)
    _check_parts(parts, shape)
    if row.get("scores") is not None and columns.score is None:
        refuse("scores are given though no score was counted")
    return PublicGroup(by, group(row.get("group"), by), parts, scores_in(row.get("scores"), parts))


def _check_parts(parts: Mapping[str, tuple[int, ...]], shape: Shape) -> None:
    """What is shown of a group adds up: cells to labels and predictions, all of them to people."""
    for part, numbers in parts.items():
        if N not in parts or sum(numbers) != parts[N][0]:
            refuse(f"the {part} of a group does not add up to its n")
    for coarse in (LABEL, PREDICTION):
        if CELLS in parts and coarse in shape.parts:
            if coarse not in parts:
                refuse(f"a group shows its cells but not its {coarse}")
            for block, number in zip(shape.blocks[coarse], parts[coarse], strict=True):
                inside = zip(shape.blocks[CELLS], parts[CELLS], strict=True)
                if sum(n for kinds, n in inside if set(kinds) <= set(block)) != number:
                    refuse(f"the cells of a group do not add up to its {coarse}")


def _check_groups(groups: Sequence[PublicGroup], found: Mapping[str, Any]) -> None:
    """Everyone is there once, groups are named once, and no number is small without a stated reason."""
    if len({(each.by, each.key) for each in groups}) != len(groups):
        refuse("a group is given twice")
    if [each.n for each in groups if not each.by] != [found["n_rows"]]:
        refuse("the group of everyone is missing or does not count n_rows people")
    people: dict[tuple[str, ...], list[int | None]] = defaultdict(list)
    allowed = [each.group for each in found["shown"]]
    for each in groups:
        people[each.by].append(each.n)
        numbers = [number for part in each.parts.values() for number in part]
        if any(0 < number < found["minimum"] for number in numbers) and each.group not in allowed:
            refuse(f"it shows fewer than {found['minimum']} people without a reason")
    for by, counted in people.items():
        total = sum(n for n in counted if n is not None)
        if total > found["n_rows"] or (None not in counted and total != found["n_rows"]):
            refuse(f"the groups of {', '.join(by)} do not add up to n_rows")


def _source_in(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not set(value) <= set(SOURCE_FIELDS):
        refuse(f"a source says more than {', '.join(SOURCE_FIELDS)}")
    return {name: string(text, f"the {name} of a source") for name, text in value.items()}


def _said(value: Any, columns: Columns, name: str) -> tuple[Group, str]:
    if not isinstance(value, dict) or not isinstance(value.get("group"), dict):
        refuse("an exception names no group")
    levels = {str(column): string(level, "a level") for column, level in value["group"].items()}
    if not set(levels) <= set(columns.groups):
        refuse("an exception names a column that is no group column")
    return levels, string(value.get(name), f"the {name} of an exception")


def _objects(value: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = listed(value, name)
    return found if all(isinstance(each, dict) for each in found) else refuse(f"{name!r} is not a list of objects")


def _digest(value: Any) -> str | None:
    text = optional(value, "commitment")
    if text is not None and not _DIGEST.match(text):
        refuse("the commitment is not a SHA-256 digest")
    return text
