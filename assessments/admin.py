"""Read-only pages for operators. Every write goes through a service, so nothing can be changed here."""

from django.contrib import admin

from assessments import models
from governance.admin import ReadOnlyAdmin


class FrameworkEditionAdmin(ReadOnlyAdmin):
    list_display = ["title", "framework_id", "version", "published_at", "sha256"]
    search_fields = ["title", "framework_id"]


class AssessmentAdmin(ReadOnlyAdmin):
    list_display = ["title", "team", "system", "status", "started_by", "submitted_by", "decided_at"]
    list_filter = ["status", "scope", "team"]
    search_fields = ["title", "system__name"]


class SignOffAdmin(ReadOnlyAdmin):
    list_display = ["assessment", "function", "person", "decision", "signed_at", "signed_sha256"]
    list_filter = ["decision"]


admin.site.register(models.FrameworkEdition, FrameworkEditionAdmin)
admin.site.register(models.Assessment, AssessmentAdmin)
admin.site.register(models.SignOff, SignOffAdmin)
