"""How often the same data judged the same model before: a test set that is used again and again stops being one."""

from typing import Any

from audits.models import Evaluation, EvaluationStatus


def data_sha256(evaluation: Evaluation) -> str:
    """The digest the data is known by: of the file, or of the counts where the file stayed at home."""
    return evaluation.source_sha256 or evaluation.counts_sha256


def earlier_uses(evaluation: Evaluation) -> Any:
    """Evaluations of this model handed in earlier from the same data; repetitions of the same evidence do not count."""
    digest = data_sha256(evaluation)
    if not digest:
        return Evaluation.objects.none()
    same = Evaluation.objects.with_data(digest).filter(
        version__model=evaluation.version.model_id, status=EvaluationStatus.COMPLETED, number__lt=evaluation.number
    )
    if evaluation.handed_in_at is not None:
        same = same.filter(handed_in_at__lt=evaluation.handed_in_at)
    return same.select_related("version").order_by("number")


def usage_sentence(evaluation: Evaluation) -> str:
    """What a reader must know of the reuse of this data; empty before there is data."""
    if not data_sha256(evaluation):
        return ""
    labels = [found.label for found in earlier_uses(evaluation)]
    if not labels:
        return "This data was not used on this model before."
    times = "once" if len(labels) == 1 else f"{len(labels)} times"
    return f"This data was used {times} before on this model: {', '.join(labels)}."
