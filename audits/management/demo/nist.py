"""Two assessments that wait for answers: the organisation's own practice, and the recidivism score."""

from assessments.models import Assessment, FrameworkEdition
from assessments.services.editions import load_shipped_frameworks
from assessments.services.starting import start_assessment
from audits.management.demo.people import People
from governance.models import System

FRAMEWORK = "nist-ai-rmf"


def load(people: People) -> None:
    """Start them unanswered: a fresh installation must not pretend to have a past."""
    load_shipped_frameworks()
    if Assessment.objects.filter(team=people.team).exists():
        return
    edition = FrameworkEdition.objects.filter(framework_id=FRAMEWORK).latest("published_at")
    start_assessment(edition=edition, team=people.team, by=people.compliance)
    system = System.objects.get(team=people.team, slug="recidivism-risk-score")
    start_assessment(edition=edition, system=system, by=people.compliance)
