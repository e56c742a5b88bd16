"""The ledger recomputed every night: what was found is logged, kept, and told by doctor and /readyz."""

import structlog

from audits import recorder
from audits.models import LedgerCheck
from governance.facts import Health

log = structlog.get_logger(__name__)


def verify_ledger() -> LedgerCheck:
    """Recompute entries, tree, stories and checkpoints, and keep the outcome. A fault is an error in the log."""
    result = recorder.verify()
    first = result.first_fault
    if first is None:
        log.info("ledger_holds", entries=result.n_entries)
    else:
        log.error("ledger_does_not_hold", faults=len(result.faults), entry=str(first.entry_uid), first=first.sentence)
    fault = first.sentence if first else ""
    check: LedgerCheck = LedgerCheck.objects.create(n_entries=result.n_entries, holds=first is None, fault=fault)
    return check


def findings() -> list[Health]:
    """What the last recomputation found. It does not stop the server: people must be able to look at the record."""
    last = LedgerCheck.objects.first()
    if last is None:
        return [Health("ledger check", True, "not recomputed yet; beat does it every night")]
    when = f"{last.checked_at:%Y-%m-%d %H:%M} UTC"
    if last.holds:
        return [Health("ledger check", True, f"all {last.n_entries:,} entries fitted together on {when}")]
    return [
        Health("ledger check", False, f"on {when} the ledger did not hold: {last.fault} Run manage.py verify_ledger")
    ]
