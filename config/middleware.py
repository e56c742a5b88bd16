"""Gives every request an id, tells the ledger by which interface it came, and refuses bodies that are too large."""

import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

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


FORM_OVERHEAD = 1024 * 1024
WITHOUT_UPLOADS = ("/accounts/", "/operator/")


class BodyLimitMiddleware:
    """Refuses an upload by its announced size, before a byte of it reaches the disk: anybody can send one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        limit = 0 if request.path.startswith(WITHOUT_UPLOADS) else settings.MAX_UPLOAD_BYTES
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if announced.isdecimal() and int(announced) <= limit + FORM_OVERHEAD:
            return self.get_response(request)
        message = (
            f"You are sending {announced[:20]} bytes; the limit is {limit:,}. "
            "Count the data where it lies and send the counts: evenhand count."
        )
        if not request.path.startswith("/api/"):
            return HttpResponse(message, status=413, content_type="text/plain; charset=utf-8")
        body = {"type": "about:blank", "title": message, "status": 413, "code": "too_large", "detail": message}
        return JsonResponse(
            body | {"fields": {"file": ["too large"]}}, status=413, content_type="application/problem+json"
        )
