"""The rows of the registry. Import them from here."""

from governance.models.accounts import ApiToken, Membership, Role, Scope, Team, User
from governance.models.base import Recorded
from governance.models.datasets import DataSet
from governance.models.idempotency import IdempotencyKey
from governance.models.notices import Notice
from governance.models.systems import DeploymentMethod, Hosting, Model, System, SystemStatus
from governance.models.versions import (
    ChangeClass,
    DecisionRule,
    ModelCard,
    Version,
    VersionFile,
    VersionStatus,
)

__all__ = [
    "ApiToken",
    "ChangeClass",
    "DataSet",
    "DecisionRule",
    "DeploymentMethod",
    "Hosting",
    "IdempotencyKey",
    "Membership",
    "Model",
    "ModelCard",
    "Notice",
    "Recorded",
    "Role",
    "Scope",
    "System",
    "SystemStatus",
    "Team",
    "User",
    "Version",
    "VersionFile",
    "VersionStatus",
]
