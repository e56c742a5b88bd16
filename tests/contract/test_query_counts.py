"""How many queries each page and each call takes; more than agreed is a failure."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.models import User
from tests.contract.addresses import Address, addresses

KEPT = Path(__file__).with_name("query_counts.json")
REGENERATE = (
    "If that is meant: EVENHAND_WRITE_QUERY_COUNTS=1 .venv/bin/python -m pytest -n0 "
    + "tests/contract/"
    + ("test_query_counts.py, and commit query_counts.json")
)


def test_nothing_takes_more_queries_than_agreed(
    world: dict[str, Any], compliance: User, api_of: Callable[..., Any], client_of: Callable[..., Client]
) -> None:
    api, browser = api_of(compliance), client_of(compliance)
    found: dict[str, int] = {}
    for address in addresses():
        n_queries = queries_of(api if address.is_api else browser, address, world)
        if n_queries is not None:
            found[address.path] = n_queries
    if os.environ.get("EVENHAND_WRITE_QUERY_COUNTS"):
        KEPT.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")
    agreed = json.loads(KEPT.read_text())
    more = {path: (n, agreed.get(path, 0)) for path, n in found.items() if n > agreed.get(path, 0)}
    assert not more, f"more queries (now, agreed): {more}. {REGENERATE}"
    assert set(agreed) <= set(found), "an address is gone. " + REGENERATE


def queries_of(client: Any, address: Address, world: dict[str, Any]) -> int | None:
    """The number for a page that is shown; None for what is only posted to or not for this person."""
    if "get" not in address.methods:
        return None
    where = address.at(world[address.noun].uid if address.is_about_one_row else "")
    client.get(where).getvalue()  # what is looked up once and kept is not counted
    with CaptureQueriesContext(connection) as queries:
        response = client.get(where)
        response.getvalue()
    return len(queries) if response.status_code == 200 else None
