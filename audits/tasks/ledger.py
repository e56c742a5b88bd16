"""The ledger's tasks: seal and sign, every three seconds and when nudged; look for forgotten entries; recompute."""

from celery import shared_task

from audits.services import ledger, ledger_checks


@shared_task(name="audits.seal_ledger")
def seal_ledger(_entry_id: int = 0) -> None:  # a nudge names no row: whatever waits is sealed
    ledger.seal_ledger()


@shared_task(name="audits.queue_forgotten")
def queue_forgotten() -> None:
    """Entries that neither wait nor have a leaf; there are none unless rows were restored or moved by hand."""
    ledger.queue_forgotten()


@shared_task(name="audits.verify_ledger")
def verify_ledger() -> None:
    ledger_checks.verify_ledger()
