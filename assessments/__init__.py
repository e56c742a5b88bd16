"""Questionnaires applied: frameworks, answers, evidence, review, sign-off."""
