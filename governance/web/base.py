"""What every page shares: sign-in, the row the person may see, refusals as messages, where we are."""

from typing import Any, ClassVar, cast

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db import DataError, IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views import View

from evenhand.errors import EvenhandError
from governance import permissions, services
from governance.errors import DomainError, NotAllowedError, refusal_of
from governance.models import Recorded, User

Crumb = tuple[str, str]


class Page(LoginRequiredMixin, View):
    """A page for signed-in people. `template`, `nav` and `title` are said by each page."""

    template: ClassVar[str] = ""
    nav: ClassVar[str] = ""
    title: ClassVar[str] = ""
    row: ClassVar[type[Recorded] | None] = None
    action: ClassVar[str] = ""  # asked before the page is shown

    @property
    def user(self) -> User:
        return cast("User", self.request.user)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        try:
            return super().dispatch(request, *args, **kwargs)
        except (DomainError, EvenhandError, IntegrityError, DataError) as error:
            refusal = refusal_of(error)
            if isinstance(refusal, NotAllowedError):
                services.record_refusal(error=refusal, by=self.user)
            return self.refused(refusal or DomainError(str(error)))

    def refused(self, error: DomainError) -> HttpResponse:
        """Show the reason where the person was; a page that cannot be shown gets the reason alone."""
        if self.request.method == "POST" and not self.request.headers.get("HX-Request"):
            messages.error(self.request, error.message)
            return HttpResponseRedirect(self.back_to())
        return render(self.request, "refused.html", {"error": error, "nav": self.nav}, status=error.status)

    def back_to(self) -> str:
        """Where a refused form goes back to: the page it came from."""
        return self.request.path

    def get_row(self, uid: Any) -> Any:
        """The row with this uid if the person may see it; otherwise it does not exist."""
        if self.row is None:
            raise LookupError(f"{type(self).__name__} names no row")
        found = self.row._default_manager.visible_to(self.user).filter(uid=uid).first()
        if found is None:
            raise Http404("There is nothing here, or not for you.")
        if self.action:
            permissions.require(self.user, self.action, found)
        return found

    def crumbs(self) -> list[Crumb]:
        return []

    def show(self, status: int = 200, **context: Any) -> HttpResponse:
        context = {"nav": self.nav, "title": self.title, "crumbs": self.crumbs(), **context}
        return render(self.request, self.template, context, status=status)
