"""Wiring: settings, URLs, the Celery app, the supervisor, base templates. No domain code."""
