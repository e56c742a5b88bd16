"""Questionnaires as data: the format, conditions, answers, scores, outcomes, and the course of an assessment."""
