"""Refusals of audits that the registry does not know."""

from governance.errors import DomainError


class LedgerError(DomainError):
    """The ledger cannot be continued or signed: an operator must look at it."""

    code = "ledger_damaged"
    status = 503
