"""Tests: `core` runs without Django; the rest against a real PostgreSQL, a real Valkey and real workers."""
