"""Groups against each other: differences, ratios, spreads, and whether chance makes as much."""
