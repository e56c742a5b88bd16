"""Assessments in the browser."""
