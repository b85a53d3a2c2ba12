from fastapi import FastAPI
from starlette.testclient import TestClient

from ppcn.server.page import SecurityHeaders, add_page


def page(folder) -> TestClient:
    app = FastAPI()
    app.add_middleware(SecurityHeaders)
    add_page(app, folder)
    return TestClient(app)


def test_without_a_page_it_says_how_to_build_one(tmp_path):
    response = page(tmp_path).get("/")
    assert response.status_code == 200
    assert "make web" in response.text


def test_a_built_page_may_use_threads(tmp_path):
    (tmp_path / "index.html").write_text("<!doctype html>mine")
    (tmp_path / "main.js").write_text("1")
    client = page(tmp_path)
    assert client.get("/").text == "<!doctype html>mine"
    for path in ("/", "/main.js"):
        headers = client.get(path).headers
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-embedder-policy"] == "require-corp"


def test_a_built_page_leaves_the_api_its_answers(tmp_path):
    (tmp_path / "index.html").write_text("<!doctype html>mine")
    app = FastAPI()
    app.post("/v1/enhance")(lambda: "done")
    add_page(app, tmp_path)
    client = TestClient(app)
    assert client.post("/v1/enhance").json() == "done"
    assert client.get("/v1/enhance").status_code == 405
    assert client.post("/v1/nothing").status_code == 404
    assert client.get("/nothing.html").status_code == 404
