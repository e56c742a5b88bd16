"""The evidence library in the browser: the list, an item with its revisions and uses, choosing one for an answer."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, Q, QuerySet, Subquery
from django.db.models.expressions import OuterRef
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from assessments import services
from assessments.models import Evidence, EvidenceItem, EvidenceRevision
from assessments.services.library import uses_of
from assessments.web.evidence import AddToQuestion, url_of_question
from assessments.web.library_forms import ChooseItemForm, ItemForm, NewItemForm, RevisionForm
from governance.errors import InvalidError
from governance.models import User
from governance.permissions import allowed, require
from governance.web.base import Crumb, Page
from governance.web.systems import FormPage

PER_PAGE = 50
SHOWS = (("current", "offered"), ("retired", "retired"), ("all", "all"))


def items_for(user: User, text: str = "", show: str = "current") -> QuerySet[Any]:
    """The items a person may see with their newest revision's facts, those that expire first on top."""
    newest = EvidenceRevision.objects.filter(item=OuterRef("pk")).order_by("-number")
    rows: QuerySet[Any] = EvidenceItem.objects.visible_to(user).select_related("team", "owner")
    rows = rows.annotate(
        valid_until=Subquery(newest.values("valid_until")[:1]),
        file_name=Subquery(newest.values("file_name")[:1]),
        link=Subquery(newest.values("link")[:1]),
        n_revisions=Subquery(newest.values("number")[:1]),
        n_uses=Count("revisions__attached", filter=Q(revisions__attached__withdrawn_at=None), distinct=True),
    )
    if show != "all":
        rows = rows.filter(retired_at__isnull=show != "retired")
    if text:
        words = Q(title__icontains=text) | Q(description__icontains=text)
        found = EvidenceRevision.objects.filter(
            Q(file_name__icontains=text) | Q(link__icontains=text) | Q(sha256__startswith=text.lower())
        )
        rows = rows.filter(words | Q(pk__in=found.values("item")))
    return rows.order_by(F("valid_until").asc(nulls_last=True), "title", "pk")


class Library(Page):
    """Every item of the person's teams; what expires first stands first."""

    template = "assessments/library.html"
    nav = "library"
    title = "Evidence library"

    def crumbs(self) -> list[Crumb]:
        return [("Evidence library", "")]

    def get(self, request: HttpRequest) -> HttpResponse:
        text = request.GET.get("q", "").strip()[:200]
        show = request.GET.get("show", "current")
        page = Paginator(items_for(self.user, text, show), PER_PAGE).get_page(request.GET.get("page"))
        return self.show(page_obj=page, text=text, chosen=show, shows=SHOWS, query=urlencode({"q": text, "show": show}))


class ItemCreate(FormPage):
    template = "assessments/library_form.html"
    nav = "library"
    title = "Put evidence into the library"
    submit = "Put it in"

    def crumbs(self) -> list[Crumb]:
        return [("Evidence library", reverse("assessments:library")), ("New", "")]

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show_form(NewItemForm(self.user))

    def post(self, request: HttpRequest) -> HttpResponse:
        def add(data: dict[str, Any]) -> HttpResponse:
            item = services.add_item(by=self.user, **data)
            messages.success(request, f"{item.title} is in the library.")
            return redirect("assessments:library-item", uid=item.uid)

        return self.tried(NewItemForm(self.user, request.POST, request.FILES), add)


class TakeNewest(Page):
    """Puts the newest revision in the place of an attached one."""

    row = Evidence

    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        piece = services.take_newest_revision(evidence=self.get_row(uid), by=self.user)
        messages.success(request, f"The newest revision of {piece.title} is attached. The older one is on the record.")
        return redirect(self.back_to())

    def back_to(self) -> str:
        return url_of_question(Evidence.objects.select_related("assessment").get(uid=self.kwargs["uid"]))


class EvidencePlace(Page):
    """Goes to the answer a piece of evidence is attached to."""

    row = Evidence

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        return redirect(url_of_question(self.get_row(uid)))


class ItemDetail(FormPage):
    """An item: what it is, its revisions, where each is attached; a form for each thing one can do with it."""

    template = "assessments/library_item.html"
    nav = "library"
    row = EvidenceItem

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.item: Any = None

    def crumbs(self) -> list[Crumb]:
        return [("Evidence library", reverse("assessments:library")), (self.item.title, "")]

    def back_to(self) -> str:
        return reverse("assessments:library-item", args=[self.kwargs["uid"]])

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        self.item = self.get_row(uid)
        return self.show_item()

    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        item = self.item = self.get_row(uid)
        match request.POST.get("do"):
            case "revise":
                form: Any = RevisionForm(request.POST, request.FILES)
                return self.tried(form, lambda data: self.revised(data), revision_form=form)
            case "change":
                form = ItemForm(item, request.POST)
                return self.tried(form, lambda data: self.changed(data), item_form=form)
            case "retire":
                services.retire_item(item=item, by=self.user)
                messages.success(request, f"{item.title} is retired. Where it is attached, it stays.")
            case "bring_back":
                services.bring_back_item(item=item, by=self.user)
                messages.success(request, f"{item.title} is offered again.")
        return redirect(self.back_to())

    def revised(self, data: dict[str, Any]) -> HttpResponse:
        revision = services.revise_item(item=self.item, by=self.user, **data)
        messages.success(self.request, f"Revision {revision.number} is in the library. Open assessments are told.")
        return redirect(self.back_to())

    def changed(self, data: dict[str, Any]) -> HttpResponse:
        services.change_item(item=self.item, by=self.user, **data)
        return redirect(self.back_to())

    def show_form(self, form: Any, *, status: int = 200, **context: Any) -> HttpResponse:
        return self.show_item(status, **{key: value for key, value in context.items() if key.endswith("_form")})

    def show_item(self, status: int = 200, **forms: Any) -> HttpResponse:
        item = self.item
        revisions = list(item.revisions.select_related("added_by"))
        may_change = allowed(self.user, "evidence_item.change", item)
        return self.show(
            status=status,
            item=item,
            newest=revisions[0],
            revisions=revisions,
            uses=list(uses_of(item)),
            may_change=may_change,
            revision_form=forms.get("revision_form") or RevisionForm(),
            item_form=forms.get("item_form") or ItemForm(item),
            title=item.title,
        )


class RevisionFile(Page):
    """The bytes of a revision, for those who may see the library."""

    def get(self, request: HttpRequest, uid: str) -> FileResponse:
        revision = EvidenceRevision.objects.visible_to(self.user).filter(uid=uid).first()
        if revision is None or not revision.file:
            raise Http404("There is nothing here, or not for you.")
        require(self.user, "evidence.download", revision)
        return FileResponse(revision.file.open("rb"), as_attachment=True, filename=revision.file_name)


class ChooseEvidence(AddToQuestion):
    """The library as a list of buttons: each attaches its newest revision to the question."""

    template = "assessments/library_choose.html"
    title = "Choose from the library"

    def get(self, request: HttpRequest, uid: str, question_id: str) -> HttpResponse:
        assessment = self.open(uid)
        question = assessment.framework.questions_by_id.get(question_id)
        if question is None:
            raise Http404("There is no such question here.")
        text = request.GET.get("q", "").strip()[:200]
        rows = items_for(self.user, text).filter(team=assessment.team)
        attached = assessment.evidence.filter(question_id=question_id, withdrawn_at=None, revision__isnull=False)
        return self.show(
            assessment=assessment,
            question=question,
            question_url=self.back_to(),
            page_obj=Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
            attached=set(attached.values_list("revision__item", flat=True)),
            text=text,
            query=urlencode({"q": text}),
        )

    def post(self, request: HttpRequest, uid: str, question_id: str) -> HttpResponse:
        assessment = self.open(uid)
        form = ChooseItemForm(self.user, request.POST)
        if not form.is_valid():
            raise InvalidError("There is no such item in your library.", fields={"item": ["not found"]})
        item = form.cleaned_data["item"]
        piece = services.attach_from_library(assessment=assessment, question_id=question_id, item=item, by=self.user)
        messages.success(request, f"{piece.title} is attached.")
        return redirect(self.back_to())
