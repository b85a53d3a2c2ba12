"""The API as a client meets it."""

import io
import re
import struct
import tempfile
import zlib
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image

import ppcn
from ppcn.errors import InputError
from ppcn.images.formats import CHOICES, SUFFIXES
from ppcn.images.read import read
from ppcn.registry import DEFAULT_ENHANCER, DEFAULT_UPSCALER
from ppcn.server.endpoints import ENDPOINTS

URL = "/v1/enhance"


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def png(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.effect_noise((width, height), 60).convert("RGB").save(file, "png")
    return file.getvalue()


def huge_png() -> bytes:
    """Return a PNG whose header says 3000x2000 and that has no pixels."""
    header = struct.pack(">IIBBBBB", 3000, 2000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    parts = [struct.pack(">I", len(c)) + t + c + struct.pack(">I", zlib.crc32(t + c)) for t, c in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def test_the_result_is_that_of_the_library(client, sample):
    response = client.post(URL, content=sample)
    assert response.status_code == 200
    assert response.headers["content-type"] == "image/jpeg"
    assert response.headers["ppcn-model"] == DEFAULT_ENHANCER
    assert response.content == ppcn.enhance(sample)


def test_a_form_is_as_good_as_a_body(client, sample):
    options = {"strength": 0.5, "format": "png", "model": "teacher.open"}
    as_form = client.post(URL, params=options, files={"photo": ("photo.jpg", sample)})
    assert as_form.headers["content-type"] == "image/png"
    assert as_form.headers["ppcn-model"] == "teacher.open"
    assert as_form.content == client.post(URL, params=options, content=sample).content


def test_fields_of_a_form_are_options(client, refused, sample):
    files, wanted = {"photo": ("a.jpg", sample)}, client.post(URL, params={"strength": 0}, content=sample).content
    assert client.post(URL, files=files, data={"strength": "0"}).content == wanted
    assert client.post(URL, files=files, data={"strength": "0"}, params={"strength": 1}).content == wanted
    assert client.post(URL, files=files, data={"format": "png"}).headers["content-type"] == "image/png"
    assert "strength: " in refused(client.post(URL, files=files, data={"strength": "2"}), 422)
    assert "There is no network" in refused(client.post(URL, files=files, data={"model": "none"}), 422)
    twice = client.post(URL, files=files, data={"quality": ["5", "6"]})
    assert refused(twice, 422) == "The form has more than one quality: send each option once."


def test_unknown_fields_are_refused_like_unknown_options(client, refused, sample):
    for name in ("strengt", "name", "photo"):
        as_query = refused(client.post(URL, content=sample, params={name: "1"}), 422)
        as_field = refused(client.post(URL, files={"photo": ("a.jpg", sample)}, data={name: "1"}), 422)
        assert as_query == as_field == f"Wrong options: {name}: extra inputs are not permitted."


VALUES = {
    "model": {name: [card.name for card in ppcn.list_models() if card.task == endpoint.task]
              for name, endpoint in ENDPOINTS.items()},
    "format": CHOICES,
    "quality": ["1", "50", "100"],
    "strip_metadata": ["true", "false"],
    "strength": ["0", "0.5", "1"],
    "scale": ["2", "3", "4"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "option"), [(name, o) for name, e in ENDPOINTS.items() for o in e.options.model_fields]
)
def test_every_value_of_every_option_is_taken_as_text(client, name, option):
    """In a query, and in a form."""
    photo = png(24, 16)
    values = VALUES[option]
    for value in values[name] if isinstance(values, dict) else values:
        answer = client.post(f"/v1/{name}?{option}={value}", content=photo)
        assert answer.status_code == 200, answer.text
        form = client.post(f"/v1/{name}", files={"photo": ("a.png", photo)}, data={option: value})
        assert form.content == answer.content
        if option == "model":
            assert answer.headers["ppcn-model"] == value
        if option == "format":
            assert answer.headers["content-type"] == SUFFIXES[f".{value}"].media_type
        if option == "scale":
            assert opened(answer.content).size == (24 * int(value), 16 * int(value))


def test_enhanced_and_enlarged_in_one_request(client, refused):
    photo = png(24, 16)
    answer = client.post(URL, content=photo, params={"scale": 2, "strength": 0.5})
    assert answer.headers["ppcn-model"] == f"{DEFAULT_ENHANCER}, {DEFAULT_UPSCALER}"
    expected = ppcn.upscale(ppcn.enhance(opened(photo), strength=0.5), scale=2)
    assert np.array_equal(np.asarray(opened(answer.content)), np.asarray(expected))
    assert "24.0 megapixels" in refused(client.post(URL, content=huge_png(), params={"scale": 2}), 422)


@pytest.mark.parametrize("kind", ["Multipart/Form-Data; ", "MULTIPART/FORM-DATA;", "multipart/form-data ; "])
def test_a_form_in_capitals(client, sample, kind):
    disposition = b'Content-Disposition: form-data; name="photo"; filename="a.jpg"'
    body = b"--XX\r\n" + disposition + b"\r\n\r\n" + sample + b"\r\n--XX--\r\n"
    response = client.post(URL, content=body, headers={"content-type": kind + "boundary=XX"})
    assert (response.status_code, response.content) == (200, client.post(URL, content=sample).content)


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/v1/models", "/openapi.json", "/docs", "/"])
def test_head_is_answered_like_get(client, path):
    head, get = client.head(path), client.get(path)
    assert (head.status_code, head.headers["content-type"]) == (get.status_code, get.headers["content-type"])


def test_metadata_are_kept_unless_asked_otherwise(client, sample):
    assert opened(client.post(URL, content=sample).content).getexif()[0x010F] == "Maker"
    assert not opened(client.post(URL, content=sample, params={"strip_metadata": True}).content).getexif()


def test_quality_is_that_of_the_command(client, sample):
    small, large = (client.post(URL, content=sample, params={"quality": q}).content for q in (30, 95))
    assert len(small) < len(large) / 2


def test_what_a_photo_loses_is_named(client, sample):
    response = client.post(URL, content=sample + b"hdrgm:Version")
    assert response.headers["ppcn-lost"] == "gain map"


@pytest.mark.parametrize("photo", [b"", b"hello, this is text", b"%PDF-1.7\n\0\1", b"\xff\xd8\xff\xe0 cut short"])
def test_bad_photos_get_the_sentence_of_the_library(client, refused, photo):
    with pytest.raises(InputError) as error:
        read(photo)
    for sent in ({"content": photo}, {"files": {"photo": ("a.jpg", photo)}}):
        assert refused(client.post(URL, **sent), 422) == str(error.value)


def test_too_many_pixels(client, refused):
    """The library's sentence names an option, which is not the client's to give."""
    sentence = refused(client.post(URL, content=huge_png()), 422)
    assert sentence == (
        "The given data has 3000x2000 pixels, which is 6.0 megapixels and above the limit of 4; send a smaller photo."
    )
    assert "96.0 megapixels" in refused(client.post("/v1/upscale", content=huge_png()), 422)


def test_half_a_photo(client, refused, sample):
    assert "damaged or incomplete" in refused(client.post(URL, content=sample[: len(sample) // 2]), 422)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"strength": 2}, "strength: "),
        ({"quality": 0}, "quality: "),
        ({"format": "bmp"}, "format: "),
        ({"strengt": 1}, "strengt: "),
        ({"model": "student.opn"}, f"choose one of {DEFAULT_ENHANCER}, "),
        ({"model": "../../secret.onnx"}, f"choose one of {DEFAULT_ENHANCER}, "),
    ],
)
def test_wrong_options(client, refused, sample, options, words):
    assert words in refused(client.post(URL, content=sample, params=options), 422)


def test_upscaling_without_a_network_for_it(client, refused, sample, monkeypatch):
    monkeypatch.setattr("ppcn.server.endpoints.cards", list)
    assert "No network for /v1/upscale is installed" in refused(client.post("/v1/upscale", content=sample), 404)


def test_too_many_bytes(client, refused):
    def unannounced() -> Iterator[bytes]:
        for _ in range(9):
            yield bytes(1 << 20)

    for sent in ({"content": bytes(9 << 20)}, {"content": unannounced()}, {"files": {"photo": bytes(9 << 20)}}):
        assert "8 megabytes, which is the limit" in refused(client.post(URL, **sent), 413)


def test_forms_that_are_none(client, refused):
    field = b'--x\r\nContent-Disposition: form-data; name="photo"\r\n\r\ntext\r\n--x--\r\n'
    headers = {"content-type": "multipart/form-data; boundary=x"}
    assert "no file" in refused(client.post(URL, content=field, headers=headers), 422)
    headers = {"content-type": "multipart/form-data"}
    assert "cannot be read" in refused(client.post(URL, content=b"xx", headers=headers), 400)
    files = [("photo", ("a.jpg", b"a")), ("photo", ("b.jpg", b"b"))]
    assert "send one file" in refused(client.post(URL, files=files), 400)


def test_uploads_never_touch_the_disk(client, monkeypatch):
    def rollover(_: object) -> None:
        raise AssertionError("a temporary file")

    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", rollover)
    response = client.post(URL, files={"photo": ("a.jpg", bytes(5 << 20))})
    assert response.status_code == 422


def test_strange_paths_and_methods(client, refused):
    assert "nothing at /v1/nothing" in refused(client.post("/v1/nothing"), 404)
    assert "does not take GET" in refused(client.get(URL), 405)


def test_models_are_the_cards(client):
    assert client.get("/v1/models").json() == [card.facts for card in ppcn.list_models()]


def test_health_and_metrics(client, sample):
    assert client.get("/healthz").json() == {"status": "alive"}
    assert client.get("/readyz").json() == {"status": "ready"}
    client.post(URL, content=sample)
    client.get("/no/such/path")
    metrics = dict(line.rsplit(" ", 1) for line in client.get("/metrics").text.splitlines() if not line.startswith("#"))
    assert float(metrics['ppcn_requests_total{path="/v1/enhance",status="200"}']) >= 1
    assert float(metrics['ppcn_requests_total{path="other",status="404"}']) >= 1
    assert float(metrics["ppcn_photos_inside"]) == 0


def test_openapi_names_every_answer_with_an_example(client):
    operation = client.get("/openapi.json").json()["paths"][URL]["post"]
    assert set(operation["requestBody"]["content"]) == {"multipart/form-data", "application/octet-stream"}
    assert {parameter["name"] for parameter in operation["parameters"]} == {
        "model", "format", "quality", "strip_metadata", "strength", "scale",
    }  # fmt: skip
    form = operation["requestBody"]["content"]["multipart/form-data"]["schema"]["properties"]
    assert set(form) == {"photo", *(parameter["name"] for parameter in operation["parameters"])}
    for status, answer in operation["responses"].items():
        if status != "200":
            assert answer["content"]["application/problem+json"]["example"]["status"] == int(status)


def test_the_api_can_be_read_without_another_host_or_a_script(client):
    text = client.get("/docs").text
    document = client.get("/openapi.json").json()
    for path, methods in document["paths"].items():
        for operation in methods.values():
            for words in (path, operation["summary"], *(option["name"] for option in operation.get("parameters", []))):
                assert words in text
    assert re.findall(r"(?:src|href)=\S*", text) == ['href="openapi.json">openapi.json</a>.</p>']
    assert "<script" not in text
