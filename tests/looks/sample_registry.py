"""Invented content of home, system and version pages."""

import datetime as dt
from typing import Any

from tests.looks.samples import NOW, TODAY, days


def waiting_item(title: str, detail: str, verb: str, system: str, due: int | None) -> dict[str, Any]:
    return {
        "title": title,
        "detail": detail,
        "url": "#",
        "verb": verb,
        "system_name": system,
        "due_on": None if due is None else days(due),
        "late": due is not None and due < 0,
    }


def home() -> dict[str, Any]:
    squares = [{"name": f"System {n}", "url": "#", "mark": "", "mark_word": ""} for n in range(9)]
    marked = [
        squares[0] | {"mark": "hit", "mark_word": "blocked"},
        squares[1] | {"mark": "ask", "mark_word": "inconclusive"},
    ]
    return {
        "tiers": [
            {"code": "high", "systems": [*marked, *squares[2:7]], "note": "1 blocked, 1 inconclusive"},
            {"code": "limited", "systems": squares[:6], "note": "all within policy"},
            {"code": "minimal", "systems": squares, "note": "all within policy"},
            {"code": "unclassified", "systems": squares[:2], "note": "classify by 11 Dec"},
        ],
        "total": 24,
        "all_url": "#",
        "key_note": "None prohibited",
        "late": [
            waiting_item(
                "Yearly review, NIST AI RMF",
                "61 of 72 answered, 4 carried answers to confirm",
                "Continue",
                "Benefit flags",
                -7,
            ),
            waiting_item(
                "Replace evidence: validation study",
                "Expired; used by 5 answers in 2 assessments",
                "Replace",
                "Risk score",
                -3,
            ),
        ],
        "waiting": [
            waiting_item("Sign off NIST AI RMF", "Submitted on Saturday by Priya", "Review", "Call triage", 2),
            waiting_item("Two systems have no risk tier", "Registered by the API", "Classify", "Permit reader", 18),
            waiting_item(
                "Which years does the incident log cover?", "Question on MAP 5.1", "Reply", "Risk score", None
            ),
        ],
        "agenda_groups": [
            {
                "when": "Next week",
                "items": [
                    {
                        "on": days(8),
                        "icon_name": "clipboard-list",
                        "title": "Quarterly monitoring, CV pre-selection",
                        "url": "#",
                        "owner": "Ana",
                    },
                    {
                        "on": days(9),
                        "icon_name": "gavel",
                        "title": "EU AI Act: duties apply",
                        "url": "#",
                        "detail": "2 systems",
                        "owner": "law",
                    },
                ],
            }
        ],
        "until": days(40),
        "entries": [
            {"actor": "Tomas", "verb": "registered", "subject": "version 2.1", "url": "#", "at": NOW, "number": 18197},
            {
                "actor": "Ana",
                "verb": "signed off",
                "subject": "NIST AI RMF",
                "url": "#",
                "at": NOW - dt.timedelta(days=1),
                "number": 18166,
                "afterwards": True,
            },
        ],
    }


def version(chart: str = "", phone_chart: str = "") -> dict[str, Any]:
    rules = [
        {
            "code": "not_met",
            "title": "A goal is missed.",
            "text": "Equal false alarms: +21.4 points, within 5 agreed.",
            "url": "#",
            "url_text": "See why",
        },
        {"code": "inconclusive", "title": "A goal is undecided.", "text": "A flag means the same."},
        {"code": "met", "title": "Evaluated within 90 days, on data with a data sheet"},
        {"code": "met", "title": "Every file has a SHA-256, none is a pickle"},
    ]
    goals = [
        {
            "name": "Equal false alarms",
            "url": "#",
            "metric": "false_positive_rate",
            "limit": "within 5 points either way",
            "view": "Defendants",
            "group": "Group A",
            "value": 0.214,
            "low": 0.182,
            "high": 0.245,
            "verdict": "not_met",
        },
        {
            "name": "A flag means the same",
            "metric": "positive_predictive_value",
            "limit": "at most 10 points below",
            "view": "Court",
            "group": "Group C",
            "value": -0.049,
            "low": -0.127,
            "high": 0.028,
            "verdict": "inconclusive",
            "more": "Settled by about 450 more flagged people of group C",
        },
        {
            "name": "Right equally often",
            "metric": "accuracy",
            "limit": "at most 10 points below",
            "view": "Vendor",
            "group": "Group A",
            "value": -0.032,
            "low": -0.056,
            "high": -0.007,
            "verdict": "met",
            "afterwards": True,
        },
    ]
    jobs = [
        {
            "status": "completed",
            "title": "Fairness by race and sex",
            "url": "#",
            "detail": "7,214 rows in 1.8 s",
            "at": NOW,
        },
        {
            "status": "running",
            "title": "Explanation",
            "url": "#",
            "detail": "round 31 of 50",
            "done": 31,
            "total": 50,
            "at": NOW,
        },
        {
            "status": "queued",
            "title": "Drift against 2.0",
            "url": "#",
            "detail": "starts after the explanation",
            "at": NOW,
        },
        {
            "status": "failed",
            "title": "Calibration",
            "url": "#",
            "detail": "Column decile_score: 3 cells are empty.",
            "at": NOW,
            "retry_url": "#",
        },
    ]
    names = ["Model details", "Training data", "Intended use", "Analyses", "Uses to avoid", "Ethical considerations"]
    return {
        "gate": {
            "code": "blocked",
            "word": "Blocked from production",
            "sentence": "This version may not ship. It misses a fairness goal.",
            "detail": "Checked today at 09:42, again after every change.",
            "rules": rules,
        },
        "glance": {
            "code": "not_met",
            "goal": "Equal false alarms",
            "sentence": "Of the people who were not so, the score flags 45 of 100 of group A and 23 of 100 of group B.",
            "chart": chart,
            "phone_charts": [phone_chart] if phone_chart else [],
            "chart_label": "Group A is flagged wrongly 21.4 points more often than group B, more than the 5 agreed.",
            "foot": "Lines show 95% intervals. Groups under 30 people get no rate.",
            "columns": ["Group", "People", "Rate"],
            "rows": [["Group A", "1,795", "44.8%"], ["Group B", "1,488", "23.5%"]],
        },
        "goals": goals,
        "reference": "group B",
        "jobs": jobs,
        "sections": [{"title": name, "filled": i < 5, "url": "#"} for i, name in enumerate(names)],
        "filled": 5,
        "total": 6,
        **matrix(),
    }


def matrix() -> dict[str, Any]:
    def cell(
        value: float | None,
        spread: float,
        gap: float | None = None,
        verdict: str = "",
        n: int = 12,
        *,
        goal: bool = False,
    ) -> dict[str, Any]:
        low, high = (value - spread, value + spread) if value is not None else (None, None)
        return {"value": value, "low": low, "high": high, "gap": gap, "verdict": verdict, "n": n, "has_goal": goal}

    return {
        "attribute": "Race",
        "columns": [
            {"metric": "base_rate"},
            {"metric": "false_positive_rate", "has_goal": True},
            {"metric": "positive_predictive_value", "has_goal": True},
        ],
        "matrix_rows": [
            {
                "group": "Group A",
                "n": 3696,
                "cells": [
                    cell(0.514, 0.016, 0.121),
                    cell(0.448, 0.023, 0.214, "not_met", goal=True),
                    cell(0.63, 0.02, 0.038, "met", goal=True),
                ],
            },
            {
                "group": "Group B",
                "n": 2454,
                "is_reference": True,
                "cells": [cell(0.394, 0.02), cell(0.235, 0.02, goal=True), cell(0.591, 0.03, goal=True)],
            },
            {
                "group": "Group C",
                "n": 637,
                "cells": [
                    cell(0.364, 0.04, -0.029),
                    cell(0.215, 0.04, -0.02, "met", goal=True),
                    cell(0.542, 0.07, -0.049, "inconclusive", goal=True),
                ],
            },
            {
                "group": "Group D",
                "n": 18,
                "cells": [cell(None, 0, n=18), cell(None, 0, n=8, goal=True), cell(None, 0, n=12, goal=True)],
            },
        ],
        "needed": 30,
    }


def system() -> dict[str, Any]:
    start = dt.date(TODAY.year - 2, 1, 1)
    return {
        "start": start,
        "end": dt.date(TODAY.year + 1, 6, 30),
        "now": TODAY,
        "years": [{"on": dt.date(year, 1, 1), "text": str(year)} for year in range(TODAY.year - 2, TODAY.year + 2)],
        "lanes": [
            {
                "name": "Versions",
                "spans": [
                    {"start": days(-600), "end": days(-200), "text": "1.0 retired"},
                    {"start": days(-200), "end": days(0), "text": "2.0 in use", "tone": "live"},
                    {"start": days(1), "end": None, "text": "2.1 blocked", "tone": "bad"},
                ],
            },
            {
                "name": "Fairness",
                "marks": [
                    {"on": days(-590), "state": "inconclusive", "text": "inconclusive", "url": "#"},
                    {"on": days(-300), "state": "met", "text": "met", "url": "#"},
                    {"on": days(-20), "state": "not_met", "text": "not met", "url": "#"},
                ],
            },
            {
                "name": "Assessments",
                "marks": [{"on": days(-500), "icon_name": "file-check", "text": "NIST", "show_text": True}],
            },
        ],
        "reasons": [
            {
                "text": "It assesses how likely a person is to offend again.",
                "source": "EU AI Act, Annex III 6(d)",
                "url": "#",
            }
        ],
        "shares": [
            {"label": "Group A", "share": 0.512},
            {"label": "Group B", "share": 0.34},
            {"label": "Group C", "share": 0.088},
            {"label": "3 others", "share": 0.06},
        ],
        "facts": [
            {"label": "Decision", "value": "Release or detention. A judge decides."},
            {"label": "Hosting", "value": "Vendor's cloud"},
        ],
        "tabs": [
            {"key": "story", "text": "Story", "url": "#"},
            {"key": "versions", "text": "Versions", "url": "#", "count": 3},
            {"key": "record", "text": "Record", "url": "#"},
        ],
    }
