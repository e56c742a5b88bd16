"""A whole report or bundle, checked offline."""

import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

from evenhand.errors import InputError
from evenhand.ledger.canonical import sha256_hex
from evenhand.verify.files import MOST_BYTES, BrokenPdfError, attached_files, printed_text, what_is_wrong
from evenhand.verify.findings import Verification
from evenhand.verify.ledger import Anchored, check_issued, check_ledger
from evenhand.verify.results import check_print, check_results
from evenhand.verify.signatures import check_signature, read_fingerprint

CONTENT, CHECKPOINT, PROOFS = "content.json", "checkpoint.txt", "proofs.json"
ISSUED = "issued.json"
NEEDED = (CONTENT, CHECKPOINT, PROOFS)
FORMAT = "evenhand-report/1"
MOST_MEMBERS = 1_000


def verify(path: str | Path, *, key: str | None = None, checkpoint: str | Path | None = None) -> Verification:
    """Check a report (PDF) or a bundle (zip) without server or network.

    Parameters
    ----------
    path
        The file.
    key
        Fingerprint or certificate file of the expected signer; without it the signer stays unconfirmed.
    checkpoint
        File with an older checkpoint the reader kept; the ledger must continue it.

    Returns
    -------
    Verification
        What holds, what fails, what cannot be shown.

    Raises
    ------
    InputError
        When the file is neither PDF nor zip, or a file cannot be read.
    """
    data = _read(Path(path))
    trusted = None if key is None else read_fingerprint(key)
    kept = None if checkpoint is None else _text(Path(checkpoint))
    found = Verification(Path(path).name)
    if data.startswith(b"%PDF-"):
        verify_pdf(data, trusted=trusted, kept=kept, found=found)
    elif data.startswith(b"PK\x03\x04"):
        verify_bundle(data, trusted=trusted, kept=kept, found=found)
    else:
        raise InputError(f"{path} is {_kind_of(data)}; give the report or the bundle as it was downloaded.")
    return found


def _kind_of(data: bytes) -> str:
    """What a file is that is neither a report nor a bundle."""
    if not data:
        return "empty (0 bytes)"
    start = data[:1000].lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "a web page, whatever its name says (perhaps the sign-in page)"
    return "neither a PDF nor a zip"


def verify_pdf(pdf: bytes, *, trusted: str | None, kept: str | None, found: Verification) -> dict[str, bytes]:
    """Check one report and record everything.

    Parameters
    ----------
    pdf
        The file.
    trusted
        Fingerprint of the expected signer, or None.
    kept
        Text of an older checkpoint, or None.
    found
        Where to record.

    Returns
    -------
    dict[str, bytes]
        The attached files, empty where they cannot be read.
    """
    wrong = what_is_wrong(pdf)
    if wrong:
        found.signer = "signer: unknown"
        found.fails("file", wrong)
        return {}
    check_signature(pdf, trusted=trusted, found=found)
    files = _attached(pdf, found)
    content = _content(files, found)
    if content is None:
        _tell_limits(found, None, kept=kept)
        return files
    anchored = check_ledger(files[CONTENT], files[CHECKPOINT], files[PROOFS], kept=kept, found=found)
    check_results(content, files, found)
    _check_pages(pdf, content, sha256_hex(files[CONTENT]), found)
    _tell_limits(found, anchored, kept=kept)
    return files


def verify_bundle(data: bytes, *, trusted: str | None, kept: str | None, found: Verification) -> None:
    """Check a bundle: the one PDF in it, and that the loose evidence is what the PDF has inside.

    Parameters
    ----------
    data, trusted, kept, found
        As for `verify_pdf`, with the zip's bytes.
    """
    try:
        members = _unzipped(data)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise InputError(f"{found.file} is not a readable zip: {error}.")
    reports = [name for name in members if name.lower().endswith(".pdf")]
    if len(reports) != 1:
        raise InputError(f"{found.file} holds {len(reports)} PDF files; a bundle has exactly one report.")
    files = verify_pdf(members[reports[0]], trusted=trusted, kept=kept, found=found)
    for name, content in members.items():
        if Path(name).name == ISSUED:
            check_issued(members[reports[0]], content, found, proofs=files.get(PROOFS))
        inside = files.get(Path(name).name)
        if inside is not None and inside != content:
            found.fails(f"bundle {name}", f"{name} in the bundle is not the file attached to the report.")


def _attached(pdf: bytes, found: Verification) -> dict[str, bytes]:
    try:
        return attached_files(pdf)
    except BrokenPdfError as error:
        found.fails("attachments", str(error))
        return {}


def _content(files: dict[str, bytes], found: Verification) -> dict[str, Any] | None:
    missing = [name for name in NEEDED if name not in files]
    if missing:
        found.fails(
            "attachments", f"{missing[0]} is not attached: this is not a report of Evenhand, or not a whole one."
        )
        return None
    try:
        content = json.loads(files[CONTENT])
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        found.fails("attachments", f"The attached {CONTENT} is not in the form {FORMAT}.")
        return None
    return content


def _check_pages(pdf: bytes, content: dict[str, Any], digest: str, found: Verification) -> None:
    try:
        check_print(content, digest, printed_text(pdf), found)
    except BrokenPdfError as error:
        found.fails("print", str(error))


def _tell_limits(found: Verification, anchored: Anchored | None, *, kept: str | None) -> None:
    found.cannot_show += [
        "that the counts are true; they are as good as the rows they were counted from.",
        "that nothing was left out, beyond the evaluations and answers this report lists.",
        "that what people wrote and signed off is right.",
    ]
    if not found.signer.startswith("signer: confirmed"):
        found.rests_on.append("this file alone for who signed: compare the fingerprint with one you got another way.")
    if anchored is None:
        return
    found.rests_on.append(
        f"the ledger key {anchored.key}, which this file brought with it: compare it with the one published."
    )
    if kept is None:
        found.rests_on.append(
            f"the operator's word for all history before {anchored.entry.recorded_at:%Y-%m-%d %H:%M} UTC: "
            "a checkpoint kept from before (--checkpoint) would show whether it was rewritten."
        )


def _unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        if len(infos) > MOST_MEMBERS or sum(info.file_size for info in infos) > MOST_BYTES:
            raise ValueError("it holds more than a bundle may")
        return {info.filename: archive.read(info) for info in infos}


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError(f"{path} is larger than {MOST_BYTES:,} bytes, which no report is.")
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.")


def _text(path: Path) -> str:
    try:
        return _read(path).decode()
    except UnicodeDecodeError:
        raise InputError(f"{path} is not a checkpoint: it is not text.")
