"""The evaluation that a public edition allows: every number that what is shown settles, and no other."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from evenhand.errors import InputError
from evenhand.fairness.comparing.references import LARGEST, Reference, check_reference
from evenhand.fairness.counts.groups import described
from evenhand.fairness.disclosure.benchmarks import Table
from evenhand.fairness.disclosure.completing import completed
from evenhand.fairness.disclosure.edition import PublicEdition
from evenhand.fairness.disclosure.needs import SCORES, WITHOUT_INTERVAL, part_of
from evenhand.fairness.disclosure.public import PublicGroup
from evenhand.fairness.disclosure.shape import CELLS
from evenhand.fairness.evaluating import VERSION, evaluate
from evenhand.fairness.results import Comparison, Evaluation, GroupResult, MetricValue

FEWEST_DRAWS = 100  # what is drawn is not shown, see below
MOST_NAMED = 40
WITHHELD = "withheld"


def public_result(
    edition: PublicEdition, *, reference: Reference = LARGEST, confidence: float = 0.95, order: int | None = None
) -> Evaluation:
    """The evaluation computed from the edition alone: each number in it is the one the full counts give.

    A metric is null where a part it needs is withheld; a comparison is left out where one of its groups is withheld, or
    where the reference could be a group that is. Spreads over all groups are shown where all groups are, without what
    is drawn at random from the full counts (their intervals); corrections over all tests are left out.
    ``counts_sha256`` is the digest of the edition.
    """
    check_reference(reference, edition.columns.groups)
    if order is not None and order < 1:
        raise InputError("The order of intersections must be 1 or more.")
    _check_levels(edition, reference)
    groups: list[GroupResult] = []
    comparisons: list[Comparison] = []
    for table in _tables(edition, edition.order if order is None else order):
        known = table.with_n
        if known:
            found = evaluate(
                completed(edition, known),
                reference=table.usable(reference),
                confidence=confidence,
                min_group=table.least,
                replicates=FEWEST_DRAWS,
            )
            groups += [_group(each, found, edition) for each in known]
            comparisons += _compared(found, table, reference)
    return Evaluation(
        counts_sha256=edition.sha256,
        engine=f"evenhand.fairness {VERSION}, from a public edition",
        n_rows=edition.n_rows,
        confidence=confidence,
        groups=tuple(groups),
        comparisons=tuple(comparisons),
        verdicts=(),
        warnings=tuple(_warnings(edition)),
    )


def _check_levels(edition: PublicEdition, reference: Reference) -> None:
    for name, level in () if isinstance(reference, str) else reference.items():
        levels = [each.key[0] for each in edition.groups if each.by == (name,)]
        if levels and level not in levels:
            raise InputError(f"There is no group {name}={level} to compare with; there are {', '.join(levels[:12])}.")


def _tables(edition: PublicEdition, order: int) -> list[Table]:
    by = dict.fromkeys(each.by for each in edition.groups if len(each.by) <= order)
    return [Table(edition, tuple(each for each in edition.groups if each.by == name)) for name in by]


def _group(each: PublicGroup, found: Evaluation, edition: PublicEdition) -> GroupResult:
    result = found.group(**each.group)
    metrics = {name: _metric(name, value, each, edition) for name, value in result.metrics.items()}
    return GroupResult(each.group, result.n, metrics)


def _metric(name: str, value: MetricValue, each: PublicGroup, edition: PublicEdition) -> MetricValue:
    if not _is_known(name, each, edition):
        return MetricValue(None, None, None, WITHHELD)
    if name in WITHOUT_INTERVAL or (edition.columns.unit is not None and name != "count"):
        return replace(value, low=None, high=None, method=f"no interval: {WITHHELD}")
    return value


def _is_known(metric: str, each: PublicGroup, edition: PublicEdition) -> bool:
    """Whether everything a metric of a group needs is shown."""
    part = part_of(metric, outcome=edition.columns.outcome)
    if part == CELLS and CELLS not in edition.shape.parts:
        part = None
    if part not in each.parts:
        return False
    if metric not in SCORES:
        return True
    scores = each.scores
    if metric == "mean_score" or scores is None:
        return scores is not None
    return scores.ranks is not None if metric == "auc" else scores.by_label is not None


def _compared(found: Evaluation, table: Table, reference: Reference) -> Iterator[Comparison]:
    """The comparisons that the table settles, without corrections that need every other test."""
    edition, outcome = table.edition, table.edition.columns.outcome
    for row in found.comparisons:
        if row.by != table.by or not table.by:
            continue
        part = part_of(row.metric, outcome=outcome)
        if part is None or not table.settles(row, part, reference):
            continue
        sides = table.sides(row)
        if not all(_is_known(row.metric, each, edition) for each in sides):
            continue
        plain = replace(row, q_value=None, expected=None, detectable=None)
        if not all(_is_known(row.metric, each, edition) for each in table.groups):
            plain = replace(plain, p_adjusted=None)
        yield _without_doubt(plain) if _is_doubtless(row, edition) else plain


def _is_doubtless(row: Comparison, edition: PublicEdition) -> bool:
    """Whether a row's interval and p-value come from what no edition holds: draws, score axes, units."""
    return row.of == "max_min" or row.metric in WITHOUT_INTERVAL or edition.columns.unit is not None


def _without_doubt(row: Comparison) -> Comparison:
    return replace(row, low=None, high=None, p_value=None, p_adjusted=None, method=f"no interval: {WITHHELD}")


def _warnings(edition: PublicEdition) -> Iterator[str]:
    yield (
        f"From a public edition: numbers of fewer than {edition.minimum} people are withheld, and those that would "
        "give them away."
    )
    if edition.columns.unit is None:
        yield "Rows were taken as independent people."
    for omission in edition.left_out:
        yield f"Left out: {omission.what}. {omission.why}"
    for each in edition.excluded:
        yield f"{described(each.group)} is not compared. {each.reason}"
    partly = [each for each in edition.groups if len(each.parts) < len(edition.shape.parts)]
    for group in partly[:MOST_NAMED]:
        missing = [part for part in edition.shape.parts if part not in group.parts]
        yield (
            f"{described(group.group)}: withheld: fewer than {edition.minimum} people, or protecting such: "
            f"{_say(missing)}."
        )
    if len(partly) > MOST_NAMED:
        yield f"And {len(partly) - MOST_NAMED} more groups with something withheld."


def _say(parts: Sequence[str]) -> str:
    return "everything" if "n" in parts else ", ".join(parts)
