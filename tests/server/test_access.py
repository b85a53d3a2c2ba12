"""Tokens, and pages of other origins."""

import pytest
from starlette.testclient import TestClient

from ppcn.server.app import create_app
from ppcn.server.limits import Limits

TOKEN = "secret-1"
PAGE = "https://example.org"


@pytest.fixture(scope="module")
def guarded() -> TestClient:
    """Return a client of a server with a token, whose workers have not been started."""
    return TestClient(create_app(Limits(), origins=[PAGE], token=TOKEN))


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/v1/enhance"), ("POST", "/v1/upscale?x=1"), ("GET", "/v1/models"), ("GET", "/metrics")],
)
def test_a_token_is_needed(guarded, refused, method, path):
    for headers in ({}, bearer("secret-2"), {"Authorization": f"Basic {TOKEN}"}):
        response = guarded.request(method, path, headers=headers)
        assert "send Authorization: Bearer TOKEN" in refused(response, 401)
        assert response.headers["www-authenticate"] == "Bearer"
    assert guarded.request(method, path, headers=bearer(TOKEN)).status_code in (200, 422, 503)


@pytest.mark.parametrize("path", ["/", "/healthz", "/docs", "/openapi.json"])
def test_what_everybody_may_see(guarded, path):
    assert guarded.get(path).status_code == 200


def test_the_document_names_the_token(guarded, client):
    paths = guarded.get("/openapi.json").json()["paths"]
    for path, methods in paths.items():
        for operation in methods.values():
            assert (
                ("security" in operation) == ("401" in operation["responses"]) == path.startswith(("/v1", "/metrics"))
            )
    assert "Bearer" in guarded.get("/docs").text
    assert "Bearer" not in client.get("/docs").text


def test_pages_of_other_origins(guarded, client):
    headers = {
        "Origin": PAGE,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    asked = guarded.options("/v1/enhance", headers=headers)
    assert asked.status_code == 200
    assert asked.headers["access-control-allow-origin"] == PAGE
    answer = guarded.get("/v1/models", headers={"Origin": PAGE} | bearer(TOKEN))
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert "Ppcn-Lost" in answer.headers["access-control-expose-headers"]
    assert guarded.post("/v1/enhance", headers={"Origin": PAGE}).headers["access-control-allow-origin"] == PAGE  # 401
    for other in (
        guarded.get("/healthz", headers={"Origin": "https://example.com"}),
        client.get("/healthz", headers=headers),
    ):
        assert "access-control-allow-origin" not in other.headers
