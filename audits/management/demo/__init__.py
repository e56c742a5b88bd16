"""The demo organisation: real published figures, cited, and one small model trained on the spot.

Everything goes through the services of an ordinary person, so the ledger shows it like anybody's work; what is claimed
for an earlier day is marked as entered afterwards.
"""
