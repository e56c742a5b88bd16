"""Registers the registry's events, and checks that what it relies on is really there."""

from typing import Any

from django.apps import AppConfig
from django.core import checks

EVENTS = {
    "team.created": "Team created",
    "user.created": "Account created",
    "role.granted": "Role given",
    "role.revoked": "Role taken away",
    "token.issued": "API token issued",
    "token.revoked": "API token revoked",
    "system.registered": "System registered",
    "system.changed": "System changed",
    "system.moved": "System moved to another state",
    "system.tier_set": "Risk tier set by an approved assessment",
    "system.confirmed": "System's entry confirmed by its owner",
    "model.registered": "Model registered",
    "version.registered": "Version registered",
    "version_file.attached": "File of a version handed in",
    "card.published": "Model card published",
    "rule.set": "Decision rule set",
    "rule.replaced": "Decision rule replaced",
    "dataset.registered": "Data set registered",
    "dataset.filled": "Rows of a data set handed in",
    "attempt.refused": "Attempt refused",
}


class GovernanceConfig(AppConfig):
    name = "governance"

    def ready(self) -> None:
        from governance import events

        events.register(EVENTS)


@checks.register
def ports_are_answered(**_: Any) -> list[checks.CheckMessage]:
    """Silence would be the worst failure of a ledger, so a missing subscriber stops the start."""
    from governance import events, facts

    problems: list[checks.CheckMessage] = []
    if not events.has_subscribers():
        problems.append(
            checks.Error("Nothing records events.", hint="audits must be in INSTALLED_APPS.", id="governance.E001")
        )
    problems.extend(
        checks.Error(f"Nobody answers the port {port}.", hint="See governance/facts.py.", id="governance.E002")
        for port in facts.unanswered()
    )
    return problems
