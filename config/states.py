"""The one table of states: for each code the mark, the word and the tone. Nothing else in the interface knows them.

A state is always shown as a mark and a word; the tone (colour) only repeats what both say. Round = good, square = bad,
half = doubt, dashed = not there yet.
"""

from dataclasses import dataclass
from typing import Literal

Tone = Literal["good", "bad", "doubt", "none", "run"]


@dataclass(frozen=True)
class State:
    """How one state looks: its word, its tone, its icon and whether the icon is the filled one."""

    word: str
    tone: Tone
    icon: str
    filled: bool = False


def _good(word: str) -> State:
    return State(word, "good", "circle-check", filled=True)


def _bad(word: str) -> State:
    return State(word, "bad", "square-x", filled=True)


def _doubt(word: str, icon: str = "circle-half-2") -> State:
    return State(word, "doubt", icon)


def _none(word: str, icon: str = "circle-dashed") -> State:
    return State(word, "none", icon)


def _under_way(word: str, icon: str = "progress") -> State:
    return State(word, "run", icon)


_VERDICTS = {
    "met": _good("met"),
    "not_met": _bad("not met"),
    "inconclusive": _doubt("inconclusive"),
    "too_few": _none("not enough data"),
    "not_enough_data": _none("not enough data"),
    "not_judged": _none("not judged"),
    "reference": _none("reference", "circle"),
    "no_goal": _none("no goal agreed", "circle"),
}
_GATE = {
    "may_ship": _good("may ship"),
    "allow": _good("may ship"),
    "blocked": _bad("blocked"),
    "deny": _bad("blocked"),
    "needs_review": _doubt("needs review"),
}
_SYSTEMS = {
    "proposed": _none("proposed"),
    "in_assessment": _under_way("in assessment"),
    "in_use": State("in use", "good", "player-play", filled=True),
    "suspended": _bad("suspended"),
    "rejected": _bad("rejected"),
    "retired": _none("retired", "archive"),
    "not_ai": _none("not an AI system", "circle-minus"),
}
_VERSIONS = {
    "registered": _none("registered"),
    "under_review": _under_way("under review", "circle-dot"),
    "approved": _good("approved"),
    "deployed": State("deployed", "good", "player-play", filled=True),
}
_ASSESSMENTS = {
    "draft": _under_way("draft"),
    "submitted": _under_way("submitted", "circle-dot"),
    "returned": _doubt("returned", "corner-up-left"),
    "superseded": _none("superseded", "archive"),
    "published": _good("published"),
}
_ANSWERS = {
    "not_started": _none("not started", "circle"),
    "in_progress": _under_way("in progress"),
    "done": _good("done"),
    "answered": _good("answered"),
    "cannot_start": _none("cannot start yet", "lock"),
    "dont_know": _doubt("don't know yet"),
    "not_applicable": _none("does not apply", "circle-minus"),
    "carried": _doubt("carried, to confirm"),
    "inherited": _none("inherited", "link"),
    "missing": _none("not answered"),
    "look_again": _doubt("look again", "refresh"),
}
_SIGNING = {
    "signed": _good("signed"),
    "approved_with_conditions": _good("approved with conditions"),
    "to_sign": _under_way("waits for a signature", "circle-dot"),
    "stale": _doubt("stale", "history"),
    "current": _good("current"),
    "withdrawn": _none("withdrawn", "archive"),
}
_JOBS = {
    "waiting": _none("waits for data", "hourglass-empty"),
    "queued": _none("queued", "clock"),
    "running": _under_way("running", "loader-2"),
    "completed": _good("completed"),
    "failed": _bad("failed"),
    "cancelled": _none("cancelled", "circle-minus"),
    "invalidated": _none("invalidated", "circle-off"),
    "no_worker": _doubt("no worker is running", "plug-connected-x"),
    "issued": _good("issued"),
    "frozen": _under_way("frozen, not signed yet", "snowflake"),
}
_FINDINGS = {
    "open": _doubt("open", "flag"),
    "mitigated": _under_way("mitigated", "circle-dot"),
    "accepted": _none("accepted", "circle-check"),
    "closed": _good("closed"),
    "set_aside": _none("set aside", "circle-minus"),
    "lapsed": _none("follows no longer", "archive"),
    "upcoming": _none("upcoming", "clock"),
    "in_force": _under_way("in force", "gavel"),
    "over": _none("over", "archive"),
    "overdue": State("overdue", "bad", "clock-exclamation"),
    "expired": State("expired", "bad", "clock-exclamation"),
}
_PROOF = {
    "holds": _good("holds"),
    "unbroken": _good("unbroken"),
    "broken": _bad("broken"),
    "fails": _bad("does not hold"),
    "gap": _none("gap"),
    "unsealed": _none("not sealed yet", "clock"),
    "not_shown": _none("not shown"),
}
_ACCESS = {
    "active": _good("active"),
    "revoked": _none("revoked", "circle-off"),
    "agreed": _good("agreed"),
    "complete": _good("complete"),
    "incomplete": _doubt("has gaps"),
}

STATES: dict[str, State] = {
    **_VERDICTS,
    **_GATE,
    **_SYSTEMS,
    **_VERSIONS,
    **_ASSESSMENTS,
    **_ANSWERS,
    **_SIGNING,
    **_JOBS,
    **_FINDINGS,
    **_PROOF,
    **_ACCESS,
}

TIERS: dict[str, str] = {
    "prohibited": "Prohibited",
    "high": "High-risk",
    "limited": "Limited",
    "minimal": "Minimal",
    "unclassified": "No tier yet",
}


def state_of(code: str) -> State:
    """The state of a code. An unknown code is a programming error: it must not be shown as something it is not."""
    try:
        return STATES[code]
    except KeyError:
        known = ", ".join(sorted(STATES))
        raise KeyError(f"No state is called {code!r}. Add it to config/states.py or use one of: {known}") from None


def tier_of(code: str | None) -> tuple[str, str]:
    """Code and word of a risk tier; nothing, or nothing known, is "No tier yet"."""
    name = (code or "unclassified").removesuffix("_risk")
    return (name, TIERS[name]) if name in TIERS else ("unclassified", TIERS["unclassified"])
