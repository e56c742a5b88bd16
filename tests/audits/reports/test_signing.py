"""The signing key: made once, kept private, replaceable by the organisation's own; signing keeps the standards."""

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import page
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from audits.reports.signing import PEM, PKCS12, SigningKeyError, ensure_signing_key, sign
from evenhand.verify import verify
from tests.audits.reports import builders


@cache
def unsigned() -> bytes:
    return builders.rendered(builders.report_content())


def own_certificate(private_key: Any) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Own certificate")])
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private_key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .sign(private_key, hashes.SHA256())
    )


def pem(private_key: Any, certificate: x509.Certificate) -> bytes:
    encoded = private_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return bytes(encoded) + certificate.public_bytes(serialization.Encoding.PEM)


def test_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    first = ensure_signing_key(tmp_path / "keys", "Example County")
    again = ensure_signing_key(tmp_path / "keys", "Somebody else")
    assert first.fingerprint == again.fingerprint
    assert stat.S_IMODE((tmp_path / "keys" / PEM).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert [each.name for each in (tmp_path / "keys").iterdir()] == [PEM]


def test_key_is_ecdsa_p256_and_names_the_organisation(tmp_path: Path) -> None:
    key = ensure_signing_key(tmp_path, "Example County")
    assert isinstance(key.private_key, ec.EllipticCurvePrivateKey)
    assert key.private_key.curve.name == "secp256r1"
    assert "O=Example County" in key.certificate.subject.rfc4514_string()


def test_workers_starting_together_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: ensure_signing_key(tmp_path, "Example County").fingerprint, range(16)))
    assert len(set(keys)) == 1


@pytest.mark.parametrize("kind", ["pem", "pkcs12"])
def test_own_rsa_certificate_takes_the_place_of_ours(tmp_path: Path, kind: str) -> None:
    private_key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    certificate = own_certificate(private_key)
    if kind == "pem":
        (tmp_path / PEM).write_bytes(pem(private_key, certificate))
    else:
        locked = serialization.BestAvailableEncryption(b"secret")
        (tmp_path / PKCS12).write_bytes(
            pkcs12.serialize_key_and_certificates(b"own", private_key, certificate, None, locked)
        )
        (tmp_path / f"{PKCS12}.passphrase").write_text("secret\n")
    key = ensure_signing_key(tmp_path, "Example County")
    assert key.fingerprint == certificate.fingerprint(hashes.SHA256()).hex()
    path = tmp_path / "report.pdf"
    path.write_bytes(sign(unsigned(), key=key))
    assert verify(path, key=key.fingerprint).is_good


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        (PEM, b"nonsense", "must hold an unencrypted private key"),
        (PKCS12, b"nonsense", "put its passphrase in signing.p12.passphrase"),
    ],
)
def test_unusable_key_file_is_named(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(SigningKeyError, match=says):
        ensure_signing_key(tmp_path, "Example County")


def test_weak_key_and_foreign_certificate_are_refused(tmp_path: Path) -> None:
    weak = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    (tmp_path / PEM).write_bytes(pem(weak, own_certificate(weak)))
    with pytest.raises(SigningKeyError, match="at least 3072 bits"):
        ensure_signing_key(tmp_path, "Example County")
    mine, theirs = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    (tmp_path / PEM).write_bytes(pem(mine, own_certificate(theirs)))
    with pytest.raises(SigningKeyError, match="belongs to another key"):
        ensure_signing_key(tmp_path, "Example County")


@pytest.mark.parametrize("profile", ["PDF_A_3A", "PDF_UA_1"])
def test_signed_report_keeps_both_standards(tmp_path: Path, profile: str) -> None:
    signed, _ = builders.signed(unsigned(), tmp_path)
    report = page.validate_pdf_bytes(signed, profile=getattr(page.ValidationProfile, profile))
    assert [failure.rule_id for failure in report.failures] == []
