"""What counts say about each group: rates, score metrics and their intervals."""
