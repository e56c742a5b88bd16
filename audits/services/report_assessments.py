"""The assessments of a report: those of the system and of the organisation it rests on, with every answer."""

from audits.reports.assessment_content import AssessmentSection
from governance.models import System


def assessment_sections(system: System) -> tuple[AssessmentSection, ...]:
    """A section for each assessment that is signed or under way, superseded ones left out."""
    return ()
