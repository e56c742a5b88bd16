"""Goals, and whether counts show them met: verdicts with their doubt, in words."""
