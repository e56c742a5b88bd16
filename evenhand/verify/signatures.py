"""The signature of a PDF: exactly one, over the whole file, valid, and by whom."""

import hashlib
import logging
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from evenhand.errors import InputError
from evenhand.verify.findings import Verification

HEX_DIGITS = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed: name in the certificate, and its SHA-256."""

    name: str
    fingerprint: str


def read_fingerprint(key: str) -> str:
    """Return the fingerprint a reader trusts.

    Parameters
    ----------
    key
        64 hexadecimal digits (colons and spaces allowed), or the path of a certificate (PEM or DER).

    Returns
    -------
    str
        64 lower-case hexadecimal digits.

    Raises
    ------
    InputError
        When it is neither.
    """
    digits = key.replace(":", "").replace(" ", "").lower()
    if len(digits) == 64 and set(digits) <= HEX_DIGITS:
        return digits
    path = Path(key)
    if not path.is_file():
        raise InputError(
            f"--key {key} is neither a SHA-256 fingerprint (64 hexadecimal digits) nor a certificate file."
        )
    data = path.read_bytes()
    try:
        load = x509.load_pem_x509_certificate if data.lstrip().startswith(b"-----") else x509.load_der_x509_certificate
        return hashlib.sha256(load(data).public_bytes(Encoding.DER)).hexdigest()
    except ValueError:
        raise InputError(f"--key {key} is not a certificate: PEM or DER is expected.")


def check_signature(pdf: bytes, *, trusted: str | None, found: Verification) -> Signer | None:
    """Check the signature of a PDF and record what holds.

    Parameters
    ----------
    pdf
        The file.
    trusted
        Fingerprint of the certificate the reader expects, or None.
    found
        Where to record.

    Returns
    -------
    Signer | None
        Who signed, None where that cannot be told.
    """
    try:
        signer = _check(pdf, found)
    except Exception as error:  # a hostile file may make the parser fail in any way; each of them means: not verified
        found.fails("signature", f"The signature cannot be read: {_said(error)}.")
        signer = None
    _name_signer(signer, trusted, found)
    return signer


def _check(pdf: bytes, found: Verification) -> Signer | None:
    reader = PdfFileReader(BytesIO(pdf))
    signatures = list(reader.embedded_signatures)
    if len(signatures) != 1:
        found.fails("signature", f"The file has {len(signatures)} signatures; a report has exactly one.")
        return None
    signature = signatures[0]
    certificate = signature.signer_cert.dump()
    signer = Signer(_common_name(certificate), hashlib.sha256(certificate).hexdigest())
    _check_coverage(pdf, signature, found)
    _check_validity(signature, signer, found)
    return signer


def _check_coverage(pdf: bytes, signature: Any, found: Verification) -> None:
    signature.compute_integrity_info(skip_diff=True)
    start, end = int(signature.byte_range[1]), int(signature.byte_range[2])
    whole = signature.coverage == SignatureCoverageLevel.ENTIRE_FILE
    if not whole or pdf[start : start + 1] != b"<" or pdf[end - 1 : end] != b">":
        found.fails("coverage", "The signature does not cover the whole file: something was added after signing.")
        return
    if not _is_exactly(pdf[start + 1 : end - 1], signature.signed_data):
        found.fails("coverage", "The bytes that hold the signature were changed after signing.")
        return
    found.holds("coverage", "The signature covers the whole file; nothing was added after signing.")


def _is_exactly(hexadecimal: bytes, signed_data: Any) -> bool:
    """True when the hole for the signature holds nothing else than the signature as it was written."""
    try:
        held = bytes.fromhex(hexadecimal.decode("ascii"))
    except ValueError:
        return False
    length = _der_length(held)
    return held.hex().encode() == hexadecimal.lower() and not any(held[length:]) and signed_data is not None


def _der_length(data: bytes) -> int:
    """Length of the DER value at the start, head included."""
    first = data[1]
    if first < 0x80:
        return 2 + first
    count = first & 0x7F
    return 2 + count + int.from_bytes(data[2 : 2 + count], "big")


def _check_validity(signature: Any, signer: Signer, found: Verification) -> None:
    context = ValidationContext(allow_fetching=False, trust_roots=[signature.signer_cert])
    quiet = logging.getLogger("pyhanko")
    level = quiet.level
    quiet.setLevel(logging.CRITICAL)
    try:
        status = validate_pdf_signature(signature, context, skip_diff=True)
    finally:
        quiet.setLevel(level)
    if status.intact and status.valid:
        found.holds("signature", f"The signature by {signer.name} is valid: the file is as it was signed.")
    else:
        found.fails("signature", "The signature is not valid: the file was changed after signing.")


def _name_signer(signer: Signer | None, trusted: str | None, found: Verification) -> None:
    if signer is None:
        found.signer = "signer: unknown"
        return
    found.fingerprint = signer.fingerprint
    if trusted is None:
        found.signer = f"signer: not confirmed, compare fingerprint {signer.fingerprint} ({signer.name})"
    elif trusted == signer.fingerprint:
        found.signer = f"signer: confirmed, {signer.name}, fingerprint {signer.fingerprint}"
        found.holds("signer", "The certificate is the one you named with --key.")
    else:
        found.signer = f"signer: WRONG, fingerprint {signer.fingerprint} ({signer.name})"
        found.fails("signer", f"The file was signed with another key than the one you named ({trusted}).")


def _common_name(certificate: bytes) -> str:
    subject = x509.load_der_x509_certificate(certificate).subject
    names = subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME) or list(subject)
    return _said(names[0].value) if names else "an unnamed signer"


def _said(value: object) -> str:
    """Foreign text on one line, without control characters, cut to a readable length."""
    text = " ".join(str(value).split()) or type(value).__name__
    return "".join(letter for letter in text if letter.isprintable())[:200].rstrip(".")
