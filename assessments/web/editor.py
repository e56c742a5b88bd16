"""The framework editor: paste or upload YAML, see the faults beside their lines and the form as people will see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from assessments import services
from assessments.models import FrameworkDraft, FrameworkEdition
from assessments.services.drafts import Reading
from assessments.web.changes import effects_on, lines_of
from assessments.web.editor_forms import DraftForm, NewDraftForm, PublishForm
from assessments.web.languages import language_for, language_options
from assessments.web.tryout import try_out
from evenhand.documents import Problem, write_yaml
from evenhand.questionnaire.schema import Framework
from evenhand.questionnaire.translating import in_language
from governance.errors import ConflictError, DomainError
from governance.permissions import refusal
from governance.web.base import Crumb, Page
from governance.web.systems import FormPage

AROUND = 3
NEWEST_FIRST = ("-published_at", "-id")
SKELETON = """\
evenhand_framework: 1
framework:
  id: our-check            # small letters and hyphens; stays for ever
  version: "1.0"           # in quotes; a published edition never changes
  title: Our check
  scope: system            # or: organisation
sections:
  - id: basics
    title: Basics
    questions:
      - id: purpose        # also the name of the answer in conditions
        type: longtext
        prompt: What is it for?
        required: true
"""


@dataclass(frozen=True)
class SourceLine:
    """A line of the text with what is wrong with it; a gap stands for lines that are left out."""

    number: int
    text: str
    problems: tuple[Problem, ...] = ()
    is_gap: bool = False


def source_around(text: str, problems: Sequence[Problem]) -> list[SourceLine]:
    """The lines around each fault, with their numbers."""
    lines = text.splitlines() or [""]
    by_line: dict[int, list[Problem]] = {}
    for problem in problems:
        if problem.line is not None:
            by_line.setdefault(min(max(problem.line, 1), len(lines)), []).append(problem)
    shown = {near for number in by_line for near in range(number - AROUND, number + AROUND + 1)}
    found: list[SourceLine] = []
    for number, line in enumerate(lines, start=1):
        if number in shown:
            found.append(SourceLine(number, line, tuple(by_line.get(number, ()))))
        elif not found or not found[-1].is_gap:
            found.append(SourceLine(number, "", is_gap=True))
    return found


class DraftPage(Page):
    """A page about one draft of a team whose frameworks the person may write."""

    nav = "frameworks"
    row = FrameworkDraft
    action = "framework.draft"

    def find(self, uid: str) -> FrameworkDraft:
        draft: FrameworkDraft = self.get_row(uid)
        self.draft = draft
        return draft

    def crumbs(self) -> list[Crumb]:
        return [("Frameworks", reverse("assessments:framework-list")), *self.own_crumbs()]

    def own_crumbs(self) -> list[Crumb]:
        draft = getattr(self, "draft", None)
        if draft is None:
            return [(self.title, "")]
        return [(draft.title, reverse("assessments:draft-edit", args=[draft.uid])), (self.title, "")]

    def back_to(self) -> str:
        draft = getattr(self, "draft", None)
        return reverse("assessments:draft-edit", args=[draft.uid]) if draft else reverse("assessments:framework-list")

    def tabs(self) -> list[dict[str, Any]]:
        names = (("draft-edit", "Text"), ("draft-try", "As a form"), ("draft-publish", "What changes, and publish"))
        return [
            {"key": name, "text": text, "url": reverse(f"assessments:{name}", args=[self.draft.uid])}
            for name, text in names
        ]


class DraftCreate(FormPage):
    """Start from nothing, from a framework that is published, or from a file."""

    template = "assessments/framework_new.html"
    nav = "frameworks"
    title = "Write a framework"
    submit = "Open the editor"

    def crumbs(self) -> list[Crumb]:
        return [("Frameworks", reverse("assessments:framework-list")), (self.title, "")]

    def get(self, request: HttpRequest) -> HttpResponse:
        initial = {"start_from": request.GET.get("from", "")}
        return self.show_form(NewDraftForm(self.user, initial=initial))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = NewDraftForm(self.user, request.POST, request.FILES)

        def create(data: dict[str, Any]) -> HttpResponse:
            text = data["file"] or _text_of(data["start_from"])
            draft = services.save_framework_draft(text=text, team=data["team"], by=self.user)
            return redirect("assessments:draft-edit", uid=draft.uid)

        return self.tried(form, create)


class DraftEdit(DraftPage):
    """The text, and under it every fault beside its line. Saving works with faults too."""

    template = "assessments/framework_edit.html"
    title = "Text"

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        draft = self.find(uid)
        return self.show_editor(DraftForm(initial={"text": draft.text, "revision": draft.revision}), draft.text)

    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        draft = self.find(uid)
        form = DraftForm(request.POST, request.FILES)
        typed = request.POST.get("text", "").replace("\r\n", "\n")
        if not form.is_valid():
            return self.show_editor(form, typed, status=422)
        text = form.cleaned_data["file"] or form.cleaned_data["text"]
        try:
            services.save_framework_draft(text=text, draft=draft, revision=form.cleaned_data["revision"], by=self.user)
        except DomainError as error:
            if error.status not in (409, 422):
                raise
            return self.show_refused(draft, text, error)
        if request.POST.get("go") == "publish":
            return redirect("assessments:draft-publish", uid=uid)
        if request.POST.get("go") == "try":
            return redirect("assessments:draft-try", uid=uid)
        messages.success(request, "Saved as it is, also with faults.")
        return redirect("assessments:draft-edit", uid=uid)

    def show_refused(self, draft: FrameworkDraft, text: str, error: DomainError) -> HttpResponse:
        """What was typed stays; after a conflict the next save knows what it replaces."""
        draft.refresh_from_db()
        form = DraftForm(initial={"text": text, "revision": draft.revision})
        theirs = draft.text if isinstance(error, ConflictError) else ""
        return self.show_editor(form, text, status=error.status, refused=error.message, theirs=theirs)

    def show_editor(self, form: DraftForm, text: str, *, status: int = 200, **context: Any) -> HttpResponse:
        reading = services.reading_of(text, name="text")
        return self.show(
            status=status,
            draft=self.draft,
            form=form,
            reading=reading,
            without_line=[problem for problem in reading.problems if problem.line is None],
            source=source_around(text, reading.problems) if reading.problems else [],
            closed=self.draft.published_as or self.draft.discarded_at,
            tabs=self.tabs(),
            page_title=f"Editor, {self.draft.title}",
            **context,
        )


class FaultlessPage(DraftPage):
    """What can be shown of a draft only once it has no faults."""

    def read(self, uid: str) -> Reading | None:
        reading = services.reading_of(self.find(uid).text)
        return reading if reading.framework is not None else None

    def not_yet(self) -> HttpResponseRedirect:
        messages.error(self.request, "The text still has faults. They are named below, each under its line.")
        return redirect("assessments:draft-edit", uid=self.draft.uid)


class DraftTry(FaultlessPage):
    """The draft as the form people will see; answers are computed here and never kept."""

    template = "assessments/framework_try.html"
    title = "As a form"

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        reading = self.read(uid)
        if reading is None or reading.framework is None:
            return self.not_yet()
        return self.show(
            draft=self.draft, name=self.draft.title, tabs=self.tabs(), **tried_in(request, reading.framework)
        )

    post = get


class DraftPublish(FaultlessPage):
    """What changes against the last edition and for assessments under way; then the button."""

    template = "assessments/framework_publish.html"
    title = "What changes, and publish"

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        return self.preview(uid, PublishForm())

    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        form = PublishForm(request.POST)
        if not form.is_valid():
            return self.preview(uid, form, status=422)
        draft = self.find(uid)
        try:
            note = form.cleaned_data["change_note"]
            edition = services.publish_framework_draft(draft=draft, by=self.user, change_note=note)
        except DomainError as error:
            if error.status == 403:
                raise
            form.add_error(None, error.message)
            return self.preview(uid, form, status=error.status)
        messages.success(request, f"{edition} is published for {draft.team.name}.")
        return redirect("assessments:framework-detail", uid=edition.uid)

    def preview(self, uid: str, form: PublishForm, status: int = 200) -> HttpResponse:
        reading = self.read(uid)
        if reading is None or reading.framework is None:
            return self.not_yet()
        framework = reading.framework
        rows = FrameworkEdition.objects.visible_to(self.user).filter(framework_id=framework.id)
        last = rows.order_by(*NEWEST_FIRST).first()
        return self.show(
            status=status,
            draft=self.draft,
            form=form,
            framework=framework,
            warnings=reading.warnings,
            last=last,
            changes=lines_of(last.framework, framework) if last else [],
            effects=effects_on(self.user, framework) if last else [],
            why_not=refusal(self.user, "framework.publish", self.draft.team),
            tabs=self.tabs(),
        )


class DraftDiscard(DraftPage):
    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        services.discard_framework_draft(draft=self.find(uid), by=self.user)
        messages.success(request, "Discarded. Published editions stay as they are.")
        return redirect("assessments:framework-list")


class EditionTry(Page):
    """A published edition as a form to try out."""

    template = "assessments/framework_try.html"
    nav = "frameworks"
    title = "As a form"

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        edition = FrameworkEdition.objects.visible_to(self.user).defer("document").with_uid(uid)
        if edition is None:
            raise Http404("There is nothing here, or not for you.")
        home = reverse("assessments:framework-detail", args=[uid])
        crumbs = [("Frameworks", reverse("assessments:framework-list")), (str(edition), home), (self.title, "")]
        return self.show(name=str(edition), crumbs=crumbs, **tried_in(request, edition.framework))

    post = get


def tried_in(request: HttpRequest, framework: Framework) -> dict[str, Any]:
    """The form in the reader's language, with what follows from what was typed into it."""
    language = language_for(request, framework)
    tried = try_out(in_language(framework, language), request.POST)
    return {"tried": tried, "languages": language_options(framework, language)}


def _text_of(edition: FrameworkEdition | None) -> str:
    """The YAML to start from."""
    return SKELETON if edition is None else write_yaml(edition.document)
