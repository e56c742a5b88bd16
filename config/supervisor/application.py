"""Evenhand's own processes: web server, worker, beat, and the commands run once before them."""

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from config.supervisor.errors import StartError
from config.supervisor.home import Home
from config.supervisor.preflight import ROOT
from config.supervisor.servers import environment, is_external

SUPERVISED = "EVENHAND_SUPERVISED"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Program:
    """One process of ours: how it is called, what runs, where it writes."""

    name: str
    command: tuple[str, ...]
    log: Path


@dataclass(frozen=True)
class Installation:
    """One home with the address it serves."""

    home: Home
    host: str
    port: int
    url: str

    @classmethod
    def from_environment(cls, variables: Mapping[str, str]) -> "Installation":
        home = Home(Path(variables.get("EVENHAND_HOME") or ROOT / "var").resolve())
        host, _, port = variables.get("EVENHAND_BIND", "").rpartition(":")
        port = port or variables.get("PORT") or "8000"
        if not port.isdecimal() or not 0 < int(port) < 65536:
            raise StartError(f"PORT is {port}: it must be a number from 1 to 65535.")
        url = (variables.get("EVENHAND_URL") or f"http://127.0.0.1:{port}").rstrip("/")
        host = host.strip("[]") or "127.0.0.1"
        if urlsplit(url).hostname in LOOPBACK and host not in LOOPBACK:
            raise StartError(
                f"EVENHAND_BIND is {host} while EVENHAND_URL is {url}: a loopback address is served on loopback only. "
                "Set EVENHAND_URL to the https address people use."
            )
        return cls(home, host, int(port), url)

    @property
    def loads_demo(self) -> bool:
        wish = os.environ.get("EVENHAND_DEMO", "").lower()
        return wish in ("1", "true", "yes", "on") or (not wish and not is_external("DATABASE_URL"))

    def variables(self) -> dict[str, str]:
        """The environment of every process of ours; by the mark they are found again after a crash."""
        own = {"EVENHAND_URL": self.url, "PORT": str(self.port), SUPERVISED: str(self.home.path)}
        return {**os.environ, **environment(self.home.path), **own, "PYTHONUNBUFFERED": "1"}

    def programs(self) -> list[Program]:
        address = f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"
        web_workers = os.environ.get("WEB_CONCURRENCY", "2")
        slots = os.environ.get("WORKER_CONCURRENCY", "2")
        return [
            self._program(
                "web",
                *("gunicorn", "config.wsgi:application", "--bind", address, "--workers", web_workers, "--preload"),
                *("--worker-class", "gthread", "--threads", "4", "--timeout", "120", "--graceful-timeout", "10"),
                *("--no-control-socket", "--access-logfile", "-", "--config", "python:config.gunicorn"),
            ),
            self._program(
                "worker",
                *("celery", "--app", "config.celery", "worker", "--loglevel", "INFO", "--concurrency", slots),
                *("--hostname", "evenhand@%h", "--without-gossip", "--without-mingle"),
            ),
            self._program("beat", *("celery", "--app", "config.celery", "beat", "--loglevel", "WARNING", "--pidfile=")),
        ]

    def command(self, name: str, *arguments: str) -> Program:
        return self._program(name, str(ROOT / "manage.py"), name, *arguments, module=False)

    def _program(self, name: str, *arguments: str, module: bool = True) -> Program:
        start = (sys.executable, "-m") if module else (sys.executable,)
        return Program(name, (*start, *arguments), self.home.log / f"{name}.log")

    def is_empty(self) -> bool:
        """Whether nobody has an account yet."""
        with psycopg.connect(self.variables()["DATABASE_URL"]) as connection:
            found = connection.execute("SELECT EXISTS (SELECT 1 FROM governance_user)").fetchone()
        return found is not None and not found[0]

    def answers(self, path: str) -> bool:
        """Whether the web server says 200."""
        return self._ask(path)[0] == 200

    def why_not_ready(self) -> str:
        """What /readyz finds wrong, in its own words."""
        status, body = self._ask("/readyz")
        if status is None:
            return f"the web server does not answer, see {self.home.log / 'web.log'}"
        try:
            checks = json.loads(body)["checks"].items()
            return ", ".join(f"{name} {check['detail']}" for name, check in checks if not check["ok"])
        except (ValueError, KeyError):
            return f"/readyz answers {status}, see {self.home.log / 'web.log'}"

    def _ask(self, path: str) -> tuple[int | None, bytes]:
        """Ask the web server as the proxy in front of it would."""
        host = f"[{self.host}]" if ":" in self.host else self.host.replace("0.0.0.0", "127.0.0.1")  # noqa: S104
        address = urlsplit(self.url)
        request = urllib.request.Request(
            f"http://{host}:{self.port}{path}",
            headers={"Host": address.netloc, "X-Forwarded-Proto": address.scheme},
        )
        try:
            with urllib.request.urlopen(request, timeout=5) as response:  # noqa: S310 - http, to ourselves
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()
        except (urllib.error.URLError, OSError):
            return None, b""

    def welcome(self) -> str:
        """The address and one sign-in per role."""
        lines = ["", f"Evenhand serves {self.url}", f"Data and logs are in {self.home.path}", ""]
        try:
            accounts = json.loads(self.home.demo_accounts.read_text())
        except (OSError, ValueError):
            accounts = {}
        if accounts:
            lines.append("Sign in as (demo organisation):")
            lines += [
                f"  {role:<12} {account['email']:<34} {account['password']}" for role, account in accounts.items()
            ]
        elif self.is_empty():
            lines.append("Nobody has an account yet: python manage.py createsuperuser")
        return "\n".join([*lines, "", "Ctrl-C stops everything."])
