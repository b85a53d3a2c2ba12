import gzip
import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from ppcn.server.headers import CSP, SecurityHeaders
from ppcn.server.page import add_page

SOURCE = Path(__file__).parents[2] / "web" / "index.html"


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


@pytest.fixture
def built(tmp_path) -> TestClient:
    """Return a client of a page with compressed copies."""
    (tmp_path / "index.html").write_text("<!doctype html>mine")
    (tmp_path / "assets").mkdir()
    script = tmp_path / "assets" / "main-Cdr3wr8P.js"
    script.write_text("1")
    script.with_name(f"{script.name}.br").write_bytes(b"by brotli")
    for file in (script, tmp_path / "index.html"):
        file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes()))
    return page(tmp_path)


@pytest.mark.parametrize(
    ("accepted", "coding", "content"),
    [
        ("gzip, deflate, br, zstd", "br", b"by brotli"),
        ("br;q=0, gzip;q=0.5", "gzip", b"1"),
        ("GZIP", "gzip", b"1"),
        ("identity", None, b"1"),
        ("", None, b"1"),
        ("br; q=0.0", None, b"1"),
    ],
)
def test_files_are_sent_compressed(built, accepted, coding, content):
    with built.stream("GET", "/assets/main-Cdr3wr8P.js", headers={"accept-encoding": accepted}) as response:
        sent = b"".join(response.iter_raw())
    assert response.headers.get("content-encoding") == coding
    assert (gzip.decompress(sent) if coding == "gzip" else sent) == content
    assert response.headers["content-type"].startswith("text/javascript")
    assert response.headers["content-length"] == str(len(sent))
    assert response.headers["vary"] == "Accept-Encoding"


def test_the_page_is_asked_for_again_and_its_parts_are_not(built):
    assert built.get("/").text == "<!doctype html>mine"
    for path, kept in [("/", "no-cache"), ("/assets/main-Cdr3wr8P.js", "public, max-age=31536000, immutable")]:
        response = built.get(path)
        assert response.headers["cache-control"] == kept
        again = built.get(path, headers={"if-none-match": response.headers["etag"]})
        assert (again.status_code, again.headers["cache-control"]) == (304, kept)


def test_no_other_page_shows_this_one_or_hears_of_it(built):
    headers = built.get("/").headers
    assert headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_the_policy_is_that_of_the_page():
    (own,) = re.findall(r'"Content-Security-Policy"\s+content="([^"]*)"', SOURCE.read_text())
    assert f"{own}; frame-ancestors 'none'" == CSP
