"""Published frameworks: the list, an edition as people read it, what it changed, its file, and moving to it."""

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from assessments import services
from assessments.models import FrameworkDraft, FrameworkEdition
from assessments.web.base import AssessmentPage
from assessments.web.changes import effects_on, lines_of
from assessments.web.forms import LEADS
from assessments.web.languages import language_for, language_options
from evenhand.documents import write_yaml
from governance.web.base import Crumb, Page

NEWEST_FIRST = ("-published_at", "-id")


class FrameworkList(Page):
    template = "assessments/framework_list.html"
    nav = "frameworks"
    title = "Frameworks"

    def crumbs(self) -> list[Crumb]:
        return [("Frameworks", "")]

    def get(self, request: HttpRequest) -> HttpResponse:
        led = self.user.memberships.filter(is_active=True, role__in=LEADS).values("team")
        drafts = FrameworkDraft.objects.visible_to(self.user).filter(team__in=led, published_as=None, discarded_at=None)
        editions = FrameworkEdition.objects.visible_to(self.user).select_related("team").defer("document")
        return self.show(
            editions=editions.order_by("title", *NEWEST_FIRST),
            drafts=drafts.select_related("team", "updated_by").defer("text"),
        )


class EditionPage(Page):
    """A page about one edition that the person may see."""

    nav = "frameworks"

    def find(self, uid: Any) -> FrameworkEdition:
        edition = FrameworkEdition.objects.visible_to(self.user).select_related("team").defer("document").with_uid(uid)
        if edition is None:
            raise Http404("There is nothing here, or not for you.")
        self.edition = edition
        return edition

    def crumbs(self) -> list[Crumb]:
        found: FrameworkEdition | None = getattr(self, "edition", None)
        if found is None:
            return [("Frameworks", reverse("assessments:framework-list"))]
        home = reverse("assessments:framework-detail", args=[found.uid]) if self.title else ""
        last: list[Crumb] = [(self.title, "")] if self.title else []
        return [("Frameworks", reverse("assessments:framework-list")), (str(found), home), *last]

    def others(self) -> list[FrameworkEdition]:
        """The other editions of the same framework, newest first."""
        rows = FrameworkEdition.objects.visible_to(self.user).filter(framework_id=self.edition.framework_id)
        return list(rows.exclude(pk=self.edition.pk).defer("document").order_by(*NEWEST_FIRST))

    def earlier(self) -> FrameworkEdition | None:
        """The edition just before this one."""
        return next((row for row in self.others() if row.published_at <= self.edition.published_at), None)


class FrameworkDetail(EditionPage):
    """An edition as people read it: every question with why, who and what proves it."""

    template = "assessments/framework_detail.html"

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        edition = self.find(uid)
        language = language_for(request, edition.framework)
        framework = edition.framework_in(language)
        chapters = {chapter.id: chapter for chapter in framework.chapters}
        return self.show(
            edition=edition,
            framework=framework,
            sections=[(section, chapters.get(section.chapter or "")) for section in framework.sections],
            languages=language_options(framework, language),
            others=self.others(),
            earlier=self.earlier(),
            page_title=str(edition),
        )


class FrameworkChanges(EditionPage):
    """What an edition changed against the one before, and what it does to assessments under way."""

    template = "assessments/framework_changes.html"
    title = "What changed"

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        edition, before = self.find(uid), self.earlier()
        if before is None:
            messages.info(request, f"{edition} is the first edition, so there is nothing to compare it with.")
            return redirect("assessments:framework-detail", uid=uid)
        return self.show(
            edition=edition,
            before=before,
            changes=lines_of(before.framework, edition.framework),
            effects=effects_on(self.user, edition.framework, newer_than=edition),
        )


class FrameworkYaml(EditionPage):
    """The document of an edition, to keep or to start from."""

    syntax = "yaml"

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        edition = self.find(uid)
        name = f"{edition.framework_id}-{edition.version}.{self.syntax}".replace('"', "")
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
        content_type = f"application/{self.syntax}; charset=utf-8"
        return HttpResponse(self.text_of(edition).encode(), content_type=content_type, headers=headers)

    def text_of(self, edition: FrameworkEdition) -> str:
        return write_yaml(edition.document)


class FrameworkJson(FrameworkYaml):
    """The same as JSON."""

    syntax = "json"

    def text_of(self, edition: FrameworkEdition) -> str:
        return json.dumps(edition.document, ensure_ascii=False, indent=2) + "\n"


class AssessmentUpgrade(AssessmentPage):
    """What moving to the newest edition would do with each answer; then the button."""

    template = "assessments/assessment_upgrade.html"
    title = "Move to a newer edition"

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        assessment = self.open(uid)
        edition = services.newer_edition_of(assessment)
        if edition is None:
            messages.info(request, f"{assessment.edition} is the newest edition.")
            return redirect(self.back_to())
        planned = services.plan_upgrade(assessment, edition)
        return self.show(
            assessment=assessment,
            edition=edition,
            planned=planned,
            changes=lines_of(assessment.edition.framework, edition.framework),
            loses_profile=assessment.profile and assessment.profile not in edition.framework.profiles_by_id,
        )

    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        assessment = self.open(uid)
        rows = FrameworkEdition.objects.visible_to(self.user).defer("document")
        edition = rows.with_uid(request.POST.get("edition") or None)
        if edition is None:
            raise Http404("There is nothing here, or not for you.")
        services.upgrade_assessment(assessment=assessment, edition=edition, by=self.user)
        messages.success(request, f"Moved to {edition}. Answers to changed questions wait to be looked at again.")
        return redirect(self.url("assessment-detail"))
