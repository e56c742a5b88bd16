"""Hooks of the web server (`gunicorn --config python:config.gunicorn`); the other options are the supervisor's."""

from typing import Any


def when_ready(server: Any) -> None:
    """Entries written just before the last stop get their place in the tree at once, not when the worker is up.

    Runs in the master before it forks: the connection must not be inherited.
    """
    from django.db import connections

    from audits import recorder

    try:
        recorder.seal()
    except Exception as error:
        server.log.warning("Sealing at the start failed, the worker will do it: %s", error)
    finally:
        connections.close_all()
