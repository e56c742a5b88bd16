"""What is measured, each called as its own documentation says: `python -m benchmarks.fairness.contestants NAME FOLDER`.

Prints one line of JSON. Every contestant runs in a fresh process on the same file.
"""

import argparse
import json
import os
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.fairness.people import GROUPED, RACES, SEXES, many_groups
from benchmarks.fairness.timing import timed

COLUMNS = ["race", "sex", "label", "prediction"]
COUNTED: dict[str, Any] = {"groups": ["sex", "race"], "label": "label", "prediction": "prediction"}
Found = dict[str, Any]


def evenhand(folder: Path, repeats: int) -> Found:
    """From the file: counts, every metric of every group, every comparison, 10,000 bootstrap replicates."""
    from evenhand.fairness import count, evaluate, measure

    file = folder / "people.parquet"
    count(file, **COUNTED)
    counts = count(file, **COUNTED)
    return {
        "count": timed(lambda: count(file, **COUNTED), repeats=repeats),
        "points": timed(lambda: measure(count(file, **COUNTED)), repeats=repeats),
        "everything": timed(lambda: evaluate(count(file, **COUNTED)), repeats=repeats),
        "tpr": {
            f"{group.group['sex']} {group.group['race']}": group.metrics["true_positive_rate"].value
            for group in measure(counts)
            if len(group.group) == 2
        },
    }


def fairlearn(folder: Path, repeats: int) -> Found:
    """MetricFrame with the same metrics over the ten intersections; its bootstrap with ``n_boot=2``, once."""
    from fairlearn import metrics as fl
    from sklearn import metrics as sk

    frame, reading = _frame(folder, repeats)
    metrics = {
        "count": fl.count,
        "selection_rate": fl.selection_rate,
        "accuracy": sk.accuracy_score,
        "balanced_accuracy": sk.balanced_accuracy_score,
        "true_positive_rate": fl.true_positive_rate,
        "false_positive_rate": fl.false_positive_rate,
        "true_negative_rate": fl.true_negative_rate,
        "false_negative_rate": fl.false_negative_rate,
        "precision": sk.precision_score,
        "f1": sk.f1_score,
    }

    def points(**bootstrap: Any) -> Any:
        found = fl.MetricFrame(
            metrics=metrics,
            y_true=frame["label"],
            y_pred=frame["prediction"],
            sensitive_features=frame[["sex", "race"]],
            **bootstrap,
        )
        return found.by_group, found.difference(), found.ratio()

    found: list[Any] = []
    return {
        "read": reading,
        "points": timed(lambda: found.append(points()[0]), repeats=1, warm=False),
        "bootstrap of 2": timed(
            lambda: points(n_boot=2, ci_quantiles=[0.025, 0.975], random_state=1), repeats=1, warm=False
        ),
        "tpr": {" ".join(key): value for key, value in found[0]["true_positive_rate"].items()},
    }


def aequitas(folder: Path, repeats: int) -> Found:
    """Group.get_crosstabs over the ten intersections: counts and rates of each group, without intervals."""
    from aequitas.group import Group

    frame, reading = _frame(folder, repeats)
    frame["sex_race"] = frame["sex"] + " " + frame["race"]
    rows = frame[["sex_race", "prediction", "label"]].rename(columns={"prediction": "score", "label": "label_value"})

    def points() -> Any:
        return Group().get_crosstabs(rows.copy(), attr_cols=["sex_race"])[0]

    table = points()
    return {
        "read": reading,
        "points": timed(points, repeats=repeats),
        "tpr": dict(zip(table["attribute_value"], table["tpr"], strict=True)),
    }


def aif360(folder: Path, repeats: int) -> Found:
    """BinaryLabelDataset, then one ClassificationMetric for each of the ten groups against all others."""
    from aif360.datasets import BinaryLabelDataset
    from aif360.metrics import ClassificationMetric

    frame, reading = _frame(folder, repeats)
    codes = frame[["label", "prediction"]].copy()
    codes["sex"], codes["race"] = frame["sex"].map(SEXES.index), frame["race"].map(RACES.index)
    everyone = [{"sex": sex, "race": race} for sex in range(len(SEXES)) for race in range(len(RACES))]

    def points() -> Any:
        true = BinaryLabelDataset(
            df=codes[["sex", "race", "label"]], label_names=["label"], protected_attribute_names=["sex", "race"]
        )
        predicted = true.copy()
        predicted.labels = codes[["prediction"]].to_numpy(dtype=float)
        found = {}
        for group in everyone:
            metric = ClassificationMetric(
                true,
                predicted,
                unprivileged_groups=[group],
                privileged_groups=[other for other in everyone if other != group],
            )
            rates = metric.performance_measures(privileged=False)
            rates |= {"selection": metric.selection_rate(privileged=False), "base": metric.base_rate(privileged=False)}
            found[f"{SEXES[group['sex']]} {RACES[group['race']]}"] = rates
        return found

    found: list[Any] = []
    return {
        "read": reading,
        "points": timed(lambda: found.append(points()), repeats=1, warm=False),
        "tpr": {name: rates["TPR"] for name, rates in found[0].items()},
    }


def bare_read(folder: Path, repeats: int) -> Found:
    """`pyarrow.parquet.read_table` of the columns that are counted, with 2 threads."""
    import pyarrow as pa
    from pyarrow import parquet

    pa.set_cpu_count(2)
    pa.set_io_thread_count(2)
    file = folder / "tens.parquet"
    return {
        "read": timed(lambda: parquet.read_table(file, columns=COLUMNS), repeats=repeats),
        "read with score": timed(lambda: parquet.read_table(file, columns=[*COLUMNS, "score"]), repeats=repeats),
    }


def scan(folder: Path, repeats: int) -> Found:
    """`count` of one file: with its SHA-256, every refusal checked, down to the counts that are handed on."""
    from evenhand.fairness import count

    return {"count": timed(lambda: count(folder / "tens.parquet", **COUNTED), repeats=repeats)}


def scan_scores(folder: Path, repeats: int) -> Found:
    """The same with a score axis: exact sums and 1,024 bins."""
    from evenhand.fairness import count

    return {"count": timed(lambda: count(folder / "tens.parquet", **COUNTED, score="score"), repeats=repeats)}


def scan_folder(folder: Path, repeats: int) -> Found:  # noqa: ARG001 - every contestant is called alike
    """`count` of a folder of files, once, with nothing warm."""
    from evenhand.fairness import count

    return {"count": timed(lambda: count(folder / "hundreds", **COUNTED), repeats=1, warm=False)}


def groups(folder: Path, repeats: int) -> Found:  # noqa: ARG001
    """`evaluate` of 2,000 intersectional groups, and the bare multinomial draws by NumPy on one processor."""
    import numpy as np

    from evenhand.fairness import Counts, evaluate

    counts = Counts.from_cells(many_groups(), groups=list(GROUPED), label="label", prediction="prediction")
    cells = np.array([cell.n for cell in counts.cells])
    chances, random = cells / cells.sum(), np.random.default_rng(1)

    def plain_draws() -> None:
        for _ in range(100):
            random.multinomial(int(cells.sum()), chances, size=100)

    return {
        "evaluate": timed(lambda: evaluate(counts), repeats=min(repeats, 3), warm=False),
        "plain draws": timed(plain_draws, repeats=1, warm=False),
    }


def importing(folder: Path, repeats: int) -> Found:  # noqa: ARG001
    """`import evenhand.fairness` in this fresh process."""
    start = time.perf_counter()
    import evenhand.fairness  # noqa: F401

    wall = time.perf_counter() - start
    if loaded := {"scipy.stats", "statsmodels", "pandas", "duckdb"} & set(sys.modules):
        return {"import": {"wall": wall}, "loaded": sorted(loaded)}
    return {"import": {"wall": wall}, "loaded": []}


def _frame(folder: Path, repeats: int) -> tuple[Any, Any]:
    import pandas as pd

    file = folder / "people.parquet"
    reading = timed(lambda: pd.read_parquet(file, columns=COLUMNS), repeats=repeats)
    return pd.read_parquet(file, columns=COLUMNS), reading


CONTESTANTS: dict[str, Callable[[Path, int], Found]] = {
    each.__name__: each
    for each in (
        evenhand,
        aequitas,
        bare_read,
        scan,
        scan_scores,
        scan_folder,
        groups,
        importing,
        aif360,
        fairlearn,  # the slowest last: what time does not allow is left out
    )
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure one contestant.")
    parser.add_argument("name", choices=CONTESTANTS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--repeats", type=int, default=5)
    given = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
    warnings.simplefilter("ignore")
    print(json.dumps(CONTESTANTS[given.name](given.folder, given.repeats)))


if __name__ == "__main__":
    main()
