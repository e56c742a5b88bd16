"""Group fairness: counts in, defensible judgement out. Pure Python, no Django."""
