"""The public edition of counts: no number of fewer people than agreed, and none that others give away."""

from evenhand.fairness.disclosure.edition import PublicEdition, commitment_of
from evenhand.fairness.disclosure.public import Excluded, Omission, PublicGroup, PublicScores, Shown
from evenhand.fairness.disclosure.publishing import publish
from evenhand.fairness.disclosure.report import DisclosureReport, disclosure
from evenhand.fairness.disclosure.result import public_result

__all__ = [
    "DisclosureReport",
    "Excluded",
    "Omission",
    "PublicEdition",
    "PublicGroup",
    "PublicScores",
    "Shown",
    "commitment_of",
    "disclosure",
    "public_result",
    "publish",
]
