"""Frameworks, assessments and sign-offs over HTTP."""
