"""Where the client sends its token, and where not."""

from __future__ import annotations

import httpx
import pytest

from evenhand.client import Client, Profile
from evenhand.errors import InputError, RemoteError


@pytest.mark.parametrize("url", ["http://evenhand.example.org", "ftp://evenhand.example.org", "evenhand.example.org"])
def test_a_token_is_not_sent_unencrypted(url: str) -> None:
    with pytest.raises(InputError, match="not https"):
        Profile(url, "evh_secret")


@pytest.mark.parametrize("url", ["https://evenhand.example.org", "http://127.0.0.1:8000", "http://localhost:8000"])
def test_these_addresses_are_good(url: str) -> None:
    assert "evh_secret" not in repr(Profile(url, "evh_secret"))


@pytest.mark.parametrize("place", ["https://elsewhere.example.org", "http://evenhand.example.org"])
def test_a_token_does_not_follow_to_another_place(place: str) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(200, json={"results": [], "next": f"{place}/api/v1/models?cursor=2"})

    profile = Profile("https://evenhand.example.org", "evh_secret")
    with Client(profile, transport=httpx.MockTransport(answer)) as client, pytest.raises(RemoteError, match="another"):
        list(client.find("models"))
    assert asked == ["https://evenhand.example.org/api/v1/models"]
