"""What tests of questionnaires share."""

import json
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest


@pytest.fixture
def published_schema() -> Callable[[str, str], Any]:
    """The JSON Schema as it is shipped in the package."""

    def read(package: str, name: str) -> Any:
        path = files(f"evenhand.{package}") / "schemas" / f"{name}.schema.json"
        return json.loads(path.read_text(encoding="utf-8"))

    return read
