"""Predicting with a version's stored model. Only what skops loads without allowances is ever opened."""

from pathlib import Path
from typing import Any

from evenhand.errors import InputError

SCORE = "model_score"
PREDICTION = "model_prediction"


def predicted(data: Path, model: Path, columns: dict[str, Any], *, score: str) -> tuple[Any, dict[str, str]]:
    """The rows with what the model says of them, and the columns that say it.

    A classifier with probabilities gives a score; any other gives its prediction. Pickle is never opened.
    """
    estimator = _loaded(model)
    frame = _frame(data)
    features = _features(estimator, frame, columns)
    positive = str(columns.get("positive", "1"))
    name = score if score and score not in frame.columns else SCORE
    if hasattr(estimator, "predict_proba"):
        frame[name] = _probability(estimator, features, positive)
        return frame, {"score": name, "prediction": ""}
    frame[PREDICTION] = [str(value) for value in estimator.predict(features)]
    return frame, {"score": "", "prediction": PREDICTION}


def _loaded(path: Path) -> Any:
    import skops.io

    try:
        unknown = skops.io.get_untrusted_types(file=path)
        if unknown:
            raise InputError(
                f"{path.name} holds types that skops does not load without allowances: {', '.join(unknown[:5])}. "
                "Send the predictions or the counts instead."
            )
        return skops.io.load(path, trusted=[])
    except InputError:
        raise
    except Exception as error:
        raise InputError(f"{path.name} cannot be opened as a skops model: {error}")


def _frame(path: Path) -> Any:
    import pandas

    if path.name.lower().endswith(".parquet"):
        import duckdb

        from evenhand.fairness.scanning.files import SETTINGS

        with duckdb.connect(config=SETTINGS) as connection:
            return connection.execute("SELECT * FROM read_parquet(?)", [str(path)]).df()
    return pandas.read_csv(path, dtype=None, keep_default_na=True)


def _features(estimator: Any, frame: Any, columns: dict[str, Any]) -> Any:
    named = columns.get("features") or list(getattr(estimator, "feature_names_in_", []))
    if not named:
        raise InputError(
            "The model does not name its features. Name them in the plan's columns as `features`, in the model's order."
        )
    missing = [str(name) for name in named if name not in frame.columns]
    if missing:
        raise InputError(f"The data set has no column {missing[0]!r}, which the model was trained on.")
    chosen = frame[named]
    return chosen if hasattr(estimator, "feature_names_in_") else chosen.to_numpy()


def _probability(estimator: Any, features: Any, positive: str) -> Any:
    classes = [_spelled(value) for value in estimator.classes_]
    if len(classes) != 2 or positive not in classes:
        raise InputError(
            f"The model predicts the classes {', '.join(classes)}; one of two must be the positive value {positive!r}."
        )
    try:
        return estimator.predict_proba(features)[:, classes.index(positive)]
    except Exception as error:
        raise InputError(f"The model cannot predict these rows: {' '.join(str(error).split())[:300]}")


def _spelled(value: Any) -> str:
    plain = value.item() if hasattr(value, "item") else value
    if isinstance(plain, bool):
        return str(int(plain))
    return str(int(plain)) if isinstance(plain, float) and plain.is_integer() else str(plain)
