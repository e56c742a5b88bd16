"""A scikit-learn model trained while the demo loads, whose owed evaluation the worker starts by itself.

Data: scikit-learn's own diabetes set (Efron, Hastie, Johnstone, Tibshirani, "Least Angle Regression", 2004): 442
patients, outcome = disease progression after a year above the median. Groups by sex as coded there, and by age band.
"""

import hashlib
from decimal import Decimal
from typing import Any

import pandas as pd
import skops.io
from django.core.files.base import ContentFile
from sklearn.datasets import load_diabetes
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from audits.management.demo.people import People
from audits.services.goals import agree_goal, propose_goal
from audits.services.plans import set_plan
from evenhand.modelcard import ModelCard
from governance import services
from governance.models import Model, System
from governance.services.versions import FileFacts

SOURCE = "Efron et al., Least Angle Regression, Annals of Statistics 32, 2004; shipped with scikit-learn"
FEATURES = ["age", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"]
GOAL: dict[str, Any] = {
    "id": "equal-chance-to-be-found",
    "name": "Equal chance to be found",
    "metric": "true_positive_rate",
    "by": ["sex"],
    "side": "equal",
    "threshold": 0.10,
    "view": "patients",
    "harm": "Patients whose disease gets worse are not called in.",
    "why": "Being called in helps, so those who need it should be found equally often.",
    "words": {
        "people": "patients",
        "outcome": "got worse than the median",
        "no_outcome": "did not get worse than the median",
        "selects": "calls in",
        "rejects": "does not call in",
    },
}
CARD = {
    "details": {"summary": "Logistic regression on scaled measurements, trained when the demo was loaded."},
    "intended_use": {"primary": "To show an evaluation that starts by itself. Not for patients."},
    "training_data": {"description": f"Half of 442 patients. {SOURCE}."},
    "evaluation_data": {"description": "The other half."},
    "caveats": {"limits": "221 patients are few: most differences cannot be decided."},
}


def load(people: People) -> None:
    """System, model, data with rows, plan, and a version whose skops file is at hand."""
    if System.objects.filter(team=people.team, slug="diabetes-recall").exists():
        return
    train, test = _halves()
    system = services.register_system(
        team=people.team,
        slug="diabetes-recall",
        name="Diabetes recall list",
        purpose="Suggests which patients to call in earlier because their disease may get worse.",
        people_affected="Patients with diabetes of one clinic.",
        decision="An earlier appointment. A nurse decides.",
        human_oversight="A nurse reads the list and may leave it.",
        deployment_method="batch",
        hosting="internal",
        owner=people.engineer,
        is_demo=True,
        by=people.engineer,
    )
    model = services.register_model(system=system, name="Progression model", by=people.engineer)
    services.set_rule(
        model=model,
        name="Called in from one half",
        threshold=Decimal("0.5"),
        positive_means="expected to get worse than the median",
        human_action="A nurse calls the patient, or notes why not.",
        by=people.engineer,
    )
    _plan(people, model, test)
    _register(people, model, train)


def _halves() -> tuple[pd.DataFrame, pd.DataFrame]:
    frame = load_diabetes(as_frame=True, scaled=False).frame
    frame["above_median"] = (frame["target"] > frame["target"].median()).astype(int)
    frame["age_band"] = pd.cut(frame["age"], [0, 45, 60, 120], labels=["under 45", "45-59", "60+"], right=False)
    frame["sex"] = frame["sex"].astype(int).map({1: "sex 1", 2: "sex 2"})
    halves: tuple[pd.DataFrame, pd.DataFrame] = train_test_split(frame, test_size=0.5, random_state=0)
    return halves


def _plan(people: People, model: Model, test: pd.DataFrame) -> None:
    dataset = services.register_dataset(
        team=people.team,
        slug="diabetes-test-half",
        name="Diabetes, test half",
        description="221 of 442 patients, kept apart from training.",
        source=SOURCE,
        representation="Patients of one study of the 1980s. Sex is coded 1 and 2 by the source, without saying which.",
        gaps="Few patients in each group; no race, no income.",
        attributes=[
            {"column": "sex", "label": "Sex as coded", "known_by": "administrative"},
            {"column": "age_band", "label": "Age", "known_by": "administrative"},
        ],
        by=people.engineer,
    )
    rows = test[[*FEATURES, "sex", "age_band", "above_median"]].to_csv(index=False).encode()
    services.attach_data(
        dataset=dataset,
        content=ContentFile(rows, name="diabetes-test.csv"),
        name="diabetes-test.csv",
        n_rows=len(test),
        by=people.engineer,
    )
    goal = propose_goal(model=model, document=GOAL, by=people.engineer)
    agree_goal(goal=goal, by=people.compliance)
    set_plan(
        model=model,
        name="Test half by sex and age",
        data_set=dataset,
        columns={"groups": ["sex", "age_band"], "label": "above_median", "features": FEATURES},
        goals=[goal],
        by=people.engineer,
    )


def _register(people: People, model: Model, train: pd.DataFrame) -> None:
    estimator = make_pipeline(StandardScaler(), LogisticRegression())
    estimator.fit(train[FEATURES].to_numpy(), train["above_median"].to_numpy())
    content: bytes = skops.io.dumps(estimator)
    facts = FileFacts("model.skops", hashlib.sha256(content).hexdigest(), len(content), "application/zip")
    version, _ = services.register_version(
        model=model, name="1.0", files=[facts], card=ModelCard.from_dict(CARD), by=people.engineer
    )
    services.attach_file(file=version.files.get(), content=ContentFile(content, name="model.skops"), by=people.engineer)
