"""The nightly recomputation: its outcome is kept, logged and told, and it does not stop the server."""

from typing import Any

import pytest
from django.test import Client
from structlog.testing import capture_logs

from audits import recorder
from audits.models import LedgerCheck
from audits.models.records import Entry, Leaf, Unsealed
from audits.services import ledger_checks
from audits.tasks import queue_forgotten, verify_ledger
from config import doctor
from config.celery import app
from governance import services
from tests.audits.test_ledger_tampering import attacking


def test_a_ledger_that_holds_is_said_to_hold(db: None) -> None:
    services.create_team(slug="one", name="One", by=None)
    recorder.sealed_checkpoint()
    assert "not recomputed yet" in ledger_checks.findings()[0].detail
    verify_ledger()
    kept = LedgerCheck.objects.get()
    assert (kept.holds, kept.n_entries) == (True, recorder.tree_size())
    found = ledger_checks.findings()[0]
    assert found.ok
    assert f"all {kept.n_entries} entries fitted together" in found.detail


def test_an_altered_ledger_is_an_error_in_the_log_and_told_by_readyz_and_doctor(committed_db: str) -> None:
    team = services.create_team(slug="one", name="One", by=None)
    recorder.sealed_checkpoint()
    victim = Entry.objects.filter(subject_uid=team.uid).get()
    with attacking() as cursor:
        cursor.execute("UPDATE audits_entry SET event = 'team.closed' WHERE id = %s", [victim.pk])
    with capture_logs() as logs:
        verify_ledger()
    assert [(each["log_level"], each["entry"]) for each in logs if each["event"] == "ledger_does_not_hold"] == [
        ("error", str(victim.uid))
    ]
    told: dict[str, Any] = Client().get("/readyz").json()
    assert told["checks"]["ledger check"]["ok"] is False
    assert told["ready"] == all(line["ok"] for name, line in told["checks"].items() if name != "ledger check")
    lines = [line for line in doctor.ledger() if line.name == "ledger check"]
    assert [line.state for line in lines] == [doctor.State.PROBLEM]


def test_a_forgotten_entry_is_sealed_again(committed_db: str) -> None:
    team = services.create_team(slug="one", name="One", by=None)
    forgotten = Entry.objects.filter(subject_uid=team.uid).get()
    Unsealed.objects.filter(entry=forgotten).delete()
    assert recorder.seal() == 0
    queue_forgotten()
    assert recorder.seal() == 1
    assert Leaf.objects.filter(entry=forgotten).exists()


@pytest.mark.parametrize("name", ["audits.queue_forgotten", "audits.verify_ledger", "audits.seal_ledger"])
def test_beat_sends_what_a_worker_knows(name: str) -> None:
    assert name in {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert name in app.tasks
