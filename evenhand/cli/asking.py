"""What a command line asks to be counted: its options as one request, for rows as well as for ready counts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from evenhand.errors import InputError
from evenhand.fairness import Counts, Filter, count
from evenhand.fairness.counts.columns import number
from evenhand.fairness.disclosure.edition import PublicEdition
from evenhand.fairness.scanning.counting import SAMPLE
from evenhand.fairness.scanning.files import column_names
from evenhand.fairness.scanning.sources import find_files


@dataclass(frozen=True, kw_only=True)
class Request:
    """The counting options of a command as they were typed; what was not is None (or the default)."""

    group: Sequence[str] | None = None
    label: str | None = None
    prediction: str | None = None
    score: str | None = None
    threshold: float | None = None
    positive: str | None = None
    score_range: str | None = None
    decision: str | None = None
    unit: str | None = None
    weight: str | None = None
    people: str | None = None
    bands: Sequence[str] | None = None
    scoring_rate: bool = False
    median: float | None = None
    label_observed: str | None = None
    outcome: str = "binary"
    classes: Sequence[str] | None = None
    rank: str | None = None
    top: int | None = None
    filters: Sequence[str] | None = None
    order: int | None = None
    encoding: str = "utf-8"

    def counted(self, data: str, **recorded: Any) -> Counts:
        """The counts of rows; ``recorded`` is what else is to be noted about them."""
        return count(
            data,
            groups=group_names(self.group, data, encoding=self.encoding),
            label=self.label,
            prediction=self.prediction,
            score=self.score,
            threshold=self.threshold,
            positive=self.positive,
            score_range=parsed_range(self.score_range),
            decision=self.decision,
            unit=self.unit,
            weight=self.weight,
            people=self.people,
            bands=parsed_bands(self.bands),
            median=SAMPLE if self.scoring_rate and self.median is None else self.median,
            observed=self.label_observed or "all",
            outcome=self.outcome,
            classes=class_names(self.classes),
            rank=self.rank,
            top=self.top,
            filters=self.filters or (),
            order=self.order,
            encoding=self.encoding,
            **recorded,
        )

    def require_same(self, counts: Counts | PublicEdition) -> None:
        """Nothing about the rows can be chosen any more once they were counted: options may only repeat it."""
        for option, given, held in self._repeated(counts):
            if given is not None and given != held:
                raise InputError(
                    f"{option} says otherwise than the counts, which were made with {_shown(held)}; leave it out."
                )

    def _repeated(self, counts: Counts | PublicEdition) -> Iterator[tuple[str, Any, Any]]:
        """Each option, what it says (None: nothing) and what the counts were made with."""
        columns = counts.columns
        named = [text if text in columns.groups else text.split(",") for text in self.group or ()]
        flat = [part for each in named for part in ([each] if isinstance(each, str) else each)]
        yield "--group", sorted(part.strip() for part in flat) or None, sorted(columns.groups)
        for name in ("label", "prediction", "score", "threshold", "positive", "decision", "unit", "weight", "people"):
            yield f"--{name}", getattr(self, name), getattr(columns, name)
        yield "--score-range", parsed_range(self.score_range), columns.score_range
        bands = {each.column: list(each.cuts) for each in columns.bands}
        yield "--bands", parsed_bands(self.bands) or None, bands
        yield "--scoring-rate", self.scoring_rate or None, columns.median is not None
        yield "--median", self.median, columns.median
        yield "--label-observed", self.label_observed, columns.observed
        yield "--outcome", None if self.outcome == "binary" else self.outcome, columns.outcome
        yield "--classes", sorted(class_names(self.classes)) or None, sorted(columns.classes)
        yield "--rank", self.rank, columns.rank
        yield "--top", self.top, columns.top
        filters = None if self.filters is None else sorted(str(Filter.parse(each)) for each in self.filters)
        yield "--filter", filters, sorted(str(each) for each in counts.filters)


def group_names(texts: Sequence[str] | None, data: str, *, encoding: str) -> list[str]:
    """Column names from ``--group``: a text that is a column stays whole, any other is a comma list."""
    if not texts:
        raise InputError("Name at least one group column (--group).")
    columns = column_names(find_files(data), encoding=encoding)
    names: list[str] = []
    for text in texts:
        names += [text] if text in columns else [part.strip() for part in text.split(",") if part.strip()]
    return list(dict.fromkeys(names))


def class_names(texts: Sequence[str] | None) -> list[str]:
    """Class names from ``--classes``: given once it is a comma list, repeated each is one name."""
    given = list(texts or ())
    return [part.strip() for part in given[0].split(",") if part.strip()] if len(given) == 1 else given


def parsed_range(text: str | None) -> tuple[float, float] | None:
    """Two numbers from ``LOW,HIGH``."""
    if text is None:
        return None
    try:
        low, high = (float(part) for part in text.split(","))
    except ValueError:
        raise InputError(f"The score range {text!r} is not understood; write two numbers, such as 0,100.")
    return low, high


def parsed_bands(texts: Sequence[str] | None) -> dict[str, list[float]]:
    """Cut points of columns from ``COLUMN=25,40,60``, repeated for more columns."""
    found: dict[str, list[float]] = {}
    for text in texts or ():
        name, mark, cuts = text.rpartition("=")
        if not mark or name in found:
            raise InputError(f"The bands {text!r} are not understood; write each column once, such as age=25,40,60.")
        found[name] = [number(cut, what=f"The bands {text!r}") for cut in cuts.split(",")]
    return found


def _shown(held: Any) -> str:
    if isinstance(held, dict):
        return "; ".join(f"{name}={_shown(cuts)}" for name, cuts in held.items()) or "none"
    if isinstance(held, list | tuple):
        return ",".join(f"{each:g}" if isinstance(each, float) else str(each) for each in held) or "none"
    return "none" if held is None or held is False else str(held)
