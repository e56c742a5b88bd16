"""Rounds in which owners confirm what is recorded of their systems, or hand in assessments, by a date."""

from django.db import models

from assessments.models.assessments import Assessment
from governance.models import Recorded, System, Team, User


class Campaign(Recorded):
    """What is asked of the owners of a team's systems, and by when."""

    KIND = "campaign"

    class Asks(models.TextChoices):
        INVENTORY = "inventory", "confirm that the system's entry is right"
        ASSESSMENT = "assessment", "hand in an assessment"

    team = models.ForeignKey(Team, models.PROTECT, related_name="campaigns")
    title = models.CharField(max_length=200)
    message = models.TextField(blank=True)
    asks = models.CharField(max_length=20, choices=Asks.choices)
    framework_id = models.SlugField(max_length=80, blank=True)
    due_on = models.DateField()
    started_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.title


class CampaignItem(Recorded):
    """One system in a campaign: whose turn it is, and when it was settled."""

    KIND = "campaign_item"
    TEAM_PATH = "campaign__team"

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="items")
    system = models.ForeignKey(System, models.PROTECT, related_name="campaign_items")
    owner = models.ForeignKey(User, models.PROTECT, related_name="campaign_items", null=True, blank=True)
    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="campaign_items", null=True, blank=True)
    note = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["campaign", "system"], name="system_once_in_campaign")]

    def __str__(self) -> str:
        return f"{self.system}: {self.campaign}"
