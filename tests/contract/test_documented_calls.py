"""What docs/api.md shows is run as it stands, by curl, against a real server."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connections

from governance import services

PAGE = Path(__file__).resolve().parents[2] / "docs" / "api.md"


class Server(ThreadingMixIn, WSGIServer):
    """One thread a request, which closes its connection to the database."""

    daemon_threads = True

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        super().process_request_thread(request, client_address)
        connections.close_all()


class Handler(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing on standard error."""


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.usefixtures("committed_db")
def test_the_calls_of_the_page(tmp_path: Path) -> None:
    team = services.create_team(slug="loans", name="Loans", by=None)
    person = services.create_person(email="ci@example.org", name="CI", password="a long enough one 1", by=None)
    for role in ("engineer", "compliance"):
        services.grant_role(team=team, user=person, role=role, by=None)
    _, token = services.issue_token(
        user=person, team=team, name="CI", scopes=["read", "register", "evaluate"], by=person
    )
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", PAGE.read_text(), flags=re.DOTALL))
    with make_server("127.0.0.1", 0, get_wsgi_application(), Server, Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        said = {"EVENHAND_URL": f"http://127.0.0.1:{server.server_port}", "EVENHAND_TOKEN": token}
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", blocks],
            cwd=tmp_path, env={**os.environ, **said}, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        server.shutdown()
    assert done.returncode == 0, done.stdout + done.stderr
    headers = (tmp_path / "headers.txt").read_text()
    assert " 202" in headers.splitlines()[0]
    assert "Evenhand-Receipt:" in headers
    first, again = done.stdout.splitlines()[-2:]
    assert first[-36:] == again
