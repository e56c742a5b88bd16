"""Mounts the API, the pages and the health checks."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from config.health import healthz, readyz
from governance.admin import ReadOnlyAdmin

# Operators sign in like everybody else, one-time codes and rate limits included.
admin.autodiscover()
for model, page in list(admin.site._registry.items()):
    if not isinstance(page, ReadOnlyAdmin):  # a library's own pages, which write past the services and the record
        admin.site.unregister(model)
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # allauth's documented way


def nothing_here(_request: HttpRequest) -> HttpResponse:
    """Addresses are who people are on the record: nobody gives themselves another one."""
    raise Http404


urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("api/v1/schema", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/v1/", include("governance.api.urls")),
    path("api/v1/", include("assessments.api.urls")),
    path("api/v1/", include("audits.api.urls")),
    path("accounts/email/", nothing_here),
    path("accounts/", include("allauth.urls")),
    path("operator/", admin.site.urls),
    path("", include("governance.web.urls")),
    path("", include("assessments.web.urls")),
    path("", include("audits.web.urls")),
]
