"""The app's role: what PostgreSQL lets it do with what is on the record, after migrating once and again."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import Error, connection, connections, transaction

ONLY_ADDED = [
    "audits_entry", "audits_leaf", "audits_subtree", "audits_checkpoint",
    "assessments_answerauthor", "assessments_signoff", "assessments_frameworkedition",
]  # fmt: skip
NEVER_REMOVED = [
    *ONLY_ADDED, "audits_revision", "audits_subjecthead", "audits_sealedhead", "audits_goal", "audits_evaluation",
    "audits_audit", "audits_report", "assessments_assessment", "assessments_answer", "assessments_evidence",
    "governance_system", "governance_version", "governance_modelcard", "governance_decisionrule", "governance_apitoken",
    "governance_membership",
]  # fmt: skip


def may(verb: str, table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(current_user, %s, %s)", [table, verb])
        return bool(cursor.fetchone()[0])


@pytest.mark.parametrize("table", ONLY_ADDED)
def test_the_app_may_only_read_and_add(db: None, table: str) -> None:
    held = [verb for verb in ("UPDATE", "DELETE", "TRUNCATE", "TRIGGER") if may(verb, table)]
    assert held == []
    assert may("SELECT", table)
    assert may("INSERT", table)


@pytest.mark.parametrize("table", NEVER_REMOVED)
def test_the_app_may_never_remove(db: None, table: str) -> None:
    assert [verb for verb in ("DELETE", "TRUNCATE") if may(verb, table)] == []


def test_migrating_again_gives_nothing_back(committed_db: str) -> None:
    call_command("migrate", verbosity=0)
    connections.close_all()
    assert [table for table in ONLY_ADDED if may("UPDATE", table)] == []
    assert [table for table in NEVER_REMOVED if may("DELETE", table)] == []
    with pytest.raises(Error, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE assessments_signoff SET decision = 'approved'")


@pytest.mark.parametrize("table", ONLY_ADDED)
def test_the_owner_is_stopped_by_triggers(committed_db: str, table: str) -> None:
    with pytest.raises(Error, match=r"append-only|never changed"), connections["owner"].cursor() as cursor:
        cursor.execute(f"TRUNCATE {table} CASCADE")
