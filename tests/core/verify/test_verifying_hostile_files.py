"""Files that are no report, or wish harm: a clear line and the right exit code, never a traceback."""

import io
import zipfile
import zlib
from pathlib import Path

import pikepdf
import pytest

from evenhand.cli import main
from evenhand.errors import InputError
from evenhand.verify import files as pdf_files
from evenhand.verify import verify
from evenhand.verify.signatures import read_fingerprint


def plain_pdf(**attached: bytes) -> bytes:
    with pikepdf.new() as document:
        document.add_blank_page()
        for name, data in attached.items():
            document.attachments[f"{name}.json"] = pikepdf.AttachedFileSpec(document, data, filename=f"{name}.json")
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def run(folder: Path, data: bytes, *more: str) -> int:
    path = folder / "given"
    path.write_bytes(data)
    return main(["verify", str(path), *more])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", 2),
        (b"just text", 2),
        (b"\x89PNG\r\n", 2),
        (b"PK\x03\x04 not really", 2),
        (zipped({"a.txt": b"x"}), 2),
        (zipped({"a.pdf": b"%PDF-1.7", "b.pdf": b"%PDF-1.7"}), 2),
        (b"%PDF-1.7\n", 1),
        (b"%PDF-1.7\n" + b"\xff" * 5000, 1),
        (
            b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 1 0 R/AcroForm 1 0 R/Fields[1 0 R]>>endobj trailer<</Root 1 0 R>>",
            1,
        ),
        (b"%PDF-1.7\n" + b"[" * 100_000, 1),
        (plain_pdf(), 1),
        (plain_pdf()[:-200], 1),
        (plain_pdf(content=b'{"format": "evenhand-report/1"}', proofs=b"[" * 50_000), 1),
        (zipped({"report.pdf": plain_pdf()}), 1),
    ],
)
def test_what_is_no_report_gets_a_line_and_a_code(
    tmp_path: Path, data: bytes, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, data) == code
    said = capsys.readouterr()
    assert "Traceback" not in said.out + said.err
    assert (said.err if code == 2 else said.out).strip()


def test_missing_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(tmp_path / "none.pdf")]) == 2
    assert "none.pdf cannot be read" in capsys.readouterr().err


def test_report_without_attachments_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, plain_pdf()) == 1
    out = capsys.readouterr().out
    assert "The file has 0 signatures" in out
    assert "content.json is not attached" in out
    assert out.strip().splitlines()[-1].startswith("NOT GOOD")


def test_attachment_that_swells_beyond_measure_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_files, "MOST_BYTES", 1_000_000)
    with pikepdf.new() as document:
        document.add_blank_page()
        spec = pikepdf.AttachedFileSpec(document, b"x", filename="content.json")
        document.attachments["content.json"] = spec
        stream = spec.obj.EF.F
        stream.write(zlib.compress(b"0" * 50_000_000), filter=pikepdf.Name.FlateDecode)
        out = io.BytesIO()
        document.save(out, compress_streams=False)
    with pytest.raises(pdf_files.BrokenPdfError, match="larger than 1,000,000 bytes"):
        pdf_files.attached_files(out.getvalue())


def test_attached_files_come_out_as_they_went_in() -> None:
    assert pdf_files.attached_files(plain_pdf(a=b"1", b=b"22")) == {"a.json": b"1", "b.json": b"22"}


@pytest.mark.parametrize("key", ["ab" * 32, "AB" * 32, ":".join(["ab"] * 32), " ".join(["ABAB"] * 16)])
def test_fingerprints_are_read_as_people_write_them(key: str) -> None:
    assert read_fingerprint(key) == "ab" * 32


@pytest.mark.parametrize("key", ["", "abcd", "zz" * 32, "no-such-file.pem"])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(InputError, match="--key"):
        read_fingerprint(key)


def test_key_file_that_is_no_certificate_is_named(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(b"-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n")
    with pytest.raises(InputError, match="is not a certificate"):
        read_fingerprint(str(path))


def test_checkpoint_that_is_not_text_is_named(tmp_path: Path) -> None:
    report, kept = tmp_path / "report.pdf", tmp_path / "kept"
    report.write_bytes(plain_pdf())
    kept.write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="is not a checkpoint"):
        verify(report, checkpoint=kept)
