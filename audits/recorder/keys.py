"""The ledger's key: made once, kept outside the database in `EVENHAND_HOME/keys`, readable by its owner only."""

from __future__ import annotations

import os
import secrets
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from audits.errors import LedgerError
from audits.models.records import Checkpoint
from evenhand.errors import InputError
from evenhand.ledger.notes import SignerKey, VerifierKey


def ensure_keys() -> VerifierKey:
    """Make the key where there is none yet, and return its public half. Never replaces a key that was lost."""
    path = _key_path()
    if not path.exists():
        if Checkpoint.objects.exists():
            raise LedgerError(
                f"The ledger's key {path} is gone. Restore it from your backup; a new one would be a forgery."
            )
        _write_new(path)
    return signer().verifier


def signer() -> SignerKey:
    """The key that signs. Made at first use, so a fresh installation needs no extra step."""
    path = _key_path()
    if not path.exists():
        ensure_keys()
    return _read(path, path.stat().st_mtime_ns)


def verifier_keys() -> list[VerifierKey]:
    """Public keys whose checkpoints count: the present one, and retired ones listed in ledger.pub."""
    present = signer().verifier
    listed = _public_path().read_text().splitlines() if _public_path().exists() else []
    retired = [VerifierKey.parse(line) for line in listed if line.strip()]
    return [present, *(key for key in retired if key != present)]


@lru_cache(maxsize=4)
def _read(path: Path, _changed_at: int) -> SignerKey:
    try:
        return SignerKey.parse(path.read_text())
    except (InputError, UnicodeDecodeError) as error:
        raise LedgerError(f"The ledger's key {path} cannot be read. Restore it from your backup. {error}") from error


def _write_new(path: Path) -> None:
    host = urlsplit(settings.EVENHAND_URL).hostname or "localhost"
    key = SignerKey.generate(f"{host}/ledger-{secrets.token_hex(4)}")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key.to_text() + "\n")
    try:
        os.link(draft, path)  # fails where another process was first, and then its key is the key
        with _public_path().open("a") as file:
            file.write(f"{key.verifier}\n")
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _key_path() -> Path:
    return Path(settings.KEYS_DIR) / "ledger.key"


def _public_path() -> Path:
    return Path(settings.KEYS_DIR) / "ledger.pub"
