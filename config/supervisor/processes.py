"""Processes the supervisor starts: whose they are, whether they live, how they end."""

import ctypes
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from config.supervisor.errors import StartError
from config.supervisor.home import read_json, write_private

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Account:
    """A system user the servers run as when we are root."""

    name: str
    uid: int
    gid: int


def unprivileged_account(owned: Path) -> Account | None:
    """Who runs the servers: nobody special unless we are root; then the owner of their data, postgres or nobody."""
    if os.getuid() != 0:
        return None
    try:
        if owner := owned.stat().st_uid:
            return _account(pwd.getpwuid(owner))
    except (FileNotFoundError, KeyError):
        pass
    for name in ("postgres", "nobody"):
        try:
            return _account(pwd.getpwnam(name))
        except KeyError:
            continue
    raise StartError("PostgreSQL does not run as root and there is no user 'nobody': start Evenhand as another user.")


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


@dataclass(frozen=True)
class Launcher:
    """Starts programs as an account, with no more rights than it takes to reach their folders."""

    account: Account | None = None
    prefix: tuple[str, ...] = ()

    def popen(self, command: Sequence[str], *, log: Path, ends_with_us: bool = False) -> "subprocess.Popen[bytes]":
        with log.open("ab") as output:
            return subprocess.Popen(  # noqa: S603 - programs of the installation
                [*self.prefix, *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                start_new_session=True,
                preexec_fn=end_with_parent if ends_with_us else None,
                user=self._uid,
                group=self._gid,
                extra_groups=self._groups,
            )

    def run(self, command: Sequence[str]) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(  # noqa: S603 - programs of the installation
            [*self.prefix, *command],
            capture_output=True,
            text=True,
            cwd="/",
            check=False,
            user=self._uid,
            group=self._gid,
            extra_groups=self._groups,
        )

    @property
    def _uid(self) -> int | None:
        return self.account.uid if self.account and not self.prefix else None

    @property
    def _gid(self) -> int | None:
        return self.account.gid if self.account and not self.prefix else None

    @property
    def _groups(self) -> list[int] | None:
        return [] if self.account and not self.prefix else None


def launcher_for(account: Account | None, *, program: Path, folder: Path) -> Launcher:
    """The plainest launcher that can run the program and enter the folder."""
    for launcher in _launchers(account):
        if all(_runs(launcher, command) for command in ([str(program), "--version"], ["ls", "-d", f"{folder}/."])):
            return launcher
    name = account.name if account else "this user"
    raise StartError(
        f"The user {name} cannot run {program} or enter {folder}: put the installation and EVENHAND_HOME in a folder "
        "others may pass through, or start Evenhand as an ordinary user."
    )


def _runs(launcher: Launcher, command: Sequence[str]) -> bool:
    try:
        return launcher.run(command).returncode == 0
    except OSError:
        return False


def _launchers(account: Account | None) -> list[Launcher]:
    """As root, below a folder closed to others, the account is lent the right to pass through (and no other)."""
    plain = Launcher(account)
    setpriv = shutil.which("setpriv")
    if account is None or setpriv is None:
        return [plain]
    identity = (f"--reuid={account.uid}", f"--regid={account.gid}", "--clear-groups", "--no-new-privs")
    # Without no_setuid_fixup access(2), which initdb asks, would not see the right.
    rights = tuple(f"--{kind}=-all,+dac_read_search" for kind in ("inh-caps", "ambient-caps", "bounding-set"))
    return [plain, Launcher(account, (setpriv, *identity, "--securebits=+no_setuid_fixup", *rights))]


@dataclass(frozen=True)
class ProcessRecord:
    """A process on file, told from a later one of the same number by when it started."""

    path: Path

    def write(self, pid: int) -> None:
        write_private(self.path, json.dumps({"pid": pid, "started": start_mark(pid)}))

    def live_pid(self) -> int | None:
        found = read_json(self.path)
        if found is None or found.get("started") is None:
            return None
        return found["pid"] if start_mark(found["pid"]) == found["started"] else None

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)


def start_mark(pid: int) -> str | None:
    """What tells this process from any other that had or will have its number; None when it is gone."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        if not sys.platform.startswith("linux"):
            return str(process.create_time())
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (psutil.Error, OSError):
        return None
    return f"{boot}:{ticks}"


def wait_until(condition: Callable[[], bool], *, seconds: float, every: float = 0.05) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True


def stop_process(pid: int, *, first: signal.Signals, grace: float, last: signal.Signals) -> None:
    """Ask one process to stop and insist after the grace."""
    mark = start_mark(pid)
    for number, seconds in ((first, grace), (last, 10.0)):
        if mark is None or start_mark(pid) != mark:
            return
        _send(os.kill, pid, number)
        if wait_until(lambda: start_mark(pid) != mark, seconds=seconds):
            return


def stop_groups(groups: Collection[int], *, grace: float) -> None:
    """Ask the leaders to stop, so that each ends its own work in order; kill what is left after the grace."""

    def left() -> list[int]:
        return [group for group in groups if members(group)]

    for group in left():
        if start_mark(group) is not None:
            _send(os.kill, group, signal.SIGTERM)
        else:
            _send(os.killpg, group, signal.SIGTERM)
    if not wait_until(lambda: not left(), seconds=grace, every=0.1):
        for group in left():
            _send(os.killpg, group, signal.SIGKILL)
        wait_until(lambda: not left(), seconds=10)


def members(group: int) -> list[int]:
    """The live processes of a group; ones that ended and wait to be collected do not count."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return []
    except PermissionError:
        pass
    return [pid for pid in psutil.pids() if group_of(pid) == group and start_mark(pid) is not None]


def group_of(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except OSError:
        return None


def _send(send: Callable[[int, int], None], target: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        send(target, number)


def end_with_parent() -> None:
    """For a child between fork and exec: be told to stop when the supervisor is killed (Linux)."""
    if _LIBC is not None:
        _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None
