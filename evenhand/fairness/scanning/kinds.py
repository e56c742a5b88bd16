"""The kinds of outcome beside two-valued ones, and what cannot be counted together with them."""

from collections.abc import Sequence

from evenhand.errors import InputError
from evenhand.fairness.counts.columns import Columns, Filter
from evenhand.fairness.counts.table import Counts
from evenhand.fairness.scanning import frames, multiclass, numeric, ranking

OUTCOMES = ("binary", "classes", "numeric")
ASIDE = ("decision", "unit", "weight", "people", "median")


def is_special(columns: Columns, outcome: str) -> bool:
    """Whether rows are counted here rather than as two-valued labels, predictions and scores."""
    return outcome != "binary" or columns.rank is not None


def check(columns: Columns, outcome: str, *, classes: Sequence[str], positive_stated: bool) -> None:
    """Refuse options that contradict the kind of outcome."""
    if outcome not in OUTCOMES:
        raise InputError(f"The outcome is {', '.join(OUTCOMES[:-1])} or {OUTCOMES[-1]}, not {outcome!r}.")
    if classes and outcome != "classes":
        raise InputError("Class names (--classes) go with --outcome classes only.")
    if not is_special(columns, outcome):
        return
    what = "A ranked list" if columns.rank is not None else f"An outcome of kind {outcome!r}"
    if columns.rank is not None and outcome != "binary":
        raise InputError("A ranked list has a two-valued label or none; leave out --outcome.")
    if columns.score is not None:
        raise InputError(f"{what} is counted without scores; leave out --score and --threshold.")
    if columns.rank is not None and columns.prediction is not None:
        raise InputError("The rank says who is selected (--top); leave out --prediction.")
    if outcome != "binary" and positive_stated:
        raise InputError(f"{what} has no positive value; leave out --positive.")
    for name in ASIDE:
        if getattr(columns, name) is not None and (name, outcome) != ("people", "classes"):
            raise InputError(f"{what} cannot be counted with --{name}; leave one of them out.")
    if columns.observed != "all":
        raise InputError(f"{what} needs labels of all people.")


def counted(
    rows: frames.Rows,
    columns: Columns,
    filters: Sequence[Filter],
    *,
    outcome: str,
    classes: Sequence[str],
    stated: bool,
) -> Counts:
    """The counts of a special kind of outcome; for ``classes`` the columns are completed with the names found."""
    if columns.rank is not None:
        return ranking.counted(rows, columns, filters, stated=stated)
    if outcome == "classes":
        return multiclass.counted(rows, columns, filters, stated=multiclass.stated_names(classes))
    return numeric.counted(rows, columns, filters)
