"""Measurements against other tools and against stated targets; `make bench-fairness` runs them."""
