"""Celery tasks: each looks at one row and calls one service."""
