"""Running twice, in parallel or after a crash gives one result."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from audits import recorder
from audits.models import Evaluation
from audits.services import jobs
from audits.services.evaluations import fail_evaluation, run_evaluation, sweep_evaluations
from audits.services.handing_in import hand_in_counts
from governance import events, services
from governance.models import User, Version
from tests.audits.cases import build_case
from tests.audits.conftest import published_counts
from tests.threads import in_thread

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def queued(version: Version, counts: dict[str, Any], engineer: User) -> Evaluation:
    return hand_in_counts(version=version, counts=counts, by=engineer)


def story(evaluation: Evaluation) -> list[str]:
    return [entry.event for entry in recorder.history(evaluation.uid)]


def test_a_second_message_changes_nothing(queued: Evaluation) -> None:
    for _ in range(3):
        run_evaluation(evaluation_id=queued.pk)
    queued.refresh_from_db()
    assert queued.attempts == 1
    assert story(queued).count("evaluation.completed") == 1


def test_a_row_that_waits_or_is_gone_is_left_alone(owed: Evaluation) -> None:
    run_evaluation(evaluation_id=owed.pk)
    run_evaluation(evaluation_id=10**9)
    owed.refresh_from_db()
    assert owed.status == "waiting"


def test_a_lost_worker_s_row_is_sent_again_and_completes_once(queued: Evaluation) -> None:
    lost = jobs.claim(Evaluation, queued.pk)
    assert lost is not None
    assert sweep_evaluations() == 0  # it has just given a sign of life
    Evaluation.objects.filter(pk=queued.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=5))
    assert sweep_evaluations() == 1
    run_evaluation(evaluation_id=queued.pk)
    queued.refresh_from_db()
    assert (queued.status, queued.attempts) == ("completed", 2)
    fail_evaluation(lost, "I was only slow.")  # the lost worker wakes up: its claim holds nothing any more
    queued.refresh_from_db()
    assert queued.status == "completed"
    assert "evaluation.failed" not in story(queued)


def test_after_bounded_attempts_it_fails_and_says_so(queued: Evaluation) -> None:
    long_ago = timezone.now() - timedelta(minutes=5)
    for _ in range(jobs.MAX_ATTEMPTS):
        assert jobs.claim(Evaluation, queued.pk) is not None
        Evaluation.objects.filter(pk=queued.pk).update(heartbeat_at=long_ago)
        sweep_evaluations()
    queued.refresh_from_db()
    assert queued.status == "failed"
    assert "worker was lost 3 times" in queued.error


def test_a_queued_row_whose_message_was_lost_is_sent_again(queued: Evaluation) -> None:
    assert sweep_evaluations() == 0
    Evaluation.objects.filter(pk=queued.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=5))
    assert sweep_evaluations() == 1
    queued.refresh_from_db()
    assert (queued.status, queued.attempts) == ("queued", 0)


def test_a_step_by_a_worker_that_lost_its_claim_is_not_written(queued: Evaluation) -> None:
    lost = jobs.claim(Evaluation, queued.pk)
    assert lost is not None
    Evaluation.objects.filter(pk=queued.pk).update(status="queued")
    again = jobs.claim(Evaluation, queued.pk)
    assert again is not None
    again.step("counting")
    lost.step("still counting, I think")
    queued.refresh_from_db()
    assert queued.step == "counting"


def test_one_of_many_workers_at_the_same_time_gets_the_row(committed_db: str) -> None:
    case = build_case()
    queued = hand_in_counts(version=case.version, counts=published_counts(), by=case.engineer)

    def take() -> bool:
        return jobs.claim(Evaluation, queued.pk) is not None

    futures = [in_thread(take, wait=False) for _ in range(6)]
    assert [future.result(timeout=30) for future in futures].count(True) == 1


def test_versions_registered_at_the_same_time_owe_evaluations_with_numbers_of_their_own(committed_db: str) -> None:
    case = build_case()

    def register(name: str) -> None:
        engineer = User.objects.get(pk=case.engineer.pk)
        services.register_version(model=case.version.model, name=name, by=engineer)

    futures = [in_thread(partial(register, f"3.{index}"), wait=False) for index in range(5)]
    for future in futures:
        future.result(timeout=30)
    assert list(Evaluation.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]


@contextmanager
def worker(database: str, files: Path) -> Iterator[None]:
    """A real Celery worker on this test's database and the run's own Valkey."""
    url = urlsplit(os.environ["DATABASE_URL"])
    environment = {
        **os.environ,
        "DATABASE_URL": url._replace(path=f"/{database}").geturl(),
        "MIGRATION_DATABASE_URL": url._replace(path=f"/{database}").geturl(),
    }
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--pool", "solo", "--loglevel", "WARNING"]
    with (files / "worker.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=30)


def wait_for(evaluation: Evaluation, status: str, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        evaluation.refresh_from_db()
        if evaluation.status == status:
            return
        time.sleep(0.2)
    raise AssertionError(f"still {evaluation.status} after {seconds:.0f} s: {evaluation.error}")


@pytest.mark.process
def test_a_real_worker_takes_the_message_and_completes_the_row(committed_db: str, tmp_path: Path) -> None:
    case = build_case()
    with worker(committed_db, tmp_path), events.acting_through("api"):
        queued = hand_in_counts(version=case.version, counts=published_counts(), by=case.engineer)
        wait_for(queued, "completed")
    assert queued.verdict == "not_met"
    assert [entry.interface for entry in recorder.history(queued.uid)] == ["command", "api", "task"]
