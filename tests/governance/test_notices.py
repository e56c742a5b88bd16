"""Messages: told once, mailed once, seen only by whom they are for."""

from __future__ import annotations

import email
import os
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from governance import services
from governance.models import Notice, Team, User
from governance.services.notices import mail_notice, sweep_notices
from tests.threads import in_thread
from tests.workers import worker

ClientOf = Callable[[User], Client]


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Path]:
    """The folder where mail goes until a server is set: the product's own default."""
    folder = tmp_path / "outbox"
    with override_settings(
        EMAIL_BACKEND="django.core.mail.backends.filebased.EmailBackend", EMAIL_FILE_PATH=str(folder)
    ):
        yield folder


def letters(folder: Path) -> list[Message]:
    files = sorted(folder.glob("*.log")) if folder.exists() else []
    texts = [text for file in files for text in file.read_text().split("-" * 79 + "\n") if text.strip()]
    return [email.message_from_string(text) for text in texts]


def tell(user: User, key: str = "part:1", **facts: Any) -> Notice | None:
    words = {"kind": "assigned", "title": "Section USE 1 is yours", "detail": "Due 4 December.", "url": "/assessments/"}
    return services.notify(user=user, key=key, **{**words, **facts})


def test_the_same_thing_is_told_once(engineer: User, compliance: User, team: Team) -> None:
    assert tell(engineer, team=team) is not None
    assert tell(engineer, team=team) is None
    assert tell(compliance, team=team) is not None
    assert Notice.objects.count() == 2


def test_people_who_are_locked_out_are_told_nothing(engineer: User) -> None:
    User.objects.filter(pk=engineer.pk).update(is_active=False)
    engineer.refresh_from_db()
    assert tell(engineer) is None


def test_one_mail_however_often_the_message_comes(engineer: User, team: Team, outbox: Path) -> None:
    notice = tell(engineer, team=team, title="Line one\nBcc: everybody@example.org")
    assert notice is not None
    assert [mail_notice(notice_id=notice.pk) for _ in range(3)] == [True, False, False]
    (letter,) = letters(outbox)
    assert letter["To"] == "engineer@pretrial.example"
    assert letter["Subject"] == "Line one Bcc: everybody@example.org"
    assert letter["Bcc"] is None
    assert str(notice.uid) in letter["Message-ID"]
    text = str(letter.get_payload())
    assert "Due 4 December." in text
    assert "/assessments/" in text
    assert "you have a part in Pretrial services" in text
    notice.refresh_from_db()
    assert notice.mailed_at is not None


def test_a_mail_server_that_is_away_is_tried_again(engineer: User, outbox: Path) -> None:
    notice = tell(engineer)
    assert notice is not None
    away = override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=1
    )
    with away:
        assert mail_notice(notice_id=notice.pk) is False
    notice.refresh_from_db()
    assert (notice.mailed_at, notice.mail_error.partition(":")[0]) == (None, "ConnectionRefusedError")
    assert sweep_notices() == 0  # it was tried a moment ago
    later = timezone.now() - timedelta(minutes=20)
    Notice.objects.filter(pk=notice.pk).update(mail_claimed_at=later, created_at=later)
    assert sweep_notices() == 1
    assert mail_notice(notice_id=notice.pk) is True
    assert len(letters(outbox)) == 1
    notice.refresh_from_db()
    assert notice.mail_error == ""


def test_what_nobody_could_mail_for_days_is_let_go(engineer: User) -> None:
    notice = tell(engineer)
    assert notice is not None
    Notice.objects.filter(pk=notice.pk).update(created_at=timezone.now() - timedelta(days=4))
    assert sweep_notices() == 0


def test_of_many_workers_one_mails(committed_db: str, outbox: Path) -> None:
    user = services.create_person(email="a@example.org", name="A", password=None, by=None)
    notice = tell(user)
    assert notice is not None
    futures = [in_thread(lambda: mail_notice(notice_id=notice.pk), wait=False) for _ in range(5)]
    assert [future.result(timeout=30) for future in futures].count(True) == 1
    assert len(letters(outbox)) == 1


def test_told_by_two_processes_at_once(committed_db: str) -> None:
    user = services.create_person(email="a@example.org", name="A", password=None, by=None)
    futures = [in_thread(lambda: tell(user), wait=False) for _ in range(5)]
    assert sum(future.result(timeout=30) is not None for future in futures) == 1
    assert Notice.objects.count() == 1


@pytest.mark.process
def test_a_real_worker_mails_into_the_folder(committed_db: str, tmp_path: Path) -> None:
    """From the commit over the broker to the file in var/outbox, with the settings as they come."""
    user = services.create_person(email="worker-mail@example.org", name="A", password=None, by=None)
    with worker(committed_db, tmp_path):
        notice = tell(user)
        assert notice is not None
        until = time.monotonic() + 60
        while time.monotonic() < until and notice.mailed_at is None:
            time.sleep(0.2)
            notice.refresh_from_db()
    assert notice.mailed_at is not None, (tmp_path / "worker.log").read_text()
    sent = letters(Path(os.environ["EVENHAND_HOME"]) / "outbox")
    assert [letter["To"] for letter in sent if str(notice.uid) in letter["Message-ID"]] == ["worker-mail@example.org"]


def test_the_inbox_shows_counts_and_marks(engineer: User, compliance: User, team: Team, client_of: ClientOf) -> None:
    first, second = tell(engineer, "part:1", team=team), tell(engineer, "part:2", team=team, title="Second <thing>")
    assert first is not None
    assert second is not None
    client = client_of(engineer)
    page = client.get("/inbox/").content.decode()
    assert 'aria-label="Messages, 2 new"' in page
    assert "Second &lt;thing&gt;" in page
    opened = client.post(f"/inbox/{first.uid}/")
    assert opened.headers["Location"] == "/assessments/"
    assert 'aria-label="Messages, 1 new"' in client.get("/systems/").content.decode()
    stayed = client.post(f"/inbox/{first.uid}/", {"go": "stay"})
    assert stayed.headers["Location"] == "/inbox/"
    only_new = client.get("/inbox/?show=new").content.decode()
    assert "Second" in only_new
    assert "Section USE 1" not in only_new
    client.post("/inbox/read/")
    assert not Notice.objects.unread().exists()
    assert client_of(compliance).post(f"/inbox/{first.uid}/").status_code == 404


def test_a_message_leads_nowhere_outside(engineer: User, client_of: ClientOf) -> None:
    notice = tell(engineer, url="https://elsewhere.example/")
    assert notice is not None
    assert client_of(engineer).post(f"/inbox/{notice.uid}/").headers["Location"] == "/inbox/"


def test_over_the_api(
    engineer: User, compliance: User, team: Team, other_team: Team, api_of: Callable[..., Any]
) -> None:
    services.grant_role(team=other_team, user=engineer, role="engineer", by=None)
    mine, elsewhere = tell(engineer, "a", team=team), tell(engineer, "b", team=other_team)
    assert mine is not None
    assert elsewhere is not None
    tell(compliance, "c", team=team)
    _, secret = services.issue_token(user=engineer, team=team, name="CI", scopes=["register", "read"], by=engineer)
    api = api_of(engineer)
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    found = api.get("/api/v1/notices?unread=true").json()["results"]
    assert [each["uid"] for each in found] == [str(mine.uid)]  # a token of one team reads nothing of another
    assert api.get(f"/api/v1/notices/{elsewhere.uid}").status_code == 404
    read = api.post(f"/api/v1/notices/{mine.uid}/read")
    assert read.json()["read_at"]
    assert api.post("/api/v1/notices/read").json() == {"read": 0}
    elsewhere.refresh_from_db()
    assert elsewhere.read_at is None
