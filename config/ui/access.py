"""Who may do what, who one is, and where one can go."""

from dataclasses import dataclass, replace

from django import template
from django.db.models import Count, FilteredRelation, OuterRef, Q, Subquery
from django.urls import NoReverseMatch, reverse

from config import figures
from config.ui.library import register
from governance import permissions
from governance.models import Notice, User


@register.simple_tag(takes_context=True)
def may(context: template.Context, action: str, subject: object) -> bool:
    """Whether the person looking may do this: {% may "assessment.approve" assessment as ok %}."""
    user = context.get("user")
    return isinstance(user, User) and permissions.allowed(user, action, subject)


@register.simple_tag(takes_context=True)
def may_somewhere(context: template.Context, action: str) -> bool:
    """Whether the person may do this in any team: for what is not about an object yet, such as registering one."""
    user = context.get("user")
    if not isinstance(user, User):
        return False
    held = user.memberships.filter(is_active=True).select_related("team")
    return any(permissions.allowed(user, action, membership.team) for membership in held)


@register.simple_tag(takes_context=True)
def why_not(context: template.Context, action: str, subject: object) -> str:
    """The sentence beside a button that is off; empty when the action is allowed."""
    user = context.get("user")
    return permissions.refusal(user, action, subject) if isinstance(user, User) else "Sign in first."


@register.simple_tag(takes_context=True)
def my_roles(context: template.Context) -> str:
    """What the signed-in person is, under the name: "Compliance, Pretrial Services"; "Auditor, 3 teams"."""
    user = context.get("user")
    if not isinstance(user, User):
        return ""
    return _shell_facts(user).role_line


@register.simple_tag(takes_context=True)
def unread_notices(context: template.Context) -> int:
    """How many messages the person has not read yet: the number beside the bell."""
    user = context.get("user")
    return _shell_facts(user).n_unread if isinstance(user, User) else 0


@dataclass(frozen=True)
class ShellFacts:
    """What the frame of every page says of the person."""

    role_line: str
    n_unread: int


def _shell_facts(user: User) -> ShellFacts:
    """Asked in one query, once a page: the top bar, the side bar and the phone's menu all show it."""
    if "shell_facts" not in user.__dict__:
        held = FilteredRelation("memberships", condition=Q(memberships__is_active=True))
        unread = Notice.objects.filter(user=OuterRef("pk"), read_at=None).order_by().values("user")
        rows = (
            User.objects.filter(pk=user.pk)
            .annotate(held=held, n_unread=Subquery(unread.annotate(n=Count("pk")).values("n")))
            .values_list("held__role", "held__team__name", "n_unread")
        )
        found = list(rows)
        roles = [(role, team) for role, team, _ in found if role]
        user.__dict__["shell_facts"] = ShellFacts(_role_line(roles), (found[0][2] or 0) if found else 0)
    facts: ShellFacts = user.__dict__["shell_facts"]
    return facts


def _role_line(held: list[tuple[str, str]]) -> str:
    roles = " and ".join(sorted({role for role, _ in held}))
    teams = sorted({team for _, team in held})
    if not held:
        return "no role yet"
    return f"{roles.capitalize()}, {teams[0] if len(teams) == 1 else figures.counted(len(teams), 'team')}"


@dataclass(frozen=True)
class NavItem:
    """One noun of the side bar."""

    key: str
    label: str
    icon: str
    url_name: str
    is_set_up: bool = False
    url: str = ""
    count: int | None = None


NAV = (
    NavItem("home", "Your work", "home", "governance:home"),
    NavItem("systems", "Systems", "stack-2", "governance:system-list"),
    NavItem("assessments", "Assessments", "clipboard-list", "assessments:assessment-list"),
    NavItem("library", "Evidence library", "paperclip", "assessments:library"),
    NavItem("evaluations", "Evaluations", "scale", "audits:evaluation-list"),
    NavItem("findings", "Findings", "flag", "audits:finding-list"),
    NavItem("reports", "Reports", "file-certificate", "audits:report-list"),
    NavItem("record", "Record", "fingerprint", "audits:record"),
    NavItem("frameworks", "Frameworks", "books", "assessments:framework-list", is_set_up=True),
    NavItem("teams", "Teams", "users", "governance:team-list", is_set_up=True),
    NavItem("tokens", "API tokens", "key", "governance:token-list", is_set_up=True),
)


@register.simple_tag(takes_context=True)
def nav_items(context: template.Context) -> list[NavItem]:
    """The side bar: every noun whose page exists. `nav_counts` of the context gives numbers by key."""
    counts = context.get("nav_counts") or {}
    found = (replace(item, url=_url(item.url_name), count=counts.get(item.key)) for item in NAV)
    return [item for item in found if item.url]


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
