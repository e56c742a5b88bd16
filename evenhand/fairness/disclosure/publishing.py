"""Making the public edition of counts."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import numpy as np

from evenhand.errors import InputError
from evenhand.fairness.counts.columns import MISSING
from evenhand.fairness.counts.groups import Group, described
from evenhand.fairness.counts.table import Counts
from evenhand.fairness.disclosure.edition import PublicEdition, commitment_of
from evenhand.fairness.disclosure.lattice import Lattice
from evenhand.fairness.disclosure.public import Excluded, Omission, PublicGroup, Shown
from evenhand.fairness.disclosure.scores import scores_of
from evenhand.fairness.disclosure.shape import PREDICTION, N
from evenhand.fairness.disclosure.suppression import MINIMUM, Forced, Rule, Suppression, suppressed

NYC_LL144 = "nyc_ll144"
ONE_IN = 50  # 2 %
LAW = "Local Law 144 asks for the number and the rate of every category, also of small ones (6 RCNY 5-301, 5-303)."
UNDER_2 = "Under 2 % of the data: left out of the impact ratios as 6 RCNY 5-301(e) allows; number and rate stay."
UNKNOWN = "Unknown category: counted, and left out of the impact ratios (6 RCNY 5-301(d))."


def publish(
    counts: Counts,
    *,
    minimum: int = MINIMUM,
    order: int | None = None,
    show: Sequence[Shown] = (),
    preset: str | None = None,
    hide_uniform: bool = False,
    key: str | None = None,
) -> PublicEdition:
    """Every table of up to ``order`` attributes without small numbers, and without what would give them away.

    Parameters
    ----------
    counts
        The full counts. Weighted ones are refused: weights of few people cannot be shown, and rates need them all.
    minimum
        Numbers of 1 to ``minimum - 1`` people are withheld, with as many others as it takes that each of them could be
        anything over a range of at least ``minimum``.
    order
        How many attributes are crossed at most (default all; fewer where protection is impossible or takes too long).
    show
        Groups whose numbers are all shown, each with its reason.
    preset
        ``nyc_ll144``: the number and the selection (or scoring) rate of every group are shown, and groups under 2 %
        are left out of the ratios instead.
    hide_uniform
        Treat a 0 as a small number too: that nobody of a group was selected then stays unsaid.
    key
        A secret (32 or more hexadecimal digits) for the commitment to the full counts; without it there is none.
    """
    if counts.columns.weight is not None:
        raise InputError("Weighted counts have no public edition: publish the counts without --weight.")
    if preset not in (None, NYC_LL144):
        raise InputError(f"There is no publishing preset {preset!r}; the one there is: {NYC_LL144}.")
    if order is not None and order < 0:
        raise InputError("The order of a public edition is 0 or more.")
    attributes = counts.attributes
    wanted = len(attributes) if order is None else min(order, len(attributes))
    forced_of = partial(_forced, show=show, preset=preset, attributes=attributes)
    found = suppressed(counts, Rule(minimum, hide_uniform=hide_uniform), order=wanted, forced_of=forced_of)
    _check_order(found, show)
    shown = _exceptions(found, minimum, show)
    return PublicEdition(
        columns=counts.columns,
        n_rows=counts.n_rows,
        minimum=minimum,
        order=found.lattice.order,
        groups=tuple(_groups(counts, found, scored=not shown)),
        filters=counts.filters,
        sources=tuple(
            {name: text for name in ("name", "extracted_on", "note") if (text := getattr(each, name)) is not None}
            for each in counts.sources
        ),
        shown=shown,
        excluded=tuple(_excluded(found)) if preset == NYC_LL144 else (),
        left_out=tuple(_omissions(counts, found, wanted=wanted, minimum=minimum, scored=not shown)),
        preset=preset,
        commitment=None if key is None else commitment_of(counts, key=key),
    )


def _forced(table: Lattice, *, show: Sequence[Shown], preset: str | None, attributes: Sequence[str]) -> Forced:
    """Which parts of which groups must be shown."""
    found: dict[int, frozenset[str]] = {}
    if preset == NYC_LL144:
        parts = frozenset(table.shape.parts) & {N, PREDICTION, "above"}
        found = dict.fromkeys(range(len(table.groups)), parts)
    named = [{name: each.group[name] for name in attributes if name in each.group} for each in show]
    for each, levels in zip(show, named, strict=True):
        if set(each.group) - set(attributes):
            raise InputError(f"{described(each.group)} names a column that was not counted ({', '.join(attributes)}).")
        if not each.reason.strip():
            raise InputError(f"Say why {described(each.group)} is shown however small it is (--reason).")
        for index, (by, key) in enumerate(table.groups):
            if dict(zip(by, key, strict=True)) == levels:
                found[index] = frozenset(table.shape.parts)
    return found


def _check_order(found: Suppression, show: Sequence[Shown]) -> None:
    there = [dict(zip(by, key, strict=True)) for by, key in found.lattice.groups]
    for each in show:
        if each.group not in there:
            raise InputError(f"There is no group {described(each.group)} in this edition, so it cannot be shown.")


def _groups(counts: Counts, found: Suppression, *, scored: bool) -> Iterator[PublicGroup]:
    table = found.lattice
    scores = scores_of(counts, table)
    for index, (by, key) in enumerate(table.groups):
        parts = {
            part: tuple(int(number) for number in table.values[index, table.shape.places[part]])
            for part in table.shape.parts
            if found.is_shown(index, part)
        }
        yield PublicGroup(by, key, parts, scores(index, parts) if scored else None)


def _exceptions(found: Suppression, minimum: int, show: Sequence[Shown]) -> tuple[Shown, ...]:
    """What is shown though it is small: as asked for, and otherwise by the law."""
    reasons = {_named(each.group): each.reason for each in show}
    table, small = found.lattice, []
    for index, (by, key) in enumerate(table.groups):
        group = dict(zip(by, key, strict=True))
        visible = np.concatenate(
            [table.values[index, table.shape.places[part]] for part in table.shape.parts if found.is_shown(index, part)]
            or [np.zeros(0, dtype=np.int64)]
        )
        if ((visible > 0) & (visible < minimum)).any() or _named(group) in reasons:
            small.append(Shown(group, reasons.get(_named(group), LAW)))
    return tuple(small)


def _named(group: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(group.items()))


def _excluded(found: Suppression) -> Iterator[Excluded]:
    total = int(found.lattice.n[0])
    for index, (by, key) in enumerate(found.lattice.groups):
        group: Group = dict(zip(by, key, strict=True))
        if MISSING in key:
            yield Excluded(group, UNKNOWN)
        elif int(found.lattice.n[index]) * ONE_IN < total:
            yield Excluded(group, UNDER_2)


def _omissions(counts: Counts, found: Suppression, *, wanted: int, minimum: int, scored: bool) -> Iterator[Omission]:
    columns, table = counts.columns, found.lattice
    partly = int((~found.shown).any(axis=1).sum())
    if partly:
        yield Omission(
            f"Parts of {partly} of {len(table.groups)} groups",
            f"They count fewer than {minimum} people, or would let somebody work out a number that does.",
        )
    if table.order < wanted:
        why = "protecting them would take too long" if found.too_large else "they cannot be protected"
        yield Omission(f"Intersections of more than {table.order} attributes", f"Some are small, and {why}.")
    if columns.score is not None:
        yield Omission("Score axes", "Differences of axes show single people; calibration needs the full counts.")
    if columns.score is not None and not scored:
        yield Omission("Sums of scores", "Of a group shown for a stated reason they could be the score of one person.")
    if columns.decision is not None:
        yield Omission("The human's final decisions", "An edition shows labels and predictions only.")
    if columns.unit is not None:
        yield Omission("Which rows share a unit, and with it all intervals", "Small units are single people.")
    if set(columns.measures) - {"above"}:
        yield Omission("Sums of quantities", "An edition shows people only.")
    yield Omission(
        "Digests and row totals of counts and files", "From a digest, what was withheld can be found by trial."
    )
