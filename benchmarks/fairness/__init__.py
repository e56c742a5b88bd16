"""Speed and memory of the fairness engine, side by side with fairlearn, aif360 and aequitas."""
