"""`evenhand verify` on real signed reports: good ones hold, and every kind of tampering is named."""

import io
import json
import random
import subprocess
import zipfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from audits.reports.content import RecordProof, ReportContent
from audits.reports.signing import SigningKey, sign
from evenhand.cli import main
from evenhand.ledger.canonical import sha256_hex
from evenhand.verify import State, Verification, verify
from tests.audits.reports import builders


@cache
def good_pdf() -> bytes:
    return builders.rendered(builders.report_content())


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    return builders.signed(good_pdf(), tmp_path_factory.mktemp("key"))[1]


@pytest.fixture
def report(tmp_path: Path, key: SigningKey) -> Path:
    return written(tmp_path, sign(good_pdf(), key=key))


def written(folder: Path, data: bytes, name: str = "report.pdf") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def failed(outcome: Verification) -> set[str]:
    return {check.name.split()[0] for check in outcome.checks if check.state is State.FAILS}


def signed_report(folder: Path, key: SigningKey, content: ReportContent, **how: Any) -> Path:
    return written(folder, sign(builders.rendered(content, **how), key=key))


def with_attachment(pdf: bytes, name: str, data: bytes) -> bytes:
    """The unsigned PDF with the bytes of one attached file replaced."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for spec in list(document.Root.AF):
            if str(spec.UF) == name:
                spec.EF.F.write(data)
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


def test_good_report_holds_and_says_what_it_does_not_show(report: Path, key: SigningKey) -> None:
    outcome = verify(report, key=key.fingerprint)
    assert outcome.is_good, outcome.lines()
    assert {check.name.split()[0] for check in outcome.checks} == {
        "coverage",
        "signature",
        "signer",
        "checkpoint",
        "content",
        "counts",
        "result",
        "results",
        "print",
    }
    assert any("that the counts are true" in line for line in outcome.lines())


def test_without_key_the_first_line_asks_to_compare_the_fingerprint(
    report: Path, key: SigningKey, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(report)]) == 0
    assert capsys.readouterr().out.startswith(f"signer: not confirmed, compare fingerprint {key.fingerprint}")


def test_json_says_the_same(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(report), "--json", "-"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["good"] is True
    assert all(check["state"] == "holds" for check in said["checks"])


def test_pdfsig_says_the_signature_is_valid(report: Path) -> None:
    done = subprocess.run(["pdfsig", "-nocert", report], capture_output=True, text=True, check=False)
    assert "Signature Validation: Signature is Valid." in done.stdout
    assert "Total document signed" in done.stdout


def test_certificate_file_serves_as_key(report: Path, key: SigningKey, tmp_path: Path) -> None:
    certificate = written(tmp_path, key.certificate_pem, "signer.pem")
    assert verify(report, key=str(certificate)).is_good


def test_every_flipped_byte_is_noticed(report: Path, tmp_path: Path) -> None:
    data = report.read_bytes()
    places = random.Random(20261123).sample(range(len(data)), 6)
    hole = data.index(b"/Contents <") + len(b"/Contents <")
    for place in [*places, 0, hole + 700, data.index(b">", hole) - 3, len(data) - 2]:
        changed = bytearray(data)
        changed[place] ^= 1
        path = written(tmp_path, bytes(changed), "changed.pdf")
        assert main(["verify", str(path)]) in (1, 2), place


def test_appending_after_signing_is_noticed(report: Path, tmp_path: Path) -> None:
    path = written(tmp_path, report.read_bytes() + b"\n% more\n", "longer.pdf")
    assert "coverage" in failed(verify(path))


def test_incremental_update_after_signing_is_noticed(report: Path, tmp_path: Path) -> None:
    from pyhanko.pdf_utils.generic import pdf_string
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(report.read_bytes()))
    writer.root["/Lang"] = pdf_string("de")
    writer.update_root()  # type: ignore[no-untyped-call]  # pyHanko's
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]
    assert "coverage" in failed(verify(written(tmp_path, out.getvalue(), "updated.pdf")))


def test_unsigned_report_is_not_good(tmp_path: Path) -> None:
    assert "signature" in failed(verify(written(tmp_path, good_pdf())))


def test_report_signed_again_with_another_key_is_named_with_key(
    tmp_path: Path, key: SigningKey, capsys: pytest.CaptureFixture[str]
) -> None:
    again, other = builders.signed(good_pdf(), tmp_path / "other")
    path = written(tmp_path, again)
    assert main(["verify", str(path), "--key", key.fingerprint]) == 1
    said = capsys.readouterr().out
    assert said.startswith(f"signer: WRONG, fingerprint {other.fingerprint}")
    assert "signed with another key than the one you named" in said


def test_one_changed_count_is_noticed_even_when_signed(tmp_path: Path, key: SigningKey) -> None:
    counts = builders.compas_counts().canonical()
    changed = counts.replace(b"805", b"804").replace(b'"n_rows":7214', b'"n_rows":7213')
    assert changed != counts
    path = written(tmp_path, sign(with_attachment(good_pdf(), "counts-1.json", changed), key=key))
    outcome = verify(path)
    assert failed(outcome) == {"counts"}
    assert "is not the counts that E-1 was computed from" in "\n".join(outcome.lines())


def test_result_that_does_not_follow_from_the_counts_is_named(tmp_path: Path, key: SigningKey) -> None:
    content = builders.report_content()
    result = json.loads(json.dumps(content.evaluations[0].result))
    group = next(each for each in result["groups"] if each["group"] == {"race": "Caucasian"})
    group["metrics"]["false_positive_rate"]["value"] = 0.4
    lying = replace(content, evaluations=(replace(content.evaluations[0], result=result),))
    outcome = verify(signed_report(tmp_path, key, lying))
    assert failed(outcome) == {"results"}
    assert "false_positive_rate.value is 0.4, the counts give 0.2345" in "\n".join(outcome.lines())


def test_content_that_is_not_the_one_on_the_ledger_is_noticed(tmp_path: Path, key: SigningKey) -> None:
    honest = builders.report_content()
    softened = replace(honest, summary=("All is well.",))
    path = signed_report(tmp_path, key, softened, proof=builders.record_proof(honest))
    assert failed(verify(path)) == {"content"}


def test_pages_that_say_something_else_than_the_content_are_noticed(tmp_path: Path, key: SigningKey) -> None:
    honest = builders.report_content()
    proof = builders.record_proof(honest)
    other = builders.rendered(replace(honest, gaps=("None at all.",)), proof=proof)
    path = written(tmp_path, sign(with_attachment(other, "content.json", honest.canonical()), key=key))
    assert failed(verify(path)) == {"print"}


def test_checkpoint_of_another_ledger_key_is_noticed(tmp_path: Path, key: SigningKey) -> None:
    content = builders.report_content()
    proof = builders.record_proof(content)
    forged: RecordProof = replace(
        proof, checkpoint=proof.checkpoint.replace("— example.org/ledger e", "— example.org/ledger A")
    )
    forged = (
        forged
        if forged.checkpoint != proof.checkpoint
        else replace(proof, checkpoint=_flipped_signature(proof.checkpoint))
    )
    assert failed(verify(signed_report(tmp_path, key, content, proof=forged))) == {"content"}


def _flipped_signature(note: str) -> str:
    head, _, tail = note.rpartition(" ")
    return f"{head} {tail[:20]}{'A' if tail[20] != 'A' else 'B'}{tail[21:]}"


def test_kept_checkpoint_of_the_same_history_holds(report: Path, tmp_path: Path) -> None:
    ledger = builders.SmallLedger.with_report(builders.report_content().sha256)
    for size in (10, len(ledger.entries)):
        kept = written(tmp_path, ledger.checkpoint(size).encode(), "kept.txt")
        assert verify(report, checkpoint=kept).is_good


def test_rebuilt_ledger_is_exposed_by_a_kept_checkpoint(report: Path, tmp_path: Path) -> None:
    rebuilt = builders.SmallLedger.with_report("00" * 32, before=9)
    kept = written(tmp_path, rebuilt.checkpoint(10).encode(), "kept.txt")
    outcome = verify(report, checkpoint=kept)
    assert failed(outcome) == {"history"}


def test_bundle_holds_and_a_swapped_loose_file_is_named(report: Path, tmp_path: Path) -> None:
    counts = builders.compas_counts().canonical()
    for loose, good in ((counts, True), (counts + b" ", False)):
        path = tmp_path / "bundle.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.write(report, "report.pdf")
            archive.writestr("evidence/counts-1.json", loose)
        assert verify(path).is_good is good


def test_bundle_proves_that_this_very_file_was_issued(report: Path, tmp_path: Path) -> None:
    for signed, good in ((report.read_bytes(), True), (b"another file", False)):
        ledger = builders.SmallLedger.with_report(sha256_hex(signed), event="report.issued", named="file_sha256")
        proofs = ledger.proofs(sha256_hex(signed), named="file_sha256")
        issued = {**proofs, "issued": proofs["frozen"], "checkpoint": ledger.checkpoint()}
        path = tmp_path / "bundle.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.write(report, "report.pdf")
            archive.writestr("issued.json", json.dumps(issued))
        outcome = verify(path)
        assert failed(outcome) == (set() if good else {"issued"})


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        (b"", 2, "is empty (0 bytes)"),
        (b"<!DOCTYPE html><title>Sign in</title>", 2, "is a web page"),
        (b"id,score\n1,2\n", 2, "is neither a PDF nor a zip"),
        (b"PK\x03\x04 cut off", 2, "is not a readable zip"),
        (b"%PDF-1.7\nnothing more", 1, "was cut off"),
    ],
)
def test_what_is_no_report_is_named_in_one_line(
    data: bytes, code: int, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(written(tmp_path, data))]) == code
    printed = "".join(capsys.readouterr())
    assert said in printed
    assert len([line for line in printed.splitlines() if said in line]) == 1
    assert "Traceback" not in printed


def test_a_truncated_report_says_that_it_was_cut_off(report: Path, tmp_path: Path) -> None:
    for left in (100_000, len(report.read_bytes()) - 40):
        outcome = verify(written(tmp_path, report.read_bytes()[:left], "cut.pdf"))
        assert [check.name for check in outcome.failures] == ["file"]
        assert "cut off" in outcome.failures[0].sentence


@pytest.mark.parametrize("password", ["", "secret"])
def test_an_encrypted_report_is_named(report: Path, tmp_path: Path, password: str) -> None:
    with pikepdf.open(report) as document:
        document.save(tmp_path / "locked.pdf", encryption=pikepdf.Encryption(owner="owner", user=password))
    outcome = verify(tmp_path / "locked.pdf")
    assert [check.sentence for check in outcome.failures] == [
        "The file is encrypted, which a report never is: it was changed after it was issued."
    ]


def test_key_file_with_the_private_key_before_the_certificate_serves_as_key(
    report: Path, tmp_path: Path, key: SigningKey
) -> None:
    both = b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n" + key.certificate_pem
    assert verify(report, key=str(written(tmp_path, both, "signing.pem"))).is_good


def test_a_key_that_is_neither_fingerprint_nor_certificate_is_refused(
    report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for wrong in ("ab" * 31, str(written(tmp_path, b"no certificate", "key.txt"))):
        assert main(["verify", str(report), "--key", wrong]) == 2
    assert "is not a certificate: PEM or DER is expected" in capsys.readouterr().err
