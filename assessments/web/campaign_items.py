"""One system of a campaign in the browser: its owner confirms the entry, or corrects it first; others are asked."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from assessments.models import Campaign, CampaignItem
from assessments.services import campaigns, chasing
from assessments.web.campaign_forms import ConfirmForm, GiveForm
from governance.permissions import allowed, refusal
from governance.web.base import Crumb
from governance.web.systems import FormPage


def root() -> list[Crumb]:
    return [
        ("Assessments", reverse("assessments:assessment-list")),
        ("Campaigns", reverse("assessments:campaign-list")),
    ]


class ItemPage(FormPage):
    """A page about one system of a campaign."""

    nav = "assessments"
    row = CampaignItem

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.item: Any = None

    def open(self, uid: UUID) -> CampaignItem:
        rows = CampaignItem.objects.visible_to(self.user).filter(uid=uid)
        found: CampaignItem | None = rows.select_related(
            "campaign__team",
            "campaign__started_by",
            "system__team",
            "system__owner",
            "owner",
            "settled_by",
            "assessment",
        ).first()
        if found is None:
            raise Http404("There is nothing here, or not for you.")
        self.item = found
        return found

    def crumbs(self) -> list[Crumb]:
        if self.item is None:
            return root()
        campaign = self.item.campaign
        url = reverse("assessments:campaign-detail", args=[campaign.uid])
        return [*root(), (campaign.title, url), (self.item.system.name, "")]

    def back_to(self) -> str:
        return reverse("assessments:campaign-item", args=[self.kwargs["uid"]])


class ItemDetail(ItemPage):
    """What the record says of a system, one button to confirm it, and the way to correct it first."""

    template = "assessments/campaign_item.html"

    def get(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        self.open(uid)
        return self.show_form(ConfirmForm())

    def post(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        item = self.open(uid)

        def confirm(data: dict[str, Any]) -> HttpResponse:
            campaigns.confirm_item(item=item, by=self.user, **data)
            messages.success(request, f"You confirmed {item.system.name}. It is on the record with what it says now.")
            return redirect(self.next_one() or reverse("assessments:campaign-detail", args=[item.campaign.uid]))

        return self.tried(ConfirmForm(request.POST), confirm)

    def next_one(self) -> str:
        """The next system of this campaign that waits for the same person; empty where none does."""
        following = self.item.campaign.items.filter(owner=self.user, settled_at=None).order_by("system__name").first()
        return reverse("assessments:campaign-item", args=[following.uid]) if following else ""

    def show_form(self, form: Any, *, status: int = 200, give_form: Any = None, **context: Any) -> HttpResponse:
        item: CampaignItem = self.item
        campaign = item.campaign
        framework = framework_of(campaign)
        drafts = item.system.assessments.still_open().filter(edition__framework_id=campaign.framework_id)
        return self.show(
            status=status,
            form=form,
            give_form=give_form or GiveForm(item),
            item=item,
            campaign=campaign,
            system=item.system,
            draft=drafts.first() if campaign.framework_id else None,
            framework=framework,
            start_url=start_url(item, framework),
            may_start=allowed(self.user, "assessment.start", item.system),
            asked=chasing.asked_people(item, chasing.leads_of(campaign.team)),
            state=state_of(item),
            is_open=item.settled_at is None and campaign.closed_at is None,
            why_not=refusal(self.user, "campaign_item.settle", item),
            page_title=f"{item.system.name}: {campaign.title}",
        )


class ItemGive(ItemDetail):
    """Asks another person instead."""

    def get(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        self.open(uid)
        return redirect(self.back_to())

    def post(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        item = self.open(uid)
        form = GiveForm(item, request.POST)
        if not form.is_valid():
            return self.show_form(ConfirmForm(), status=422, give_form=form)
        given = campaigns.give_item(item=item, by=self.user, **form.cleaned_data)
        messages.success(request, f"{given.owner or 'Compliance staff'} is asked now.")
        return redirect(self.back_to())


class ItemRemind(ItemPage):
    """Reminds whom one system waits for."""

    def post(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        told = chasing.remind_item(item=self.open(uid), by=self.user)
        messages.success(request, f"{', '.join(str(person) for person in told)}: reminded.")
        return redirect(self.back_to())

    def back_to(self) -> str:
        if self.item is None:
            return reverse("assessments:campaign-list")
        return reverse("assessments:campaign-detail", args=[self.item.campaign.uid])


def start_url(item: CampaignItem, framework: Any) -> str:
    """Where the assessment that is asked for is started, with the system and the framework chosen."""
    chosen = {"system": str(item.system.uid), **({"framework": str(framework.uid)} if framework else {})}
    return f"{reverse('assessments:assessment-start')}?{urlencode(chosen)}"


def state_of(item: CampaignItem, campaign: Campaign | None = None) -> str:
    """The state of one system, in the words of config/states.py."""
    campaign = campaign or item.campaign
    if item.settled_at is not None:
        return "done"
    if campaign.closed_at is not None:
        return "over"
    return "overdue" if campaign.due_on < timezone.localdate() else "open"


def framework_of(campaign: Campaign) -> Any:
    """The newest edition of the framework a campaign asks for; none where it asks for something else."""
    return campaigns.newest_edition(campaign.team, campaign.framework_id) if campaign.framework_id else None
