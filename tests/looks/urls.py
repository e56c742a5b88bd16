"""Addresses for the gallery alone, so that the looks can be tested apart from what the pages do."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, include, path


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=204)


def named(app: str, *names: str) -> tuple[list[URLPattern], str]:
    return [path(f"{app}/{name}", nothing, name=name) for name in names], app


urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("", include(named("governance", "home", "search", "system-list", "team-list", "token-list"))),
    path("", include(named("assessments", "assessment-list", "framework-list"))),
    path("", include(named("audits", "evaluation-list", "report-list", "record"))),
]
