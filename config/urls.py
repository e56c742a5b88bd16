"""Mounts the API, the pages and the health checks."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from config.health import healthz, readyz

# Operators sign in like everybody else, one-time codes and rate limits included.
admin.autodiscover()
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # allauth's documented way

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("api/v1/schema", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/v1/", include("governance.api.urls")),
    path("api/v1/", include("assessments.api.urls")),
    path("api/v1/", include("audits.api.urls")),
    path("accounts/", include("allauth.urls")),
    path("operator/", admin.site.urls),
    path("", include("governance.web.urls")),
    path("", include("assessments.web.urls")),
    path("", include("audits.web.urls")),
]
