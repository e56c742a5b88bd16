"""Columns whose numbers cannot be counted: refused in one sentence that names a value that is wrong."""

from collections.abc import Iterator

import narwhals as nw

from evenhand.errors import InputError
from evenhand.fairness.counts.columns import UNKNOWN, Columns
from evenhand.fairness.scanning import frames, quantities
from evenhand.fairness.scanning.plan import Plan
from evenhand.fairness.scanning.reducing import Margins


def check_quantities(frame: frames.Frame, columns: Columns, found: Margins) -> None:
    """Refuse rows that stand for no possible number of people or have no possible weight."""
    for problem in _problems(frame, columns, found):
        raise InputError(problem)


def bad_score(frame: frames.Frame, plan: Plan, found: Margins) -> InputError:
    """What to say of scores that are missing or outside their range."""
    low, high = plan.range
    score = nw.col("s").cast(nw.Float64)
    shown = _first(frame, "s", ((score >= low) & (score <= high)).fill_null(False))
    return InputError(
        f"Column {plan.columns.score!r} has {found.n - found.total('valid')} values that are not a score from {low:g} "
        f"to {high:g} (the first found is {shown}); correct or remove them, or state the range (--score-range)."
    )


def _problems(frame: frames.Frame, columns: Columns, found: Margins) -> Iterator[str]:
    if columns.people is not None:
        if wrong := found.n - found.total("peopled"):
            yield (
                f"Column {columns.people!r} has {wrong} values that are not a whole number of people, 0 to a billion "
                f"(the first found is {_first(frame, 'k', quantities.is_people())}); correct the table."
            )
        if found.n_people > quantities.ALL_PEOPLE:
            yield f"Column {columns.people!r} adds up to {found.n_people} people, more than there are; correct it."
    if columns.unit is not None and (missing := found.n - found.total("owned")):
        yield f"Column {columns.unit!r} is empty in {missing} rows; name each row's unit or leave those out (--filter)."
    if columns.weight is not None and (wrong := found.n - found.total("weighed")):
        yield (
            f"Column {columns.weight!r} has {wrong} values that are not a weight over 0 and at most a million (the "
            f"first found is {_first(frame, 'w', quantities.is_weight())}); correct them or leave those rows out "
            "(--filter)."
        )


def _first(frame: frames.Frame, alias: str, good: nw.Expr) -> str:
    example = frames.values(frame.filter(~good).select(nw.col(alias)).head(1))[0][0]
    if example is None or str(example) in UNKNOWN:
        return "empty"
    return f"{example:.15g}" if isinstance(example, float) else str(example)
