"""What a person was told: messages that are new, and those of before."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from governance import services
from governance.models import Notice
from governance.web.base import Crumb, Page

PER_PAGE = 50


class Inbox(Page):
    """Every message, new ones marked; each opens what it is about."""

    template = "governance/inbox.html"
    nav = "inbox"
    title = "Messages"

    def crumbs(self) -> list[Crumb]:
        return [("Messages", "")]

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = Notice.objects.visible_to(self.user).select_related("team")
        only_new = request.GET.get("show") == "new"
        page = Paginator(rows.unread() if only_new else rows, PER_PAGE).get_page(request.GET.get("page"))
        n_unread = Notice.objects.visible_to(self.user).unread().count()
        return self.show(page_obj=page, n_unread=n_unread, only_new=only_new, query="show=new" if only_new else "")


class OpenNotice(Page):
    """Marks a message as read, and goes where it leads (or stays in the list)."""

    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        notice = Notice.objects.visible_to(self.user).filter(uid=uid).first()
        if notice is None:
            raise Http404("There is nothing here, or not for you.")
        services.mark_read(notice=notice, by=self.user)
        if request.POST.get("go") == "stay" or not url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None):
            return redirect("governance:inbox")
        return HttpResponseRedirect(notice.url)


class AllRead(Page):
    def post(self, request: HttpRequest) -> HttpResponse:
        n_read = services.mark_all_read(by=self.user)
        messages.success(request, f"{n_read} messages are marked as read." if n_read else "Nothing was new.")
        return redirect("governance:inbox")

    def back_to(self) -> str:
        return reverse("governance:inbox")
