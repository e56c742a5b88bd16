"""Answers and assessments as files: tables out and in, documents out. Knows questionnaires, no page, no database."""
