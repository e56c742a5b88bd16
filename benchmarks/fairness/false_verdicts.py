"""How often verdicts are wrong: ``not_met`` where a goal holds, and ``met`` where it does not, by simulation.

Prints the table of docs/methods/false-verdicts.md: ``python -m benchmarks.fairness.false_verdicts --runs 2000``.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from evenhand.fairness.counts.columns import Columns
from evenhand.fairness.judging.cases import cases_of, step_down
from evenhand.fairness.judging.goals import FairnessGoal
from evenhand.fairness.measuring.margins import Margin

COLUMNS = Columns(groups=("group",), label="y", prediction="p")
METRICS = ("selection_rate", "true_positive_rate", "false_positive_rate")
BASE_RATE, RATE, SEED = 0.5, 0.3, 20_260_101
GROUPS = (2, 3, 5, 10, 20, 50)


@dataclass(frozen=True)
class Setting:
    """What is simulated: the goal's threshold, kind, side and reference, and where the true rates lie.

    ``apart`` is ``none`` (parity), ``one`` (one group lies exactly on the threshold, the rest at parity) or ``half``
    (every other group does: the most lines at once).
    """

    name: str
    kind: str
    side: str
    reference: str
    threshold: float
    apart: str

    def goals(self, n_goals: int) -> list[FairnessGoal]:
        """As many goals as asked, each about another rate."""
        fields = {"kind": self.kind, "side": self.side, "reference": self.reference, "threshold": self.threshold}
        return [FairnessGoal.from_dict({"id": m, "metric": m, "by": "group", **fields}) for m in METRICS[:n_goals]]

    def rates(self, n_groups: int) -> NDArray[np.float64]:
        """The true rate of each group; the first one is the largest, which others are compared with."""
        rates = np.full(n_groups, RATE)
        moved = {"none": slice(0, 0), "one": slice(1, 2), "half": slice(1, None, 2)}[self.apart]
        rates[moved] = RATE + self.threshold if self.kind == "difference" else RATE * self.threshold
        return rates


PARITY = (
    Setting("difference, largest, margin 0", "difference", "two_sided", "largest", 0.0, "none"),
    Setting("difference, all pairs, margin 0", "difference", "two_sided", "all_pairs", 0.0, "none"),
    Setting("difference, everyone, margin 0", "difference", "two_sided", "overall", 0.0, "none"),
    Setting("difference, all pairs, margin 0.05", "difference", "two_sided", "all_pairs", 0.05, "none"),
    Setting("ratio, best group, 0.8", "ratio", "at_least", "best_eligible", 0.8, "none"),
)
BOUNDARY = (
    Setting("difference, largest, at most 0.1", "difference", "at_most", "largest", 0.1, "half"),
    Setting("difference, all pairs, margin 0.1", "difference", "two_sided", "all_pairs", 0.1, "half"),
    Setting("ratio, largest, at least 0.8", "ratio", "at_least", "largest", 0.8, "half"),
    Setting("ratio, best group, 0.8", "ratio", "at_least", "best_eligible", 0.8, "half"),
)
MISSED = (
    Setting("difference, largest, at most 0.1", "difference", "at_most", "largest", 0.1, "one"),
    Setting("difference, all pairs, margin 0.1", "difference", "two_sided", "all_pairs", 0.1, "one"),
    Setting("ratio, largest, at least 0.8", "ratio", "at_least", "largest", 0.8, "one"),
    Setting("ratio, best group, 0.8", "ratio", "at_least", "best_eligible", 0.8, "one"),
)


def verdict_shares(
    setting: Setting, *, n_groups: int, n_goals: int = 1, people: int = 400, runs: int = 2000, seed: int = SEED
) -> tuple[float, float]:
    """How often some line is ``not_met`` and how often every line is ``met``, over all goals, in fresh data.

    Every group has ``people`` people, the first twice as many.
    """
    generator = np.random.default_rng([seed, n_groups, n_goals])
    goals, rates = setting.goals(n_goals), setting.rates(n_groups)
    sizes = np.full(n_groups, people)
    sizes[0] *= 2
    not_met = met = 0
    for _ in range(runs):
        margin_of = partial(_drawn, _margin(generator, rates, sizes))
        cases = [case for goal in goals for case in cases_of(goal, margin_of, COLUMNS)]
        step_down(cases, sum(int(case.lines.judged.sum()) for case in cases))
        not_met += any(case.rejected.any() for case in cases)
        met += all((case.met | ~case.lines.judged).all() for case in cases)
    return not_met / runs, met / runs


def _drawn(margin: Margin, by: tuple[str, ...]) -> Margin:
    """The groups that were drawn, by whatever they are asked for."""
    del by
    return margin


def _margin(generator: np.random.Generator, rates: NDArray[np.float64], sizes: NDArray[np.int64]) -> Margin:
    positives = generator.binomial(sizes, BASE_RATE)
    negatives = sizes - positives
    rightly, wrongly = generator.binomial(positives, rates), generator.binomial(negatives, rates)
    return Margin(
        by=("group",),
        keys=tuple((f"{index:03d}",) for index in range(len(sizes))),
        cells=np.stack([negatives - wrongly, wrongly, positives - rightly, rightly], axis=1),
        sums=tuple(((0, 0), (0, 0)) for _ in sizes),
        place=np.arange(len(sizes)),
        bins=(None,) * len(sizes),
    )


def _rows(settings: Sequence[Setting], which: int, runs: int, people: int) -> None:
    print(f"| goal | goals | {' | '.join(f'k = {k}' for k in GROUPS)} |")
    print(f"|---|---|{'---|' * len(GROUPS)}")
    for setting in settings:
        for n_goals in (1, 3):
            shares = [
                verdict_shares(setting, n_groups=k, n_goals=n_goals, runs=runs, people=people)[which] for k in GROUPS
            ]
            print(
                f"| {setting.name} | {n_goals} | {' | '.join(f'{100 * share:.1f}' for share in shares)} |", flush=True
            )


def main() -> None:
    """Print the three tables, in percent."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--people", type=int, default=400)
    chosen = parser.parse_args()
    for title, settings, which in (
        ("not_met under parity", PARITY, 0),
        ("not_met on the boundary (every other group exactly at the threshold)", BOUNDARY, 0),
        ("met on the boundary (one group exactly at the threshold)", MISSED, 1),
    ):
        print(f"\n{title}, percent of {chosen.runs:,} runs, {chosen.people} people a group\n")
        _rows(settings, which, chosen.runs, chosen.people)


if __name__ == "__main__":
    main()
