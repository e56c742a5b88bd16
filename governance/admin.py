"""Read-only pages for operators. Every write goes through a service, so nothing can be changed here."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from governance import models


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """Shows rows, changes none. Other apps' operators' pages build on it."""

    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class UserAdmin(ReadOnlyAdmin):
    list_display = ["email", "name", "is_active", "last_login"]
    search_fields = ["email", "name"]
    exclude = ["password"]


class TokenAdmin(ReadOnlyAdmin):
    list_display = ["name", "prefix", "user", "team", "expires_at", "last_used_at", "revoked_at"]
    exclude = ["token_hash"]


class SystemAdmin(ReadOnlyAdmin):
    list_display = ["name", "team", "status", "tier"]
    list_filter = ["status", "team"]
    search_fields = ["name", "slug"]


class VersionAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "status", "change_class", "created_at"]
    list_select_related = ["model"]


admin.site.register(models.User, UserAdmin)
admin.site.register(models.ApiToken, TokenAdmin)
admin.site.register(models.System, SystemAdmin)
admin.site.register(models.Version, VersionAdmin)
admin.site.register([models.Team, models.Membership, models.Model, models.DecisionRule, models.DataSet], ReadOnlyAdmin)
