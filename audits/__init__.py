"""Evidence: goals, evaluations, audits, the ledger, reports."""
