"""The typed HTTP client: one method for each thing a pipeline does with an Evenhand server."""

from __future__ import annotations

import os
import time
import tomllib
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from evenhand.errors import InputError, RefusedError, RemoteError

Json = dict[str, Any]
PROFILE = Path("~/.config/evenhand/profiles.toml")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
RETRIED = (502, 503, 504)
TRIES = 4


@dataclass(frozen=True)
class Profile:
    """Where the server is and which token to show it.

    Parameters
    ----------
    url : str
        Address of the server, such as ``https://evenhand.example.org``.
    token : str
        An API token of that server.
    """

    url: str
    token: str = field(repr=False)

    def __post_init__(self) -> None:
        address = httpx.URL(self.url)
        if address.scheme != "https" and not (address.scheme == "http" and address.host in LOOPBACK):
            raise InputError(f"{self.url} is not https: the token would be sent for everybody to read.")

    @classmethod
    def find(cls, name: str = "", environment: Mapping[str, str] = os.environ) -> Profile:
        """The profile from ``EVENHAND_URL`` and ``EVENHAND_TOKEN``, else from the profile file.

        Raises
        ------
        InputError
            Nothing says where the server is, or the profile file cannot be read.
        """
        url, token = environment.get("EVENHAND_URL", ""), environment.get("EVENHAND_TOKEN", "")
        if not name and url and token:
            return cls(url.rstrip("/"), token)
        path = PROFILE.expanduser()
        wanted = name or environment.get("EVENHAND_PROFILE", "default")
        try:
            profiles = tomllib.loads(path.read_text(encoding="utf-8"))
            return cls(str(profiles[wanted]["url"]).rstrip("/"), str(profiles[wanted]["token"]))
        except FileNotFoundError:
            raise InputError(f"Set EVENHAND_URL and EVENHAND_TOKEN, or write a profile [{wanted}] into {PROFILE}.")
        except (KeyError, tomllib.TOMLDecodeError) as error:
            raise InputError(f"{PROFILE}: the profile [{wanted}] needs url and token ({error}).")


class Client:
    """A connection to one server.

    Creating calls carry an ``Idempotency-Key``, so that a retry after a lost answer creates nothing twice.

    Parameters
    ----------
    profile : Profile
        Server and token.
    timeout_seconds : float
        For one request.
    transport : httpx.BaseTransport or None
        Another way to the server; for a client inside the server's own process.

    Raises
    ------
    RefusedError
        The server said no; the message is its own.
    RemoteError
        The server could not be reached or broke.
    """

    def __init__(
        self, profile: Profile, *, timeout_seconds: float = 60.0, transport: httpx.BaseTransport | None = None
    ) -> None:
        self.profile = profile
        self._http = httpx.Client(
            base_url=f"{profile.url}/api/v1/",
            headers={"Authorization": f"Bearer {profile.token}", "User-Agent": "evenhand-client"},
            timeout=timeout_seconds,
            transport=transport,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def get(self, path: str, **params: Any) -> Json:
        """One resource."""
        found: Json = self._send("GET", path, params=params).json()
        return found

    def find(self, resource: str, **filters: Any) -> Iterator[Json]:
        """All rows of a list, page after page."""
        page = self.get(resource, **filters)
        while True:
            yield from page["results"]
            if not page.get("next"):
                return
            page = self._send("GET", self._own(page["next"])).json()

    def first(self, resource: str, **filters: Any) -> Json | None:
        """The first row of a list, or None."""
        return next(self.find(resource, **filters), None)

    def create(self, resource: str, body: Json, *, key: str = "") -> Json:
        """A creating post; ``key`` makes repeating it harmless (a fresh one by default)."""
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        made: Json = self._send("POST", resource, json=body, headers=headers).json()
        return made

    def ensure(self, resource: str, body: Json, **filters: Any) -> tuple[Json, bool]:
        """The row that the filters find, else a new one; the second value says whether it is new."""
        found = self.first(resource, **filters)
        return (found, False) if found else (self.create(resource, body), True)

    def upload(self, path: str, file: Path, *, method: str = "PUT", fields: Mapping[str, str] | None = None) -> Json:
        """Send a file as the form field ``file``, with further fields beside it."""
        try:
            with file.open("rb") as content:
                answer = self._send(method, path, files={"file": (file.name, content)}, data=dict(fields or {}))
        except OSError as error:
            raise InputError(f"{file} cannot be read: {error.strerror}.")
        sent: Json = answer.json()
        return sent

    def download(self, path: str, destination: Path) -> None:
        """Write a file of the server to ``destination``; never leaves half of it."""
        half = destination.with_name(destination.name + ".part")
        half.write_bytes(self._send("GET", path).content)
        half.replace(destination)

    def model(self, name: str) -> Json:
        """The model with this uid, or with these ``system/model`` short names."""
        if _is_uid(name):
            return self.get(f"models/{name}")
        system, _, model = name.partition("/")
        found = self.first("models", system__slug=system, slug=model)
        if found is None:
            raise InputError(f"The server has no model {name}; write its uid or system/model.")
        return found

    def version(self, model: str, name: str) -> Json:
        """The version with this uid, or with this name of this model."""
        if _is_uid(name):
            return self.get(f"versions/{name}")
        found = self.first("versions", model__uid=self.model(model)["uid"], name=name)
        if found is None:
            raise InputError(f"{model} has no version {name}; register it first.")
        return found

    def hand_in_counts(self, version_uid: str, counts: Json, **facts: Any) -> Json:
        """Hand in counts made at home; answers with the evaluation that takes them."""
        return self.create(f"versions/{version_uid}/evaluations", {"counts": counts, **facts})

    def hand_in_file(self, version_uid: str, file: Path, fields: Mapping[str, str]) -> Json:
        """Hand in rows to be counted by the server; answers with the evaluation that takes them."""
        return self.upload(f"versions/{version_uid}/evaluations", file, method="POST", fields=fields)

    def wait_for_evaluation(self, uid: str, *, timeout_seconds: float = 600.0) -> Json:
        """Poll until the evaluation is over: completed, failed, cancelled or invalidated."""
        until = time.monotonic() + timeout_seconds
        pause = 0.2
        while True:
            evaluation = self.get(f"evaluations/{uid}")
            if evaluation["status"] not in ("waiting", "queued", "running"):
                return evaluation
            if time.monotonic() > until:
                status = evaluation["status"]
                raise RemoteError(f"The evaluation is still {status} after {timeout_seconds:.0f} seconds.")
            time.sleep(pause)
            pause = min(pause * 1.5, 5.0)

    def _own(self, address: str) -> str:
        """An address from an answer, if it is this server's: the token goes nowhere else."""
        found, own = httpx.URL(address), self._http.base_url
        if (found.scheme, found.host, found.port) != (own.scheme, own.host, own.port):
            raise RemoteError(f"{self.profile.url} points to another place, {address[:100]}; nothing was sent there.")
        return address

    def _send(self, method: str, path: str, **options: Any) -> httpx.Response:
        for attempt in range(1, TRIES + 1):
            try:
                response = self._http.request(method, path, **options)
            except httpx.TransportError as error:
                if attempt == TRIES:
                    raise RemoteError(f"{self.profile.url} cannot be reached: {error}.")
            else:
                if response.status_code not in RETRIED or attempt == TRIES:
                    return _checked(response)
            _rewind(options)
            time.sleep(0.3 * 2**attempt)
        raise AssertionError("the loop always returns or raises")


def _checked(response: httpx.Response) -> httpx.Response:
    if response.is_success:
        return response
    request_id = response.headers.get("X-Request-Id")
    try:
        problem = response.json()
        sentence = f"{problem['detail']}"
        code, fields = problem.get("code", ""), problem.get("fields", {})
    except (ValueError, KeyError, TypeError):
        sentence, code, fields = f"The server answered {response.status_code}.", "", {}
    if response.status_code >= 500:
        raise RemoteError(sentence, status=response.status_code, request_id=request_id)
    raise RefusedError(sentence, status=response.status_code, code=code, fields=fields, request_id=request_id)


def _rewind(options: dict[str, Any]) -> None:
    for _, content in (options.get("files") or {}).values():
        content.seek(0)


def _is_uid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
