"""Runs an installation: the embedded PostgreSQL and Valkey, the web server, the worker and beat. No Django here."""

from config.supervisor.errors import StartError
from config.supervisor.servers import environment, servers

__all__ = ["StartError", "environment", "servers"]
