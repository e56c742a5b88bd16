"""Outcomes that are not yes or no: classes, quantities, and places in a ranked list."""
