"""Pages that no view of ours draws: sign-in, refusals, errors. And what the frame says about the person."""

import re

import pytest
from django.test import Client

from governance.models import User


def is_ours(html: str) -> bool:
    return "css/tokens.css" in html and not re.search(r"<[^>]+\sstyle=|<script(?![^>]*\ssrc=)", html)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/accounts/login/", "Sign in"),
        ("/accounts/signup/", "Accounts are made by an administrator"),
        ("/accounts/password/reset/", "Forgotten your password?"),
        ("/accounts/password/reset/done/", "Look at your mail"),
        ("/accounts/password/reset/key/1-set-password/", "This link no longer works"),
        ("/accounts/inactive/", ""),
    ],
)
def test_pages_before_signing_in_look_like_ours(client: Client, path: str, heading: str) -> None:
    html = client.get(path).content.decode()
    assert is_ours(html)
    assert f"<h1>{heading}" in html


@pytest.mark.parametrize("path", ["/accounts/password/change/", "/accounts/2fa/", "/accounts/logout/"])
def test_pages_about_the_account_look_like_ours(client: Client, engineer: User, path: str) -> None:
    client.force_login(engineer)
    html = client.get(path).content.decode()
    assert is_ours(html)


@pytest.mark.django_db
def test_a_wrong_password_is_told_in_the_summary_and_the_address_is_kept(client: Client) -> None:
    html = client.post("/accounts/login/", {"login": "ana@example.org", "password": "no"}).content.decode()
    assert 'role="alert"' in html
    assert 'value="ana@example.org"' in html


def test_the_frame_says_who_is_signed_in_and_as_what(client: Client, engineer: User) -> None:
    client.force_login(engineer)
    html = client.get("/teams/").content.decode()
    assert "Engineer, Pretrial services" in html
    assert 'action="/accounts/logout/"' in html


def test_nobody_finds_what_is_not_there(client: Client, engineer: User) -> None:
    client.force_login(engineer)
    response = client.get("/systems/00000000-0000-4000-8000-000000000000/")
    assert response.status_code == 404
    assert "Nothing here" in response.content.decode()


def test_a_form_without_its_mark_is_refused_in_plain_words(engineer: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(engineer)
    response = client.post("/tokens/", {"name": "CI"})
    assert response.status_code == 403
    assert "The form was too old" in response.content.decode()
