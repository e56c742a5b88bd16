"""Evaluations that are cancelled, tried again or refused; each stays listed with its reason."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from audits.models import Evaluation
from audits.services import evaluation_rows, handing_in, reports
from audits.services.evaluations import cancel_evaluation, retry_evaluation
from audits.services.handing_in import FileColumns, hand_in_counts, hand_in_file
from governance.errors import ConflictError, InvalidError, NotAllowedError
from governance.models import Model, User, Version

Work = Callable[[Evaluation], Evaluation]


def test_what_waits_is_cancelled_with_a_reason(owed: Evaluation, engineer: User, auditor: User) -> None:
    with pytest.raises(NotAllowedError):
        cancel_evaluation(evaluation=owed, reason="Not mine", by=auditor)
    with pytest.raises(InvalidError, match="Say why"):
        cancel_evaluation(evaluation=owed, reason=" ", by=engineer)
    cancelled = cancel_evaluation(evaluation=owed, reason="The data set was withdrawn.", by=engineer)
    assert (cancelled.status, cancelled.error) == ("cancelled", "The data set was withdrawn.")
    with pytest.raises(ConflictError):
        cancel_evaluation(evaluation=cancelled, reason="Again", by=engineer)


def test_a_failed_run_on_kept_counts_is_tried_again_in_a_new_row(
    version: Version, counts: dict[str, Any], engineer: User, work: Work
) -> None:
    failed = hand_in_counts(version=version, counts=counts, by=engineer)
    Evaluation.objects.filter(pk=failed.pk).update(status="failed", error="The worker was lost.")
    again = work(retry_evaluation(evaluation=failed, by=engineer))
    assert (again.status, again.replaces) == ("completed", failed)
    failed.refresh_from_db()
    assert failed.status == "failed"


def test_rows_that_are_gone_cannot_be_tried_again(
    version: Version, engineer: User, work: Work, run_on_commit: Any
) -> None:
    rows = ContentFile(b"race,two_year_recid,flagged\nAsian,3,1\n", "p.csv")
    columns = FileColumns(groups=("race",), label="two_year_recid", prediction="flagged")
    with run_on_commit():
        failed = work(hand_in_file(version=version, content=rows, name="p.csv", columns=columns, by=engineer))
    assert failed.status == "failed"
    with pytest.raises(ConflictError, match="Hand in the corrected file"):
        retry_evaluation(evaluation=Evaluation.objects.get(pk=failed.pk), by=engineer)


def test_the_page_closes_with_the_typed_reason(
    client_of: Callable[[User], Client], owed: Evaluation, engineer: User
) -> None:
    client, close = client_of(engineer), reverse("audits:evaluation-close", args=[owed.uid])
    assert "Cancel it: E-1" in client.get(close).content.decode()
    assert client.post(close, {"reason": ""}).status_code == 422
    client.post(close, {"reason": "Not needed."})
    owed.refresh_from_db()
    assert (owed.status, owed.error) == ("cancelled", "Not needed.")


def test_a_retired_version_and_another_model_s_rule_are_refused(
    version: Version, other_model: Model, counts: dict[str, Any], engineer: User
) -> None:
    with pytest.raises(InvalidError, match="belongs to another model"):
        hand_in_counts(version=version, counts=counts, rule=other_model.rules.get(), by=engineer)
    Version.objects.filter(pk=version.pk).update(status="retired")
    with pytest.raises(ConflictError, match="takes no more evaluations"):
        hand_in_counts(version=version, counts=counts, by=engineer)


@pytest.fixture
def other_model(version: Version, engineer: User) -> Model:
    from governance import services

    model = services.register_model(system=version.model.system, name="Another score", by=engineer)
    services.set_rule(model=model, name="yes", human_action="Somebody looks.", by=engineer)
    return model


def test_a_hand_in_that_is_rolled_back_leaves_no_rows(
    version: Version, engineer: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(**_: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(handing_in, "queue_evaluation", break_down)
    rows = ContentFile(b"race,two_year_recid,flagged\nAsian,0,1\n", "p.csv")
    columns = FileColumns(groups=("race",), label="two_year_recid", prediction="flagged")
    with pytest.raises(OSError, match="full"):
        hand_in_file(version=version, content=rows, name="p.csv", columns=columns, by=engineer)
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_every_nudge_names_a_task_that_workers_know() -> None:
    current_app.loader.import_default_modules()
    assert {evaluation_rows.RUN, reports.RENDER} <= set(current_app.tasks)
