"""Every refusal in one shape: RFC 9457 problem JSON with a code and per-field messages."""

from __future__ import annotations

from typing import Any, cast

from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from governance import services
from governance.errors import NotAllowedError, refusal_of


def problem(status: int, code: str, message: str, fields: Any = None) -> Response:
    """An error as RFC 9457 problem JSON."""
    body = {"type": "about:blank", "title": message, "status": status, "code": code, "detail": message}
    if fields:
        body["fields"] = fields
    return Response(body, status=status, content_type="application/problem+json")


def problem_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Every refusal in one shape; refused acts go on the record."""
    request = context.get("request")
    refusal = refusal_of(error)
    if refusal is not None:
        if isinstance(refusal, NotAllowedError) and request is not None:
            services.record_refusal(error=refusal, by=request.user)
        return problem(refusal.status, refusal.code, refusal.message, refusal.fields)
    if isinstance(error, Http404):
        error = exceptions.NotFound("There is nothing here, or not for you.")
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, exceptions.ValidationError):
        fields = response.data if isinstance(response.data, dict) else {"body": response.data}
        return problem(400, "invalid", _first_sentence(fields), fields)
    failure = cast("exceptions.APIException", error)
    answer = problem(response.status_code, str(failure.get_codes()), str(failure.detail))
    for header in ("WWW-Authenticate", "Retry-After"):
        if header in response:
            answer[header] = response[header]
    return answer


def _first_sentence(fields: dict[str, Any]) -> str:
    name, messages = next(iter(fields.items()))
    while isinstance(messages, dict | list) and messages:
        messages = next(iter(messages.values())) if isinstance(messages, dict) else messages[0]
    return f"{name}: {messages}"
