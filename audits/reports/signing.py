"""The organisation's signature on a report. The only module that knows pyHanko.

A key is made at first use and kept in one file, readable by its owner only. An organisation with a certificate of its
own puts it there instead: `signing.pem` (private key, then certificate and chain) or `signing.p12` with its passphrase
in `signing.p12.passphrase`.
"""

import os
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

from audits.reports.archive import FIELD

PEM, PKCS12 = "signing.pem", "signing.p12"
SMALLEST_RSA = 3072
YEARS = 10

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class SigningKeyError(RuntimeError):
    """The signing key cannot be used; the message says which file and what to do."""


@dataclass(frozen=True, kw_only=True)
class SigningKey:
    """A private key with its certificate and the certificates above it."""

    private_key: PrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Hex SHA-256 of the certificate: what people compare over another channel."""
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    @property
    def certificate_pem(self) -> bytes:
        """The certificate, to be published."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)


def ensure_signing_key(folder: Path, organisation: str) -> SigningKey:
    """The key of this installation: its own PKCS#12 or PEM file, or a new ECDSA P-256 key made now."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (folder / PKCS12).exists():
        return _read_pkcs12(folder / PKCS12)
    if not (folder / PEM).exists():
        _write_once(folder / PEM, _new_pem(organisation))
    return _read_pem(folder / PEM)


def sign(pdf: bytes, *, key: SigningKey, reason: str = "", name: str = "") -> bytes:
    """The PDF with a certifying PAdES B-B signature in the field made for it; nothing may be added afterwards."""
    writer = _MetadataKeepingWriter(BytesIO(pdf))
    metadata = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        reason=reason or None,
        name=name or None,
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    out = BytesIO()
    PdfSigner(metadata, signer=_signer(key)).sign_pdf(writer, existing_fields_only=True, output=out)
    return out.getvalue()


class _MetadataKeepingWriter(IncrementalPdfFileWriter):
    """Leaves the document's metadata alone: rewriting it would lose the schema that PDF/A wants for PDF/UA."""

    def _update_meta(self) -> None:
        return


def _signer(key: SigningKey) -> SimpleSigner:
    registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # pyHanko's
    registry.register_multiple([_asn1(certificate) for certificate in key.chain])
    private = key.private_key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return SimpleSigner(
        signing_cert=_asn1(key.certificate),
        signing_key=asn1_keys.PrivateKeyInfo.load(private),
        cert_registry=registry,
    )


def _asn1(certificate: x509.Certificate) -> Any:
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def _new_pem(organisation: str) -> bytes:
    private_key = ec.generate_private_key(ec.SECP256R1())
    return private_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ) + _self_signed(private_key, organisation).public_bytes(serialization.Encoding.PEM)


def _self_signed(private_key: ec.EllipticCurvePrivateKey, organisation: str) -> x509.Certificate:
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{organisation[:48]}, reports"),
        ]
    )
    now = datetime.now(UTC).replace(microsecond=0)
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private_key.public_key()), critical=False)
        .sign(private_key, hashes.SHA256())
    )


def _write_once(path: Path, data: bytes) -> None:
    """Write a file of mode 600 whole or not at all; a file that another process made meanwhile stays."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".signing-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, path)
    except FileExistsError:
        return
    finally:
        Path(temporary).unlink()


def _read_pem(path: Path) -> SigningKey:
    data = path.read_bytes()
    try:
        private_key = serialization.load_pem_private_key(data, password=None)
        certificates = x509.load_pem_x509_certificates(data)
    except (ValueError, TypeError) as error:
        raise SigningKeyError(f"{path} must hold an unencrypted private key, then its certificate: {error}") from None
    return _checked(path, private_key, certificates[0], tuple(certificates[1:]))


def _read_pkcs12(path: Path) -> SigningKey:
    secret = path.with_name(f"{path.name}.passphrase")
    passphrase = secret.read_text(encoding="utf-8").strip().encode() if secret.exists() else None
    try:
        private_key, certificate, chain = pkcs12.load_key_and_certificates(path.read_bytes(), passphrase)
    except ValueError:
        raise SigningKeyError(f"{path} cannot be opened; put its passphrase in {secret.name} beside it.") from None
    if certificate is None:
        raise SigningKeyError(f"{path} holds no certificate.")
    return _checked(path, private_key, certificate, tuple(chain))


def _checked(
    path: Path, private_key: Any, certificate: x509.Certificate, chain: tuple[x509.Certificate, ...]
) -> SigningKey:
    strong = isinstance(private_key, ec.EllipticCurvePrivateKey) or (
        isinstance(private_key, rsa.RSAPrivateKey) and private_key.key_size >= SMALLEST_RSA
    )
    if not strong:
        raise SigningKeyError(f"{path} must hold an elliptic-curve key or an RSA key of at least {SMALLEST_RSA} bits.")
    if private_key.public_key() != certificate.public_key():
        raise SigningKeyError(
            f"The certificate in {path} belongs to another key; the certificate of the key comes first."
        )
    return SigningKey(private_key=private_key, certificate=certificate, chain=chain)
