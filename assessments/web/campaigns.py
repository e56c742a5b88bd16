"""Campaigns in the browser: which there are, starting one, and who has not yet."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from assessments.models import Campaign, CampaignItem
from assessments.services import campaigns, chasing
from assessments.web.campaign_forms import CampaignForm, teams_led_by
from assessments.web.campaign_items import framework_of, root, state_of
from governance.errors import NotAllowedError
from governance.permissions import refusal, require
from governance.web.base import Crumb, Page
from governance.web.systems import FormPage

PER_PAGE = 50
NOBODYS = "Compliance staff and administrators of a team start its campaigns."


class CampaignList(Page):
    """Every campaign of the person's teams; what is under way first, and of that what is due first."""

    template = "assessments/campaign_list.html"
    nav = "assessments"
    title = "Campaigns"

    def crumbs(self) -> list[Crumb]:
        return [root()[0], ("Campaigns", "")]

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = Campaign.objects.visible_to(self.user).select_related("team")
        counted = rows.annotate(
            n_items=Count("items"), n_settled=Count("items", filter=Q(items__settled_at__isnull=False))
        )
        ordered = counted.order_by(F("closed_at").desc(nulls_first=True), "due_on", "-pk")
        mine = CampaignItem.objects.visible_to(self.user).filter(
            owner=self.user, settled_at=None, campaign__closed_at=None
        )
        return self.show(
            page_obj=Paginator(ordered, PER_PAGE).get_page(request.GET.get("page")),
            mine=mine.select_related("campaign", "system").order_by("campaign__due_on", "system__name", "pk"),
            may_start=bool(teams_led_by(self.user)),
        )


class CampaignStart(FormPage):
    """Choose a team, what is asked, of which systems, by when."""

    template = "assessments/campaign_start.html"
    nav = "assessments"
    title = "Start a campaign"
    submit = "Start and tell the owners"

    def crumbs(self) -> list[Crumb]:
        return [*root(), ("Start", "")]

    def get(self, request: HttpRequest) -> HttpResponse:
        if not teams_led_by(self.user):
            return self.refused(NotAllowedError(NOBODYS))
        return self.show_form(CampaignForm(self.user, request.GET.get("team", "")))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = CampaignForm(self.user, request.POST.get("team", ""), request.POST)

        def start(_: dict[str, Any]) -> HttpResponse:
            campaign = campaigns.start_campaign(by=self.user, **form.chosen())
            messages.success(request, "Started. Everybody who is asked has a message, and gets it by mail.")
            return redirect("assessments:campaign-detail", uid=campaign.uid)

        return self.tried(form, start)

    def show_form(self, form: Any, *, status: int = 200, **context: Any) -> HttpResponse:
        return super().show_form(form, status=status, teams=teams_led_by(self.user), team=form.team, **context)


class CampaignPage(FormPage):
    """A page about one campaign."""

    nav = "assessments"
    row = Campaign

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.campaign: Any = None

    def open(self, uid: UUID) -> Campaign:
        self.campaign = self.get_row(uid)
        return self.campaign  # type: ignore[no-any-return]  # a Campaign, by `row`

    def crumbs(self) -> list[Crumb]:
        if self.campaign is None:
            return root()
        own = (self.campaign.title, self.back_to() if self.title else "")
        return [*root(), own, *([(self.title, "")] if self.title else [])]

    def back_to(self) -> str:
        return reverse("assessments:campaign-detail", args=[self.kwargs["uid"]])


class CampaignDetail(CampaignPage):
    """Who has not, first those whom nobody asks; then who has, and when."""

    template = "assessments/campaign_detail.html"

    def get(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        campaign = self.open(uid)
        rows = campaign.items.select_related("system", "owner", "settled_by", "assessment")
        ordered = rows.order_by(
            F("settled_at").asc(nulls_first=True), F("owner").asc(nulls_first=True), "system__name", "pk"
        )
        page = Paginator(ordered, PER_PAGE).get_page(request.GET.get("page"))
        n_settled = campaign.items.filter(settled_at__isnull=False).count()
        leads = chasing.leads_of(campaign.team)
        return self.show(
            page_obj=page,
            rows=rows_of(campaign, list(page), leads),
            campaign=campaign,
            leads=leads,
            progress=progress(campaign, n_settled, page.paginator.count),
            n_settled=n_settled,
            n_open=page.paginator.count - n_settled,
            n_without_owner=campaign.items.filter(settled_at=None, owner=None).count(),
            framework=framework_of(campaign),
            why_not=refusal(self.user, "campaign.run", campaign),
            page_title=campaign.title,
        )


class CampaignRemind(CampaignPage):
    """Reminds everybody who has not."""

    def post(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        n_told = chasing.remind_campaign(campaign=self.open(uid), by=self.user)
        people = "1 person is" if n_told == 1 else f"{n_told} people are"
        said = f"{people} reminded." if n_told else "Everybody was reminded today already. Once a day is enough."
        messages.success(request, said)
        return redirect(self.back_to())


class CampaignClose(CampaignPage):
    """Asks first: nobody is reminded any more."""

    template = "assessments/campaign_close.html"
    title = "Close"

    def get(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        campaign = self.open(uid)
        require(self.user, "campaign.run", campaign)
        n_open = campaign.items.filter(settled_at=None).count()
        return self.show(campaign=campaign, n_open=n_open, cancel_url=self.back_to())

    def post(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        campaigns.close_campaign(campaign=self.open(uid), by=self.user)
        messages.success(request, "The campaign is closed.")
        return redirect(self.back_to())


def rows_of(campaign: Campaign, items: Sequence[CampaignItem], leads: Sequence[Any]) -> list[dict[str, Any]]:
    """The lines of the page: each system, whom it waits for, its state, and whether a reminder is possible."""
    reminded = chasing.reminded_today(campaign, items)
    return [
        {
            "item": item,
            "state": state_of(item, campaign),
            "asked": ", ".join(str(person) for person in leads),
            "was_reminded": item.pk in reminded,
        }
        for item in items
    ]


def progress(campaign: Campaign, n_settled: int, n_items: int) -> str:
    """How far it is, in one sentence."""
    verb = "confirmed" if campaign.asks == Campaign.Asks.INVENTORY else "handed in"
    if n_settled == n_items:
        return "The only system is done." if n_items == 1 else f"All {n_items} systems are {verb}."
    left = n_items - n_settled
    has, have_not = "is" if n_settled == 1 else "are", "is" if left == 1 else "are"
    said = f"{n_settled} of {n_items} {has} {verb}; {left} {have_not} not"
    if campaign.closed_at is not None:
        return f"{said}, and the campaign is closed."
    days = (campaign.due_on - timezone.localdate()).days
    if days == 0:
        return f"{said}, and the day is today."
    distance = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
    return f"{said}, with {distance} left." if days > 0 else f"{said}, {distance} late."
