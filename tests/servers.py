"""A pytest plugin that starts the supervisor's embedded servers before Django reads its settings.

Loaded with `-p tests.servers` (see pyproject.toml). Workers of pytest-xdist inherit the environment.
`EVENHAND_TEST_SERVERS=off` leaves everything alone: for tests/core, which must run where Django is not installed.
"""

import atexit
import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

_stack = ExitStack()


def start() -> None:
    """Start throw-away servers once for each run, in a temporary home of its own."""
    if os.environ.get("EVENHAND_TEST_SERVERS") in ("off", "running"):
        return
    from config.supervisor import servers

    home = Path(tempfile.mkdtemp(prefix="evh-test-"))
    home.chmod(0o755)  # an unprivileged PostgreSQL must be able to pass through
    _stack.callback(shutil.rmtree, home, ignore_errors=True)
    for name in ("DATABASE_URL", "MIGRATION_DATABASE_URL", "BROKER_URL", "EMBEDDED_HOME", "EVENHAND_URL", "PORT"):
        os.environ.pop(name, None)
    os.environ.update(_stack.enter_context(servers(home, durable=False)))
    os.environ["EVENHAND_TEST_SERVERS"] = "running"
    os.environ["EVENHAND_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    atexit.register(_stack.close)


start()
