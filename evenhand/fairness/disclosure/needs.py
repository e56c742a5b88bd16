"""Which part of a group must be shown for a metric of it to be known."""

from evenhand.fairness.comparing.named import IMPACT_RATIOS, NAMED, TREATMENT
from evenhand.fairness.disclosure.shape import ABOVE, CELLS, LABEL, PREDICTION, N
from evenhand.fairness.measuring.rates import RATES, Rate

BENCHMARKED = frozenset(IMPACT_RATIOS.values())
SCORES = {"mean_score": N, "auc": LABEL, "brier_score": LABEL, "calibration_gap": LABEL}
WITHOUT_INTERVAL = frozenset({"brier_score"})  # its interval takes the spread from the score axis


def _part(rate: Rate) -> str | None:
    """The part that holds a rate's people; None where it needs what no edition shows."""
    if rate.needs_decision:
        return None
    if rate.needs_median:
        return ABOVE
    if rate.needs_label and rate.needs_prediction:
        return CELLS
    return LABEL if rate.needs_label else PREDICTION


_RATES = {rate.name: _part(rate) for rate in RATES.values()}
_OF_CELLS = dict.fromkeys(("balanced_accuracy", "f1_score", "treatment_equality"), CELLS)
_NAMED = {
    figure.name: (_RATES | _OF_CELLS)[figure.rates[0]] if len(figure.rates) == 1 else CELLS
    for figure in (*NAMED, *TREATMENT)
}
_PARTS: dict[str, str | None] = {"count": N, **_RATES, **_OF_CELLS, **_NAMED}


def part_of(metric: str, *, outcome: str) -> str | None:
    """The part a metric needs, with the scores where it is one of them; None where an edition cannot tell it."""
    if metric in SCORES:
        return SCORES[metric]
    if metric not in _PARTS and outcome == "classes":
        return CELLS
    return _PARTS.get(metric)
