"""The record in the browser: what happened, entry by entry, and how it can be checked."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse

from audits.models import Report, ReportStatus
from audits.services import ledger
from governance import events
from governance.facts import Panel
from governance.models import Recorded, System, User, Version
from governance.web.base import Crumb, Page

PER_PAGE = 50
SHOWN_AT_HOME = 6
REPORTS_AT_HOME = 5
# Where the page of an object of this kind is; kinds without a page of their own are only named.
PAGES = {
    "team": "governance:team-detail",
    "system": "governance:system-detail",
    "model": "governance:model-detail",
    "version": "governance:version-detail",
    "dataset": "governance:dataset-detail",
    "card": "governance:card-revision",
    "assessment": "assessments:assessment-detail",
    "evaluation": "audits:evaluation-detail",
    "audit": "audits:audit-detail",
    "report": "audits:report-detail",
}


class RecordList(Page):
    template = "audits/record_list.html"
    nav = "record"
    title = "Record"

    def crumbs(self) -> list[Crumb]:
        return [("Record", "")]

    def get(self, request: HttpRequest) -> HttpResponse:
        chosen = {name: request.GET.get(name, "") for name in ("event", "about", "interface", "afterwards")}
        page = Paginator(self.chosen_entries(chosen), PER_PAGE).get_page(request.GET.get("page"))
        return self.show(
            page_obj=page,
            lines=[shown(ledger.line_of(entry)) for entry in page],
            chosen=chosen,
            query=urlencode({name: value for name, value in chosen.items() if value}),
            event_choices=sorted(events.names().items(), key=lambda item: item[1]),
            interface_choices=[
                ("web", "in the browser"),
                ("api", "by the API"),
                ("task", "by a worker"),
                ("command", "by a command"),
            ],
            state=ledger.record_state(),
        )

    def chosen_entries(self, chosen: dict[str, str]) -> Any:
        filters: dict[str, Any] = {}
        if chosen["interface"]:
            filters["interface"] = chosen["interface"]
        if chosen["afterwards"]:
            filters["entered_afterwards"] = True
        return ledger.entries(user=self.user, event=chosen["event"], subject_uid=_uid(chosen["about"]), **filters)


class EntryDetail(Page):
    template = "audits/record_detail.html"
    nav = "record"

    def get(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        self.entry = ledger.entries(user=self.user, uid=uid).first()
        if self.entry is None:
            raise Http404("There is nothing here, or not for you.")
        sealable = self.entry.as_sealable()
        line = shown(ledger.line_of(self.entry))
        return self.show(
            title=line["verb"],
            line=line,
            leaf_hash=sealable.leaf_hash().hex(),
            hashed=json.dumps(sealable.to_json(), indent=2),
            story_url=f"{reverse('audits:record')}?about={self.entry.subject_uid}",
            proof_url=f"{reverse('ledger-inclusion')}?entry={uid}",
        )

    def crumbs(self) -> list[Crumb]:
        return [("Record", reverse("audits:record")), (events.label(self.entry.event), "")]


class CheckpointFile(Page):
    """The signed head to keep outside this house."""

    def get(self, request: HttpRequest) -> HttpResponse:
        response = HttpResponse(ledger.checkpoint_note(), content_type="text/plain; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="evenhand-checkpoint.txt"'
        return response


def shown(line: ledger.Line) -> dict[str, Any]:
    """A line with the addresses of its pages."""
    return {
        **asdict(line),
        "entry_url": reverse("audits:record-entry", args=[line.uid]),
        "url": _page_of(line),
        "changes": [_change(change.field, change.before, change.after) for change in line.changes],
        "data": {_words(name): _readable(value) for name, value in (line.data or {}).items()},
    }


def _change(field: str, before: Any, after: Any) -> dict[str, str]:
    return {"field": _words(field), "before": _readable(before), "after": _readable(after)}


def _words(field: str) -> str:
    return field.replace("_", " ").replace("sha256", "SHA-256")


def _readable(value: Any) -> str:
    """A recorded value as people read it: nested ones as indented JSON."""
    if value is None or value in ([], {}):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return json.dumps(value, indent=2, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def system_history(system: System, user: User) -> list[Panel]:
    """What happened to a system, as the last part of its story."""
    return _history(system, user, "audits/_history.html")


def version_history(version: Version, user: User) -> list[Panel]:
    """What happened to a version, as the last section of its page."""
    return _history(version, user, "audits/_history_section.html")


def row_history(row: Recorded, user: User) -> list[Panel]:
    """What happened to any other row, as the last section of its page."""
    return _history(row, user, "audits/_history_section.html")


def _history(row: Recorded, user: User, template: str) -> list[Panel]:
    """Only for those who may read the record."""
    lines = [shown(line) for line in ledger.history(user=user, row=row)]
    story_url = f"{reverse('audits:record')}?about={row.uid}"
    return [Panel(template, {"lines": lines, "story_url": story_url}, order=90)] if lines else []


def home_panels(user: User) -> list[Panel]:
    """The reports that can be read and checked, what changed last, and how the record stands."""
    lines = [shown(ledger.line_of(entry)) for entry in ledger.entries(user=user)[:SHOWN_AT_HOME]]
    issued = (
        Report.objects.visible_to(user).filter(status=ReportStatus.ISSUED).select_related("audit__system", "version")
    )
    reports = list(issued.defer("content", "proof").order_by("-number")[:REPORTS_AT_HOME])
    return [
        *([Panel("audits/_home_reports.html", {"reports": reports})] if reports else []),
        Panel("audits/_record_state.html", {"lines": lines, "state": ledger.record_state()}),
    ]


def _page_of(line: ledger.Line) -> str:
    try:
        return reverse(PAGES[line.subject_kind], args=[line.subject_uid])
    except (KeyError, NoReverseMatch):
        return ""


def _uid(text: str) -> UUID | None:
    """What is no uid is about nothing."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return UUID(int=0)
