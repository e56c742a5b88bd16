"""A bundle proves that its file is the one issued; a kept checkpoint shows whether history was rewritten."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audits import recorder
from audits.models import Report
from audits.models.records import Leaf
from audits.services.issuing import render_report
from audits.services.reports import request_report
from evenhand.cli import main
from evenhand.ledger.checkpoints import Checkpoint
from evenhand.ledger.merkle import MemorySubtreeStore, root_at
from evenhand.verify import verify
from governance import events, services
from governance.models import User
from tests.audits.test_reports import audit, issued, queued  # noqa: F401 - fixtures

Issue = Callable[[], Report]


def members_of(bundle: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def bundle(api_of: Callable[..., Any], issued: Report, auditor: User) -> bytes:  # noqa: F811 - the fixture
    answer = api_of(auditor).get(f"/api/v1/reports/{issued.uid}/bundle")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"] == 'attachment; filename="AR-1-bundle.zip"'
    data: bytes = answer.content
    return data


def test_a_bundle_is_good_offline_and_its_readme_says_how(
    bundle: bytes,
    issued: Report,  # noqa: F811 - the fixture
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "AR-1-bundle.zip"
    path.write_bytes(bundle)
    assert main(["verify", str(path), "--key", issued.signer_fingerprint]) == 0
    assert "The signed file is in the ledger" in capsys.readouterr().out
    readme = members_of(bundle)["README.txt"].decode()
    assert "evenhand verify AR-1-bundle.zip --key FINGERPRINT" in readme


def test_a_bundle_with_the_proof_of_another_report_is_named(
    bundle: bytes,
    api_of: Callable[..., Any],
    issued: Report,  # noqa: F811 - the fixture
    compliance: User,
    auditor: User,
    tmp_path: Path,
) -> None:
    second = request_report(audit=issued.audit, by=compliance)
    with events.acting_through("task"):
        render_report(report_id=second.pk)
    other = members_of(api_of(auditor).get(f"/api/v1/reports/{second.uid}/bundle").content)
    path = tmp_path / "mixed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("AR-1.pdf", members_of(bundle)["AR-1.pdf"])
        archive.writestr("issued.json", other["issued.json"])
    assert {check.name for check in verify(path).failures} == {"issued"}


def test_a_bundle_is_for_the_team_and_only_of_an_issued_report(
    api_of: Callable[..., Any],
    client_of: Callable[[User], Client],
    issued: Report,  # noqa: F811 - the fixture
    auditor: User,
    compliance: User,
    stranger: User,
) -> None:
    page = reverse("audits:report-bundle", args=[issued.uid])
    assert client_of(auditor).get(page)["Content-Type"] == "application/zip"
    assert client_of(stranger).get(page).status_code == 404
    assert Client().get(page).status_code == 302
    assert api_of(stranger).get(f"/api/v1/reports/{issued.uid}/bundle").status_code == 404
    waiting = request_report(audit=issued.audit, by=compliance)
    assert api_of(auditor).get(f"/api/v1/reports/{waiting.uid}/bundle").status_code == 404
    body = client_of(auditor).get(reverse("audits:report-detail", args=[issued.uid])).content.decode()
    assert page in body


def test_a_downloaded_checkpoint_is_continued_by_a_later_report(
    client_of: Callable[[User], Client],
    queued: Report,  # noqa: F811 - the fixture
    auditor: User,
    tmp_path: Path,
) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_bytes(client_of(auditor).get(reverse("audits:record-checkpoint")).content)
    size = recorder.tree_size()
    services.create_team(slug="later", name="Later", by=None)
    with events.acting_through("task"):
        render_report(report_id=queued.pk)
    queued.refresh_from_db()
    outcome = verify(queued.file.path, key=queued.signer_fingerprint, checkpoint=kept)
    assert outcome.is_good, outcome.lines()
    assert any(f"continues the checkpoint over {size:,} entries" in line for line in outcome.lines())


def test_a_forked_ledger_is_exposed_by_the_checkpoint_kept_from_before(
    queued: Report,  # noqa: F811 - the fixture
    tmp_path: Path,
) -> None:
    """What was signed then had another third entry: the history under the report was rewritten since."""
    recorder.sealed_checkpoint()
    leaves = list(Leaf.objects.select_related("entry").order_by("index"))
    entries = [leaf.entry.as_sealable() for leaf in leaves]
    entries[2] = replace(entries[2], event="something.else")
    store = MemorySubtreeStore()
    store.extend(entry.leaf_hash() for entry in entries)
    then = Checkpoint(recorder.signer().name, len(entries), root_at(len(entries), store), 0, b"\x00" * 32)
    kept = tmp_path / "kept.txt"
    kept.write_text(then.sign(recorder.signer()))
    with events.acting_through("task"):
        render_report(report_id=queued.pk)
    queued.refresh_from_db()
    outcome = verify(queued.file.path, checkpoint=kept)
    assert [check.name for check in outcome.failures] == ["history"]
    assert "does not continue the checkpoint you kept" in "\n".join(outcome.lines())


def test_earlier_sizes_are_the_recent_ones_and_ever_sparser_ones(db: None) -> None:
    for number in range(40):
        services.create_team(slug=f"t-{number}", name=f"T {number}", by=None)
        recorder.sealed_checkpoint()
    size = recorder.tree_size()
    found = recorder.earlier_sizes(size)
    assert found[-20:] == list(range(size - 20, size))
    assert size - 32 in found
    assert all(0 < each < size for each in found)
