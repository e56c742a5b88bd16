"""The one folder an installation lives in: its data, logs, secrets and sockets."""

import fcntl
import hashlib
import json
import os
import secrets
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.supervisor.errors import StartError

LONGEST_SOCKET_PATH = 100  # Linux allows 107 bytes, macOS 103
LONGEST_SOCKET_NAME = "postgres/.s.PGSQL.5432"


@dataclass(frozen=True)
class Home:
    """Paths of one installation. Reading them creates nothing; `prepare` makes the folders."""

    path: Path

    @property
    def postgres(self) -> Path:
        return self.path / "postgres"

    @property
    def valkey(self) -> Path:
        return self.path / "valkey"

    @property
    def log(self) -> Path:
        return self.path / "log"

    @property
    def processes(self) -> Path:
        return self.path / "processes"

    @property
    def passwords(self) -> Path:
        return self.path / "database-passwords.json"

    @property
    def migrated(self) -> Path:
        return self.path / "migrated.json"

    @property
    def demo_accounts(self) -> Path:
        return self.path / "demo-accounts.json"

    @property
    def sockets(self) -> Path:
        """Where the servers' sockets are: inside the home, or in a short folder when its path is long."""
        inside = self.path / "run"
        if fits(inside):
            return inside
        return self._recorded_sockets() or self._short_sockets()

    @property
    def _sockets_record(self) -> Path:
        return self.path / "socket-folder"

    @property
    def _sockets_name(self) -> str:
        """Of this path only: a copy of the folder elsewhere must not meet the original's sockets."""
        return f"evenhand-{os.getuid()}-{hashlib.sha256(os.fsencode(self.path)).hexdigest()[:10]}"

    def _recorded_sockets(self) -> Path | None:
        """The folder chosen before: another shell may have another XDG_RUNTIME_DIR."""
        try:
            recorded = Path(self._sockets_record.read_text().strip())
        except OSError:
            return None
        is_ours = recorded.name.rpartition("-")[2] == self._sockets_name.rpartition("-")[2]
        return recorded if is_ours and recorded.parent.is_dir() else None

    def _short_sockets(self) -> Path:
        for base in (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp"):  # noqa: S108 - checked in prepare
            if base and os.access(base, os.W_OK | os.X_OK) and fits(Path(base) / self._sockets_name):
                return Path(base) / self._sockets_name
        raise StartError(
            "No short folder for sockets is writable: set XDG_RUNTIME_DIR to one, or a shorter EVENHAND_HOME."
        )

    def prepare(self) -> None:
        """Make the folders that are missing; refuse, in one line, what cannot be used."""
        mode = folder_mode()
        try:
            if not self.path.exists():
                self.path.mkdir(parents=True, mode=mode)
            make_folder(self.log, mode=mode)
            make_folder(self.processes, mode=mode)
            if self.sockets.is_relative_to(self.path):
                make_folder(self.sockets, mode=mode)
            else:
                claim_folder(self.sockets, mode=mode)
                self._sockets_record.write_text(f"{self.sockets}\n")
        except OSError as error:
            raise StartError(
                f"The data folder {self.path} cannot be written ({error.strerror}): "
                "make it writable for this user, or set EVENHAND_HOME to another folder."
            ) from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One supervisor per home; the lock goes with the process, however that ends."""
        with (self.path / "supervisor.lock").open("a") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise StartError(
                    f"Evenhand is already running from {self.path}: stop it first (python -m config.supervisor stop), "
                    "or set EVENHAND_HOME to another folder."
                ) from error
            yield


def fits(sockets: Path) -> bool:
    """Whether the longest socket below this folder keeps within the system's limit."""
    return len(os.fsencode(sockets / LONGEST_SOCKET_NAME)) <= LONGEST_SOCKET_PATH


def folder_mode() -> int:
    """Private. As root the servers' unprivileged user must be able to pass through to its own folders."""
    return 0o711 if os.getuid() == 0 else 0o700


def make_folder(folder: Path, *, mode: int, uid: int | None = None, gid: int = -1) -> None:
    """Make a folder of our own, or set right the one that is there. Its parents are never touched."""
    folder.mkdir(mode=mode, exist_ok=True)
    folder.chmod(mode)
    if uid is not None:
        os.chown(folder, uid, gid)


def claim_folder(folder: Path, *, mode: int) -> None:
    """Make a folder in a place shared with others, where somebody may have put one of that name before us."""
    with suppress(FileExistsError):
        folder.mkdir(mode=mode)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise StartError(f"{folder} is somebody else's: remove it, or set XDG_RUNTIME_DIR to a folder of your own.")
    folder.chmod(mode)


def write_private(path: Path, content: str) -> None:
    """Write a file only this user can read, whole or not at all."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    temporary.replace(path)


def read_json(path: Path) -> dict[str, Any] | None:
    """The object in the file, or None when it is missing or was cut short."""
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
