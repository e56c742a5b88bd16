"""Checks a report or bundle offline: signature, ledger, and every number computed again from the attached counts."""

from evenhand.verify.findings import Check, State, Verification
from evenhand.verify.report import verify

__all__ = ["Check", "State", "Verification", "verify"]
