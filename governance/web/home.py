"""Your work: what waits, what is due, what changed. And the search over everything."""

import datetime as dt
from collections import Counter

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from governance import facts
from governance.models import System, Version
from governance.web.base import Crumb, Page

TIERS = ("prohibited", "high", "limited", "minimal", "")
LISTED = 20


class HomePage(Page):
    template = "governance/home.html"
    nav = "home"
    title = "Your work"

    def get(self, request: HttpRequest) -> HttpResponse:
        waiting: list[facts.WaitingItem] = sorted(
            facts.ask("home.waiting", self.user), key=lambda item: (not item.late, item.due_on or dt.date.max)
        )
        systems = list(System.objects.visible_to(self.user))
        return self.show(
            waiting=waiting,
            n_late=sum(item.late for item in waiting),
            systems=systems,
            tiers=[(tier, [system for system in systems if system.tier == tier]) for tier in TIERS],
            states=sorted(Counter(system.status for system in systems).items()),
            due=facts.ask("home.due", self.user),
            record=facts.ask("home.record", self.user),
        )


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
