"""Local accounts with Argon2, no sign-up, and headers that forbid inline script."""

from django.db import connection
from django.test import Client, override_settings

from governance.models import User
from tests.people import PASSWORD


def test_passwords_are_argon2(engineer: User) -> None:
    assert engineer.password.startswith("argon2")


def test_sign_in_by_address(engineer: User) -> None:
    client = Client()
    response = client.post("/accounts/login/", {"login": engineer.email, "password": PASSWORD})
    assert response.status_code == 302
    assert client.get("/").status_code == 200


def test_wrong_password_says_so(engineer: User) -> None:
    response = Client().post("/accounts/login/", {"login": engineer.email, "password": "wrong"})
    assert response.status_code == 200
    assert b"not correct" in response.content


def test_nobody_signs_up(db: None) -> None:
    form = {"email": "new@example.org", "password1": "a long enough one 1", "password2": "a long enough one 1"}
    response = Client().post("/accounts/signup/", form)
    assert b"made by an administrator" in response.content
    assert not User.objects.filter(email="new@example.org").exists()


def test_policy_forbids_inline_script(engineer: User) -> None:
    policy = Client().get("/accounts/login/")["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_someone_without_a_role_sees_nothing(db: None, system: object) -> None:
    outsider = User.objects.create_user("outsider@example.org", PASSWORD)
    client = Client()
    client.force_login(outsider)
    assert b"Recidivism" not in client.get("/systems/").content


def test_single_sign_on_appears_by_setting(db: None) -> None:
    oidc = {"provider_id": "oidc", "name": "House account", "client_id": "evenhand", "secret": "x"}
    providers = {"openid_connect": {"APPS": [{**oidc, "settings": {"server_url": "https://sso.example.org"}}]}}
    assert b"House account" not in Client().get("/accounts/login/").content
    with override_settings(SOCIALACCOUNT_PROVIDERS=providers):
        assert b"House account" in Client().get("/accounts/login/").content


def test_guessing_a_password_ends_after_five_attempts_whichever_process_answers(engineer: User) -> None:
    for _ in range(5):
        Client().post("/accounts/login/", {"login": engineer.email, "password": "wrong"})
    answer = Client().post("/accounts/login/", {"login": engineer.email, "password": PASSWORD})
    assert b"Too many" in answer.content
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM governance_cache")
        assert cursor.fetchone()[0] > 0
