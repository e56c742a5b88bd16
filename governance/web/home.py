"""Your work: what waits, what is due, what changed. And the search over everything."""

import datetime as dt
from itertools import groupby
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from governance import facts
from governance.models import System, Version
from governance.web.base import Crumb, Page

TIERS = {
    "prohibited": "may not be used",
    "high": "by approved classification",
    "limited": "by approved classification",
    "minimal": "by approved classification",
    "": "no approved classification yet",
}
LISTED = 20


class HomePage(Page):
    template = "governance/home.html"
    nav = "home"
    title = "Your work"

    def get(self, request: HttpRequest) -> HttpResponse:
        items: list[facts.WaitingItem] = sorted(
            facts.ask("home.waiting", self.user), key=lambda item: item.due_on or dt.date.max
        )
        systems = list(System.objects.visible_to(self.user))
        return self.show(
            late=[item for item in items if item.late],
            waiting=[item for item in items if not item.late],
            n_waiting=len(items),
            n_systems=len(systems),
            tiers=portfolio(systems),
            due=due_by_month(facts.ask("home.due", self.user)),
            record=facts.ask("home.record", self.user),
        )


def portfolio(systems: list[System]) -> list[dict[str, Any]]:
    """The systems of each tier as links; a tier without systems is left out."""
    groups = []
    for code, note in TIERS.items():
        members = [
            {"name": system.name, "url": reverse("governance:system-detail", args=[system.uid])}
            for system in systems
            if system.tier == code
        ]
        if members:
            groups.append({"code": code, "systems": members, "note": note})
    return groups


def due_by_month(items: list[facts.WaitingItem]) -> list[dict[str, Any]]:
    """Dated things ahead, by month, as the agenda shows them."""
    dated = sorted((item for item in items if item.due_on), key=lambda item: item.due_on or dt.date.max)
    return [
        {
            "when": when,
            "items": [
                {
                    "on": item.due_on,
                    "icon_name": "clipboard-list",
                    "title": item.title,
                    "url": item.url,
                    "detail": item.detail,
                    "owner": item.system_name,
                }
                for item in month
            ],
        }
        for when, month in groupby(dated, key=lambda item: f"{item.due_on:%B %Y}")
    ]


class SearchPage(Page):
    template = "governance/search.html"
    title = "Search"

    def crumbs(self) -> list[Crumb]:
        return [("Search", "")]

    def get(self, request: HttpRequest) -> HttpResponse:
        text = request.GET.get("q", "").strip()[:200]
        found = [*self.own(text), *facts.ask("search", self.user, text)] if text else []
        return self.show(text=text, found=found)

    def own(self, text: str) -> list[facts.Found]:
        systems = System.objects.visible_to(self.user).filter(
            Q(name__icontains=text) | Q(purpose__icontains=text) | Q(slug__icontains=text)
        )
        versions = (
            Version.objects.visible_to(self.user)
            .filter(Q(name__icontains=text) | Q(model__name__icontains=text) | Q(commit__startswith=text))
            .select_related("model__system")
        )
        return [
            *(
                facts.Found(
                    system.name, system.purpose[:140], reverse("governance:system-detail", args=[system.uid]), "System"
                )
                for system in systems[:LISTED]
            ),
            *(
                facts.Found(
                    str(version),
                    version.model.system.name,
                    reverse("governance:version-detail", args=[version.uid]),
                    "Version",
                )
                for version in versions[:LISTED]
            ),
        ]
