"""Matched pairs: the same case with one attribute swapped, and whether the decision or score changes with it."""

from evenhand.fairness.pairs.comparing import PairComparison, PairedEvaluation, evaluate_pairs
from evenhand.fairness.pairs.counting import count_pairs
from evenhand.fairness.pairs.tables import PairColumns, PairedCounts, PairTable

__all__ = [
    "PairColumns",
    "PairComparison",
    "PairTable",
    "PairedCounts",
    "PairedEvaluation",
    "count_pairs",
    "evaluate_pairs",
]
