"""One assessment as a PDF of its own: the report's pages, its mark on every page unless it is approved. Unsigned."""

from dataclasses import dataclass
from datetime import datetime

from audits.reports.archive import archive
from audits.reports.assessment_content import AssessmentSection
from audits.reports.fonts import Fonts
from audits.reports.printable import Printable
from audits.reports.render import html_to_pdf, page_html, stylesheet, stylesheets

_LETTERS = (
    "M0 0V40H14Q30 40 30 20Q30 0 14 0Z",
    "M0 40V0H16Q28 0 28 11Q28 22 16 22H0M14 22L28 40",
    "M0 40L14 0L28 40M5 27H23",
    "M26 0H0V40M0 19H20",
    "M0 0H30M15 0V40",
)
_DRAWN = "".join(f'<path transform="translate({40 * place} 0)" d="{path}"/>' for place, path in enumerate(_LETTERS))
WATERMARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 260 260">'
    '<g transform="rotate(-45 130 130) translate(32 110)" fill="none" stroke="#f6e7e5" stroke-width="6">'
    f"{_DRAWN}</g></svg>"
).encode()


@dataclass(frozen=True, kw_only=True)
class AssessmentPaper:
    """What is printed. ``mark`` says what it is worth while it is not approved; empty once it is."""

    title: str
    organisation: str
    mark: str
    made_at: datetime
    edition_sha256: str
    section: AssessmentSection


def render_assessment(paper: AssessmentPaper, *, fonts: Fonts) -> bytes:
    """The PDF: tagged, archival, the same bytes for the same input."""
    printable = Printable(fonts.characters)
    shown = printable.content(paper)
    html = page_html("assessment.html", {"paper": shown, "a": shown.section, "unprintable": printable.sentence})
    resources = {
        **stylesheets(fonts),
        "evenhand:assessment.css": stylesheet("assessment.css"),
        "evenhand:mark/draft.svg": WATERMARK,
        **{f"evenhand:font/{face.name}": face.data for face in fonts.faces},
    }
    pdf = html_to_pdf(html, resources=resources, files=(), moment=paper.made_at)
    seed = f"{paper.section.uid} {paper.section.content_sha256} {paper.made_at.isoformat()}".encode()
    return archive(pdf, seed=seed, is_signable=False)
