"""All writes of audits, one module a noun. Keyword-only, atomic, each publishes its event."""
