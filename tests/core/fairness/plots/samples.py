"""Counts to draw: published confusion counts, and made-up scores of four, six and two groups."""

from functools import cache
from xml.etree import ElementTree

import numpy as np
import polars as pl

from evenhand.fairness import Counts, Evaluation, FairnessGoal, count, evaluate
from evenhand.fairness.plots import Plot
from tests.core.fairness.published import COMPAS, cells

GOAL = {
    "id": "alarms",
    "metric": "false_positive_rate",
    "by": ["race"],
    "threshold": 0.05,
    "side": "at_most",
    "reference": {"race": "Caucasian"},
}


def compas() -> Counts:
    """The published table of six races."""
    return Counts.from_cells(cells(COMPAS), groups=["race"], label="label", prediction="prediction")


@cache
def compas_result(*, judged: bool = True) -> Evaluation:
    """What the engine says of it, with one goal."""
    goals = [FairnessGoal.from_dict(GOAL)] if judged else []
    return evaluate(compas(), goals=goals, reference={"race": "Caucasian"}, replicates=100)


def people(sizes: dict[str, int], *, seed: int = 7) -> pl.DataFrame:
    """People with scores in 0 to 1, an outcome that happens as often as the score says, and a decision at 0.5."""
    generator = np.random.default_rng(seed)
    frames = []
    for name, n in sizes.items():
        score = np.round(generator.beta(2, 3, n), 3)
        frames.append(
            pl.DataFrame({"team": [name] * n, "score": score, "y": (generator.random(n) < score).astype(int)})
        )
    return pl.concat(frames)


def scored(sizes: dict[str, int], *, seed: int = 7) -> Counts:
    """The same as counts."""
    rows = people(sizes, seed=seed)
    return count(rows, groups=["team"], label="y", score="score", threshold=0.5, score_range=(0.0, 1.0))


def texts(plot: Plot) -> list[str]:
    """Every text of a picture."""
    root = ElementTree.fromstring(plot.svg)
    return ["".join(node.itertext()) for node in root.iter() if node.tag.endswith("}text")]
