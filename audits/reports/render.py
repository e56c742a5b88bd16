"""From content to an unsigned PDF. The only module that knows WeasyPrint, which fetches nothing: it gets bytes from us.

The result is PDF/A-3a and PDF/UA-1, has an empty signature field, and is the same bytes for the same input.
"""

import warnings
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import weasyprint
from django.template import Context, Engine
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from audits.reports.archive import archive
from audits.reports.attachments import AttachedFile, attached_files
from audits.reports.content import RecordProof, ReportContent
from audits.reports.fonts import Fonts
from audits.reports.marks import MARKS
from audits.reports.present import present
from audits.reports.printable import Printable

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
BASE = "evenhand:/"
MEDIA_TYPES = {".css": "text/css", ".svg": "image/svg+xml", ".ttf": "font/ttf"}


class ForbiddenFetchError(FatalURLFetchingError):  # type: ignore[misc]  # WeasyPrint has no types
    """Something in a report asked for an address that was not handed to the renderer."""


class Handed(URLFetcher):  # type: ignore[misc]  # as above
    """Answers only with bytes handed to it. Any other address, file or network, stops the rendering."""

    def __init__(self, resources: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=["evenhand"], allow_redirects=False, fail_on_errors=True)
        self._resources = dict(resources)

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """The bytes handed in under this address."""
        if url not in self._resources:
            raise ForbiddenFetchError(f"A report may fetch nothing, and something in it asked for {url[:200]}.")
        media_type = MEDIA_TYPES[Path(url).suffix]
        return URLFetcherResponse(url, self._resources[url], {"Content-Type": media_type})


def render_report(content: ReportContent, proof: RecordProof, *, counts: Mapping[str, bytes], fonts: Fonts) -> bytes:
    """The report's PDF, ready to sign. counts: file name (EvaluationSection.counts) to bytes."""
    files = attached_files(content, proof, counts)
    printable = Printable(fonts.characters)
    page = present(printable.content(content), proof, fonts=fonts.folder)
    html = page_html(
        "report.html",
        {"page": page, "digest": content.sha256, "attachments": files, "unprintable": printable.sentence},
    )
    resources = {
        **MARKS,
        **page.images,
        **stylesheets(fonts),
        **{f"evenhand:font/{face.name}": face.data for face in fonts.faces},
    }
    pdf = html_to_pdf(html, resources=resources, files=files, moment=content.issued_at)
    return archive(pdf, seed=content.canonical() + proof.checkpoint.encode())


def html_to_pdf(
    html: str, *, resources: Mapping[str, bytes], files: tuple[AttachedFile, ...], moment: datetime
) -> bytes:
    """Tagged PDF/A-3a from our own HTML; user text in it has been escaped by the templates."""
    fetcher = Handed(resources)
    document = weasyprint.HTML(string=html, base_url=BASE, url_fetcher=fetcher)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # WeasyPrint leaves its own colour profile to be closed
        return _written(document, files, moment)


def _written(document: weasyprint.HTML, files: tuple[AttachedFile, ...], moment: datetime) -> bytes:
    pdf: bytes = document.write_pdf(
        font_config=FontConfiguration(),
        pdf_variant="pdf/a-3a",
        pdf_identifier=b"0" * 16,
        attachments=[_attachment(file, moment) for file in files],
    )
    return pdf


def _attachment(file: AttachedFile, moment: datetime) -> weasyprint.Attachment:
    return weasyprint.Attachment(
        file_obj=BytesIO(file.data),
        name=file.name,
        description=file.description,
        relationship="Data",
        created=moment,
        modified=moment,
    )


def page_html(template: str, context: dict[str, Any]) -> str:
    """A page of ours, filled; everything people wrote is escaped."""
    return _engine().get_template(f"audits/reports/{template}").render(Context(context))


def stylesheet(name: str) -> bytes:
    """A style sheet of ours as it stands."""
    return (TEMPLATES / "audits" / "reports" / name).read_bytes()


def stylesheets(fonts: Fonts) -> dict[str, bytes]:
    """The report's style sheet and the rules that name its fonts."""
    sheet = stylesheet("report.css").decode()
    extra = "".join(f',"{family}"' for family in fonts.others)
    for generic in ("sans-serif", "serif", "monospace"):
        sheet = sheet.replace(f",{generic}", f"{extra},{generic}")
    return {"evenhand:fonts.css": fonts.css().encode(), "evenhand:report.css": sheet.encode()}


@cache
def _engine() -> Engine:
    return Engine(dirs=[str(TEMPLATES)], autoescape=True, builtins=["audits.reports.tags"])
