"""Where data and model file lie here the worker predicts by itself, and opens nothing it does not know."""

import hashlib
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import skops.io
from django.core.files.base import ContentFile
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from audits.models import Evaluation, Plan
from audits.services.plans import set_plan
from governance import services
from governance.models import DataSet, Model, Team, User, Version
from governance.services.versions import FileFacts
from tests.audits.conftest import result_of

Work = Callable[[Evaluation], Evaluation]


def table() -> pd.DataFrame:
    draw = np.random.default_rng(7)
    frame = pd.DataFrame({"sex": draw.choice(["f", "m"], 400), "a": draw.normal(size=400), "b": draw.normal(size=400)})
    frame["y"] = ((frame["a"] + 0.3 * draw.normal(size=400)) > 0).astype(int)
    return frame


def own(values: Any) -> Any:
    """A step of our own, which no loader can know."""
    return values


@pytest.fixture
def data_set(team: Team, engineer: User) -> DataSet:
    return services.register_dataset(team=team, name="Made up", by=engineer)


@pytest.fixture
def plan(model: Model, data_set: DataSet, engineer: User) -> Plan:
    services.set_rule(model=model, name="half", human_action="A clerk decides.", threshold=Decimal("0.5"), by=engineer)
    columns = {"groups": ["sex"], "label": "y", "score": "score"}
    return set_plan(model=model, name="By sex", data_set=data_set, columns=columns, by=engineer)


@pytest.fixture
def hand_over(data_set: DataSet, model: Model, plan: Plan, engineer: User) -> Callable[[Any], tuple[Version, Any]]:
    """Register a version whose file is this estimator, and hand in the file and the data."""

    def do(estimator: Any) -> tuple[Version, Any]:
        frame = table()
        estimator.fit(frame[["a", "b"]], frame["y"])
        content = skops.io.dumps(estimator)
        facts = FileFacts("model.skops", hashlib.sha256(content).hexdigest(), len(content))
        version, _ = services.register_version(model=model, name="1.0", files=[facts], by=engineer)
        file = version.files.get()
        assert Evaluation.objects.get(version=version).status == "waiting"
        services.attach_file(file=file, content=ContentFile(content, "model.skops"), by=engineer)
        assert Evaluation.objects.get(version=version).status == "waiting"
        rows = ContentFile(frame.to_csv(index=False).encode(), "rows.csv")
        services.attach_data(dataset=data_set, content=rows, name="rows.csv", by=engineer)
        return version, frame.assign(score=estimator.predict_proba(frame[["a", "b"]])[:, 1])

    return do


def test_the_worker_predicts_counts_and_says_with_what(
    hand_over: Callable[[Any], tuple[Version, Any]], work: Work
) -> None:
    version, frame = hand_over(make_pipeline(StandardScaler(), LogisticRegression()))
    queued = Evaluation.objects.get(version=version)
    assert (queued.status, queued.requested_by) == ("queued", None)
    done = work(queued)
    assert done.status == "completed", done.error
    assert (done.grade, done.row_total) == ("server", 400)
    assert done.model_sha256 == version.files.get().sha256
    expected = (frame["score"] >= 0.5).groupby(frame["sex"]).mean()
    found = {
        row["group"]["sex"]: row["metrics"]["selection_rate"]["value"]
        for row in result_of(done)["groups"]
        if row["group"]
    }
    assert found == pytest.approx(expected.to_dict())


def test_a_type_that_skops_does_not_know_fails_and_is_named(
    hand_over: Callable[[Any], tuple[Version, Any]], work: Work
) -> None:
    version, _ = hand_over(make_pipeline(FunctionTransformer(own), LogisticRegression()))
    failed = work(Evaluation.objects.get(version=version))
    assert failed.status == "failed"
    assert "without allowances: tests.audits.test_predicting.own" in failed.error


def test_a_data_set_without_the_model_s_features_fails_and_names_one(
    hand_over: Callable[[Any], tuple[Version, Any]], data_set: DataSet, work: Work, tmp_path: Path
) -> None:
    version, frame = hand_over(LogisticRegression())
    data_set.refresh_from_db()
    Path(data_set.content.path).write_text(frame.drop(columns=["b"]).to_csv(index=False))
    failed = work(Evaluation.objects.get(version=version))
    assert (failed.status, "no column 'b'" in failed.error) == ("failed", True)


def test_a_file_that_is_no_model_fails_in_words(
    data_set: DataSet, model: Model, plan: Plan, engineer: User, work: Work
) -> None:
    content = b"not a model at all"
    facts = FileFacts("model.skops", hashlib.sha256(content).hexdigest(), len(content))
    version, _ = services.register_version(model=model, name="1.0", files=[facts], by=engineer)
    services.attach_file(file=version.files.get(), content=ContentFile(content), by=engineer)
    services.attach_data(dataset=data_set, content=ContentFile(b"sex,a,b,y\nf,1,1,1\n"), name="r.csv", by=engineer)
    failed = work(Evaluation.objects.get(version=version))
    assert (failed.status, "cannot be opened as a skops model" in failed.error) == ("failed", True)
