"""What an approved outcome obliges a system's people to do, as tasks with dates."""

from django.db import models

from assessments.models.assessments import Assessment
from governance.models import Recorded, System, Team, User


class DutyTask(Recorded):
    """A duty that follows from an approved assessment. It ends when it is done, set aside or follows no longer."""

    KIND = "duty"

    class Status(models.TextChoices):
        OPEN = "open"
        DONE = "done"
        SET_ASIDE = "set_aside", "does not apply"
        LAPSED = "lapsed", "follows no longer"

    team = models.ForeignKey(Team, models.PROTECT, related_name="duties")
    system = models.ForeignKey(System, models.PROTECT, related_name="duties", null=True, blank=True)
    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="duty_tasks")
    framework_id = models.SlugField(max_length=80)
    duty_id = models.CharField(max_length=80)
    title = models.CharField(max_length=300)
    help = models.TextField(blank=True)
    refs = models.JSONField(default=list, blank=True)
    starts_on = models.DateField(null=True, blank=True)  # from when the law asks it
    ends_on = models.DateField(null=True, blank=True)
    owner = models.ForeignKey(User, models.PROTECT, related_name="duties", null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)  # by when we want it done
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.OPEN)
    note = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        ordering = ["starts_on", "id"]
        constraints = [models.UniqueConstraint(fields=["assessment", "duty_id"], name="duty_once_in_assessment")]
        verbose_name_plural = "duties"

    def __str__(self) -> str:
        return self.title
