"""/healthz: the process answers. /readyz: database, migrations, broker and ledger are as they should be."""

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from kombu import Connection

from governance import facts


def healthz(_request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


def readyz(_request: HttpRequest) -> JsonResponse:
    """200 when work can be taken; 503 and the reason otherwise. Details carry no secrets."""
    lines = [*_own_checks(), *_provided_checks()]
    ready = all(line.ok for line in lines)
    lines += _findings()
    body = {"ready": ready, "checks": {line.name: {"ok": line.ok, "detail": line.detail} for line in lines}}
    return JsonResponse(body, status=200 if ready else 503)


def _own_checks() -> list[facts.Health]:
    try:
        executor = MigrationExecutor(connection)
        missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except Exception:
        return [facts.Health("database", False, "not reachable"), _broker()]
    detail = "up to date" if not missing else f"{missing} migrations are missing: run manage.py migrate"
    return [facts.Health("database", not missing, detail), _broker()]


def _broker() -> facts.Health:
    try:
        with Connection(settings.CELERY_BROKER_URL, connect_timeout=2) as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
    except Exception:
        return facts.Health("queue", False, "not reachable; work waits in the database and is taken up later")
    return facts.Health("queue", True, "reachable")


def _provided_checks() -> list[facts.Health]:
    try:
        return facts.ask("health")
    except Exception:
        return [facts.Health("ledger", False, "cannot be read")]


def _findings() -> list[facts.Health]:
    """What is worth knowing and does not stop the work."""
    try:
        return facts.ask("findings")
    except Exception:
        return []
