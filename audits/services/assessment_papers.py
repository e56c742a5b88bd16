"""An assessment as a PDF, drawn when somebody asks for it."""

from django.conf import settings
from django.utils import timezone

from assessments.exchange.document import mark_of
from assessments.models import Assessment
from assessments.services.exporting import Exported, file_stem
from assessments.services.reporting import assessment_for_report
from audits.reports.assessment_paper import AssessmentPaper, render_assessment
from audits.reports.fonts import Fonts
from audits.services.issuing import FONTS
from audits.services.report_assessments import section_of
from governance.models import User
from governance.permissions import require


def assessment_pdf(*, assessment: Assessment, by: User) -> Exported:
    """The assessment as it stands now; marked as a draft on every page unless it is approved."""
    require(by, "assessment.export", assessment)
    said = assessment_for_report(assessment)
    paper = AssessmentPaper(
        title=said.title,
        organisation=settings.ORGANISATION,
        mark=mark_of(said.status),
        made_at=timezone.now().replace(microsecond=0),
        edition_sha256=said.edition_sha256,
        section=section_of("", said),
    )
    pdf = render_assessment(paper, fonts=Fonts.from_folder(FONTS))
    return Exported(f"{file_stem(assessment)}.pdf", "application/pdf", pdf)
