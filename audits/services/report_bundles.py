"""A report with the proof that this very file was issued, in one zip that is checked offline."""

import io
import json
import zipfile

from django.http import Http404

from audits.models import Report, ReportStatus
from audits.services.proving import prove_issued
from governance.models import User
from governance.permissions import require

README = """{organisation}: report {label} on {title}.

Check it on a machine of your own; no account, no server and no network are needed:

    pip install evenhand
    evenhand verify {name} --key FINGERPRINT

FINGERPRINT is the SHA-256 of the certificate that signs this organisation's reports. Ask for it by another way than
this file: on the telephone, in a letter, on the organisation's web site. Without --key the first line names the
fingerprint to compare. If you kept an earlier checkpoint of the ledger, add: --checkpoint KEPT.txt

{label}.pdf  the signed report; the counts, results and proofs are attached inside
issued.json  the proof that this very file is in the ledger as the one issued
"""


def bundle_name(report: Report) -> str:
    """The file name of a report's bundle."""
    return f"{report.label}-bundle.zip"


def bundle_of(*, report: Report, by: User) -> bytes:
    """The zip of an issued report; nothing is here for one that is not issued."""
    require(by, "report.download", report)
    if report.status != ReportStatus.ISSUED or not report.file:
        raise Http404
    with report.file.open("rb") as file:
        pdf = file.read()
    members = {
        f"{report.label}.pdf": pdf,
        "issued.json": json.dumps(prove_issued(report), ensure_ascii=False, indent=1, sort_keys=True).encode(),
        "README.txt": _readme(report).encode(),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def _readme(report: Report) -> str:
    said = report.content or {}
    return README.format(
        organisation=said.get("organisation", ""),
        label=report.label,
        title=f"{report.audit.system.name}, version {report.version.name}",
        name=bundle_name(report),
    )
