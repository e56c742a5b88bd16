"""All writes of the registry, one module a noun. Keyword-only, atomic, each publishes its event."""

from governance.services.cards import publish_card
from governance.services.datasets import attach_data, register_dataset
from governance.services.models import register_model
from governance.services.notices import mark_all_read, mark_read, notify
from governance.services.refusals import record_refusal
from governance.services.rules import set_rule
from governance.services.systems import (
    change_system,
    change_system_status,
    confirm_system,
    register_system,
    set_tier,
)
from governance.services.teams import create_person, create_team, grant_role, revoke_role
from governance.services.tokens import authenticate_token, issue_token, revoke_token
from governance.services.versions import attach_file, register_version

__all__ = [
    "attach_data",
    "attach_file",
    "authenticate_token",
    "change_system",
    "change_system_status",
    "confirm_system",
    "create_person",
    "create_team",
    "grant_role",
    "issue_token",
    "mark_all_read",
    "mark_read",
    "notify",
    "publish_card",
    "record_refusal",
    "register_dataset",
    "register_model",
    "register_system",
    "register_version",
    "revoke_role",
    "revoke_token",
    "set_rule",
    "set_tier",
]
