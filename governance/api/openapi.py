"""What the OpenAPI document says about our tokens. Loaded with the URLs; drf-spectacular finds it by its target."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself, untyped
    """`Authorization: Bearer evh_...`."""

    target_class = "governance.api.authentication.BearerAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "evh_...",
            "description": "An API token of a team: scopes limit what it does, and it ends on a stated day.",
        }
