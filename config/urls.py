"""Mounts the API, the pages and the health checks."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from config.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("api/v1/schema", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/v1/", include("governance.api.urls")),
    path("accounts/", include("allauth.urls")),
    path("operator/", admin.site.urls),
    path("", include("governance.web.urls")),
]
