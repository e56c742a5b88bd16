"""Gives every request an id and tells the ledger by which interface it came."""

import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

from governance import events


class RequestContextMiddleware:
    """API paths act through "api", all others through "web". The id goes into logs, ledger and response."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        correlation_uid = uuid.uuid4()
        interface = "api" if request.path.startswith("/api/") else "web"
        with (
            structlog.contextvars.bound_contextvars(request_id=str(correlation_uid)),
            events.acting_through(interface, correlation_uid=correlation_uid) as acting,
        ):
            response = self.get_response(request)
            if acting.receipts and interface == "api":
                response["Evenhand-Receipt"] = ", ".join(receipt.as_header() for receipt in acting.receipts[-5:])
        response["X-Request-Id"] = str(correlation_uid)
        return response
