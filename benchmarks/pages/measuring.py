"""Fills an installation through the services, then asks for pages as a signed-in person does. Needs Django set up."""

import random
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

import httpx
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from assessments import services as assessments
from assessments.models import Assessment, FrameworkEdition
from assessments.services.standing import standing_of
from assessments.web.pages import pages_of
from evenhand.questionnaire.schema import Question, QuestionType
from governance import services as registry
from governance.models import User

SEED = 20261124
ANSWERED = 8  # questions answered in each assessment before it is measured
FRAMEWORKS = ("nist-ai-rmf", "canada-aia")


@dataclass
class Found:
    """Seconds of each request, and queries, by kind of page."""

    n_assessments: int
    seconds: dict[str, list[float]] = field(default_factory=dict)
    queries: dict[str, list[int]] = field(default_factory=dict)


def measure(url: str, *, n_assessments: int, n_requests: int) -> Found:
    """Fill, then measure every kind of page `n_requests` times over assessments chosen at random."""
    chance = random.Random(SEED)
    person, password, rows = _fill(n_assessments)
    found = Found(n_assessments)
    pages = {kind: _addresses(kind, rows, n_requests, chance) for kind in ("section page", "task list", "outcome")}
    client = _signed_in(url, person, password)
    for kind, addresses in pages.items():
        for address in addresses[:10]:
            client.get(address)  # not timed: fills the process's caches
        found.seconds[kind] = [_seconds(client, address) for address in addresses]
    inside = Client()
    inside.force_login(person)
    with override_settings(ALLOWED_HOSTS=["*"]):
        for kind, addresses in pages.items():
            found.queries[kind] = [_queries(inside, address) for address in addresses[:20]]
    return found


def _fill(n_assessments: int) -> tuple[User, str, list[Assessment]]:
    password = secrets.token_urlsafe(16)
    person = registry.create_person(email="bench@example.org", name="Bench", password=password, by=None)
    team = registry.create_team(slug="bench", name="Bench", by=None)
    for role in ("admin", "compliance"):
        registry.grant_role(team=team, user=person, role=role, by=None)
    person.forget_roles()
    editions = [
        FrameworkEdition.objects.filter(framework_id=name).latest("published_at")
        for name in FRAMEWORKS
        if FrameworkEdition.objects.filter(framework_id=name).exists()
    ]
    rows = []
    for number in range(n_assessments):
        system = registry.register_system(team=team, name=f"System {number}", purpose="To be measured.", by=person)
        assessment = assessments.start_assessment(edition=editions[number % len(editions)], system=system, by=person)
        _answer_some(assessment, person)
        rows.append(assessment)
    return person, password, rows


def _answer_some(assessment: Assessment, person: User) -> None:
    """Those that show whatever is answered."""
    always = (question for question in standing_of(assessment).asked if question.visible_if is None)
    simple = [question for question in always if _value(question) is not None]
    for question in simple[:ANSWERED]:
        assessments.save_answer(assessment=assessment, question_id=question.id, value=_value(question), by=person)


def _value(question: Question) -> Any:
    match question.type:
        case QuestionType.SINGLE:
            return question.choices[0].id
        case QuestionType.MULTI:
            return [question.choices[0].id]
        case QuestionType.LONGTEXT:
            return "Words of the length that people write into such a field. " * 4
        case QuestionType.PARTS:
            inner = {part.id: _value(part) for part in question.questions if part.takes_answer}
            return {name: value for name, value in inner.items() if value is not None} or None
        case _:
            return None


def _addresses(kind: str, rows: list[Assessment], count: int, chance: random.Random) -> list[str]:
    found = []
    for _ in range(count):
        assessment = chance.choice(rows)
        address = f"/assessments/{assessment.uid}/"
        if kind == "section page":
            address += f"questions/{chance.choice(pages_of(standing_of(assessment))).id}/"
        elif kind == "outcome":
            address += "outcome/"
        found.append(address)
    return found


def _signed_in(url: str, person: User, password: str) -> httpx.Client:
    client = httpx.Client(base_url=url, timeout=60, follow_redirects=True)
    page = client.get("/accounts/login/")
    token = page.text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    answer = client.post(
        "/accounts/login/",
        data={"login": person.email, "password": password, "csrfmiddlewaretoken": token},
        headers={"Referer": f"{url}/accounts/login/"},
    )
    answer.raise_for_status()
    return client


def _seconds(client: httpx.Client, address: str) -> float:
    start = time.perf_counter()
    client.get(address).raise_for_status()
    return time.perf_counter() - start


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}, {answer.headers.get('Location', '')}.")
    return len(captured)
