"""From evidence to counts: the only place where the worker reads rows."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Any

from django.core.files import File

from audits.models import Evaluation
from audits.services.jobs import Claim
from audits.services.owing import model_file
from audits.services.predicting import predicted
from evenhand.errors import InputError
from evenhand.fairness import Counts, count
from governance.models import DecisionRule

PIECE = 1024 * 1024
ENGINE_OPTIONS = ("reference", "confidence", "order")


def counts_of(evaluation: Evaluation, job: Claim) -> Counts:
    """The counts of an evaluation: those handed in, or counted now from its file or from data and model kept here."""
    if evaluation.counts is not None:
        job.step("reading the counts", 10)
        return Counts.from_json(evaluation.counts)
    if evaluation.upload:
        job.step(f"counting the rows of {evaluation.source_name}", 20)
        with _as_path(evaluation.upload, evaluation.source_name) as path:
            return _counted(path, evaluation, name=evaluation.source_name)
    return _predicted_counts(evaluation, job)


def has_input(evaluation: Evaluation) -> bool:
    """Whether there is anything to evaluate: counts, a file, or data and a model kept here."""
    data_here = bool(evaluation.data_set and evaluation.data_set.content)
    return bool(
        evaluation.counts is not None or evaluation.upload or (data_here and model_file(evaluation.version) is not None)
    )


def _counted(data: Any, evaluation: Evaluation, *, name: str, **columns: Any) -> Counts:
    said = {**evaluation.columns, **columns}
    counted: Counts = count(
        data,
        groups=said["groups"],
        label=said.get("label") or None,
        prediction=said.get("prediction") or None,
        score=said.get("score") or None,
        decision=said.get("decision") or None,
        unit=said.get("unit") or None,
        weight=said.get("weight") or None,
        threshold=_threshold(evaluation.rule, said),
        positive=said.get("positive") or None,  # unsaid, anything but 0 and 1 is refused
        score_range=_score_range(evaluation.rule) if said.get("score") else None,
        filters=[evaluation.filter] if evaluation.filter else [],
        source_name=name,
        extracted_on=evaluation.extracted_on.isoformat() if evaluation.extracted_on else None,
        control_total=evaluation.control_total,
    )
    return counted


def _predicted_counts(evaluation: Evaluation, job: Claim) -> Counts:
    data_set, file = evaluation.data_set, model_file(evaluation.version)
    if data_set is None or not data_set.content or file is None:
        raise InputError("There is nothing to evaluate: neither counts, nor a file, nor data and model kept here.")
    score = evaluation.columns.get("score", "")
    with (
        _as_path(data_set.content, PurePath(data_set.content.name or "data.csv").name) as data,
        _as_path(file.content, file.name) as model,
    ):
        job.step(f"predicting the rows of {data_set.name} with {file.name}", 20)
        frame, columns = predicted(data, model, evaluation.columns, score=score)
    job.step("counting the predictions", 50)
    evaluation.source_name, evaluation.source_sha256 = data_set.name[:300], data_set.sha256
    evaluation.model_sha256 = file.sha256
    return _counted(frame, evaluation, name=data_set.name, **columns)


def _threshold(rule: DecisionRule, said: dict[str, Any]) -> float | None:
    """The rule's threshold where there is a score; with a prediction column too the engine checks that both agree."""
    return float(rule.threshold) if said.get("score") and rule.threshold is not None else None


def _score_range(rule: DecisionRule) -> tuple[float, float]:
    return float(rule.score_minimum), float(rule.score_maximum)


@contextlib.contextmanager
def _as_path(content: File[bytes], name: str) -> Iterator[Path]:
    """A stored file under its own name on this machine, wherever the storage keeps it."""
    with tempfile.TemporaryDirectory(prefix="evenhand-") as folder:
        path = Path(folder) / PurePath(name).name
        with content.open("rb") as stored, path.open("wb") as target:
            for piece in stored.chunks(PIECE):
                target.write(piece)
        yield path


def options_of(evaluation: Evaluation) -> dict[str, Any]:
    """What the engine was told besides counts, goals and seed."""
    return {name: value for name, value in evaluation.options.items() if name in ENGINE_OPTIONS}
