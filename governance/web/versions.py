"""Versions: gate and fairness first, then files and card. Files are handed out only to those who may see them."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from evenhand import modelcard
from governance import facts, permissions, services
from governance.models import DataSet, ModelCard, Version, VersionFile
from governance.web.base import Crumb, Page
from governance.web.forms import CardForm
from governance.web.systems import FormPage

# Panels from this order on stand below the page's own parts: a page ends with its history.
LATER = 80


def version_crumbs(version: Version) -> list[Crumb]:
    system = version.model.system
    return [
        ("Systems", reverse("governance:system-list")),
        (system.name, reverse("governance:system-detail", args=[system.uid])),
        (f"Version {version.name}", reverse("governance:version-detail", args=[version.uid])),
    ]


def completeness_of(card: modelcard.ModelCard | None) -> dict[str, Any] | None:
    """Which of the twelve sections say something, for the check list."""
    if card is None:
        return None
    found = card.completeness()
    sections = [{"title": section.title, "filled": section.is_filled} for section in found.sections]
    return {"sections": sections, "n_filled": found.n_filled, "n_sections": found.n_sections}


class VersionDetail(Page):
    template = "governance/version_detail.html"
    nav = "systems"
    row = Version

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        version: Version = self.get_row(uid)
        panels: list[facts.Panel] = sorted(
            facts.ask("version.panels", version, self.user), key=lambda panel: panel.order
        )
        published = version.cards.first()
        card = modelcard.ModelCard.from_dict(published.document) if published else None
        return self.show(
            version=version,
            system=version.model.system,
            rule=version.model.rules.filter(is_current=True).first(),
            panels=[panel for panel in panels if panel.order < LATER],
            later_panels=[panel for panel in panels if panel.order >= LATER],
            card=card,
            completeness=completeness_of(card),
            files=list(version.files.all()),
            crumbs=version_crumbs(version),
            title=f"Version {version.name}",
        )


class CardDetail(FormPage):
    """The card of a version as people read it, and the form that publishes a new one."""

    template = "governance/card_detail.html"
    row = Version

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        return self.show_card(self.get_row(uid))

    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        version: Version = self.get_row(uid)
        self.version = version

        def publish(data: dict[str, Any]) -> HttpResponse:
            card = modelcard.parse_text(data["text"], name="the card")
            services.publish_card(version=version, card=card, by=self.user)
            return redirect("governance:card-detail", uid=uid)

        return self.tried(CardForm(request.POST), publish)

    def show_form(self, form: Any, *, status: int = 200, **context: Any) -> HttpResponse:
        return self.show_card(self.version, form, status)

    def show_card(self, version: Version, form: Any = None, status: int = 200) -> HttpResponse:
        published = version.cards.first()
        card = modelcard.ModelCard.from_dict(published.document) if published else None
        return self.show(
            status=status,
            version=version,
            published=published,
            card=card,
            completeness=completeness_of(card),
            form=form or CardForm(initial={"text": modelcard.render_markdown(card) if card else ""}),
            crumbs=[*version_crumbs(version), ("Model card", "")],
            title="Model card",
        )


class CardRevision(Page):
    """A revision of a card, as the record names it: its version's card shows it."""

    row = ModelCard

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        card: ModelCard = self.get_row(uid)
        return redirect("governance:card-detail", uid=card.version.uid)


class FileDownload(Page):
    """The kept bytes of a version's file or a data set, for those who may see it."""

    kind: type[VersionFile] | type[DataSet] = VersionFile

    def get(self, request: HttpRequest, uid: str) -> FileResponse:
        rows: Any = self.kind._default_manager
        found = rows.visible_to(self.user).filter(uid=uid).first()
        if found is None or not found.content:
            raise Http404("There is nothing here, or not for you.")
        permissions.require(self.user, "file.download", found)
        return FileResponse(
            found.content.open("rb"), as_attachment=True, filename=found.content.name.rsplit("/", 1)[-1]
        )
